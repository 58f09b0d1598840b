"""A server with an archive and the bot in it, as a process that talks over real sockets."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from bot.store.sqlite import connection
from tests.support.loopback.killing import servers
from tests.support.loopback.process import Process, ready, running
from tests.support.loopback.records import Channel, Guild
from tests.support.loopback.server import Loopback
from tests.support.world import load, market, thread


@dataclass
class Scene:
    """What a test needs of it."""

    discord: Loopback
    bot: Process
    data: Path
    guild: Guild

    @property
    def channel(self) -> Channel:
        return self.guild.channels[0]


@pytest.fixture
async def scene(tmp_path: Path) -> AsyncIterator[Scene]:
    """The bot listens, in real time."""
    data = tmp_path / "data"
    connection.prepare(data, connection.CORPUS)
    load(data, None, [market(), *(thread(f"Ferry day {n}", "It sails at noon.") for n in range(5))])
    (guild,) = servers(1, 2)
    async with Loopback([guild]).serving() as discord, running(discord, data, tmp_path / "log") as bot:
        await ready(discord)
        yield Scene(discord, bot, data, guild)
