"""Reddit dumps, Pushshift's and Arctic Shift's: JSON lines in, typed rows and named rejections out."""

from __future__ import annotations

import codecs
import json
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Annotated, Final, TypeAlias, cast

import msgspec

from bot.domain.articles import DELETED
from bot.domain.column_table import Table
from bot.dumps.rejections import Rejected

REMOVED: Final = "[removed]"
FIRST_SECOND: Final = 1_104_537_600  # 1 January 2005, the year of Reddit's first post
LAST_SECOND: Final = 4_102_444_800  # 1 January 2100
HIGHEST_ID: Final = (1 << 63) - 1  # as a database's integers; Reddit's are a millionth of it

CommentRow: TypeAlias = tuple[int, int, int | None, str, int, int | None, str]
"""(key, article's key, parent comment's key, author, unix seconds, score, text); keys are base-36 ids as
numbers. Plain tuples: a dump has millions, and each goes straight into `executemany`."""


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


@dataclass(frozen=True, slots=True)
class SubmissionRow:
    """One submission: `key` is its base-36 id as a number, `text` its own text with the entities undone,
    empty where it was taken away (`gone`)."""

    key: int
    title: str
    source: str | None
    submitter: str
    posted_at: int
    score: int | None
    link: str | None
    subreddit: str | None
    flair: str | None
    over_18: bool
    text: str
    gone: bool = False


@dataclass(slots=True)
class Block:
    """What about a mebibyte of lines held. `offset` and `line` say where the next block begins, in bytes and
    lines of the decompressed stream: a load that stops after this block goes on from there. A rejection is
    (line number, the line's first bytes, verdict)."""

    comments: list[CommentRow] | Table[CommentRow] = field(default_factory=list)
    submissions: list[SubmissionRow] = field(default_factory=list)
    rejections: list[tuple[int, bytes, Rejected]] = field(default_factory=list)
    skipped: int = 0
    """Lines that the load's own filters left out."""
    offset: int = 0
    line: int = 0
    where: str = ""
    """The file in the dump, for the places of rejections."""


@dataclass(frozen=True, slots=True)
class Filter:
    """What to leave out while loading; subreddit names compare without case, times are unix seconds."""

    subreddits: frozenset[str] = frozenset()
    after: int | None = None
    before: int | None = None
    min_score: int | None = None
    min_length: int = 0
    over_18: bool = False

    def keeps_comment(
        self, subreddit: str | None, posted_at: int, score: int | None, text: str, *, over_18: bool = False
    ) -> bool:
        if over_18 and not self.over_18:
            return False
        return self.keeps(subreddit, posted_at, score) and len(text) >= self.min_length

    def keeps_submission(self, row: SubmissionRow) -> bool:
        return (self.over_18 or not row.over_18) and self.keeps(row.subreddit, row.posted_at, row.score)

    def keeps(self, subreddit: str | None, posted_at: int | None, score: int | None) -> bool:
        """Whether where and when something was posted, and its score, are wanted."""
        if self.subreddits and (subreddit or "").casefold() not in self.subreddits:
            return False
        if self.after is not None and posted_at is not None and posted_at < self.after:
            return False
        if self.before is not None and posted_at is not None and posted_at >= self.before:
            return False
        return self.min_score is None or (score is not None and score >= self.min_score)

    @property
    def passes_all_comments(self) -> bool:
        """No comment can fail it, but for one that is itself marked as over 18: the hot loop need not ask."""
        return self == Filter(over_18=self.over_18)


_comments = msgspec.json.Decoder(_Comment)
_submissions = msgspec.json.Decoder(_Submission, strict=False)
_ZERO_WIDTH = re.compile(r"&?#x200[Bb];|\u200b")


def read_block(data: bytes, wanted: Filter, line: int) -> Block:
    """The rows of whole lines, the first of which is line `line` + 1."""
    # One kind of record with nothing wrong is decoded at once; anything else line by line, to name lines.
    block = Block(line=line)
    try:
        comments = _comments.decode_lines(data)
        rows = _comment_rows(comments)
        all_of_them = wanted.passes_all_comments
        if all_of_them and not wanted.over_18:
            all_of_them = True not in [record.over_18 for record in comments]
        block.comments = rows if all_of_them else _kept(comments, rows, wanted)
        block.skipped = len(rows) - len(block.comments)
    except (msgspec.MsgspecError, UnicodeDecodeError, Rejected):
        try:
            submissions = [_submission_row(record) for record in _submissions.decode_lines(data)]
            block.submissions = [row for row in submissions if wanted.keeps_submission(row)]
            block.skipped = len(submissions) - len(block.submissions)
        except (msgspec.MsgspecError, UnicodeDecodeError, Rejected):
            _line_by_line(data, wanted, block)
            return block
    block.line = line + _count_lines(data)
    return block


def _count_lines(data: bytes) -> int:
    # Six times as fast as `data.count`: `find` goes by memchr.
    count, place = 0, data.find(b"\n")
    while place >= 0:
        count += 1
        place = data.find(b"\n", place + 1)
    return count + (not data.endswith(b"\n"))


def _kept(records: list[_Comment], rows: Table[CommentRow], wanted: Filter) -> list[CommentRow]:
    return [
        row
        for record, row in zip(records, rows, strict=True)
        if wanted.keeps_comment(record.subreddit, row[4], row[5], row[6], over_18=bool(record.over_18))
    ]


def _line_by_line(data: bytes, wanted: Filter, block: Block) -> None:
    for raw in data.split(b"\n")[: None if not data.endswith(b"\n") else -1]:
        block.line += 1
        if not raw.strip():
            continue
        try:
            take_value(_bare(_value(raw)), wanted, block)
        except Rejected as rejected:
            block.rejections.append((block.line, raw[:200], rejected))


def _value(raw: bytes) -> object:
    """The line decoded; lone surrogates, which msgspec refuses, are replaced. Raises Rejected("not-json")."""
    raw = raw.removeprefix(codecs.BOM_UTF8)
    try:
        return msgspec.json.decode(raw)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        pass
    try:
        text = json.dumps(json.loads(raw.decode("utf-8", "replace")), ensure_ascii=False)
        return json.loads(text.encode("utf-16", "surrogatepass").decode("utf-16", "replace"))
    except (ValueError, RecursionError) as error:
        raise Rejected("not-json", f"That line is not JSON: {error}.") from None


def is_submission(line: bytes) -> bool:
    """Whether a line of a dump is a submission."""
    try:
        value = _bare(_value(line))
    except Rejected:
        return False
    return isinstance(value, dict) and "title" in value and "link_id" not in value


def _bare(value: object) -> object:
    """A record as the API wraps it (`{"kind": "t1", "data": {...}}`) without its wrapping."""
    if isinstance(value, dict) and value.get("kind") in ("t1", "t3") and isinstance(value.get("data"), dict):
        return value["data"]
    return value


def take_value(value: object, wanted: Filter, block: Block) -> None:
    """Put one decoded comment or submission into the block. Raises Rejected when it is neither."""
    if not isinstance(value, dict):
        raise Rejected("not-a-record", "That line is JSON, but not a Reddit comment or submission.")
    kinds: tuple[tuple[type[_Comment] | type[_Submission], Callable[..., None]], ...] = (
        (_Comment, _take_comment),
        (_Submission, _take_submission),
    )
    wrong = "it has neither a body with a link_id nor a title"
    for kind, take in kinds:
        try:
            record = msgspec.convert(value, kind, strict=False)
        except msgspec.ValidationError as error:
            if ("body" in value and kind is _Comment) or ("title" in value and kind is _Submission):
                wrong = str(error)
            continue
        take(record, wanted, block)
        return
    raise Rejected("not-a-record", f"That line is JSON, but not a Reddit comment or submission: {wrong}.")


def _take_comment(record: _Comment, wanted: Filter, block: Block) -> None:
    [row] = _comment_rows([record])
    if wanted.keeps_comment(record.subreddit, row[4], row[5], row[6], over_18=bool(record.over_18)):
        assert isinstance(block.comments, list)  # noqa: S101 - what is read line by line is no table
        block.comments.append(row)
    else:
        block.skipped += 1


def _take_submission(record: _Submission, wanted: Filter, block: Block) -> None:
    row = _submission_row(record)
    if wanted.keeps_submission(row):
        block.submissions.append(row)
    else:
        block.skipped += 1


def _comment_rows(records: list[_Comment]) -> Table[CommentRow]:
    # Column by column: this runs for every comment of a dump, and a step for each row would cost more than
    # the decoding.
    texts = [record.body for record in records]
    together = "".join(texts)
    if "&" in together or "\r" in together or "\x00" in together:
        texts = [plain(text) if "&" in text or "\r" in text or "\x00" in text else text for text in texts]
    metas = [record.meta for record in records]
    if metas.count(None) < len(metas):
        texts = [
            text if meta is None else _as_of_now(text, meta) for text, meta in zip(texts, metas, strict=True)
        ]
    times = [record.created_utc for record in records]
    return Table(
        (
            _numbers([record.id for record in records]),
            _links([record.link_id for record in records]),
            _parents([record.parent_id for record in records]),
            [record.author or DELETED for record in records],
            times if _all_in_order(times) else list(map(_seconds, times)),
            [record.score for record in records],
            texts,
        )
    )


def _numbers(ids: list[str]) -> list[int]:
    # All at once; `int` also takes signs, blanks, underscores and the digits of other scripts.
    together = "".join(ids)
    try:
        numbers = [int(one, 36) for one in ids]
    except ValueError:
        raise _bad_id(ids) from None
    if numbers and not (together.isascii() and together.isalnum() and max(numbers) <= HIGHEST_ID):
        raise _bad_id(ids)
    return numbers


def _links(ids: list[str]) -> list[int]:
    return list(map(_link, ids))


@lru_cache(maxsize=20_000)  # the comments of one thread come near each other
def _link(link: str) -> int:
    return _numbers([link.removeprefix("t3_")])[0]


def _parents(ids: list[str | int | None]) -> list[int | None]:
    keys = [one[3:] if type(one) is str and one[:3] == "t1_" else None for one in ids]
    numbers = iter(_numbers([one for one in keys if one is not None]))
    return [None if one is None else next(numbers) for one in keys]


def _bad_id(ids: list[str]) -> Rejected:
    """What is wrong where there is one id; of several the lines are read again one by one."""
    return Rejected("bad-id", f"The id {ids[0][:40]!r} is not one of Reddit's.")


def _all_in_order(times: list[int | float | str | None]) -> bool:
    numbers = cast("list[int]", times)
    return set(map(type, times)) == {int} and min(numbers) >= FIRST_SECOND and max(numbers) < LAST_SECOND


def _submission_row(record: _Submission) -> SubmissionRow:
    text = plain(record.selftext or "")
    if record.meta is not None:
        text = _as_of_now(text, record.meta)
    gone = text in (DELETED, REMOVED)
    title = " ".join(plain(record.title).split())
    if not title:
        raise Rejected("no-title", "That submission has no title.")
    [key] = _numbers([record.id.removeprefix("t3_")])
    source = record.domain or None
    if source is None and record.is_self:
        source = f"self.{record.subreddit or 'reddit'}"  # as Reddit names it
    link = plain(record.url or "") or None
    if link is None and record.permalink:
        link = f"https://www.reddit.com{record.permalink}"
    return SubmissionRow(
        key=key,
        title=title,
        source=source,
        submitter=record.author or DELETED,
        posted_at=_seconds(record.created_utc),
        score=record.score,
        link=link,
        subreddit=record.subreddit,
        flair=plain(record.link_flair_text or "") or None,
        over_18=bool(record.over_18),
        text="" if gone else text,
        gone=gone,
    )


def _as_of_now(text: str, meta: _Meta) -> str:
    """The dump's second look, about 36 hours later, may have found the text gone: then so it is here."""
    if meta.removal_type in ("deleted", "removed", "removed by reddit", "content takedown"):
        return DELETED if meta.removal_type == "deleted" else REMOVED
    return DELETED if meta.was_deleted_later else text


def plain(text: str) -> str:
    """Undo Reddit's escaping, which is of exactly three characters, and what else no text should hold."""
    if "&" in text:
        text = text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")
        text = _ZERO_WIDTH.sub("", text)
    return text.replace("\r\n", "\n").replace("\r", "\n").replace("\x00", "")


def _seconds(value: int | float | str | None) -> int:
    try:
        seconds = value if type(value) is int else int(float(value))  # type: ignore[arg-type]  # None raises
    except (TypeError, ValueError, OverflowError):
        raise Rejected("bad-time", f"The time {str(value)[:40]!r} is not one.") from None
    if not FIRST_SECOND <= seconds < LAST_SECOND:
        raise Rejected("bad-time", f"The time {seconds} is before Reddit or after this century.")
    return seconds
