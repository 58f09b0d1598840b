"""Bounds the write-ahead log of the corpus, which SQLite reuses only at a moment without readers."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from pathlib import Path
from sqlite3 import Connection

MAX_LOG_BYTES = 160 << 20
"""Size from which the log is emptied after a transaction, which adds some 50 MiB."""
MAX_WAIT_SECONDS = 5.0
"""Time to wait for the readers of the log: searches take at most a second."""
MAX_LONG_WAIT_SECONDS = 120.0
"""The same once it is twice as large: a reader such as `check` or a backup has used it for long, and a load
has to wait for it."""

_POLL_SECONDS = 0.02
_log = logging.getLogger(__name__)


def limit_log(db: Connection, on_wait: Callable[[], None]) -> None:
    """Empties the log of a connection without a transaction if it is large. `on_wait` is called while it
    waits for readers."""
    path = Path(f"{db.execute('PRAGMA database_list').fetchone()[2]}-wal")
    size = path.stat().st_size if path.exists() else 0
    if size > MAX_LOG_BYTES:
        wait = MAX_WAIT_SECONDS if size <= 2 * MAX_LOG_BYTES else MAX_LONG_WAIT_SECONDS
        if not empty_log(db, on_wait, wait):
            _log.warning("a reader keeps the write-ahead log at %d MB", size // 1_000_000)


def empty_log(db: Connection, on_wait: Callable[[], None], seconds: float = MAX_WAIT_SECONDS) -> bool:
    """Empties the log as soon as no reader uses it; False if one still does after this time."""
    until = time.monotonic() + seconds
    [timeout] = db.execute("PRAGMA busy_timeout").fetchone()
    # SQLite's own waiting is not interrupted for `on_wait`.
    db.execute("PRAGMA busy_timeout = 0")
    try:
        while db.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0]:
            if time.monotonic() > until:
                return False
            on_wait()
            time.sleep(_POLL_SECONDS)
    finally:
        db.execute(f"PRAGMA busy_timeout = {timeout}")
    return True
