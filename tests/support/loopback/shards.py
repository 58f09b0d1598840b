"""Several processes of one bot on a loopback Discord: started together, one killed, and the books of it."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import AsyncGenerator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager, closing
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from bot.domain.digests import ContentSource, DigestConfig, Timing
from bot.domain.loads import Person
from bot.services import open_services
from bot.store.engines import engine_of
from tests.support.loopback.killing import MARK, articles
from tests.support.loopback.process import Process, running
from tests.support.loopback.records import Guild
from tests.support.loopback.server import Loopback


async def schedule_all(data: Path, guilds: Sequence[Guild], slot: datetime, digests: int) -> None:
    """So many digests, all due at this time, over the channels of these servers, with an archive for them."""
    channels = [channel for guild in guilds for channel in guild.channels]
    async with open_services(data, vectors="off") as services:
        articles(data)
        for number in range(digests):
            channel = channels[number % len(channels)]
            timing = Timing("daily", 60 * slot.hour + slot.minute)
            plan = DigestConfig(channel.guild, channel.id, timing, ContentSource("random", count=1))
            await services.digests._store.add(
                plan, Person(1002, "moderator"), slot - timedelta(hours=1), slot, f"draft {number}"
            )


@asynccontextmanager
async def processes(
    discord: Loopback, data: Path, plans: Sequence[str], log: Path | None = None
) -> AsyncGenerator[list[Process]]:
    """A process for each of these `--shards`, started together."""
    async with AsyncExitStack() as stack:
        yield [
            await stack.enter_async_context(running(discord, data, log, shards=shards)) for shards in plans
        ]


async def connected(discord: Loopback, shards: int, within: float) -> float:
    """Waits until so many shards are connected; the seconds of the server's pace that it took."""
    began = discord.pace.seconds()
    async with asyncio.timeout(within):
        while len(discord.gateway.shards) < shards:  # noqa: ASYNC110 - real sockets
            await asyncio.sleep(0.02)
    return discord.pace.seconds() - began


@dataclass
class Books:
    """What became of the digests of all processes."""

    posted: int
    doubled: int
    strays: int
    recorded: int
    """Those that the bot knows to be posted."""
    owners: dict[str, frozenset[int]]
    """The shards whose deliveries each process took."""


def books(discord: Loopback, data: Path, shards: int) -> Books:
    """Compares Discord's messages with the deliveries."""
    with closing(engine_of(data).open_reader("state")) as db:
        rows = db.execute("SELECT mark, guild, owner, state FROM delivery").fetchall()
    marks = {mark for mark, *_ in rows}
    found = Counter(
        next((mark for mark in MARK.findall(str(post.body["components"])) if mark in marks), "")
        for post in discord.posts
        if "components" in post.body
    )
    strays = found.pop("", 0)
    owners: dict[str, set[int]] = {}
    for _, guild, owner, _ in rows:
        owners.setdefault(owner, set()).add((guild >> 22) % shards)
    return Books(
        posted=len(found),
        doubled=sum(count > 1 for count in found.values()),
        strays=strays,
        recorded=sum(state == "posted" for *_, state in rows),
        owners={owner: frozenset(numbers) for owner, numbers in owners.items()},
    )


def recorded(data: Path) -> int:
    """The number of digests that the bot knows to be posted."""
    with closing(engine_of(data).open_reader("state")) as db:
        count: int = db.execute("SELECT count(*) FROM delivery WHERE state = 'posted'").fetchone()[0]
        return count


def busiest_second(discord: Loopback) -> int:
    """The most messages in any second of the server's pace."""
    times = [post.at for post in discord.posts]
    most = first = 0
    for last, time in enumerate(times):
        while times[first] <= time - 1:
            first += 1
        most = max(most, last - first + 1)
    return most
