"""Byte streams that count what they return, so that no archive can unpack to more than its limit."""

from __future__ import annotations

import io
import lzma
import zlib
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from itertools import islice
from typing import Literal, Protocol, cast

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
        them. A stream that breaks within them raises its error when the bytes before are read."""
        while len(self._head) < size and self._problem is None:
            try:
                data = self._source.read(size - len(self._head))
            except Rejected as problem:
                if not self._head:
                    raise
                self._problem = problem
                break
            if not data:
                break
            self._head += data
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


class Inflate:
    """Decompresses a raw deflate stream, as zip members are."""

    def __init__(self, source: Readable) -> None:
        self._source = source
        self._zlib = zlib.decompressobj(-zlib.MAX_WBITS)

    def read(self, size: int, /) -> bytes:
        while not self._zlib.eof:
            packed = self._zlib.unconsumed_tail or self._source.read(CHUNK_BYTES >> 4)
            data = self._zlib.decompress(packed, size)
            if data:
                return data
            if not packed:
                raise EOFError
        return b""


class Gunzip:
    """Decompresses all members of a gzip file, which zeros may follow. The standard library's reader reads
    the names in headers, of any length, a byte at a time."""

    def __init__(self, source: Readable) -> None:
        self._source = source
        self._begin()

    def _begin(self) -> None:
        self._zlib = zlib.decompressobj(zlib.MAX_WBITS | 16)

    def read(self, size: int, /) -> bytes:
        while True:
            if self._zlib.eof:
                packed = self._zlib.unused_data
                while not (rest := packed.lstrip(b"\0")):
                    packed = self._source.read(CHUNK_BYTES >> 6)
                    if not packed:
                        return b""
                self._begin()
            else:
                rest = self._zlib.unconsumed_tail or self._source.read(CHUNK_BYTES >> 6)
            data = self._zlib.decompress(rest, size)
            if data:
                return data
            if not rest and not self._zlib.eof:
                raise EOFError


class Unpacker(Protocol):
    """A decompressor of the standard library."""

    @property
    def eof(self) -> bool: ...
    @property
    def needs_input(self) -> bool: ...
    @property
    def unused_data(self) -> bytes: ...
    def decompress(self, data: bytes, max_length: int = -1) -> bytes: ...


class Unpacking:
    """Decompresses all streams of a bzip2 or xz file, and ignores what follows that is none. The standard
    library's readers lose what stands before a cut."""

    def __init__(self, source: Readable, begin: Callable[[], Unpacker]) -> None:
        self._source = source
        self._begin = begin
        self._unpacker = begin()
        self._ended = False

    def read(self, size: int, /) -> bytes:
        while not self._ended:
            begins = self._unpacker.eof
            packed = self._unpacker.unused_data.lstrip(b"\0") if begins else b""
            while not packed and (begins or self._unpacker.needs_input):
                more = self._source.read(CHUNK_BYTES >> 6)
                if not more and not begins:
                    raise EOFError
                if not more:
                    return b""
                packed = more.lstrip(b"\0") if begins else more
            if begins:
                self._unpacker = self._begin()
            try:
                data = self._unpacker.decompress(packed, size)
            except (OSError, lzma.LZMAError):
                if not begins:
                    raise
                self._ended = True
                return b""
            if data:
                return data
        return b""


class Zstd:
    """Decompresses all frames of a zstd file; raises EOFError if it is truncated.

    The library's reader does not report a file that ends within a frame. So a frame of our own is appended to
    the file: it is decompressed at the end only if the file's last frame was complete.
    """

    _END = b"end of this file"
    _END_FRAME = zstandard.ZstdCompressor().compress(_END)

    def __init__(self, source: Readable, max_window: int) -> None:
        decompressor = zstandard.ZstdDecompressor(max_window_size=max_window)
        self._max_window = max_window
        followed = cast("io.BytesIO", _WithTrailer(source, self._END_FRAME))
        self._frames = decompressor.stream_reader(followed, read_across_frames=True)
        self._read_ahead: deque[bytes] = deque()
        """Decompressed chunks that are not returned yet: enough after the first to tell whether the end is
        reached."""
        self._ended = False

    def read(self, size: int, /) -> bytes:
        while not self._ended and sum(map(len, islice(self._read_ahead, 1, None))) < len(self._END):
            try:
                data = self._frames.read(size)
            except zstandard.ZstdError as error:
                if "too much memory" in str(error):
                    window = megabytes(self._max_window)
                    raise Rejected("too-large", "rejected-zst-window", megabytes=window) from error
                raise
            if data:
                self._read_ahead.append(data)
            else:
                self._end()
        if not self._read_ahead:
            return b""
        data = self._read_ahead.popleft()
        if len(data) > size:
            self._read_ahead.appendleft(data[size:])
            data = data[:size]
        return data

    def _end(self) -> None:
        self._ended = True
        data = b"".join(self._read_ahead)
        self._read_ahead.clear()
        if not data.endswith(self._END):
            raise EOFError
        if len(data) > len(self._END):
            self._read_ahead.append(data[: -len(self._END)])


class _WithTrailer:
    """A stream followed by some more bytes."""

    def __init__(self, source: Readable, after: bytes) -> None:
        self._source = source
        self._after = after

    def read(self, size: int, /) -> bytes:
        data = self._source.read(size)
        if data or not self._after:
            return data
        data, self._after = self._after[:size], self._after[size:]
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
