"""The database engines that the tests of the store run with."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from bot.store.databases import Engine
from bot.store.engines import engine_of
from bot.store.sqlite.sqlite_engine import SqliteEngine

ENGINES: dict[str, Callable[[Path], Engine]] = {"sqlite": SqliteEngine}
"""Each makes the engine of a data folder. The tests of the store run once with every one of them."""
_selected: list[Callable[[Path], Engine]] = [engine_of]


@pytest.fixture(scope="module", params=ENGINES)
def engine(request: pytest.FixtureRequest) -> Iterator[str]:
    """The name of the engine that `engine_at` selects meanwhile."""
    name: str = request.param
    _selected.append(ENGINES[name])
    yield name
    _selected.pop()


@pytest.fixture(scope="module", autouse=True)
def each_engine(engine: str) -> str:
    """Where a conftest imports this, every test runs with each engine."""
    return engine


@pytest.fixture(scope="module", name="engine")
def only_sqlite() -> str:
    """Where a conftest imports this, the tests run with SQLite alone."""
    return "sqlite"


def engine_at(folder: Path) -> Engine:
    """The engine of a test's data folder."""
    return _selected[-1](folder)
