"""Comments of all threads of one story, as lists and digests read them."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.domain.articles import CommentOrder, CommentPage, Scope
from bot.domain.dump import ParsedComment, ParsedThread
from bot.errors import NotFound
from bot.store.corpus.reader import CorpusReader
from bot.store.ingest.writer import CorpusWriter
from bot.text.search.analyzer import Analyzer
from tests.support.corpus_engines import corpus_at
from tests.support.corpus_loads import START, comment, load, query, thread

LINK = "https://courier.example/2024/fish-market"
TITLE = "Harbour council votes to move the fish market"
OWN = Scope(guild=7)
SHARED = Scope()


@pytest.fixture
async def reader(tmp_path: Path) -> AsyncIterator[CorpusReader]:
    reader = CorpusReader.open(corpus_at(tmp_path))
    yield reader
    await reader.close()


def put(data: Path, *threads: ParsedThread, guild: int | None = None) -> int:
    with CorpusWriter(corpus_at(data)) as writer:
        receipt = load(writer, *threads, guild=guild)
        writer.update_statistics(Analyzer())
    return receipt.load


def undo(data: Path, number: int, guild: int | None = None) -> None:
    with CorpusWriter(corpus_at(data)) as writer:
        writer.undo(guild, number)
        writer.update_statistics(Analyzer())


def submission(key: str, *comments: ParsedComment, subreddit: str = "saltmere", **more: Any) -> ParsedThread:
    more = {"body": (), "posted_at": START + timedelta(hours=1), "link": LINK, **more}
    return thread(TITLE, *comments, key=f"t3_{key}", subreddit=subreddit, **more)


FIRST = (
    comment("Top.", "ann", 70, key="t1_a", parent_key="t3_x1", score=5),
    comment("Below.", "ben", 72, key="t1_b", parent_key="t1_a", score=9),
    comment("[deleted]", minute=74, key="t1_d", parent_key="t1_a", score=0),
)
SECOND = (
    comment("Elsewhere.", "cleo", 71, key="t1_m", parent_key="t3_x2", score=7),
    comment("Beep.", "tide_bot", 73, key="t1_n", parent_key="t1_m", score=1),
)


def texts(page: CommentPage) -> list[str]:
    return [one.text for one in page.comments]


def is_bot(author: str, text: str) -> bool:
    return author == "tide_bot"


async def test_the_threads_of_a_story_are_one_list_in_every_order(
    tmp_path: Path, reader: CorpusReader
) -> None:
    put(tmp_path, submission("x1", *FIRST))
    joined = put(tmp_path, submission("x2", *SECOND, subreddit="news"), thread(TITLE, link=LINK))
    expected: dict[CommentOrder, list[str]] = {
        "thread": ["Top.", "Below.", "Elsewhere.", "Beep."],
        "best": ["Below.", "Elsewhere.", "Top.", "Beep."],
        "newest": ["Beep.", "Below.", "Elsewhere.", "Top."],
        "oldest": ["Top.", "Elsewhere.", "Below.", "Beep."],
    }
    for order, ordered in expected.items():
        for article in (1, 2, 3):
            page = await reader.comments(SHARED, article, 0, 9, order, is_bot=is_bot)
            assert (texts(page), page.total, page.deleted, page.bots) == (ordered, 4, 1, 1)
            assert [(one.article, one.place) for one in page.threads] == [(1, "r/saltmere"), (2, "r/news")]
            parts = [await reader.comments(SHARED, article, offset, 1, order) for offset in range(5)]
            assert [text for part in parts for text in texts(part)] == ordered
    hidden = await reader.comments(SHARED, 3, 0, 9, hides_bots=True, is_bot=is_bot)
    assert (hidden.total, hidden.deleted, hidden.bots) == (3, 1, 1)
    one = await reader.comments(SHARED, 1, 0, 9, "thread", one_thread=True)
    assert (texts(one), len(one.threads)) == (["Top.", "Below."], 2)
    assert (await reader.comments(SHARED, 3, 0, 9, one_thread=True)).total == 0
    below = await reader.comments(SHARED, 1, 0, 9, "thread", under=4)
    assert (texts(below), below.total) == (["Beep."], 1)
    with pytest.raises(NotFound):
        await reader.comments(SHARED, 1, 0, 9, "thread", under=4, one_thread=True)
    ids = {one.text: one.id for one in (await reader.comments(SHARED, 1, 0, 9)).comments}
    for place, text in enumerate(expected["thread"]):
        around = await reader.comments(SHARED, 1, 0, 3, "thread", around=ids[text])
        assert (around.offset, text in texts(around)) == (place // 3 * 3, True)
    undo(tmp_path, joined)
    alone = await reader.comments(SHARED, 1, 0, 9, "thread")
    assert (texts(alone), len(alone.threads)) == (["Top.", "Below."], 1)


async def test_a_comment_in_two_captures_is_shown_once(tmp_path: Path, reader: CorpusReader) -> None:
    """The server's archive and the shared one have the same thread, and a page of it has no keys."""
    old, new = (int((START + timedelta(days=days)).timestamp()) for days in (1, 2))
    put(tmp_path, submission("x1", FIRST[0]._replace(captured=new), FIRST[1]))
    more = comment("More.", "dora", 80, key="t1_z", parent_key="t1_a")
    put(tmp_path, submission("x1", FIRST[0]._replace(captured=old), more), guild=7)
    captured = [
        comment("Top.", "ann", 70.5),
        comment("Below.", "[deleted]", 72),
        comment("Below.", "ben", 75),
        comment("Only here.", "finn", 90),
    ]
    put(tmp_path, thread(TITLE, *captured, link=LINK), guild=7)
    [own] = query(tmp_path, "SELECT id FROM article WHERE id > 4294967296 AND key IS NOT NULL")
    page = await reader.comments(OWN, own, 0, 9, "thread")
    assert texts(page) == ["Top.", "More.", "Below.", "Below.", "Only here."]
    assert page.depths == (0, 1, 0, 0, 0)
    assert page.comments[2].author == "[deleted]"
    assert page.deleted == 0
    comments = await reader.all_comments(OWN, own, whole_story=True)
    assert sorted(one.text for one in comments) == sorted(texts(page))
    assert {one.parent for one in comments if one.text == "More."} == {page.comments[0].id}
    assert (await reader.story(OWN, own)).comments == len(comments)
    # What the newest capture shows as deleted is not shown from an older one.
    lost = FIRST[0]._replace(text="[deleted]", author="[deleted]", captured=new + 1)
    put(tmp_path, submission("x1", lost), guild=7)
    gone = await reader.comments(OWN, own, 0, 9, "thread")
    assert (gone.deleted, [text for text in texts(gone) if text == "Top."]) == (1, [])
    assert texts(await reader.comments(SHARED, 1, 0, 9, "thread")) == ["Top.", "Below."]


async def test_two_comments_with_different_keys_are_two(tmp_path: Path, reader: CorpusReader) -> None:
    said = comment("Same words.", "ann", 70)
    put(tmp_path, submission("x1", said._replace(key="t1_a")), submission("x2", said._replace(key="t1_b")))
    assert (await reader.comments(SHARED, 1, 0, 9)).total == 2


async def test_one_server_never_sees_the_comments_of_anothers_thread(
    tmp_path: Path, reader: CorpusReader
) -> None:
    put(tmp_path, submission("x1", *FIRST))
    put(tmp_path, submission("x2", *SECOND), guild=7)
    put(tmp_path, submission("x3", comment("Theirs.", "gus", 75, key="t1_g")), guild=8)
    [own] = query(tmp_path, "SELECT id FROM article WHERE key = 1190")
    theirs = await reader.comments(Scope(guild=8), 1, 0, 9, "oldest")
    assert texts(theirs) == ["Top.", "Below.", "Theirs."]
    ours = await reader.comments(OWN, 1, 0, 9, "oldest")
    assert texts(ours) == ["Top.", "Elsewhere.", "Below.", "Beep."]
    assert {one.article for one in ours.threads} == {1, own}
    assert len(texts(await reader.comments(SHARED, 1, 0, 9))) == 2
    for scope, expected in ((OWN, 5), (Scope(guild=8), 4), (SHARED, 3)):
        assert len(await reader.all_comments(scope, 1, whole_story=True)) == expected
    assert await reader.all_comments(SHARED, own, whole_story=True) == ()


async def test_adult_threads_stay_out_where_they_are_hidden(tmp_path: Path, reader: CorpusReader) -> None:
    put(tmp_path, submission("x1", *FIRST), submission("x2", *SECOND, over_18=True))
    page = await reader.comments(Scope(adult=False), 1, 0, 9)
    assert (page.total, len(page.threads)) == (2, 1)
    assert (await reader.comments(SHARED, 1, 0, 9)).total == 4
