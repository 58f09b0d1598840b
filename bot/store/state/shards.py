"""Stores which processes of a bot run, which shards each has, and how often members ask in any of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from math import ceil

from bot.clock import from_unix, to_unix
from bot.domain.shards import ShardLease, ShardProcess, assign
from bot.errors import BadInput
from bot.store.engine import StateConnection
from bot.store.state.store import StateStore

MAX_LEASE = timedelta(minutes=5)
"""A process that is known for longer than this from now was so before the clock was set back, and is not
shown."""
MINUTE_SECONDS = 60.0
_NOBODY: Mapping[str, int] = {}


class ShardStore(StateStore):
    """The processes of bots and their shards. A process holds its shards by a lease of its own row, which it
    renews. Another one takes them when it has not seen that for too long, which it finds by its own timer:
    clocks can be set."""

    async def processes(self, bot: int) -> tuple[ShardProcess, ...]:
        """The processes of a bot that were not stopped, the first started first; those that were killed are
        among them until another one has missed them."""
        return await self._reads.run(lambda db: tuple(_processes(db, bot, "stopped = 0")))

    async def beat(
        self,
        bot: int,
        process: ShardProcess,
        now: datetime,
        lease_expires_at: datetime,
        ended: Mapping[str, int] = _NOBODY,
        *,
        only_home: bool = False,
    ) -> ShardLease:
        """Renews the lease of a process, and takes the free shards that it is to have; with `only_home`, only
        those for which it was started. `ended` are the processes that have not renewed theirs for too long,
        by how often they had: one that has done so meanwhile has not ended. Shards that it has and is not to
        have it gives back by `release`. Raises BadInput("shard-count") if the bot runs with another number of
        shards."""

        def job(db: StateConnection) -> ShardLease:
            _remove_ended(db, bot, process, ended)
            _remove_questions(db, now)
            db.execute(
                "INSERT INTO process (id, bot, shards, home, started_at, free_at) VALUES (?, ?, ?, ?, ?, ?)"
                " ON CONFLICT (id) DO UPDATE SET free_at = excluded.free_at, beats = process.beats + 1",
                (
                    process.id,
                    bot,
                    process.count,
                    " ".join(map(str, sorted(process.home))),
                    to_unix(process.started_at),
                    to_unix(lease_expires_at),
                ),
            )
            known = _processes(db, bot)
            for other in known:
                if other.count != process.count:
                    raise BadInput("shard-count", count=process.count, other=other.count)
            holders = {shard: other.id for other in known for shard in other.shards}
            homes = {other.id: other.home for other in known}
            owners = assign(process.count, homes, holders, [other.id for other in known])
            assigned = frozenset(shard for shard, owner in owners.items() if owner == process.id)
            free = sorted((assigned & process.home if only_home else assigned) - holders.keys())
            db.executemany(
                "INSERT INTO shard (bot, shard, process) VALUES (?, ?, ?)"
                " ON CONFLICT (bot, shard) DO UPDATE SET process = excluded.process",
                [(bot, shard, process.id) for shard in free],
            )
            had = frozenset(shard for shard, owner in holders.items() if owner == process.id)
            others = {other.id: other.beats for other in known if other.id != process.id}
            return ShardLease(had | frozenset(free), assigned, others)

        return await self._write(job)

    async def release(self, bot: int, process: str, shards: Sequence[int]) -> None:
        """Gives back shards that a process does not run any more."""
        sql = "DELETE FROM shard WHERE bot = ? AND shard = ? AND process = ?"
        await self._write(lambda db: db.executemany(sql, [(bot, shard, process) for shard in shards]))

    async def leave(self, process: ShardProcess) -> None:
        """Records the end of a process. Its home stays its own until the others have missed it: it may only
        be started anew. The last one leaves no questions."""

        def job(db: StateConnection) -> None:
            if process.home:
                db.execute("UPDATE process SET stopped = 1 WHERE id = ?", (process.id,))
            else:
                db.execute("DELETE FROM process WHERE id = ?", (process.id,))
                db.execute("DELETE FROM shard WHERE process = ?", (process.id,))
            db.execute("DELETE FROM question WHERE NOT EXISTS (SELECT 1 FROM process WHERE stopped = 0)")

        await self._write(job)

    async def count_question(
        self, places: Sequence[tuple[str, int, int]], now: datetime
    ) -> tuple[str, int] | None:
        """Counts a question of now for these places, as (kind, id, most in a minute). If one of them has had
        the most, nothing is counted, and it returns its kind and the seconds until the next is allowed."""
        at = now.timestamp()

        def job(db: StateConnection) -> tuple[str, int] | None:
            _remove_questions(db, now)
            for kind, place, most in places:
                if not most:
                    continue
                row = db.execute(
                    "SELECT at FROM question WHERE kind = ? AND place = ? ORDER BY at DESC LIMIT 1 OFFSET ?",
                    (kind, place, most - 1),
                ).fetchone()
                if row is not None:
                    return kind, max(1, ceil(row[0] + MINUTE_SECONDS - at))
            db.executemany(
                "INSERT INTO question (kind, place, at) VALUES (?, ?, ?)",
                [(kind, place, at) for kind, place, _ in places],
            )
            return None

        return await self._write(job)


def _remove_ended(db: StateConnection, bot: int, process: ShardProcess, ended: Mapping[str, int]) -> None:
    """Deletes the processes that have ended, and those that this one replaces, with their shards."""
    gone = [
        number
        for number, count, home, stopped, beats in db.execute(
            "SELECT id, shards, home, stopped, beats FROM process WHERE bot = ? AND id <> ?",
            (bot, process.id),
        ).fetchall()
        if ended.get(number) == beats
        or (stopped and (count != process.count or _shards(home) & process.home))
    ]
    db.executemany("DELETE FROM process WHERE id = ?", [(number,) for number in gone])
    db.execute("DELETE FROM shard WHERE bot = ? AND process NOT IN (SELECT id FROM process)", (bot,))


def _remove_questions(db: StateConnection, now: datetime) -> None:
    """Deletes the questions that do not count any more; also without new ones, as they name members."""
    at = now.timestamp()
    # A time far ahead of now is from before the clock was set back; another process may be a little ahead.
    db.execute("DELETE FROM question WHERE at <= ? OR at > ?", (at - MINUTE_SECONDS, at + MINUTE_SECONDS))


def running_processes(db: StateConnection, now: datetime) -> tuple[ShardProcess, ...]:
    """The processes of all bots that have renewed their leases in time, by the clock: for what is shown of
    them."""
    bots = db.execute("SELECT DISTINCT bot FROM process ORDER BY bot").fetchall()
    live = f"stopped = 0 AND free_at BETWEEN {to_unix(now) + 1} AND {to_unix(now + MAX_LEASE)}"
    return tuple(process for (bot,) in bots for process in _processes(db, bot, live))


def _processes(db: StateConnection, bot: int, condition: str = "true") -> list[ShardProcess]:
    held: dict[str, set[int]] = {}
    for shard, process in db.execute("SELECT shard, process FROM shard WHERE bot = ?", (bot,)):
        held.setdefault(process, set()).add(shard)
    rows = db.execute(
        "SELECT id, shards, home, started_at, beats FROM process"
        f" WHERE bot = ? AND {condition} ORDER BY started_at, id",
        (bot,),
    )
    return [
        ShardProcess(id_, count, _shards(home), from_unix(started_at), frozenset(held.get(id_, ())), beats)
        for id_, count, home, started_at, beats in rows
    ]


def _shards(text: str) -> frozenset[int]:
    return frozenset(map(int, text.split()))
