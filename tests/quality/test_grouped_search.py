"""Paging through hits that group the threads of one event, on real reports: every event once, none lost."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.domain.articles import Scope
from bot.domain.dump import ParsedThread
from bot.domain.search import Order, SearchPage
from bot.services import Services, open_services
from bot.store.corpus.corpus_store import archives_of
from bot.store.corpus.story_reader import StoryReader
from bot.store.sqlite.connection import CORPUS, open_reader
from tests.support.world import comment, load, thread

REPORTS = 240
PAGE = 7
SHARED = Scope()
QUERIES = ("", "police", "school OR court", "president", "said year")


def captures(shared_data: Path) -> list[ParsedThread]:
    """Reports of three weeks; every second one was also submitted twice, and every fourth discussed."""
    lines = (shared_data / "summaries" / "cnn_dailymail.jsonl").read_text("utf-8").splitlines()
    threads = []
    for number, line in enumerate(lines[:REPORTS]):
        record = json.loads(line)
        title, *others = record["highlights"].split("\n")
        site, link = f"paper{number % 9}.example", f"https://paper{number % 9}.example/news/{number}"
        at = datetime(2015, 3, 10, tzinfo=UTC) + timedelta(hours=2 * number)
        page = {"source": site, "inferred": False}
        threads.append(thread(title, record["article"], posted_at=at, link=link, **page))  # type: ignore[arg-type]
        for copy, headline in enumerate((title, *others[:1]) if number % 2 else ()):
            words = f"The police said so last year. {others[-1] if others else title}"
            said = [comment("ann", words, number)] if number % 4 == 1 else []
            threads.append(
                thread(
                    headline,
                    key=f"t3_{number}x{copy}",
                    comments=said,
                    posted_at=at + timedelta(hours=1 + copy),
                    link=f"{link}?utm_source={copy}",
                    subreddit=f"news{copy}",
                    **page,  # type: ignore[arg-type]
                )
            )
    return threads


@pytest.fixture
async def archive(shared_data: Path, tmp_path: Path) -> AsyncIterator[Services]:
    async with open_services(tmp_path, vectors="off") as services:
        load(tmp_path, None, captures(shared_data))
        yield services


@pytest.mark.slow
async def test_every_event_is_on_one_page_whatever_the_order(archive: Services, tmp_path: Path) -> None:
    orders: tuple[Order, ...] = ("relevance", "newest", "score")
    grouped = 0
    for text in QUERIES:
        every = await archive.archive.ranking(SHARED, text)
        with closing(open_reader(tmp_path, CORPUS)) as db:
            events = StoryReader(db, archives_of(db, SHARED), adult=True).events(every)
        wanted = set(events.values())
        grouped += len(every) - len(wanted)
        for order in orders:
            pages: list[SearchPage] = []
            while not pages or len(pages[-1].hits) == PAGE:
                offset = PAGE * len(pages)
                pages.append(
                    await archive.archive.search(SHARED, text, order=order, limit=PAGE, offset=offset)
                )
            hits = [hit for page in pages for hit in page.hits]
            assert {page.total for page in pages} == {len(hits)} == {len(wanted)}, (text, order)
            assert {events[hit.article] for hit in hits} == wanted
            if order == "newest":
                times = [hit.posted_at for hit in hits if hit.posted_at]
                part = pages[0].full or len(hits)
                assert times[:part] == sorted(times[:part], reverse=True)
            whole = await archive.archive.search(SHARED, text, order=order, limit=1_000)
            assert [hit.article for hit in whole.hits] == [hit.article for hit in hits]
    assert grouped > REPORTS
