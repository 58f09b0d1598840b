"""Comments with keys by the piece: what is new, known, changed or early, wherever transactions end."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.domain.articles import DELETED, Scope
from bot.domain.loads import Counts
from bot.store.corpus.reader import CorpusReader
from bot.store.ingest.writer import CorpusWriter
from tests.support.corpus_engines import corpus_at, drop_corpus, only_postgres, only_sqlite
from tests.support.corpus_loads import EMPTY, assert_sound, holdings, indexed, query
from tests.support.keyed_comments import A1, A2, Piece, found, keyed, load, submission, texts


async def test_comments_before_their_article_wait_for_it(tmp_path: Path) -> None:
    with CorpusWriter(corpus_at(tmp_path)) as writer:
        first = load(writer, [keyed(1), keyed(2, article=A2)])
        assert (first.articles, first.comments, first.ids) == (Counts(), Counts(new=2), ())
        reader = CorpusReader.open(corpus_at(tmp_path))
        try:
            assert (await reader.stats(Scope())).articles == 0
            second = load(writer, [submission()])
            assert (second.articles, second.comments) == (Counts(new=1), Counts())
            [article] = await reader.articles(Scope(), second.ids)
            assert (article.title, article.comment_count) == ("Headline t3_a1", 1)
            assert [one.key for one in await reader.all_comments(Scope(), article.id)] == ["t1_1"]
        finally:
            await reader.close()
        writer.undo(None, second.load)
        assert query(tmp_path, "SELECT count(*) FROM article WHERE title IS NOT NULL") == [0]
        assert texts(tmp_path) == [(1, "Quite so."), (2, "Quite so.")]
        writer.undo(None, first.load)
    assert holdings(tmp_path) == EMPTY


def test_a_newer_dump_brings_scores_edits_and_deletions(tmp_path: Path) -> None:
    with CorpusWriter(corpus_at(tmp_path)) as writer:
        load(writer, [submission()], [keyed(1, "One fish."), keyed(2, "Two birds."), keyed(3, "Three cats.")])
        before = holdings(tmp_path)
        newer = load(
            writer,
            [
                keyed(1, "One fish."),
                keyed(2, "Two gulls.", score=9),
                keyed(3, DELETED, author=DELETED),
                keyed(4),
            ],
        )
        assert newer.comments == Counts(new=1, updated=2, unchanged=1)
        assert [text for _, text in texts(tmp_path)] == ["One fish.", "Two gulls.", DELETED, "Quite so."]
        assert (found(tmp_path, "birds"), found(tmp_path, "gulls"), found(tmp_path, "cats")) == ([], [2], [])
        older = load(writer, [keyed(3, "Three cats.")])
        assert (older.comments.updated, found(tmp_path, "cats")) == (0, [])
        assert_sound(tmp_path)
        writer.undo(None, older.load)
        writer.undo(None, newer.load)
    assert holdings(tmp_path) == before
    assert found(tmp_path, "cats") == [3]


def test_a_text_that_was_taken_away_stays_away(tmp_path: Path) -> None:
    with CorpusWriter(corpus_at(tmp_path)) as writer:
        load(writer, [submission()])
        gone = load(writer, [submission(body=(), withdrawn=True)])
        again = load(writer, [submission()])
        assert (gone.articles.updated, again.articles.unchanged) == (1, 1)
        assert query(tmp_path, "SELECT body FROM article") == [""]
        assert indexed(tmp_path, "article", "council") == set()
        writer.undo(None, gone.load)
    assert indexed(tmp_path, "article", "council") == {1}
    assert_sound(tmp_path)


def test_a_dump_that_repeats_itself_updates_nothing(tmp_path: Path) -> None:
    with CorpusWriter(corpus_at(tmp_path)) as writer:
        receipt = load(writer, [keyed(2, "First."), keyed(2, "Second.")], [keyed(2, "Third."), keyed(1)])
    assert (receipt.comments.new, receipt.comments.updated) == (2, 0)
    assert texts(tmp_path) == [(1, "Quite so."), (2, "Third.")]
    assert query(tmp_path, "SELECT * FROM version") == []
    assert_sound(tmp_path)


PIECES = st.lists(
    st.lists(
        st.one_of(
            st.builds(
                keyed,
                st.integers(1, 9),
                st.sampled_from(["Yes.", "No.", DELETED, "鷗が来た"]),
                st.sampled_from([A1, A2]),
                score=st.sampled_from([None, 1, 2]),
                author=st.sampled_from(["gull", "tern", DELETED]),
            ),
            st.builds(submission, st.sampled_from([A1, A2]), score=st.sampled_from([1, 2])),
        ),
        max_size=6,
    ),
    min_size=1,
    max_size=6,
)


def test_a_comment_that_names_two_threads_belongs_to_the_last(tmp_path: Path) -> None:
    with CorpusWriter(corpus_at(tmp_path)) as writer:
        receipt = load(writer, [keyed(1), keyed(1, article=A2)])
    assert receipt.comments == Counts(new=1, unchanged=1)
    assert query(tmp_path, "SELECT key, comments FROM article") == [(A2, 1)]
    assert_sound(tmp_path)


@only_sqlite
@pytest.mark.slow
@given(before=PIECES, pieces=PIECES, commit=st.sets(st.integers(0, 5)))
@settings(max_examples=40)
def test_where_transactions_end_cannot_be_told(
    tmp_path_factory: pytest.TempPathFactory, before: list[Piece], pieces: list[Piece], commit: set[int]
) -> None:
    outcomes = []
    for ends in ((), tuple(commit), tuple(range(6))):
        data = tmp_path_factory.mktemp("data")
        with CorpusWriter(corpus_at(data)) as writer:
            load(writer, *before)
            untouched = holdings(data)
            receipt = load(writer, *pieces, commit=ends)
            assert_sound(data)
            outcomes.append((receipt, holdings(data), query(data, "SELECT * FROM archive")))
            writer.undo(None, receipt.load)
            assert holdings(data) == untouched
            assert_sound(data)
        drop_corpus(data)
    assert outcomes[0] == outcomes[1] == outcomes[2]


@only_postgres  # a database for each example takes long
@pytest.mark.slow
@given(before=PIECES, pieces=PIECES, commit=st.sets(st.integers(0, 5)))
@settings(max_examples=4)
def test_where_transactions_on_a_server_end_cannot_be_told(
    tmp_path_factory: pytest.TempPathFactory, before: list[Piece], pieces: list[Piece], commit: set[int]
) -> None:
    same = test_where_transactions_end_cannot_be_told.hypothesis.inner_test
    same(tmp_path_factory, before, pieces, commit)
