"""Loading what was loaded before: what is new, what is updated, what is as it was."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.articles import Paragraph
from bot.domain.dump import ParsedThread
from bot.domain.loads import Counts
from bot.store.corpus import deduplication
from bot.store.corpus.rows import CommentRow
from bot.store.ingest import merge
from bot.store.ingest.merge import Annotator
from bot.store.ingest.writer import CorpusWriter
from tests.support.corpus_engines import corpus_at
from tests.support.corpus_loads import (
    EDITOR,
    START,
    assert_sound,
    comment,
    holdings,
    indexed,
    load,
    load_into,
    query,
    thread,
)

FIRST = comment("It is a bribe.", "netmender", 1)
SECOND = comment("My stall paid for 40 years.", "oysterjo", 2)
PAGE = thread("Fish market moves", FIRST, SECOND)


def test_the_same_page_again_changes_nothing(tmp_path: Path) -> None:
    assert load_into(tmp_path, PAGE).articles == Counts(new=1)
    before = holdings(tmp_path)
    again = load_into(tmp_path, PAGE, PAGE)
    assert (again.articles, again.comments) == (Counts(unchanged=2), Counts(unchanged=4))
    assert again.ids == (1,)
    assert holdings(tmp_path) == before


def test_a_newer_capture_adds_its_new_comments(tmp_path: Path) -> None:
    load_into(tmp_path, PAGE)
    third = comment("Nobody asked the gulls.", "pierpoet", 3)
    newer = load_into(tmp_path, thread("FISH MARKET moves", third, SECOND, FIRST))
    assert (newer.articles, newer.comments) == (Counts(updated=1), Counts(new=1, unchanged=2))
    assert query(tmp_path, "SELECT title, comments FROM article") == [("FISH MARKET moves", 3)]
    assert_sound(tmp_path)


SAME = [
    ("a source that was missing", {"source": None}, {}),
    ("a source that is missing", {}, {"source": None}),
    ("a deleted submitter", {}, {"submitter": "[deleted]"}),
    ("names in other letters", {"source": "www.Courier.example"}, {"submitter": "TideWatcher"}),
    ("no names, the same beginning", {"source": None}, {"submitter": None}),
    ("no names, no bodies", {"source": None, "body": ()}, {"submitter": None, "body": ()}),
    ("another body", {}, {"body": ("Quite another.",)}),
]


@pytest.mark.parametrize(("stored", "coming"), [case[1:] for case in SAME], ids=[case[0] for case in SAME])
def test_the_same_article(tmp_path: Path, stored: dict[str, Any], coming: dict[str, Any]) -> None:
    load_into(tmp_path, thread("Fish market moves", **stored))
    assert load_into(tmp_path, thread("Fish market moves", **coming)).articles.new == 0
    assert_sound(tmp_path)


OTHER = [
    ("another title", {}, {"title": "Fish market stays"}),
    ("another source", {"submitter": None}, {"source": "tribune.example"}),
    ("another submitter", {"source": None}, {"submitter": "pierpoet"}),
    ("no names, another beginning", {"source": None}, {"submitter": None, "body": ("Quite another.",)}),
    ("no names, one body", {"source": None}, {"submitter": None, "body": ()}),
    ("a key", {}, {"key": "t3_abc"}),
    ("another key", {"key": "t3_abc"}, {"key": "t3_abd"}),
    ("no key", {"key": "t3_abc"}, {}),
]


@pytest.mark.parametrize(("stored", "coming"), [case[1:] for case in OTHER], ids=[case[0] for case in OTHER])
def test_another_article(tmp_path: Path, stored: dict[str, Any], coming: dict[str, Any]) -> None:
    load_into(tmp_path, thread(**{"title": "Fish market moves", **stored}))
    assert load_into(tmp_path, thread(**{"title": "Fish market moves", **coming})).articles == Counts(new=1)


def test_a_shared_comment_proves_an_article_without_names(tmp_path: Path) -> None:
    bare = {"source": None, "submitter": None}
    load_into(tmp_path, thread("Live updates", FIRST, body=("Morning.",), **bare))
    same = load_into(tmp_path, thread("Live updates", SECOND, FIRST, body=("Noon.",), **bare))
    other = load_into(tmp_path, thread("Live updates", SECOND, body=("Night.",), submitter="x", source=None))
    assert (same.articles.new, same.comments.new) == (0, 1)
    assert other.articles.new == 0, "its comment came with the second capture"


def test_the_article_with_most_in_common_is_it(tmp_path: Path) -> None:
    load_into(tmp_path, thread("Fish market moves", source="a.example", submitter=None, body=("One.",)))
    load_into(tmp_path, thread("Fish market moves", source="b.example", submitter="ann", body=("Two.",)))
    found = load_into(tmp_path, thread("Fish market moves", source="b.example", submitter="ann"))
    assert found.ids == (2,)


def test_the_same_page_in_another_archive_is_another(tmp_path: Path) -> None:
    load_into(tmp_path, PAGE)
    assert load_into(tmp_path, PAGE, guild=7).articles == Counts(new=1)
    assert load_into(tmp_path, thread(key="t3_abc")).articles == Counts(new=1)
    assert load_into(tmp_path, thread(key="t3_abc"), guild=7).articles == Counts(new=1)


def test_a_capture_that_says_less_takes_nothing_away(tmp_path: Path) -> None:
    whole = thread("Fish market moves", SECOND, link="https://a.example/1", flair="News", score=5)
    load_into(tmp_path, whole)
    before = query(tmp_path, "SELECT * FROM article")
    poor = thread("Fish market moves", source=None, submitter=None, body=())
    load_into(tmp_path, thread("Fish market moves", SECOND, source=None, submitter=None, body=()), poor)
    assert query(tmp_path, "SELECT * FROM article WHERE id = 1") == before


def test_a_capture_that_says_more_is_an_update(tmp_path: Path) -> None:
    load_into(tmp_path, thread("Fish market moves", source=None, body=()))
    newer = load_into(tmp_path, thread("Fish market moves", body=("At last.",), link="https://a.example/1"))
    assert newer.articles == Counts(updated=1)
    shown = "SELECT source, body, link FROM article"
    assert query(tmp_path, shown) == [("courier.example", "At last.", "https://a.example/1")]
    assert_sound(tmp_path)


def test_an_earlier_comment_moves_an_inferred_time(tmp_path: Path) -> None:
    load_into(tmp_path, thread("Fish market moves", SECOND))
    assert load_into(tmp_path, thread("Fish market moves", FIRST)).articles == Counts(updated=1)
    assert load_into(tmp_path, thread("Fish market moves", SECOND)).articles == Counts(unchanged=1)
    assert_sound(tmp_path)


def test_a_known_comment_moves_no_time(tmp_path: Path) -> None:
    load_into(tmp_path, thread("Fish market moves", comment(minute=1.5)))
    again = load_into(tmp_path, thread("Fish market moves", comment(minute=1)))
    assert (again.articles, again.comments) == (Counts(unchanged=1), Counts(unchanged=1))
    assert_sound(tmp_path)


def test_a_time_that_is_given_goes_before_an_inferred_one(tmp_path: Path) -> None:
    load_into(tmp_path, thread("Fish market moves", FIRST))
    load_into(tmp_path, thread("Fish market moves", posted_at=START))
    load_into(tmp_path, thread("Fish market moves", comment(minute=-90)))
    given = int(START.timestamp())
    assert query(tmp_path, "SELECT posted_at, inferred FROM article") == [(given, 0)]


def test_an_author_who_is_deleted_stays_deleted(tmp_path: Path) -> None:
    load_into(tmp_path, thread("Fish market moves", FIRST))
    gone = load_into(tmp_path, thread("Fish market moves", comment(FIRST.text, "[deleted]", 1)))
    assert gone.comments == Counts(updated=1)
    assert load_into(tmp_path, thread("Fish market moves", FIRST)).comments == Counts(unchanged=1)
    assert query(tmp_path, "SELECT author FROM comment") == ["[deleted]"]


def test_a_submitter_who_is_deleted_stays_deleted(tmp_path: Path) -> None:
    load_into(tmp_path, PAGE)
    assert load_into(tmp_path, thread("Fish market moves", submitter="[deleted]")).articles.updated == 1
    assert load_into(tmp_path, PAGE).articles == Counts(unchanged=1)
    assert query(tmp_path, "SELECT submitter FROM article") == ["[deleted]"]


def test_what_was_said_twice_is_two_comments(tmp_path: Path) -> None:
    echo = (comment("Hear, hear."), comment("Hear, hear."))
    assert load_into(tmp_path, thread("Fish market moves", *echo)).comments == Counts(new=2)
    again = load_into(tmp_path, thread("Fish market moves", *echo, comment("Hear,  hear.")))
    assert again.comments == Counts(new=1, unchanged=2)


def test_furniture_is_kept_and_not_indexed(tmp_path: Path) -> None:
    page = thread("Fish market moves", body=("One.",))
    furnished = type(page)(
        **{**fields(page), "paragraphs": (Paragraph("CLICK HERE", True), Paragraph("One."))}
    )
    load_into(tmp_path, furnished)
    assert query(tmp_path, "SELECT body, furniture FROM article") == [("One.", '[[0,"CLICK HERE"]]')]
    assert indexed(tmp_path, "article", "click") == set()
    assert indexed(tmp_path, "article", "one") == {1}


def fields(page: ParsedThread) -> dict[str, Any]:
    return {name: getattr(page, name) for name in type(page).__slots__}  # slotted


# With keys.


def test_keyed_comments_are_updated_by_their_key(tmp_path: Path) -> None:
    old = comment("Frist.", "ann", 1, key="t1_a", score=1)
    load_into(tmp_path, thread("Fish market moves", old, key="t3_x", posted_at=START))
    edited = comment("First.", "ann", 1, key="t1_a", score=9)
    newer = load_into(tmp_path, thread("Fish market stays put", edited, key="t3_x", posted_at=START, score=3))
    assert (newer.articles, newer.comments) == (Counts(updated=1), Counts(updated=1))
    assert query(tmp_path, "SELECT text, score FROM comment") == [("First.", 9)]
    assert query(tmp_path, "SELECT title, score FROM article") == [("Fish market stays put", 3)]
    assert_sound(tmp_path)


def test_a_keyed_comment_that_is_gone_stays_gone(tmp_path: Path) -> None:
    said = comment("Rude.", "ann", 1, key="t1_a")
    page = thread("Fish market moves", said, key="t3_x")
    load_into(tmp_path, page)
    load_into(
        tmp_path, thread("Fish market moves", comment("[removed]", "[deleted]", 1, key="t1_a"), key="t3_x")
    )
    load_into(tmp_path, page)
    assert query(tmp_path, "SELECT author, text FROM comment") == [("[deleted]", "[removed]")]
    assert_sound(tmp_path)


def test_a_keyed_comment_twice_in_one_thread_is_one(tmp_path: Path) -> None:
    twice = (comment("One.", key="t1_a"), comment("Other.", key="t1_a"), comment("Two.", key="t1_b"))
    page = thread("Fish market moves", *twice, key="t3_x")
    assert load_into(tmp_path, page).comments == Counts(new=2, unchanged=1)
    assert load_into(tmp_path, page).comments == Counts(unchanged=3)
    assert_sound(tmp_path)


def test_comments_may_come_before_their_article(tmp_path: Path) -> None:
    early = load_into(
        tmp_path, thread("", comment(key="t1_a"), key="t3_x", source=None, submitter=None, body=())
    )
    assert (early.articles, early.comments, early.ids) == (Counts(), Counts(new=1), ())
    assert query(tmp_path, "SELECT title FROM article") == [None]
    late = load_into(tmp_path, thread("Fish market moves", key="t3_x", posted_at=START))
    assert (late.articles, late.ids) == (Counts(new=1), (1,))
    assert query(tmp_path, "SELECT title, comments, inferred FROM article") == [("Fish market moves", 1, 0)]
    assert_sound(tmp_path)


def test_a_thread_of_nothing_leaves_nothing(tmp_path: Path) -> None:
    load_into(tmp_path, thread("", key="t3_x", source=None, submitter=None, body=()))
    assert query(tmp_path, "SELECT count(*) FROM article") == [0]


# Annotations.


def test_annotations_are_made_of_what_is_stored(tmp_path: Path) -> None:
    asked: list[str] = []

    def languages(texts: Sequence[str]) -> list[str]:
        asked.extend(texts)
        return ["en" for _ in texts]

    with CorpusWriter(
        corpus_at(tmp_path), annotator=Annotator(languages, lambda text: f"grams{len(text)}")
    ) as writer:
        load(writer, thread("Fish market moves", FIRST))
        load(writer, thread("Fish market moves", FIRST))
        assert len(asked) == 1, "nothing changed, so nothing is analysed"
        load(writer, thread("FISH market moves", SECOND, FIRST, body=()))
    text = "FISH market moves\n\nThe council voted 7 to 4.\n\nStallholders pay no rent."
    assert asked[1] == text
    assert query(tmp_path, "SELECT language, grams FROM article") == [("en", f"grams{len(text)}")]
    words = [f"grams{len(said.text)}" for said in (FIRST, SECOND)]
    assert query(tmp_path, "SELECT grams FROM comment") == words
    assert indexed(tmp_path, "comment", words[1]) == {2}
    assert_sound(tmp_path)


def test_two_loads_may_take_turns(tmp_path: Path) -> None:
    with CorpusWriter(corpus_at(tmp_path)) as writer:
        one = writer.begin_load(None, "one", EDITOR, START)
        other = writer.begin_load(7, "other", EDITOR, START)
        for number in range(3):
            writer.add_threads(one, [thread(f"Story {number}", FIRST)])
            writer.add_threads(other, [thread(f"Story {number}", FIRST, SECOND)])
        assert writer.finish(one, "done", 1).comments == Counts(new=3)
        assert writer.finish(other, "done", 1).comments == Counts(new=6)
    assert query(tmp_path, "SELECT count(*) FROM extent") == [4]
    assert_sound(tmp_path)


WRITTEN_TWICE = [
    ("ann", 60, "Yes."),
    ("[deleted]", 60, "Yes."),
    ("ann", 61, "Yes."),
    ("[deleted]", 70, "Yes."),
]


@given(st.permutations(WRITTEN_TWICE), st.permutations(WRITTEN_TWICE))
def test_comments_without_a_change_are_paired_by_the_same_rules(
    stored: Sequence[tuple[str, int, str]], incoming: Sequence[tuple[str, int, str]]
) -> None:
    known = [
        CommentRow(number, 1, None, None, a, at, None, text) for number, (a, at, text) in enumerate(stored, 1)
    ]
    new = [CommentRow(0, 0, None, None, a, at, None, text) for a, at, text in incoming]
    assert merge.pair_comments(known, new) == deduplication.pair_comments(known, new)
    assert merge.pair_comments(known, [row._replace(id=0, article=0) for row in known]) == known
