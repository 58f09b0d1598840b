"""Many rows of values at once."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from bot.store.engine import Connection
from tests.support import postgres
from tests.support.corpus_engines import postgres_corpus_at

pytestmark = pytest.mark.skipif(bool(postgres.missing()), reason=postgres.missing())

INSERT = "INSERT  INTO signature (id, vector, terms) VALUES (?, ?, NULL), (?, ?, NULL)"


@pytest.fixture
def db(tmp_path: Path) -> Iterator[Connection]:
    with closing(postgres_corpus_at(tmp_path).open_writer("corpus")) as opened:
        yield opened


def test_rows_are_inserted_in_bulk_with_their_empty_columns(db: Connection) -> None:
    db.executemany(INSERT, [(1, b"\0\xff", 2, None), (True + 2, b"", 4, b"x")])
    assert db.execute("SELECT id, terms, vector FROM signature ORDER BY id").fetchall() == [
        (1, None, b"\0\xff"),
        (2, None, None),
        (3, None, b""),
        (4, None, b"x"),
    ]


def test_texts_are_those_that_single_statements_store(db: Connection) -> None:
    names = ["", "a\0b", "tab\tline\nback\\slash \\N", "quote ' \" ?", "%s", "größer 東京"]
    db.executemany("INSERT INTO erasure VALUES (?, ?)", [(1, name) for name in names])
    for name in names:
        db.execute("INSERT INTO erasure VALUES (?, ?)", (2, name))
    stored = "SELECT name FROM erasure WHERE archive = ? ORDER BY name"
    assert db.execute(stored, (1,)).fetchall() == db.execute(stored, (2,)).fetchall()


@pytest.mark.parametrize("count", [0, 1, 200, 401])
def test_other_statements_run_for_each_row(db: Connection, count: int) -> None:
    upsert = "INSERT INTO zone VALUES (?, ?, ?, ?) ON CONFLICT (comments, no) DO UPDATE SET newest = ?4"
    db.executemany(upsert, [(0, number % 300, 1, number) for number in range(count)])
    db.executemany("UPDATE zone SET oldest = ?2 WHERE no = ?1", [(number, 7) for number in range(count)])
    expected = {number % 300: (7, number) for number in range(count)}
    rows = db.execute("SELECT no, oldest, newest FROM zone").fetchall()
    assert {no: (oldest, newest) for no, oldest, newest in rows} == expected


@pytest.mark.parametrize("bad", [(1, b""), (1 << 70, b""), (None, b"")])
def test_a_bad_row_leaves_what_was_before_it(db: Connection, bad: tuple[object, ...]) -> None:
    with db.transaction():
        db.execute("INSERT INTO signature (id) VALUES (1)")
        db.execute("SAVEPOINT bulk")
        with pytest.raises(db.row_errors):
            db.executemany(INSERT, [(2, b"", 3, b""), (4, b"", *bad)])
        db.execute("ROLLBACK TO bulk")
    assert db.execute("SELECT id FROM signature").fetchall() == [(1,)]


def test_rows_that_cannot_be_read_end_the_statement(db: Connection) -> None:
    def rows() -> Iterator[tuple[int, bytes, int, bytes]]:
        yield 1, b"", 2, b""
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt), db.transaction():
        db.executemany(INSERT, rows())
    assert db.execute("SELECT count(*) FROM signature").fetchone() == (0,)
