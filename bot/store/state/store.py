"""Base class of the state stores: their connections, and single statements."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any, Self, TypeVar

import msgspec

from bot.clock import from_unix
from bot.store.databases import StateEngine
from bot.store.engine import StateConnection
from bot.store.pool import Pool

Result = TypeVar("Result")


class StateStore:
    """Reads and writes some tables of the state. Writes are synced to disk when a method returns. Raises what
    `bot.store.engine.StateConnection.user_errors` raises. Reads use the pool `reads`, if given, so that they
    do not wait for writes."""

    def __init__(self, pool: Pool[StateConnection], reads: Pool[StateConnection] | None = None) -> None:
        self._pool = pool
        self._reads = reads or pool

    @classmethod
    def open(cls, engine: StateEngine, *, busy_timeout: float | None = None) -> Self:
        """Creates or migrates the state if necessary. Raises what `StateEngine.prepare` raises."""
        writer = engine.open_writer("state", busy_timeout=busy_timeout)
        return cls(Pool([writer], engine.name("state")))

    async def close(self) -> None:
        """Waits for running jobs, then closes the file."""
        if self._reads is not self._pool:
            await self._reads.close()
        await self._pool.close()

    async def _write(self, job: Callable[[StateConnection], Result], *, concurrent: bool = False) -> Result:
        """Runs a job that writes, atomically, and returns its result; `concurrent` is as for
        `StateConnection.transaction`."""
        return await self._pool.write(job, concurrent=concurrent)

    async def _read_all(self, read: Callable[[Any], Result], sql: str, *values: object) -> tuple[Result, ...]:
        """The rows of a read-only statement, mapped by `read`."""
        rows = await self._reads.run(lambda db: db.execute(sql, values).fetchall())
        return tuple(map(read, rows))

    async def _read_one(self, read: Callable[[Any], Result], sql: str, *values: object) -> Result | None:
        """The first row of a read-only statement, mapped by `read`, or None."""
        rows = await self._read_all(read, sql, *values)
        return rows[0] if rows else None

    async def _change(self, sql: str, *values: object) -> bool:
        """Runs a statement and returns whether it changed any row."""
        return await self._write(lambda db: db.execute(sql, values).rowcount > 0)


def read_time(row: Sequence[Any]) -> datetime | None:
    """Reads the time from a row with one column."""
    seconds: float | None = row[0]
    return from_unix(seconds)


def value(row: Sequence[Any]) -> Any:
    """Reads the value from a row with one column."""
    return row[0]


def to_json(value: object) -> str:
    """Serialises a dataclass, or several, to JSON."""
    return msgspec.json.encode(value).decode()
