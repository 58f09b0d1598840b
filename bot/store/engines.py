"""Selects the database engine of an archive: the only module of the store that knows every engine."""

from __future__ import annotations

from pathlib import Path

from bot.store.databases import Engine
from bot.store.sqlite.sqlite_engine import SqliteEngine


def engine_of(data: Path) -> Engine:
    """The engine that keeps the archive of a data folder. Opens nothing."""
    return SqliteEngine(data)
