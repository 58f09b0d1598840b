"""What is PostgreSQL's alone of a connection to the corpus."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from bot.errors import Busy
from bot.store.engine import Connection, Cursor, Statement
from bot.store.ingest.writer import CorpusWriter
from bot.store.postgres import row_stream
from bot.store.postgres.corpus_connection import PostgresCorpusConnection
from bot.store.search.statistics import update_statistics
from bot.store.text_match import MatchWords
from bot.text.search.analyzer import Analyzer
from tests.support import postgres
from tests.support.corpus_engines import postgres_corpus_at
from tests.support.corpus_loads import comment, load, thread

pytestmark = pytest.mark.skipif(bool(postgres.missing()), reason=postgres.missing())

SLOW = "SELECT count(*) FROM generate_series(1, 1000000000) AS number"


@pytest.fixture
def db(tmp_path: Path) -> Iterator[Connection]:
    with closing(postgres_corpus_at(tmp_path).open_reader("corpus")) as opened:
        yield opened


def test_a_statement_that_takes_too_long_leaves_the_transaction_open(db: Connection) -> None:
    with db.transaction(writing=False):
        budget = db.budget(0.05)
        budget.begin()
        assert budget.rows(SLOW, ()) == ([], False)
        assert budget.rows("SELECT guild FROM archive WHERE no = ?", (0,)) == ([(0,)], True)
        budget.end()
        assert db.execute("SELECT count(*) FROM archive").fetchone() == (1,)
        assert db.execute("SELECT current_setting('statement_timeout')").fetchone() == ("0",)


def test_the_statement_that_exceeds_the_time_of_the_job_is_interrupted(db: Connection) -> None:
    def job() -> None:
        with db.transaction(writing=False):
            budget = db.budget(60, total_seconds=0.05)
            budget.begin()
            budget.rows(SLOW, ())

    with pytest.raises(Exception, match="statement timeout") as raised:
        job()
    assert db.is_interruption(raised.value)


def test_a_job_goes_on_after_an_interruption_of_a_statement_without_a_limit(db: Connection) -> None:
    with db.transaction(writing=False):
        budget = db.budget(60)
        budget.begin()
        db.execute("SET LOCAL statement_timeout = 50")
        with pytest.raises(Exception, match="statement timeout") as raised:
            db.execute(SLOW)
        budget.end()
        assert db.is_interruption(raised.value)
        assert db.execute("SELECT count(*) FROM archive").fetchone() == (1,)


def test_a_busy_machine_may_take_several_times_as_long(db: Connection) -> None:
    with db.transaction(writing=False):
        budget = db.budget(0.2, total_seconds=0.2)
        budget.begin()
        assert budget.rows("SELECT 1 FROM pg_sleep(0.4)", ()) == ([(1,)], True)
        budget.end()


def test_no_statement_begins_after_the_time_of_the_job(db: Connection) -> None:
    with db.transaction(writing=False):
        budget = db.budget(60, total_seconds=0.0)
        budget.begin()
        with pytest.raises(Exception, match="time of the job is over") as raised:
            budget.rows("SELECT 1", ())
        budget.end()
        assert db.is_interruption(raised.value)
        assert db.execute("SELECT count(*) FROM archive").fetchone() == (1,)


def test_what_was_read_before_the_end_of_the_time_is_kept(db: Connection) -> None:
    with db.transaction(writing=False):
        budget = db.budget(60, total_seconds=0.05)
        budget.begin()
        with pytest.raises(Exception, match="statement timeout"):
            budget.rows(SLOW, ())
        budget.end()
        assert db.execute("SELECT count(*) FROM archive").fetchone() == (1,)


def test_sums_are_numbers_as_those_that_are_added(db: Connection) -> None:
    whole, part = db.execute("SELECT sum(no), sum(no + 0.5) FROM archive").fetchone()
    assert (type(whole), type(part)) == (int, float)


def test_texts_that_no_index_has_room_for_are_stored_and_found_by_their_beginning(tmp_path: Path) -> None:
    many = " ".join(f"word{number}" for number in range(300_000))
    engine = postgres_corpus_at(tmp_path)
    with CorpusWriter(engine) as writer:
        receipt = load(writer, thread("Long", comment("x" * 5_000), body=[many]), thread("A nul \0 inside"))
    assert (receipt.articles.new, receipt.comments.new, receipt.rejected) == (2, 1, 0)
    with closing(engine.open_reader("corpus")) as db:
        matches = db.execute(*db.text_index.matching("article", MatchWords(("word0", "word1")))).fetchall()
        assert matches == [(1,)]
        assert db.execute("SELECT length(body) FROM article WHERE id = 1").fetchone() == (len(many),)


def test_rows_are_chosen_as_they_are_read(db: Connection) -> None:
    numbers = "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT i FROM n"

    def even(row: tuple[int]) -> int | None:
        return None if row[0] % 2 else row[0]

    with db.transaction(writing=False):
        budget = db.budget(0.3)
        budget.begin()
        assert budget.chosen(Statement(numbers + " LIMIT 5", ()), even) == ([2, 4], True)
        assert budget.chosen(Statement(numbers + " LIMIT 5", ()), even, 1) == ([2], True)
        chosen, complete = budget.chosen(Statement(numbers, ()), even)
        assert (chosen[:2], complete) == ([2, 4], False)
        assert db.execute("SELECT count(*) FROM archive").fetchone() == (1,)
        budget.end()


def test_articles_are_counted_again_in_parts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(row_stream, "ROWS_PER_FETCH", 2)
    engine = postgres_corpus_at(tmp_path)
    with CorpusWriter(engine) as writer:
        load(writer, *(thread(f"Gulls return {number}") for number in range(18)))
    sizes: list[int] = []
    execute = PostgresCorpusConnection.execute

    def measure(db: PostgresCorpusConnection, sql: str, values: Any = ()) -> Cursor:
        cursor = execute(db, sql, values)
        if "s.terms IS NOT NULL" in sql or sql.startswith("FETCH"):
            sizes.append(cursor.rowcount)
        return cursor

    with closing(engine.open_writer("corpus")) as db:
        update_statistics(db, Analyzer())
        db.execute("DELETE FROM article WHERE id IN (SELECT id FROM article ORDER BY id LIMIT 12)")
        monkeypatch.setattr(PostgresCorpusConnection, "execute", measure)
        update_statistics(db, Analyzer())
    assert sizes.count(2) >= 3
    assert max(sizes) == 2


def test_words_are_read_in_parts_between_transactions(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(row_stream, "ROWS_PER_FETCH", 2)
    engine = postgres_corpus_at(tmp_path)
    with CorpusWriter(engine) as writer:
        load(writer, thread("Gulls return to all roofs of the harbour"))
    with closing(engine.open_writer("corpus")) as db:
        before = [*db.text_index.word_counts("article", 9)]
        assert ("harbour", 1) in before
        counts = db.text_index.word_counts("article", 9)
        read = [next(counts)]
        assert db.execute("SELECT is_holdable FROM pg_cursors").fetchone() == (True,)
        with db.transaction():
            db.execute("DELETE FROM article_index")
        read += counts
        assert read == before
        assert db.execute("SELECT count(*) FROM pg_cursors").fetchone() == (0,)


def test_a_connection_that_is_cut_between_words_is_an_outage(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(row_stream, "ROWS_PER_FETCH", 2)
    engine = postgres_corpus_at(tmp_path)
    with CorpusWriter(engine) as writer:
        load(writer, thread("Gulls return to all roofs of the harbour"))
    with closing(engine.open_writer("corpus")) as db, closing(engine.open_writer("corpus")) as other:
        counts = db.text_index.word_counts("article", 9)
        next(counts)
        (server_process,) = db.execute("SELECT pg_backend_pid()").fetchone()
        other.execute("SELECT pg_terminate_backend(?, 5000)", (server_process,))
        with db.transaction():
            db.execute("SELECT 1")
        with pytest.raises(Busy) as raised, db.user_errors():
            list(counts)
        assert raised.value.key == "archive-unavailable"
        assert db.execute("SELECT 1").fetchone() == (1,)


def test_rows_that_nobody_reads_are_freed(tmp_path: Path) -> None:
    with closing(postgres_corpus_at(tmp_path).open_writer("corpus")) as db:
        outside = iter(db.stream("SELECT generate_series(1, 900)", ()))
        assert next(outside) == (1,)
        with db.transaction():
            inside = iter(db.stream("SELECT generate_series(1, 900)", ()))
            assert (next(inside), next(outside)) == ((1,), (2,))
        assert db.execute("SELECT count(*) FROM pg_cursors").fetchone() == (1,)
        del outside
        assert db.execute("SELECT count(*) FROM pg_cursors").fetchone() == (0,)
