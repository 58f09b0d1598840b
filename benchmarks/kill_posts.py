"""Kills the bot at random moments while it posts over real sockets: is every slot posted exactly once?"""

from __future__ import annotations

import argparse
import asyncio
import random
import sys
import time
from collections import Counter
from datetime import timedelta
from pathlib import Path

from benchmarks.support.measure import Option, Rows, parse_options, table, workspace
from tests.support.loopback.killing import MARGIN, Killer, prepared, servers, slots_done
from tests.support.loopback.pace import Pace
from tests.support.loopback.server import Loopback


def main() -> None:
    """Exits with 1 if a slot was posted more than once or never."""
    given = parse_options(
        __doc__,
        kills=Option(100, 1, "number of kills"),
        servers=Option(5, 1, "servers"),
        channels=Option(8, 2, "channels in each server; a quarter are forums"),
        hours=Option(12, 1, "hours of slots that are already due"),
        seed=Option(1, 1, "seed for the moments of the kills"),
        speed=Option(20.0, 40.0, "how many times faster time passes"),
        log=Option(None, None, "file for the bots' logs"),
    )
    with workspace() as folder:
        rows, good = asyncio.run(soak(folder, given))
    table(rows)
    sys.exit(0 if good else 1)


async def soak(data: Path, given: argparse.Namespace) -> tuple[Rows, bool]:
    """Kills the bot `given.kills` times, lets a last one finish, and counts the posts. Returns the rows of
    the table, and whether every slot was posted once."""
    pace = Pace.from_now(given.speed)
    start = pace.now() - timedelta(hours=given.hours)
    guilds = servers(given.servers, given.channels, forums=given.channels // 4)
    began = time.monotonic()
    async with (
        Loopback(guilds, pace).serving() as discord,
        prepared(data, discord, start) as services,
    ):
        killer = Killer(discord, data, random.Random(given.seed), given.log)
        await killer.kill(given.kills)
        before = len(discord.posts)
        end = await killer.settle(slots_done(services, MARGIN), within=600)
        account = await killer.account(services, start, end)
    rows = [
        ("slots", str(account.slots)),
        ("posted once", str(account.once)),
        ("posted twice or more", str(len(account.doubled))),
        ("never posted", str(len(account.never))),
        ("messages that belong to no slot", str(account.strays)),
        ("posts without the thread that is theirs", str(len(account.threadless))),
        ("posted before the last bot began", str(before)),
        ("repeated requests that Discord's nonce caught", str(discord.repeated)),
        ("looks into a channel", str(discord.looked)),
        *counted("killed at", account.deaths),
        *counted("trouble with messages", account.mishaps),
        *counted("gateway", account.drops),
        ("sessions begun, resumed", f"{discord.gateway.identified}, {discord.gateway.resumed}"),
        ("seconds", f"{time.monotonic() - began:.0f}"),
    ]
    return rows, account.good


def counted(what: str, counts: Counter[str]) -> Rows:
    """Returns a row for each kind, the most frequent first."""
    return [(f"{what}: {name}", str(count)) for name, count in counts.most_common()]


if __name__ == "__main__":
    main()
