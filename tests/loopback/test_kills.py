"""The bot as a process, killed at random moments over real sockets: every slot is posted once, none twice."""

from __future__ import annotations

import random
import re
from collections import Counter
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from bot.domain.follows import FollowTarget
from bot.services import open_services
from tests.support.loopback.killing import BY, MARGIN, PARTS, Killer, prepared, servers, slots_done
from tests.support.loopback.pace import Pace
from tests.support.loopback.server import Loopback
from tests.support.world import load, text_of, thread

pytestmark = pytest.mark.slow


TITLE = re.compile(r"Ferry day \d+\.\d+")


async def test_killed_at_random_moments_every_slot_is_posted_once(tmp_path: Path) -> None:
    pace = Pace.from_now(speed=20)
    start = pace.now() - timedelta(hours=12)
    data, log = tmp_path / "data", tmp_path / "log"
    async with (
        Loopback(servers(4, 3, forums=1), pace).serving() as discord,
        prepared(data, discord, start) as services,
    ):
        killer = Killer(discord, data, random.Random(12), log)
        await killer.kill(12)
        end = await killer.settle(slots_done(services, MARGIN), within=300)
        account = await killer.account(services, start, end)
    assert account.good, (account, log.read_text()[-4000:])
    assert sum(account.deaths.values()) == 12
    assert account.slots >= (4 + 2 * 4 * PARTS) * 24


async def test_killed_at_random_moments_every_load_is_told_of_once(tmp_path: Path) -> None:
    pace = Pace.from_now(speed=20)
    data = tmp_path / "data"
    guilds = servers(3, 4)
    loads = 4
    async with open_services(data, vectors="off") as services:
        for guild in guilds:
            for channel in guild.channels:
                watch = FollowTarget(query="ferry")
                await services.follows.add(guild.id, channel.id, watch, BY, pace.now(), direct=False)
    for number in range(loads):
        load(data, None, [thread(f"Ferry day {number}.{at}", "It sails at noon.") for at in range(3)])
    async with Loopback(guilds, pace).serving() as discord:
        killer = Killer(discord, data, random.Random(5))
        await killer.kill(6)
        posts = discord.posts

        async def told(now: datetime) -> bool:
            return len(posts) >= loads * 12

        await killer.settle(told, within=300)
        await killer.kill(1)  # a last one has time to say what was said before
    titles = Counter((one.channel, title) for one in posts for title in TITLE.findall(text_of(one)))
    assert titles == {
        (channel.id, f"Ferry day {number}.{at}"): 1
        for guild in guilds
        for channel in guild.channels
        for number in range(loads)
        for at in range(3)
    }
    assert len(posts) == loads * 12
