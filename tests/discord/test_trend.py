"""How often words or a source occur over time: a small chart, its description and a line of blocks."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from bot.domain.trends import Trend, trend
from bot.services.browsing import BrowseService
from tests.support.simulated_discord import World
from tests.support.world import START, buttons, card_of, comment, load, reply_of, text_of, thread

pytestmark = pytest.mark.slow


def archive(world: World) -> None:
    load(
        world.data,
        world.guild.id,
        [
            thread(
                f"Tram line {number} opens",
                "The tram runs.",
                comments=[comment("rider", "A tram at last.", 60 * 24 * 31 * number)]
                if number % 3 == 0
                else [],
                source="gazette.example",
                over_18=number == 7,
                posted_at=START + timedelta(days=31 * number),
                inferred=False,
            )
            for number in range(8)
        ],
    )


async def test_a_trend_is_a_chart_with_a_description_and_blocks(world: World) -> None:
    archive(world)
    card = card_of(await world.member.slash(world.channel, "trend", query="trams"))
    assert text_of(card).splitlines() == [
        "**“trams” in 10 texts**",
        "March 2024 █▄▄█▄▄█ September 2024",
        "-# each bar is a month · most: March 2024, with 2",
    ]
    assert "Bar chart of the texts with “trams” from March 2024 to September 2024." in str(card.components)
    assert buttons(card) == ["Show the texts", "Share"]
    opened = await world.member.click(card, label="Show the texts")
    assert reply_of(opened).startswith("**7 threads for “trams”**")


async def test_sources_and_operators_have_trends(world: World) -> None:
    archive(world)
    card = card_of(await world.member.slash(world.channel, "trend", query="source:gazette.example"))
    assert text_of(card).startswith("**“source:gazette.example” in 7 texts**")
    card = card_of(await world.member.slash(world.channel, "trend", query="author:rider"))
    assert text_of(card).startswith("**“author:rider” in 3 texts**")
    card = card_of(await world.member.slash(world.channel, "trend", query="title:tram last"))
    assert text_of(card).startswith("**“title:tram last” in 3 texts**")
    shared = await world.member.click(card, label="Share")
    assert shared.response is not None


async def test_what_has_no_trend_says_why(world: World) -> None:
    nothing = await world.member.slash(world.channel, "trend", query="zeppelin")
    assert text_of(nothing.response) == "Nothing about “zeppelin” in this archive (1 thread, 2024)."
    bad = await world.member.slash(world.channel, "trend", query="score:high")
    assert text_of(bad.response).startswith("“score:high” has no number.")
    blank = await world.member.slash(world.channel, "trend", query="?!")
    assert text_of(blank.response).startswith("Add a query: the words to search for")
    one = await world.member.slash(world.channel, "trend", query="stallholders")
    assert text_of(one.response).splitlines()[:2] == ["**“stallholders” in 1 text**", "12 Mar 2024"]


async def test_a_trend_that_was_cut_short_says_so_also_without_a_chart(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def cut_short(*_: object) -> Trend:
        return trend("zeppelin", [], cut=True)

    monkeypatch.setattr(BrowseService, "trend", cut_short)
    shown = text_of(card_of(await world.member.slash(world.channel, "trend", query="zeppelin")))
    assert "This search took too long and was cut short." in shown


@pytest.mark.parametrize(
    ("last", "unit", "points"), [(0, "day", 1), (61, "day", 62), (62, "month", 3), (3_700, "year", 11)]
)
def test_bars_are_as_wide_as_the_time_needs(last: int, unit: str, points: int) -> None:
    first = (datetime(2014, 1, 1, tzinfo=UTC) - datetime(1970, 1, 1, tzinfo=UTC)).days
    counted: Any = trend("x", [(first, 2), (first + last, 3)])
    assert (counted.unit, len(counted.points), counted.total) == (unit, points, 5)
    assert counted.points[-1].texts == (3 if last else 5)
    assert trend("x", []).points == ()
