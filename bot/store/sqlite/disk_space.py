"""What an SQLite database takes of the disk, and what is left there of deleted rows."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from bot.store.sqlite import free_pages, log_limit
from bot.store.sqlite.temporary_copies import remove_copies

_SECURE_DELETE = ("OFF", "ON", "FAST")


class SqliteDiskSpace:
    """Implements `bot.store.engine.DiskSpace`."""

    def __init__(self, db: sqlite3.Connection, folder: Path | None) -> None:
        self._db = db
        self._folder = folder

    def size(self) -> int:
        """See `DiskSpace.size`."""
        sql = "SELECT page_count * page_size FROM pragma_page_count, pragma_page_size"
        return int(self._db.execute(sql).fetchone()[0])

    def remove_copies(self) -> None:
        """See `DiskSpace.remove_copies`."""
        if self._folder is not None:
            remove_copies(self._folder)

    def expect_large_writes(self) -> None:
        """See `DiskSpace.expect_large_writes`."""
        self._db.execute("PRAGMA wal_autocheckpoint = 8000")

    @contextmanager
    def overwriting(self) -> Iterator[None]:
        """See `DiskSpace.overwriting`; the write-ahead log keeps it until it is emptied."""
        (before,) = self._db.execute("PRAGMA secure_delete").fetchone()
        self._db.execute("PRAGMA secure_delete = ON")
        try:
            yield
        finally:
            self._db.execute(f"PRAGMA secure_delete = {_SECURE_DELETE[before]}")

    def release_space(self, on_step: Callable[[], None]) -> None:
        """See `DiskSpace.release_space`."""
        free_pages.release(self._db, on_step)

    def limit_log(self, on_wait: Callable[[], None]) -> None:
        """See `DiskSpace.limit_log`."""
        log_limit.limit_log(self._db, on_wait)

    def empty_log(self, on_wait: Callable[[], None]) -> bool:
        """See `DiskSpace.empty_log`."""
        return log_limit.empty_log(self._db, on_wait)

    def truncate_log(self) -> bool:
        """Copies the write-ahead log into the database and truncates it."""
        (busy, *_), *_ = self._db.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
        return not busy
