"""The database engines that the tests of the state run with."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from bot.store.databases import StateEngine
from bot.store.engine import StateConnection
from bot.store.pool import Pool
from bot.store.sqlite.connection import STATE
from bot.store.sqlite.sqlite_engine import SqliteEngine
from tests.support import locked, postgres
from tests.support.engines import selecting


@dataclass(frozen=True)
class TestedEngine:
    """An engine, and how a test keeps others from the whole state. `no_log` prepares a connection for that.
    `missing` says what this machine lacks for it."""

    __test__ = False
    at: Callable[[Path], StateEngine]
    hold: Callable[[Path], AbstractContextManager[None]]
    no_log: Callable[[StateConnection], object]
    missing: Callable[[], str]


def postgres_engine(url: str) -> StateEngine:
    """The engine of a database of PostgreSQL."""
    from bot.store.postgres.postgres_engine import PostgresEngine  # its client may not be installed

    return PostgresEngine(url, Path(), SqliteEngine(Path()).open_scratch)


_databases = postgres.FolderDatabases(lambda url: postgres_engine(url).prepare("state"))


def postgres_at(folder: Path) -> StateEngine:
    """The state of a data folder in PostgreSQL."""
    return postgres_engine(_databases.url(folder))


@contextmanager
def _tables_locked(folder: Path) -> Iterator[None]:
    with closing(postgres_at(folder).open_writer("state")) as db, db.transaction():
        postgres.lock_tables(db)
        yield


ENGINES = {
    "sqlite": TestedEngine(
        SqliteEngine,
        lambda folder: locked.held(folder, STATE),
        # With a write-ahead log nobody can keep readers out for longer than a blink.
        lambda db: db.execute("PRAGMA journal_mode = DELETE"),
        lambda: "",
    ),
    "postgres": TestedEngine(postgres_at, _tables_locked, lambda db: None, postgres.missing),
}
_selected = [ENGINES["sqlite"]]


@pytest.fixture(scope="module", params=ENGINES, name="engine")
def state_engine(request: pytest.FixtureRequest) -> Iterator[str]:
    """The name of the engine that `state_at` selects meanwhile."""
    yield from selecting(request.param, ENGINES, _selected)


@pytest.fixture(autouse=True)
def dropped_databases() -> Iterator[None]:
    """Drops what a test has created."""
    yield
    _databases.drop_all()


def state_at(folder: Path) -> StateEngine:
    """The engine of the state of a test's data folder."""
    return _selected[-1].at(folder)


def impatient(folder: Path) -> tuple[Pool[StateConnection], Pool[StateConnection]]:
    """Connections that write and read, and wait for no lock."""
    engine = state_at(folder)
    writer = engine.open_writer("state", busy_timeout=0)
    _selected[-1].no_log(writer)
    reader = engine.open_reader("state", busy_timeout=0)
    return Pool([writer], "writer"), Pool([reader], "reader")


def state_held(folder: Path) -> AbstractContextManager[None]:
    """Keeps others from the state, like another program."""
    return _selected[-1].hold(folder)
