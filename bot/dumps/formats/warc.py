"""Reads the web pages in a WARC archive."""

from __future__ import annotations

import contextlib
import io
import zlib
from collections.abc import Callable, Iterator
from typing import Any, Final

from warcio.archiveiterator import ArchiveIterator
from warcio.bufferedreaders import ChunkedDataReader
from warcio.recordloader import ArcWarcRecord

from bot.dumps.containers.streams import Readable, broken_archive, megabytes
from bot.dumps.containers.walk import Member
from bot.dumps.formats.format import DumpChangedError, ReadRequest, reading_stream
from bot.dumps.formats.html_page import add_page
from bot.dumps.formats.html_tree import decode_html
from bot.dumps.formats.records import Block
from bot.dumps.rejections import Rejected

MAX_HEADER_BYTES: Final = 1 << 18
_BLOCK_PAGES: Final = 20
_BLOCK_BYTES: Final = 8 << 20
_PAGE_TYPES: Final = ("text/html", "application/xhtml+xml")


def read(member: Member, request: ReadRequest) -> Iterator[Block]:
    """Yields the pages in blocks; what else servers answered is counted in the last one. A resumed load reads
    the headers from the start again, to count all of it. `line` is the number of records."""
    archive = _Archive(member, request)
    with reading_stream(member, request):
        while not archive.ended:
            yield archive.next_block()
        if archive.problem is not None:
            raise archive.problem


class _Archive:
    """The pages of an archive from the position of a request; `ended` at its end or at `problem`."""

    def __init__(self, member: Member, request: ReadRequest) -> None:
        self._where = member.where
        self._request = request
        self._records = _Records(member.stream)
        self._limit = request.budget.limits.single
        self._pages = self._others = self._offset = 0
        self.ended = False
        self.problem: Rejected | None = None

    def next_block(self) -> Block:
        block = Block(where=self._where, offset=self._offset, line=self._records.count)
        pages, start = self._pages, max(self._offset, self._request.offset)
        try:
            while self._add_record(block):
                if self._pages - pages >= _BLOCK_PAGES or self._offset - start >= _BLOCK_BYTES:
                    return block
        except Rejected as problem:
            self.problem = problem
        self.ended = True
        if self._offset < self._request.offset:
            raise DumpChangedError
        if self._others and self.problem is None:
            passed = Rejected("not-a-page", "rejected-warc-others", count=self._others)
            block.reject(self._records.count, b"", passed, None)
        elif not self._pages and self._offset >= self._request.offset == 0:
            self.problem = self.problem or Rejected("no-pages", "rejected-warc-no-pages")
        return block

    def _add_record(self, block: Block) -> bool:
        """Adds the next record's page, if it is one; False at the end."""
        record = self._records.next()
        if record is None:
            return False
        is_page = _is_page(record)
        is_due = self._offset >= self._request.offset
        self._others += not is_page and record.rec_type in ("response", "resource", "conversion")
        body = self._records.body(record, self._limit if is_page and is_due else 0)
        self._offset = self._records.offset()
        if is_page and is_due:
            self._pages += 1
            link = record.rec_headers.get_header("WARC-Target-URI")
            try:
                _add(record, body, link, self._limit, self._request, block)
            except Rejected as rejected:
                block.reject(self._records.count, (link or "").encode()[:200], rejected, "articles")
        block.offset, block.line = self._offset, self._records.count
        return True


class _Records:
    """The records of an archive, whose headers have bounded lengths."""

    def __init__(self, stream: Readable) -> None:
        self._stream = stream
        self._left = MAX_HEADER_BYTES
        self._iterator = ArchiveIterator(self)
        self.count = 0

    def read(self, size: int) -> bytes:
        data = self._stream.read(size)
        self._left -= len(data)
        if self._left < 0:
            raise Rejected("not-a-record", "rejected-warc-damaged", self.count + 1)
        return data

    def next(self) -> ArcWarcRecord | None:
        """The next record, after the last one was read to its end; None at the end."""
        record = self._ask(lambda: next(self._iterator, None))
        self.count += record is not None
        return record

    def offset(self) -> int:
        """Where the next record begins."""
        self._left = MAX_HEADER_BYTES
        self._ask(self._iterator.read_to_end)
        return int(self._iterator.offset)

    def _ask(self, call: Callable[[], Any]) -> Any:
        try:
            with contextlib.redirect_stderr(io.StringIO()):  # where the library complains
                return call()
        except Rejected:
            raise
        except Exception:  # the library raises whatever it meets
            raise Rejected("not-a-record", "rejected-warc-damaged", self.count + 1) from None

    def body(self, record: ArcWarcRecord, limit: int) -> bytes:
        """Reads the record to its end; returns the first bytes, up to one more than `limit`."""
        kept = bytearray()
        while data := record.raw_stream.read(1 << 14):
            self._left = MAX_HEADER_BYTES
            kept += data[: limit + 1 - len(kept)] if limit else b""
        if getattr(record.raw_stream, "limit", 0):
            raise broken_archive()
        return bytes(kept)


def _is_page(record: ArcWarcRecord) -> bool:
    if record.rec_type == "response" and record.http_headers is not None:
        kind = record.http_headers.get_header("Content-Type") or ""
        return record.http_headers.get_statuscode() == "200" and kind.strip().lower().startswith(_PAGE_TYPES)
    return record.rec_type == "resource" and (record.content_type or "").lower().startswith(_PAGE_TYPES)


def _add(
    record: ArcWarcRecord, body: bytes, link: str | None, limit: int, request: ReadRequest, block: Block
) -> None:
    if len(body) > limit:
        raise Rejected("too-large", "rejected-large-page", megabytes=megabytes(limit))
    charset = None
    if record.http_headers is not None:
        kind = record.http_headers.get_header("Content-Type") or ""
        charset = kind.lower().partition("charset=")[2].strip(" \"'").partition(";")[0]
        body = _unpacked(record, body, limit)
    add_page(decode_html(body, charset), link, request.filters, block)


def _unpacked(record: ArcWarcRecord, body: bytes, limit: int) -> bytes:
    """The page as the browser gets it."""
    if (record.http_headers.get_header("Transfer-Encoding") or "").strip().lower() == "chunked":
        body = ChunkedDataReader(io.BytesIO(body)).read()
    encoding = (record.http_headers.get_header("Content-Encoding") or "").strip().lower()
    if encoding not in ("gzip", "x-gzip", "deflate"):
        if encoding in ("", "identity") or b"<" in body[:200]:
            return body
        raise Rejected("unsupported", "rejected-warc-encoding", encoding=encoding[:40])
    for window in (47, -zlib.MAX_WBITS):
        try:
            page = zlib.decompressobj(window).decompress(body, limit + 1)
        except zlib.error:
            continue  # the other kind of deflate, or stored unpacked in spite of its header
        if len(page) > limit:
            raise Rejected("too-large", "rejected-large-page", megabytes=megabytes(limit))
        return page
    return body
