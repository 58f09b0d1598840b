"""The database engine that the tests of the store use."""

from __future__ import annotations

from pathlib import Path

from bot.store.databases import Engine
from bot.store.engines import engine_of


def engine_at(folder: Path) -> Engine:
    """The engine of a test's data folder."""
    return engine_of(folder)
