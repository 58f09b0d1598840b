"""Reads Reddit dumps (Pushshift, Arctic Shift): JSON lines in, typed rows and rejections with reasons out."""

from __future__ import annotations

import codecs
import json
import re
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from typing import Annotated, Any, Final, TypeVar, cast

import msgspec

from bot.domain.articles import DELETED
from bot.domain.books import LeftOutReason, RecordKind
from bot.domain.column_table import ColumnTable
from bot.domain.dump import ParsedThread, SubmissionRow
from bot.dumps.containers.streams import megabytes
from bot.dumps.formats.extended_json import unwrapped
from bot.dumps.formats.forum_items import BadItem, ForumItem
from bot.dumps.formats.forums import add_threads, forum_items
from bot.dumps.formats.json_faults import not_json, wrong_record
from bot.dumps.formats.record_fields import Names, names_of, records_of
from bot.dumps.formats.records import Block, CommentRow, RecordFilter
from bot.dumps.formats.reddit_captures import Captured, capture_times
from bot.dumps.formats.reddit_ids import id_numbers, link_numbers, parent_numbers
from bot.dumps.formats.reddit_texts import REMOVED, all_unescaped, current_texts
from bot.dumps.formats.reddit_times import all_valid_seconds, unix_seconds
from bot.dumps.formats.reddit_tree import MAX_COMMENTS, MoreComments, records_in, subreddit_of
from bot.dumps.rejections import Rejected

MAX_BAD_LINES: Final = 100
"""If the first lines of a file are all invalid, up to this number, the file is not taken for a dump."""
MAX_BAD_RECORDS: Final = 10_000
"""Of one document, which is read no further than that: each takes memory until the whole document is read."""
MAX_VALUES: Final = 3_000_000
"""Lists, objects and fields of one document, which take up to 200 bytes of memory each."""
MAX_NAMES: Final = 500
MAX_NAME_CHARACTERS: Final = 60
"""Of an object in JSON, whose other fields are passed over."""

_Id = Annotated[str, msgspec.Meta(max_length=15)]
_Score = Annotated[int, msgspec.Meta(ge=-(1 << 53), le=1 << 53)]


class _Comment(Captured, gc=False, kw_only=True):
    id: _Id
    link_id: _Id
    body: str
    author: str | None = None
    created_utc: int | float | str | None = None
    score: _Score | None = None
    parent_id: str | int | None = None
    subreddit: str | None = None
    over_18: bool | None = None
    replies: str | None = None  # of another type if there are any, which sends the lines to `records_in`


class _Submission(Captured, gc=False, kw_only=True):
    id: _Id
    title: str
    author: str | None = None
    created_utc: int | float | str | None = None
    score: _Score | None = None
    subreddit: str | None = None
    domain: str | None = None
    url: str | None = None
    permalink: str | None = None
    selftext: str | None = None
    link_flair_text: str | None = None
    over_18: bool | None = None
    is_self: bool | None = None
    num_comments: Any = None
    comments: int | str | None = None  # as `replies`


_Record = TypeVar("_Record", _Comment, _Submission)
_comment_decoder = msgspec.json.Decoder(_Comment)
_submission_decoder = msgspec.json.Decoder(_Submission, strict=False)
_UNDECODABLE = (msgspec.MsgspecError, ValueError, RecursionError, OverflowError)
"""What decoders raise for bytes that are not a record: deep nesting and huge numbers too."""
_JSON_START = re.compile(
    r'\s*(?:\{\s*(?:"(?:[^"\\]|\\.){0,200}"\s*:|\})|\[\s*(?:\{\s*["}]|\[\s*[\[{"]|\]\s*$))'
)
_HOST = re.compile(r"https?://(?:www\.)?(?P<host>[\w.-]{1,253})(?=[/:?#]|$)", re.ASCII | re.IGNORECASE)
_ZEROS = re.compile(rb"\0+")
_NAMES_FIELD: Final = ("rejected-bad-record", "rejected-number-id")
"""Messages that tell which field of a record of Reddit is wrong."""
_RECORD_SEPARATOR: Final = b"\x1e"
"""Begins each document of a JSON text sequence, as `jq --seq` writes them (RFC 7464)."""


def read_block(data: bytes, filters: RecordFilter, line: int) -> Block:
    """Reads the rows of whole lines; the first is line number `line` + 1."""
    # Valid records of one kind are decoded at once, anything else line by line, to report line numbers.
    block = Block(line=line)
    try:
        comments = _comment_decoder.decode_lines(data)
        rows = _comment_rows(comments)
        keeps_all = filters.passes_all_comments
        if keeps_all and not filters.over_18:
            keeps_all = True not in [record.over_18 for record in comments]
        block.comment_counts.read = len(comments)
        block.comments = rows
        if not keeps_all:
            reasons = [_reason_against(filters, *both) for both in zip(comments, rows, strict=True)]
            block.comments = block.keep_comments(rows, reasons)
    except _UNDECODABLE:
        try:
            submissions = _submission_rows(_submission_decoder.decode_lines(data))
            for row in submissions:
                _keep_submission(row, filters, block)
        except _UNDECODABLE:
            _line_by_line(data, filters, block)
            return block
    block.line = line + _count_lines(data)
    return block


def _count_lines(data: bytes) -> int:
    # Six times as fast as `data.count`: `find` uses memchr.
    count, offset = 0, data.find(b"\n")
    while offset >= 0:
        count += 1
        offset = data.find(b"\n", offset + 1)
    return count + (not data.endswith(b"\n"))


def _reason_against(filters: RecordFilter, record: _Comment, row: CommentRow) -> LeftOutReason | None:
    return filters.reason_against(record.subreddit, row[4], row[5], row[6], over_18=bool(record.over_18))


def _line_by_line(data: bytes, filters: RecordFilter, block: Block) -> None:
    for raw in data.split(b"\n")[: None if not data.endswith(b"\n") else -1]:
        block.line += 1
        if not raw.strip():
            continue
        add_documents(raw, filters, block)
    add_threads(block, filters)


def add_documents(raw: bytes, filters: RecordFilter, block: Block, *, numbered: bool = False) -> None:
    """Adds the records of a document, or of what zero bytes left of documents, to the block, which needs
    `add_threads` at its end. `numbered` counts records as lines."""
    wiped = raw.count(b"\0")
    rejected_before = len(block.rejections)
    for record in _records(raw, wiped=bool(wiped)):
        block.seen.add(record)
        if isinstance(record, MoreComments):
            continue
        block.line += numbered
        if len(block.rejections) - rejected_before == MAX_BAD_RECORDS:
            rest = Rejected("not-a-record", "rejected-many-bad", count=MAX_BAD_RECORDS)
            block.reject(block.line, raw[:200], rest, None)
            break
        try:
            if isinstance(record, Rejected):
                raise record
            if isinstance(record, BadItem):
                raise record.rejected
            if isinstance(record, ForumItem):
                block.forum_items.append(record)
            else:
                add_record(record, filters, block)
        except Rejected as rejected:
            block.reject(block.line, raw[:200], rejected, record_kind(record))
    if wiped:
        zeros = Rejected("not-json", "rejected-wiped", count=wiped)
        block.rejections.append((max(1, block.line), b"", zeros))


def record_kind(record: object) -> RecordKind | None:
    """What a decoded record is by its fields, if it is a comment or a submission."""
    if isinstance(record, BadItem):
        return record.kind
    if not isinstance(record, dict):
        return None
    if "title" in record and not ("body" in record and "link_id" in record):
        return "articles"
    return "comments" if "body" in record or "link_id" in record else None


def _records(raw: bytes, *, wiped: bool) -> Iterator[object]:
    for piece in _ZEROS.split(raw) if wiped else (raw,):
        if piece.strip():
            try:
                document = decoded(piece)
            except Rejected as broken:
                yield broken
            else:
                items = forum_items(document)
                yield from records_in(document) if items is None else items


def decoded(raw: bytes) -> object:
    """Decodes a line; lone surrogates, which msgspec refuses, are replaced, and Python's NaN and Infinity are
    null. Raises Rejected("not-json" | "too-large")."""
    raw = raw.removeprefix(codecs.BOM_UTF8).strip(_RECORD_SEPARATOR)
    if len(raw) > MAX_VALUES and raw.count(b"{") + raw.count(b"[") + raw.count(b'":') > MAX_VALUES:
        raise Rejected("too-large", "rejected-large-listing", megabytes=megabytes(len(raw)))
    try:
        return msgspec.json.decode(raw)
    except _UNDECODABLE:
        pass
    try:
        value = json.loads(raw.decode("utf-8", "replace"), parse_constant=lambda _: None)
        text = json.dumps(value, ensure_ascii=False)
        return json.loads(text.encode("utf-16", "surrogatepass").decode("utf-16", "replace"))
    except _UNDECODABLE as error:
        raise not_json(error) from None


def starts_as_json(text: str) -> bool:
    """Whether the text of a file's first bytes starts a JSON object or list."""
    return _JSON_START.match(text) is not None


def refuse_other_json(block: Block) -> None:
    """Raises Rejected("not-a-page") if a file's first block is JSON of another kind, so that not every line
    is rejected."""
    if block.has_records:
        return
    reasons = {rejected.reason for _, _, rejected in block.rejections}
    other = reasons == {"not-a-record"}
    if other or (len(block.rejections) > MAX_BAD_LINES and reasons <= {"not-a-record", "not-json"}):
        first = block.rejections[0][2].message
        if first.id in _NAMES_FIELD:
            raise Rejected("not-a-page", first.id, 1, **first.fields)
        raise Rejected("not-a-page", "rejected-other-json", 1)


def is_submission(line: bytes) -> bool:
    """Whether a line of a dump is a submission."""
    try:
        value = next(records_in(decoded(line)), None)
    except Rejected:
        return False
    return isinstance(value, dict) and "title" in value and "link_id" not in value


def add_record(value: object, filters: RecordFilter, block: Block) -> None:
    """Adds one decoded comment or submission to the block. Raises Rejected if it is neither."""
    if not isinstance(value, dict):
        raise Rejected("not-a-record", "rejected-not-a-record")
    value = unwrapped(value)
    kinds: tuple[tuple[type[_Comment] | type[_Submission], Callable[..., None]], ...] = (
        (_Comment, _add_comment),
        (_Submission, _add_submission),
    )
    names = names_of(tuple(key if len(key) < MAX_NAME_CHARACTERS else "" for key in value)[:MAX_NAMES])
    if names.are_article:
        add_fields(names, list(value.values()), filters, block)
        return
    problem: Rejected | None = None
    for kind, take in kinds:
        try:
            record = msgspec.convert(value, kind, strict=False)
        except _UNDECODABLE as error:
            if ("body" in value and kind is _Comment) or ("title" in value and kind is _Submission):
                problem = wrong_record(value, error)
            continue
        take(record, filters, block)
        return
    if names.is_reddit or "title" not in names.places:
        with suppress(Rejected):
            add_fields(names, list(value.values()), filters, block)
            return
    raise problem or Rejected("not-a-record", "rejected-not-a-record")


def add_fields(names: Names, values: Sequence[Any], filters: RecordFilter, block: Block) -> None:
    """Adds what values with these names are: an article, or a comment or submission of Reddit. Raises
    Rejected if they are neither."""
    for record in records_of(names, values):
        if isinstance(record, ParsedThread):
            block.add_article(record, filters)
        elif "link_id" in record:
            _add_comment(_converted(record, _Comment), filters, block)
        else:
            _add_submission(_converted(record, _Submission), filters, block)


def _converted(record: dict[str, Any], kind: type[_Record]) -> _Record:
    try:
        return msgspec.convert(record, kind, strict=False)
    except _UNDECODABLE as error:
        raise wrong_record(record, error) from None


def _add_comment(record: _Comment, filters: RecordFilter, block: Block) -> None:
    [row] = _comment_rows([record])
    block.comment_counts.read += 1
    assert isinstance(block.comments, list)  # noqa: S101 - a list when read line by line
    block.comments += block.keep_comments([row], [_reason_against(filters, record, row)])


def _add_submission(record: _Submission, filters: RecordFilter, block: Block) -> None:
    [row] = _submission_rows([record])
    _keep_submission(row, filters, block)


def _keep_submission(row: SubmissionRow, filters: RecordFilter, block: Block) -> None:
    block.article_counts.read += 1
    if reason := filters.reason_against_submission(row):
        block.article_counts.left_out[reason] += 1
    else:
        block.submissions.append(row)


def _comment_rows(records: list[_Comment]) -> ColumnTable[CommentRow]:
    # Column by column: this runs for every comment of a dump, and a loop over rows would cost more than
    # decoding.
    links = link_numbers([record.link_id for record in records])
    return ColumnTable(
        (
            id_numbers([record.id for record in records]),
            links,
            parent_numbers([record.parent_id for record in records], links),
            [record.author or DELETED for record in records],
            _times(records),
            [record.score for record in records],
            current_texts([record.body for record in records], records),
            capture_times(records),
        )
    )


def _times(records: Sequence[_Comment | _Submission]) -> list[int]:
    times = [record.created_utc for record in records]
    return cast("list[int]", times) if all_valid_seconds(times) else list(map(unix_seconds, times))


def _submission_rows(records: list[_Submission]) -> list[SubmissionRow]:
    # By column, as above, as far as that is simpler than a loop.
    titles = [" ".join(title.split()) for title in all_unescaped([record.title for record in records])]
    if "" in titles:
        raise Rejected("no-title", "rejected-untitled")
    urls = all_unescaped([record.url or "" for record in records])
    counts = [_count(record.num_comments) for record in records]
    texts = current_texts([record.selftext or "" for record in records], records)
    subreddits = [
        record.subreddit or subreddit_of(record.permalink or record.url or "") for record in records
    ]
    columns = (
        id_numbers([record.id.removeprefix("t3_") for record in records]),
        titles,
        list(map(_source, records, subreddits)),
        [record.author or DELETED for record in records],
        _times(records),
        [record.score for record in records],
        [
            url or (f"https://www.reddit.com{record.permalink}" if record.permalink else None)
            for url, record in zip(urls, records, strict=True)
        ],
        subreddits,
        [flair or None for flair in all_unescaped([record.link_flair_text or "" for record in records])],
        [bool(record.over_18) for record in records],
        ["" if text in (DELETED, REMOVED) else text for text in texts],
        [text in (DELETED, REMOVED) for text in texts],
        capture_times(records),
        counts,
        counts,
    )
    return list(map(SubmissionRow, *columns))


def _source(record: _Submission, subreddit: str | None) -> str | None:
    if record.domain:
        return record.domain
    # As Reddit names it:
    return f"self.{subreddit or 'reddit'}" if record.is_self else _host(record.url or "", subreddit)


def _count(value: object) -> int | None:
    """The number of comments; None for what is none."""
    if isinstance(value, str) and value.isascii() and value.isdigit():
        value = int(value[:10])
    return value if type(value) is int and 0 <= value <= MAX_COMMENTS else None


def _host(url: str, subreddit: str | None) -> str | None:
    """The source of a link: its host, or Reddit's name of a submission that links to itself."""
    match = _HOST.match(url)
    if match is None:
        return None
    if subreddit and subreddit_of(url) == subreddit:
        return f"self.{subreddit}"
    return match["host"].lower()
