"""The file by which other processes see whether the bot runs, and whether it is connected."""

from __future__ import annotations

import fcntl
import json
import os
import secrets
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import datetime
from pathlib import Path

from bot.clock import Clock, system_clock
from bot.domain.status import Running

FILE = "running.json"
PREFIX = "running-"
"""The prefix of the files of a bot that runs as several processes."""
STUCK_SECONDS = 150.0
"""A bot that has not touched its file for this long, which it does every minute, is stuck."""

_ORDER = ("connected", "disconnected", "stuck")


class RunningFile:
    """The file of a running bot, locked while it runs; see `running`."""

    def __init__(self, file: int, since: datetime) -> None:
        self._file = file
        self._since = since.isoformat()
        self.write(connected=False)

    def write(self, *, connected: bool) -> None:
        """Stores whether the bot is connected to Discord."""
        text = json.dumps({"since": self._since, "connected": connected}).encode()
        os.pwrite(self._file, text, 0)
        os.ftruncate(self._file, len(text))

    def touch(self) -> None:
        """Shows that the event loop turns."""
        os.utime(self._file)


@contextmanager
def running(data: Path, clock: Clock = system_clock, *, shared: bool = False) -> Iterator[RunningFile]:
    """Marks the bot as running. Several bots may share a folder; the file then shows the last change. A bot
    that is `shared` by several processes has a file for each."""
    if shared:
        _remove_left(data)
    path, file = _locked(data, shared)
    try:
        yield RunningFile(file, clock())
    finally:
        if shared:
            path.unlink(missing_ok=True)
        os.close(file)


def _locked(data: Path, shared: bool) -> tuple[Path, int]:
    while True:
        path = data / (f"{PREFIX}{secrets.token_hex(8)}.json" if shared else FILE)
        file = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
        try:
            fcntl.flock(file, fcntl.LOCK_SH)
        except BaseException:
            os.close(file)
            raise
        if path.exists():
            return path, file
        os.close(file)  # another process took it for one that was left, before it was locked


def _remove_left(data: Path) -> None:
    """Removes the files of processes that were killed."""
    for path in data.glob(f"{PREFIX}*.json"):
        with suppress(OSError):  # another process removes it too
            file = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
                path.unlink()
            finally:
                os.close(file)


def read_running(data: Path) -> Running:
    """Reads the state of the bot of a data folder: of several processes, that of the one in the worst state,
    since the first of them began."""
    states = [_read(path) for path in (data / FILE, *data.glob(f"{PREFIX}*.json"))]
    up = [state for state in states if state.state != "stopped"]
    if not up:
        return Running("stopped")
    worst = max(up, key=lambda state: _ORDER.index(state.state))
    return Running(worst.state, min((state.since for state in up if state.since), default=None))


def _read(path: Path) -> Running:
    try:
        file = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    except OSError:
        return Running("stopped")
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return _state(file)
    finally:
        os.close(file)
    return Running("stopped")


def _state(file: int) -> Running:
    stuck = time.time() - os.fstat(file).st_mtime > STUCK_SECONDS
    try:
        written = json.loads(os.pread(file, 1000, 0))
        since = datetime.fromisoformat(written["since"])
        connected = bool(written["connected"])
    except (ValueError, KeyError, TypeError):  # it is being written
        return Running("stuck" if stuck else "disconnected")
    return Running("stuck" if stuck else "connected" if connected else "disconnected", since)
