"""Translates PostgreSQL's errors to those that users can fix."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

import psycopg

from bot.errors import Busy, UserError

_log = logging.getLogger(__name__)

_INTERRUPTED = "57014"
_LOCKED = ("55P03", "40P01")
"""A lock that was not free in time, and a deadlock."""
_BROKEN = {
    "25006": "database-read-only",
    "53100": "disk-full",
    "58030": "disk-error",
    "XX001": "database-damaged",
    "XX002": "database-damaged",
    # Every statement is tested, so what it lacks, such as a table, is missing from the database.
    "42P01": "database-damaged",
    "42703": "database-damaged",
}
_UNAVAILABLE = ("08", "53", "57P")
"""How the codes begin of errors of the connection, of a server without memory or free connections, and of one
that starts or stops."""


SETTLED_SECONDS = 60.0
"""Time without a failure after which an outage is over: until then some jobs may fail and others succeed."""


class Outages:
    """Logs each outage of a server once, when it begins and when it is over. All connections share it."""

    def __init__(self, name: str) -> None:
        """`name` is the name of the database in the log."""
        self.name = name
        self._lock = threading.Lock()
        self._failed_at: float | None = None
        """When a job last failed, during an outage."""

    def failed(self, error: psycopg.Error) -> None:
        """Notes that a job could not be done without the server."""
        with self._lock:
            begins = self._failed_at is None
            self._failed_at = time.monotonic()
        if begins:
            _log.warning("%s is unavailable: %s", self.name, str(error).strip())

    def succeeded(self) -> None:
        """Notes that a job was done."""
        if self._failed_at is None:  # nearly always
            return
        with self._lock:
            ends = self._failed_at is not None and time.monotonic() - self._failed_at >= SETTLED_SECONDS
            if ends:
                self._failed_at = None
        if ends:
            _log.info("%s is available again", self.name)


@contextmanager
def user_errors(outages: Outages) -> Iterator[None]:
    """Converts errors that users can fix to a UserError: Busy("archive-unavailable" | "took-too-long"), and
    with the field `file`, which is the server's name, Busy("database-busy"), UserError("disk-full" |
    "database-read-only" | "database-damaged" | "disk-error"). Other errors are bugs and are raised
    unchanged."""
    try:
        yield
        outages.succeeded()
    except psycopg.Error as error:
        code: str | None = error.sqlstate
        name = outages.name
        if code in _LOCKED:
            raise Busy("database-busy", file=name) from error
        if code == _INTERRUPTED:
            raise Busy("took-too-long") from error
        if code in _BROKEN:
            problem = UserError(_BROKEN[code], file=name)
            _log.error("%s: %s (%s)", name, problem.key, error, extra={"trouble": problem})
            raise problem from error
        if is_unavailable(error):
            outages.failed(error)
            raise Busy("archive-unavailable") from error
        raise


def is_unavailable(error: psycopg.Error) -> bool:
    """Whether the server or the connection to it is the cause, and not the statement."""
    if error.sqlstate is None:  # what the client finds itself, such as a connection that was cut
        return isinstance(error, psycopg.OperationalError)
    return str(error.sqlstate).startswith(_UNAVAILABLE)
