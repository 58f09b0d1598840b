"""Cuts a stream of JSON lines into blocks of records, each with the place to go on from."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from bot.dumps.containers.streams import Damaged, Readable
from bot.dumps.formats.reddit_dump import Block, Filter, read_block
from bot.dumps.rejections import Rejected

CHUNK: Final = 1 << 20
STEP: Final = 1 << 17
"""Bytes of one read: a decompressor that meets damage keeps what it had of the read for itself."""
MAX_LINE: Final = 16 << 20
"""Bytes; the longest real line is under 1 MiB (a submission with galleries)."""


def read_blocks(
    stream: Readable, wanted: Filter, *, offset: int = 0, line: int = 0, chunk: int = CHUNK
) -> Iterator[Block]:
    """The rows of a decompressed stream of JSON lines that stands at `offset`, before line `line` + 1.

    Memory is bounded by `chunk` and MAX_LINE. A line that is no comment or submission, is not JSON, is too
    long or says an impossible time becomes a rejection; the rest goes on. Where the stream is broken its
    Rejected is raised, after every whole line before that was given; where it is damaged, a piece of `chunk`
    less. Going on from the end of any block gives the same blocks as reading on would have.
    """
    pieces = _Pieces(stream, offset, chunk)
    tail, parts = b"", pieces.next()
    while parts:
        rest = _cut(parts)
        if rest is not None:
            # One copy of everything, as copying is what reading costs beside decoding.
            whole, tail = b"".join((tail, *parts)), rest
            block = read_block(whole, wanted, line)
            offset, line = offset + len(whole), block.line
            block.offset = offset
            yield block
            parts = []
        else:
            tail, parts = b"".join((tail, *parts)), []
            if len(tail) > MAX_LINE:
                passed, parts = _skip_line(pieces)
                size = len(tail) + passed
                offset, line = offset + size, line + 1
                too_long = (line, tail[:200], _too_long(size))
                yield Block(rejections=[too_long], offset=offset, line=line)
                tail = b""
        parts = parts or pieces.next()
    if pieces.broken is not None:
        raise pieces.broken
    if tail.strip():
        block = read_block(tail, wanted, line)
        block.offset = offset + len(tail)
        yield block


class _Pieces:
    """A stream cut at the multiples of `chunk`, wherever reading it began."""

    def __init__(self, stream: Readable, offset: int, chunk: int) -> None:
        self._stream = stream
        self._chunk = chunk
        self._left = chunk - offset % chunk
        self.broken: Rejected | None = None

    def next(self) -> list[bytes]:
        """The bytes up to the next multiple, fewer where the stream ends or breaks, and none after that."""
        parts: list[bytes] = []
        try:
            while self._left and self.broken is None:
                data = self._stream.read(min(self._left, STEP))
                if not data:
                    break
                parts.append(data)
                self._left -= len(data)
        except Damaged as damage:
            self.broken = damage
            return []
        except Rejected as broken:
            self.broken = broken
        self._left = self._left or self._chunk
        return parts


def _cut(parts: list[bytes]) -> bytes | None:
    """Cuts the parts behind their last line and returns what is left; None where no line ends in them."""
    for place in range(len(parts) - 1, -1, -1):
        cut = parts[place].rfind(b"\n") + 1
        if cut:
            rest = b"".join((parts[place][cut:], *parts[place + 1 :]))
            parts[place:] = [parts[place][:cut]]
            return rest
    return None


def _skip_line(pieces: _Pieces) -> tuple[int, list[bytes]]:
    """Read past the end of an endless line: (bytes of it that were read, what follows it)."""
    passed = 0
    while parts := pieces.next():
        for place, part in enumerate(parts):
            end = part.find(b"\n") + 1
            if end:
                rest = [part[end:], *parts[place + 1 :]]
                return passed + end, [one for one in rest if one]
            passed += len(part)
    return passed, []


def _too_long(size: int) -> Rejected:
    return Rejected(
        "too-large", f"A line of {size / 1e6:,.0f} MB is no Reddit record; the longest ones have 1 MB."
    )
