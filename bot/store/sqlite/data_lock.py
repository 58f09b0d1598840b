"""Locks on a data folder: shared by everything that uses its databases, and held alone by a restore and by
the upgrade to a new schema. They end with their process."""

from __future__ import annotations

import fcntl
import math
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from bot.errors import Busy
from bot.file_errors import file_error

IN_USE = "in-use.lock"
UPGRADE = "upgrade.lock"
MAX_WAIT_SECONDS = 5.0
"""Time for which a user of the folder waits for a restore or an upgrade to end."""
_POLL_SECONDS = 0.05


@contextmanager
def in_use(data: Path) -> Iterator[None]:
    """Keeps restores and upgrades away from the folder. Raises Busy("data-locked") while one of them runs."""
    with _lock(data / IN_USE, fcntl.LOCK_SH, MAX_WAIT_SECONDS) as held:
        if not held:
            raise Busy("data-locked", data=data)
        yield


@contextmanager
def alone(data: Path) -> Iterator[None]:
    """Raises Busy("data-in-use") if any process uses the folder; none can begin to meanwhile."""
    with _lock(data / IN_USE, fcntl.LOCK_EX, 0) as held:
        if not held:
            raise Busy("data-in-use", data=data)
        yield


@contextmanager
def upgrading(data: Path) -> Iterator[None]:
    """Waits for an upgrade by another process, however long it takes."""
    with _lock(data / UPGRADE, fcntl.LOCK_EX, math.inf):
        yield


@contextmanager
def _lock(path: Path, kind: int, seconds: float) -> Iterator[bool]:
    """Yields whether the lock could be had within so many seconds."""
    until = time.monotonic() + seconds
    try:
        file = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
    except OSError as error:
        raise file_error(error, path) or error from error
    try:
        while not (held := _try(file, kind, path)) and time.monotonic() < until:
            time.sleep(_POLL_SECONDS)
        yield held
    finally:
        os.close(file)


def _try(file: int, kind: int, path: Path) -> bool:
    try:
        fcntl.flock(file, kind | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    except OSError as error:  # as on a file system without locks
        raise file_error(error, path) or error from error
    return True
