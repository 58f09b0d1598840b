"""What the text index of each engine finds, and in which order."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import closing
from datetime import timedelta

import pytest

from bot.store.engine import Connection, Kind
from bot.store.ingest.writer import CorpusWriter
from bot.store.text_match import MatchWithout, MatchWords, TextMatch, all_of, any_of
from bot.text.search.analyzer import Analyzer
from tests.support.corpus_engines import corpus_at
from tests.support.corpus_loads import START, comment, load, thread

TEXTS = [
    ("Ferry strike", "The ferry is late."),
    ("Harbour", "A ferry strike."),
    ("Fish", "Fishing."),
    ("Élan vital", "C++ and AT&T, naïve, v2.0 at 1e5 Größe, Straße"),
]
COMMENTS = ["gulls gulls gulls", "gulls and many other words about boats and ropes", "a boat", "[deleted]"]
ALL = (0, 1 << 32)


@pytest.fixture(scope="module")
def db(engine: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Connection]:
    data = tmp_path_factory.mktemp("index")
    replies = [comment(text, f"reader{place}", place) for place, text in enumerate(COMMENTS)]
    pages = [
        thread(
            title, *(replies if title == "Fish" else ()), body=[body], posted_at=START + timedelta(days=day)
        )
        for day, (title, body) in enumerate(TEXTS)
    ]
    with CorpusWriter(corpus_at(data)) as writer:
        load(writer, *pages)
        writer.update_statistics(Analyzer())
    with closing(corpus_at(data).open_reader("corpus")) as opened:
        yield opened


def word(text: str, *, prefix: bool = False) -> MatchWords:
    return MatchWords((text,), prefix)


@pytest.mark.parametrize(
    ("match", "rows"),
    [
        (word("ferry"), [1, 2]),
        (MatchWords(("ferry", "strike")), [1, 2]),
        (MatchWords(("strike", "ferry")), []),
        (word("fish"), [3]),
        (word("fer", prefix=True), [1, 2]),
        (MatchWords(("ferry", "str"), prefix=True, in_title=True), [1]),
        (any_of([word("harbour"), word("fishing")]), [2, 3]),
        (all_of([word("ferry"), any_of([word("late"), word("fish")])]), [1]),
        (MatchWithout(word("ferry"), MatchWords(("harbour",), in_title=True)), [1]),
        (MatchWithout(word("ferry"), all_of([word("ferry"), word("late")])), [2]),
        (all_of([MatchWithout(word("ferry"), word("late")), word("strike")]), [2]),
        (word("ELAN"), [4]),
        (word("élan"), [4]),
        (word("grosse"), []),
        (word("grö", prefix=True), [4]),
        (word("naive"), [4]),
        (word("1e5"), [4]),
        (word("v2"), [4]),
        (word("0"), [4]),
        (MatchWords(("at&t", "naïve")), [4]),
        (word("nobody"), []),
    ],
)
def test_rows_match_as_they_should(db: Connection, match: TextMatch, rows: list[int]) -> None:
    index = db.text_index
    assert sorted(db.execute(*index.matching("article", match)).fetchall()) == [(row,) for row in rows]
    assert db.execute(*index.newest("article", match, ALL, 9)).fetchall() == [(row,) for row in rows[::-1]]
    assert sorted(db.execute(*index.among("article", match, [1, 3])).fetchall()) == [
        (row,) for row in rows if row in (1, 3)
    ]
    ranked = db.execute(*index.best("article", match, ALL, (4.0, 1.0, 1.0), -1)).fetchall()
    assert sorted(ranked) == [(row,) for row in rows]


@pytest.mark.parametrize(
    "text", ['"', 'a"b', "title:ferry", "ferry*", "NOT", "(", "NEAR(a b)", "-", "'", "\\"]
)
@pytest.mark.parametrize("kind", ["article", "comment"])
def test_no_word_is_read_as_syntax(db: Connection, kind: Kind, text: str) -> None:
    for match in (
        MatchWords((text,)),
        MatchWords((text, "ferry"), prefix=True),
        MatchWithout(word("a"), word(text)),
    ):
        db.execute(*db.text_index.matching(kind, match)).fetchall()
        db.execute(*db.text_index.best(kind, match, ALL, (1.0, 1.0), 9)).fetchall()


def test_titles_are_found_by_the_beginnings_of_their_words_alone(db: Connection) -> None:
    assert db.execute(*db.text_index.newest("title", word("f", prefix=True), ALL, 9)).fetchall() == [
        (3,),
        (1,),
    ]
    assert db.execute(*db.text_index.newest("title", word("late"), ALL, 9)).fetchall() == []


def test_the_best_has_the_words_often_and_in_its_headline(db: Connection) -> None:
    index = db.text_index
    comments = db.execute(*index.best("comment", word("gulls"), ALL, (1.0, 1.0), 9)).fetchall()
    assert comments == [(1,), (2,)]
    assert db.execute(*index.best("comment", word("gulls"), ALL, (1.0, 1.0), 1)).fetchall() == [(1,)]
    strikes = db.execute(*index.best("article", word("strike"), ALL, (9.0, 1.0, 1.0), 9)).fetchall()
    assert strikes == [(1,), (2,)]
    rare = any_of([word("ferry"), word("harbour")])
    assert db.execute(*index.best("article", rare, ALL, (1.0, 1.0, 1.0), 9)).fetchall()[0] == (2,)


def test_words_are_counted_by_rows(db: Connection) -> None:
    counts = [*db.text_index.word_counts("comment", 6)]
    assert counts == sorted(counts)
    assert dict(counts)["gulls"] == 2
    assert "deleted" not in dict(counts)
    assert "strike" in dict(db.text_index.word_counts("article", 6))
    assert "strike" not in dict(db.text_index.word_counts("article", 5))


def test_matching_rows_are_listed_and_measured(db: Connection) -> None:
    index = db.text_index
    rows = db.execute(*index.listed("comment", word("gulls"), ALL)).fetchall()
    assert [sorted(json.loads(row[0])) for row in rows] == [[1, 2]]
    assert db.execute(*index.listed("comment", word("nobody"), ALL)).fetchall() == [("[]",)]
    assert index.sizes("comment", [1, 2, 3, 99]) == {1: 3, 2: 9, 3: 2}
