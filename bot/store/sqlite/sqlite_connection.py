"""A connection to SQLite as the store's jobs use it."""

from __future__ import annotations

import json
import random
import sqlite3
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager, contextmanager
from itertools import islice
from math import inf
from pathlib import Path
from typing import Any, Literal

from bot.errors import UserError
from bot.store.engine import ReferenceChecks
from bot.store.sqlite.disk_space import SqliteDiskSpace
from bot.store.sqlite.errors import user_errors
from bot.store.sqlite.heap import trim_heap
from bot.store.sqlite.soundness import SqliteSoundness
from bot.store.sqlite.text_index import Fts5Index
from bot.store.sqlite.time_limit import SqliteBudget

LOCK_PAUSE_SECONDS = (0.0005, 0.003)
"""The shortest and the longest pause between two attempts to begin writing."""


class SqliteConnection(sqlite3.Connection):
    """Implements `bot.store.engine.Connection`. Knows which file it has opened, if any."""

    row_errors: tuple[type[Exception], ...] = (sqlite3.IntegrityError, sqlite3.DataError)
    ordered_join = "CROSS JOIN"
    byte_length = "length(CAST({} AS BLOB))"
    ignoring_case = "COLLATE NOCASE"
    or_fail = "OR FAIL"
    list_table = "json_each(?)"
    pair_table = "(SELECT value ->> 0 AS first, value ->> 1 AS second FROM json_each(?))"
    in_list = "IN (SELECT value FROM json_each(?))"
    database_name: str = ""
    stream = sqlite3.Connection.execute
    _folder: Path | None = None
    _path: Path | None = None
    _file_id: tuple[int, int] | None = None

    def locate(self, file: str, folder: Path) -> None:
        """Sets the file that errors name, and the folder in which the connection writes."""
        self.database_name, self._folder = file, folder

    def opened(self, path: Path) -> None:
        """Remembers the file."""
        self.locate(path.name, path.parent)
        self._path, self._file_id = path, _file_id(path)

    @property
    def text_index(self) -> Fts5Index:
        """See `Connection.text_index`."""
        return Fts5Index(self)

    @property
    def disk(self) -> SqliteDiskSpace:
        """See `Connection.disk`."""
        return SqliteDiskSpace(self, self._folder)

    @property
    def soundness(self) -> SqliteSoundness:
        """See `Connection.soundness`."""
        return SqliteSoundness(self, self.database_name)

    def list_value(self, values: Iterable[Any]) -> str:
        """See `Connection.list_value`."""
        return json.dumps([*values])

    def pairs_value(self, pairs: Iterable[tuple[int, int | None]]) -> str:
        """See `Connection.pairs_value`."""
        return json.dumps([*pairs])

    def read_by(self, index: str | None) -> str:
        """See `Connection.read_by`."""
        return "NOT INDEXED" if index is None else f"INDEXED BY {index}"

    def utc_date(self, time: str, unit: Literal["day", "month"]) -> str:
        """See `Connection.utc_date`."""
        return f"strftime('{'%Y-%m-%d' if unit == 'day' else '%Y-%m'}', {time}, 'unixepoch')"

    def reserve(self, name: str, keys: Iterable[int], limit: int) -> list[int]:
        """See `Connection.reserve`: no transaction that writes is concurrent."""
        return [*islice(keys, limit)]

    def begin(self) -> None:
        """Begins a transaction that writes. Waits for the lock with small pauses that do not grow: SQLite's
        grow to a tenth of a second, so that of several processes that write, those that wait longest try
        least often. Of six, one waited for 3.7 seconds in that way, and for 0.3 in this."""
        (milliseconds,) = self.execute("PRAGMA busy_timeout").fetchone()
        if not milliseconds:
            self.execute("BEGIN IMMEDIATE")
            return
        until = time.monotonic() + milliseconds / 1000
        self.execute("PRAGMA busy_timeout = 0")
        try:
            while not self._try_to_begin(final=time.monotonic() >= until):
                time.sleep(random.uniform(*LOCK_PAUSE_SECONDS))  # noqa: S311 - not for secrets
        finally:
            self.execute(f"PRAGMA busy_timeout = {milliseconds}")

    def _try_to_begin(self, *, final: bool) -> bool:
        try:
            self.execute("BEGIN IMMEDIATE")
        except sqlite3.OperationalError as error:
            if final or error.sqlite_errorcode & 0xFF != sqlite3.SQLITE_BUSY:
                raise
            return False
        return True

    @contextmanager
    def transaction(
        self,
        *,
        writing: bool = True,
        concurrent: bool = False,
    ) -> Iterator[None]:
        """See `Connection.transaction`. SQLite would report what is written to a file that was deleted or
        replaced as done."""
        if writing and self._path is not None and self._file_id != _file_id(self._path):
            raise UserError("database-unreachable", file=self._path.name)
        try:
            if writing:
                self.begin()
            else:
                self.execute("BEGIN")
            yield
            self.execute("COMMIT")
        except BaseException:
            if self.in_transaction:
                self.execute("ROLLBACK")
            raise

    def user_errors(self) -> AbstractContextManager[None]:
        """See `Connection.user_errors`."""
        return user_errors(self.database_name, self._folder)

    def budget(
        self, unit_seconds: float, total_seconds: float = inf, usual_seconds: float = inf
    ) -> SqliteBudget:
        """See `Connection.budget`."""
        return SqliteBudget(self, unit_seconds, total_seconds, usual_seconds)

    def is_interruption(self, error: Exception) -> bool:
        """See `Connection.is_interruption`."""
        return getattr(error, "sqlite_errorcode", None) == sqlite3.SQLITE_INTERRUPT

    def on_step(self, callback: Callable[[], None] | None, steps: int) -> None:
        """See `Connection.on_step`; a step is one of SQLite's virtual machine."""
        self.set_progress_handler(callback, steps)

    def release_memory(self, cache_kib: int | None = None) -> None:
        """See `Connection.release_memory`."""
        self.execute("PRAGMA shrink_memory")
        if cache_kib is not None:
            self.execute(f"PRAGMA cache_size = -{cache_kib}")
        trim_heap()

    def data_version(self) -> int:
        """See `Connection.data_version`."""
        (version,) = self.execute("PRAGMA data_version").fetchone()
        return int(version)

    def tables_with(self, column: str) -> list[str]:
        """See `Connection.tables_with`."""
        sql = (
            "SELECT master.name FROM sqlite_master AS master, pragma_table_info(master.name) AS info"
            " WHERE master.type = 'table' AND info.name = ?"
        )
        return [name for (name,) in self.execute(sql, (column,))]

    def check_references(self, when: ReferenceChecks) -> None:
        """See `Connection.check_references`."""
        if when == "deferred":
            self.execute("PRAGMA defer_foreign_keys = ON")
        else:
            self.execute(f"PRAGMA foreign_keys = {when == 'always':d}")


def _file_id(path: Path) -> tuple[int, int] | None:
    try:
        status = path.stat()
    except OSError:
        return None
    return status.st_dev, status.st_ino
