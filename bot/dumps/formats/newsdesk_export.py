"""Reads and writes Newsdesk's own export: JSON lines, each a thread, or a comment of the thread above it.

Nothing that the archive has of a thread is lost, so that an export loads again into the same rows.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from typing import Final

import msgspec

from bot.clock import from_unix, to_unix
from bot.domain.articles import Paragraph
from bot.domain.dump import ParsedComment, ParsedThread
from bot.dumps.containers.streams import Readable
from bot.dumps.containers.walk import Member
from bot.dumps.formats.decode import as_utf8
from bot.dumps.formats.format import Format, ReadRequest, reading_stream
from bot.dumps.formats.json_lines import BLOCK_BYTES, skip
from bot.dumps.formats.records import Block, Item
from bot.dumps.rejections import Rejected

VERSION: Final = 1
MAX_LINE_BYTES: Final = 64 << 20
_READ_BYTES: Final = 1 << 20
_START: Final = re.compile(r'\s*\{"newsdesk_export":\s*\d')
_IS_COMMENT: Final = b'{"comment"'


class _Thread(msgspec.Struct, omit_defaults=True, rename={"version": "newsdesk_export"}):
    """A thread without its comments; times are unix seconds."""

    version: int
    title: str
    source: str | None = None
    submitter: str | None = None
    posted_at: int | None = None
    paragraphs: list[str] = []
    furniture: list[int] = []
    """The numbers of the paragraphs that are not the article's own text."""
    key: str | None = None
    link: str | None = None
    subreddit: str | None = None
    score: int | None = None
    flair: str | None = None
    over_18: bool = False
    withdrawn: bool = False
    discussion: str | None = None
    captured: int | None = None
    stated: int | None = None
    known: int | None = None


class _Comment(msgspec.Struct, omit_defaults=True):
    author: str
    posted_at: int
    text: str
    key: str | None = None
    parent: str | None = None
    score: int | None = None
    captured: int | None = None
    link: str | None = None


class _CommentLine(msgspec.Struct):
    comment: _Comment


_thread_decoder = msgspec.json.Decoder(_Thread)
_comment_decoder = msgspec.json.Decoder(_CommentLine)
_encoder = msgspec.json.Encoder()


def encode_thread(thread: ParsedThread) -> bytes:
    """The line of a thread, without its comments."""
    line = _Thread(
        VERSION,
        thread.title,
        thread.source,
        thread.submitter,
        None if thread.inferred or thread.posted_at is None else to_unix(thread.posted_at),
        [paragraph.text for paragraph in thread.paragraphs],
        [number for number, paragraph in enumerate(thread.paragraphs) if paragraph.furniture],
        thread.key,
        thread.link,
        thread.subreddit,
        thread.score,
        thread.flair,
        thread.over_18,
        thread.withdrawn,
        thread.discussion,
        thread.captured,
        thread.stated,
        thread.known,
    )
    return _encoder.encode(line) + b"\n"


def encode_comment(comment: ParsedComment) -> bytes:
    """The line of a comment, which stands below that of its thread."""
    author, posted_at, text, key, parent, score, captured, link = comment
    fields = _Comment(author, to_unix(posted_at), text, key, parent, score, captured, link)
    return _encoder.encode(_CommentLine(fields)) + b"\n"


def _read(member: Member, request: ReadRequest) -> Iterator[Item]:
    """Yields blocks that end before a thread, so that a load resumes with a whole one."""
    with reading_stream(member, request):
        stream = as_utf8(member.stream, member.head)
        skip(stream, request.offset)
        begun, offset, number = request.offset, request.offset, request.line
        block = Block(where=member.where)
        thread: ParsedThread | None = None
        comments: list[ParsedComment] = []

        def close() -> None:
            if thread is not None:
                block.add_article(replace(thread, comments=tuple(comments)), request.filters)
            block.offset, block.line = offset, number

        for line in _lines(stream):
            is_comment = line.startswith(_IS_COMMENT)
            if not is_comment and line.strip():
                close()
                thread, comments = None, []
                if offset - begun >= BLOCK_BYTES:
                    yield block
                    block, begun = Block(where=member.where), offset
            offset, number = offset + len(line) + 1, number + 1
            try:
                if is_comment:
                    comments.append(_comment(line, in_thread=thread is not None))
                elif line.strip():
                    thread = _thread(line)
            except Rejected as rejected:
                block.reject(number, line[:1000], rejected, "comments" if is_comment else "articles")
        close()
        yield block


FORMAT = Format(lambda text: _START.match(text) is not None, _read, resumable=True)
"""Tried before other JSON lines."""


def _lines(stream: Readable) -> Iterator[bytes]:
    rest = b""
    while data := stream.read(_READ_BYTES):
        *lines, rest = (rest + data).split(b"\n")
        yield from lines
        if len(rest) > MAX_LINE_BYTES:
            raise Rejected("too-large", "rejected-large-listing", megabytes=MAX_LINE_BYTES >> 20)
    if rest:
        yield rest


def _thread(line: bytes) -> ParsedThread:
    try:
        fields = _thread_decoder.decode(line)
        if fields.version > VERSION or not fields.title.strip():
            raise Rejected("not-a-record", "rejected-not-an-export")
        furniture = set(fields.furniture)
        return ParsedThread(
            title=fields.title,
            source=fields.source,
            submitter=fields.submitter,
            posted_at=_time(fields.posted_at),
            inferred=fields.posted_at is None,
            paragraphs=tuple(
                Paragraph(text, furniture=number in furniture)
                for number, text in enumerate(fields.paragraphs)
            ),
            comments=(),
            key=fields.key,
            link=fields.link,
            subreddit=fields.subreddit,
            score=fields.score,
            flair=fields.flair,
            over_18=fields.over_18,
            withdrawn=fields.withdrawn,
            discussion=fields.discussion,
            captured=fields.captured,
            stated=fields.stated,
            known=fields.known,
        )
    except (msgspec.DecodeError, UnicodeDecodeError, OverflowError, ValueError) as error:
        raise _refused(error) from error


def _comment(line: bytes, *, in_thread: bool) -> ParsedComment:
    try:
        fields = _comment_decoder.decode(line).comment
        posted_at = _time(fields.posted_at)
        if not in_thread or posted_at is None:
            raise Rejected("not-a-record", "rejected-not-an-export")
        return ParsedComment(
            *(fields.author, posted_at, fields.text, fields.key, fields.parent),
            *(fields.score, fields.captured, fields.link),
        )
    except (msgspec.DecodeError, UnicodeDecodeError, OverflowError, ValueError) as error:
        raise _refused(error) from error


def _refused(error: Exception) -> Rejected:
    return error if isinstance(error, Rejected) else Rejected("not-a-record", "rejected-not-an-export")


def _time(seconds: int | None) -> datetime | None:
    return from_unix(seconds)
