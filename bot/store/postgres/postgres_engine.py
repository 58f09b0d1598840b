"""The state and the corpus as schemas of a PostgreSQL database."""

from __future__ import annotations

from contextlib import AbstractContextManager, closing, nullcontext
from functools import partial
from pathlib import Path
from typing import Generic, Literal, TypeVar

from bot.errors import BadInput
from bot.store.databases import Database
from bot.store.postgres.corpus_connection import PostgresCorpusConnection
from bot.store.postgres.errors import Outages, user_errors
from bot.store.postgres.migrations import migrations
from bot.store.postgres.postgres_connection import PostgresConnection
from bot.store.postgres.writer_lock import PostgresWriterLock

NAME = "PostgreSQL"
_Connected = TypeVar("_Connected", bound=PostgresConnection)


class _Schema(Generic[_Connected]):
    """A schema of a database, which has the tables of the state or of the corpus."""

    def __init__(self, url: str, database: Database, connection: type[_Connected]) -> None:
        self.outages = Outages(NAME)
        self._url = url
        self._name = f"newsdesk_{database}"
        self._migrations = migrations(database)
        self._connection = connection

    def exists(self) -> bool:
        """Whether it was created."""
        with user_errors(self.outages), closing(self.open(writes=False)) as db:
            return self._version(db) > 0

    def prepare(self, busy_timeout: float | None) -> None:
        """See `StateEngine.prepare`."""
        with user_errors(self.outages), closing(self.open(writes=True, busy_timeout=busy_timeout)) as db:
            if self._checked_version(db) < len(self._migrations):
                # Not the corpus' own, which counts in a table that the first migration creates.
                with PostgresConnection.transaction(db):
                    self._migrate(db)

    def open(self, *, writes: bool, busy_timeout: float | None = None) -> _Connected:
        """Opens a connection."""
        return self._connection(self._url, self.outages, self._name, writes=writes, busy_timeout=busy_timeout)

    def _version(self, db: PostgresConnection) -> int:
        """The version of the schema, 0 if there is none. Raises BadInput("not-our-database") for a schema of
        this name without a version."""
        # Not by to_regnamespace, which answers from a cache of the connection: that may lack what another
        # process has committed while this one waited for the lock.
        sql = (
            "SELECT EXISTS (SELECT 1 FROM pg_tables WHERE schemaname = nspname AND"
            f" tablename = 'schema_version') FROM pg_namespace WHERE nspname = '{self._name}'"
        )
        schema = db.execute(sql).fetchone()
        if schema is None:
            return 0
        if not schema[0]:
            raise BadInput("not-our-database", file=NAME)
        (version,) = db.execute("SELECT version FROM schema_version").fetchone()
        return int(version)

    def _checked_version(self, db: PostgresConnection) -> int:
        version = self._version(db)
        known = len(self._migrations)
        if version > known:
            raise BadInput("newer-schema", file=NAME, found=version, known=known)
        return version

    def _migrate(self, db: PostgresConnection) -> None:
        version = self._checked_version(db)  # another process may have migrated it meanwhile
        if not version:
            db.execute(f"CREATE SCHEMA {self._name}")
            db.execute("CREATE TABLE schema_version (version bigint NOT NULL)")
            db.execute("INSERT INTO schema_version VALUES (0)")
        for script in self._migrations[version:]:
            db.run_script(script)
        db.execute("UPDATE schema_version SET version = ?", (len(self._migrations),))


class PostgresStateEngine:
    """Implements `bot.store.databases.StateEngine`. Does not connect before the first method."""

    def __init__(self, url: str) -> None:
        """`url` is the address of the database, as libpq reads it."""
        self._schema = _Schema(url, "state", PostgresConnection)

    def name(self, database: Literal["state"]) -> str:
        """See `StateEngine.name`."""
        return NAME

    def exists(self, database: Literal["state"]) -> bool:
        """See `StateEngine.exists`."""
        return self._schema.exists()

    def prepare(self, database: Literal["state"], *, busy_timeout: float | None = None) -> None:
        """See `StateEngine.prepare`."""
        self._schema.prepare(busy_timeout)

    def open_writer(
        self, database: Literal["state"], *, busy_timeout: float | None = None
    ) -> PostgresConnection:
        """See `StateEngine.open_writer`."""
        self.prepare(database, busy_timeout=busy_timeout)
        with user_errors(self._schema.outages):
            return self._schema.open(writes=True, busy_timeout=busy_timeout)

    def open_reader(
        self, database: Literal["state"], *, busy_timeout: float | None = None
    ) -> PostgresConnection:
        """See `StateEngine.open_reader`."""
        with user_errors(self._schema.outages):
            return self._schema.open(writes=False, busy_timeout=busy_timeout)


class PostgresCorpusEngine:
    """Implements `bot.store.databases.CorpusEngine`. Does not connect before the first method."""

    def __init__(self, url: str, folder: Path) -> None:
        """`url` is the address of the database, as libpq reads it, and `folder` the data folder."""
        self.folder = folder
        self._schema = _Schema(url, "corpus", PostgresCorpusConnection)

    def name(self, database: Literal["corpus"]) -> str:
        """See `CorpusEngine.name`."""
        return NAME

    def exists(self, database: Literal["corpus"]) -> bool:
        """See `CorpusEngine.exists`."""
        return self._schema.exists()

    def prepare(self, database: Literal["corpus"], *, busy_timeout: float | None = None) -> None:
        """See `CorpusEngine.prepare`."""
        self._schema.prepare(busy_timeout)

    def open_writer(
        self, database: Literal["corpus"], *, busy_timeout: float | None = None
    ) -> PostgresCorpusConnection:
        """See `CorpusEngine.open_writer`."""
        self.prepare(database, busy_timeout=busy_timeout)
        with user_errors(self._schema.outages):
            return self._schema.open(writes=True, busy_timeout=busy_timeout)

    def open_reader(
        self, database: Literal["corpus"], *, busy_timeout: float | None = None, cache_mib: int = 16
    ) -> PostgresCorpusConnection:
        """See `CorpusEngine.open_reader`; the cache is the server's."""
        with user_errors(self._schema.outages):
            return self._schema.open(writes=False, busy_timeout=busy_timeout)

    def in_use(self) -> AbstractContextManager[None]:
        """See `CorpusEngine.in_use`: the locks of the tables keep migrations away."""
        return nullcontext()

    def writer_lock(self) -> PostgresWriterLock:
        """See `CorpusEngine.writer_lock`."""
        return PostgresWriterLock(self._schema.outages, partial(self._schema.open, writes=False))
