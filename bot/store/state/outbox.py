"""An outbox of messages sent once: several processes compete for its open rows by leases."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from typing import Any, ClassVar, Generic, Protocol, TypeVar

from bot.clock import to_unix
from bot.domain.digests import DeliveryState
from bot.domain.shards import ALL, Shards
from bot.store.engine import StateConnection
from bot.store.state.shard_filter import on_shards
from bot.store.state.store import StateStore, read_time

MAX_LEASE = timedelta(hours=1)
"""A lease that ends later than this from now was taken before the clock was set back, and counts as
expired."""
CANDIDATES_PER_ROW = 8
"""Rows for each to be claimed in which `claim` first looks for places to which nothing is being sent."""
MAX_CANDIDATES = 1000
"""Maximum number of rows in which it looks if these are too few."""


class OutboxRow(Protocol):
    """The model of a row."""

    @property
    def id(self) -> int: ...


Row = TypeVar("Row", bound=OutboxRow)


class Outbox(StateStore, Generic[Row]):
    """A table of messages to send. The columns `id`, `due_at`, `state`, `owner`, `free_at` (when the lease
    expires), `tries`, `message`, `sent_at` and `reason` have the same meaning in each; a row is open while
    `claimed` or `sending`. Subclasses define the table, its columns, the column of a row's destination, and
    which rows wait for others, and map rows with `_row`. Methods return False if `owner` no longer holds the
    lease."""

    _table: ClassVar[str]
    _columns: ClassVar[str]
    _place: ClassVar[str] = "place"
    _follows_open: ClassVar[str] = "false"
    """Whether the row `candidate` has to wait for another open row, in SQL."""

    @staticmethod
    def _row(row: Sequence[Any]) -> Row:
        """Maps a row with the columns `_columns`."""
        raise NotImplementedError

    async def claim(
        self, owner: str, now: datetime, lease_expires_at: datetime, limit: int, shards: Shards = ALL
    ) -> tuple[Row, ...]:
        """Leases at most `limit` open rows of these shards without a lease to `owner`, the longest due first,
        and returns them. Takes one row per place: messages in a channel keep their order, none is composed
        before the previous one is done, and a channel with a rate limit delays no other. A row that waits to
        be tried again delays those that must follow it, and no others."""
        leased = (to_unix(now), to_unix(now + MAX_LEASE))
        free = "state IN ('claimed', 'sending') AND (free_at <= ? OR free_at > ?)"

        candidates = (
            f"SELECT id, {self._place} FROM {self._table} AS candidate WHERE {free} AND NOT EXISTS"
            f" (SELECT 1 FROM {self._table} AS other WHERE other.{self._place} = candidate.{self._place}"
            " AND other.state IN ('claimed', 'sending') AND other.owner <> ''"
            f" AND other.free_at > ? AND other.free_at <= ?) AND NOT ({self._follows_open})"
            f"{on_shards(shards, 'candidate.guild')}"
            " ORDER BY due_at, id LIMIT ?"
        )

        def job(db: StateConnection) -> list[Any]:
            first: dict[int, int] = {}

            def places() -> Iterator[int]:
                for most in (limit * CANDIDATES_PER_ROW, MAX_CANDIDATES):
                    count = 0
                    for number, place in db.execute(candidates, (*leased, *leased, most)):
                        count += 1
                        if place not in first:
                            first[place] = number
                            yield place
                    if count < most:
                        return

            # A place of which a concurrent claim takes a row has others that are not leased yet.
            numbers = [first[place] for place in db.reserve(self._table, places(), limit)]
            if not numbers:
                return []
            marks = ", ".join("?" * len(numbers))
            return db.execute(
                f"UPDATE {self._table} SET owner = ?, free_at = ?, tries = tries + 1"
                f" WHERE id IN ({marks}) AND {free} RETURNING due_at, {self._columns}",
                (owner, to_unix(lease_expires_at), *numbers, *leased),
            ).fetchall()

        rows = await self._write(job, concurrent=True)
        rows.sort(key=lambda row: row[:2])
        return tuple(self._row(row[1:]) for row in rows)

    async def renew_lease(self, row: Row, owner: str, lease_expires_at: datetime) -> bool:
        """Extends the lease of an open row."""
        return await self._update(row, owner, "free_at = ?", to_unix(lease_expires_at))

    async def reschedule(self, row: Row, owner: str, lease_expires_at: datetime, reason: str) -> bool:
        """Releases the lease of an open row, which cannot be claimed before `lease_expires_at`."""
        return await self._update(
            row, owner, "owner = '', free_at = ?, reason = ?", to_unix(lease_expires_at), reason
        )

    async def mark_posted(self, row: Row, owner: str, message: int, now: datetime) -> bool:
        """Closes a row whose message was sent."""
        return await self._write(
            lambda db: self._mark_posted_in(db, row, owner, message, now), concurrent=True
        )

    async def close_unsent(self, row: Row, owner: str, state: DeliveryState, reason: str) -> bool:
        """Closes an open row whose message is not sent."""
        return await self._write(lambda db: self._close_unsent_in(db, row, owner, state, reason))

    async def next_wake(self, shards: Shards = ALL) -> datetime | None:
        """The time at which an open row of these shards can next be claimed, or None."""
        return await self._read_one(read_time, self._next_free(shards))

    def _next_free(self, shards: Shards) -> str:
        """The SQL of `next_wake`."""
        return (
            f"SELECT min(free_at) FROM {self._table} AS candidate"
            f" WHERE state IN ('claimed', 'sending') AND NOT ({self._follows_open})"
            f"{on_shards(shards, 'candidate.guild')}"
        )

    async def _update(
        self, row: Row, owner: str, changes: str, *values: object, sending: bool = False
    ) -> bool:
        """Updates an open row that `owner` holds; with `sending` only in that state."""
        return await self._write(
            lambda db: self._update_in(db, row, owner, changes, *values, sending=sending), concurrent=True
        )

    def _update_in(
        self,
        db: StateConnection,
        row: Row,
        owner: str,
        changes: str,
        *values: object,
        sending: bool = False,
    ) -> bool:
        """`_update` as part of a job."""
        states = "('sending')" if sending else "('claimed', 'sending')"
        updated = db.execute(
            f"UPDATE {self._table} SET {changes} WHERE id = ? AND owner = ? AND state IN {states}",
            (*values, row.id, owner),
        )
        return updated.rowcount > 0

    def _begin_in(
        self, db: StateConnection, row: Row, owner: str, lease_expires_at: datetime, **values: object
    ) -> bool:
        """Changes a claimed row to `sending`, with these columns and this lease, as part of a job."""
        changes = "".join(f", {column} = ?" for column in values)
        updated = db.execute(
            f"UPDATE {self._table} SET state = 'sending', free_at = ?{changes}"
            " WHERE id = ? AND owner = ? AND state = 'claimed'",
            (to_unix(lease_expires_at), *values.values(), row.id, owner),
        )
        return updated.rowcount > 0

    def _mark_posted_in(self, db: StateConnection, row: Row, owner: str, message: int, now: datetime) -> bool:
        """Closes a row whose message was sent, as part of a job."""
        changes = "state = 'posted', message = ?, sent_at = ?, reason = NULL"
        return self._update_in(db, row, owner, changes, message, to_unix(now), sending=True)

    def _close_unsent_in(
        self, db: StateConnection, row: Row, owner: str, state: DeliveryState, reason: str
    ) -> bool:
        """Closes an open row whose message is not sent, as part of a job."""
        return self._update_in(db, row, owner, "state = ?, reason = ?", state, reason)
