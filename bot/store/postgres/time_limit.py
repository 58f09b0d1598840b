"""Runs statements with a time limit that the server keeps."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from math import inf
from typing import Any, TypeVar

import psycopg

from bot.store.engine import LATE_SHARE, Statement
from bot.store.postgres.postgres_connection import PostgresConnection
from bot.store.postgres.row_stream import stream

_T = TypeVar("_T")

MIN_MILLISECONDS = 200
"""The least time of a statement: the clock also runs while the machine is busy with something else."""
CLOCK_FACTOR = 4.0
"""Seconds by the clock for each of processor time. On a busy machine a statement takes several times as long:
a search with less would be cut there, and list other hits than at rest."""


class PostgresBudget:
    """Implements `bot.store.engine.StatementBudget` by the clock: the server's processor time is not known
    here. `rows` returns none of a statement that is interrupted."""

    def __init__(
        self,
        db: PostgresConnection,
        unit_seconds: float,
        total_seconds: float = inf,
        usual_seconds: float = inf,
    ) -> None:
        self._db = db
        self._unit_seconds = unit_seconds * CLOCK_FACTOR
        self._total_seconds = total_seconds * CLOCK_FACTOR
        self._usual_seconds = usual_seconds * CLOCK_FACTOR
        self._end = self._usual_end = inf
        self._has_savepoint = False

    def begin(self) -> None:
        """See `StatementBudget.begin`. The job can continue in its transaction after an interruption, also of
        a statement without a limit of its own."""
        self._has_savepoint = self._db.in_transaction
        if self._has_savepoint:
            self._db.run_script("SAVEPOINT job_budget")
        now = time.monotonic()
        self._end, self._usual_end = now + self._total_seconds, now + self._usual_seconds

    def end(self) -> None:
        """See `StatementBudget.end`."""
        self._end = self._usual_end = inf
        if self._has_savepoint and self._db.has_failed:
            self._db.run_script("ROLLBACK TO job_budget")
        self._has_savepoint = False

    def rows(self, sql: str, values: Sequence[object], units: float = 1) -> tuple[list[Any], bool]:
        """See `StatementBudget.rows`."""
        rows: list[Any] = []

        def read(until: float) -> bool:
            rows.extend(self._db.execute(sql, values).fetchall())
            return True

        return rows, self._read(read, units)

    def chosen(
        self, statement: Statement, choose: Callable[[Any], _T | None], limit: int | None = None
    ) -> tuple[list[_T], bool]:
        """See `StatementBudget.chosen`."""
        chosen: list[_T] = []

        def read(until: float) -> bool:
            for row in stream(self._db, *statement):
                if len(chosen) == limit:
                    break
                if time.monotonic() > until:
                    return False
                if (value := choose(row)) is not None:
                    chosen.append(value)
            return True

        return chosen, self._read(read, 1)

    def _read(self, read: Callable[[float], bool], units: float) -> bool:
        """Calls `read` with the time until which it may take, and returns whether it was complete by then."""
        if not self._db.in_transaction:
            with self._db.transaction(writing=False):
                return self._read(read, units)
        now = time.monotonic()
        if now > self._end:
            raise psycopg.errors.QueryCanceled("the time of the job is over")
        left = max(self._usual_end - now, self._unit_seconds * LATE_SHARE)
        seconds = min(units * self._unit_seconds, left)
        is_last = self._end - now < seconds
        milliseconds = max(MIN_MILLISECONDS, round(1000 * min(seconds, self._end - now)))
        complete = False
        undo = "ROLLBACK TO budget; RELEASE budget"  # nothing was written
        self._db.run_script(f"SAVEPOINT budget; SET LOCAL statement_timeout = {milliseconds}")
        try:
            complete = read(now + milliseconds / 1000)
        except psycopg.errors.QueryCanceled:
            is_by_pool = 1000 * (time.monotonic() - now) < milliseconds
            if is_last or is_by_pool:
                self._db.run_script(undo)  # whoever asked shows what was read before
                raise
        self._db.run_script(undo)
        return complete
