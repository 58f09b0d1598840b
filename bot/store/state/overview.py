"""Reads what is due, and what failed, across the outboxes."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from bot.clock import from_unix, to_unix
from bot.domain.digests import Schedule
from bot.domain.shards import ShardProcess
from bot.domain.status import FailedMessage, Waiting
from bot.store.engine import StateConnection
from bot.store.state.schedule_rows import SCHEDULE, read_schedule
from bot.store.state.shards import running_processes
from bot.store.state.store import StateStore

# A closed row keeps the end of its last lease, which is at most five minutes after it was closed.
_FAILED = (
    "SELECT 'digest' AS kind, schedule AS number, guild, channel AS place, free_at, reason FROM delivery"
    " WHERE state IN ('failed', 'missed') AND free_at > :since"
    " AND (:guild IS NULL OR (guild = :guild AND target <> 'direct'))"
    " UNION ALL SELECT 'notice', id, guild, place, free_at, reason FROM notice"
    " WHERE state = 'failed' AND free_at > :since AND (:guild IS NULL OR guild = :guild)"
    " UNION ALL SELECT 'edit', id, guild, place, free_at, reason FROM post"
    " WHERE state = 'failed' AND free_at > :since AND (:guild IS NULL OR guild = :guild)"
)
# What was sent to the same place since then shows that it was mended.
_UNMENDED = (
    "SELECT (SELECT count(*) FROM delivery AS bad WHERE state = 'failed' AND free_at > :since AND NOT EXISTS"
    " (SELECT 1 FROM delivery AS good WHERE good.schedule = bad.schedule AND good.state = 'posted'"
    " AND good.due_at >= bad.due_at AND good.id > bad.id))"
    " + (SELECT count(*) FROM notice AS bad WHERE state = 'failed' AND free_at > :since AND NOT EXISTS"
    " (SELECT 1 FROM notice AS good WHERE good.place = bad.place AND good.composed_at IS NOT NULL"
    " AND good.state = 'posted' AND good.id > bad.id))"
    " + (SELECT count(*) FROM post WHERE state = 'failed' AND free_at > :since)"
)
_WAITING = "SELECT " + ", ".join(
    f"(SELECT count(*) FROM {table} WHERE state IN ('claimed', 'sending') AND (?1 IS NULL OR guild = ?1))"
    for table in ("delivery", "notice", "post")
)


class OverviewStore(StateStore):
    """Reads across the tables of messages; `guild` None stands for all servers."""

    async def next_digests(self, guild: int | None, limit: int) -> tuple[Schedule, ...]:
        """The active schedules that are due next."""
        return await self._read_all(
            read_schedule,
            f"SELECT {SCHEDULE} FROM schedule WHERE state = 'active' AND next_at IS NOT NULL"
            " AND (?1 IS NULL OR (guild = ?1 AND plan ->> 'target' <> 'direct'))"
            " ORDER BY next_at, id LIMIT ?2",
            guild,
            limit,
        )

    async def failures(
        self, guild: int | None, since: datetime, limit: int
    ) -> tuple[int, tuple[FailedMessage, ...]]:
        """The number of messages that failed or were missed since then, and the last of them."""
        fields = {"guild": guild, "since": to_unix(since), "limit": limit}

        def job(db: StateConnection) -> tuple[int, list[Any]]:
            (count,) = db.execute(f"SELECT count(*) FROM ({_FAILED}) AS failed", fields).fetchone()
            last = db.execute(f"{_FAILED} ORDER BY free_at DESC, number DESC LIMIT :limit", fields)
            return count, last.fetchall()

        count, rows = await self._reads.run(job)
        return count, tuple(map(_failed, rows))

    async def unmended(self, since: datetime) -> int:
        """The number of messages that failed since then and were followed by none that was sent to the same
        place."""
        fields = {"since": to_unix(since)}
        return await self._reads.run(lambda db: int(db.execute(_UNMENDED, fields).fetchone()[0]))

    async def waiting(self, guild: int | None) -> Waiting:
        """The numbers of open rows."""
        return (await self._read_one(lambda row: Waiting(*row), _WAITING, guild)) or Waiting(0, 0, 0)

    async def processes(self, now: datetime) -> tuple[ShardProcess, ...]:
        """The running processes of bots that run as several, the first started first."""
        return await self._reads.run(lambda db: running_processes(db, now))


def _failed(row: Sequence[Any]) -> FailedMessage:
    kind, number, guild, place, at, reason = row
    return FailedMessage(kind, number, guild, place, from_unix(at), reason or "")
