"""Posts with threads that are undone or erased later, and what a moderator sees of them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from bot.client import NewsdeskBot
from bot.domain.digests import ContentSource, DigestConfig, Style, Timing
from bot.domain.dump import ParsedThread
from bot.domain.loads import Person
from bot.store.ingest.writer import CorpusWriter
from bot.ui.digests.discord_publisher import DiscordDigestSender
from bot.ui.posts.discord_editor import DiscordEditor
from tests.support.engines import engine_at
from tests.support.simulated_discord import World
from tests.support.world import comment, reply_of, thread

DUE = datetime.now(UTC).replace(minute=0, second=0, microsecond=0) + timedelta(days=1)


def bot_of(world: World) -> NewsdeskBot:
    bot = world.env.bot
    assert isinstance(bot, NewsdeskBot)
    return bot


def ferry() -> ParsedThread:
    return thread("Ferry sails", "On time.", comments=[comment("bo", "Late as ever.", 3)])


async def digest(world: World, style: Style = "headlines", count: int = 3) -> Any:
    """A digest that is posted."""
    choice = ContentSource("most-discussed", days=None, count=count)
    plan = DigestConfig(world.guild.id, world.channel.id, Timing("cron", cron="0 * * * *"), choice, style)
    await world.services.digests.create(plan, Person(1, "mod"), DUE - timedelta(minutes=30), style)
    await world.services.workers.digests(DiscordDigestSender(bot_of(world)), clock=lambda: DUE).run_once()
    return world.channel.history()[-1]


async def look(world: World, now: datetime = DUE + timedelta(hours=2)) -> None:
    await world.services.workers.edits(DiscordEditor(bot_of(world)), clock=lambda: now).run_once()
    await world.env.settle()


async def look_weekly(world: World, until: datetime) -> None:
    """What is old is deleted by a clock that goes on by at most a week."""
    now = datetime.now(UTC)
    while now < until:
        now = min(now + timedelta(days=7), until)
        await look(world, now)


def forget(world: World, name: str, guild: int | None) -> None:
    """As the command line does it, in a process of its own."""
    with CorpusWriter(engine_at(world.data)) as writer:
        writer.erase_author(guild, name, datetime.now(UTC))


async def history(world: World) -> str:
    return reply_of(await world.moderator.slash(world.channel, "digest history", digest=1))
