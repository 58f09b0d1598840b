"""Servers that removed the bot are purged after the operator's time, without a trace, and no others."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from datetime import timedelta

import pytest

from bot.domain.articles import Scope
from bot.domain.loads import Person
from bot.domain.privacy import PrivacyPolicy
from bot.store.sqlite.connection import CORPUS, STATE
from cogs.departures import Departures
from tests.support.schedules import plan
from tests.support.simulated_discord import PAGE, World, archive, join, load_file
from tests.support.world import load, thread

pytestmark = pytest.mark.slow

WORDS = (b"lighthouse", b"rail yard", b"pierpoet", b"netmender", b"keeper.zip", b"night watchman")
DAY = timedelta(days=1)


class Clock:
    """The services' clock, moved by the test."""

    def __init__(self, world: World) -> None:
        departures = world.services.departures
        self._time = departures._clock
        self.ahead = timedelta(0)
        departures._clock = lambda: self._time() + self.ahead


def cog(world: World) -> Departures:
    return Departures(world.env.bot)  # type: ignore[arg-type] # the simulated bot is one


def leave(world: World) -> None:
    world.env.backend.emit("GUILD_DELETE", {"id": str(world.guild.id)})


def traces(world: World) -> list[bytes]:
    """What is left of the server's words in any file of the data folder."""
    files = [path.read_bytes().lower() for path in world.data.rglob("*") if path.is_file()]
    return [word for word in WORDS if any(word in file for file in files)]


def of_server(world: World) -> int:
    """The rows of the state that name the server."""
    with closing(sqlite3.connect(world.data / STATE.file)) as db:
        return sum(str(world.guild.id) in statement for statement in db.iterdump())


async def used(world: World) -> None:
    """The server has loads, a digest, a follow, a posted card, an audit list and a request."""
    await load_file(world, "keeper.zip", archive(keeper=PAGE))
    load(world.data, 77, [thread("The tram is late", "It waits.")], "elsewhere.txt")
    await plan(world)
    await world.member.slash(world.channel, "follow add", query="night watchman")
    await world.member.slash(world.channel, "search", query="night watchman " * 20)
    await world.member.slash(world.channel, "privacy request", author="pierpoet")
    await world.services.audit.record(world.guild.id, "load-paused", Person(5, "mod"), load=1)


async def test_a_purge_leaves_no_bytes_behind(world: World) -> None:
    clock = Clock(world)
    await used(world)
    assert set(traces(world)) == set(WORDS)
    leave(world)
    await world.env.settle()
    clock.ahead = 29 * DAY
    await cog(world).purge()
    assert of_server(world) > 5
    clock.ahead = 31 * DAY
    world.env.inject_error(
        "GET", f"/guilds/{world.guild.id}", status=404, code=10004, message="Unknown Guild"
    )
    await cog(world).purge()
    assert of_server(world) == 0
    with closing(sqlite3.connect(world.data / CORPUS.file)) as db:
        assert db.execute("SELECT count(*) FROM article").fetchone() == (1,)  # of the other server
        assert db.execute("SELECT count(*) FROM archive WHERE guild = ?", (world.guild.id,)).fetchone() == (
            0,
        )
    assert traces(world) == []


async def test_nothing_is_purged_if_the_bot_returns_or_discord_is_down(world: World) -> None:
    clock = Clock(world)
    leave(world)
    await world.env.settle()
    clock.ahead = 31 * DAY
    bot = world.env.bot
    bot.connected = False  # type: ignore[attr-defined]
    await cog(world).purge()
    assert (await world.services.archive.stats(await scope(world))).articles == 1
    bot.connected = True  # type: ignore[attr-defined]
    world.env.inject_error("GET", f"/guilds/{world.guild.id}", status=503, code=0, message="Down")
    await cog(world).purge()
    assert (await world.services.archive.stats(await scope(world))).articles == 1
    await join(world, world.guild)
    await cog(world).purge()
    clock.ahead = 90 * DAY
    await cog(world).purge()
    assert (await world.services.archive.stats(await scope(world))).articles == 1


async def test_an_outage_and_another_application_are_no_departure(world: World) -> None:
    departures, application = world.services.departures, world.env.bot.application_id or 0
    clock = Clock(world)
    await departures.record(application, [world.guild.id])
    world.env.backend.emit("GUILD_DELETE", {"id": str(world.guild.id), "unavailable": True})
    await world.env.settle()
    asked: list[int] = []

    async def is_gone(guild: int) -> bool:
        asked.append(guild)
        return True

    clock.ahead = 60 * DAY
    await departures.purge_due(application, is_gone)
    # The token of another bot, which is in no server.
    await departures.record(application + 1, [])
    clock.ahead = 120 * DAY
    await departures.purge_due(application + 1, is_gone)
    assert asked == []
    # After a restart, the list of servers lacks it.
    await departures.record(application, [])
    await departures.purge_due(application, is_gone)
    assert asked == []
    clock.ahead = 151 * DAY
    departures._policy = PrivacyPolicy(purge_days=0)
    assert await departures.purge_due(application, is_gone) == 0
    departures._policy = PrivacyPolicy()
    assert await departures.purge_due(application, is_gone) == 1


async def scope(world: World) -> Scope:
    return await world.services.settings.scope(world.guild.id, adult=True)
