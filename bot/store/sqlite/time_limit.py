"""Runs statements with a time limit, keeping the rows found so far."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Callable, Iterable, Sequence
from itertools import islice
from math import inf
from typing import Any, TypeVar

from bot.store.engine import LATE_SHARE, Statement

_T = TypeVar("_T")

STEPS_PER_CHECK = 250
"""SQLite virtual machine steps between two checks of the clock: a fraction of a millisecond, also in FTS5."""


class SqliteBudget:
    """Limits the time of each statement of one job between `begin` and `end`, in seconds of its thread's
    processor time, so that the load of the machine does not change the results."""

    def __init__(
        self,
        db: sqlite3.Connection,
        unit_seconds: float,
        total_seconds: float = inf,
        usual_seconds: float = inf,
    ) -> None:
        """`total_seconds` limits all statements together; the one that exceeds it is interrupted. After
        `usual_seconds` of the job each statement has only a part of its time left."""
        self._db = db
        self._usual_seconds = usual_seconds
        self._usual_end = inf
        self._total_seconds = total_seconds
        self._end = inf
        self._unit_seconds = unit_seconds
        self._until = inf
        self._stopped = False

    def begin(self) -> None:
        """Starts checking the clock while statements run."""
        now = time.thread_time()
        self._end, self._usual_end = now + self._total_seconds, now + self._usual_seconds
        self._db.set_progress_handler(self._is_over, STEPS_PER_CHECK)

    def end(self) -> None:
        """Stops checking."""
        self._db.set_progress_handler(None, 0)

    def rows(self, sql: str, values: Sequence[object], units: float = 1) -> tuple[list[Any], bool]:
        """The rows returned within `units` times `unit_seconds`, and whether these are all. Raises
        sqlite3.OperationalError if the statement is interrupted for another reason."""
        return self._read(lambda: self._db.execute(sql, values), units)

    def chosen(
        self, statement: Statement, choose: Callable[[Any], _T | None], limit: int | None = None
    ) -> tuple[list[_T], bool]:
        """See `StatementBudget.chosen`."""

        def read() -> Iterable[_T]:
            chosen = map(choose, self._db.execute(*statement))
            return islice((value for value in chosen if value is not None), limit)

        return self._read(read, 1)

    def _read(self, start: Callable[[], Iterable[_T]], units: float) -> tuple[list[_T], bool]:
        rows: list[_T] = []
        self._stopped = False
        now = time.thread_time()
        left = max(self._usual_end - now, self._unit_seconds * LATE_SHARE)
        self._until = now + min(units * self._unit_seconds, left)
        try:
            rows.extend(start())
        except sqlite3.OperationalError:
            if not self._stopped:
                raise
        finally:
            self._until = inf
        return rows, not self._stopped

    def _is_over(self) -> bool:
        now = time.thread_time() if min(self._until, self._end) < inf else -inf
        if now > self._end:
            return True
        self._stopped = now > self._until
        return self._stopped
