"""Rows' words in PostgreSQL: the vectors that the bot makes, and what it looks for in them."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.index_words import folded_words
from bot.store.engine import Connection
from bot.store.postgres.word_vector import MAX_PLACE, MAX_PLACES, MAX_WORD_BYTES
from bot.store.text_match import MatchAll, MatchWithout, MatchWords, any_of
from tests.support import postgres
from tests.support.corpus_engines import postgres_corpus_at

pytestmark = pytest.mark.skipif(bool(postgres.missing()), reason=postgres.missing())

ALL = (0, 1 << 32)


@pytest.fixture
def db(tmp_path: Path) -> Iterator[Connection]:
    with closing(postgres_corpus_at(tmp_path).open_writer("corpus")) as opened:
        yield opened


def add(db: Connection, title: str, body: str = "", grams: str | None = None) -> None:
    with db.transaction():
        (number,) = db.execute("SELECT coalesce(max(id), 0) + 1 FROM article").fetchone()
        sql = "INSERT INTO article (id, fingerprint, title, body, grams) VALUES (?, 0, ?, ?, ?)"
        db.execute(sql, (number, title, body, grams))
        db.text_index.add("article", (number, number))


def found(db: Connection, *words: str, prefix: bool = False, in_title: bool = False) -> bool:
    match = MatchWords(words, prefix, in_title)
    return bool(db.execute(*db.text_index.matching("article", match, ALL)).fetchall())


def test_the_server_reads_the_vector_as_its_own(db: Connection) -> None:
    add(db, "A ferry", "The FERRY is late, the Élan", "東京 京")
    (stored,) = db.execute("SELECT CAST(words AS text) FROM article_index").fetchone()
    assert stored == "'a':1A 'elan':9B 'ferry':2A,5B 'is':6B 'late':7B 'the':4B,8B '京':12C '東京':11C"
    assert db.text_index.mismatches() == []
    db.execute("UPDATE article SET body = 'x'")
    assert db.text_index.mismatches() == ["article_index"]
    with db.transaction():
        db.text_index.rebuild()
    assert db.text_index.mismatches() == []
    db.execute("DELETE FROM article_index")
    assert db.text_index.mismatches() == ["article_index"]


def test_phrases_do_not_reach_from_the_headline_into_the_text(db: Connection) -> None:
    add(db, "Late ferry", "strike today")
    assert found(db, "ferry")
    assert found(db, "late", "ferry")
    assert not found(db, "ferry", "strike")
    assert found(db, "strike", "tod", prefix=True)
    assert not found(db, "strike", in_title=True)


@pytest.mark.parametrize("letter", ["z", "é", "\u0915", "\U00010428"])
@pytest.mark.parametrize("length", [MAX_WORD_BYTES - 1, MAX_WORD_BYTES, MAX_WORD_BYTES + 1, 70_000])
def test_words_of_any_length_are_found(db: Connection, letter: str, length: int) -> None:
    word = "x" + letter * length
    add(db, "Ferry", f"{word} boat")
    assert found(db, word)
    assert found(db, word, "boat")
    assert found(db, word[:200], prefix=True)
    assert not found(db, "y" + word)


def test_words_behind_the_last_place_are_found_but_not_as_phrases(db: Connection) -> None:
    add(db, "Ferry", "gull " * MAX_PLACE + "late boat gull", "東京")
    assert all(found(db, word) for word in ("gull", "late", "boat", "東京"))
    assert not found(db, "late", "boat")
    assert not found(db, "boat", "late")
    sql = "SELECT max(cardinality(positions)) FROM article_index, unnest(words)"
    assert db.execute(sql).fetchone() == (MAX_PLACES,)


def test_of_more_words_than_there_is_room_for_the_first_are_found(db: Connection) -> None:
    add(db, "Ferry", " ".join(f"boat{number}" for number in range(200_000)))
    assert found(db, "ferry")
    assert found(db, "boat1", "boat2")
    assert found(db, "boat20000")
    assert not found(db, "boat199999")


@given(st.lists(st.text(st.characters(codec="utf-8", max_codepoint=0x4FF)), max_size=4), st.booleans())
def test_no_word_is_read_as_syntax(words: list[str], prefix: bool) -> None:
    from bot.store.postgres import tsquery

    match = MatchWithout(any_of([MatchWords(tuple(words), prefix), MatchWords(("b",))]), MatchWords(("c",)))
    text = tsquery.text(MatchAll((match, match)), "A", in_title=False)
    assert re.fullmatch(r"(?:[()|&! ]|<->|'\w+'(?::\*)?)*", text)


@given(st.text(st.sampled_from("aZé\u0301ßİıłØ9_-' \u0661漢ñΣς\u200b½²")))
def test_words_are_those_of_the_other_engine(text: str) -> None:
    with closing(sqlite3.connect(":memory:")) as db:
        db.execute("CREATE VIRTUAL TABLE entry USING fts5 (text, tokenize='unicode61 remove_diacritics 2')")
        db.execute("CREATE VIRTUAL TABLE word USING fts5vocab (entry, instance)")
        db.execute("INSERT INTO entry VALUES (?)", (text,))
        expected = [word for (word,) in db.execute("SELECT term FROM word ORDER BY offset")]
    assert folded_words(text) == expected


def test_rows_are_streamed_and_chosen(db: Connection) -> None:
    numbers = "SELECT number FROM generate_series(1, CAST(? AS bigint)) AS number"
    with db.transaction(writing=False):
        assert [row for (row,) in db.stream(numbers, (1_200,))] == [*range(1, 1_201)]
        assert next(iter(db.stream(numbers, (10,)))) == (1,)
        assert [row for (row,) in db.stream(numbers, (3,))] == [1, 2, 3]
