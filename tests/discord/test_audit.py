"""/audit: moderators see who did what; names of forgotten people are in none of it."""

from __future__ import annotations

import itertools
import sqlite3
from contextlib import closing
from datetime import timedelta

import pytest

from bot.domain.audit import MAX_ENTRIES, RETENTION
from bot.domain.loads import Person
from bot.store.state.audit import AuditStore
from tests.support.engines import engine_at
from tests.support.schedules import plan
from tests.support.simulated_discord import PAGE, World, archive, load_file
from tests.support.world import START, buttons, card_of, reply_of, text_of

pytestmark = pytest.mark.slow


async def entries(world: World, **given: object) -> list[str]:
    """The first line of each entry."""
    result = await world.moderator.slash(world.channel, "audit", **given)
    assert result.ephemeral
    lines = text_of(card_of(result)).splitlines()
    return [line for line, below in itertools.pairwise(lines[1:]) if world.moderator.mention in below]


async def test_what_moderators_do_is_listed(world: World) -> None:
    await load_file(world, "pierpoet.zip", archive(keeper=PAGE))
    await world.moderator.slash(world.channel, "settings", zone="Europe/Berlin", follows_a_day=3)
    digest = await plan(world)
    await world.moderator.slash(world.channel, "digest pause", digest=digest.id)
    await world.moderator.slash(world.channel, "digest delete", digest=digest.id)
    question = card_of(await world.moderator.slash(world.channel, "archive undo", load=2))
    await world.moderator.click(question, label="Undo load")
    expected = [
        "Load 2 undone · Removed 1 article and 2 comments.",
        "Digest 1 deleted",
        "Digest 1 paused",
        "Messages from follows a day: 10 → 3",
        "Time zone: UTC → Europe/Berlin",
        "Load 2 of pierpoet.zip · 1 new article · 2 new comments",
    ]
    assert await entries(world) == expected
    assert await entries(world, about="settings") == expected[3:5]
    assert await entries(world, about="digests") == expected[1:3]
    # What names somebody who is forgotten, and the entry of that, has no name.
    question = card_of(await world.moderator.slash(world.channel, "archive forget", author="pierpoet"))
    await world.moderator.click(question, label="Forget permanently")
    assert await entries(world, about="privacy") == [
        "An author was forgotten · Emptied 1 comment and no articles."
    ]
    assert (await entries(world, about="loads"))[-1] == (
        "Load 2 of \\[deleted\\].zip · 1 new article · 2 new comments"
    )
    assert b"pierpoet" not in (world.data / "state.db").read_bytes()


async def test_members_and_other_servers_do_not_see_it(world: World) -> None:
    await world.services.audit.record(world.guild.id, "load-paused", Person(5, "mod"), load=1)
    await world.services.audit.record(77, "load-paused", Person(5, "mod"), load=77)
    await world.services.audit.record(None, "load-paused", Person(None, "operator"), load=78)
    shown = reply_of(await world.moderator.slash(world.channel, "audit"))
    assert "Load 1 paused" in shown
    assert "Load 77" not in shown
    assert "Load 78" not in shown
    with pytest.raises(Exception, match="audit"):
        await world.member.slash(world.channel, "audit")


async def test_long_lists_have_pages(world: World) -> None:
    for load in range(25):
        await world.services.audit.record(world.guild.id, "load-paused", Person(5, "mod"), load=load)
    card = card_of(await world.moderator.slash(world.channel, "audit"))
    assert "25 entries" in text_of(card)
    assert ("Load 24 paused" in text_of(card), "Load 14 paused" in text_of(card)) == (True, False)
    for _ in range(2):
        await world.moderator.click(card, label="›")
    assert "Load 4 paused" in text_of(card)
    assert buttons(card) == ["‹"]


async def test_the_list_is_bounded_in_time_and_number(world: World) -> None:
    store = AuditStore.open(engine_at(world.data))
    old, by = START - RETENTION - timedelta(days=1), Person(5, "mod")
    await store.add(7, by, "load-paused", {"load": 1}, old)
    await store.add(8, by, "load-paused", {"load": 2}, START)
    assert await store.count(7, None) == 0
    await store.close()
    with closing(sqlite3.connect(world.data / "state.db")) as db, db:
        db.executemany(
            "INSERT INTO audit (guild, at, by_name, action, detail) VALUES (8, ?, '', 'undo', '{}')",
            [(int(START.timestamp()),)] * MAX_ENTRIES,
        )
    store = AuditStore.open(engine_at(world.data))
    await store.add(8, by, "load-paused", {"load": 3}, START)
    assert await store.count(8, None) == MAX_ENTRIES
    await store.close()
