"""Among many comments with some words of a query, those with several of them are found, and not only those
with the rarest."""

from __future__ import annotations

from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from bot.store.engine import Statement
from bot.store.search import term_scoring
from bot.store.search.index import SearchIndex
from bot.store.search.limits import SearchLimits
from bot.text.search.analyzer import Analyzer
from bot.text.search.query import parse_query
from tests.support.corpus_engines import corpus_at
from tests.support.corpus_rows import Said, Thread, fill

LIMITS = SearchLimits(
    max_ranked_rows=25, max_listed_rows=200, max_comments=8, max_scored_comments=8, max_unranked_comments=2
)
RARE = [Thread(f"Thread {number}", comments=[Said("zeppelin over town")]) for number in range(20)]
COMMON = [
    Thread(f"Day {number}", comments=[Said(f"{word} in winter")])
    for word in ("harbour", "quay")
    for number in range(30)
]
OTHERS = [Thread(f"Week {number}", comments=[Said("sparrow")]) for number in range(400)]


async def _first(data: Path, query: str, archive: int = 0) -> int:
    index = SearchIndex.open(corpus_at(data), Analyzer(), limits=LIMITS)
    ranking = await index.ranking((archive,), parse_query(query), place="comments")
    await index.close()
    return ranking[0]


async def test_a_comment_with_two_words_is_found_beside_many_with_a_rarer_one(tmp_path: Path) -> None:
    best = Thread("Best", comments=[Said("harbour and quay")])
    [first, *_] = fill(tmp_path, [best, *RARE, *COMMON, *OTHERS])
    assert await _first(tmp_path, "zeppelin harbour quay") == first


@pytest.mark.parametrize("rare", [len(RARE), 10])
async def test_a_word_too_common_to_be_listed_counts_beside_a_rare_one(tmp_path: Path, rare: int) -> None:
    best = Thread("Best", comments=[Said("zeppelin and sparrow")])
    nights = [Thread(f"Year {number}", comments=[Said("owl at night")]) for number in range(700)]
    [first, *_] = fill(tmp_path, [best, *RARE[:rare], *COMMON[:10], *OTHERS[:250], *nights])
    assert await _first(tmp_path, "zeppelin harbour sparrow") == first


async def test_of_many_with_the_same_words_the_shortest_are_found(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(term_scoring, "MAX_MEASURED_ROWS", 40)
    long = [Thread(f"Long {number}", comments=[Said("harbour quay " + "owl " * 200)]) for number in range(15)]
    best = Thread("Best", comments=[Said("harbour and quay")])
    [*_, first] = fill(tmp_path, [*RARE, *COMMON[:15], *COMMON[30:45], *OTHERS, *long[:7], best])
    assert await _first(tmp_path, "zeppelin harbour quay") == first


async def test_what_is_excluded_is_not_among_them(tmp_path: Path) -> None:
    unwanted = Thread("Unwanted", comments=[Said("harbour and quay and gull")])
    ids = fill(tmp_path, [unwanted, *RARE, *COMMON, *OTHERS])
    assert await _first(tmp_path, "zeppelin harbour quay -gull") != ids[0]


async def test_each_archive_has_its_own(tmp_path: Path) -> None:
    best = Thread("Best", comments=[Said("harbour and quay")])
    fill(tmp_path, [best, *RARE, *COMMON, *OTHERS])
    [first, *_] = fill(tmp_path, [best, *RARE, *COMMON], archive=1)
    assert await _first(tmp_path, "zeppelin harbour quay", archive=1) == first


@pytest.mark.parametrize("endless", [("zeppelin", "harbour", "quay"), ("harbour",)])
async def test_what_the_index_finds_is_shown_if_listing_rows_takes_too_long(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, endless: tuple[str, ...]
) -> None:
    ids = fill(tmp_path, [*RARE, *COMMON, *OTHERS])
    with closing(corpus_at(tmp_path).open_reader("corpus")) as db:
        index_type = type(db.text_index)
    listed = index_type.listed

    def listed_or_endless(self: Any, kind: Any, match: Any, rows: Any) -> Statement:
        if any(word in repr(match) for word in endless):
            return Statement(
                "WITH RECURSIVE number(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM number)"
                " SELECT CAST(max(n) AS text) FROM number",
                (),
            )
        return listed(self, kind, match, rows)

    monkeypatch.setattr(index_type, "listed", listed_or_endless)
    limits = replace(LIMITS, max_comments=40, statement_seconds=0.1, usual_seconds=9, search_seconds=9)
    index = SearchIndex.open(corpus_at(tmp_path), Analyzer(), limits=limits)
    ranking = await index.ranking((0,), parse_query("zeppelin harbour quay"), place="comments")
    await index.close()
    assert set(ids[: len(RARE)]) <= set(ranking)


def test_the_heaviest_rows_are_those_with_most_words_and_then_the_newest(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(term_scoring, "MAX_MEASURED_ROWS", 4)
    weights = np.array([2.0 if row in (3, 7) else 1.0 for row in range(10)])
    assert sorted(term_scoring._heaviest(weights).tolist()) == [3, 7, 8, 9]
    assert term_scoring._heaviest(np.array([1.0, 2.0])).tolist() == [0, 1]
