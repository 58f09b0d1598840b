"""Byte streams that count what they return, so that no archive can unpack to more than its limit."""

from __future__ import annotations

import lzma
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal, Protocol

import zstandard

from bot.dumps.rejections import Rejected

CHUNK_BYTES = 1 << 20

EntryKind = Literal["file", "folder", "link", "special"]
"""The type of an archive member."""


class Readable(Protocol):
    """A stream whose `read` returns up to `size` bytes, and none only at its end."""

    def read(self, size: int, /) -> bytes: ...


@dataclass(frozen=True, slots=True)
class Limits:
    """The limits of one load. Sizes are in bytes."""

    members: int = 2_000_000
    single: int = 16 << 20
    """One page, and so the memory that reading it takes."""
    nested: int = 32 << 20
    """A zip inside another archive: it is held in memory, as its directory is at its end."""
    total: int = 1 << 40
    """All unpacked data except streams of records, which are read in blocks."""
    ratio: int = 250
    """Unpacked bytes for each byte of the file; text compresses to a third, the best Reddit dumps to a
    twentieth."""
    slack: int = 16 << 20
    """The ratio is not checked below this size."""
    zstd_window: int = 256 << 20
    """The memory that a zstd file may need; some Reddit dumps need 2 GiB."""
    depth: int = 4
    """Nesting of archives; a .tar.gz counts as two."""


class Budget:
    """Counts the bytes that a load has read and unpacked against its limits, and records that a limit was
    exceeded."""

    def __init__(self, limits: Limits, on_step: Callable[[], None] = lambda: None) -> None:
        """`on_step` is called whenever something was read or unpacked."""
        self.limits = limits
        self._on_step = on_step
        self.done = 0
        """Bytes read from disk, each file counted at most once."""
        self.file_stopped = False
        self.stopped = False
        self.streaming = False
        """True while a stream of records is read, whose length is not limited."""
        self._members = self._total = 0
        self._file_size = self._file_read = self._file_unpacked = 0

    def begin_file(self, size: int) -> None:
        self.file_stopped = False
        self._file_size, self._file_read, self._file_unpacked = size, 0, 0

    def end_file(self) -> None:
        self.done += self._file_size - min(self._file_read, self._file_size)
        self._file_read = self._file_size

    def read(self, size: int) -> None:
        self._on_step()
        before = min(self._file_read, self._file_size)
        self._file_read += size
        self.done += min(self._file_read, self._file_size) - before

    def member(self) -> None:
        """Counts one more member; raises Rejected beyond the maximum."""
        self._members += 1
        if self._members > self.limits.members:
            self.stopped = self.file_stopped = True
            raise Rejected("too-many", "rejected-too-many-files", count=self.limits.members)

    def unpacked(self, size: int) -> None:
        """Counts unpacked bytes; raises Rejected beyond the total, or beyond the ratio to their file."""
        self._on_step()
        self._file_unpacked += size
        if not self.streaming:
            self._total += size
        if self._total > self.limits.total:
            self.stopped = self.file_stopped = True
            raise Rejected("too-large", "rejected-unpacked", megabytes=megabytes(self.limits.total))
        allowed = self.limits.slack + self.limits.ratio * min(self._file_read, self._file_size)
        if self._file_unpacked > allowed:
            self.file_stopped = True
            raise Rejected("bomb", "rejected-bomb", ratio=self.limits.ratio)


class CountedFile:
    """An open file on disk whose reads are counted; raises Rejected on a disk error."""

    def __init__(self, file: Seekable, budget: Budget) -> None:
        self._file = file
        self._budget = budget

    def read(self, size: int, /) -> bytes:
        try:
            data = self._file.read(size)
        except OSError as error:
            problem = error.strerror or str(error)
            raise Rejected("unreadable", "rejected-read-error", problem=problem) from error
        self._budget.read(len(data))
        return data

    def seek(self, position: int, whence: int = 0, /) -> int:
        return self._file.seek(position, whence)


class Seekable(Readable, Protocol):
    """A Readable with random access."""

    def seek(self, position: int, whence: int = 0, /) -> int: ...


class Peekable:
    """A stream whose beginning can be read without consuming it."""

    def __init__(self, source: Readable) -> None:
        self._source = source
        self._head = b""
        self._problem: Rejected | None = None

    def peek(self, size: int) -> bytes:
        """Returns the next `size` bytes, fewer only at the end or where the stream breaks, without consuming
        them. A stream that breaks raises its error once the bytes before it are read."""
        while len(self._head) < size and self._problem is None:
            try:
                data = self._source.read(size - len(self._head))
            except Rejected as problem:
                self._problem = problem
                break
            if not data:
                break
            self._head += data
        if self._problem is not None and not self._head:
            raise self._problem
        return self._head[:size]

    def read(self, size: int, /) -> bytes:
        if self._head:
            data, self._head = self._head[:size], self._head[size:]
            return data
        if self._problem is not None:
            raise self._problem
        return self._source.read(size)


class Section:
    """The next `size` bytes of a stream; raises Rejected if the stream ends before that."""

    def __init__(self, source: Readable, size: int) -> None:
        self._source = source
        self.left = size

    def read(self, size: int, /) -> bytes:
        data = self._source.read(min(size, self.left)) if self.left else b""
        if self.left and size and not data:
            raise broken_archive()
        self.left -= len(data)
        return data

    def skip(self) -> None:
        while self.left:
            self.read(CHUNK_BYTES)


class CountedUnpacking:
    """The output of a decompressor, counted; raises Rejected for invalid data."""

    def __init__(self, source: Readable, budget: Budget) -> None:
        self._source = source
        self._budget = budget

    def read(self, size: int, /) -> bytes:
        if self._budget.file_stopped:
            raise Rejected("bomb", "rejected-rest")
        try:
            data = self._source.read(size)
        except EOFError as error:
            raise broken_archive() from error
        except (OSError, zlib.error, lzma.LZMAError, zstandard.ZstdError) as error:
            raise DamagedArchive() from error
        self._budget.unpacked(len(data))
        return data


class DamagedArchive(Rejected):
    """Raised for packed data that cannot be unpacked: the last bytes unpacked before may be wrong too."""

    def __init__(self) -> None:
        super().__init__("broken-archive", "rejected-damaged")


def broken_archive() -> Rejected:
    """The error for archives that are truncated or inconsistent."""
    return Rejected("broken-archive", "rejected-damaged")


def read_exactly(source: Readable, size: int) -> bytes:
    """Reads `size` bytes, or fewer at the end of the stream."""
    parts: list[bytes] = []
    while size > 0:
        data = source.read(min(size, CHUNK_BYTES))
        if not data:
            break
        parts.append(data)
        size -= len(data)
    return b"".join(parts)


def megabytes(size: int) -> int:
    """A size for messages."""
    return round(size / 1_000_000)
