"""The bot as a process, killed at random moments over real sockets: every slot is posted once, none twice."""

from __future__ import annotations

import random
from datetime import timedelta
from pathlib import Path

from tests.loopback.killing import Killer, prepared, servers
from tests.loopback.pace import Pace
from tests.loopback.server import Loopback


async def test_killed_at_random_moments_every_slot_is_posted_once(tmp_path: Path) -> None:
    pace = Pace.from_now(speed=30)
    start = pace.now() - timedelta(hours=12)
    data, log = tmp_path / "data", tmp_path / "log"
    async with Loopback(servers(4, 3), pace).serving() as discord, prepared(data, discord, start) as library:
        killer = Killer(discord, data, random.Random(12), log)
        await killer.kill(12)
        end = await killer.settle(library, within=60)
        account = await killer.account(library, start, end)
    assert account.good, (account, log.read_text()[-4000:])
    assert sum(account.deaths.values()) == 12
    assert account.slots >= 12 * 24
