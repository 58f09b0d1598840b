"""The database engines that the tests of the corpus run with."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from bot.store.databases import CorpusEngine
from bot.store.engine import Connection
from bot.store.sqlite.connection import CORPUS
from bot.store.sqlite.sqlite_engine import SqliteEngine
from tests.support import locked, postgres
from tests.support.engines import selecting


@dataclass(frozen=True)
class TestedEngine:
    """An engine: the address of the database of a data folder, empty if that is in the folder itself.
    `contents` is everything that such a database has, and `hold` keeps others from it. `missing` says
    what this machine lacks."""

    __test__ = False
    address: Callable[[Path], str]
    contents: Callable[[Path], list[bytes]]
    hold: Callable[[Path], AbstractContextManager[None]]
    missing: Callable[[], str]


def postgres_corpus(url: str, folder: Path) -> CorpusEngine:
    """The engine of a database of PostgreSQL."""
    from bot.store.postgres.postgres_engine import PostgresEngine  # its client may not be installed

    return PostgresEngine(url, folder, SqliteEngine(folder).open_scratch)


_databases = postgres.FolderDatabases(lambda url: postgres_corpus(url, Path()).prepare("corpus"))


def postgres_url(folder: Path) -> str:
    """The address of the database of PostgreSQL that stands for a data folder."""
    return _databases.url(folder)


def postgres_corpus_at(folder: Path) -> CorpusEngine:
    """The corpus of a data folder in PostgreSQL."""
    return postgres_corpus(postgres_url(folder), folder)


def corpus_of(folder: Path, address: str) -> CorpusEngine:
    """The engine of a data folder whose `address` another process has from `corpus_address`."""
    return postgres_corpus(address, folder) if address else SqliteEngine(folder)


@contextmanager
def _tables_locked(folder: Path) -> Iterator[None]:
    with closing(postgres_corpus_at(folder).open_writer("corpus")) as db, db.transaction():
        postgres.lock_tables(db)
        yield


def _files(folder: Path) -> list[bytes]:
    return [path.read_bytes() for path in folder.glob("corpus.db*")]


def _rows(folder: Path) -> list[bytes]:
    """The rows of all tables. What the server leaves in its files until it needs their room is not seen."""
    with closing(postgres_corpus_at(folder).open_reader("corpus")) as db:
        return [
            str(row).encode()
            for table in postgres.tables(db)
            for (row,) in db.execute(f"SELECT CAST(every AS text) FROM {table} AS every")
        ]


ENGINES = {
    "sqlite": TestedEngine(lambda _: "", _files, lambda folder: locked.held(folder, CORPUS), lambda: ""),
    "postgres": TestedEngine(postgres_url, _rows, _tables_locked, postgres.missing),
}
_selected = [ENGINES["sqlite"]]


@pytest.fixture(scope="module", params=ENGINES, name="engine")
def corpus_engine(request: pytest.FixtureRequest) -> Iterator[str]:
    """The name of the engine that `corpus_at` selects meanwhile."""
    yield from selecting(request.param, ENGINES, _selected)
    _databases.drop_all()


@pytest.fixture(autouse=True)
def dropped_corpora() -> Iterator[None]:
    """Drops what a test has created."""
    yield
    _databases.drop_all()


def drop_corpus(folder: Path) -> None:
    """Drops the database of a data folder on a server."""
    _databases.drop(folder)


only_sqlite = pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
only_postgres = pytest.mark.parametrize("engine", ["postgres"], indirect=True)
"""Mark the tests of what is one engine's."""


def corpus_at(folder: Path) -> CorpusEngine:
    """The engine of the corpus of a test's data folder."""
    return corpus_of(folder, corpus_address(folder))


def impatient_reader(folder: Path) -> Connection:
    """A connection that reads and waits for no lock."""
    if not corpus_address(folder):
        locked.without_log(folder, CORPUS)
    return corpus_at(folder).open_reader("corpus", busy_timeout=0)


def corpus_held(folder: Path) -> AbstractContextManager[None]:
    """Keeps others from the database of a test's data folder, like another program."""
    return _selected[-1].hold(folder)


def corpus_contents(folder: Path) -> list[bytes]:
    """Everything that the database of a test's data folder has."""
    return _selected[-1].contents(folder)


def corpus_address(folder: Path) -> str:
    """The address of the database of a test's data folder, for `corpus_of`."""
    return _selected[-1].address(folder)
