"""Follows in a simulated Discord: made, matched by loads, and notified."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import simcord

from bot.client import NewsdeskBot
from bot.domain.dump import ParsedThread
from bot.domain.follows import Notice
from bot.domain.loads import Receipt
from bot.services.follows.notifier import Followers
from bot.services.outbox_worker import OutboxWorker
from bot.ui.follows.discord_notifier import DiscordNoticeSender
from tests.support.simulated_discord import World
from tests.support.world import load, thread

LATER = datetime.now(UTC) + timedelta(hours=3)
"""When notices are sent: after every load that a test makes, however long ago the suite was collected."""


@dataclass
class Fay:
    """A member who takes direct messages."""

    user: simcord.UserHandle
    member: simcord.MemberActor


@pytest.fixture
def fay(world: World) -> Fay:
    user = world.env.create_user("fay")
    return Fay(user, world.guild.add_member(user))


def notifier(world: World, now: datetime = LATER) -> OutboxWorker[Notice, Followers]:
    bot = world.env.bot
    assert isinstance(bot, NewsdeskBot)
    # The bot's own worker, which PostgreSQL wakes after a load, has a clock hours behind this one: each would
    # take the other's leases for expired, and send the same notice.
    world.services.follows.changed.listen(None)
    return world.services.workers.notices(DiscordNoticeSender(bot), clock=lambda: now)


async def add(world: World, fay: Fay, who: Any = None, **given: Any) -> simcord.InteractionResult:
    await notifier(world).run_once()  # what was loaded before is not told of
    return await (who or fay.member).slash(world.channel, "follow add", **given)


async def tell(world: World, now: datetime = LATER) -> None:
    await notifier(world, now).run_once()
    await world.env.settle()


def brings(world: World, *threads: ParsedThread, guild: int | None = -1) -> Receipt:
    return load(world.data, world.guild.id if guild == -1 else guild, threads)


def gulls(number: int, **more: Any) -> ParsedThread:
    return thread(f"Gulls steal lunch number {number}", "They took it.", **more)
