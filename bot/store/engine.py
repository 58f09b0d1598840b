"""What the store's jobs need of a database engine: connections, transactions, interruption, time limits.

A job is a function of a `Connection`. `bot.store.sqlite` implements these protocols."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from math import inf
from typing import Any, Protocol


class Cursor(Protocol):
    """The result of a statement: its rows, or the number of rows that it changed."""

    @property
    def rowcount(self) -> int: ...
    @property
    def description(self) -> Any: ...
    def fetchone(self) -> Any: ...
    def fetchmany(self, size: int, /) -> list[Any]: ...
    def fetchall(self) -> list[Any]: ...
    def __iter__(self) -> Iterator[Any]: ...


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


class Connection(Protocol):
    """A connection, which one thread uses at a time. Outside of a transaction, each statement is committed by
    itself. Statements raise the engine's own errors, which `user_errors` translates."""

    row_errors: tuple[type[Exception], ...]
    """The errors of a statement that are caused by its values."""

    @property
    def in_transaction(self) -> bool:
        """Whether a transaction is open; some errors end it."""
        ...

    @property
    def total_changes(self) -> int:
        """The number of rows that the connection has changed."""
        ...

    def execute(self, sql: str, values: Sequence[Any] | Mapping[str, Any] = ..., /) -> Cursor:
        """Runs a statement."""
        ...

    def executemany(self, sql: str, values: Iterable[Sequence[Any]], /) -> Cursor:
        """Runs a statement for each sequence of values."""
        ...

    def begin(self) -> None:
        """Begins a transaction that writes."""

    def transaction(self, *, writing: bool = True) -> AbstractContextManager[None]:
        """Reads from one state of the database, or writes atomically. Raises
        UserError("database-unreachable") if what is written would be lost."""
        ...

    def user_errors(self) -> AbstractContextManager[None]:
        """Converts errors that users can fix to a UserError with the field `file`: Busy("database-busy" |
        "took-too-long" | "too-many-files"), BadInput("not-our-database"), UserError("disk-full" |
        "database-read-only" | "database-unreachable" | "database-damaged" | "disk-error"). Other errors are
        bugs and are raised unchanged."""
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

    def interrupt(self) -> None:
        """Interrupts the statement that runs at this moment. Other threads may call it."""

    def on_step(self, callback: Callable[[], None] | None, steps: int) -> None:
        """Has `callback` called now and then while a statement runs, after so many steps of the engine; None
        ends that. If it raises, the statement is interrupted."""

    def create_function(self, name: str, arguments: int, function: Callable[..., Any], /) -> None:
        """Defines an SQL function with so many arguments; -1 stands for any number."""

    def limit_log(self, on_wait: Callable[[], None]) -> None:
        """Empties the engine's log of changes if it is large, outside of a transaction. `on_wait` is called
        while it waits for readers."""

    def empty_log(self, on_wait: Callable[[], None]) -> bool:
        """Removes what was deleted from the engine's log of changes, outside of a transaction, as soon as no
        reader needs it; False if one still does after some seconds."""
        ...

    def truncate_log(self) -> bool:
        """`empty_log` without a wait for readers."""
        ...

    def close(self) -> None:
        """Closes the connection."""
