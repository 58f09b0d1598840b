"""A bot of several processes on a loopback Discord: thousands of digests due in one minute, each sent once by
its own process, the pace of requests in sum, command latency, and the takeover of a killed process."""

from __future__ import annotations

import argparse
import asyncio
import itertools
import os
import random
import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

from benchmarks.many_schedules import SLOT
from benchmarks.support.measure import FOLDER, Option, Rows, parse_options, percentile, table, workspace
from tests.support.loopback.killing import servers
from tests.support.loopback.pace import Pace
from tests.support.loopback.process import Process
from tests.support.loopback.records import Asked
from tests.support.loopback.server import Loopback
from tests.support.loopback.shards import (
    books,
    busiest_second,
    connected,
    processes,
    recorded,
    schedule_all,
)

PAUSE = 0.1
"""The mean interval between commands in seconds."""
COMMANDS = ("help", "digest list", "article random")
KILL_AT = 0.5
"""The part of the digests after which a process is killed."""


def main() -> None:
    given = parse_options(
        __doc__,
        processes=Option(4, 2, "processes"),
        shards=Option(16, 2, "shards"),
        servers=Option(10_000, 40, "servers"),
        digests=Option(2_000, 20, "digests, all due at once"),
        before=Option(150.0, 45.0, "seconds before the slot, for starting and measuring commands"),
        kill=Option(False, False, "kill -9 the first process when half of the digests are posted"),
        speed=Option(1.0, 6.0, "how much faster than the machine's time passes"),
        log=Option(None, None, "file for the bot's log"),
        folder=FOLDER,
    )
    with workspace(given.folder) as folder:
        table(asyncio.run(measure(folder / "data", given)))


def plans(given: argparse.Namespace) -> list[str]:
    """The shards of each process, in equal parts."""
    each = given.shards // given.processes
    return [f"{at * each}-{(at + 1) * each - 1}/{given.shards}" for at in range(given.processes)]


async def ask_until(
    discord: Loopback, rng: random.Random, done: Callable[[], bool]
) -> dict[str, list[Asked]]:
    """Sends commands to servers at random, until `done`, and returns them by their names."""
    guilds = list(discord.guilds.values())
    asked: dict[str, list[Asked]] = {command: [] for command in COMMANDS}
    while not done():
        await asyncio.sleep(rng.expovariate(1 / PAUSE))
        guild = rng.choice(guilds)
        if discord.gateway.has_shard_of(guild.id):
            command = rng.choice(COMMANDS)
            asked[command].append(discord.command(guild, guild.channels[0], command))
    await asyncio.sleep(3.5)
    return asked


def taken(commands: dict[str, list[Asked]]) -> str:
    """The milliseconds until commands were acknowledged, and the slowest of each."""
    asked = list(itertools.chain(*commands.values()))
    seconds = [command.taken for command in asked if command.taken is not None]
    if not seconds:
        return "none asked"
    figures = ", ".join(f"p{share} {percentile(seconds, share / 100) * 1000:.0f}" for share in (50, 99))
    lost = len(asked) - len(seconds)
    slowest = ", ".join(
        f"{name} {max((command.taken or 0.0 for command in given), default=0.0) * 1000:.0f}"
        for name, given in commands.items()
    )
    return f"{figures} ms of {len(seconds)}, slowest {slowest} ms; never: {lost}"


async def measure(data: Path, given: argparse.Namespace) -> Rows:
    """Starts the processes shortly before the slot and measures until all is posted."""
    guilds = servers(given.servers, 1)
    await schedule_all(data, guilds, SLOT, given.digests)
    discord = Loopback(guilds, Pace.from_now(given.speed, SLOT - timedelta(seconds=given.before)))
    discord.rest.shards = given.shards
    rng = random.Random(1)
    async with discord.serving(), processes(discord, data, plans(given), given.log) as bots:
        starting = await connected(discord, given.shards, 600)
        quiet = await ask_until(discord, rng, lambda: discord.pace.now() >= SLOT)
        used = [bot.processor() for bot in bots]
        taking = asyncio.create_task(take_over(discord, bots[0], given))
        busy = await ask_until(discord, rng, lambda: recorded(data) >= given.digests)
        used = [bot.processor() - before for bot, before in zip(bots, used, strict=True) if bot.running]
        memory = [bot.megabytes() for bot in bots if bot.running]
        takeover = await taking
    totals = books(discord, data, given.shards)
    seconds = discord.posts[-1].at - SLOT.timestamp()
    alone = sum(len(numbers) == given.shards // given.processes for numbers in totals.owners.values())
    return [
        ("processes, shards, servers", f"{given.processes}, {given.shards}, {given.servers:,}"),
        ("start until all shards are connected", f"{starting:.0f} s"),
        ("posted", f"{totals.posted:,} of {given.digests:,} in {seconds:.0f} s"),
        ("posted twice, belonging to no digest", f"{totals.doubled}, {totals.strays}"),
        ("processes that took only their own shards", f"{alone} of {len(totals.owners)}"),
        ("messages, requests in the busiest second", f"{busiest_second(discord)}, {discord.limits.busiest}"),
        ("refused for haste (429)", str(discord.answers[429])),
        ("acknowledged, before", taken(quiet)),
        ("acknowledged, while posting", taken(busy)),
        *takeover,
        ("processor of each while posting", ", ".join(f"{share / seconds * 100:.0f} %" for share in used)),
        ("memory of each", ", ".join(f"{size:.0f} MB" for size in memory)),
        ("load of the machine in these minutes", f"{os.getloadavg()[1]:.0f} on {os.cpu_count()} cores"),
    ]


async def take_over(discord: Loopback, bot: Process, given: argparse.Namespace) -> Rows:
    """Kills a process in the middle, and waits until all shards are connected again."""
    if not given.kill:
        return []
    while len(discord.posts) < given.digests * KILL_AT:  # noqa: ASYNC110 - real sockets
        await asyncio.sleep(0.02)
    bot.kill()
    began, killed = time.monotonic(), discord.pace.seconds()
    while len(discord.gateway.shards) == given.shards:  # noqa: ASYNC110 - real sockets
        await asyncio.sleep(0.02)
    await connected(discord, given.shards, 300)
    seconds = discord.pace.seconds() - killed
    return [("kill -9 until all shards are connected", f"{seconds:.0f} s ({time.monotonic() - began:.0f} s)")]


if __name__ == "__main__":
    main()
