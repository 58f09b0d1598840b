"""The databases of a data folder as SQLite files."""

from __future__ import annotations

from contextlib import AbstractContextManager
from pathlib import Path

from bot.store.engine import Database, Report
from bot.store.sqlite import background_fsync, connection, data_lock, log_limit, writer_lock
from bot.store.sqlite.connection import CORPUS, STATE
from bot.store.sqlite.sqlite_connection import SqliteConnection

_FILES = {"corpus": CORPUS, "state": STATE}


class SqliteEngine:
    """Implements `bot.store.engine.Engine`."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def name(self, database: Database) -> str:
        """See `Engine.name`."""
        return _FILES[database].file

    def exists(self, database: Database) -> bool:
        """See `Engine.exists`."""
        return (self.folder / _FILES[database].file).exists()

    def prepare(
        self, database: Database, *, busy_timeout: float | None = None, report: Report | None = None
    ) -> None:
        """See `Engine.prepare`."""
        connection.prepare(self.folder, _FILES[database], busy_timeout=busy_timeout, report=report)

    def open_writer(self, database: Database, *, busy_timeout: float | None = None) -> SqliteConnection:
        """See `Engine.open_writer`."""
        return connection.open_writer(self.folder, _FILES[database], busy_timeout=busy_timeout)

    def open_reader(
        self, database: Database, *, busy_timeout: float | None = None, cache_mib: int = 16
    ) -> SqliteConnection:
        """See `Engine.open_reader`."""
        return connection.open_reader(
            self.folder, _FILES[database], busy_timeout=busy_timeout, cache_mib=cache_mib
        )

    def open_scratch(self, database: Database) -> SqliteConnection:
        """See `Engine.open_scratch`."""
        return connection.open_scratch(self.folder, _FILES[database])

    def in_use(self) -> AbstractContextManager[None]:
        """See `Engine.in_use`."""
        return data_lock.in_use(self.folder)

    def writer_lock(self) -> writer_lock.SqliteWriterLock:
        """See `Engine.writer_lock`."""
        return writer_lock.SqliteWriterLock(self.folder)

    def has_writer(self) -> bool:
        """See `Engine.has_writer`."""
        return writer_lock.is_held(self.folder)

    def syncing_writes(self) -> AbstractContextManager[None]:
        """See `Engine.syncing_writes`."""
        return background_fsync.background_fsync(self.folder)

    def space_for(self, size: int) -> int:
        """See `Engine.space_for`; the write-ahead log holds some pages twice."""
        return size + min(2 * size, 2 * log_limit.MAX_LOG_BYTES)
