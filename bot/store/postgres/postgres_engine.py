"""The databases of an archive as schemas of a PostgreSQL database."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, closing, contextmanager, nullcontext
from pathlib import Path

from bot.file_errors import file_error
from bot.store.databases import Backups, Database, OpenFiles, OpenScratch, Report
from bot.store.engine import Connection
from bot.store.postgres import notices
from bot.store.postgres.corpus_connection import PostgresCorpusConnection, PostgresStateConnection
from bot.store.postgres.postgres_backups import PostgresBackups
from bot.store.postgres.schemas import SCHEMAS, PostgresSchemas
from bot.store.postgres.table_files import TableFiles
from bot.store.postgres.writer_lock import WRITER_LOCK, PostgresWriterLock

_CONNECTIONS = {"state": PostgresStateConnection, "corpus": PostgresCorpusConnection}


class PostgresEngine:
    """Implements `bot.store.databases.Engine`. Does not connect before the first method. What a method does
    for a connection does not outlive that: a server that starts again has no locks."""

    def __init__(self, url: str, folder: Path, open_scratch: OpenScratch) -> None:
        """`url` is the address of the database, as libpq reads it, and `folder` the data folder. Scratch
        databases are opened by `open_scratch`, with the same tables and columns."""
        self.folder = folder
        self.shared_files: OpenFiles | None = self.load_files
        self._schemas = PostgresSchemas(url)
        self._open_scratch = open_scratch

    @property
    def address(self) -> str:
        """See `Engine.address`."""
        return self._schemas.url

    def name(self, database: Database) -> str:
        """See `Engine.name`."""
        return SCHEMAS[database]

    def exists(self, database: Database) -> bool:
        """See `Engine.exists`."""
        return self._schemas.exists(database)

    def prepare(
        self, database: Database, *, busy_timeout: float | None = None, report: Report | None = None
    ) -> None:
        """See `Engine.prepare`; also creates the data folder. What is upgraded is not backed up first."""
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise file_error(error, self.folder) or error from error
        self._schemas.prepare(database, busy_timeout, report)

    def open_writer(self, database: Database, *, busy_timeout: float | None = None) -> Connection:
        """See `Engine.open_writer`."""
        self.prepare(database, busy_timeout=busy_timeout)
        return self._open(database, writes=True, busy_timeout=busy_timeout)

    def open_reader(
        self, database: Database, *, busy_timeout: float | None = None, cache_mib: int = 16
    ) -> Connection:
        """See `Engine.open_reader`; the cache is the server's."""
        return self._open(database, writes=False, busy_timeout=busy_timeout)

    def _open(self, database: Database, *, writes: bool, busy_timeout: float | None) -> Connection:
        with self._schemas.user_errors():
            return _CONNECTIONS[database](
                *(self._schemas.url, self._schemas.outages, SCHEMAS[database]),
                writes=writes,
                busy_timeout=busy_timeout,
                version=None if self._schemas.is_alone else len(self._schemas.migrations[database]),
            )

    def open_scratch(self, database: Database) -> Connection:
        """See `Engine.open_scratch`."""
        return self._open_scratch(database)

    def in_use(self) -> AbstractContextManager[None]:
        """See `Engine.in_use`: each connection does it, as it may begin anew on another server."""
        return nullcontext()

    def alone(self) -> AbstractContextManager[None]:
        """See `Engine.alone`."""
        return self._schemas.alone()

    def number_on(self, db: Connection) -> None:
        """See `Engine.number_on`."""
        sql = (
            "SELECT table_name, column_name FROM information_schema.columns"
            " WHERE table_schema = current_schema() AND is_identity = 'YES'"
        )
        for table, column in db.execute(sql).fetchall():
            sequence = f"pg_get_serial_sequence('{table}', '{column}')"
            db.execute(
                f"SELECT setval({sequence}, greatest(max({column}), 1), max({column}) > 0) FROM {table}"
            )

    def writer_lock(self) -> PostgresWriterLock:
        """See `Engine.writer_lock`."""
        return PostgresWriterLock(self._schemas.outages, self._schemas.connect)

    @contextmanager
    def load_files(self, db: Connection | None = None) -> Iterator[TableFiles]:
        """See `Engine.load_files`."""
        if db is not None:
            yield TableFiles(db)
            return
        with closing(self.open_writer("corpus")) as own:
            yield TableFiles(own)

    def has_writer(self) -> bool:
        """See `Engine.has_writer`."""
        sql = (
            "SELECT EXISTS (SELECT 1 FROM pg_locks JOIN pg_database ON pg_database.oid = pg_locks.database"
            " WHERE datname = current_database() AND locktype = 'advisory' AND granted AND classid = 0"
            " AND CAST(objid AS bigint) = ?)"
        )
        with self._schemas.user_errors(), closing(self._schemas.connect("corpus")) as db:
            return bool(db.execute(sql, (WRITER_LOCK,)).fetchone()[0])

    def listening(self, on_change: Callable[[], None]) -> AbstractContextManager[None]:
        """See `Engine.listening`."""
        return notices.listening(self._schemas.url, on_change)

    def syncing_writes(self) -> AbstractContextManager[None]:
        """See `Engine.syncing_writes`: the server does."""
        return nullcontext()

    def size(self, database: Database) -> int:
        """See `Engine.size`."""
        with closing(self.open_reader(database)) as db, db.user_errors():
            return db.disk.size()

    def space_for(self, size: int) -> int:
        """See `Engine.space_for`: the disk is the server's."""
        return 0

    def missing_space_for_check(self) -> int:
        """See `Engine.missing_space_for_check`: no copy is made."""
        return 0

    def indexes(self) -> dict[str, bool]:
        """See `Engine.indexes`."""
        with closing(self.open_reader("corpus")) as db, db.user_errors():
            wrong = db.text_index.mismatches()
            return {name: name not in wrong for name in db.text_index.names}

    @property
    def backups(self) -> Backups:
        """See `Engine.backups`."""
        return PostgresBackups(self._schemas, self.folder)
