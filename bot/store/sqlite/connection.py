"""Opens the two database files: identity checks, pragmas, and migrations."""

from __future__ import annotations

import fcntl
import os
import sqlite3
import tempfile
import time
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from bot.errors import BadInput
from bot.file_errors import file_error
from bot.store.databases import Report
from bot.store.sqlite import data_lock, swap, upgrade
from bot.store.sqlite.errors import user_errors
from bot.store.sqlite.migrations import migrations
from bot.store.sqlite.schema import statements
from bot.store.sqlite.sqlite_connection import SqliteConnection

BUSY_TIMEOUT_SECONDS = 5.0
"""Time that a statement waits for a locked database."""
RETRY_INTERVAL_SECONDS = 0.01
"""Interval between two attempts where SQLite does not wait itself."""


@dataclass(frozen=True, slots=True)
class Database:
    """One of the two databases."""

    file: str
    application_id: int
    migrations: Sequence[str]
    synchronous: str
    cache_kib: int
    """Page cache of a connection that writes, in KiB."""
    secure_delete: str
    """FAST if pages that are no longer used keep their content until the file shrinks."""

    @property
    def version(self) -> int:
        """The schema version that this program supports."""
        return len(self.migrations)


CORPUS = Database("corpus.db", int.from_bytes(b"NDC1"), migrations("corpus"), "NORMAL", 65536, "FAST")
STATE = Database("state.db", int.from_bytes(b"NDS1"), migrations("state"), "FULL", 4096, "ON")


def prepare(
    data: Path,
    database: Database,
    *,
    busy_timeout: float | None = None,
    report: Report | None = None,
) -> Path:
    """Creates the folder and the database if they do not exist, upgrades an older schema after a backup,
    telling `report` or the log, and returns the path of the file. First finishes a restore that was killed.
    Raises BadInput("not-our-database" | "newer-schema" | "no-room-for-upgrade"), Busy("data-in-use"),
    UserError("no-locks") and what `user_errors` raises."""
    path = data / database.file
    with user_errors(database.file, data):
        try:
            data.mkdir(parents=True, exist_ok=True)
            if (data / swap.MARKER).exists():
                with data_lock.alone(data):
                    swap.finish(data)
        except OSError as error:
            raise file_error(error, data) or error from error
        _check_locks(path)
        db = _connect(path, busy_timeout, create=True)
        try:
            _check_identity(db, database)
            # A restored backup has no write-ahead log.
            if not _pragma(db, "user_version"):
                # Measured on comments: large pages waste less space, and undoing a load releases its pages.
                db.execute("PRAGMA page_size = 16384")
                db.execute("PRAGMA auto_vacuum = INCREMENTAL")
            if db.execute("PRAGMA journal_mode").fetchone()[0] != "wal":
                _use_write_ahead_log(db, busy_timeout)
            version = _pragma(db, "user_version")
            if version and version < database.version:
                versions = {known.file: known.version for known in (CORPUS, STATE)}
                versions[database.file] = database.version
                with upgrade.upgrade(data, db, database.file, versions, report) as needed:
                    if needed:
                        _migrate(db, database)
            elif not version:
                _migrate(db, database)
        finally:
            db.close()
    return path


def _check_locks(path: Path) -> None:
    """Raises UserError("no-locks") for a file system without locks: SQLite reports one as busy, or as a
    failure of the disk."""
    try:
        # Not the database: closing it would end the locks of this process.
        with tempfile.TemporaryFile(dir=path.parent) as probe:
            fcntl.lockf(probe, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        problem = file_error(error, path.name)
        if problem is not None and problem.key == "no-locks":
            raise problem from error


def open_writer(data: Path, database: Database, *, busy_timeout: float | None = None) -> SqliteConnection:
    """Opens a connection that can write, in autocommit mode; creates and migrates the file first (see
    `prepare`)."""
    path = prepare(data, database, busy_timeout=busy_timeout)
    with user_errors(database.file, data):
        db = _connect(path, busy_timeout)
        db.execute(f"PRAGMA synchronous = {database.synchronous}")
        db.execute("PRAGMA foreign_keys = ON")
        db.execute(f"PRAGMA cache_size = -{database.cache_kib}")
        db.execute("PRAGMA temp_store = MEMORY")
        # Erased text must not be left in the file.
        db.execute(f"PRAGMA secure_delete = {database.secure_delete}")
    return db


def open_reader(
    data: Path, database: Database, *, busy_timeout: float | None = None, cache_mib: int = 16
) -> SqliteConnection:
    """Opens a read-only connection, on a file that `prepare` has checked, with a cache of `cache_mib` MiB."""
    path = data / database.file
    with user_errors(database.file, data):
        db = _connect(path, busy_timeout)
        try:
            _check_identity(db, database)
            db.execute("PRAGMA query_only = ON")
            db.execute("PRAGMA mmap_size = 67108864")
            db.execute(f"PRAGMA cache_size = -{1024 * cache_mib}")
        except BaseException:
            db.close()
            raise
    return db


def open_scratch(data: Path, database: Database) -> SqliteConnection:
    """Opens an empty database with this schema, whose file is deleted when it is closed, even by a crash. It
    is in the folder for temporary files that SQLITE_TMPDIR names, or else in the data folder."""
    if data.is_dir():
        # SQLite reads it when it creates a file; /tmp can be small, as in a container.
        os.environ.setdefault("SQLITE_TMPDIR", str(data))
    with user_errors(database.file, data):
        db = sqlite3.connect("", isolation_level=None, check_same_thread=False, factory=SqliteConnection)
        db.locate(database.file, data)
        db.execute("PRAGMA page_size = 16384")
        db.execute("PRAGMA synchronous = OFF")
        db.execute(f"PRAGMA cache_size = -{database.cache_kib}")
        for script in database.migrations:
            for statement in statements(script):
                db.execute(statement)
    return db


def _connect(path: Path, busy_timeout: float | None, *, create: bool = False) -> SqliteConnection:
    # Connections move between threads, one at a time (see bot.store.pool).
    db = sqlite3.connect(
        f"{path.absolute().as_uri()}?mode={'rwc' if create else 'rw'}",
        uri=True,
        timeout=BUSY_TIMEOUT_SECONDS if busy_timeout is None else busy_timeout,
        isolation_level=None,
        check_same_thread=False,
        cached_statements=256,
        factory=SqliteConnection,
    )
    db.opened(path)
    return db


def _use_write_ahead_log(db: SqliteConnection, busy_timeout: float | None) -> None:
    """Enables the write-ahead log. If two processes create a file at once, SQLite does not wait for the lock
    itself, as each process would wait for the other forever."""
    until = time.monotonic() + (BUSY_TIMEOUT_SECONDS if busy_timeout is None else busy_timeout)
    while True:
        try:
            db.execute("PRAGMA journal_mode = WAL")
            return
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode & 0xFF != sqlite3.SQLITE_BUSY or time.monotonic() >= until:
                raise
        time.sleep(RETRY_INTERVAL_SECONDS)


def _check_identity(db: SqliteConnection, database: Database) -> None:
    """Rejects another program's file before changing it."""
    application, version = _pragma(db, "application_id"), _pragma(db, "user_version")
    empty = not application and not version and not db.execute("SELECT 1 FROM sqlite_master").fetchone()
    if application != database.application_id and not empty:
        raise BadInput("not-our-database", file=database.file)
    if version > database.version:
        raise BadInput("newer-schema", file=database.file, found=version, known=database.version)


def _migrate(db: SqliteConnection, database: Database) -> None:
    with db.transaction():
        version = _pragma(db, "user_version")  # another process may have migrated it meanwhile
        for script in database.migrations[version:]:
            for statement in statements(script):
                db.execute(statement)
        db.execute(f"PRAGMA application_id = {database.application_id}")
        db.execute(f"PRAGMA user_version = {database.version}")


def indexes_of(path: Path) -> dict[str, bool]:
    """The full-text indexes of a file, each with whether it matches its texts. Writes to the file."""
    with closing(sqlite3.connect(path, isolation_level=None, factory=SqliteConnection)) as db:
        wrong = db.text_index.mismatches()
        return {table: table not in wrong for table in db.text_index.names}


def _pragma(db: SqliteConnection, pragma: str) -> int:
    value: int = db.execute(f"PRAGMA {pragma}").fetchone()[0]
    return value
