"""The databases of a data folder as SQLite files."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from contextlib import AbstractContextManager, closing, nullcontext
from pathlib import Path

from bot.store.databases import Backups, Database, OpenFiles, Report
from bot.store.engine import Connection
from bot.store.sqlite import background_fsync, connection, copies, data_lock, log_limit, writer_lock
from bot.store.sqlite.connection import CORPUS, STATE
from bot.store.sqlite.errors import user_errors
from bot.store.sqlite.folder_files import FolderFiles
from bot.store.sqlite.sqlite_connection import SqliteConnection
from bot.store.sqlite.temporary_copies import CHECK_FOLDER, exclusive_folder

_FILES = {"corpus": CORPUS, "state": STATE}


class SqliteEngine:
    """Implements `bot.store.databases.Engine`."""

    shared_files: OpenFiles | None = None

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    @property
    def address(self) -> str:
        """See `Engine.address`."""
        return str(self.folder.resolve())

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

    def alone(self) -> AbstractContextManager[None]:
        """See `Engine.alone`."""
        return data_lock.alone(self.folder)

    def number_on(self, db: Connection) -> None:
        """See `Engine.number_on`: every insert does."""

    def writer_lock(self) -> writer_lock.SqliteWriterLock:
        """See `Engine.writer_lock`."""
        return writer_lock.SqliteWriterLock(self.folder)

    def load_files(self, db: Connection | None = None) -> AbstractContextManager[FolderFiles]:
        """See `Engine.load_files`; no connection is needed."""
        return nullcontext(FolderFiles(self.folder))

    def has_writer(self) -> bool:
        """See `Engine.has_writer`."""
        return writer_lock.is_held(self.folder)

    def listening(self, on_change: Callable[[], None]) -> AbstractContextManager[None]:
        """See `Engine.listening`: a file tells nobody."""
        return nullcontext()

    def syncing_writes(self) -> AbstractContextManager[None]:
        """See `Engine.syncing_writes`."""
        return background_fsync.background_fsync(self.folder)

    def size(self, database: Database) -> int:
        """See `Engine.size`."""
        return sum(path.stat().st_size for path in self.folder.glob(f"{_FILES[database].file}*"))

    def missing_space_for_check(self) -> int:
        """See `Engine.missing_space_for_check`: room for the copy."""
        needed = self.size("corpus")
        return needed if shutil.disk_usage(self.folder).free < needed else 0

    def indexes(self) -> dict[str, bool]:
        """See `Engine.indexes`. The comparison holds the write lock as long as it runs. A concurrent load
        would time out: so it runs on a copy."""
        with (
            user_errors(CORPUS.file, self.folder),
            exclusive_folder(self.folder, CHECK_FOLDER, CORPUS.file) as folder,
        ):
            copy = folder / CORPUS.file
            with closing(self.open_reader("corpus")) as db:
                copies.copy_pages(db, copy)
            return connection.indexes_of(copy)

    @property
    def backups(self) -> Backups:
        """See `Engine.backups`."""
        from bot.store.sqlite.backups import SqliteBackups  # imports what writes the corpus

        return SqliteBackups(self.folder)

    def space_for(self, size: int) -> int:
        """See `Engine.space_for`; the write-ahead log holds some pages twice."""
        return size + min(2 * size, 2 * log_limit.MAX_LOG_BYTES)
