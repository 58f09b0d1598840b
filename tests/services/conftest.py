"""Services on real files, and one with an archive in it."""

from __future__ import annotations

from tests.support.digest_bench import bench
from tests.support.selected_database import each_database, postgres_database
from tests.support.services import built, dump, loaded, services, started_before

__all__ = [
    "bench",
    "built",
    "dump",
    "each_database",
    "loaded",
    "postgres_database",
    "services",
    "started_before",
]
