"""What the store's jobs need of a database engine: connections, transactions, interruption, time limits.

A job is a function of a `Connection`. `bot.store.sqlite` and `bot.store.postgres` implement these
protocols."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from math import inf
from typing import Any, Literal, NamedTuple, Protocol, TypeVar

from bot.store.text_match import TextMatch

_T = TypeVar("_T")


class Cursor(Protocol):
    """The result of a statement: its rows, or the number of rows that it changed."""

    @property
    def rowcount(self) -> int: ...
    @property
    def description(self) -> Any: ...
    def fetchone(self) -> Any: ...
    def fetchall(self) -> list[Any]: ...
    def __iter__(self) -> Iterator[Any]: ...


class Rows(Iterator[Any], Protocol):
    """Rows that are read as they are asked for, until it is closed."""

    def close(self) -> object: ...


LATE_SHARE = 0.25
"""The share of its time that a statement still has when a job has taken longer than usual."""


class StatementBudget(Protocol):
    """Limits the time of each statement of one job between `begin` and `end`, in seconds of its thread's
    processor time, so that the load of the machine does not change the results."""

    def begin(self) -> None:
        """Starts checking the clock while statements run."""

    def end(self) -> None:
        """Stops checking."""

    def rows(self, sql: str, values: Sequence[object], units: float = 1) -> tuple[list[Any], bool]:
        """The rows returned within `units` times the unit of time, and whether these are all. Raises the
        engine's error if the statement is interrupted for another reason."""
        ...

    def chosen(
        self, statement: Statement, choose: Callable[[Any], _T | None], limit: int | None = None
    ) -> tuple[list[_T], bool]:
        """`rows` as `choose` returns them, without None: at most `limit`, behind which none is read."""
        ...


class ChangeLog(Protocol):
    """The engine's log of changes."""

    def truncate_log(self) -> bool:
        """Removes what was deleted from the log, outside of a transaction, unless a reader needs it: then
        False."""
        ...


class DiskSpace(ChangeLog, Protocol):
    """What a database takes of the disk, with the engine's log of changes, and what is left there of deleted
    rows."""

    def size(self) -> int:
        """The bytes of the database."""
        ...

    def remove_copies(self) -> None:
        """Removes the copies of checks, backups and restores that were killed."""

    def expect_large_writes(self) -> None:
        """Adapts the engine's log of changes to large transactions."""

    def overwriting(self) -> AbstractContextManager[None]:
        """Overwrites on the disk what is deleted meanwhile, as far as the engine can."""
        ...

    def release_space(self, on_step: Callable[[], None]) -> None:
        """Returns free space to the disk in steps, and empties the log of changes. `on_step` is called after
        each; if it raises, the next call does the rest."""

    def limit_log(self, on_wait: Callable[[], None]) -> None:
        """Empties the engine's log of changes if it is large, outside of a transaction. `on_wait` is called
        while it waits for readers."""

    def empty_log(self, on_wait: Callable[[], None]) -> bool:
        """Removes what was deleted from the engine's log of changes, outside of a transaction, as soon as no
        reader needs it; False if one still does after some seconds."""
        ...


class Soundness(Protocol):
    """Whether a database is as this program has written it."""

    def damaged_pages(self) -> str:
        """What the engine finds wrong with the storage, in its own words; empty if nothing is."""
        ...

    def missing_names(self) -> list[str]:
        """The tables, columns and indexes that the schema of this version should have but has not; in a
        database of an older version, also those of later ones, which are in the way."""
        ...

    def broken_references(self) -> int:
        """The number of references to rows that do not exist."""
        ...

    def schema_version(self) -> int:
        """The version of the schema."""
        ...


ReferenceChecks = Literal["always", "deferred", "never"]


class StateConnection(Protocol):
    """What the jobs of the state need of a connection, which one thread uses at a time. Outside of a
    transaction, each statement is committed by itself. Statements raise the engine's own errors, which
    `user_errors` translates."""

    database_name: str
    """What messages call the database."""

    list_table: str
    """A table in FROM, which is given a name there, of the values that `list_value` has made one of, with the
    columns `value` and `key`, their position."""

    in_list: str
    """The condition behind an SQL expression that it is among the values of a list."""

    @property
    def disk(self) -> ChangeLog:
        """What the database leaves on the disk."""
        ...

    @property
    def in_transaction(self) -> bool:
        """Whether a transaction is open; some errors end it."""
        ...

    def execute(self, sql: str, values: Sequence[Any] | Mapping[str, Any] = ..., /) -> Cursor:
        """Runs a statement."""
        ...

    def executemany(self, sql: str, values: Iterable[Sequence[Any]], /) -> Cursor:
        """Runs a statement for each sequence of values."""
        ...

    def list_value(self, values: Iterable[Any]) -> object:
        """Any number of values as one value of a statement, for `list_table` and `in_list`."""
        ...

    def reserve(self, name: str, keys: Iterable[int], limit: int) -> list[int]:
        """At most `limit` of these keys, in their order, that no concurrent transaction has reserved under
        this name. They are reserved until the transaction ends."""
        ...

    def begin(self) -> None:
        """Begins a transaction that writes."""

    def transaction(self, *, writing: bool = True, concurrent: bool = False) -> AbstractContextManager[None]:
        """Reads from one state of the database, or writes atomically and alone. With `concurrent` others that
        are too may write at the same time, where the engine can do that: then each statement sees what was
        committed before it, and one that changes a row waits for others that have, and checks it again.
        Raises UserError("database-unreachable") if what is written would be lost."""
        ...

    def user_errors(self) -> AbstractContextManager[None]:
        """Converts errors that users can fix to a UserError: Busy("archive-unavailable"); and with the field
        `file` Busy("database-busy" | "took-too-long" | "too-many-files"), BadInput("not-our-database") and
        UserError("disk-full" | "database-read-only" | "database-unreachable" | "database-damaged" |
        "disk-error"). Other errors are bugs and are raised unchanged."""
        ...

    def interrupt(self) -> None:
        """Interrupts the statement that runs at this moment. Other threads may call it."""

    def tables_with(self, column: str) -> list[str]:
        """The tables that have a column of this name."""
        ...

    def check_references(self, when: Literal["deferred"]) -> None:
        """Has references to rows that do not exist refused when the current transaction is committed."""

    def close(self) -> None:
        """Closes the connection."""


class Connection(StateConnection, Protocol):
    """What the jobs of the corpus need of a connection beside that."""

    row_errors: tuple[type[Exception], ...]
    """The errors of a statement that are caused by its values."""

    ordered_join: str
    """The join of a table to those before it, which are read first where the engine offers that choice."""

    pair_table: str
    """A table in FROM, which is given a name there, of the pairs that `pairs_value` has made one value of,
    with the columns `first` and `second`."""

    byte_length: str
    """The SQL expression of the number of bytes of a text in UTF-8, in which {} stands for that text."""

    ignoring_case: str
    """What stands behind an SQL expression of a text to have it compared and grouped regardless of the case
    of ASCII letters, at least."""

    or_fail: str
    """What stands behind INSERT and UPDATE in a transaction that is rolled back if they fail, so that the
    engine need not be prepared to undo the statement alone."""

    @property
    def text_index(self) -> TextIndex:
        """The full-text indexes of the corpus."""
        ...

    @property
    def disk(self) -> DiskSpace:
        """What the database takes of the disk."""
        ...

    @property
    def soundness(self) -> Soundness:
        """Checks of the database."""
        ...

    def read_by(self, index: str | None) -> str:
        """What stands behind a table in FROM to have it read by this index, or else in the order of the ids,
        where the engine offers that choice."""
        ...

    def utc_date(self, time: str, unit: Literal["day", "month"]) -> str:
        """The day of a Unix time in UTC as 2024-03-12, or its month as 2024-03; both as SQL expressions."""
        ...

    def pairs_value(self, pairs: Iterable[tuple[int, int | None]]) -> object:
        """Any number of pairs as one value of a statement, for `pair_table`."""
        ...

    def budget(
        self, unit_seconds: float, total_seconds: float = inf, usual_seconds: float = inf
    ) -> StatementBudget:
        """A budget for the statements of one job. `total_seconds` limits all of them together; the one that
        exceeds it is interrupted. After `usual_seconds` of the job each statement has only a part of its time
        left."""
        ...

    def is_interruption(self, error: Exception) -> bool:
        """Whether a statement raised the error because it was interrupted."""
        ...

    def on_step(self, callback: Callable[[], None] | None, steps: int) -> None:
        """Has `callback` called now and then while a statement runs, after so many steps of the engine; None
        ends that. If it raises, the statement is interrupted."""

    def check_references(self, when: ReferenceChecks) -> None:
        """When references to rows that do not exist are refused: by each statement that follows; `deferred`,
        for the current transaction, until it is committed; or `never`."""

    def release_memory(self, cache_kib: int | None = None) -> None:
        """Gives back to the system what the connection keeps in memory to be faster, and what the process has
        freed; from then on it keeps at most `cache_kib`, if this is given."""

    def stream(self, sql: str, values: Sequence[Any], /) -> Rows:
        """The rows of a statement, while the transaction lasts; outside of one, close them. Rows of `execute`
        may all be read into memory."""

    def data_version(self) -> int:
        """A number that changes with every write of another connection; calls on another do not compare."""


IdRange = tuple[int, int]
"""The first and the last of a range of ids."""
Kind = Literal["article", "comment", "title"]
"""What an index finds: articles by their title and text, comments, or articles by the beginnings of the words
of their title."""
IndexEntry = tuple[int, tuple[object, ...] | None, tuple[object, ...] | None]
"""The id of a row and its indexed columns before and after a change; None if it is not indexed. An article
has a title, a text and bigrams, a comment a text and bigrams."""


class Statement(NamedTuple):
    """A statement, or a part of one in parentheses, and its values."""

    sql: str
    values: tuple[object, ...]


class TextIndex(Protocol):
    """The full-text indexes of the corpus. Some methods return statements, whose rows have the column `id`,
    for a `StatementBudget` or as a part of other statements. The others are called in a transaction if they
    write, except `merge`."""

    row: str
    """The column of `table` with the id of a row."""
    names: tuple[str, ...]
    """The indexes as `check` names them."""

    def table(self, kind: Kind) -> str:
        """The table of all rows, as the first in FROM."""
        ...

    def condition(self, kind: Kind, match: TextMatch) -> Statement:
        """Which rows of `table` match."""
        ...

    def matching(
        self, kind: Kind, match: TextMatch, ids: IdRange | None = None, limit: int | None = None
    ) -> Statement:
        """The rows that match, in no certain order."""
        ...

    def newest(self, kind: Kind, match: TextMatch, ids: IdRange, limit: int) -> Statement:
        """The rows that match with the highest ids, in descending order."""
        ...

    def best(
        self, kind: Kind, match: TextMatch, ids: IdRange, weights: Sequence[float], limit: int
    ) -> Statement:
        """The rows that match, the best by BM25 first; a limit of -1 means all. `weights` are those of the
        indexed columns."""
        ...

    def ranked(
        self,
        kind: Kind,
        match: TextMatch,
        ids: IdRange,
        weights: Sequence[float],
        limit: int,
        joins: str,
        where: Statement,
    ) -> Statement:
        """`best` with the column `rank` before the id, which is lower for better rows, among those that pass
        `where`, which begins with AND, with the tables of the SQL text `joins`."""
        ...

    def listed(self, kind: Kind, match: TextMatch, ids: IdRange) -> Statement:
        """The ids of the rows that match, all in one row, as a list in JSON."""
        ...

    def sizes(self, kind: Kind, ids: Sequence[int]) -> Mapping[int, int]:
        """The numbers of words of these rows; without those that are not indexed."""
        ...

    def among(self, kind: Kind, match: TextMatch, ids: Sequence[int]) -> Statement:
        """Those of these rows that match."""
        ...

    def word_counts(self, kind: Kind, max_length: int) -> Rows:
        """All indexed words of at most so many characters, in ascending order, each with the number of rows
        that contain it, as by `Connection.stream`."""

    def is_used(self, word: str) -> str:
        """Whether any row contains the word that an SQL expression yields, as an SQL expression."""
        ...

    def add(self, kind: Kind, ids: IdRange) -> None:
        """Indexes rows that are not indexed yet; articles also by their titles."""

    def replace(self, kind: Kind, entries: Sequence[IndexEntry]) -> None:
        """Replaces the entries of rows, in ascending order of their ids; those of articles also by their
        titles."""

    def remove_comments(self, ids: Sequence[int]) -> None:
        """Removes these comments, which are still stored."""

    def remove_comments_between(self, ids: IdRange) -> None:
        """Removes a range of comments, which are still stored."""

    def segments(self) -> int:
        """The number of parts of the index of comments, which `merge` joins."""
        ...

    def merge(self, on_step: Callable[[], None]) -> None:
        """Joins the parts of each index, in transactions of bounded size, which removes deleted text from the
        disk. `on_step` is called after each; if it raises, the next call does the rest."""

    def rebuild(self) -> None:
        """Rebuilds the indexes from the texts."""

    def mismatches(self) -> list[str]:
        """The names of the indexes that do not match their texts. Writes to the database."""
        ...

    def drop(self) -> None:
        """Removes the indexes of a scratch database, in which nothing is searched. They remain empty."""
