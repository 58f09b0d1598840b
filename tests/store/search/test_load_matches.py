"""Follows whose query has operators find what they select among the rows of a load."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.domain.articles import Scope
from bot.domain.follows import FollowTarget
from bot.store.search.load_matches import FollowQuery, LoadMatches
from bot.text.search.analyzer import Analyzer
from bot.text.search.query import parse_query
from tests.support.corpus_loads import comment, load_into, thread


@pytest.mark.parametrize(
    ("text", "titles"),
    [
        ("strike r/trams", ["Bus strike"]),
        ("r/harbour", ["Tram strike"]),
        ("strike -r/trams", ["Tram strike"]),
        ("strike score:>10", ["Tram strike"]),
        ("title:tram gulls", ["Tram strike"]),
        ("title:tram", ["Tram strike"]),
        ("gulls -title:tram", ["Bus strike"]),
        ("(tram OR bus) NOT (strike depot)", ["Tram strike"]),
        ("gulls author:ann", ["Bus strike"]),
        ("strike after:2030", []),
        ("author:ann", ["Bus strike"]),
        ("author:ann OR rails", ["Tram strike", "Bus strike"]),
        ("author:ann OR (rails gulls)", ["Bus strike"]),
        ("(author:ann OR score:>10) strike", ["Tram strike"]),
        ("(r/trams OR rails) strike -tram", ["Bus strike"]),
    ],
)
async def test_operators_select_among_the_rows_of_a_load(
    tmp_path: Path, text: str, titles: list[str]
) -> None:
    receipt = load_into(
        tmp_path,
        thread("Tram strike", comment("No gulls.", "bob"), body=["Rails."], subreddit="Harbour", score=40),
        thread("Bus strike", comment("Gulls!", "ann"), body=["The depot."], subreddit="trams", score=2),
    )
    matches = LoadMatches.open(tmp_path, Analyzer())
    query = FollowQuery(FollowTarget(text), parse_query(text), frozenset(), True)
    result = await matches.find(Scope(), receipt.load, query, 9, 5.0)
    await matches.close()
    named = {1: "Tram strike", 2: "Bus strike"}
    assert [named[article] for article in result.articles] == titles
