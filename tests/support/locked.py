"""Databases that another program holds, and the methods that must say so."""

from __future__ import annotations

import inspect
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from bot.store.sqlite.connection import Database


@contextmanager
def held(data: Path, database: Database, how: str = "EXCLUSIVE") -> Iterator[None]:
    with closing(sqlite3.connect(data / database.file, isolation_level=None)) as other:
        other.execute(f"BEGIN {how}")
        yield


def without_log(data: Path, database: Database) -> None:
    """With a write-ahead log nobody can keep readers out for longer than a blink."""
    with closing(sqlite3.connect(data / database.file)) as db:
        assert db.execute("PRAGMA journal_mode = DELETE").fetchone() == ("delete",)


def methods(of: type) -> set[str]:
    return {
        name
        for name, member in inspect.getmembers(of, inspect.isfunction)
        if not name.startswith("_") and name != "close"
    }
