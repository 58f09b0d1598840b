"""Statements that stop when they have worked for long enough; what they found until then stands."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Sequence
from math import inf
from typing import Any

STEPS = 250
"""SQLite's steps from one look at the clock to the next: a fraction of a millisecond, also within FTS5."""


class Patience:
    """How long each statement of one job on a connection may work, in seconds of its thread's own time: what
    other processes take from the processor does not change what is found. Between `begin` and `end`."""

    def __init__(self, db: sqlite3.Connection, moment: float) -> None:
        self._db = db
        self._moment = moment
        self._until = inf
        self._stopped = False

    def begin(self) -> None:
        """Looks at the clock while statements run."""
        self._db.set_progress_handler(self._late, STEPS)

    def end(self) -> None:
        """Looks no more."""
        self._db.set_progress_handler(None, 0)

    def rows(self, sql: str, values: Sequence[object], moments: float = 1) -> tuple[list[Any], bool]:
        """The rows that come within so many moments, and whether these were all. What somebody else
        interrupts is raised."""
        found: list[Any] = []
        self._stopped = False
        self._until = time.thread_time() + moments * self._moment
        try:
            found.extend(self._db.execute(sql, values))
        except sqlite3.OperationalError:
            if not self._stopped:
                raise
        finally:
            self._until = inf
        return found, not self._stopped

    def _late(self) -> bool:
        if self._until == inf or time.thread_time() <= self._until:
            return False
        self._stopped = True
        return True
