"""Stores which processes of a bot run, which shards each has, and how often members ask in any of them."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from datetime import datetime, timedelta
from math import ceil

from bot.clock import from_unix, to_unix
from bot.domain.shards import ShardProcess, assign
from bot.errors import BadInput
from bot.store.state.store import StateStore

MAX_LEASE = timedelta(minutes=5)
"""A process that is known for longer than this from now was so before the clock was set back, and counts as
ended."""
MINUTE_SECONDS = 60.0
_LIVE = "bot = ? AND free_at > ? AND free_at <= ?"


class ShardStore(StateStore):
    """The processes of bots and their shards. A process holds its shards by a lease of its own row, which it
    renews; another one takes them when the lease has expired."""

    async def count(self, bot: int, now: datetime) -> int | None:
        """The number of shards with which the bot runs; None if no process of it does."""
        return next((process.count for process in await self.processes(bot, now)), None)

    async def processes(self, bot: int | None, now: datetime) -> tuple[ShardProcess, ...]:
        """The running processes of a bot, or of all bots, the first started first."""

        return await self._reads.run(lambda db: running_processes(db, bot, now))

    async def beat(
        self,
        bot: int,
        process: ShardProcess,
        now: datetime,
        lease_expires_at: datetime,
        *,
        only_home: bool = False,
    ) -> tuple[frozenset[int], frozenset[int]]:
        """Renews the lease of a process, and takes the free shards that it is to have; with `only_home`, only
        those for which it was started. Returns the shards that it has, and those that it is to have: it gives
        the others back by `release`. Raises BadInput("shard-count") if the bot runs with another number of
        shards."""

        def job(db: sqlite3.Connection) -> tuple[frozenset[int], frozenset[int]]:
            _remove_ended(db, bot, process, now)
            _remove_questions(db, now)
            db.execute(
                "INSERT INTO process (id, bot, shards, home, started_at, free_at) VALUES (?, ?, ?, ?, ?, ?)"
                " ON CONFLICT (id) DO UPDATE SET free_at = excluded.free_at",
                (
                    process.id,
                    bot,
                    process.count,
                    " ".join(map(str, sorted(process.home))),
                    to_unix(process.started_at),
                    to_unix(lease_expires_at),
                ),
            )
            running = _processes(db, bot, now)
            for other in running:
                if other.count != process.count:
                    raise BadInput("shard-count", count=process.count, other=other.count)
            holders = {shard: other.id for other in running for shard in other.shards}
            homes = {other.id: other.home for other in running}
            owners = assign(process.count, homes, holders, [other.id for other in running])
            assigned = frozenset(shard for shard, owner in owners.items() if owner == process.id)
            free = sorted((assigned & process.home if only_home else assigned) - holders.keys())
            db.executemany(
                "INSERT INTO shard (bot, shard, process) VALUES (?, ?, ?)"
                " ON CONFLICT (bot, shard) DO UPDATE SET process = excluded.process",
                [(bot, shard, process.id) for shard in free],
            )
            had = frozenset(shard for shard, owner in holders.items() if owner == process.id)
            return had | frozenset(free), assigned

        return await self._write(job)

    async def release(self, bot: int, process: str, shards: Sequence[int]) -> None:
        """Gives back shards that a process does not run any more."""
        sql = "DELETE FROM shard WHERE bot = ? AND shard = ? AND process = ?"
        await self._write(lambda db: db.executemany(sql, [(bot, shard, process) for shard in shards]))

    async def leave(self, process: ShardProcess) -> None:
        """Records the end of a process. Its home stays its own until the lease expires: it may only be
        started anew."""

        def job(db: sqlite3.Connection) -> None:
            if process.home:
                db.execute("UPDATE process SET stopped = 1 WHERE id = ?", (process.id,))
            else:
                db.execute("DELETE FROM process WHERE id = ?", (process.id,))
                db.execute("DELETE FROM shard WHERE process = ?", (process.id,))

        await self._write(job)

    async def count_question(
        self, places: Sequence[tuple[str, int, int]], now: datetime
    ) -> tuple[str, int] | None:
        """Counts a question of now for these places, as (kind, id, most in a minute). If one of them has had
        the most, nothing is counted, and it returns its kind and the seconds until the next is allowed."""
        at = now.timestamp()

        def job(db: sqlite3.Connection) -> tuple[str, int] | None:
            _remove_questions(db, now)
            for kind, place, most in places:
                row = db.execute(
                    "SELECT at FROM question WHERE kind = ? AND place = ? ORDER BY at DESC LIMIT 1 OFFSET ?",
                    (kind, place, most - 1),
                ).fetchone()
                if most and row is not None:
                    return kind, max(1, ceil(row[0] + MINUTE_SECONDS - at))
            db.executemany(
                "INSERT INTO question (kind, place, at) VALUES (?, ?, ?)",
                [(kind, place, at) for kind, place, _ in places],
            )
            return None

        return await self._write(job)


def _remove_ended(db: sqlite3.Connection, bot: int, process: ShardProcess, now: datetime) -> None:
    """Deletes the processes that have ended, and those that this one replaces, with their shards."""
    latest = to_unix(now + MAX_LEASE)
    ended = [
        number
        for number, home, stopped, free_at in db.execute(
            "SELECT id, home, stopped, free_at FROM process WHERE bot = ? AND id <> ?", (bot, process.id)
        ).fetchall()
        if not to_unix(now) < free_at <= latest or (stopped and _shards(home) & process.home)
    ]
    db.executemany("DELETE FROM process WHERE id = ?", [(number,) for number in ended])
    db.execute("DELETE FROM shard WHERE bot = ? AND process NOT IN (SELECT id FROM process)", (bot,))


def _remove_questions(db: sqlite3.Connection, now: datetime) -> None:
    """Deletes the questions that do not count any more; also without new ones, as they name members."""
    at = now.timestamp()
    # A time ahead of now is from before the clock was set back.
    db.execute("DELETE FROM question WHERE at <= ? OR at > ?", (at - MINUTE_SECONDS, at))


def running_processes(db: sqlite3.Connection, bot: int | None, now: datetime) -> tuple[ShardProcess, ...]:
    """What `ShardStore.processes` returns, as part of a job."""
    bots = [number for (number,) in db.execute("SELECT DISTINCT bot FROM process")]
    return tuple(
        process for number in bots if bot in (None, number) for process in _processes(db, number, now)
    )


def _processes(db: sqlite3.Connection, bot: int, now: datetime) -> list[ShardProcess]:
    held: dict[str, set[int]] = {}
    for shard, process in db.execute("SELECT shard, process FROM shard WHERE bot = ?", (bot,)):
        held.setdefault(process, set()).add(shard)
    rows = db.execute(
        f"SELECT id, shards, home, started_at FROM process WHERE {_LIVE} ORDER BY started_at, id",
        (bot, to_unix(now), to_unix(now + MAX_LEASE)),
    )
    return [
        ShardProcess(id_, count, _shards(home), from_unix(started_at), frozenset(held.get(id_, ())))
        for id_, count, home, started_at in rows
    ]


def _shards(text: str) -> frozenset[int]:
    return frozenset(map(int, text.split()))
