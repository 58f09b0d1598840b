"""The state as a schema of a PostgreSQL database."""

from __future__ import annotations

from contextlib import closing
from typing import Literal

from bot.errors import BadInput
from bot.store.postgres.errors import Outages, user_errors
from bot.store.postgres.migrations import migrations
from bot.store.postgres.postgres_connection import PostgresConnection

NAME = "PostgreSQL"
SCHEMA = "newsdesk_state"
_MIGRATIONS = migrations("state")


class PostgresStateEngine:
    """Implements `bot.store.databases.StateEngine`. Does not connect before the first method."""

    def __init__(self, url: str) -> None:
        """`url` is the address of the database, as libpq reads it."""
        self._url = url
        self._outages = Outages(NAME)

    def name(self, database: Literal["state"]) -> str:
        """See `StateEngine.name`."""
        return NAME

    def exists(self, database: Literal["state"]) -> bool:
        """See `StateEngine.exists`."""
        with user_errors(self._outages), closing(self._open(writes=False)) as db:
            return _version(db) > 0

    def prepare(self, database: Literal["state"], *, busy_timeout: float | None = None) -> None:
        """See `StateEngine.prepare`."""
        with user_errors(self._outages), closing(self._open(writes=True, busy_timeout=busy_timeout)) as db:
            if _checked_version(db) < len(_MIGRATIONS):
                with db.transaction():
                    _migrate(db)

    def open_writer(
        self, database: Literal["state"], *, busy_timeout: float | None = None
    ) -> PostgresConnection:
        """See `StateEngine.open_writer`."""
        self.prepare(database, busy_timeout=busy_timeout)
        with user_errors(self._outages):
            return self._open(writes=True, busy_timeout=busy_timeout)

    def open_reader(
        self, database: Literal["state"], *, busy_timeout: float | None = None
    ) -> PostgresConnection:
        """See `StateEngine.open_reader`."""
        with user_errors(self._outages):
            return self._open(writes=False, busy_timeout=busy_timeout)

    def _open(self, *, writes: bool, busy_timeout: float | None = None) -> PostgresConnection:
        return PostgresConnection(self._url, self._outages, SCHEMA, writes=writes, busy_timeout=busy_timeout)


def _version(db: PostgresConnection) -> int:
    """The version of the schema, 0 if there is none. Raises BadInput("not-our-database") for a schema of this
    name without a version."""
    # Not by to_regnamespace, which answers from a cache of the connection: that may lack what another process
    # has committed while this one waited for the lock.
    sql = (
        "SELECT EXISTS (SELECT 1 FROM pg_tables WHERE schemaname = nspname AND tablename = 'schema_version')"
        f" FROM pg_namespace WHERE nspname = '{SCHEMA}'"
    )
    schema = db.execute(sql).fetchone()
    if schema is None:
        return 0
    if not schema[0]:
        raise BadInput("not-our-database", file=NAME)
    (version,) = db.execute("SELECT version FROM schema_version").fetchone()
    return int(version)


def _checked_version(db: PostgresConnection) -> int:
    version = _version(db)
    if version > len(_MIGRATIONS):
        raise BadInput("newer-schema", file=NAME, found=version, known=len(_MIGRATIONS))
    return version


def _migrate(db: PostgresConnection) -> None:
    version = _checked_version(db)  # another process may have migrated it meanwhile
    if not version:
        db.execute(f"CREATE SCHEMA {SCHEMA}")
        db.execute("CREATE TABLE schema_version (version bigint NOT NULL)")
        db.execute("INSERT INTO schema_version VALUES (0)")
    for script in _MIGRATIONS[version:]:
        db.run_script(script)
    db.execute("UPDATE schema_version SET version = ?", (len(_MIGRATIONS),))
