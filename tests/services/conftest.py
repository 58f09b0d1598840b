"""A library on real files, and one with an archive in it."""

from __future__ import annotations

from tests.support.services import dump, library, loaded

__all__ = [
    "dump",
    "library",
    "loaded",
]
