"""Statements stop when they have worked for long enough, also within the full-text index."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from time import thread_time

import pytest

from bot.store.engine import Statement
from bot.store.sqlite.time_limit import SqliteBudget

COUNT = "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT i FROM n LIMIT ?"
NEVER = "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT i FROM n WHERE i < 0"


@pytest.fixture
def db() -> Iterator[sqlite3.Connection]:
    with closing(sqlite3.connect(":memory:")) as found:
        yield found


def test_what_is_found_in_time_is_all(db: sqlite3.Connection) -> None:
    budget = SqliteBudget(db, 60)
    budget.begin()
    rows, all_of_them = budget.rows(COUNT, (1000,))
    assert (len(rows), all_of_them) == (1000, True)


def test_what_is_found_until_then_stands_and_the_next_statement_has_its_own_time(
    db: sqlite3.Connection,
) -> None:
    budget = SqliteBudget(db, 0.01)
    budget.begin()
    rows, all_of_them = budget.rows(COUNT, (10**9,))
    assert not all_of_them
    assert [row for (row,) in rows] == list(range(1, len(rows) + 1))
    assert budget.rows(NEVER, ()) == ([], False)
    assert budget.rows(COUNT, (3,)) == ([(1,), (2,), (3,)], True)
    assert db.execute(COUNT, (100_000,)).fetchall()[-1] == (100_000,)


def test_after_the_usual_time_of_a_job_a_statement_has_a_part_of_its_own(db: sqlite3.Connection) -> None:
    budget = SqliteBudget(db, 0.2, usual_seconds=0.01)
    budget.begin()
    budget.rows(NEVER, ())
    before = thread_time()
    assert budget.rows(NEVER, ()) == ([], False)
    assert 0.04 < thread_time() - before < 0.15
    assert budget.rows(COUNT, (3,)) == ([(1,), (2,), (3,)], True)


def test_afterwards_nobody_looks_at_the_clock(db: sqlite3.Connection) -> None:
    budget = SqliteBudget(db, 0)
    budget.begin()
    budget.end()
    assert len(budget.rows(COUNT, (100_000,))[0]) == 100_000


def test_what_somebody_else_interrupts_is_raised(db: sqlite3.Connection) -> None:
    budget = SqliteBudget(db, 60)
    db.create_function("stop", 0, db.interrupt)
    with pytest.raises(sqlite3.OperationalError, match="interrupted"):
        budget.rows("SELECT stop() FROM (" + COUNT + ")", (100_000,))


def test_a_phrase_that_never_stands_is_given_up(db: sqlite3.Connection) -> None:
    db.execute("CREATE VIRTUAL TABLE said USING fts5 (text)")
    db.executemany("INSERT INTO said VALUES (?)", [("to be or not to be " * 6,)] * 30_000)
    budget = SqliteBudget(db, 0)
    budget.begin()
    assert budget.rows("SELECT rowid FROM said WHERE said MATCH ?", ('"be be"',)) == ([], False)


def test_rows_are_chosen_as_they_are_read(db: sqlite3.Connection) -> None:
    budget = SqliteBudget(db, 0.05)
    budget.begin()
    read: list[int] = []

    def even(row: tuple[int]) -> int | None:
        read.append(row[0])
        return None if row[0] % 2 else row[0]

    assert budget.chosen(Statement(COUNT, (5,)), even) == ([2, 4], True)
    read.clear()
    assert budget.chosen(Statement(COUNT, (100_000,)), even, 2) == ([2, 4], True)
    assert read == [1, 2, 3, 4]
    chosen, complete = budget.chosen(Statement(COUNT, (1 << 40,)), even)
    assert (chosen[:2], complete) == ([2, 4], False)
