"""Reading the corpus within a scope."""

from __future__ import annotations

import asyncio
import random
import time
from collections import Counter
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.domain.articles import Article, Comment, Paragraph, Scope, Stats
from bot.domain.dump import Rejection
from bot.domain.loads import Counts
from bot.errors import Busy, NotFound
from bot.store.corpus.reader import CorpusReader
from bot.store.engine import Connection
from bot.store.ingest.writer import CorpusWriter
from bot.store.pool import Pool
from bot.store.sqlite.connection import CORPUS
from tests.support.corpus_engines import corpus_at
from tests.support.corpus_loads import EDITOR, START, comment, load, load_into, thread

SHARED = Scope()
FIRST = comment("It is a bribe.", "netmender", 1)
SECOND = comment("My stall paid for 40 years.", "oysterjo", 2)


@pytest.fixture
async def reader(tmp_path: Path) -> AsyncIterator[CorpusReader]:
    reader = CorpusReader.open(corpus_at(tmp_path))
    yield reader
    await reader.close()


async def test_an_article_is_what_was_loaded(tmp_path: Path, reader: CorpusReader) -> None:
    page = replace(
        thread("Fish market moves", FIRST, SECOND),
        paragraphs=(Paragraph("One."), Paragraph("CLICK HERE", furniture=True), Paragraph("Two.")),
    )
    load_into(tmp_path, page)
    assert await reader.article(SHARED, 1) == Article(
        id=1,
        key=None,
        title="Fish market moves",
        source="courier.example",
        submitter="tidewatcher",
        posted_at=START + timedelta(minutes=1),
        inferred=True,
        paragraphs=page.paragraphs,
        comment_count=2,
    )


async def test_a_keyed_article_is_what_was_loaded(tmp_path: Path, reader: CorpusReader) -> None:
    more: dict[str, Any] = {
        "link": "https://a.example/1",
        "subreddit": "worldnews",
        "score": 5,
        "flair": "News",
        "over_18": True,
    }
    load_into(tmp_path, thread("Fish market moves", key="t3_abc", posted_at=START, **more))
    article = await reader.article(SHARED, "t3_abc")
    assert article is not None
    assert article == await reader.article(SHARED, article.id)
    assert (article.key, article.posted_at, article.inferred) == ("t3_abc", START, False)
    assert {name: getattr(article, name) for name in more} == more


@pytest.mark.parametrize("ref", [2, 0, -1, 1 << 32, 10**30, "t3_abd", "t1_abc", "abc", "", "t3_'; DROP"])
async def test_what_is_not_there_is_none(tmp_path: Path, reader: CorpusReader, ref: int | str) -> None:
    load_into(tmp_path, thread("Fish market moves", FIRST, key="t3_abc"))
    assert await reader.article(SHARED, ref) is None
    assert not isinstance(ref, int) or await reader.comment(SHARED, ref) is None


async def test_several_articles_come_in_the_order_asked(tmp_path: Path, reader: CorpusReader) -> None:
    load_into(tmp_path, *(thread(f"Story {number}") for number in range(3)))
    assert [article.id for article in await reader.articles(SHARED, [3, 9, 1])] == [3, 1]


async def test_comments_come_newest_first_and_in_the_pages_order_within_a_minute(
    tmp_path: Path, reader: CorpusReader
) -> None:
    said = [comment(text, minute=minute) for text, minute in (("c", 2), ("b1", 1), ("b2", 1), ("a", 0))]
    load_into(tmp_path, thread("Fish market moves", *said))
    page = await reader.comments(SHARED, 1, 0, 3)
    assert [one.text for one in page.comments] == ["c", "b1", "b2"]
    assert (page.total, page.offset, page.article.id) == (4, 0, 1)
    rest = await reader.comments(SHARED, 1, 3, 3)
    assert [one.text for one in rest.comments] == ["a"]
    assert (await reader.comments(SHARED, 1, 99, 3)).comments == ()
    assert (await reader.comments(SHARED, 1, -5, -5)).comments == ()
    assert [one.text for one in await reader.all_comments(SHARED, 1)] == ["c", "b1", "b2", "a"]


async def test_comments_of_nothing(reader: CorpusReader) -> None:
    with pytest.raises(NotFound) as raised:
        await reader.comments(SHARED, 1, 0, 3)
    assert raised.value.key == "no-such-article"
    assert await reader.all_comments(SHARED, 1) == ()


async def test_parents_are_found_within_their_thread(tmp_path: Path, reader: CorpusReader) -> None:
    top = comment("Top.", key="t1_a", parent_key="t3_x")
    answer = comment("Answer.", minute=1, key="t1_b", parent_key="t1_a", score=3)
    lost = comment("Lost.", minute=2, key="t1_c", parent_key="t1_zz")
    load_into(tmp_path, thread("Fish market moves", top, answer, lost, key="t3_x"))
    load_into(tmp_path, thread("Fish market moves", top, key="t3_x"), guild=7)
    assert [(one.key, one.parent) for one in await reader.all_comments(SHARED, 1)] == [
        ("t1_c", None),
        ("t1_b", 1),
        ("t1_a", None),
    ]
    assert await reader.comment(SHARED, 2) == Comment(
        2,
        1,
        "t1_b",
        "netmender",
        START + timedelta(minutes=1),
        "Answer.",
        score=3,
        parent=1,
        replies_to="netmender",
        link="https://www.reddit.com/comments/x/_/b/",
    )
    assert [one.replies_to for one in await reader.all_comments(SHARED, 1)] == ["", "netmender", None]


async def test_replies_come_below_what_they_answer(tmp_path: Path, reader: CorpusReader) -> None:
    said = [
        comment("First.", key="t1_a", parent_key="t3_x"),
        comment("Second.", minute=1, key="t1_b", parent_key="t3_x"),
        comment("[deleted]", minute=2, key="t1_c", parent_key="t1_a"),
        comment("Of the second.", minute=3, key="t1_d", parent_key="t1_b"),
        comment("Of the deleted.", minute=4, key="t1_e", parent_key="t1_c"),
        comment("Of the first.", minute=5, key="t1_f", parent_key="t1_a"),
        comment("Lost.", minute=6, key="t1_g", parent_key="t1_zz"),
    ]
    load_into(tmp_path, thread("Fish market moves", *said, key="t3_x"))
    page = await reader.comments(SHARED, 1, 0, 9, "thread")
    ordered = ["First.", "Of the deleted.", "Of the first.", "Second.", "Of the second.", "Lost."]
    assert [one.text for one in page.comments] == ordered
    assert (page.total, page.order, page.has_replies) == (6, "thread", True)
    part = await reader.comments(SHARED, 1, 2, 3, "thread")
    assert [one.text for one in part.comments] == ordered[2:5]
    newest = await reader.comments(SHARED, 1, 0, 2, "newest")
    assert [one.text for one in newest.comments] == ["Lost.", "Of the first."]
    assert (newest.order, newest.has_replies) == ("newest", True)


async def test_a_thread_without_replies_is_newest_first(tmp_path: Path, reader: CorpusReader) -> None:
    said = [comment("First.", key="t1_a", parent_key="t3_x"), comment("Second.", minute=1, key="t1_b")]
    load_into(tmp_path, thread("Fish market moves", *said, key="t3_x"))
    page = await reader.comments(SHARED, 1, 0, 9, "thread")
    assert [one.text for one in page.comments] == ["Second.", "First."]
    assert (page.order, page.has_replies) == ("newest", False)


async def test_what_waits_for_its_article_is_not_shown(tmp_path: Path, reader: CorpusReader) -> None:
    early = thread("", comment(key="t1_a"), key="t3_x", source="a.example", submitter=None, body=())
    load_into(tmp_path, early)
    assert await reader.article(SHARED, 1) is None
    assert await reader.article(SHARED, "t3_x") is None
    assert await reader.comment(SHARED, 1) is None
    assert await reader.all_comments(SHARED, 1) == ()
    assert await reader.find_by_link(SHARED, "https://redd.it/x") == ()
    assert await reader.complete_titles(SHARED, "", 5) == ()
    assert await reader.random_articles(SHARED, random.Random(1), 9) == ()
    assert (await reader.stats(SHARED)).comments == 0
    load_into(tmp_path, thread("Fish market moves", key="t3_x", posted_at=START))
    assert (await reader.stats(SHARED)).comments == 1
    assert await reader.comment(SHARED, 1) is not None


# Finding.


async def test_titles_are_found_whatever_their_letters(tmp_path: Path, reader: CorpusReader) -> None:
    load_into(tmp_path, thread("“Fish market” moves", source="a.example"))
    load_into(tmp_path, thread("'Fish  Market' moves", FIRST, source="b.example"))
    found = await reader.find_by_title(SHARED, 'FISH MARKET: "moves"')
    assert [match.article for match in found] == [2, 1], "the newest first, those without a time last"
    assert await reader.find_by_title(SHARED, "Fish market") == ()
    for nothing in ("", "  ", "\ud800"):
        assert await reader.find_by_title(SHARED, nothing) == ()


async def test_links_lead_to_their_articles(tmp_path: Path, reader: CorpusReader) -> None:
    load_into(
        tmp_path,
        thread("Fish market moves", link="https://www.courier.example/fish?utm_source=rss", key="t3_abc"),
        thread("No link"),
    )
    for link in ("http://courier.example/fish/", "https://old.reddit.com/r/x/comments/abc/fish_market/def/"):
        assert [match.article for match in await reader.find_by_link(SHARED, link)] == [1]
    for link in ("https://courier.example/", "https://redd.it/abd", "", "\ud800", "https://[", "x" * 9999):
        assert await reader.find_by_link(SHARED, link) == ()


async def test_any_article_may_come_at_random(tmp_path: Path, reader: CorpusReader) -> None:
    load_into(tmp_path, *(thread(f"Story {number}") for number in range(4)))
    load_into(tmp_path, *(thread(f"Server story {number}") for number in range(4)), guild=7)
    load_into(tmp_path, thread("Nothing to read", body=()))
    rng = random.Random(5)
    drawn = Counter(await reader.random_articles(Scope(7), rng, 400))
    assert len(drawn) == 8
    assert min(drawn.values()) > 25
    assert "Nothing to read" not in {article.title for article in await reader.articles(Scope(7), [*drawn])}


async def test_something_comes_at_random_where_most_was_undone(tmp_path: Path, reader: CorpusReader) -> None:
    load_into(tmp_path, *(thread(f"Story {number}") for number in range(999)))
    load_into(tmp_path, thread("The last one"))
    with CorpusWriter(corpus_at(tmp_path)) as writer:
        writer.undo(None, 1)
    for seed in range(5):
        [number] = await reader.random_articles(SHARED, random.Random(seed), 1)
        found = await reader.article(SHARED, number)
        assert found is not None
        assert found.title == "The last one"


# Archives and loads.


async def test_stats_count_what_the_scope_holds(tmp_path: Path, reader: CorpusReader) -> None:
    nothing = await reader.stats(SHARED)
    assert replace(nothing, bytes=0) == Stats(0, 0, 0, 0, None, None, 0)
    load_into(
        tmp_path, thread("Fish market moves", FIRST, SECOND), thread("Gulls protest", source="b.example")
    )
    load_into(tmp_path, thread("Server story", comment(minute=-5)), guild=7)
    load_into(tmp_path, thread("Gone"))
    with CorpusWriter(corpus_at(tmp_path)) as writer:
        writer.undo(None, 3)
    when = START + timedelta(minutes=1)
    shared, both = await reader.stats(SHARED), await reader.stats(Scope(7))
    assert replace(shared, bytes=0) == Stats(2, 2, 2, 1, when, when, 0)
    assert replace(both, bytes=0) == Stats(3, 3, 2, 2, START - timedelta(minutes=5), when, 0)
    assert shared.bytes >= nothing.bytes > 0


async def test_receipts_come_newest_first(tmp_path: Path, reader: CorpusReader) -> None:
    with CorpusWriter(corpus_at(tmp_path)) as writer:
        load(writer, thread("Server story"), guild=7)
        for number in range(3):
            load(writer, thread(f"Story {number}"))
        last = writer.begin_load(None, "bad", EDITOR, START)
        writer.reject(last, Rejection("x", "empty", "It is empty."))
        whole = writer.finish(last, "done", 1)
    assert [receipt.load for receipt in await reader.loads(None, 3)] == [5, 4, 3]
    assert (await reader.loads(None, 1))[0] == replace(whole, rejections=())
    assert await reader.loads(None, 0) == await reader.loads(None, -1) == ()
    assert await reader.receipt(None, last) == whole
    story = await reader.receipt(None, 2)
    assert story is not None
    assert (story.ids, story.articles) == ((1,), Counts(new=1))
    for missing in (0, 1, 6, -1, 1 << 70):
        assert await reader.receipt(None, missing) is None


async def test_archives_are_the_servers_own_first(tmp_path: Path, reader: CorpusReader) -> None:
    assert await reader.archives(Scope(7)) == (0,)
    load_into(tmp_path, thread("Server story"), guild=7)
    assert await reader.archives(Scope(7)) == (1, 0)
    assert await reader.archives(Scope(7, shared=False)) == (1,)
    assert await reader.archives(Scope(8, shared=False)) == ()
    assert await reader.archives(Scope(0, shared=False)) == (), (
        "0 is no server, but the shared archive's mark"
    )


# Connections.

ENDLESS = "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT max(i) FROM n"


@pytest.fixture
async def pool(tmp_path: Path) -> AsyncIterator[Pool[Connection]]:
    load_into(tmp_path, thread("Fish market moves"))
    pool = Pool([corpus_at(tmp_path).open_reader("corpus") for _ in range(2)], CORPUS.file)
    yield pool
    await pool.close()


async def test_a_slow_read_is_stopped_and_its_connection_works_on(pool: Pool[Connection]) -> None:
    started = time.monotonic()
    for _ in range(3):
        with pytest.raises(Busy) as raised:
            await pool.run(lambda db: db.execute(ENDLESS).fetchone(), within=0.1)
        assert raised.value.key == "took-too-long"
    assert time.monotonic() - started < 3
    assert await pool.run(lambda db: db.execute("SELECT count(*) FROM article").fetchone()) == (1,)


async def test_a_read_that_was_between_two_statements_is_stopped_in_the_next(pool: Pool[Connection]) -> None:
    def job(db: Connection) -> None:
        db.execute("SELECT count(*) FROM article").fetchone()
        time.sleep(0.2)
        db.execute(ENDLESS).fetchone()

    with pytest.raises(Busy):
        await pool.run(job, within=0.1)


async def test_a_slow_read_does_not_hold_up_another(pool: Pool[Connection]) -> None:
    slow = asyncio.create_task(pool.run(lambda db: db.execute(ENDLESS).fetchone(), within=5))
    await asyncio.sleep(0.05)
    assert await pool.run(lambda db: db.execute("SELECT 1").fetchone(), within=2) == (1,)
    assert not slow.done()
    slow.cancel()
    with pytest.raises(asyncio.CancelledError):
        await slow
    both = [pool.run(lambda db: db.execute("SELECT 1").fetchone(), within=2) for _ in range(2)]
    assert await asyncio.gather(*both) == [(1,), (1,)]


async def test_a_read_that_waits_too_long_for_its_turn_is_given_up(pool: Pool[Connection]) -> None:
    slow = [
        asyncio.create_task(pool.run(lambda db: db.execute(ENDLESS).fetchone(), within=0.5)) for _ in range(2)
    ]
    await asyncio.sleep(0.05)
    with pytest.raises(Busy):
        await pool.run(lambda db: 1, within=0.1)
    for one in slow:
        with pytest.raises(Busy):
            await one


async def test_a_job_sees_one_state(tmp_path: Path, pool: Pool[Connection]) -> None:
    loaded, going_on = asyncio.Event(), asyncio.get_running_loop()

    def job(db: Connection) -> tuple[int, int]:
        first = db.execute("SELECT count(*) FROM article").fetchone()[0]
        asyncio.run_coroutine_threadsafe(loaded.wait(), going_on).result(10)
        return first, db.execute("SELECT count(*) FROM article").fetchone()[0]

    task = asyncio.create_task(pool.run(job))
    await asyncio.sleep(0.05)
    await asyncio.to_thread(load_into, tmp_path, thread("Gulls protest"))
    loaded.set()
    assert await task == (1, 1)
    assert await pool.run(lambda db: db.execute("SELECT count(*) FROM article").fetchone()) == (2,)
