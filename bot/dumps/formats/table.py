"""Reads tables (CSV, TSV) of submissions, comments or articles, by the names of their columns."""

from __future__ import annotations

import codecs
import csv
import io
import re
from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any, BinaryIO, Final

from bot.dumps.containers.sniff import head_text
from bot.dumps.containers.streams import Readable, megabytes
from bot.dumps.containers.walk import Member
from bot.dumps.formats.article_times import day_first_in
from bot.dumps.formats.decode import as_utf8
from bot.dumps.formats.format import Format, ReadRequest, reading_stream
from bot.dumps.formats.forums import add_threads
from bot.dumps.formats.hacker_news import are_hacker_news, items_of_row, row_kind
from bot.dumps.formats.json_lines import BLOCK_BYTES, skip
from bot.dumps.formats.record_fields import Names, names_of
from bot.dumps.formats.records import Block, RecordFilter
from bot.dumps.formats.reddit_dump import MAX_BAD_LINES, MAX_BAD_RECORDS, add_fields
from bot.dumps.rejections import Rejected

MAX_ROW_BYTES: Final = 8 << 20
MAX_RETRIED_BYTES: Final = 16 << 20
"""Of lines that are read again in one block, after rows whose quotation marks do not match."""
_DELIMITERS: Final = ",\t;|"
_NO_DELIMITER: Final = "\x1f"
_MAX_HEADER: Final = 4000
_PAIR: Final = 2
_MAX_NAME_CHARACTERS: Final = 60
_MAX_COLUMNS_SHOWN: Final = 12
_MIN_ROWS: Final = 3
_PAGE: Final = re.compile(r"^Authored by | »\s*$", re.MULTILINE)
_SPACED: Final = re.compile(r'[,;|] "')
_EXCEL: Final = re.compile(r"sep=([,;\t|])\r?\n", re.IGNORECASE)
"""A line that names the delimiter to Excel."""
_COLUMN: Final = re.compile(r"[^\W\d][\w ./-]{0,59}")
_TABLE_NAME: Final = re.compile(r"\.(?:csv|tsv|tab)(?:\.(?:gz|bz2|xz|zst))?", re.IGNORECASE)
"""How the names of files end that are tables, whatever is in them."""
_BACKSLASHED: Final = re.compile(r'[^\\]\\"[^",;\t|\r\n]')

_OTHER: Final = frozenset({"rejected-lone-comment", "rejected-untitled-article", "rejected-no-record"})
"""What is wrong with rows that are not those of comments, submissions or articles."""

csv.field_size_limit(MAX_ROW_BYTES)
codecs.register_error(
    "cp1252",
    lambda error: (error.object[error.start : error.end].decode("cp1252", "replace"), error.end),  # type: ignore[attr-defined]
)


@dataclass(frozen=True, slots=True)
class _Table:
    """How a table is written, and what its columns are."""

    delimiter: str
    columns: tuple[str, ...]
    names: Names
    escapes: bool
    """Whether a backslash stands before quotation marks in values, as Spark and MySQL write them."""
    is_spaced: bool
    """Whether blanks follow the delimiters."""

    def reader(self, lines: Any, *, strict: bool, escapes: bool = False) -> Iterator[list[str]]:
        escape = "\\" if escapes or self.escapes else None
        return csv.reader(
            lines,
            delimiter=self.delimiter,
            strict=strict,
            escapechar=escape,
            skipinitialspace=self.is_spaced,
        )


def _table(text: str) -> _Table | None:
    """The table that starts with `text`, None if that is none: some columns of its first line have usual
    names and rows follow, or the lines have the same number of fields."""
    if _PAGE.search(text):
        return None
    lines = [line for line in text.lstrip("\ufeff").splitlines(keepends=True) if line.strip()]
    if not lines or len(lines[0]) > _MAX_HEADER:
        return None
    delimiters = _DELIMITERS
    if match := _EXCEL.fullmatch(lines[0]):
        delimiters, lines = match[1], lines[1:] or lines
    escapes, is_spaced = _BACKSLASHED.search(text) is not None, _SPACED.search(lines[0]) is not None
    day_first = day_first_in(text)
    tables = [
        _Table(delimiter, columns, replace(names_of(columns), day_first=day_first), escapes, is_spaced)
        for delimiter in delimiters
        if (columns := _columns(lines[0], delimiter, is_spaced=is_spaced))
    ]
    table = max(tables, key=lambda table: len(table.names.places))
    if len(table.columns) == 1 and "title" in table.names.places and len(lines) > 1:
        return replace(table, delimiter=_NO_DELIMITER)
    if len(table.names.places) > 1 or (table.names.places and _widths(table, lines) == {len(table.columns)}):
        return table
    return next((table for table in tables if _is_even(table, lines)), None)


def _is_even(table: _Table, lines: list[str]) -> bool:
    """Whether the rows of a table without usual names have the same number of fields, of which prose may have
    two: those are columns if the first line names them, and no blank follows their delimiter."""
    widths = _widths(table, lines)
    if len(lines) < _MIN_ROWS or len(widths) != 1:
        return False
    if widths == {_PAIR}:
        is_prose = any(table.delimiter + " " in line for line in lines)
        return not is_prose and all(map(_COLUMN.fullmatch, table.columns))
    return max(widths) > _PAIR


def _widths(table: _Table, lines: list[str]) -> set[int]:
    """The numbers of fields of the rows, except the last, which may be cut off."""
    rows = table.reader(lines, strict=False)
    try:
        return {len(row) for row in list(rows)[: max(2, len(lines) - 1)]}
    except csv.Error:
        return set()


def _columns(line: str, delimiter: str, *, is_spaced: bool) -> tuple[str, ...]:
    try:
        names = tuple(
            name.strip() for name in next(csv.reader([line], delimiter=delimiter, skipinitialspace=is_spaced))
        )
    except csv.Error:
        names = ()
    return names or (line,)


def _read(member: Member, request: ReadRequest) -> Iterator[Block]:
    table = _table(head_text(member.head))
    assert table is not None  # noqa: S101 - as it matched
    if not table.names.are_known and not are_hacker_news(table.columns):
        raise Rejected("not-a-page", "rejected-table", 1, columns=shown_columns(table.columns))
    with reading_stream(member, request):
        stream = as_utf8(member.stream, member.head)
        skip(stream, request.offset)
        rows = _Rows(stream, table, request.offset, request.line)
        for block in _blocks(rows, request.filters, member.where):
            problems = {rejected.message.id for _, _, rejected in block.rejections}
            is_other = len(block.rejections) > MAX_BAD_LINES and problems <= _OTHER and not block.has_records
            if is_other and not request.offset:
                raise Rejected("not-a-page", "rejected-table", 1, columns=shown_columns(table.columns))
            if not request.offset and not rows.count and not block.rejections and rows.offset < BLOCK_BYTES:
                columns = shown_columns(table.columns)
                raise Rejected("not-a-page", "rejected-empty-table", max(1, rows.line), columns=columns)
            request = replace(request, offset=block.offset)
            yield block


FORMAT = Format(lambda text: _table(text) is not None, _read, resumable=True)
"""Tried before pages, for which any text is taken."""


def holds_titles(member: Member) -> bool:
    """Whether this table has submissions or articles."""
    table = _table(head_text(member.head))
    return table is not None and not {"title", "post.title"}.isdisjoint(table.names.places)


def named(rejected: Rejected, member: Member) -> Rejected:
    """The rejection of a text that no format reads: in the words for a table, if its file is named as one."""
    is_named = _TABLE_NAME.search(member.where, max(0, len(member.where) - 9))
    if rejected.message.id != "rejected-not-a-page" or is_named is None:
        return rejected
    line = next(filter(str.strip, head_text(member.head).lstrip("\ufeff").splitlines()), "")[:_MAX_HEADER]
    columns = max((_columns(line, delimiter, is_spaced=False) for delimiter in _DELIMITERS), key=len)
    return Rejected("not-a-page", "rejected-table", 1, columns=shown_columns(columns))


def shown_columns(columns: Sequence[str]) -> str:
    """The first names of columns, for a message."""
    names = [name[:_MAX_NAME_CHARACTERS] for name in columns if name]
    return ", ".join(names[:_MAX_COLUMNS_SHOWN]) + (", …" if len(names) > _MAX_COLUMNS_SHOWN else "")


def _blocks(rows: _Rows, filters: RecordFilter, where: str) -> Iterator[Block]:
    ended = False
    columns = rows.table.columns
    is_forum = are_hacker_news(columns)
    while not ended:
        block = Block(where=where)
        start, rows.retried, rows.zeros = rows.offset, 0, 0
        while rows.offset - start < BLOCK_BYTES and len(block.rejections) < MAX_BAD_RECORDS:
            row = next(rows, None)
            if row is None:
                ended = True
                break
            try:
                if isinstance(row, Rejected):
                    raise row
                if is_forum:
                    block.forum_items += items_of_row(columns, row)
                else:
                    add_fields(rows.table.names, row, filters, block)
            except Rejected as rejected:
                kind = row_kind(columns, row) if is_forum and isinstance(row, list) else rows.table.names.kind
                block.reject(rows.first_line, rows.raw[:200], rejected, kind)
        add_threads(block, filters)
        if rows.zeros:
            wiped = Rejected("not-json", "rejected-wiped", count=rows.zeros)
            block.reject(rows.line, b"", wiped, None)
        block.offset, block.line = rows.offset, rows.line
        yield block


class _Rows:
    """The rows of a table with as many fields as columns, and rejections of others. `offset` (bytes) and
    `line` are the position after the last row; `first_line` is its first line, `raw` that line's bytes.
    `count` is the number of rows so far, without headers and empty rows."""

    def __init__(self, stream: Readable, table: _Table, offset: int, line: int) -> None:
        self.table = table
        self.offset = offset
        self.line = line
        self.first_line = line
        self.raw = b""
        self.retried = self.zeros = self.count = 0
        self._file = io.BufferedReader(_Raw(stream), 1 << 16)
        self._lines = _Lines(self._file)
        self._reader = table.reader(self._lines, strict=True)

    def __iter__(self) -> Iterator[list[str] | Rejected]:
        return self

    def __next__(self) -> list[str] | Rejected:
        while True:
            row = self._row()
            if isinstance(row, list):
                header = tuple(map(str.strip, row))
                if not any(header) or header == self.table.columns or header == ("sep=", ""):
                    continue  # an empty row, or the header, also that of another table joined to this one
                while len(row) > len(self.table.columns) and not row[-1]:
                    row.pop()
                self.count += 1
                if len(row) != len(self.table.columns):
                    return Rejected(
                        "not-a-record", "rejected-row-width", fields=len(row), columns=len(self.table.columns)
                    )
            return row

    def _row(self) -> list[str] | Rejected:
        row: list[str] | Rejected | None
        try:
            row = next(self._reader)
        except csv.Error:
            row = None
        if row is None or (len(self._lines.taken) > 1 and len(row) != len(self.table.columns)):
            row = self._mended(row)
        lines = self._lines.take()
        self.raw, self.first_line = lines[0], self.line + 1
        self.offset += sum(map(len, lines))
        self.line += len(lines)
        self.zeros += sum(line.count(0) for line in lines if b"\0" in line)
        return row

    def _mended(self, row: list[str] | None) -> list[str] | Rejected:
        """A row whose quotation marks do not match (None), or that spans lines but is no whole row. Its first
        line may be one if they are taken for text, and the other lines rows of their own."""
        lines = self._lines.taken
        line = _decoded(lines[0]).rstrip("\r\n")
        if len(lines) == 1 and '\\"' in line and (escaped := self._lenient(line, escapes=True)):
            return escaped
        fields = [_unquoted(field) for field in line.split(self.table.delimiter)]
        is_whole = len(fields) == len(self.table.columns) and len(lines[0]) <= MAX_ROW_BYTES
        if len(lines) == 1:
            too_long = Rejected("too-large", "rejected-long-line", megabytes=megabytes(len(lines[0])))
            return fields if is_whole else self._lenient(line) or too_long
        if (row is None or is_whole) and self.retried < MAX_RETRIED_BYTES:
            self.retried += sum(map(len, lines))
            self._lines.put_back(1)
            if is_whole:
                return fields
        return row or Rejected("not-a-record", "rejected-quotes", count=len(self._lines.taken))

    def _lenient(self, line: str, *, escapes: bool = False) -> list[str] | None:
        try:
            return next(self.table.reader([line], strict=False, escapes=escapes))
        except csv.Error:
            return None


def _unquoted(field: str) -> str:
    return field[1:-1].replace('""', '"') if len(field) > 1 and field[0] == field[-1] == '"' else field


class _Lines:
    """The lines of a table, of which those since `take` can be put back. A row of more than MAX_ROW_BYTES
    raises csv.Error, as csv does for other faults."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self._again: deque[bytes] = deque()
        self.taken: list[bytes] = []
        self._size = 0

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        if self._size > MAX_ROW_BYTES:
            raise csv.Error
        line = self._again.popleft() if self._again else self._file.readline(MAX_ROW_BYTES + 1)
        if not line:
            raise StopIteration
        self.taken.append(line)
        self._size += len(line)
        if len(line) > MAX_ROW_BYTES:
            raise csv.Error
        return _decoded(line)

    def take(self) -> list[bytes]:
        """The lines since this was called before."""
        taken, self.taken, self._size = self.taken, [], 0
        return taken

    def put_back(self, first: int) -> None:
        """Puts back the taken lines from number `first` on."""
        self._again.extendleft(reversed(self.taken[first:]))
        del self.taken[first:]


def _decoded(line: bytes) -> str:
    """The text of a line; bytes that are not UTF-8 are taken for Windows' Western characters."""
    return line.replace(b"\0", b"").decode("utf-8", "cp1252").removeprefix("\ufeff")


class _Raw(io.RawIOBase):
    """A Readable as the file of a BufferedReader."""

    def __init__(self, stream: Readable) -> None:
        self._stream = stream

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        data = self._stream.read(len(buffer))
        buffer[: len(data)] = data
        return len(data)
