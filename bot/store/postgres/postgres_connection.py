"""A connection to PostgreSQL as the store's jobs use it."""

from __future__ import annotations

import threading
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager, suppress
from itertools import islice
from typing import Any, Literal
from zlib import crc32

import psycopg
from psycopg.abc import Buffer
from psycopg.adapt import Loader
from psycopg.conninfo import conninfo_to_dict, make_conninfo
from psycopg.pq import TransactionStatus
from psycopg.types.string import TextLoader

from bot.errors import BadInput, Busy, UserError
from bot.store.engine import Cursor
from bot.store.postgres import bulk
from bot.store.postgres.dialect import bind
from bot.store.postgres.errors import Outages, is_unavailable, user_errors

BUSY_TIMEOUT_SECONDS = 5.0
"""Time that a statement waits for a lock."""
INTERRUPT_TIMEOUT_SECONDS = 5.0
"""Time for which the server may take no notice of an interrupt."""
_MIN_LOCK_MILLISECONDS = 1
"""0 would be no limit."""
_OPTIONS = {
    "application_name": "newsdesk",
    # A server whose machine is lost closes no connection.
    "connect_timeout": "5",
    "keepalives_idle": "10",
    "keepalives_interval": "5",
    "keepalives_count": "3",
    "tcp_user_timeout": "20000",
}
"""What the address of the database does not say otherwise."""
IN_USE_LOCK = int.from_bytes(b"NDU1")
"""The advisory lock that all connections which use the tables share."""
_READ = "BEGIN ISOLATION LEVEL REPEATABLE READ, READ ONLY"


def address_of(url: str) -> str:
    """The address of a database with the options that it leaves open. Raises UserError("bad-database-url"),
    without the address, which may contain a password."""
    try:
        given = conninfo_to_dict(url)
    except psycopg.ProgrammingError:
        raise UserError("bad-database-url") from None
    return make_conninfo(**{name: str(value) for name, value in (_OPTIONS | given).items()})


class PostgresConnection:
    """Implements `bot.store.engine.StateConnection`. Connects again when a transaction begins after the
    connection was cut.

    One transaction at a time writes, as with SQLite, so that a job finds nothing changed between its
    statements, except those that say that they can be concurrent. Values are put into the statements here:
    the store leaves it to the engine which type a value of NULL has, which a prepared statement has to
    know."""

    list_table = (
        "(SELECT value, place - 1 AS key FROM unnest(CAST(? AS bigint[]))"
        " WITH ORDINALITY AS item (value, place))"
    )
    in_list = "= ANY(?)"
    transaction_lock = int.from_bytes(b"NDS1")
    """The advisory lock of whoever writes."""

    def __init__(
        self,
        url: str,
        outages: Outages,
        schema: str,
        *,
        writes: bool,
        busy_timeout: float | None = None,
        version: int | None = None,
    ) -> None:
        """`version` is that of the schema, which keeps upgrades away while this connection lasts, and which
        an older one than the database's is refused with; None is for what does not use its tables."""
        self.database_name = schema
        self._outages = outages
        self._url = url
        self._schema = schema
        self._writes = writes
        self._busy_timeout = BUSY_TIMEOUT_SECONDS if busy_timeout is None else busy_timeout
        self._version = version
        self._interrupts = _Interrupts()
        self._db = self._connect()

    def _connect(self) -> psycopg.Connection[Any]:
        db: psycopg.Connection[Any] = psycopg.connect(
            address_of(self._url), autocommit=True, cursor_factory=psycopg.ClientCursor
        )
        try:
            db.adapters.register_loader("json", TextLoader)
            db.adapters.register_loader("numeric", _NumberLoader)
            milliseconds = max(_MIN_LOCK_MILLISECONDS, int(1000 * self._busy_timeout))
            db.execute(f"SET search_path = {self._schema}".encode())
            if self._version is not None:
                self._use(db, self._version)
            db.execute(f"SET lock_timeout = {milliseconds}".encode())
            db.execute(f"SET default_transaction_read_only = {'off' if self._writes else 'on'}".encode())
        except BaseException:
            db.close()
            raise
        return db

    def _use(self, db: psycopg.Connection[Any], version: int) -> None:
        """Keeps upgrades and restores away, and refuses a schema that was upgraded while this process was not
        connected. Raises Busy("data-locked"), BadInput("newer-schema")."""
        try:
            db.execute(f"SET lock_timeout = {int(1000 * BUSY_TIMEOUT_SECONDS)}".encode())
            db.execute(f"SELECT pg_advisory_lock_shared({IN_USE_LOCK})".encode())
        except psycopg.errors.LockNotAvailable as error:
            raise Busy("data-locked", data=self.database_name) from error
        row = db.execute(b"SELECT version FROM schema_version").fetchone()
        if row is not None and row[0] > version:
            raise BadInput("newer-schema", file=self.database_name, found=row[0], known=version)

    @property
    def disk(self) -> PostgresLog:
        """See `StateConnection.disk`."""
        return PostgresLog()

    @property
    def in_transaction(self) -> bool:
        """See `StateConnection.in_transaction`."""
        status = self._db.info.transaction_status
        return status not in (TransactionStatus.IDLE, TransactionStatus.UNKNOWN)

    @property
    def has_failed(self) -> bool:
        """Whether a statement failed and the transaction takes no others."""
        return self._db.info.transaction_status == TransactionStatus.INERROR

    def execute(self, sql: str, values: Sequence[Any] | Mapping[str, Any] = (), /) -> Cursor:
        """See `StateConnection.execute`."""
        cursor: Cursor = self._db.execute(*bind(sql, values))
        return cursor

    def executemany(self, sql: str, values: Iterable[Sequence[Any]], /) -> Cursor:
        """See `StateConnection.executemany`."""
        cursor = psycopg.ClientCursor(self._db)
        bulk.run(cursor, sql, values)
        result: Cursor = cursor
        return result

    def run_script(self, script: str) -> None:
        """Runs statements of PostgreSQL, without values."""
        self._db.execute(script.encode())

    def list_value(self, values: Iterable[Any]) -> object:
        """See `StateConnection.list_value`; the values are whole numbers."""
        return [*values]

    def reserve(self, name: str, keys: Iterable[int], limit: int) -> list[int]:
        """See `StateConnection.reserve`. A lock has 32 bits of a key: two keys may share it, and one of them
        waits for the next time."""
        sql = (
            f"SELECT value FROM {self.list_table} AS list WHERE pg_try_advisory_xact_lock(?, hashint8(value))"
        )
        rest = iter(keys)
        reserved: list[int] = []
        while len(reserved) < limit and (batch := [*islice(rest, limit - len(reserved))]):
            values = (self.list_value(batch), crc32(name.encode()) >> 1)
            reserved += [int(key) for (key,) in self.execute(sql, values)]
        return reserved

    def begin(self) -> None:
        """See `StateConnection.begin`."""
        self._begin("BEGIN")
        self._lock_writers(concurrent=False)

    def _lock_writers(self, *, concurrent: bool) -> None:
        """Those that are concurrent share the lock."""
        shared = "_shared" if concurrent else ""
        self._db.execute(f"SELECT pg_advisory_xact_lock{shared}({self.transaction_lock})".encode())

    def _begin(self, statement: str) -> None:
        """Nothing has been done yet, so that it can be tried again on a new connection."""
        try:
            self._db.execute(statement.encode())
        except psycopg.Error as error:
            if not is_unavailable(error):
                raise
            self._db.close()
            self._db = self._connect()
            self._db.execute(statement.encode())

    @contextmanager
    def transaction(self, *, writing: bool = True, concurrent: bool = False) -> Iterator[None]:
        """See `StateConnection.transaction`."""
        try:
            self._begin("BEGIN" if writing else _READ)
            with self._interrupts.allowed():
                if writing:
                    self._lock_writers(concurrent=concurrent)
                try:
                    yield
                    self._end(writing=writing)
                except psycopg.errors.InFailedSqlTransaction as error:
                    if self._interrupts.sent:  # a job went on after the statement that was interrupted
                        raise psycopg.errors.QueryCanceled("the job was interrupted") from error
                    raise
        except BaseException:
            with suppress(psycopg.Error):  # a connection that was cut
                if self.in_transaction:
                    self._db.execute(b"ROLLBACK")
            raise
        finally:
            if self._interrupts.is_late():
                self._db.close()  # the next transaction begins on a new one

    def _end(self, *, writing: bool) -> None:
        """Commits what was written. If a statement has failed, the server rolls back instead, which loses
        nothing of a job that only reads: it may show what it has so far."""
        if self._db.execute(b"COMMIT").statusmessage != "COMMIT" and writing:
            raise psycopg.errors.InFailedSqlTransaction("a statement of the transaction has failed")

    def user_errors(self) -> AbstractContextManager[None]:
        """See `StateConnection.user_errors`."""
        return user_errors(self._outages)

    def interrupt(self) -> None:
        """See `StateConnection.interrupt`."""
        self._interrupts.start(self._db)

    def tables_with(self, column: str) -> list[str]:
        """See `StateConnection.tables_with`."""
        sql = (
            "SELECT table_name FROM information_schema.columns"
            " WHERE table_schema = current_schema() AND column_name = ?"
        )
        return [str(name) for (name,) in self.execute(sql, (column,))]

    def check_references(self, when: Literal["deferred"]) -> None:
        """See `StateConnection.check_references`."""
        self._db.execute(b"SET CONSTRAINTS ALL DEFERRED")

    def close(self) -> None:
        """See `StateConnection.close`."""
        self._db.close()


class _NumberLoader(Loader):
    """Reads sums as the numbers that they are the sums of."""

    def load(self, data: Buffer) -> int | float:
        text = bytes(data)
        return float(text) if b"." in text else int(text)


class PostgresLog:
    """Implements `bot.store.engine.ChangeLog`: the server removes what was deleted from its tables itself
    (autovacuum), and from its log as checkpoints reuse that."""

    def truncate_log(self) -> bool:
        """See `ChangeLog.truncate_log`."""
        return True


class _Interrupts:
    """Interrupts the statements of a transaction from a thread of its own, as it takes a connection of its
    own to do so. At most one runs. An interrupt ends whatever the server runs when it arrives: none may be on
    its way once the next transaction has begun."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._thread: threading.Thread | None = None
        self._allowed = False
        self._late = False
        self.sent = False
        """Whether `start` has begun any since `allowed` was entered last."""

    @contextmanager
    def allowed(self) -> Iterator[None]:
        """Lets `start` begin interrupts meanwhile, and waits for the last one."""
        with self._lock:
            self._allowed, self.sent = True, False
        try:
            yield
        finally:
            with self._lock:
                self._allowed = False
                thread, self._thread = self._thread, None
            if thread is not None:
                thread.join()

    def start(self, db: psycopg.Connection[Any]) -> None:
        with self._lock:
            if self._allowed and (self._thread is None or not self._thread.is_alive()):
                self.sent = True
                self._thread = threading.Thread(target=self._interrupt, args=(db,), daemon=True)
                self._thread.start()

    def _interrupt(self, db: psycopg.Connection[Any]) -> None:
        try:
            db.cancel_safe(timeout=INTERRUPT_TIMEOUT_SECONDS)
        except psycopg.Error:
            self._late = True

    def is_late(self) -> bool:
        """Whether the server has not confirmed an interrupt since the last call: it may still arrive."""
        late, self._late = self._late, False
        return late
