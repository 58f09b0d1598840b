"""The database engines that the tests of the store run with."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Protocol, TypeVar

import pytest

from bot.store.databases import Engine
from bot.store.engines import engine_of
from bot.store.sqlite.sqlite_engine import SqliteEngine


class _Tested(Protocol):
    @property
    def missing(self) -> Callable[[], str]: ...


_T = TypeVar("_T", bound=_Tested)


def selecting(name: str, engines: Mapping[str, _T], selected: list[_T]) -> Iterator[str]:
    """For a fixture: the engine of this name is the last of those `selected` meanwhile. Skips where this
    machine lacks what it needs."""
    if missing := engines[name].missing():
        pytest.skip(missing)
    selected.append(engines[name])
    yield name
    selected.pop()


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
