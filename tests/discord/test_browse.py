"""Browsing: lists of sources, subreddits, flairs, days and months, and the articles of one."""

from __future__ import annotations

from datetime import timedelta

import pytest
from simcord import ResponseMessage

from tests.support.simulated_discord import World
from tests.support.world import START, buttons, list_id, load, options, reply_of, text_of, thread

pytestmark = pytest.mark.slow


def archive(world: World, count: int = 14) -> None:
    """Threads of several sources, subreddits, flairs and months beside the one about the market."""
    load(
        world.data,
        world.guild.id,
        [
            thread(
                f"Tram line {number} opens",
                "The tram runs.",
                source=f"paper{number // 2}.example",
                subreddit="Harbour" if number % 2 else "harbour",
                flair=["Live *thread*", "@everyone", None][number % 3],
                over_18=number == 13,
                posted_at=START + timedelta(days=20 * number),
                inferred=False,
            )
            for number in range(count)
        ],
    )


async def browse(world: World, **given: str) -> ResponseMessage:
    result = await world.member.slash(world.channel, "browse", **given)
    assert result.response is not None
    assert result.ephemeral
    return result.response


async def test_the_newest_articles_come_first(world: World) -> None:
    archive(world)
    card = text_of(await browse(world))
    assert card.splitlines()[0] == "**14 threads** · newest first"  # one is for adults
    assert card.splitlines()[1] == "**1. Tram line 12 opens**"


async def test_sources_are_listed_in_pages_and_opened(world: World) -> None:
    archive(world, 26)
    card = await browse(world, by="source")
    shown = text_of(card).splitlines()
    assert shown[0] == "**14 sources** · most threads first"
    assert shown[1] == "**paper0.example** · ▇▇▇▇▇▇▇▇ 2 threads"
    assert shown[-1] == "-# 1–10 of 14"
    assert buttons(card) == ["›", "Newest", "Subreddits", "Flairs", "Days", "Months"]
    turned = await world.member.click(card, label="›")
    assert turned.response is not None
    assert text_of(turned.response).splitlines()[-1] == "-# 11–14 of 14"
    opened = await world.member.select(
        turned.response,
        [options(turned.response)["courier.example"]],
        custom_id=list_id(turned.response, "jump"),
    )
    assert reply_of(opened).startswith("**1 thread for “source:courier.example”** · newest first")
    back = await world.member.click(turned.response, label="Newest")
    assert reply_of(back).startswith("**26 threads** · newest first")


@pytest.mark.parametrize(
    ("by", "value", "heading", "line", "articles"),
    [
        ("subreddit", "HARBOUR", "**1 subreddit** · most threads first", "**r/harbour** · ", 13),
        ("flair", "live *thread*", "**2 flairs** · most threads first", "**\\@everyone** · ", 5),
        ("day", "2024-03-12", "**13 days** · newest first", "**7 Nov 2024** · ▇▇▇▇▇▇▇▇ 1 thread", 2),
        ("month", "2024-05", "**9 months** · newest first", "**November 2024** · ▇▇▇▇ 1 thread", 2),
    ],
)
async def test_values_are_counted_and_lead_to_their_articles(
    world: World, by: str, value: str, heading: str, line: str, articles: int
) -> None:
    archive(world)
    shown = text_of(await browse(world, by=by)).splitlines()
    assert shown[0] == heading
    assert any(line in row for row in shown), shown
    found = text_of(await browse(world, by=by, value=value)).splitlines()[0]
    assert found.startswith(f"**{articles} threads for “")


async def test_values_are_completed_by_what_is_browsed(world: World) -> None:
    archive(world)
    for by, typed, value in (
        ("source", "cour", "courier.example"),
        ("flair", "live", "Live *thread*"),
        ("month", "2024-0", "2024-07"),
        ("day", "12 mar", "2024-03-12"),
    ):
        choices = await world.member.autocomplete(world.channel, "browse", "value", typed, by=by)
        assert value in [choice["value"] for choice in choices]
    assert await world.member.autocomplete(world.channel, "browse", "value", "", by="newest") == []


async def test_what_is_not_there_is_said(world: World) -> None:
    assert text_of(await browse(world, by="flair")) == "No article in this archive has a flair."
    assert text_of(await browse(world, by="day", value="dawn")).startswith("“day:dawn” has no date.")


async def test_moderators_see_the_archive_by_month(world: World) -> None:
    archive(world)
    result = await world.moderator.slash(world.channel, "archive stats", by="month")
    assert text_of(result.response).startswith("**9 months** · newest first")
