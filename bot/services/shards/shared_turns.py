"""Turns that all processes of a bot take from one file: requests, and the starts of gateway sessions."""

from __future__ import annotations

import asyncio
import fcntl
import logging
import os
import struct
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from pathlib import Path

from bot.file_errors import file_error

_TIME = struct.Struct("<d")
MAX_AHEAD_SECONDS = 60.0
"""A turn that is further ahead was stored before the machine was started anew: its time began again."""
_LOCK_POLL_SECONDS = 0.001
_MAX_LOCK_SECONDS = 2.0
"""The lock is held for microseconds. A process that was stopped while it had it delays nobody for longer."""
_MAX_POLL_SECONDS = 0.02
"""A held place may be freed at any time."""

_log = logging.getLogger(__name__)


class SharedTurns:
    """The times of the next turns, each in its place of a file. Times are those of the event loops, which all
    processes on a machine share."""

    def __init__(self, path: Path, places: int) -> None:
        """Raises the UserErrors of `file_error`."""
        self._places = places
        self._held: dict[int, float] = {}
        self._unsaved: dict[int, float] = {}
        """Times that could not be written: the own ones still count."""
        size = _TIME.size * places
        try:
            self._file = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
            if os.fstat(self._file).st_size < size:
                # The file is one block of the disk, which is taken up now: no time needs room later.
                os.pwrite(self._file, b"\0", size - 1)
        except OSError as error:
            raise file_error(error, path) or error from error

    def close(self) -> None:
        """Closes the file."""
        os.close(self._file)

    async def reserve(self, place: int, gap: float, made_up: float = 0.0) -> float:
        """Takes the next turn and returns its time, which may be ahead. Turns are `gap` seconds apart; those
        that nobody took are made up for by as many as come in `made_up` seconds."""
        async with self._locked():
            now = asyncio.get_running_loop().time()
            turn = max(self._next(place, now), now - made_up)
            self._set_next(place, turn + gap)
        return turn

    async def wait_for_turn(self, place: int, gap: float) -> None:
        """Waits for a turn of a place, which counts modulo their number, and takes it. A caller that is
        cancelled before has taken none."""
        place %= self._places
        while True:
            async with self._locked():
                now = asyncio.get_running_loop().time()
                turn = self._next(place, now)
                if turn <= now:
                    self._set_next(place, now + gap)
                    return
            await asyncio.sleep(turn - now)

    async def hold(self, places: range, max_seconds: float) -> int:
        """Waits until one of these places is free, takes it and returns it. It is held until `let_go`, or for
        so many seconds if this process is killed."""
        while True:
            async with self._locked():
                now = asyncio.get_running_loop().time()
                free_at, place = min((self._next(place, now), place) for place in places)
                if free_at <= now:
                    self._held[place] = now + max_seconds
                    self._set_next(place, now + max_seconds)
                    return place
            await asyncio.sleep(min(free_at - now, _MAX_POLL_SECONDS))

    def let_go(self, place: int, seconds: float) -> None:
        """Lets a held place be free in so many seconds. It needs no lock, as nobody else writes it."""
        now = asyncio.get_running_loop().time()
        if self._next(place, now) == self._held.pop(place, None):
            self._set_next(place, now + seconds)

    def _next(self, place: int, now: float) -> float:
        stored = os.pread(self._file, _TIME.size, place * _TIME.size)
        turn: float = max(_TIME.unpack(stored)[0], self._unsaved.get(place, 0.0))
        return turn if turn <= now + MAX_AHEAD_SECONDS else now

    def _set_next(self, place: int, turn: float) -> None:
        self._unsaved.pop(place, None)
        try:
            os.pwrite(self._file, _TIME.pack(turn), place * _TIME.size)
        except OSError as error:
            _log.warning("turns are counted in this process only: %s", error)
            self._unsaved[place] = turn

    @asynccontextmanager
    async def _locked(self) -> AsyncGenerator[None]:
        loop = asyncio.get_running_loop()
        until = loop.time() + _MAX_LOCK_SECONDS
        while not _lock(self._file) and loop.time() < until:  # noqa: ASYNC110 - another process has it
            await asyncio.sleep(_LOCK_POLL_SECONDS)
        try:
            yield
        finally:
            fcntl.flock(self._file, fcntl.LOCK_UN)


def _lock(file: int) -> bool:
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
