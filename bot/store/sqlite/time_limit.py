"""Statements that stop at the end of their time; the rows found until then are kept."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Sequence
from math import inf
from typing import Any

STEPS_PER_CHECK = 250
"""SQLite's steps between two checks of the clock: a fraction of a millisecond, also in FTS5."""


class StatementBudget:
    """Limits how long each statement of one job on a connection may run between `begin` and `end`: in seconds
    of its thread's own processor time, so that a busy machine does not change what is found."""

    def __init__(self, db: sqlite3.Connection, unit_seconds: float) -> None:
        self._db = db
        self._unit_seconds = unit_seconds
        self._until = inf
        self._stopped = False

    def begin(self) -> None:
        """Starts to check the clock while statements run."""
        self._db.set_progress_handler(self._is_over, STEPS_PER_CHECK)

    def end(self) -> None:
        """Stops checking."""
        self._db.set_progress_handler(None, 0)

    def rows(self, sql: str, values: Sequence[object], units: float = 1) -> tuple[list[Any], bool]:
        """The rows that come within `units` times `unit_seconds`, and whether these were all. Raises
        sqlite3.OperationalError where something else interrupts the statement."""
        rows: list[Any] = []
        self._stopped = False
        self._until = time.thread_time() + units * self._unit_seconds
        try:
            rows.extend(self._db.execute(sql, values))
        except sqlite3.OperationalError:
            if not self._stopped:
                raise
        finally:
            self._until = inf
        return rows, not self._stopped

    def _is_over(self) -> bool:
        if self._until == inf or time.thread_time() <= self._until:
            return False
        self._stopped = True
        return True
