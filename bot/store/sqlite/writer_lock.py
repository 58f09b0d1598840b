"""An advisory lock for a single writer of the corpus across processes; it is released when its process
ends."""

from __future__ import annotations

import fcntl
import os
import time
from collections.abc import Callable
from pathlib import Path

from bot.errors import Busy
from bot.file_errors import file_error

LOCK_FILE = "corpus.lock"
QUEUE_FILE = "corpus.waiting"
POLL_INTERVAL_SECONDS = 0.2
"""Interval between two attempts."""


class SqliteWriterLock:
    """Holds the lock between `acquire` and `release`."""

    def __init__(self, data: Path) -> None:
        self._path = data / LOCK_FILE
        self._waiting = data / QUEUE_FILE
        self._file: int | None = None

    def acquire(self, on_wait: Callable[[], None] | None = None, *, timeout: float | None = None) -> None:
        """Waits until no other process writes; after `timeout` seconds (None: no limit) raises
        Busy("loader-busy"). While waiting calls `on_wait` five times a second; an exception from it ends the
        wait."""
        until = None if timeout is None else time.monotonic() + timeout
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            self._file = os.open(self._path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
        except OSError as error:
            raise file_error(error, self._path) or error from error
        queue: int | None = None
        try:
            while not self._try():
                if queue is None:
                    queue = os.open(self._waiting, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
                    fcntl.flock(queue, fcntl.LOCK_SH)
                if until is not None and time.monotonic() >= until:
                    raise Busy("loader-busy")
                if on_wait is not None:
                    on_wait()
                time.sleep(POLL_INTERVAL_SECONDS)
        except OSError as error:  # as on a file system without locks
            self.release()
            raise file_error(error, self._path) or error from error
        except BaseException:
            self.release()
            raise
        finally:
            if queue is not None:
                os.close(queue)

    def has_waiters(self) -> bool:
        """Whether another process waits for the lock."""
        try:
            queue = os.open(self._waiting, os.O_RDWR | os.O_CLOEXEC)
        except OSError:  # no process has ever waited
            return False
        try:
            fcntl.flock(queue, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
        finally:
            os.close(queue)
        return False

    def release(self) -> None:
        """Releases the lock. The file is kept, because other processes may be waiting on it."""
        if self._file is not None:
            os.close(self._file)
            self._file = None

    def _try(self) -> bool:
        assert self._file is not None  # noqa: S101 - `acquire` has opened it
        try:
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True


def is_held(data: Path) -> bool:
    """Whether any process writes the corpus. That process does not take this for a waiting one."""
    try:
        file = os.open(data / LOCK_FILE, os.O_RDWR | os.O_CLOEXEC)
    except OSError:  # no process has ever written
        return False
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return True
    finally:
        os.close(file)
    return False
