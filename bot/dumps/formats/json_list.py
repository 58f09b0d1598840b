"""Reads a JSON list of any length element by element: of articles, or of Reddit's records."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from bot.dumps.containers.streams import megabytes
from bot.dumps.containers.walk import Member
from bot.dumps.formats.decode import as_utf8
from bot.dumps.formats.format import Format, ReadRequest, reading_stream
from bot.dumps.formats.forums import add_threads
from bot.dumps.formats.json_lines import skip
from bot.dumps.formats.records import Block
from bot.dumps.formats.reddit_dump import add_documents, refuse_other_json
from bot.dumps.formats.reddit_listing import MAX_LISTING_BYTES
from bot.dumps.rejections import Rejected

_READ_BYTES: Final = 1 << 20
_START: Final = re.compile(r"\s*\[\s*\{")
_TOKEN: Final = re.compile(rb'"(?:[^"\\\0]++|\\[^\0])*+(?P<end>")?|[{}\[\]]|\0++')
_NEXT: Final = re.compile(rb"\}[ \t\r\n]*+,[ \t\r\n]*+(?=\{)")
_BETWEEN: Final = b" \t\r\n,[]\xef\xbb\xbf"


def _read(member: Member, request: ReadRequest) -> Iterator[Block]:
    """Yields a block for each mebibyte; `line` is the ordinal of a record."""
    with reading_stream(member, request):
        stream = as_utf8(member.stream, member.head)
        skip(stream, request.offset)
        offset, line, first = request.offset, request.line, not request.offset
        data, elements, new = b"", _Elements(), b"["
        while new:
            new = stream.read(_READ_BYTES)
            data += new
            spans = elements.find(data, is_end=not new)
            cut = spans[-1][1] if new and spans else 0 if new else len(data)
            if len(data) - cut > MAX_LISTING_BYTES:
                raise Rejected("too-large", "rejected-large-listing", megabytes=megabytes(len(data) - cut))
            if not cut:
                continue
            offset += cut
            block = Block(offset=offset, line=line, where=member.where)
            for document in _documents(data[:cut], spans):
                add_documents(document, request.filters, block, numbered=True)
            add_threads(block, request.filters)
            if first:
                refuse_other_json(block)
            line, first = block.line, False
            data = data[cut:]
            elements.shift(cut)
            yield block


FORMAT = Format(lambda text: _START.match(text) is not None, _read, resumable=True)


def _documents(data: bytes, spans: list[tuple[int, int]]) -> Iterator[bytes]:
    """The elements, and whatever else is between them."""
    end = 0
    for start, next_end in [*spans, (len(data), len(data))]:
        if other := data[end:start].strip(_BETWEEN):
            yield other if b"\0" in other else b"[%b]" % other  # deleted items are null
        if element := data[start:next_end]:
            yield element
        end = next_end


class _Elements:
    """Finds the objects on the outermost level in data that grows."""

    def __init__(self) -> None:
        self._at = self._start = self._depth = 0

    def find(self, data: bytes, *, is_end: bool) -> list[tuple[int, int]]:
        """The places of the objects that ended since the last call."""
        spans: list[tuple[int, int]] = []
        while token := _TOKEN.search(data, self._at):
            sign, at = data[token.start()], token.end()
            if sign == 0x22 and token["end"] is None and not is_end and b"\0" not in data[at : at + 2]:
                self._at = token.start()
                return spans
            if sign == 0:
                # Bytes of some elements were wiped: the next whole one follows the end of another.
                after = _NEXT.search(data, at)
                if after is None and not is_end:
                    self._at = token.start()
                    return spans
                if self._depth:
                    spans.append((self._start, at))
                self._depth, at = 0, after.end() if after else len(data)
            elif sign in b"{[":
                if self._depth or sign == 0x7B:
                    self._start = self._start if self._depth else token.start()
                    self._depth += 1
            elif sign in b"}]" and self._depth:
                self._depth -= 1
                if not self._depth:
                    spans.append((self._start, at))
            self._at = at
        self._at = len(data)
        return spans

    def shift(self, size: int) -> None:
        """Removes this many bytes from the start of the data."""
        self._at -= size
        self._start -= size
