"""The schemas of a PostgreSQL database that have the tables of an archive, and who may use or change them."""

from __future__ import annotations

import logging
import time
from collections.abc import Iterator
from contextlib import AbstractContextManager, ExitStack, closing, contextmanager
from functools import cached_property

from bot.errors import BadInput, Busy
from bot.store.databases import Database, Report, UpgradeStep
from bot.store.postgres.errors import Outages, user_errors
from bot.store.postgres.migrations import migrations
from bot.store.postgres.postgres_connection import IN_USE_LOCK, PostgresConnection

NAME = "PostgreSQL"
SCHEMAS: dict[Database, str] = {"state": "newsdesk_state", "corpus": "newsdesk_corpus"}
BEFORE_RESTORE = "_before_restore"
"""What is added to the names of the schemas while a backup is restored in their place."""
_UPGRADE_LOCK = int.from_bytes(b"NDM1")
"""The advisory lock of a process that upgrades or restores."""

_log = logging.getLogger(__name__)


class PostgresSchemas:
    """Both schemas. Does not connect before the first method."""

    def __init__(self, url: str) -> None:
        """`url` is the address of the database, as libpq reads it."""
        self.url = url
        self.outages = Outages(NAME)
        self.is_alone = False
        """Whether connections need not share a lock that this process has."""

    @cached_property
    def migrations(self) -> dict[Database, tuple[str, ...]]:
        """The scripts of each schema, in order."""
        return {database: migrations(database) for database in SCHEMAS}

    def connect(self, database: Database = "state", busy_timeout: float | None = None) -> PostgresConnection:
        """A connection that keeps no upgrade away. It is not the corpus' own, which counts its transactions
        in a table that the first migration creates."""
        return PostgresConnection(
            self.url, self.outages, SCHEMAS[database], writes=True, busy_timeout=busy_timeout
        )

    def user_errors(self) -> AbstractContextManager[None]:
        """See `StateConnection.user_errors`."""
        return user_errors(self.outages)

    def exists(self, database: Database) -> bool:
        """Whether the schema was created, or is set aside."""
        with self.user_errors(), closing(self.connect(database)) as db:
            return self._version(db, database) > 0 or _has(db, SCHEMAS[database] + BEFORE_RESTORE)

    def check_version(self, database: Database) -> None:
        """Raises BadInput("not-our-database" | "newer-schema")."""
        with self.user_errors(), closing(self.connect(database)) as db:
            self._checked_version(db, database)

    def prepare(self, database: Database, busy_timeout: float | None, report: Report | None) -> None:
        """See `Engine.prepare`."""
        with self.user_errors():
            with closing(self.connect(database, busy_timeout)) as db:
                if self._checked_version(db, database) == len(self.migrations[database]):
                    return
            with (
                self.upgrading(),
                ExitStack() as locks,
                closing(self.connect(database)) as db,
                db.transaction(),
            ):
                self.take_back(db)
                version = self._checked_version(db, database)
                if version < len(self.migrations[database]):
                    if version:  # nobody uses tables that do not exist yet
                        locks.enter_context(self.alone())
                    self._migrate(db, database, version, report)

    @contextmanager
    def upgrading(self) -> Iterator[None]:
        """Waits for an upgrade by another process, however long it takes."""
        with closing(self.connect()) as db:
            db.run_script(f"SET lock_timeout = 0; SELECT pg_advisory_lock({_UPGRADE_LOCK})")
            yield

    @contextmanager
    def alone(self) -> Iterator[None]:
        """Raises Busy("data-in-use") if any process uses the database; none can begin to meanwhile."""
        with closing(self.connect()) as db:
            if not db.execute("SELECT pg_try_advisory_lock(?)", (IN_USE_LOCK,)).fetchone()[0]:
                raise Busy("data-in-use", data=NAME)
            self.is_alone = True
            try:
                yield
            finally:
                self.is_alone = False

    def take_back(self, db: PostgresConnection) -> None:
        """Gives schemas their names again that a restore which was killed has set aside, in a transaction of
        somebody who is `upgrading`. If there is any other, the restore was committed, as a whole."""
        if not any(_has(db, name) for name in SCHEMAS.values()):
            rename(db, BEFORE_RESTORE, "")

    def _version(self, db: PostgresConnection, database: Database) -> int:
        """The version of a schema, 0 if there is none. Raises BadInput("not-our-database") for a schema of
        this name without a version."""
        # Not by to_regnamespace, which answers from a cache of the connection: that may lack what another
        # process has committed while this one waited for the lock.
        sql = (
            "SELECT EXISTS (SELECT 1 FROM pg_tables WHERE schemaname = nspname AND"
            " tablename = 'schema_version') FROM pg_namespace WHERE nspname = ?"
        )
        schema = db.execute(sql, (SCHEMAS[database],)).fetchone()
        if schema is None:
            return 0
        if not schema[0]:
            raise BadInput("not-our-database", file=SCHEMAS[database])
        (version,) = db.execute("SELECT version FROM schema_version").fetchone()
        return int(version)

    def _checked_version(self, db: PostgresConnection, database: Database) -> int:
        version = self._version(db, database)
        known = len(self.migrations[database])
        if version > known:
            raise BadInput("newer-schema", file=SCHEMAS[database], found=version, known=known)
        return version

    def _migrate(
        self, db: PostgresConnection, database: Database, version: int, report: Report | None
    ) -> None:
        if not version:
            db.execute(f"CREATE SCHEMA {SCHEMAS[database]}")
            db.execute("CREATE TABLE schema_version (version bigint NOT NULL)")
            db.execute("INSERT INTO schema_version VALUES (0)")
        elif report is not None:
            report(UpgradeStep(SCHEMAS[database], "migration"))
        start = time.monotonic()
        for script in self.migrations[database][version:]:
            db.run_script(script)
        db.execute("UPDATE schema_version SET version = ?", (len(self.migrations[database]),))
        if version:
            _log.info("%s: upgraded in %.1f seconds", SCHEMAS[database], time.monotonic() - start)


def rename(db: PostgresConnection, before: str, after: str) -> None:
    """Gives schemas other endings, in the place of those that have them, in a transaction."""
    for name in SCHEMAS.values():
        exists = _has(db, name + before)
        db.run_script(f"DROP SCHEMA IF EXISTS {name}{after} CASCADE")
        if exists:
            db.run_script(f"ALTER SCHEMA {name}{before} RENAME TO {name}{after}")


def _has(db: PostgresConnection, name: str) -> bool:
    return bool(db.execute("SELECT 1 FROM pg_namespace WHERE nspname = ?", (name,)).fetchone())
