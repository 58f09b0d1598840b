"""The progress of a loader as a page of shared memory: its parent can read it while the loader is stuck."""

from __future__ import annotations

import mmap
import struct
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from typing import IO

_PAGE_BYTES = 4096
_HEADER = struct.Struct("<QH")
_MAX_PLACE_BYTES = 2000


class Heartbeat:
    """Counts steps of work, and holds the place in the dump that is being read: "" while none is."""

    def __init__(self, file: int = -1) -> None:
        """Shares the page of an open, writable file with the other process; -1 for a page of one's own."""
        self._page = mmap.mmap(file, _PAGE_BYTES)
        self._steps = 0

    def beat(self) -> None:
        """Counts a step."""
        self._steps += 1
        struct.pack_into("<Q", self._page, 0, self._steps)

    def at(self, place: str) -> None:
        """Counts a step, the first in this place."""
        encoded = place.encode(errors="replace")[:_MAX_PLACE_BYTES]
        self._page[_HEADER.size : _HEADER.size + len(encoded)] = encoded
        self._steps += 1
        _HEADER.pack_into(self._page, 0, self._steps, len(encoded))

    def read(self) -> tuple[int, str]:
        """The number of steps and the place."""
        steps, length = _HEADER.unpack_from(self._page)
        return steps, self._page[_HEADER.size : _HEADER.size + length].decode(errors="replace")


@contextmanager
def heartbeat_file() -> Iterator[IO[bytes]]:
    """The file of a new heartbeat, for a child process to inherit."""
    with tempfile.TemporaryFile() as file:
        file.truncate(_PAGE_BYTES)
        yield file
