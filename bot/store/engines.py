"""Selects the database engine of an archive: the only module of the store that knows every engine."""

from __future__ import annotations

import os
from pathlib import Path

from bot.store.databases import Engine
from bot.store.sqlite.sqlite_engine import SqliteEngine

URL = "DATABASE_URL"


def select_database(url: str | None) -> None:
    """Selects the PostgreSQL database at this address for this process, and for those that it starts, which
    have to use the same one: so it is in the environment. None: the data folder, which is empty there, as a
    name that is missing is read from `.env`."""
    os.environ[URL] = url or ""


def engine_of(data: Path) -> Engine:
    """The engine that keeps the archive of a data folder. Opens nothing."""
    return engine_with(os.environ.get(URL, "").strip(), data)


def engine_with(url: str, data: Path) -> Engine:
    """The engine at an address, or in the data folder if it is empty. Opens nothing."""
    files = SqliteEngine(data)
    if not url:
        return files
    from bot.store.postgres.postgres_engine import PostgresEngine  # its client may not be installed

    return PostgresEngine(url, data, files.open_scratch)
