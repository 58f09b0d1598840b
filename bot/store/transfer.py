"""Moves an archive from one database engine to another: every row with its id, compared at the end. A
transfer that was stopped continues where it was."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, closing
from dataclasses import dataclass
from itertools import islice
from typing import Any

from bot.errors import BadInput
from bot.store.databases import DATABASES, Database, Engine
from bot.store.engine import Connection, Kind, StateConnection
from bot.store.load_files import LoadFiles

ROWS_AT_ONCE = 5000
PARTS_PER_TRANSACTION = 20
"""Parts that are copied and indexed in one transaction: the index of few rows costs more for each of them."""
_Keys = dict[str, tuple[str, ...]]
"""Tables, in an order in which they can be filled, each with the columns by which its rows are read in parts;
without them it has few rows, and is read at once."""
LARGE: _Keys = {"article": ("id",), "comment": ("id",), "reply_place": ("archive", "comment")}
"""Tables of the corpus that are copied in many transactions, in the order of their keys."""
_INDEXED: tuple[Kind, ...] = ("article", "comment")
_CHANGING = ("archive", "load", "forgotten", "erasure", "knowledge")
"""Tables of which one changes with every change of the large ones."""
OTHERS: dict[Database, _Keys] = {
    "corpus": {
        "archive": ("no",),
        "load": ("id",),
        "rejection": ("load", "ordinal"),
        "extent": ("load", "kind", "first"),
        "version": ("id",),
        "forgotten": ("archive", "author"),
        "salt": (),
        "erasure": ("archive", "name"),
        # Triggers have filled some of these for each article that was inserted: their rows are replaced.
        "signature": ("id",),
        "missing": ("article",),
        "story_queue": ("archive", "posted_at", "article"),
        "story_broken": ("event",),
        "form": ("language", "stem", "word"),
        "knowledge": (),
        "shelf": ("id",),
        "zone": ("comments", "no"),
        "omitted": ("load", "link"),
        "story": ("article",),
    },
    "state": {
        "settings": ("guild",),
        "fact": (),
        "kept": ("id",),
        "schedule": ("id",),
        "delivery": ("id",),
        "delivery_article": ("schedule", "article", "delivery"),
        "follow": ("id",),
        "noticed": ("load",),
        "notice": ("id",),
        "followed_article": ("follow", "article"),
        "spent": ("day", "guild", "member"),
        "post": ("id",),
        "post_article": ("post", "article"),
        "visit": ("guild", "member"),
        "audit": ("id",),
        "request": ("id",),
        "presence": ("guild",),
        "saved_search": ("id",),
        "process": (),
        "shard": ("bot", "shard"),
        "question": (),
    },
}
"""The others of each database are copied in one transaction."""
MARKER = "transfer"
"""The name in `fact` under which a target has the salt of the archive, and the digest of what changes with
it, until it has all of it."""
_USED: dict[Database, tuple[str, ...]] = {
    "corpus": ("article", "load"),
    "state": ("settings", "schedule", "follow", "saved_search"),
}
"""Tables with rows as soon as somebody uses an archive."""
_REPLACEMENT = "\N{REPLACEMENT CHARACTER}"


@dataclass(frozen=True, slots=True)
class TransferStep:
    """How far a transfer is: `done` of `total` rows of a table are copied or, if `compared`, compared. The
    last step has no table and the number of all rows as both."""

    table: str
    done: int
    total: int
    compared: bool = False


OnStep = Callable[[TransferStep], None]


def transfer(source: Engine, target: Engine, on_step: OnStep) -> None:
    """Copies the archive, with the files of loads, which nobody may use meanwhile. `on_step` is
    called now and then; if it raises, or the process ends, the next call copies the rest. Raises
    Busy("data-in-use"), BadInput("no-archive" | "transfer-not-empty" | "transfer-unfinished" |
    "transfer-outdated" | "transfer-differs"), the UserErrors of the disk, and what `Engine.prepare` and
    `Connection.user_errors` raise."""
    if not source.exists("corpus"):
        raise BadInput("no-archive", data=source.folder)
    for database in DATABASES:
        source.prepare(database)
        target.prepare(database)
    with ExitStack() as stack:
        stack.enter_context(source.alone())
        stack.enter_context(target.alone())
        read = {part: stack.enter_context(closing(source.open_reader(part))) for part in DATABASES}
        write = {part: stack.enter_context(closing(target.open_writer(part))) for part in DATABASES}
        for db in (*read.values(), *write.values()):
            stack.enter_context(db.user_errors())
        copying = _Transfer(read, write, on_step)
        copying.run()
        for database in DATABASES:
            target.number_on(write[database])
        files = [
            stack.enter_context(engine.load_files(db["corpus"]))
            for engine, db in ((source, read), (target, write))
        ]
        _copy_files(*files)
        copying.finish()


def _copy_files(source: LoadFiles, target: LoadFiles) -> None:
    """Copies the files of loads, and compares them. Raises BadInput("transfer-differs")."""
    for name in source.names():
        target.delete(name)
        for part in source.parts(name):
            target.append(name, part)
        before, after = source.size(name), target.size(name)
        if before != after or _hash_file(source, name) != _hash_file(target, name):
            raise BadInput("transfer-differs", table=name, before=before, after=after)


def _hash_file(files: LoadFiles, name: str) -> bytes:
    digest = hashlib.blake2b()
    for part in files.parts(name):
        digest.update(part)
    return digest.digest()


def require_complete(engine: Engine) -> None:
    """Raises BadInput("transfer-unfinished") if prepared databases have only a part of an archive."""
    with closing(engine.open_reader("state")) as db, db.user_errors():
        if _marked(db):
            raise BadInput("transfer-unfinished", place=db.database_name)


class _Transfer:
    def __init__(
        self, read: dict[Database, Connection], write: dict[Database, Connection], on_step: OnStep
    ) -> None:
        self._read = read
        self._write = write
        self._on_step = on_step

    def run(self) -> None:
        """Copies what the target lacks, indexed."""
        marker = self._marker()
        for table, keys in LARGE.items():
            self._continue(table, keys)
        for database, tables in OTHERS.items():
            self._replace(database, tables, marker)

    def finish(self) -> None:
        """Compares all rows, and marks the target as complete."""
        rows = 0
        for database, tables in OTHERS.items():
            for table, keys in (LARGE | tables if database == "corpus" else tables).items():
                rows += self._compare(database, table, keys)
        with self._write["state"].transaction():
            self._write["state"].execute("DELETE FROM fact WHERE name = ?", (MARKER,))
        self._on_step(TransferStep("", rows, rows, compared=True))

    def _marker(self) -> str:
        """Marks the target as one that has a part of the archive; returns the value of the mark."""
        state = self._write["state"]
        if _marked(self._read["state"]):
            raise BadInput("transfer-unfinished", place=self._read["corpus"].database_name)
        corpus = self._read["corpus"]
        (value,) = corpus.execute("SELECT value FROM salt").fetchone()
        salt = bytes(value).hex()
        content = [_digest(corpus, table, OTHERS["corpus"][table]) for table in _CHANGING]
        marker = f"{salt} {_hash(content).hex()}"
        known = _marked(state)
        if known is None:
            for database, tables in _USED.items():
                if any(_count(self._write[database], table) for table in tables):
                    raise BadInput("transfer-not-empty", place=self._write[database].database_name)
            with state.transaction():
                state.execute("INSERT INTO fact (name, value) VALUES (?, ?)", (MARKER, marker))
        elif known[0] != marker:
            place = self._write["corpus"].database_name
            if known[0].partition(" ")[0] == salt:  # earlier versions: nothing follows
                raise BadInput("transfer-outdated", place=place)
            raise BadInput("transfer-not-empty", place=place)
        return marker

    def _continue(self, table: str, keys: Sequence[str]) -> None:
        """Copies the rows of a table that come after the last one that is there."""
        read, write = self._read["corpus"], self._write["corpus"]
        order = ", ".join(f"{key} DESC" for key in keys)
        last = write.execute(f"SELECT {', '.join(keys)} FROM {table} ORDER BY {order} LIMIT 1").fetchone()
        done, total = _count(write, table), _count(read, table)
        parts = _parts(read, table, keys, last)
        more = True
        while more:
            ids: list[int] = []
            with write.transaction():
                for columns, rows in islice(parts, PARTS_PER_TRANSACTION):
                    write.executemany(_insert(table, columns), rows)
                    ids += (rows[0][0], rows[-1][0])
                    done += len(rows)
                    self._on_step(TransferStep(table, done, total))
                for kind in _INDEXED:
                    if kind == table and ids:
                        write.text_index.add(kind, (ids[0], ids[-1]))
            more = bool(ids)

    def _replace(self, database: Database, tables: _Keys, marker: str) -> None:
        """Copies the rows of all these tables in one transaction."""
        read, write = self._read[database], self._write[database]
        with write.transaction():
            write.check_references("deferred")
            for table in reversed(tables):
                write.execute(f"DELETE FROM {table}")
            for table, keys in tables.items():
                done, total = 0, _count(read, table)
                for columns, rows in _parts(read, table, keys):
                    write.executemany(_insert(table, columns), rows)
                    done += len(rows)
                    self._on_step(TransferStep(table, done, total))
            if database == "state":
                write.execute("INSERT INTO fact (name, value) VALUES (?, ?)", (MARKER, marker))

    def _compare(self, database: Database, table: str, keys: Sequence[str]) -> int:
        """Compares the rows on both sides in number and content; returns their number."""
        before, after = (
            _digest(db[database], table, keys, self._on_step) for db in (self._read, self._write)
        )
        if before != after:
            raise BadInput("transfer-differs", table=table, before=before[0], after=after[0])
        return before[0]


def _digest(
    db: Connection, table: str, keys: Sequence[str], on_step: OnStep = lambda _: None
) -> tuple[int, int]:
    """The number of rows, and the sum of their digests: engines sort texts differently."""
    count = digest = 0
    total = _count(db, table)
    for _, rows in _parts(db, table, keys):
        for row in rows:
            if table == "fact" and row[0] == MARKER:
                continue
            count += 1
            digest += int.from_bytes(_hash([_plain(value) for value in row]))
        on_step(TransferStep(table, count, total, compared=True))
    return count, digest


def _hash(values: Sequence[object]) -> bytes:
    return hashlib.blake2b(repr(values).encode("utf-8", "surrogatepass"), digest_size=16).digest()


def _marked(state: StateConnection) -> Any:
    """The row with the mark of a database that has only a part of an archive; None if there is none."""
    return state.execute("SELECT value FROM fact WHERE name = ?", (MARKER,)).fetchone()


def _count(db: Connection, table: str) -> int:
    return int(db.execute(f"SELECT count(*) FROM {table}").fetchone()[0])


def _insert(table: str, columns: Sequence[str]) -> str:
    return f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({', '.join('?' * len(columns))})"


def _parts(
    db: Connection, table: str, keys: Sequence[str], last: Sequence[Any] | None = None
) -> Iterator[tuple[list[str], list[Any]]]:
    """The rows of a table behind `last`, in parts, with the names of the columns."""
    order = ", ".join(keys)
    while True:
        where = f" WHERE ({order}) > ({', '.join('?' * len(keys))})" if last else ""
        end = f" ORDER BY {order} LIMIT {ROWS_AT_ONCE}" if keys else ""
        cursor = db.execute(f"SELECT * FROM {table}{where}{end}", tuple(last or ()))
        columns = [column[0] for column in cursor.description]
        rows = cursor.fetchall()
        if rows:
            yield columns, rows
        if not keys or len(rows) < ROWS_AT_ONCE:
            return
        last = [rows[-1][columns.index(key)] for key in keys]


def _plain(value: Any) -> Any:
    """A value as every engine can store it."""
    if isinstance(value, str):
        return value.replace("\0", _REPLACEMENT)
    return bytes(value) if isinstance(value, memoryview) else value
