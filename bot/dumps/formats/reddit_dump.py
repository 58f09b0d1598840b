"""Reads Reddit dumps (Pushshift, Arctic Shift): JSON lines in, typed rows and rejections with reasons out."""

from __future__ import annotations

import codecs
import json
import re
from collections.abc import Callable
from functools import lru_cache
from typing import Annotated, Final, cast

import msgspec

from bot.domain.articles import DELETED
from bot.domain.column_table import ColumnTable
from bot.domain.dump import LeftOutReason
from bot.dumps.formats.records import Block, CommentRow, RecordFilter, SubmissionRow, split_by_reason
from bot.dumps.rejections import Rejected

REMOVED: Final = "[removed]"
MIN_UNIX_SECONDS: Final = 1_104_537_600  # 1 January 2005, the year of Reddit's first post
MAX_UNIX_SECONDS: Final = 4_102_444_800  # 1 January 2100
MAX_BAD_LINES: Final = 100
"""If the first lines of a file are all invalid, up to this number, the file is not taken for a dump."""
MAX_ID: Final = (1 << 63) - 1  # as a database's integers; Reddit's are a millionth of it


class _Meta(msgspec.Struct, gc=False):
    removal_type: str | None = None
    was_deleted_later: bool | None = None


_Id = Annotated[str, msgspec.Meta(max_length=15)]
_Score = Annotated[int, msgspec.Meta(ge=-(1 << 53), le=1 << 53)]


class _Comment(msgspec.Struct, gc=False):
    id: _Id
    link_id: _Id
    body: str
    author: str | None = None
    created_utc: int | float | str | None = None
    score: _Score | None = None
    parent_id: str | int | None = None
    subreddit: str | None = None
    meta: _Meta | None = msgspec.field(name="_meta", default=None)
    over_18: bool | None = None


class _Submission(msgspec.Struct, gc=False):
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
    meta: _Meta | None = msgspec.field(name="_meta", default=None)


_comment_decoder = msgspec.json.Decoder(_Comment)
_submission_decoder = msgspec.json.Decoder(_Submission, strict=False)
_UNDECODABLE = (msgspec.MsgspecError, ValueError, RecursionError, OverflowError)
"""What decoders raise for bytes that are not a record: deep nesting and huge numbers too."""
_JSON_START = re.compile(
    r'\s*(?:\{\s*(?:"(?:[^"\\]|\\.){0,200}"\s*:|\})|\[\s*(?:\{\s*["}]|\[\s*[\[{"]|\]\s*$))'
)
_ZERO_WIDTH = re.compile(r"&?#x200[Bb];|\u200b")


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
        block.comments = rows
        if not keeps_all:
            reasons = [_reason_against(filters, *both) for both in zip(comments, rows, strict=True)]
            block.comments, block.left_out = split_by_reason(rows, reasons)
    except _UNDECODABLE:
        try:
            submissions = [_submission_row(record) for record in _submission_decoder.decode_lines(data)]
            against = [filters.reason_against_submission(row) for row in submissions]
            block.submissions, block.left_out = split_by_reason(submissions, against)
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
        try:
            add_record(_unwrapped(_decoded(raw)), filters, block)
        except Rejected as rejected:
            block.rejections.append((block.line, raw[:200], rejected))


def _decoded(raw: bytes) -> object:
    """Decodes a line; lone surrogates, which msgspec refuses, are replaced. Raises Rejected("not-json")."""
    raw = raw.removeprefix(codecs.BOM_UTF8)
    try:
        return msgspec.json.decode(raw)
    except _UNDECODABLE:
        pass
    try:
        text = json.dumps(json.loads(raw.decode("utf-8", "replace")), ensure_ascii=False)
        return json.loads(text.encode("utf-16", "surrogatepass").decode("utf-16", "replace"))
    except _UNDECODABLE as error:
        raise Rejected("not-json", "rejected-not-json-line", problem=str(error)) from None


def starts_as_json(text: str) -> bool:
    """Whether the text of a file's first bytes starts a JSON object or list."""
    return _JSON_START.match(text) is not None


def refuse_other_json(block: Block) -> None:
    """Raises Rejected("not-a-page") if a file's first block is JSON of another kind, so that not every line
    is rejected."""
    if block.comments or block.submissions or block.left_out:
        return
    reasons = {rejected.reason for _, _, rejected in block.rejections}
    other = reasons == {"not-a-record"}
    if other or (len(block.rejections) > MAX_BAD_LINES and reasons <= {"not-a-record", "not-json"}):
        problem = block.rejections[0][2].message.fields.get("problem")
        if problem:
            raise Rejected("not-a-page", "rejected-other-json-because", 1, problem=problem)
        raise Rejected("not-a-page", "rejected-other-json", 1)


def is_submission(line: bytes) -> bool:
    """Whether a line of a dump is a submission."""
    try:
        value = _unwrapped(_decoded(line))
    except Rejected:
        return False
    return isinstance(value, dict) and "title" in value and "link_id" not in value


def _unwrapped(value: object) -> object:
    """Returns the record inside the API's wrapper (`{"kind": "t1", "data": {...}}`)."""
    if isinstance(value, dict) and value.get("kind") in ("t1", "t3") and isinstance(value.get("data"), dict):
        return value["data"]
    return value


def add_record(value: object, filters: RecordFilter, block: Block) -> None:
    """Adds one decoded comment or submission to the block. Raises Rejected if it is neither."""
    if not isinstance(value, dict):
        raise Rejected("not-a-record", "rejected-not-a-record")
    kinds: tuple[tuple[type[_Comment] | type[_Submission], Callable[..., None]], ...] = (
        (_Comment, _add_comment),
        (_Submission, _add_submission),
    )
    problem = ""
    for kind, take in kinds:
        try:
            record = msgspec.convert(value, kind, strict=False)
        except _UNDECODABLE as error:
            if ("body" in value and kind is _Comment) or ("title" in value and kind is _Submission):
                problem = str(error)
            continue
        take(record, filters, block)
        return
    if problem:
        raise Rejected("not-a-record", "rejected-bad-record", problem=problem)
    raise Rejected("not-a-record", "rejected-not-a-record")


def _add_comment(record: _Comment, filters: RecordFilter, block: Block) -> None:
    [row] = _comment_rows([record])
    if reason := _reason_against(filters, record, row):
        block.left_out[reason] += 1
    else:
        assert isinstance(block.comments, list)  # noqa: S101 - a list when read line by line
        block.comments.append(row)


def _add_submission(record: _Submission, filters: RecordFilter, block: Block) -> None:
    row = _submission_row(record)
    if reason := filters.reason_against_submission(row):
        block.left_out[reason] += 1
    else:
        block.submissions.append(row)


def _comment_rows(records: list[_Comment]) -> ColumnTable[CommentRow]:
    # Column by column: this runs for every comment of a dump, and a loop over rows would cost more than
    # decoding.
    texts = [record.body for record in records]
    together = "".join(texts)
    if "&" in together or "\r" in together or "\x00" in together:
        texts = [unescape(text) if "&" in text or "\r" in text or "\x00" in text else text for text in texts]
    metas = [record.meta for record in records]
    if metas.count(None) < len(metas):
        texts = [
            text if meta is None else _current_text(text, meta)
            for text, meta in zip(texts, metas, strict=True)
        ]
    times = [record.created_utc for record in records]
    return ColumnTable(
        (
            _id_numbers([record.id for record in records]),
            _link_numbers([record.link_id for record in records]),
            _parent_numbers([record.parent_id for record in records]),
            [record.author or DELETED for record in records],
            times if _all_valid_seconds(times) else list(map(_unix_seconds, times)),
            [record.score for record in records],
            texts,
        )
    )


def _id_numbers(ids: list[str]) -> list[int]:
    # Checked all at once: `int` also accepts signs, blanks, underscores and the digits of other scripts.
    together = "".join(ids)
    try:
        numbers = [int(digits, 36) for digits in ids]
    except ValueError:
        raise _bad_id(ids) from None
    if numbers and not (together.isascii() and together.isalnum() and max(numbers) <= MAX_ID):
        raise _bad_id(ids)
    return numbers


def _link_numbers(ids: list[str]) -> list[int]:
    return list(map(_link_number, ids))


@lru_cache(maxsize=20_000)  # the comments of one thread are close together
def _link_number(link: str) -> int:
    return _id_numbers([link.removeprefix("t3_")])[0]


def _parent_numbers(ids: list[str | int | None]) -> list[int | None]:
    keys = [parent[3:] if type(parent) is str and parent[:3] == "t1_" else None for parent in ids]
    numbers = iter(_id_numbers([key for key in keys if key is not None]))
    return [None if key is None else next(numbers) for key in keys]


def _bad_id(ids: list[str]) -> Rejected:
    """The error for one bad id. For several records the lines are read again one by one to find it."""
    return Rejected("bad-id", "rejected-bad-id", id=ids[0][:40])


def _all_valid_seconds(times: list[int | float | str | None]) -> bool:
    numbers = cast("list[int]", times)
    return (
        set(map(type, times)) == {int}
        and min(numbers) >= MIN_UNIX_SECONDS
        and max(numbers) < MAX_UNIX_SECONDS
    )


def _submission_row(record: _Submission) -> SubmissionRow:
    text = unescape(record.selftext or "")
    if record.meta is not None:
        text = _current_text(text, record.meta)
    gone = text in (DELETED, REMOVED)
    title = " ".join(unescape(record.title).split())
    if not title:
        raise Rejected("no-title", "rejected-untitled")
    [key] = _id_numbers([record.id.removeprefix("t3_")])
    source = record.domain or None
    if source is None and record.is_self:
        source = f"self.{record.subreddit or 'reddit'}"  # as Reddit names it
    link = unescape(record.url or "") or None
    if link is None and record.permalink:
        link = f"https://www.reddit.com{record.permalink}"
    return SubmissionRow(
        key=key,
        title=title,
        source=source,
        submitter=record.author or DELETED,
        posted_at=_unix_seconds(record.created_utc),
        score=record.score,
        link=link,
        subreddit=record.subreddit,
        flair=unescape(record.link_flair_text or "") or None,
        over_18=bool(record.over_18),
        text="" if gone else text,
        gone=gone,
    )


def _current_text(text: str, meta: _Meta) -> str:
    """The text after the dump's second retrieval, about 36 hours later: empty if it had been removed by
    then."""
    if meta.removal_type in ("deleted", "removed", "removed by reddit", "content takedown"):
        return DELETED if meta.removal_type == "deleted" else REMOVED
    return DELETED if meta.was_deleted_later else text


def unescape(text: str) -> str:
    """Undoes Reddit's escaping, of exactly three characters, and removes characters that text cannot
    contain."""
    if "&" in text:
        text = text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")
        text = _ZERO_WIDTH.sub("", text)
    return text.replace("\r\n", "\n").replace("\r", "\n").replace("\x00", "")


def _unix_seconds(value: int | float | str | None) -> int:
    try:
        seconds = value if type(value) is int else int(float(value))  # type: ignore[arg-type]  # None raises
    except (TypeError, ValueError, OverflowError):
        raise Rejected("bad-time", "rejected-bad-time", time=str(value)[:40]) from None
    if not MIN_UNIX_SECONDS <= seconds < MAX_UNIX_SECONDS:
        raise Rejected("bad-time", "rejected-impossible-time", time=str(seconds))
    return seconds
