"""Many schedules due in one minute: within Discord's limits, in order, each once."""

from __future__ import annotations

import asyncio
import itertools
import sqlite3
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.domain.digests import ContentSource, DigestConfig, Timing
from bot.domain.loads import Person
from bot.services import open_services
from tests.support.loopback.killing import articles, servers
from tests.support.loopback.pace import Pace
from tests.support.loopback.process import running
from tests.support.loopback.server import Loopback

pytestmark = pytest.mark.slow


SLOT = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
BY = Person(1002, "moderator")


def recorded(data: Path) -> int:
    """The number of posts that the bot knows to have been made, which it writes after Discord's answer."""
    with closing(sqlite3.connect(data / "state.db")) as db:
        count: int = db.execute("SELECT count(*) FROM delivery WHERE state = 'posted'").fetchone()[0]
        return count


async def test_posts_keep_to_the_limits_and_to_their_order(tmp_path: Path) -> None:
    """Two schedules for each of 60 channels, and seven for one: more than Discord takes in five seconds."""
    data = tmp_path / "data"
    guilds = servers(20, 3)
    places = [channel for guild in guilds for channel in guild.channels] * 2 + [guilds[0].channels[0]] * 5
    async with open_services(data, vectors="off") as services:
        articles(data)
        for number, channel in enumerate(places):
            plan = DigestConfig(
                channel.guild, channel.id, Timing("daily", 540), ContentSource("random", count=2)
            )
            await services.digests._store.add(plan, BY, SLOT - timedelta(days=1), SLOT, f"draft {number}")
    discord = Loopback(guilds, Pace.from_now(start=SLOT - timedelta(seconds=1)))
    async with discord.serving(), running(discord, data, tmp_path / "log"), asyncio.timeout(180):
        while recorded(data) < len(places):  # noqa: ASYNC110 - it becomes so in another process
            await asyncio.sleep(0.05)
    assert discord.answers[429] == 0
    async with open_services(data, vectors="off") as services:
        past = await services.digests.history(None, None, 1000)
    told = [one.id for one in discord.posts]
    by_slot = [one.message for one in sorted(past, key=lambda one: one.id)]
    assert sorted(told) == sorted(filter(None, by_slot))
    for channel in {channel.id: channel for channel in places}.values():
        numbers = [one.id for one in channel.messages]
        assert numbers == [one for one in by_slot if one in set(numbers)]
    firsts = [one.at for one in discord.posts]
    assert all(a <= b for a, b in itertools.pairwise(firsts))
    assert firsts[-1] - firsts[0] >= (len(places) - 60) / 50
