"""A connection to the corpus in PostgreSQL as the store's jobs use it."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from math import inf
from typing import Any, Literal

import psycopg

from bot.store.engine import Cursor, ReferenceChecks, Rows
from bot.store.postgres import bulk
from bot.store.postgres.disk_space import PostgresDiskSpace
from bot.store.postgres.notices import CHANNEL
from bot.store.postgres.postgres_connection import PostgresConnection
from bot.store.postgres.row_stream import stream
from bot.store.postgres.soundness import PostgresSoundness
from bot.store.postgres.text_index import PostgresTextIndex
from bot.store.postgres.time_limit import PostgresBudget


class PostgresCorpusConnection(PostgresConnection):
    """Implements `bot.store.engine.Connection`."""

    row_errors: tuple[type[Exception], ...] = (psycopg.IntegrityError, psycopg.DataError)
    ordered_join = "JOIN"
    byte_length = "octet_length({})"
    ignoring_case = "COLLATE ignoring_case"
    or_fail = ""
    pair_table = (
        "(SELECT CAST(item ->> 0 AS bigint) AS first, CAST(item ->> 1 AS bigint) AS second"
        " FROM json_array_elements(CAST(? AS json)) AS item)"
    )
    transaction_lock = int.from_bytes(b"NDC1")
    _on_step: Callable[[], None] | None = None

    @property
    def text_index(self) -> PostgresTextIndex:
        """See `Connection.text_index`."""
        return PostgresTextIndex(self)

    @property
    def disk(self) -> PostgresDiskSpace:
        """See `Connection.disk`."""
        return PostgresDiskSpace(self)

    @property
    def soundness(self) -> PostgresSoundness:
        """See `Connection.soundness`."""
        return PostgresSoundness(self)

    def execute(self, sql: str, values: Sequence[Any] | Mapping[str, Any] = (), /) -> Cursor:
        """See `StateConnection.execute`."""
        if self._on_step is not None:
            self._on_step()
        return super().execute(sql, values)

    def begin(self) -> None:
        """See `StateConnection.begin`."""
        super().begin()
        self._count()

    @contextmanager
    def transaction(self, *, writing: bool = True, concurrent: bool = False) -> Iterator[None]:
        """See `StateConnection.transaction`."""
        with super().transaction(writing=writing, concurrent=concurrent):
            if writing:
                self._count()
            yield

    def _count(self) -> None:
        """Counts a transaction that writes, and notifies those who listen once it is committed."""
        super().execute("UPDATE writes SET version = version + 1")
        self.run_script(f"NOTIFY {CHANNEL}")

    def pairs_value(self, pairs: Iterable[tuple[int, int | None]]) -> str:
        """See `Connection.pairs_value`."""
        return json.dumps([*pairs])

    def read_by(self, index: str | None) -> str:
        """See `Connection.read_by`: the server decides."""
        return ""

    def utc_date(self, time: str, unit: Literal["day", "month"]) -> str:
        """See `Connection.utc_date`."""
        pattern = "YYYY-MM-DD" if unit == "day" else "YYYY-MM"
        return f"to_char(to_timestamp({time}) AT TIME ZONE 'UTC', '{pattern}')"

    def budget(
        self, unit_seconds: float, total_seconds: float = inf, usual_seconds: float = inf
    ) -> PostgresBudget:
        """See `Connection.budget`."""
        return PostgresBudget(self, unit_seconds, total_seconds, usual_seconds)

    def is_interruption(self, error: Exception) -> bool:
        """See `Connection.is_interruption`."""
        return isinstance(error, psycopg.errors.QueryCanceled)

    def on_step(self, callback: Callable[[], None] | None, steps: int) -> None:
        """See `Connection.on_step`; a step is a statement."""
        self._on_step = callback

    def check_references(self, when: ReferenceChecks) -> None:
        """See `Connection.check_references`; the server always checks those that the schema declares."""
        if when == "deferred":
            super().check_references(when)

    def release_memory(self, cache_kib: int | None = None) -> None:
        """See `Connection.release_memory`: it is the server's."""

    def stream(self, sql: str, values: Sequence[Any], /) -> Rows:
        """See `Connection.stream`."""
        return stream(self, sql, values)

    def copy_vectors(self, table: str, vectors: Iterable[tuple[int, bytes]]) -> None:
        """Adds rows with an id and a tsvector in its binary format."""
        bulk.copy_vectors(psycopg.ClientCursor(self._db), table, vectors)

    def data_version(self) -> int:
        """See `Connection.data_version`."""
        (version,) = self.execute("SELECT version FROM writes").fetchone()
        return int(version)


class PostgresStateConnection(PostgresCorpusConnection):
    """The same for the state, whose transactions nobody asks for the number of."""

    transaction_lock = PostgresConnection.transaction_lock

    def _count(self) -> None:
        """Counts nothing."""
