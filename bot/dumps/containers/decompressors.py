"""Decompressors of the formats that dumps come in; of a file that was cut, they return all before the cut."""

from __future__ import annotations

import io
import zlib
from collections.abc import Callable
from typing import Final, Protocol

import zstandard

from bot.dumps.containers.streams import CHUNK_BYTES, Readable, Section, megabytes, read_exactly
from bot.dumps.rejections import Rejected


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
    """Decompresses all streams of a bzip2 or xz file, and ignores what follows that does not begin with
    `magic`, as they do. The standard library's readers lose what stands before a cut."""

    def __init__(self, source: Readable, begin: Callable[[], Unpacker], magic: bytes) -> None:
        self._source = source
        self._begin = begin
        self._magic = magic
        self._unpacker = begin()
        self._ended = False

    def read(self, size: int, /) -> bytes:
        while not self._ended:
            packed = b""
            if self._unpacker.eof:
                packed = self._next_stream()
                if not packed:
                    self._ended = True
                    break
                self._unpacker = self._begin()
            elif self._unpacker.needs_input:
                packed = self._source.read(CHUNK_BYTES >> 6)
                if not packed:
                    raise EOFError
            data = self._unpacker.decompress(packed, size)
            if data:
                return data
        return b""

    def _next_stream(self) -> bytes:
        """The first bytes of the next stream; none if there is none."""
        packed = self._unpacker.unused_data.lstrip(b"\0")
        while len(packed) < len(self._magic):
            more = self._source.read(CHUNK_BYTES >> 6)
            if not more:
                break
            packed = (packed + more).lstrip(b"\0")
        return packed if self._magic.startswith(packed[: len(self._magic)]) else b""


_ZSTD_MAGIC: Final = 0xFD2FB528
_ZSTD_SKIPPABLE: Final = range(0x184D2A50, 0x184D2A60)
_RUN: Final = 1
"""The type of a zstd block that repeats one byte."""


class Zstd:
    """Decompresses all frames of a zstd file, block by block; raises EOFError if it is truncated.

    The library's reader does not report a file that ends within a frame. So the blocks are separated here
    (RFC 8878, section 3.1), and each is decompressed alone: at most 128 KiB are held.
    """

    def __init__(self, source: Readable, max_window: int) -> None:
        self._source = _Buffered(source)
        self._decompressor = zstandard.ZstdDecompressor(max_window_size=max_window)
        self._max_window = max_window
        self._frame: zstandard.ZstdDecompressionObj | None = None
        self._checksum_bytes = 0
        self._after_last = False
        """Whether the frame's last block is read."""
        self._block = io.BytesIO()

    def read(self, size: int, /) -> bytes:
        while not (data := self._block.read(size)):
            if self._frame is None:
                self._frame = self._next_frame()
            if self._frame is None:
                return b""
            self._block = io.BytesIO(self._next_block(self._frame))
        return data

    def _next_frame(self) -> zstandard.ZstdDecompressionObj | None:
        """A decompressor that has read the next frame's header; None at the end of the file."""
        while magic := read_exactly(self._source, 4):
            number = int.from_bytes(magic, "little")
            if len(magic) < 4:
                raise EOFError
            if number not in _ZSTD_SKIPPABLE:
                break
            Section(self._source, int.from_bytes(self._whole(4), "little")).skip()
        else:
            return None
        if number != _ZSTD_MAGIC:
            raise zstandard.ZstdError("no zstd frame")
        descriptor = self._whole(1)
        is_single = descriptor[0] >> 5 & 1
        size_bytes = (is_single, 2, 4, 8)[descriptor[0] >> 6]
        rest = self._whole(1 - is_single + (0, 1, 2, 4)[descriptor[0] & 3] + size_bytes)
        self._checksum_bytes = 4 * (descriptor[0] >> 2 & 1)
        frame = self._decompressor.decompressobj()
        try:
            frame.decompress(magic + descriptor + rest)
        except zstandard.ZstdError as error:
            if "too much memory" in str(error):
                window = megabytes(self._max_window)
                raise Rejected("too-large", "rejected-zst-window", megabytes=window) from error
            raise
        return frame

    def _next_block(self, frame: zstandard.ZstdDecompressionObj) -> bytes:
        """The frame's next block, decompressed; nothing for its checksum, at which it ends."""
        if self._after_last:
            if self._checksum_bytes:
                frame.decompress(self._whole(self._checksum_bytes))
            self._frame, self._after_last = None, False
            return b""
        header = self._whole(3)
        number = int.from_bytes(header, "little")
        size = 1 if number >> 1 & 3 == _RUN else number >> 3
        packed = read_exactly(self._source, size)
        # A block that is cut may be stored as it is: its beginning can be read.
        self._after_last = bool(number & 1) and len(packed) == size
        return frame.decompress(header + packed)

    def _whole(self, size: int) -> bytes:
        data = read_exactly(self._source, size)
        if len(data) < size:
            raise EOFError
        return data


class _Buffered:
    """A stream that is read in large pieces, and returned in small ones."""

    def __init__(self, source: Readable) -> None:
        self._source = source
        self._piece = io.BytesIO()

    def read(self, size: int, /) -> bytes:
        data = self._piece.read(size)
        if not data:
            self._piece = io.BytesIO(self._source.read(CHUNK_BYTES >> 4))
            data = self._piece.read(size)
        return data
