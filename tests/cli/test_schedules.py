"""Scheduled digests on the command line, for operators."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime

from bot.domain.digests import ContentSource, DigestConfig, Timing
from bot.domain.loads import Person
from bot.services import open_services
from bot.store.state.schedules import SlotClaim
from tests.support.command_line import Desk

NOW = datetime(2024, 3, 12, 9, 0, tzinfo=UTC)


async def schedule(desk: Desk, guild: int) -> None:
    """A digest whose first slot was missed."""
    plan = DigestConfig(
        guild,
        22,
        Timing("daily", 510, zone="Europe/Berlin"),
        ContentSource("source", "courier.example"),
        quiet=(22 * 60, 7 * 60),
        target="forum",
        tag="News",
    )
    async with open_services(desk.data) as services:
        made = await services.digests.create(plan, Person(7, "mod"), NOW, f"draft of {guild}")
        await services.digests._store.claim_slots(
            [SlotClaim(made, made.next_at, "mark" + str(guild), missed="too-late")], NOW
        )


def test_schedules_are_listed_by_server(loaded: Desk) -> None:
    assert loaded("schedules").code == 0
    for guild in (11, 12):
        asyncio.run(schedule(loaded, guild))
    every = loaded("schedules")
    assert every.code == 0
    assert "1. newest from courier.example" in every.out
    assert "every day at 08:30 (Europe/Berlin) · active" in every.out
    assert "server 11 · channel 22 · next 13 Mar 2024, 07:30 UTC" in every.out
    assert "server 12" in every.out
    assert "quiet from 22:00 to 07:00 · one forum post each time, tagged News · skips empty days" in " ".join(
        every.out.split()
    )
    (one,) = loaded("schedules", "--guild", "12", "--json").json["schedules"]
    assert (one["guild"], one["quiet"], one["target"], one["tag"]) == (12, [1320, 420], "forum", "News")


def test_deliveries_say_what_became_of_slots(loaded: Desk) -> None:
    assert loaded("deliveries").code == 0
    for guild in (11, 12):
        asyncio.run(schedule(loaded, guild))
    told = loaded("deliveries", "--schedule", "1")
    assert told.code == 0
    assert told.out == "13 Mar 2024, 07:30 UTC · digest 1 · missed: too late to post\n"
    (one,) = loaded("deliveries", "--guild", "12", "--json").json["deliveries"]
    assert (one["schedule"], one["state"], one["reason"]) == (2, "missed", "too-late")
    assert one["target"] == "forum"
    assert loaded("deliveries", "--guild", "12", "--schedule", "1").code == 1
