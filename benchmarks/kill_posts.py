"""Kills the bot while it posts, at moments drawn by lot, over real sockets: is every slot posted once?"""

from __future__ import annotations

import argparse
import asyncio
import random
import sys
import tempfile
import time
from collections import Counter
from datetime import timedelta
from pathlib import Path

from measure import table

from tests.support.loopback.killing import MARGIN, Killer, prepared, servers, slots_done
from tests.support.loopback.pace import Pace
from tests.support.loopback.server import Loopback


def main() -> None:
    """`kill_posts.py --kills N`; the exit code is 1 where a slot was posted twice or not at all."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kills", type=int, default=100)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--speed", type=float, default=20.0, help="how many times as fast time passes")
    parser.add_argument("--log", type=Path, help="where the bots' logs go")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="newsdesk-kills-") as name:
        rows, good = asyncio.run(soak(Path(name), given))
    table(rows)
    sys.exit(0 if good else 1)


async def soak(data: Path, given: argparse.Namespace) -> tuple[list[tuple[str, str]], bool]:
    """Kills so many bots, lets a last one finish, and counts."""
    pace = Pace.from_now(given.speed)
    start = pace.now() - timedelta(hours=12)
    began = time.monotonic()
    async with (
        Loopback(servers(5, 8, forums=2), pace).serving() as discord,
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


def counted(what: str, found: Counter[str]) -> list[tuple[str, str]]:
    """A line for each kind, the most frequent first."""
    return [(f"{what}: {name}", str(count)) for name, count in found.most_common()]


if __name__ == "__main__":
    main()
