"""A PostgreSQL server that is killed while digests are posted, and whose synchronous standby takes over."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.support.loopback.killing import servers
from tests.support.loopback.pace import Pace
from tests.support.loopback.process import ready, running
from tests.support.loopback.records import Asked, Guild
from tests.support.loopback.server import Loopback
from tests.support.loopback.shards import books, recorded, schedule_all
from tests.support.selected_database import Replicated, postgres_server, replicated
from tests.support.world import text_of

__all__ = ["postgres_server", "replicated"]
pytestmark = pytest.mark.slow

SLOT = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
DIGESTS = 240
BEFORE = 20
"""Digests that are posted before the primary is killed."""
SPEED = 6.0
UNAVAILABLE = "The archive is unavailable right now. Try again in a moment."


async def answered(discord: Loopback, guild: Guild, query: str) -> str:
    """What a member reads who searches."""
    asked = discord.command(guild, guild.channels[0], "search", query=query)
    async with asyncio.timeout(20):
        while not (text := _text(asked)):  # noqa: ASYNC110 - real sockets
            await asyncio.sleep(0.02)
    return text


def _text(asked: Asked) -> str:
    return "\n".join(text_of(message) for message in [asked.message, *asked.followups] if message)


async def test_each_digest_is_posted_once(replicated: Replicated, tmp_path: Path) -> None:
    """The primary is killed at the moment at which Discord has a post that is not recorded yet."""
    data = tmp_path / "data"
    guilds = servers(10, 2)
    await schedule_all(data, guilds, SLOT, DIGESTS)
    discord = Loopback(guilds, Pace.from_now(SPEED, SLOT - timedelta(seconds=20)))
    async with (
        asyncio.timeout(90),
        discord.serving(),
        running(discord, data, tmp_path / "log") as bot,
    ):
        await ready(discord)
        while len(discord.posts) < BEFORE:  # noqa: ASYNC110 - real sockets
            await asyncio.sleep(0.001)
        replicated.primary.kill()
        posted = len(discord.posts)
        assert UNAVAILABLE in await answered(discord, guilds[0], "ferry")
        await asyncio.to_thread(replicated.standby.promote)
        while recorded(data) < DIGESTS:  # noqa: ASYNC110
            await asyncio.sleep(0.05)
        assert "Ferry day" in await answered(discord, guilds[0], "ferry")
        assert bot.running
    assert BEFORE <= posted < DIGESTS, "it was killed in the middle"
    account = books(discord, data, 1)
    assert (account.posted, account.doubled, account.strays) == (DIGESTS, 0, 0)
    assert len(discord.gateway.starts) == 1, "the gateway stayed connected"
    log = (tmp_path / "log").read_text()
    assert "PostgreSQL is unavailable" in log
    assert " ERROR " not in log, "an outage is not a fault of the bot"
