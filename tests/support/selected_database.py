"""Runs tests of everything above the store with the databases in a data folder, and in PostgreSQL."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.store.engines import URL, engine_of, select_database
from tests.support import postgres
from tests.support.postgres import FolderDatabases


def _prepare(url: str) -> None:
    before = os.environ.get(URL)
    select_database(url)
    for database in ("state", "corpus"):
        engine_of(Path(postgres.TEMPORARY)).prepare(database)
    select_database(before)


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


@pytest.fixture(params=["sqlite", "postgres"])
def each_database(request: pytest.FixtureRequest) -> str:
    """Runs a test with each engine; its name."""
    name: str = request.param
    if name == "postgres":
        request.getfixturevalue("postgres_database")
    return name
