"""What a query has to match, in FTS5's syntax."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from bot.store.sqlite.text_index import match_text
from bot.store.text_match import MatchWithout, MatchWords, TextMatch, all_of, any_of
from tests.support.corpus_rows import Said, Thread, fill
from tests.support.engines import engine_at

TEXTS = {
    1: ("Ferry strike", "The ferry is late."),
    2: ("Harbour", "A ferry strike."),
    3: ("Fish", "Fishing."),
}


@pytest.fixture
def db() -> Iterator[sqlite3.Connection]:
    with closing(sqlite3.connect(":memory:")) as opened:
        opened.execute("CREATE VIRTUAL TABLE news USING fts5 (title, body)")
        rows = [(row, *columns) for row, columns in TEXTS.items()]
        opened.executemany("INSERT INTO news (rowid, title, body) VALUES (?, ?, ?)", rows)
        yield opened


@pytest.mark.parametrize(
    ("match", "rows"),
    [
        (MatchWords(("ferry",)), [1, 2]),
        (MatchWords(("ferry", "strike")), [1, 2]),
        (MatchWords(("strike", "ferry")), []),
        (MatchWords(("fish",)), [3]),
        (MatchWords(("fer",), prefix=True), [1, 2]),
        (MatchWords(("ferry", "str"), prefix=True, in_title=True), [1]),
        (any_of([MatchWords(("harbour",)), MatchWords(("fishing",))]), [2, 3]),
        (all_of([MatchWords(("ferry",)), any_of([MatchWords(("late",)), MatchWords(("fish",))])]), [1]),
        (MatchWithout(MatchWords(("ferry",)), MatchWords(("harbour",), in_title=True)), [1]),
        (MatchWithout(MatchWords(("ferry",)), all_of([MatchWords(("ferry",)), MatchWords(("late",))])), [2]),
        (all_of([MatchWithout(MatchWords(("ferry",)), MatchWords(("late",))), MatchWords(("strike",))]), [2]),
    ],
)
def test_rows_match_as_they_should(db: sqlite3.Connection, match: TextMatch, rows: list[int]) -> None:
    matches = db.execute("SELECT rowid FROM news WHERE news MATCH ? ORDER BY rowid", (match_text(match),))
    assert [row for (row,) in matches] == rows


@pytest.mark.parametrize("word", ['"', 'a"b', "title:ferry", "ferry*", "NOT", "(", "NEAR(a b)", "-", "'"])
def test_no_word_is_read_as_syntax(db: sqlite3.Connection, word: str) -> None:
    for match in (
        MatchWords((word,)),
        MatchWords((word, "ferry"), prefix=True),
        MatchWords((word,), in_title=True),
    ):
        db.execute("SELECT rowid FROM news WHERE news MATCH ?", (match_text(match),)).fetchall()
    assert db.execute("SELECT count(*) FROM news").fetchone() == (3,)


def test_rows_are_listed_and_measured(tmp_path: Path) -> None:
    texts = ["ferry strike", "ferry " * 200, "harbour", "ferry " * 20_000]
    fill(tmp_path, [Thread("Ferries", comments=[Said(text) for text in texts])])
    with closing(engine_at(tmp_path).open_reader("corpus")) as db:
        index = db.text_index
        rows = db.execute(*index.listed("comment", MatchWords(("ferry",)), (0, 100))).fetchall()
        assert [json.loads(row[0]) for row in rows] == [[1, 2, 4]]
        assert index.sizes("comment", [1, 2, 3, 4, 99]) == {1: 2, 2: 200, 3: 1, 4: 20_000}
