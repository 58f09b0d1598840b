"""The size of the state over a simulated year of many servers, which post digests, notices and cards
every day."""

from __future__ import annotations

import argparse
import asyncio
import sqlite3
import time
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

from benchmarks.support.measure import FOLDER, Option, parse_options, table, workspace
from bot.domain.digests import ContentSource, Decision, DigestConfig, Timing
from bot.domain.follows import EndedLoad, FollowMatch, FollowTarget
from bot.domain.loads import Person
from bot.domain.posts import ThreadSnapshot
from bot.services.posts.posts import MAX_PRUNED
from bot.store.engines import engine_of
from bot.store.sqlite.connection import STATE
from bot.store.state.follows import FollowStore
from bot.store.state.posts import PostStore
from bot.store.state.schedules import ScheduleStore, SlotClaim

START = datetime(2026, 1, 1, 9, tzinfo=UTC)
DAY = timedelta(days=1)
LEASE = timedelta(minutes=5)
PICKED, CONSIDERED = 5, 40
"""Articles of a digest, and those it chose from."""
FOLLOWS = 3
"""Channels with a follow in each server; a load has something for one of them."""
BY = Person(1, "mod")


def main() -> None:
    given = parse_options(
        __doc__,
        servers=Option(1_000, 2, "servers"),
        days=Option(365, 3, "simulated days"),
        report=Option(91, 2, "days between two reports"),
        folder=FOLDER,
    )
    with workspace(given.folder) as folder:
        asyncio.run(simulate(folder, given))


class Year:
    """Servers that every day post a digest, load a dump with something for a follow, and share a card."""

    def __init__(self, data: Path, servers: int) -> None:
        self._data = data
        self._servers = range(1, servers + 1)
        self._schedules = ScheduleStore.open(engine_of(data))
        self._follows = FollowStore.open(engine_of(data))
        self._posts = PostStore.open(engine_of(data))
        self._message = 0
        self.slowest = 0.0

    async def begin(self) -> None:
        """Creates the digests and follows."""
        plans = [
            DigestConfig(server, server * 10, Timing("daily"), ContentSource("newest"))
            for server in self._servers
        ]
        await asyncio.gather(
            *(self._schedules.add(plan, BY, START, START, f"{plan.guild}") for plan in plans)
        )
        watches = [(server, server * 10 + at) for server in self._servers for at in range(FOLLOWS)]
        await asyncio.gather(
            *(
                self._follows.add(server, place, FollowTarget(f"harbour {place}"), BY, START, direct=False)
                for server, place in watches
            )
        )

    async def day(self, number: int) -> None:
        """One day of all servers, and what is deleted daily."""
        now = START + number * DAY
        await self._post_digests(number, now)
        await self._send_notices(number, now)
        await asyncio.gather(
            *(self._add_post(server, "shared", f"a{server}", now) for server in self._servers)
        )
        pruned = MAX_PRUNED
        while pruned == MAX_PRUNED:
            start = time.perf_counter()
            pruned = await self._posts.prune(now, MAX_PRUNED)
            self.slowest = max(self.slowest, time.perf_counter() - start)

    async def _post_digests(self, number: int, now: datetime) -> None:
        due = await self._schedules.due(now, len(self._servers))
        claims = [SlotClaim(schedule, now + DAY, f"{schedule.id:08x}{number:08x}") for schedule in due]
        await self._schedules.claim_slots(claims, now)
        decisions = tuple(
            Decision(
                number * CONSIDERED + at,
                f"The harbour council votes on item {at} again",
                12,
                "picked" if at < PICKED else "enough",
                f"{number}.{at}",
            )
            for at in range(CONSIDERED)
        )
        open_ = await self._schedules.claim("a", now, now + LEASE, len(due))
        await asyncio.gather(
            *(
                self._schedules.begin_sending(delivery, "a", decisions, {1: number}, now + LEASE)
                for delivery in open_
            )
        )
        await asyncio.gather(
            *(self._schedules.mark_posted(delivery, "a", self._next(), now) for delivery in open_)
        )
        await asyncio.gather(
            *(self._add_post(delivery.guild, "delivery", str(delivery.id), now) for delivery in open_)
        )

    async def _send_notices(self, number: int, now: datetime) -> None:
        loads = [EndedLoad(number * len(self._servers) + server, server, 5) for server in self._servers]
        await asyncio.gather(*(self._follows.add_notices(load, now) for load in loads))
        while notices := await self._follows.claim("a", now, now + LEASE, 1_000):
            sent = [notice for notice in notices if notice.where % 10 == 0]
            empty = [notice for notice in notices if notice.where % 10]
            await asyncio.gather(
                *(self._follows.close_unsent(notice, "a", "empty", "nothing") for notice in empty)
            )
            day = (now - DAY, now, 100)
            await asyncio.gather(
                *(
                    self._follows.begin_sending(
                        notice,
                        "a",
                        [FollowMatch(notice.id, (number,), 1)],
                        [(notice.guild, number)],
                        now + LEASE,
                        day,
                    )
                    for notice in sent
                )
            )
            await asyncio.gather(
                *(self._follows.mark_posted(notice, "a", self._next(), now) for notice in sent)
            )
            await asyncio.gather(
                *(self._add_post(notice.guild, "notice", str(notice.id), now) for notice in sent)
            )

    async def _add_post(self, server: int, kind: str, ref: str, now: datetime) -> None:
        shown = {at: ThreadSnapshot(12, 0) for at in range(PICKED if kind == "delivery" else 1)}
        await self._posts.add(server, server * 10, self._next(), kind, ref, shown, now)  # type: ignore[arg-type]

    def _next(self) -> int:
        self._message += 1
        return self._message

    def size(self) -> str:
        """The rows of the large tables and the size of the file."""
        with closing(sqlite3.connect(self._data / STATE.file)) as db:
            tables = {"delivery": "deliveries", "notice": "notices", "post": "posts"}
            counts = [db.execute(f"SELECT count(*) FROM {name}").fetchone()[0] for name in tables]  # noqa: S608
            (size,) = db.execute(
                "SELECT page_count * page_size FROM pragma_page_count, pragma_page_size"
            ).fetchone()
        rows = [f"{count:,} {name}" for count, name in zip(counts, tables.values(), strict=True)]
        return f"{size / 1e6:.1f} MB: {', '.join(rows)}"

    async def close(self) -> None:
        """Closes the stores."""
        for store in (self._schedules, self._follows, self._posts):
            await store.close()


async def simulate(data: Path, given: argparse.Namespace) -> None:
    """Simulates the days, and prints how large the state is."""
    year = Year(data, given.servers)
    await year.begin()
    for day in range(1, given.days + 1):
        await year.day(day - 1)
        if day % given.report == 0 or day == given.days:
            table([(f"day {day:3}", year.size())])
    await year.close()
    table([("longest step of deleting", f"{1000 * year.slowest:.0f} ms")])


if __name__ == "__main__":
    main()
