"""Scheduled digests in a simulated Discord: made, edited, run, and looked at."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import discord
import simcord

from bot.client import NewsdeskBot
from bot.domain.digests import ContentSource, Delivery, DigestConfig, Schedule, Timing
from bot.domain.loads import Person
from bot.services.outbox_worker import OutboxWorker
from bot.ui.digests.discord_publisher import DiscordDigestSender
from tests.support.simulated_discord import World

# A day ahead: the bot has a runner of its own, on the real clock, that must not come first.
DUE = datetime.now(UTC).replace(minute=0, second=0, microsecond=0) + timedelta(days=1)


TITLE = "Harbour council votes to move the fish market"


async def plan(world: World, channel: int | None = None, **more: Any) -> Schedule:
    choice = more.pop("choice", ContentSource("newest", count=3))
    by = more.pop("by", Person(world.moderator.id, "mod"))
    made = DigestConfig(
        world.guild.id, channel or world.channel.id, Timing("cron", cron="0 * * * *"), choice, **more
    )
    return await world.services.digests.create(made, by, DUE - timedelta(minutes=30), str(more))


def runner(world: World, now: datetime = DUE) -> OutboxWorker[Delivery, Schedule]:
    bot = world.env.bot
    assert isinstance(bot, NewsdeskBot)
    return world.services.workers.digests(DiscordDigestSender(bot), clock=lambda: now)


async def create(world: World, **given: Any) -> simcord.ResponseMessage:
    given = {"when": "daily", "what": "newest", "at": "8:30"} | given
    result = await world.moderator.slash(world.channel, "digest create", **given)
    assert result.ephemeral
    assert result.response is not None
    return result.response


async def edit(world: World, **given: Any) -> simcord.ResponseMessage:
    result = await world.moderator.slash(world.channel, "digest edit", **({"digest": 1} | given))
    assert result.response is not None
    return result.response


async def state(world: World) -> list[tuple[str, str | None]]:
    past = await world.services.digests.history(world.guild.id, None)
    return [(one.state, one.reason) for one in past]


async def forum(world: World, **settings: Any) -> simcord.ChannelHandle:
    made = world.guild.create_forum_channel("news-desk")
    if settings:
        channel = world.env.bot.get_channel(made.id)
        assert isinstance(channel, discord.ForumChannel)
        await channel.edit(**settings)
    return made
