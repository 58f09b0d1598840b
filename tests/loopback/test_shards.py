"""Several processes of one bot: each its own shards, and those of one that is killed."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.support.loopback.killing import servers
from tests.support.loopback.pace import Pace
from tests.support.loopback.records import Guild
from tests.support.loopback.server import Loopback
from tests.support.loopback.shards import books, connected, processes, recorded, schedule_all
from tests.support.loopback.trouble import Death

pytestmark = pytest.mark.slow

SLOT = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
SHARDS = 4
DIGESTS = 96
SPEED = 6.0


def after(count: int) -> Callable[[str, str], Death | None]:
    """Kills the process that sends a message to shard 0 or 1 when so many are done, before it knows."""
    done = 0

    def trouble(method: str, path: str) -> Death | None:
        nonlocal done
        match = re.fullmatch(r"/channels/(\d+)/messages", path)
        if method == "POST" and match is not None and (int(match[1]) >> 22) % SHARDS < 2:
            done += 1
            if done == count:
                return "done"
        return None

    return trouble


async def test_shards_of_a_killed_process_are_taken_over(tmp_path: Path) -> None:
    """One of two processes is killed while it posts: the other one then has its servers too."""
    data = tmp_path / "data"
    guilds = servers(24, 2)
    await schedule_all(data, guilds, SLOT, DIGESTS)
    discord = Loopback(guilds, Pace.from_now(SPEED, SLOT - timedelta(seconds=45)))
    discord.rest.max_concurrency = 2
    plans = [f"0-1/{SHARDS}", f"2-3/{SHARDS}"]
    async with (
        asyncio.timeout(120),
        discord.serving(),
        processes(discord, data, plans, tmp_path / "log") as (first, second),
    ):
        discord.trouble.kill, discord.trouble_for = first.kill, after(12)
        # On a busy machine the second one may start after the first one has posted, and is killed.
        while first.running or not discord.gateway.shards >= {2, 3}:  # noqa: ASYNC110
            await asyncio.sleep(0.01)
        killed = discord.pace.seconds()
        while sum(shard < 2 for _, shard in discord.gateway.starts) < 4:  # noqa: ASYNC110
            await asyncio.sleep(0.01)
        await connected(discord, SHARDS, 60)
        assert discord.pace.seconds() - killed < 60
        while recorded(data) < DIGESTS:  # noqa: ASYNC110
            await asyncio.sleep(0.05)
        asked = discord.command(guilds[3], guilds[3].channels[0], "help")
        await discord.acknowledged(asked)
        assert second.running
    found = books(discord, data, SHARDS)
    assert (found.posted, found.doubled, found.strays, found.recorded) == (DIGESTS, 0, 0, DIGESTS)
    assert discord.answers[429] == 0, "all requests together keep to the limit"
    # The first one may have recorded nothing.
    assert all(numbers in ({0}, {1}, {0, 1}, {0, 1, 2, 3}) for numbers in found.owners.values())
    for (at, shard), (later, other) in zip(discord.gateway.starts, discord.gateway.starts[2:], strict=False):
        assert later - at > 4 / SPEED or (shard - other) % 2


async def answered(discord: Loopback, guilds: list[Guild]) -> None:
    """A command in a server of each shard is acknowledged once."""
    for guild in guilds[:SHARDS]:
        await discord.acknowledged(discord.command(guild, guild.channels[0], "help"))
    assert discord.answers[400] == 0, "nobody else has acknowledged it"


async def test_processes_share_what_discord_recommends(tmp_path: Path) -> None:
    """The second process gets its part from the first, which has it back when the second ends."""
    data = tmp_path / "data"
    guilds = servers(8, 1)
    discord = Loopback(guilds, Pace.from_now(SPEED))
    discord.rest.shards = discord.rest.max_concurrency = SHARDS
    async with (
        asyncio.timeout(120),
        discord.serving(),
        processes(discord, data, ["auto"], tmp_path / "log"),
    ):
        await connected(discord, SHARDS, 60)
        await answered(discord, guilds)
        async with processes(discord, data, ["auto"], tmp_path / "log"):
            while len(discord.gateway.starts) < SHARDS + SHARDS // 2:  # noqa: ASYNC110 - real sockets
                await asyncio.sleep(0.02)
            await connected(discord, SHARDS, 60)
            await answered(discord, guilds)
        while discord.gateway.connected:  # noqa: ASYNC110 - it was killed
            await asyncio.sleep(0.02)
        await connected(discord, SHARDS, 60)
        await answered(discord, guilds)
    assert [shard for _, shard in discord.gateway.starts[-2:]] == [2, 3]
