"""Follows whose query has operators find what they select among the rows of a load."""

from __future__ import annotations

from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest

from bot.domain.articles import Scope
from bot.domain.base36 import base36
from bot.domain.exclusions import Exclusions
from bot.domain.follows import FollowTarget
from bot.store.ingest.writer import CorpusWriter
from bot.store.search.load_matches import FollowMatches, FollowQuery, LoadMatches
from bot.store.search.statistics import update_statistics
from bot.text.search.analyzer import Analyzer
from bot.text.search.query import parse_query
from tests.support.corpus_engines import corpus_at
from tests.support.corpus_loads import EDITOR, START, comment, load_into, thread


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
    result = await find(tmp_path, receipt.load, text)
    named = {1: "Tram strike", 2: "Bus strike"}
    assert [named[article] for article in result.articles] == titles


async def find(data: Path, load: int, text: str, **leaves_out: Exclusions) -> FollowMatches:
    matches = LoadMatches.open(corpus_at(data), Analyzer())
    try:
        query = FollowQuery(FollowTarget(text), parse_query(text), frozenset(), True, **leaves_out)
        return await matches.find(Scope(), load, query, 9, 5.0)
    finally:
        await matches.close()


@pytest.mark.parametrize(
    ("text", "leaves_out", "expected", "capped"),
    [
        ("author:ann", {}, [1], False),
        ("gulls author:ann", {}, [1], False),
        ("source:herald.example", {}, [1], False),
        ("strike source:herald.example", {}, [1], False),
        ("strike -tram", {}, [1], False),
        ("strike -(tram rails)", {}, [1], False),
        ("score:>0 -tram", {}, [1], False),
        ("score:>0 -(tram rails)", {}, [1], False),
        ("strike", {"leave_out": Exclusions(words=("tram",))}, [1], False),
        ("score:>0", {"server_leaves_out": Exclusions(sources=("courier.example",))}, [1], False),
        ("author:bob -(gulls bread)", {}, [1], False),
        ("author:bob OR xylophone", {"leave_out": Exclusions(sources=("courier.example",))}, [1], False),
        ("gulls", {}, [9, 8, 7], True),
        ("author:bob", {}, [9, 8, 7], True),
        ("author:bob OR xylophone", {}, [9, 8, 7], True),
    ],
)
async def test_filters_select_before_the_newest_matches_are_taken(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    text: str,
    leaves_out: dict[str, Exclusions],
    expected: list[int],
    capped: bool,
) -> None:
    monkeypatch.setattr("bot.store.search.load_matches.MAX_MATCHES", 3)
    monkeypatch.setattr("bot.store.search.load_matches._CHECKED_AT_ONCE", 2)
    old = thread(
        "Bus strike",
        comment("Gulls!", "ann"),
        comment("Bread.", "bob"),
        body=["The depot."],
        source="herald.example",
        score=2,
        posted_at=START,
    )
    others = [
        thread(
            f"Tram strike {number}",
            comment("Gulls on bread.", "bob"),
            body=["Rails."],
            score=2,
            posted_at=START + timedelta(minutes=number),
        )
        for number in range(8)
    ]
    receipt = load_into(tmp_path, old, *others)
    result = await find(tmp_path, receipt.load, text, **leaves_out)
    assert (result.articles, result.capped) == (expected, capped)


@pytest.mark.parametrize(("text", "expected"), [("author:ann", [1]), ("gulls author:ann", [1])])
async def test_comments_that_waited_for_their_article_are_all_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, text: str, expected: list[int]
) -> None:
    """The load that has the article brings none of its comments."""
    monkeypatch.setattr("bot.store.search.load_matches.MAX_MATCHES", 3)
    at = int(START.timestamp())
    early = [
        (1 + number, thread_key, thread_key, "ann", at, 1, "Gulls!", None)
        for number, thread_key in enumerate(range(100, 109))
    ]
    with CorpusWriter(corpus_at(tmp_path)) as writer:
        number = writer.begin_load(None, "comments", EDITOR, START)
        writer.add(number, comments=early)
        writer.commit()
        writer.finish(number, "done", 1.0)
    receipt = load_into(tmp_path, thread("Bus strike", key=f"t3_{base36(100)}"))
    assert (await find(tmp_path, receipt.load, text)).articles == expected


@pytest.mark.parametrize(
    ("text", "titles"),
    [
        ("US", ["U.S. boats"]),
        ("US boats", ["U.S. boats"]),
        ("boats -lodz", ["U.S. boats", "Tell us of boats"]),
        ("boats -US", ["Tell us of boats", "Łódź boats"]),
        ("source:courier.example -US", ["Tell us of boats", "Łódź boats"]),
        ('"US boats"', ["U.S. boats"]),
        ("łódź", ["Łódź boats"]),
    ],
)
async def test_follows_of_an_abbreviation_leave_out_the_pronoun(
    tmp_path: Path, text: str, titles: list[str]
) -> None:
    names = ["Tell us of boats", "U.S. boats", "Łódź boats"]
    receipt = load_into(tmp_path, *(thread(name, comment("They told us.", "bob")) for name in names))
    with closing(corpus_at(tmp_path).open_writer("corpus")) as db:
        update_statistics(db, Analyzer())
    result = await find(tmp_path, receipt.load, text)
    assert {names[article - 1] for article in result.articles} == set(titles)
