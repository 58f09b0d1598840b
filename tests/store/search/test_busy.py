"""A search finds the same on a busy machine, and says so if its own work is cut short."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from bot.domain.search import Filters, SearchPage
from bot.store.search.index import LIMITS, SAMPLED_ARTICLES, SearchIndex
from bot.store.search.limits import SearchLimits
from bot.text.search.analyzer import Analyzer
from bot.text.search.query import parse_query
from bot.text.search.scorer import RelevanceScorer
from tests.support.corpus_engines import corpus_at
from tests.support.corpus_rows import Thread, fill

QUERIES = ("harbour market", "boats of the council", "which market closes when the boats return?")
THREADS = [
    Thread(f"Market {number}", f"The harbour council saw {number % 7} boats. " * (number % 9 + 1))
    for number in range(300)
]


async def _pages(data: Path, limits: SearchLimits = LIMITS) -> list[SearchPage]:
    index = SearchIndex.open(corpus_at(data), Analyzer(), limits=limits)
    pages = [await index.search((0,), parse_query(query)) for query in QUERIES]
    await index.close()
    return pages


@contextmanager
def _busy_cores() -> Iterator[None]:
    others = [subprocess.Popen([sys.executable, "-c", "while True: pass"]) for _ in range(2)]
    try:
        yield
    finally:
        for other in others:
            other.kill()
            other.wait()


async def test_two_busy_cores_change_no_hits(tmp_path: Path) -> None:
    fill(tmp_path, THREADS)
    at_rest = await _pages(tmp_path)
    with _busy_cores():
        assert await _pages(tmp_path) == at_rest
    assert all(page.hits and not page.cut for page in at_rest)


async def test_common_words_are_found_beside_one_that_an_archive_lacks(tmp_path: Path) -> None:
    fill(tmp_path, THREADS)
    fill(tmp_path, [Thread("Airship", "A balloon.")], archive=1)
    index = SearchIndex.open(corpus_at(tmp_path), Analyzer(), limits=SearchLimits(max_ranked_rows=100))
    for text in ("zeppelin boats", "boats zeppelin council", "balloon boats"):
        page = await index.search((0,), parse_query(text))
        assert (page.full, page.instead, len(page.hits)) == (0, None, 10), text
        assert page.total
    await index.close()


async def test_many_archives_do_not_make_the_first_search_after_a_load_longer(tmp_path: Path) -> None:
    read = []

    class Reading(Analyzer):
        def scorer(self, packed: bytes | None, sample: Sequence[str]) -> RelevanceScorer:
            read.append(len(sample))
            return super().scorer(packed, sample)

    for archive in range(2):
        fill(tmp_path, THREADS, archive=archive)
        with closing(corpus_at(tmp_path).open_writer("corpus")) as db:
            db.execute("UPDATE archive SET next_article = ?", (len(THREADS) + 1,))
        index = SearchIndex.open(corpus_at(tmp_path), Reading())
        assert (await index.search((archive,), parse_query("boats"))).hits
        await index.close()
    assert all(SAMPLED_ARTICLES // 2 <= size <= SAMPLED_ARTICLES for size in read)


def test_the_searches_of_alternatives_together_read_little_more_than_one() -> None:
    part = LIMITS.share(4)
    assert 4 * part.max_scored_comments == LIMITS.max_scored_comments
    assert 4 * part.max_articles < 2 * LIMITS.max_articles
    assert 4 * part.max_comments < 2 * LIMITS.max_comments
    assert LIMITS.share(1) == LIMITS
    assert SearchLimits(max_articles=10).share(4).max_articles == 10


async def test_a_search_out_of_time_says_so(tmp_path: Path) -> None:
    fill(tmp_path, THREADS)
    pages = await _pages(tmp_path, SearchLimits(search_seconds=0.0))
    assert all(page.cut and page.capped for page in pages)


@pytest.mark.parametrize(("rows_read", "cut"), [(20, True), (400, False)])
async def test_nothing_is_said_to_be_found_only_if_all_was_read(
    tmp_path: Path, rows_read: int, cut: bool
) -> None:
    fill(tmp_path, THREADS)
    with closing(corpus_at(tmp_path).open_writer("corpus")) as db:
        db.execute("UPDATE article SET over_18 = 1")
    limits = SearchLimits(max_ranked_rows=0, max_articles=rows_read, max_newest=rows_read)
    index = SearchIndex.open(corpus_at(tmp_path), Analyzer(), limits=limits)
    page = await index.search((0,), parse_query("boats"), Filters(adult=False))
    await index.close()
    assert (page.hits, page.capped, page.cut) == ((), cut, cut)
