"""The schema of PostgreSQL is SQLite's, and several processes may create it."""

from __future__ import annotations

import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from bot.errors import BadInput, Busy
from bot.store.databases import StateEngine, UpgradeStep
from bot.store.sqlite.sqlite_engine import SqliteEngine
from tests.support import postgres
from tests.support.corpus_engines import postgres_corpus, postgres_corpus_at
from tests.support.state_engines import postgres_at, postgres_engine

if TYPE_CHECKING:
    from bot.store.postgres.postgres_engine import PostgresEngine  # its client may not be installed

pytestmark = pytest.mark.skipif(bool(postgres.missing()), reason=postgres.missing())

COLUMNS = (
    "SELECT table_name, column_name FROM information_schema.columns WHERE table_schema = current_schema()"
    " AND table_name NOT IN ('schema_version', 'writes', 'load_file', 'article_index', 'comment_index')"
)
SQLITE_COLUMNS = (
    "SELECT master.name, info.name FROM sqlite_master AS master, pragma_table_info(master.name) AS info"
    " WHERE master.type = 'table' AND master.name <> 'sqlite_sequence'"
    " AND master.name NOT LIKE '%\\_fts%' ESCAPE '\\' AND master.name NOT LIKE '%\\_words' ESCAPE '\\'"
)
INDEXES = (
    "SELECT indexname FROM pg_indexes WHERE schemaname = current_schema()"
    " AND indexname NOT LIKE '%pkey' AND indexname NOT LIKE '%\\_key' OR indexname = 'article_key'"
)
WAITING = (
    "SELECT count(*) FROM pg_locks JOIN pg_database ON pg_database.oid = database"
    " WHERE datname = current_database() AND locktype = 'advisory' AND NOT granted"
)
SQLITE_INDEXES = "SELECT name FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL"


@pytest.fixture
def empty() -> Iterator[str]:
    """A database without a schema."""
    shared = postgres.shared_server()
    name = shared.new_database()
    yield name
    shared.drop_database(name)


def engine(name: str) -> StateEngine:
    return postgres_engine(postgres.shared_server().url(name))


# The schema.


TEXT_INDEX = ["article_index_words", "comment_index_words", "form_word"]
"""The indexes of what FTS5 has in its own tables, and of how common words are."""


@pytest.mark.parametrize(
    ("ours", "theirs", "more"),
    [(COLUMNS, SQLITE_COLUMNS, []), (INDEXES, SQLITE_INDEXES, [(name,) for name in TEXT_INDEX])],
    ids=["columns", "indexes"],
)
def test_both_engines_have_the_same_schema_of_the_corpus(
    tmp_path: Path, ours: str, theirs: str, more: list[tuple[str]]
) -> None:
    with (
        closing(postgres_corpus_at(tmp_path).open_reader("corpus")) as db,
        closing(SqliteEngine(tmp_path).open_writer("corpus")) as sqlite,
    ):
        assert sorted(map(tuple, db.execute(ours))) == sorted([*map(tuple, sqlite.execute(theirs)), *more])


def test_several_processes_create_the_corpus_at_the_same_time(tmp_path: Path, empty: str) -> None:
    url = postgres.shared_server().url(empty)
    assert not postgres_corpus(url, tmp_path).exists("corpus")
    with ThreadPoolExecutor(8) as threads:
        prepared = [threads.submit(postgres_corpus(url, tmp_path).prepare, "corpus") for _ in range(8)]
        for created in prepared:
            created.result()
    assert postgres_corpus(url, tmp_path).exists("corpus")
    with closing(postgres_corpus(url, tmp_path).open_reader("corpus")) as db:
        assert db.execute("SELECT guild FROM archive").fetchall() == [(0,)]
        assert len(db.execute("SELECT value FROM salt").fetchone()[0]) == 32


def test_a_newer_corpus_is_refused_and_the_state_stands_beside_it(tmp_path: Path, empty: str) -> None:
    corpus = postgres_corpus(postgres.shared_server().url(empty), tmp_path)
    corpus.prepare("corpus")
    engine(empty).prepare("state")
    postgres.shared_server().execute("UPDATE newsdesk_corpus.schema_version SET version = 99", empty)
    with pytest.raises(BadInput) as raised:
        corpus.open_writer("corpus")
    assert (raised.value.key, raised.value.fields["found"]) == ("newer-schema", 99)
    engine(empty).open_writer("state").close()


@pytest.mark.parametrize(
    ("ours", "theirs"), [(COLUMNS, SQLITE_COLUMNS), (INDEXES, SQLITE_INDEXES)], ids=["columns", "indexes"]
)
def test_both_engines_have_the_same_schema(tmp_path: Path, ours: str, theirs: str) -> None:
    with (
        closing(postgres_at(tmp_path).open_reader("state")) as db,
        closing(SqliteEngine(tmp_path).open_writer("state")) as sqlite,
    ):
        assert sorted(map(tuple, db.execute(ours))) == sorted(map(tuple, sqlite.execute(theirs)))


def test_several_processes_create_the_schema_at_the_same_time(empty: str) -> None:
    assert not engine(empty).exists("state")
    with ThreadPoolExecutor(8) as threads:
        for created in [threads.submit(engine(empty).prepare, "state") for _ in range(8)]:
            created.result()
    assert engine(empty).exists("state")
    with closing(engine(empty).open_reader("state")) as db:
        assert db.execute("SELECT count(*) FROM settings").fetchone() == (0,)


def test_a_process_sees_the_schema_that_another_has_created_while_it_waited(empty: str) -> None:
    from bot.store.postgres.errors import Outages  # its client may not be installed
    from bot.store.postgres.postgres_connection import PostgresConnection

    url = postgres.shared_server().url(empty)
    with (
        closing(PostgresConnection(url, Outages("PostgreSQL"), "newsdesk_state", writes=True)) as first,
        ThreadPoolExecutor(1) as threads,
    ):
        with first.transaction():
            second = threads.submit(engine(empty).prepare, "state")
            while not second.done() and first.execute(WAITING).fetchone() == (0,):
                time.sleep(0.01)
            # Few changes: the server has connections read many even while they wait.
            first.execute("CREATE SCHEMA newsdesk_state")
            first.execute("CREATE TABLE schema_version (version bigint NOT NULL)")
            first.execute("INSERT INTO schema_version VALUES (99)")
        with pytest.raises(BadInput) as raised:
            second.result()
    assert raised.value.key == "newer-schema"


def test_a_newer_schema_is_refused(empty: str) -> None:
    engine(empty).prepare("state")
    postgres.shared_server().execute("UPDATE newsdesk_state.schema_version SET version = 99", empty)
    with pytest.raises(BadInput) as raised:
        engine(empty).open_writer("state")
    assert (raised.value.key, raised.value.fields["found"]) == ("newer-schema", 99)


def test_a_schema_of_something_else_is_refused(empty: str) -> None:
    postgres.shared_server().execute("CREATE SCHEMA newsdesk_state", empty)
    with pytest.raises(BadInput) as raised:
        engine(empty).open_writer("state")
    assert raised.value.key == "not-our-database"


# Upgrades.


def newer_engine(name: str, tmp_path: Path) -> PostgresEngine:
    """The engine of the next version."""
    from bot.store.postgres.postgres_engine import PostgresEngine

    newer = PostgresEngine(postgres.shared_server().url(name), tmp_path, SqliteEngine(tmp_path).open_scratch)
    newer._schemas.migrations["state"] += ("CREATE TABLE addition (id bigint)",)
    return newer


def test_an_upgrade_waits_until_nobody_uses_the_database(tmp_path: Path, empty: str) -> None:
    reader = engine(empty).open_writer("state")
    with pytest.raises(Busy) as raised:
        newer_engine(empty, tmp_path).prepare("state")
    assert raised.value.key == "data-in-use"
    reader.close()
    steps: list[UpgradeStep] = []
    newer_engine(empty, tmp_path).prepare("state", report=steps.append)
    assert [step.stage for step in steps] == ["migration"]


def test_an_older_process_refuses_what_was_upgraded_while_its_connection_was_cut(
    tmp_path: Path, empty: str
) -> None:
    with closing(engine(empty).open_writer("state")) as db:
        postgres.shared_server().execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            f" WHERE datname = '{empty}' AND pid <> pg_backend_pid()",
            empty,
        )
        newer_engine(empty, tmp_path).prepare("state")
        with pytest.raises(BadInput) as raised, db.user_errors(), db.transaction():
            pass
        assert raised.value.key == "newer-schema"


def test_whoever_comes_during_an_upgrade_is_told(
    tmp_path: Path, empty: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.store.postgres.postgres_connection.BUSY_TIMEOUT_SECONDS", 0.1)
    engine(empty).prepare("state")
    with newer_engine(empty, tmp_path)._schemas.alone(), pytest.raises(Busy) as raised:
        engine(empty).open_reader("state")
    assert raised.value.key == "data-locked"


def test_whether_anybody_writes_the_corpus(tmp_path: Path, empty: str) -> None:
    corpus = newer_engine(empty, tmp_path)
    assert not corpus.has_writer()
    lock = corpus.writer_lock()
    lock.acquire()
    assert corpus.has_writer()
    lock.release()
    assert not corpus.has_writer()
