"""Thousands of schedules due in one minute, over real sockets: their order, Discord's limits, command latency
and memory."""

from __future__ import annotations

import argparse
import asyncio
import os
import random
import re
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from benchmarks.support.measure import FOLDER, Option, Rows, parse_options, percentile, table, workspace
from benchmarks.support.pages import loaded_archive
from bot.domain.digests import ContentSource, DigestConfig, SourceKind, Style, Timing
from bot.domain.loads import Person
from bot.services import open_services
from tests.support.loopback.pace import Pace
from tests.support.loopback.process import Process, ready, running
from tests.support.loopback.records import Asked, Channel, Guild, Message
from tests.support.loopback.server import Loopback

SLOT = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
IN_ONE_CHANNEL = 5
"""One in this many servers has all its schedules in one channel."""
PAUSE = 0.2
"""The mean interval between commands in seconds."""
COMMANDS: tuple[tuple[str, dict[str, Any]], ...] = (
    ("help", {}),
    ("digest list", {}),
    ("article random", {}),
    ("search", {"query": "be"}),
)
KINDS: tuple[tuple[SourceKind, Style], ...] = (("newest", "headlines"), ("random", "summaries"))
MARK = re.compile(r"(?<![0-9a-f])[0-9a-f]{16}(?![0-9a-f])")


def main() -> None:
    given = parse_options(
        __doc__,
        schedules=Option(10_000, 6, "schedules"),
        servers=Option(2_000, 2, "servers"),
        threads=Option(200, 20, "threads in the shared archive"),
        before=Option(40.0, 6.0, "seconds before the slot, for starting and measuring commands"),
        after=Option(5.0, 0.5, "seconds after it, to catch posts that are sent twice"),
        log=Option(None, None, "file for the bot's log"),
        folder=FOLDER,
    )
    with workspace(given.folder) as folder:
        data = loaded_archive(folder, given.threads)
        table(asyncio.run(measure(data, given)))


def server(number: int, each: int) -> Guild:
    """Returns a server with a channel for each of its schedules."""
    return Guild(number << 22, [Channel((number << 22) + at, number << 22) for at in range(1, each + 1)])


async def schedule(data: Path, guilds: list[Guild], start: datetime) -> None:
    """Creates all schedules, due at the slot."""
    async with open_services(data, vectors="off") as services:
        for number, guild in enumerate(guilds):
            for at, channel in enumerate(guild.channels):
                place = guild.channels[0] if number % IN_ONE_CHANNEL == 0 else channel
                what, style = KINDS[at % len(KINDS)]
                plan = DigestConfig(
                    guild.id,
                    place.id,
                    Timing("daily", 60 * SLOT.hour),
                    ContentSource(what, count=3),
                    style=style,
                )
                draft = f"draft {channel.id}"
                await services.digests._store.add(plan, Person(None, "operator"), start, SLOT, draft)


class Watch:
    """Sends commands at random intervals, and records the bot's memory."""

    def __init__(self, discord: Loopback, process: Process) -> None:
        self._discord = discord
        self._process = process
        self._rng = random.Random(1)
        self.asked: list[Asked] = []
        self.memory: list[float] = []

    async def until(self, done: Callable[[], bool]) -> None:
        """Continues until `done` returns True, and sends at least one command."""
        guilds = list(self._discord.guilds.values())
        while not self.asked or not done():
            await asyncio.sleep(self._rng.expovariate(1 / PAUSE))
            guild = self._rng.choice(guilds)
            path, options = self._rng.choice(COMMANDS)
            self.asked.append(self._discord.command(guild, guild.channels[0], path, **options))
            self.memory.append(self._process.megabytes())

    def taken(self) -> str:
        """Describes the seconds until commands were acknowledged."""
        taken = [command.taken for command in self.asked if command.taken is not None]
        lost = len(self.asked) - len(taken)
        figures = ", ".join(f"p{share} {percentile(taken, share / 100) * 1000:.0f}" for share in (50, 99))
        return f"{figures}, slowest {max(taken) * 1000:.0f} ms of {len(taken)}; never: {lost}"


async def measure(data: Path, given: argparse.Namespace) -> Rows:
    """Starts the bot shortly before the slot and measures until all is posted."""
    guilds = [server(number, given.schedules // given.servers) for number in range(1, given.servers + 1)]
    start = SLOT - timedelta(seconds=given.before)
    await schedule(data, guilds, start)
    discord = Loopback(guilds, Pace.from_now(start=start))
    async with discord.serving(), running(discord, data, given.log) as process:
        began = time.monotonic()
        await ready(discord)
        await discord.acknowledged(discord.command(guilds[0], guilds[0].channels[0], "help"), 60.0)
        listening = time.monotonic() - began
        quiet, busy = Watch(discord, process), Watch(discord, process)
        await quiet.until(lambda: discord.pace.now() >= SLOT)
        processor = process.processor()
        await busy.until(lambda: len(discord.posts) >= given.schedules)
        processor = process.processor() - processor
        await asyncio.sleep(given.after)
    posts = discord.posts
    seconds = posts[-1].at - SLOT.timestamp()
    steps = [f"{busy.memory[int(share * (len(busy.memory) - 1))]:.0f}" for share in (0, 0.25, 0.5, 0.75, 1)]
    return [
        ("schedules, servers", f"{given.schedules:,}, {given.servers:,}"),
        ("start until a command is acknowledged", f"{listening:.1f} s"),
        ("posted", f"{len(posts):,} in {seconds:.0f} s: {len(posts) / seconds:.1f} a second"),
        ("refused for haste (429)", str(discord.answers[429])),
        *await order(data, posts),
        ("acknowledged, before", quiet.taken()),
        ("acknowledged, while posting", busy.taken()),
        ("memory before", f"{quiet.memory[-1]:.0f} MB"),
        ("memory while posting", f"{', '.join(steps)}, at most {max(busy.memory):.0f} MB"),
        ("load of the machine in these minutes", f"{os.getloadavg()[1]:.0f} on {os.cpu_count()} cores"),
        ("processor while posting", f"{processor / seconds * 100:.0f} % of one"),
    ]


async def order(data: Path, posts: list[Message]) -> Rows:
    """Measures how far posts are from their positions by slot."""
    async with open_services(data, vectors="off") as services:
        deliveries = {
            delivery.nonce: delivery for delivery in await services.digests.history(None, None, 1_000_000)
        }
    posted = [
        next(deliveries[mark] for mark in MARK.findall(str(post.body)) if mark in deliveries)
        for post in posts
    ]
    ranks = {
        delivery.id: rank
        for rank, delivery in enumerate(sorted(posted, key=lambda delivery: (delivery.due_at, delivery.id)))
    }
    off = [float(abs(place - ranks[delivery.id])) for place, delivery in enumerate(posted)]
    channels: dict[int, list[int]] = {}
    for delivery in posted:
        channels.setdefault(delivery.channel, []).append(delivery.id)
    return [
        ("slots posted once", f"{len({delivery.id for delivery in posted}):,}"),
        ("places off the order of slots", f"p50 {percentile(off, 0.5):.0f}, p99 {percentile(off, 0.99):.0f}"),
        ("channels out of order", str(sum(ids != sorted(ids) for ids in channels.values()))),
    ]


if __name__ == "__main__":
    main()
