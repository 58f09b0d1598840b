"""The advisory lock of the only process that writes the corpus in PostgreSQL, for as long as its connection
lasts."""

from __future__ import annotations

import time
from collections.abc import Callable

from bot.errors import Busy
from bot.store.postgres.errors import Outages, user_errors
from bot.store.postgres.postgres_connection import PostgresConnection

POLL_INTERVAL_SECONDS = 0.2
"""Interval between two attempts."""
WRITER_LOCK = int.from_bytes(b"NDW1")
_WAITING = int.from_bytes(b"NDQ1")
"""The lock that those share who wait for the other one."""


class PostgresWriterLock:
    """Implements `bot.store.databases.WriterLock`."""

    def __init__(self, outages: Outages, connect: Callable[[], PostgresConnection]) -> None:
        self._outages = outages
        self._connect = connect
        self._db: PostgresConnection | None = None

    def acquire(self, on_wait: Callable[[], None] | None = None, *, timeout: float | None = None) -> None:
        """See `WriterLock.acquire`; `on_wait` is called five times a second."""
        until = None if timeout is None else time.monotonic() + timeout
        waits = False
        try:
            with user_errors(self._outages):
                self._db = self._connect()
                while not self._call("pg_try_advisory_lock", WRITER_LOCK):
                    if not waits:
                        waits = self._call("pg_try_advisory_lock_shared", _WAITING)
                    if until is not None and time.monotonic() >= until:
                        raise Busy("loader-busy")
                    if on_wait is not None:
                        on_wait()
                    time.sleep(POLL_INTERVAL_SECONDS)
                if waits:
                    self._call("pg_advisory_unlock_shared", _WAITING)
        except BaseException:
            self.release()
            raise

    def has_waiters(self) -> bool:
        """See `WriterLock.has_waiters`."""
        with user_errors(self._outages):
            if not self._call("pg_try_advisory_lock", _WAITING):
                return True
            self._call("pg_advisory_unlock", _WAITING)
            return False

    def release(self) -> None:
        """See `WriterLock.release`."""
        if self._db is not None:
            self._db.close()
            self._db = None

    def _call(self, function: str, lock: int) -> bool:
        if self._db is None:
            return False
        return bool(self._db.execute(f"SELECT {function}(?)", (lock,)).fetchone()[0])
