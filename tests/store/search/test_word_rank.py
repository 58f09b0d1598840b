"""The comments that a search scores are those with most of its words, and not those with the rarest alone."""

from __future__ import annotations

from pathlib import Path

from bot.store.search.index import SearchIndex
from bot.store.search.limits import SearchLimits
from bot.text.search.analyzer import Analyzer
from bot.text.search.query import parse_query
from tests.support.corpus_engines import corpus_at
from tests.support.corpus_rows import Said, Thread, fill


async def test_common_words_count_for_the_comments_that_are_scored(tmp_path: Path) -> None:
    best = Thread("First", comments=[Said("zeppelin over the harbour")])
    others = [Thread(f"Thread {number}", comments=[Said("zeppelin")]) for number in range(10)]
    common = [Thread(f"Day {number}", comments=[Said("harbour quay")]) for number in range(40)]
    common += [Thread(f"Day {number}", comments=[Said("sparrow")]) for number in range(100)]
    [first, *_] = fill(tmp_path, [best, *others, *common])
    limits = SearchLimits(max_ranked_rows=20, max_scored_comments=4, max_unranked_comments=5)
    index = SearchIndex.open(corpus_at(tmp_path), Analyzer(), limits=limits)
    ranking = await index.ranking((0,), parse_query("harbour zeppelin quay"))
    await index.close()
    assert ranking[0] == first


async def test_comments_with_all_words_are_scored_before_those_with_some(tmp_path: Path) -> None:
    """Long comments with all words rank below short ones with the rarest alone, but head the page."""
    long = "sparrow " * 200
    best = Thread("Best", comments=[Said(f"harbour zeppelin harbour zeppelin {long}")])
    full = [Thread(f"First {number}", comments=[Said(f"harbour {long} zeppelin")]) for number in range(3)]
    some = [Thread(f"Thread {number}", comments=[Said("zeppelin zeppelin")]) for number in range(20)]
    common = [Thread(f"Day {number}", comments=[Said("harbour quay")]) for number in range(40)]
    ids = fill(tmp_path, [best, *full, *some, *common])
    limits = SearchLimits(max_scored_comments=4)
    index = SearchIndex.open(corpus_at(tmp_path), Analyzer(), limits=limits)
    ranking = await index.ranking((0,), parse_query("harbour zeppelin"))
    await index.close()
    assert ranking[0] == ids[0]
    assert set(ranking[:4]) == set(ids[:4])
