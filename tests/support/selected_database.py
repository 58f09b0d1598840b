"""Runs tests of everything above the store with the databases in a data folder, and in PostgreSQL."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from bot.store.databases import DATABASES
from bot.store.engines import URL, engine_of, select_database
from bot.store.sqlite.sqlite_engine import SqliteEngine
from bot.store.transfer import transfer
from tests.support import postgres
from tests.support.postgres import FolderDatabases


@contextmanager
def selected(url: str | None) -> Iterator[None]:
    """Selects a database meanwhile, or else the files of data folders."""
    before = os.environ.get(URL)
    select_database(url)
    try:
        yield
    finally:
        select_database(before)


def _prepare(url: str) -> None:
    with selected(url):
        for database in DATABASES:
            engine_of(Path(postgres.TEMPORARY)).prepare(database)


_databases = FolderDatabases(_prepare)


@pytest.fixture
def postgres_database(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """The address of an empty database of PostgreSQL, which is selected for every data folder."""
    if missing := postgres.missing():
        pytest.skip(missing)
    url = _databases.url(tmp_path)
    monkeypatch.setenv(URL, url)
    yield url
    _databases.drop(tmp_path)


def move_to_selected(data: Path) -> None:
    """Moves the files of a data folder to the database that is selected, if one is."""
    if not os.environ.get(URL):
        return
    transfer(SqliteEngine(data), engine_of(data), lambda step: None)
    for path in data.glob("*.db*"):
        path.unlink()


@pytest.fixture
def postgres_server(monkeypatch: pytest.MonkeyPatch) -> Iterator[postgres.PostgresServer]:
    """A server that the test may stop, whose database is selected for every data folder."""
    if missing := postgres.missing():
        pytest.skip(missing)
    server = postgres.PostgresServer()
    monkeypatch.setenv(URL, server.url())
    yield server
    server.end()


@dataclass(frozen=True)
class Replicated:
    """A server and its synchronous standby."""

    primary: postgres.PostgresServer
    standby: postgres.PostgresServer


@pytest.fixture
def replicated(
    postgres_server: postgres.PostgresServer, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Replicated]:
    """A server with a standby. The one of them that can be written is selected for every data folder."""
    standby = postgres.PostgresServer(primary=postgres_server)
    hosts = f"{postgres_server.folder},{standby.folder}"
    name = f"{postgres.USER}@/{postgres.TEMPLATE}"
    monkeypatch.setenv(URL, f"postgresql://{name}?host={hosts}&target_session_attrs=read-write")
    yield Replicated(postgres_server, standby)
    standby.end()


@pytest.fixture(params=["sqlite", "postgres"])
def each_database(request: pytest.FixtureRequest) -> str:
    """Runs a test with each engine; its name."""
    name: str = request.param
    if name == "postgres":
        request.getfixturevalue("postgres_database")
    return name
