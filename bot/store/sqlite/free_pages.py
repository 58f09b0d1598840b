"""Returns the free pages of a file to the disk, in transactions of bounded size."""

from __future__ import annotations

from collections.abc import Callable
from sqlite3 import Connection

from bot.store.sqlite.log_limit import empty_log, limit_log

PAGES_PER_VACUUM = 1_000
"""Pages of the file (16 kB) released in one transaction."""


def release(db: Connection, on_step: Callable[[], None]) -> None:
    """Shrinks the file to the size of its contents."""
    while True:
        (free,) = db.execute("PRAGMA freelist_count").fetchone()
        if not free:
            break
        db.execute(f"PRAGMA incremental_vacuum({PAGES_PER_VACUUM})").fetchall()
        (left,) = db.execute("PRAGMA freelist_count").fetchone()
        limit_log(db, on_step)
        on_step()
        if left >= free:
            break  # a file created without incremental vacuum
    empty_log(db, on_step)
