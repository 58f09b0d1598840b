"""Undoing takes back exactly what a load brought, in any order, also when it is stopped on the way."""

from __future__ import annotations

import random
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from functools import cache
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.domain.articles import DELETED
from bot.domain.dump import ParsedThread
from bot.domain.loads import Counts, Undone
from bot.errors import BadInput, NotFound
from bot.store.corpus import receipts
from bot.store.ingest import undo
from bot.store.ingest.writer import CorpusWriter
from bot.store.sqlite.connection import CORPUS, prepare
from tests.support.corpus_engines import corpus_address, corpus_at, drop_corpus, only_postgres, only_sqlite
from tests.support.corpus_loads import (
    EDITOR,
    EMPTY,
    START,
    assert_sound,
    comment,
    holdings,
    load,
    load_into,
    query,
    thread,
)

pytestmark = pytest.mark.slow


FIRST = comment("It is a bribe.", "netmender", 1)
SECOND = comment("My stall paid for 40 years.", "oysterjo", 2)


def undo_in(data: Path, number: int, guild: int | None = None) -> Undone:
    with CorpusWriter(corpus_at(data)) as writer:
        return writer.undo(guild, number)


def test_undoing_removes_articles_and_comments(tmp_path: Path) -> None:
    load_into(tmp_path, thread("Fish market moves", FIRST, SECOND), thread("Gulls protest"))
    assert undo_in(tmp_path, 1) == Undone(1, articles_removed=2, comments_removed=2, restored=0)
    assert holdings(tmp_path) == EMPTY
    assert query(tmp_path, "SELECT state, articles_new FROM load") == [("undone", 2)]
    assert_sound(tmp_path)


def test_numbers_are_not_given_again(tmp_path: Path) -> None:
    load_into(tmp_path, thread("Fish market moves", FIRST))
    undo_in(tmp_path, 1)
    assert load_into(tmp_path, thread("Fish market moves", FIRST)).ids == (2,)
    assert query(tmp_path, "SELECT id FROM comment") == [2]


def test_undoing_restores_what_was_updated(tmp_path: Path) -> None:
    load_into(tmp_path, thread("Fish market moves", SECOND, source=None, body=()))
    before = holdings(tmp_path)
    newer = thread("Fish Market Moves", FIRST, comment(SECOND.text, DELETED, 2), body=("More.",))
    assert load_into(tmp_path, newer).articles == Counts(updated=1)
    assert undo_in(tmp_path, 2) == Undone(2, articles_removed=0, comments_removed=1, restored=2)
    assert holdings(tmp_path) == before
    assert_sound(tmp_path)


def test_undoing_in_the_middle_leaves_what_came_later(tmp_path: Path) -> None:
    load_into(tmp_path, thread("Fish market moves", body=("One.",), source=None))
    load_into(tmp_path, thread("Fish market moves", body=("Two.",)))
    load_into(tmp_path, thread("Fish market moves", body=("Three.",), submitter=None))
    undo_in(tmp_path, 2)
    assert query(tmp_path, "SELECT source, body FROM article") == [(None, "Three.")]
    undo_in(tmp_path, 3)
    assert query(tmp_path, "SELECT source, body FROM article") == [(None, "One.")]
    assert_sound(tmp_path)


def test_comments_of_others_hide_until_their_article_comes_again(tmp_path: Path) -> None:
    page = thread("Fish market moves", FIRST, body=("One.",))
    load_into(tmp_path, page)
    load_into(tmp_path, thread("Fish market moves", SECOND, FIRST, body=("Two.",)))
    assert undo_in(tmp_path, 1) == Undone(1, articles_removed=1, comments_removed=1, restored=0)
    assert query(tmp_path, "SELECT id, title, body, comments FROM article") == [(1, None, "", 1)]
    assert_sound(tmp_path)
    again = load_into(tmp_path, page)
    assert (again.articles, again.comments) == (Counts(new=1), Counts(new=1))
    assert query(tmp_path, "SELECT id, title, body, comments FROM article") == [
        (1, "Fish market moves", "One.", 2)
    ]
    undo_in(tmp_path, 3)
    assert query(tmp_path, "SELECT title FROM article") == [None]
    undo_in(tmp_path, 2)
    assert holdings(tmp_path) == EMPTY


def test_an_article_goes_with_the_load_that_brought_it_not_its_early_comments(tmp_path: Path) -> None:
    load_into(tmp_path, thread("", comment(key="t1_a"), key="t3_x", source=None, submitter=None, body=()))
    load_into(tmp_path, thread("Fish market moves", key="t3_x", posted_at=START))
    load_into(tmp_path, thread("Fish market moves", key="t3_x", posted_at=START, score=5))
    assert undo_in(tmp_path, 1) == Undone(1, articles_removed=0, comments_removed=1, restored=0)
    assert query(tmp_path, "SELECT title, score, comments FROM article") == [("Fish market moves", 5, 0)]
    assert undo_in(tmp_path, 2).articles_removed == 1
    assert holdings(tmp_path) == EMPTY
    assert_sound(tmp_path)


def test_times_are_inferred_again(tmp_path: Path) -> None:
    load_into(tmp_path, thread("Fish market moves"))
    load_into(tmp_path, thread("Fish market moves", FIRST))
    load_into(tmp_path, thread("Fish market moves", SECOND))
    undo_in(tmp_path, 2)
    assert_sound(tmp_path)
    undo_in(tmp_path, 3)
    assert query(tmp_path, "SELECT posted_at, inferred FROM article") == [(None, 0)]


def test_undoing_twice_and_undoing_nothing(tmp_path: Path) -> None:
    load_into(tmp_path, thread("Fish market moves"), guild=7)
    with CorpusWriter(corpus_at(tmp_path)) as writer:
        for guild, number in ((None, 1), (8, 1), (7, 2), (7, 0), (7, -1), (7, 1 << 70)):
            with pytest.raises(NotFound) as raised:
                writer.undo(guild, number)
            assert raised.value.key == "no-such-load"
        writer.undo(7, 1)
        with pytest.raises(BadInput) as twice:
            writer.undo(7, 1)
    assert twice.value.key == "already-undone"


def test_a_running_load_is_not_undone(tmp_path: Path) -> None:
    with CorpusWriter(corpus_at(tmp_path)) as writer:
        number = writer.begin_load(None, "pages", EDITOR, START)
        with pytest.raises(BadInput) as raised:
            writer.undo(None, number)
        assert raised.value.key == "load-running"
        writer.finish(number, "cancelled", 1)
        assert writer.undo(None, number) == Undone(number, 0, 0, 0)


def comments_left(data: Path, load: int) -> int:
    with closing(corpus_at(data).open_reader("corpus")) as db:
        return receipts.count_remaining_comments(db, load)


class Stop(Exception):  # noqa: N818 - somebody's wish
    """Somebody wants the undoing to stop."""


@pytest.mark.parametrize("steps", range(9))
def test_a_stopped_undoing_goes_on(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, steps: int) -> None:
    for name in ("COMMENTS_PER_TRANSACTION", "ARTICLES_PER_TRANSACTION", "VERSIONS_PER_TRANSACTION"):
        monkeypatch.setattr(undo, name, 2)
    titles = ("Fish market moves", "Gulls protest", "Rail yard opens")
    old = [thread(title, FIRST, body=()) for title in titles]
    load_into(tmp_path, *old)
    before = holdings(tmp_path)
    load_into(tmp_path, *(thread(title, FIRST, SECOND) for title in titles), thread("New", FIRST))
    left = steps

    def stop() -> None:
        nonlocal left
        if not left:
            raise Stop
        left -= 1

    left_before = comments_left(tmp_path, 2)
    with CorpusWriter(corpus_at(tmp_path)) as writer:
        try:
            writer.undo(None, 2, stop)
        except Stop:
            assert comments_left(tmp_path, 2) <= left_before
            assert query(tmp_path, "SELECT state FROM load WHERE id = 2") == ["undoing"]
            assert_sound(tmp_path)
        else:
            assert steps > 4, "there are at least four batches"
            return
        undone = writer.undo(None, 2)
    assert (undone.articles_removed, undone.comments_removed) == (1, 4), "what was taken back before counts"
    assert comments_left(tmp_path, 2) == 0
    assert holdings(tmp_path) == before
    assert_sound(tmp_path)


# Any loads in any order.

minutes = st.sampled_from([0, 0.5, 1])
authors = st.sampled_from(["ann", "ben", DELETED])
pages = st.builds(
    lambda title, source, submitter, body, comments: thread(
        title, *comments, source=source, submitter=submitter, body=body
    ),
    st.sampled_from(["Fish market moves", "FISH market moves", "Gulls protest"]),
    st.sampled_from([None, "a.example"]),
    st.sampled_from([None, DELETED, "ann"]),
    st.sampled_from([(), ("One.",), ("Two.", "More.")]),
    st.lists(st.builds(comment, st.sampled_from(["Yes.", "No."]), authors, minutes), max_size=3),
)
keyed_comments = st.builds(
    lambda key, text, author, minute, score, parent: comment(
        text, author, minute, key=f"t1_{key}", score=score, parent_key=parent
    ),
    st.integers(1, 4),
    st.sampled_from(["Yes.", "No.", "[removed]"]),
    authors,
    minutes,
    st.sampled_from([None, 1]),
    st.sampled_from([None, "t1_1", "t3_1"]),
)
keyed = st.builds(
    lambda key, title, posted_at, score, comments: thread(
        title, *comments, key=f"t3_{key}", posted_at=posted_at, score=score, body=()
    ),
    st.integers(1, 2),
    st.sampled_from(["", "Fish market moves", "Gulls protest"]),
    st.sampled_from([None, START]),
    st.sampled_from([None, 5]),
    st.lists(keyed_comments, max_size=3),
)
dumps = st.lists(
    st.tuples(st.sampled_from([None, 7]), st.lists(pages | keyed, min_size=1, max_size=3)),
    min_size=1,
    max_size=4,
)
Dumps = list[tuple[int | None, list[ParsedThread]]]


@cache
def new_corpus() -> bytes:
    """A file that holds nothing yet; making one takes longer than a load."""
    with tempfile.TemporaryDirectory() as folder:
        return prepare(Path(folder), CORPUS).read_bytes()


@contextmanager
def small_steps() -> Iterator[Path]:
    """A new data folder, and batches so small that every load takes several."""
    with tempfile.TemporaryDirectory() as folder, pytest.MonkeyPatch.context() as patch:
        for name in ("COMMENTS_PER_TRANSACTION", "ARTICLES_PER_TRANSACTION", "VERSIONS_PER_TRANSACTION"):
            patch.setattr(undo, name, 2)
        if not corpus_address(Path(folder)):
            (Path(folder) / CORPUS.file).write_bytes(new_corpus())
        yield Path(folder)
        drop_corpus(Path(folder))


def test_a_known_time_comes_back_that_a_load_had_replaced_by_an_inferred_one() -> None:
    late = comment("Yes.", "ann", 1, key="t1_2")
    early = comment("No.", "ann", 0, key="t1_1")
    with small_steps() as data, CorpusWriter(corpus_at(data)) as writer:
        load(writer, thread("", late, key="t3_1", posted_at=early.posted_at, body=()))
        before = holdings(data)
        load(writer, thread("Fish market moves", early, key="t3_1", posted_at=None, body=()))
        writer.undo(None, 2)
        assert holdings(data)["article"] == before["article"]


@only_sqlite
@settings(max_examples=60)
@given(dumps)
def test_undoing_the_last_load_is_as_if_it_had_never_been(loads: Dumps) -> None:
    with small_steps() as data, CorpusWriter(corpus_at(data)) as writer:
        states = [holdings(data)]
        for guild, threads in loads:
            load(writer, *threads, guild=guild)
            assert_sound(data)
            states.append(holdings(data))
        for number in range(len(loads), 0, -1):
            assert holdings(data) == states[number]
            writer.undo(loads[number - 1][0], number)
            assert_sound(data)
        assert holdings(data) == states[0] == EMPTY


@only_sqlite
@settings(max_examples=60)
@given(dumps, st.randoms(use_true_random=False))
def test_undoing_in_any_order_ends_empty(loads: Dumps, order: random.Random) -> None:
    with small_steps() as data, CorpusWriter(corpus_at(data)) as writer:
        for guild, threads in loads:
            load(writer, *threads, guild=guild)
        for number in order.sample(range(1, len(loads) + 1), len(loads)):
            writer.undo(loads[number - 1][0], number)
            assert_sound(data)
        assert holdings(data) == EMPTY


@only_sqlite
@settings(max_examples=40)
@given(dumps, st.randoms(use_true_random=False))
def test_loads_that_took_turns_may_be_undone_in_any_order(loads: Dumps, order: random.Random) -> None:
    with small_steps() as data, CorpusWriter(corpus_at(data)) as writer:
        numbers = [writer.begin_load(guild, "pages", EDITOR, START) for guild, _ in loads]
        turns = [
            (number, one) for number, (_, threads) in zip(numbers, loads, strict=True) for one in threads
        ]
        order.shuffle(turns)
        for number, one in turns:
            writer.add_threads(number, [one])
            assert_sound(data)
        for number in numbers:
            writer.finish(number, "done", 1)
        for number in order.sample(numbers, len(numbers)):
            writer.undo(loads[number - 1][0], number)
            assert_sound(data)
        assert holdings(data) == EMPTY


@only_postgres  # a database for each example takes long
@settings(max_examples=6)
@given(dumps, st.randoms(use_true_random=False))
def test_undoing_on_a_server_in_any_order_ends_empty(loads: Dumps, order: random.Random) -> None:
    test_undoing_in_any_order_ends_empty.hypothesis.inner_test(loads, order)
    test_loads_that_took_turns_may_be_undone_in_any_order.hypothesis.inner_test(loads, order)
