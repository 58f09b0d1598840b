"""Translates SQLite's errors to those that users can fix."""

from __future__ import annotations

import errno
import json
import logging
import resource
import sqlite3
import tempfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import msgspec

from bot.errors import BadInput, Busy, UserError
from bot.file_errors import file_error

_log = logging.getLogger(__name__)

_PROBE_BYTES = 1 << 16

_ERROR_KEYS = {
    sqlite3.SQLITE_FULL: "disk-full",
    sqlite3.SQLITE_READONLY: "database-read-only",
    sqlite3.SQLITE_CANTOPEN: "database-unreachable",
    sqlite3.SQLITE_PERM: "database-unreachable",
    sqlite3.SQLITE_CORRUPT: "database-damaged",
    sqlite3.SQLITE_IOERR: "disk-error",
}

_UNDECODABLE = (UnicodeDecodeError, json.JSONDecodeError, msgspec.DecodeError, zlib.error)
"""Errors in values that only this program has written."""


@contextmanager
def user_errors(file: str, folder: Path | None = None) -> Iterator[None]:
    """Converts errors that users can fix to a UserError with the field `file`: Busy("database-busy" |
    "took-too-long" | "too-many-files"), BadInput("not-our-database"), UserError("disk-full" |
    "database-read-only" | "database-unreachable" | "database-damaged" | "disk-error"). Other errors are bugs
    and are raised unchanged. With its `folder`, a full disk is reported where SQLite does not."""
    try:
        yield
    except sqlite3.DatabaseError as error:
        code = getattr(error, "sqlite_errorcode", 0) & 0xFF
        if code in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
            raise Busy("database-busy", file=file) from error
        if code == sqlite3.SQLITE_INTERRUPT:
            raise Busy("took-too-long") from error
        if code == sqlite3.SQLITE_NOTADB:
            raise _logged(BadInput("not-our-database", file=file), error) from error
        if code == sqlite3.SQLITE_ERROR and not str(error).startswith("fts5: "):
            # Every statement is tested, so what it lacks, such as a table, is missing from the file.
            raise _logged(UserError("database-damaged", file=file), error) from error
        if code in (sqlite3.SQLITE_IOERR, sqlite3.SQLITE_CANTOPEN):
            _raise_if_exhausted(file, folder)
        if code in _ERROR_KEYS:
            problem = UserError(_ERROR_KEYS[code], file=file)
            if code in (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_FULL):
                _logged(problem, error)
            raise problem from error
        raise
    except _UNDECODABLE as error:
        raise _logged(UserError("database-damaged", file=file), error) from error


def _logged(problem: UserError, error: Exception) -> UserError:
    """Logs a problem that the operator has to mend; `bot.operations` alerts to it."""
    _log.error("%s: %s (%s)", problem.fields["file"], problem.key, error, extra={"trouble": problem})
    return problem


def _raise_if_exhausted(file: str, folder: Path | None) -> None:
    """SQLite reports a used-up quota, a limit on the size of files, and no room for the memory that its
    processes share as errors of the disk, and too many open files as a file that cannot be opened."""
    if folder is None:
        return
    try:
        with tempfile.TemporaryFile(dir=folder, buffering=0) as probe:
            limit = resource.getrlimit(resource.RLIMIT_FSIZE)[0]
            largest = max((path.stat().st_size for path in folder.glob(f"{file}*")), default=0)
            if limit != resource.RLIM_INFINITY and largest + _PROBE_BYTES > limit:
                raise OSError(errno.EFBIG, "File too large")
            probe.write(bytes(_PROBE_BYTES))
    except OSError as error:
        problem = file_error(error, file)
        if problem is not None and problem.key in ("disk-full", "too-many-files"):
            raise problem from error
