"""The command line in this process, on a data folder of its own."""

from __future__ import annotations

from tests.support.command_line import built, desk, dump, loaded
from tests.support.selected_database import each_database, postgres_database

__all__ = [
    "built",
    "desk",
    "dump",
    "each_database",
    "loaded",
    "postgres_database",
]
