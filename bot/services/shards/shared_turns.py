"""Turns that all processes of a bot take from one file: requests, and the starts of gateway sessions."""

from __future__ import annotations

import asyncio
import fcntl
import mmap
import os
import struct
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from pathlib import Path

_TIME = struct.Struct("<d")
MAX_AHEAD_SECONDS = 60.0
"""A turn that is further ahead was stored before the machine was started anew: its time began again."""
_LOCK_POLL_SECONDS = 0.001
_MAX_LOCK_SECONDS = 2.0
"""The lock is held for microseconds. A process that was stopped while it had it delays nobody for longer."""


class SharedTurns:
    """The times of the next turns, each in its place of a file. Times are those of the event loops, which all
    processes on a machine share."""

    def __init__(self, path: Path, places: int) -> None:
        self._places = places
        self._file = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
        size = _TIME.size * places
        if os.fstat(self._file).st_size < size:
            os.ftruncate(self._file, size)
        self._page = mmap.mmap(self._file, size)

    def close(self) -> None:
        """Closes the file."""
        self._page.close()
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

    def _next(self, place: int, now: float) -> float:
        turn: float = _TIME.unpack_from(self._page, place * _TIME.size)[0]
        return turn if turn <= now + MAX_AHEAD_SECONDS else now

    def _set_next(self, place: int, turn: float) -> None:
        _TIME.pack_into(self._page, place * _TIME.size, turn)

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
