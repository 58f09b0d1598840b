"""What scheduled digests pick, and what they say of it."""

from __future__ import annotations

import random
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from bot.digests import Candidate, Choice, Plan, Timing, decide
from bot.errors import BadInput
from bot.library import Library, open_library
from bot.models import Person
from bot.ui import schedule_cards
from tests.discord.world import comment, load, thread

GUILD = 11
NOW = datetime(2024, 3, 12, 9, 0, tzinfo=UTC)


def on(year: int, month: int, day: int, hour: int = 12) -> datetime:
    return datetime(year, month, day, hour, tzinfo=UTC)


@pytest.fixture
async def library(tmp_path: Path) -> AsyncIterator[Library]:
    data = tmp_path / "data"
    told: dict[str, Any] = {"inferred": False}
    two = (comment("a", "At last.", 1), comment("b", "Why now?", 2))
    threads = [
        thread("Ferry sinks slowly", "Text.", posted_at=on(2019, 3, 12), comments=two[:1], **told),
        thread("Gulls return", "Text.", posted_at=on(2021, 3, 12, 23), **told),
        thread("Market moves", "Text.", posted_at=on(2024, 3, 10), subreddit="Harbour", **told),
        thread("Mayor resigns", "Text.", posted_at=on(2024, 3, 8), comments=two, **told),
        thread("Pier closed", "Text.", posted_at=on(2023, 7, 1), source="herald.example", **told),
    ]
    load(data, GUILD, threads)
    load(data, 12, [thread("Another server's news", posted_at=on(2024, 3, 11), **told)])
    async with open_library(data, rng=random.Random(2)) as opened:
        yield opened


async def titles(library: Library, choice: Choice, zone: str = "UTC") -> list[str]:
    plan = Plan(GUILD, 22, Timing("daily", 540, zone=zone), choice)
    post = await library.digests.preview(plan, NOW, adult=False)
    return [entry.article.title for entry in post.entries]


@pytest.mark.parametrize(
    ("choice", "expected"),
    [
        (Choice("newest", count=2), ["Market moves", "Mayor resigns"]),
        (Choice("on-this-day"), ["Ferry sinks slowly", "Gulls return"]),
        (Choice("most-discussed", days=7), ["Mayor resigns", "Market moves"]),
        (Choice("most-discussed", days=None, count=2), ["Mayor resigns", "Ferry sinks slowly"]),
        (Choice("search", "pier"), ["Pier closed"]),
        (Choice("search", "zeppelin"), []),
        (Choice("source", "Herald.example"), ["Pier closed"]),
        (Choice("subreddit", "harbour"), ["Market moves"]),
    ],
)
async def test_every_choice_picks_its_own(library: Library, choice: Choice, expected: list[str]) -> None:
    assert await titles(library, choice) == expected


async def test_this_day_is_that_of_the_zone(library: Library) -> None:
    assert await titles(library, Choice("on-this-day"), "Asia/Tokyo") == ["Ferry sinks slowly"]


async def test_a_random_pick_has_each_article_once(library: Library) -> None:
    assert len(set(await titles(library, Choice("random", count=3)))) == 3


def test_every_decision_has_its_rule() -> None:
    candidates = [
        Candidate(1, "Seen", 3, same="a"),
        Candidate(2, "Talked about since", 9, same="b"),
        Candidate(3, "For adults", 0, over_18=True, same="c"),
        Candidate(4, "New", 0, same="d"),
        Candidate(6, "New", 0, same="d"),
        Candidate(5, "Too many", 0, same="e"),
    ]
    decided = decide(candidates, {"a": 3, "b": 4}, 2, adult=False)
    assert [(one.article, one.rule) for one in decided] == [
        (2, "new-comments"),
        (4, "picked"),
        (1, "shown-before"),
        (3, "over-18"),
        (6, "twin"),
        (5, "enough"),
    ]
    assert [one.article for one in decide(candidates, {}, 3, adult=True) if one.picked] == [1, 2, 3]


async def test_a_preview_says_where_the_clocks_move_a_run(library: Library) -> None:
    plan = Plan(GUILD, 22, Timing("daily", 150, zone="Europe/Berlin"), Choice("newest"))
    now = datetime(2024, 3, 29, 12, 0, tzinfo=UTC)
    post = await library.digests.preview(plan, now, adult=False)
    planned = schedule_cards.Planned(post, library.digests.runs(plan, now), (), 0)
    card = schedule_cards.preview(planned, "0" * 20)
    text = "\n".join(part.content for part in card.walk_children() if hasattr(part, "content"))
    noted = [line for line in text.splitlines() if "the clocks change: that day has no 02:30" in line]
    moved = int(datetime(2024, 3, 31, 1, 30, tzinfo=UTC).timestamp())
    assert noted == [f"<t:{moved}:F> · the clocks change: that day has no 02:30"]


async def test_saving_twice_makes_one_and_there_is_a_most(library: Library) -> None:
    plan = Plan(GUILD, 22, Timing("daily"), Choice("newest"))
    by = Person(7, "mod")
    first = await library.digests.create(plan, by, NOW, "same")
    assert (await library.digests.create(plan, by, NOW, "same")).id == first.id
    for number in range(24):
        await library.digests.create(plan, by, NOW, f"other {number}")
    with pytest.raises(BadInput) as caught:
        await library.digests.create(plan, by, NOW, "one more")
    assert caught.value.key == "too-many-schedules"
