"""Splits a stream of JSON lines into blocks of records, each with the position to resume at."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from bot.dumps.containers.streams import DamagedArchive, Readable, megabytes
from bot.dumps.containers.walk import Member
from bot.dumps.formats.decode import as_utf8
from bot.dumps.formats.format import DumpChangedError, Format, ReadRequest, reading_stream
from bot.dumps.formats.records import Block, RecordFilter
from bot.dumps.formats.reddit_dump import read_block, refuse_other_json, starts_as_json
from bot.dumps.rejections import Rejected

BLOCK_BYTES: Final = 1 << 20
READ_BYTES: Final = 1 << 17
"""Bytes of one read: on damaged data a decompressor drops what it has unpacked of the current read."""
MAX_LINE_BYTES: Final = 16 << 20
"""The longest real line is under 1 MiB (a submission with galleries)."""
_FIRST_FIELD = re.compile(r'\s*\{[ \t]*"(?P<key>(?:[^"\\]|\\.){0,200})"\s*:\s*(?P<value>"Listing"|\{)?')


def _matches(text: str) -> bool:
    """Whether the first line holds the first field of an object. JSON documents are lists, span several
    lines, or are Reddit listings."""
    first = _FIRST_FIELD.match(text) if starts_as_json(text) else None
    return first is not None and (first["key"], first["value"]) not in (("kind", '"Listing"'), ("data", "{"))


def _read(member: Member, request: ReadRequest) -> Iterator[Block]:
    with reading_stream(member, request):
        stream = as_utf8(member.stream, member.head)
        skip(stream, request.offset)
        first = not request.offset
        for block in read_blocks(stream, request.filters, offset=request.offset, line=request.line):
            block.where = member.where
            if first:
                refuse_other_json(block)
                first = False
            yield block


def skip(stream: Readable, size: int) -> None:
    """Skips the bytes before a position; raises DumpChangedError if there are fewer."""
    while size:
        data = stream.read(min(size, BLOCK_BYTES))
        if not data:
            raise DumpChangedError
        size -= len(data)


FORMAT = Format(_matches, _read, resumable=True)


def read_blocks(
    stream: Readable, filters: RecordFilter, *, offset: int = 0, line: int = 0, block_bytes: int = BLOCK_BYTES
) -> Iterator[Block]:
    """Yields the rows of a decompressed stream of JSON lines, positioned at `offset` bytes, after line
    `line`.

    Memory is bounded by `block_bytes` and MAX_LINE_BYTES. A line that is not a comment or submission, is not
    JSON, is too long or has an impossible time becomes a rejection; the other lines are read. A broken stream
    raises its Rejected after every whole line before the break was yielded; a damaged one, after up to
    `block_bytes` less. Resuming at the end of any block yields the same blocks as reading without a break.
    """
    pieces = _Pieces(stream, offset, block_bytes)
    tail, parts = b"", pieces.next()
    while parts:
        rest = _split_after_last_line(parts)
        if rest is not None:
            # One copy of all data: besides decoding, copying is the main cost of reading.
            whole, tail = b"".join((tail, *parts)), rest
            block = read_block(whole, filters, line)
            offset, line = offset + len(whole), block.line
            block.offset = offset
            yield block
            parts = []
        else:
            tail, parts = b"".join((tail, *parts)), []
            if len(tail) > MAX_LINE_BYTES:
                skipped, parts = _skip_line(pieces)
                size = len(tail) + skipped
                offset, line = offset + size, line + 1
                too_long = (line, tail[:200], _too_long(size))
                yield Block(rejections=[too_long], offset=offset, line=line)
                tail = b""
        parts = parts or pieces.next()
    if pieces.broken is not None:
        raise pieces.broken
    if tail.strip():
        block = read_block(tail, filters, line)
        block.offset = offset + len(tail)
        yield block


class _Pieces:
    """A stream split at multiples of `chunk` bytes, independent of the offset at which reading started."""

    def __init__(self, stream: Readable, offset: int, chunk: int) -> None:
        self._stream = stream
        self._chunk = chunk
        self._left = chunk - offset % chunk
        self.broken: Rejected | None = None

    def next(self) -> list[bytes]:
        """Returns the bytes up to the next multiple, fewer if the stream ends or breaks, and none after
        that."""
        parts: list[bytes] = []
        try:
            while self._left and self.broken is None:
                data = self._stream.read(min(self._left, READ_BYTES))
                if not data:
                    break
                parts.append(data)
                self._left -= len(data)
        except DamagedArchive as damage:
            self.broken = damage
            return []
        except Rejected as broken:
            self.broken = broken
        self._left = self._left or self._chunk
        return parts


def _split_after_last_line(parts: list[bytes]) -> bytes | None:
    """Truncates the parts after their last line break and returns the rest; None if there is no line
    break."""
    for index in range(len(parts) - 1, -1, -1):
        cut = parts[index].rfind(b"\n") + 1
        if cut:
            rest = b"".join((parts[index][cut:], *parts[index + 1 :]))
            parts[index:] = [parts[index][:cut]]
            return rest
    return None


def _skip_line(pieces: _Pieces) -> tuple[int, list[bytes]]:
    """Skips the rest of an overlong line; returns (bytes of it that were read, the data after it)."""
    skipped = 0
    while parts := pieces.next():
        for index, part in enumerate(parts):
            end = part.find(b"\n") + 1
            if end:
                rest = [part[end:], *parts[index + 1 :]]
                return skipped + end, [part for part in rest if part]
            skipped += len(part)
    return skipped, []


def _too_long(size: int) -> Rejected:
    return Rejected("too-large", "rejected-long-line", megabytes=megabytes(size))
