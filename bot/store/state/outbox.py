"""Messages that go out once: open rows for which several processes compete, and that one holds at a time."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Any, Generic, Protocol, TypeVar

from bot.clock import from_unix, to_unix
from bot.domain.digests import DeliveryState
from bot.store.sqlite.pool import Pool

MAX_LEASE = timedelta(hours=1)
"""Nobody holds a row longer: what is held beyond was held before a clock was put back."""
MAX_CANDIDATES = 1000
"""Rows among which `take` looks for places where nothing is sent yet."""


class OutboxRow(Protocol):
    """A row as the layers above see it."""

    @property
    def id(self) -> int: ...


Row = TypeVar("Row", bound=OutboxRow)


class Outbox(Generic[Row]):
    """One table of such rows. Its columns `id`, `due_at`, `state`, `owner`, `free_at`, `tries`, `message`,
    `sent_at` and `reason` mean the same in each; a row is open while `claimed` or `sending`. `place` is the
    column that says where it goes. Reads that change nothing go through `reads`, so that they wait for no
    step to the disk. What a method has written is on disk when it returns. Raises what
    `bot.store.sqlite.connection.user_errors` raises."""

    def __init__(
        self,
        pool: Pool,
        table: str,
        columns: str,
        read: Callable[[Sequence[Any]], Row],
        *,
        place: str = "place",
        reads: Pool | None = None,
    ) -> None:
        self._pool = pool
        self._reads = reads or pool
        self._table = table
        self._columns = columns
        self._read = read
        self._place = place

    async def claim(
        self, owner: str, now: datetime, lease_expires_at: datetime, limit: int
    ) -> tuple[Row, ...]:
        """Open rows that nobody holds, the longest due first, now held by `owner` until then. One of each
        place at a time: in one channel messages keep their order, none is composed before the one before it
        is done, and a channel that Discord slows down holds up no other."""
        held = (to_unix(now), to_unix(now + MAX_LEASE))

        def job(db: sqlite3.Connection) -> list[Any]:
            free = db.execute(
                f"SELECT id, {self._place} FROM {self._table} AS one WHERE state IN ('claimed', 'sending')"
                " AND (free_at <= ? OR free_at > ?) AND NOT EXISTS"
                f" (SELECT 1 FROM {self._table} AS other WHERE other.{self._place} = one.{self._place}"
                " AND other.state IN ('claimed', 'sending') AND other.owner <> ''"
                " AND other.free_at > ? AND other.free_at <= ?)"
                " ORDER BY due_at, id LIMIT ?",
                (*held, *held, MAX_CANDIDATES),
            )
            first: dict[int, int] = {}
            for number, place in free:
                first.setdefault(place, number)
                if len(first) == limit:
                    break
            if not first:
                return []
            marks = ", ".join("?" * len(first))
            return db.execute(
                f"UPDATE {self._table} SET owner = ?, free_at = ?, tries = tries + 1 WHERE id IN ({marks})"
                f" RETURNING due_at, {self._columns}",
                (owner, to_unix(lease_expires_at), *first.values()),
            ).fetchall()

        rows = await self._pool.write(job)
        rows.sort(key=lambda row: row[:2])
        return tuple(self._read(row[1:]) for row in rows)

    async def renew_lease(self, row: Row, owner: str, lease_expires_at: datetime) -> bool:
        """Holds an open row until then; False if `owner` holds it no more."""
        return await self._changes(
            f"UPDATE {self._table} SET free_at = ?"
            " WHERE id = ? AND owner = ? AND state IN ('claimed', 'sending') RETURNING id",
            to_unix(lease_expires_at),
            row.id,
            owner,
        )

    async def reschedule(self, row: Row, owner: str, lease_expires_at: datetime, reason: str) -> bool:
        """Gives an open row back until then; False if `owner` holds it no more."""
        return await self._changes(
            f"UPDATE {self._table} SET owner = '', free_at = ?, reason = ?"
            " WHERE id = ? AND owner = ? AND state IN ('claimed', 'sending') RETURNING id",
            to_unix(lease_expires_at),
            reason,
            row.id,
            owner,
        )

    async def mark_posted(self, row: Row, owner: str, message: int, now: datetime) -> bool:
        """Closes a row whose message is sent; False if another has closed it."""
        return await self._changes(
            f"UPDATE {self._table} SET state = 'posted', message = ?, sent_at = ?, reason = NULL"
            " WHERE id = ? AND owner = ? AND state = 'sending' RETURNING id",
            message,
            to_unix(now),
            row.id,
            owner,
        )

    async def next_lease_expiry(self) -> datetime | None:
        """When an open row may next be taken."""
        found = await self._rows(
            f"SELECT min(free_at) FROM {self._table} WHERE state IN ('claimed', 'sending')"
        )
        earliest: float | None = found[0][0]
        return from_unix(earliest)

    def _close_unsent(
        self, db: sqlite3.Connection, row: Row, owner: str, state: DeliveryState, reason: str
    ) -> bool:
        """Closes an open row whose message is not sent, within a job that writes."""
        won = db.execute(
            f"UPDATE {self._table} SET state = ?, reason = ?"
            " WHERE id = ? AND owner = ? AND state IN ('claimed', 'sending') RETURNING id",
            (state, reason, row.id, owner),
        ).fetchone()
        return won is not None

    async def _rows(self, sql: str, *values: object, writing: bool = False) -> list[Any]:
        work = self._pool.write if writing else self._reads.run
        return await work(lambda db: db.execute(sql, values).fetchall())

    async def _changes(self, sql: str, *values: object) -> bool:
        return bool(await self._rows(sql, *values, writing=True))
