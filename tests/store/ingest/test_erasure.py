"""A forgotten author is nowhere to be found, and nothing that is done later brings anything back."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from bot.domain.articles import DELETED, Scope
from bot.domain.books import Books, ReadCounts
from bot.domain.loads import Erased
from bot.store.corpus.reader import CorpusReader
from bot.store.corpus.snapshots import SnapshotReader
from bot.store.ingest.writer import CorpusWriter
from tests.support.corpus_engines import corpus_at, corpus_contents
from tests.support.corpus_loads import EDITOR, START, assert_sound, comment, holdings, query, thread
from tests.support.corpus_loads import load as load_threads
from tests.support.keyed_comments import A1, Piece, found, keyed, load, submission, texts

NAME, WORDS = "Netmender", "Quahogs"


def traces(data: Path) -> list[bytes]:
    """Which of the name and the words the corpus still holds, in any case."""
    contents = [content.lower() for content in corpus_contents(data)]
    return [word for word in (b"netmender", b"quahog") if any(word in content for content in contents)]


def test_nothing_of_the_author_is_left_in_the_file(tmp_path: Path) -> None:
    own = submission(
        body=["Quahogs again."], submitter=NAME, source="self.harbour", title="Quahogs?", link="x"
    )
    with CorpusWriter(corpus_at(tmp_path)) as writer:
        load(writer, [own], [keyed(1, "Quahogs are clams.", author=NAME), keyed(2, "So they are.", parent=1)])
        load(
            writer, [keyed(1, "Quahogs are small clams.", author=NAME.lower()), keyed(2, "Yes.", author=NAME)]
        )
        load(writer, [keyed(2, "Yes.", author=DELETED)])
        page = thread(
            "Fish market moves", comment("Quahogs!", NAME), comment("Gulls.", "gull"), submitter=NAME
        )
        load_threads(writer, page)
        assert traces(tmp_path) == [b"netmender", b"quahog"]
        assert writer.erase_author(None, NAME.upper(), START) == Erased(articles=2, comments=3)
        assert_sound(tmp_path)
        assert [text for _, text in texts(tmp_path)] == [DELETED, "Gulls.", DELETED, DELETED]
        assert query(tmp_path, "SELECT title, body, link, submitter FROM article ORDER BY id") == [
            (DELETED, "", None, DELETED),
            ("Fish market moves", "The council voted 7 to 4.\n\nStallholders pay no rent.", None, DELETED),
        ]
    assert traces(tmp_path) == []


@pytest.mark.parametrize("before", ["u/", "/u/", "U/"])
def test_a_name_that_a_page_shows_with_its_prefix_is_the_same(tmp_path: Path, before: str) -> None:
    page = thread(
        "Gulls", comment("Quahogs!", before + NAME), comment("No.", "gull"), submitter=before + NAME
    )
    with CorpusWriter(corpus_at(tmp_path)) as writer:
        load_threads(writer, page)
        load(writer, [keyed(1, "Quahogs.", author=before + NAME)])
        load(writer, [keyed(1, "Quahogs, edited.", author=DELETED)])
        assert writer.erase_author(None, NAME, START) == Erased(articles=1, comments=2)
        load_threads(writer, page, guild=8)
    assert traces(tmp_path) == []


def test_undoing_loads_brings_nothing_back(tmp_path: Path) -> None:
    with CorpusWriter(corpus_at(tmp_path)) as writer:
        load(writer, [submission(submitter=NAME)], [keyed(1, "Quahogs.", author=NAME), keyed(2, "Yes.")])
        edited = load(writer, [submission(submitter=NAME, body=["Quahogs now."], score=7)])
        changed = load(writer, [keyed(1, "Quahogs, edited.", author=NAME, score=9), keyed(2, "No.")])
        writer.erase_author(None, NAME, START)
        writer.undo(None, changed.load)
        writer.undo(None, edited.load)
        assert texts(tmp_path) == [(1, DELETED), (2, "Yes.")]
        assert query(tmp_path, "SELECT score, body, submitter FROM article") == [(None, "", DELETED)]
        assert query(tmp_path, "SELECT count(*) FROM version") == [0]
        assert_sound(tmp_path)


def test_loading_again_brings_nothing_back_and_is_recognised(tmp_path: Path) -> None:
    pieces: list[Piece] = [
        [submission(submitter=NAME)],
        [keyed(1, "Quahogs.", author=NAME), keyed(2, "Yes."), keyed(3, "鷗 quahog", author=NAME)],
    ]
    page = thread("Fish market moves", comment("Quahogs!", NAME), comment("Gulls.", "gull"), submitter=NAME)
    with CorpusWriter(corpus_at(tmp_path)) as writer:
        load(writer, *pieces)
        load_threads(writer, page)
        writer.erase_author(None, NAME, START)
        before = holdings(tmp_path)
        for _ in range(2):
            again = load(writer, *pieces, [keyed(4, "Quahogs too.", author=NAME), keyed(5, "Yes.")])
            assert again.comments.updated == 0
            repeated = load_threads(writer, page)
            assert (repeated.articles.unchanged, repeated.comments.unchanged) == (1, 2)
            assert found(tmp_path, "quahogs", "quahog") == []
            assert query(tmp_path, "SELECT count(*) FROM comment WHERE author LIKE ?", (NAME,)) == [0]
            writer.undo(None, again.load)
        assert holdings(tmp_path)["comment"] == before["comment"]
        assert_sound(tmp_path)


def test_each_server_forgets_for_itself_and_the_operator_for_all(tmp_path: Path) -> None:
    page = thread("Fish market moves", comment("Quahogs.", NAME))
    authors = "SELECT author FROM comment ORDER BY id"
    with CorpusWriter(corpus_at(tmp_path)) as writer:
        for guild in (None, 7, 8):
            load_threads(writer, page, guild=guild)
        assert writer.erase_author(7, NAME, START).comments == 1
        assert query(tmp_path, authors) == [NAME, DELETED, NAME]
        assert writer.erase_author(9, NAME, START).comments == 0
        load_threads(writer, page, guild=9)
        assert query(tmp_path, authors) == [NAME, DELETED, NAME, DELETED]
        assert writer.erase_author(None, NAME, START).comments == 2
        load_threads(writer, page, guild=10)
        assert query(tmp_path, authors) == [DELETED] * 5
    assert NAME not in str(query(tmp_path, "SELECT * FROM forgotten"))


def test_forgetting_that_was_stopped_goes_on(tmp_path: Path) -> None:
    class Stopped(Exception):  # noqa: N818 - somebody's wish
        pass

    def stop() -> None:
        raise Stopped

    with CorpusWriter(corpus_at(tmp_path)) as writer:
        load(writer, [keyed(1, "Quahogs.", author=NAME)])
        with pytest.raises(Stopped):
            writer.erase_author(None, NAME, START, stop)
        load(writer, [keyed(2, "Quahogs.", author=NAME)])
        assert writer.erase_author(None, NAME, START) == Erased(articles=0, comments=1)
        assert texts(tmp_path) == [(1, DELETED), (2, DELETED)]


async def test_what_has_no_words_left_is_not_listed_and_not_found(tmp_path: Path) -> None:
    with CorpusWriter(corpus_at(tmp_path)) as writer:
        load(writer, [submission()], [keyed(1, "[removed]"), keyed(2, "Yes.", parent=1), keyed(3, DELETED)])
    assert found(tmp_path, "removed", "deleted") == []
    reader = CorpusReader.open(corpus_at(tmp_path))
    try:
        [article] = [one.article for one in await reader.complete_titles(Scope(), "headline", 5)]
        page = await reader.comments(Scope(), article, 0, 10)
        assert ([one.key for one in page.comments], page.total) == (["t1_2"], 1)
        assert page.article.comment_count == 3
        assert [one.gone for one in await reader.all_comments(Scope(), article)] == [True, False, True]
    finally:
        await reader.close()
    assert_sound(tmp_path)


async def test_comments_that_wait_for_their_article_are_counted_apart(tmp_path: Path) -> None:
    with CorpusWriter(corpus_at(tmp_path)) as writer:
        load(writer, [submission()], [keyed(1), keyed(2, article=A1 + 1), keyed(3, article=A1 + 1)])
    reader = CorpusReader.open(corpus_at(tmp_path))
    try:
        stats = await reader.stats(Scope())
        assert (stats.comments, stats.waiting) == (1, 2)
    finally:
        await reader.close()


def test_a_filter_counts_what_it_leaves_out(tmp_path: Path) -> None:
    with CorpusWriter(corpus_at(tmp_path)) as writer:
        number = writer.begin_load(None, "RC", EDITOR, START, job="{}")
        read = (
            ReadCounts(2, left_out=Counter({"over_18": 2})),
            ReadCounts(2, left_out=Counter({"after": 1})),
        )
        writer.add(number, comments=[keyed(1)], read=read, checkpoint="a")
        writer.add(number, read=(ReadCounts(), ReadCounts(2, left_out=Counter({"after": 2}))))
        writer.finish(number, "paused", 1)
        resumed = writer.resume(None, number)
        assert (resumed.checkpoint, resumed.receipt.skipped, resumed.receipt.comments.new) == ("a", 5, 1)
        assert resumed.receipt.left_out == {"over_18": 2, "after": 3}
        assert resumed.receipt.article_books == Books(2, 0, 0, 0, 0, 0, 0, {"over_18": 2}, 0)
        assert resumed.receipt.comment_books == Books(4, 0, 0, 0, 0, 1, 0, {"after": 3}, 0)


def test_a_later_dump_that_names_nobody_brings_no_headline_back(tmp_path: Path) -> None:
    own = submission(body=["Quahogs again."], submitter=NAME, source="self.harbour", title="Quahogs?")
    with CorpusWriter(corpus_at(tmp_path)) as writer:
        load(writer, [own])
        writer.erase_author(None, NAME, START)
        load(writer, [replace(own, submitter=DELETED, link="https://reddit.com/r/harbour/quahogs")])
        assert query(tmp_path, "SELECT title, body, link, submitter FROM article") == [
            (DELETED, "", None, DELETED)
        ]
        assert found(tmp_path, "quahogs") == []
        assert_sound(tmp_path)


async def test_forgetting_again_is_an_event_again(tmp_path: Path) -> None:
    """What was stopped may go on long after; what was posted is looked at then."""
    with CorpusWriter(corpus_at(tmp_path)) as writer:
        load(writer, [keyed(1, "Quahogs.", author=NAME)])
        writer.erase_author(None, NAME, START)
        prints = SnapshotReader.open(corpus_at(tmp_path))
        try:
            before = await prints.changes()
            writer.erase_author(None, NAME, START + timedelta(hours=1))
            after = await prints.changes()
        finally:
            await prints.close()
    assert after[0] != before[0]
    assert after[1] == START + timedelta(hours=1)
