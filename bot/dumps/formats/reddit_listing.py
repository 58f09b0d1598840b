"""Reads JSON documents with Reddit's records: listings, threads and answers of APIs, one after another."""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator
from typing import Final

from bot.dumps.containers.streams import Readable, megabytes
from bot.dumps.containers.walk import Member
from bot.dumps.formats.decode import as_utf8
from bot.dumps.formats.format import Format, ReadRequest
from bot.dumps.formats.forums import add_threads
from bot.dumps.formats.json_lines import skip
from bot.dumps.formats.records import Block, RecordFilter
from bot.dumps.formats.reddit_dump import add_documents, decoded, refuse_other_json, starts_as_json
from bot.dumps.rejections import Rejected

MAX_LISTING_BYTES: Final = 64 << 20
"""Bytes of one document; a page of the API has under 3 MiB, a thread with every comment under 20."""
_READ_BYTES: Final = 1 << 20
_GAP = re.compile(rb"(?<=[}\]])[\s\0\x1e]++(?=[{\[])")
"""What can stand between two documents. Within one, a comma follows every bracket that closes."""


def _read(member: Member, request: ReadRequest) -> Iterator[Block]:
    stream = as_utf8(member.stream, member.head)
    skip(stream, request.offset)
    first = not request.offset
    for block in read_documents(stream, request.filters, offset=request.offset, line=request.line):
        block.where = member.where
        if first:
            refuse_other_json(block)
            first = False
        yield block


FORMAT = Format(starts_as_json, _read, resumable=True)
"""Tried after JSON lines, which begin in the same way."""


def read_documents(
    stream: Readable, filters: RecordFilter, *, offset: int = 0, line: int = 0
) -> Iterator[Block]:
    """Yields the records of documents that follow one another, from `offset` bytes and after `line` records;
    replies included, in document order. `line` of a rejection is the record's ordinal.

    Raises Rejected("too-large" | "not-json" | "not-a-listing").
    """
    data = bytearray()
    while True:
        new = stream.read(_READ_BYTES)
        start = max(0, len(data) - 1)
        data += new
        end = _last_gap(data, start) if new else len(data)
        if end:
            block = _block(bytes(data[:end]), filters, offset, line)
            offset, line = block.offset, block.line
            yield block
            del data[:end]
        if not new:
            return
        if len(data) > MAX_LISTING_BYTES:
            raise Rejected("too-large", "rejected-large-listing", megabytes=megabytes(len(data)))


def read_listing(data: bytes, filters: RecordFilter) -> Block:
    """Reads documents that are in memory, as `read_documents`."""
    if len(data) > MAX_LISTING_BYTES:
        raise Rejected("too-large", "rejected-large-listing", megabytes=megabytes(len(data)))
    return _block(data, filters, 0, 0)


def _last_gap(data: bytearray, start: int) -> int:
    """The start of the last document that begins after `start`, 0 if none does."""
    gaps = [
        data.rfind(end + line_break + begin, start)
        for end in (b"}", b"]")
        for line_break in (b"\n", b"\r\n")
        for begin in (b"{", b"[", b"\x1e{", b"\x1e[")
    ]
    last = max(gaps)
    return 0 if last < 0 else data.index(b"\n", last) + 1


def _block(data: bytes, filters: RecordFilter, offset: int, line: int) -> Block:
    block = Block(offset=offset + len(data), line=line)
    documents = _split(data.removeprefix(codecs.BOM_UTF8) if not offset else data)
    if not offset and len(documents) == 1 and b"\0" not in data:
        _refuse_malformed(documents[0])
    for document in documents:
        add_documents(document, filters, block, numbered=True)
    add_threads(block, filters)
    if not offset and block.line == line and not block.rejections:
        raise Rejected("not-a-listing", "rejected-not-a-listing")
    return block


def _refuse_malformed(document: bytes) -> None:
    """Raises Rejected("not-json") in words for a whole file, in place of those for a line."""
    try:
        decoded(document)
    except Rejected as rejected:
        problem = rejected.message.fields.get("problem")
        if problem is None:
            raise
        raise Rejected("not-json", "rejected-not-json", problem=problem) from None


def _split(data: bytes) -> list[bytes]:
    """The documents, each with the blanks and zero bytes before the next."""
    ends = [gap.end() for gap in _GAP.finditer(data) if b"\n" in gap[0] or b"\0" in gap[0]]
    return [data[start:end] for start, end in zip([0, *ends], [*ends, len(data)], strict=True) if end > start]
