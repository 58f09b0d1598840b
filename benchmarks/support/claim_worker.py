"""A process that claims and posts digests, for `benchmarks.claims`."""

from __future__ import annotations

import asyncio
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

from bot.domain.digests import Decision, Delivery
from bot.store.databases import StateEngine
from bot.store.sqlite.sqlite_engine import SqliteEngine
from bot.store.state.schedules import ScheduleStore

START = datetime(2026, 1, 1, 9, tzinfo=UTC)
DAY = timedelta(days=1)
LEASE = timedelta(minutes=5)
PLACES = 10_000
"""The number of the first channel."""
AT_ONCE = 8
"""Digests that a process claims at the same time."""
DECISIONS = [Decision(number, "Gulls return to the harbour", 3, "picked", f"{number}") for number in range(5)]


def engine_at(place: str) -> StateEngine:
    """The engine of an address of PostgreSQL, or of a data folder."""
    if place.startswith("postgresql:"):
        from bot.store.postgres.postgres_engine import PostgresEngine  # its client may not be installed

        return PostgresEngine(place, Path(), SqliteEngine(Path()).open_scratch)
    return SqliteEngine(Path(place))


async def work(place: str, owner: str) -> list[int]:
    """Claims digests until none is open, and returns those that it has posted."""
    store = ScheduleStore.open(engine_at(place))
    posted = []
    print("ready", flush=True)
    await asyncio.to_thread(sys.stdin.readline)

    async def post(delivery: Delivery) -> None:
        lease = START + LEASE
        if await store.begin_sending(delivery, owner, DECISIONS, {}, lease) and await store.mark_posted(
            delivery, owner, delivery.id, START
        ):
            posted.append(delivery.id)

    while (wake := await store.next_wake()) is not None and wake < START + DAY:  # the slot after these
        await asyncio.gather(*map(post, await store.claim(owner, START, START + LEASE, AT_ONCE)))
    await store.close()
    return posted


if __name__ == "__main__":
    print(*asyncio.run(work(*sys.argv[1:3])))
