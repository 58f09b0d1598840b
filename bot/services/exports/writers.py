"""Writes threads as Markdown, as CSV for spreadsheets, and as NDJSON that loads again."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from bot.domain.dump import ParsedComment, ParsedThread
from bot.domain.exports import ExportFormat
from bot.i18n import formats, msg

COLUMNS = (
    *("kind", "thread", "key", "parent", "author", "posted_at", "score", "title", "text"),
    *("source", "subreddit", "flair", "over_18", "link", "discussion"),
)
_FORMULA = re.compile(r"[\s\ufeff\u200b-\u200f\u2060]*[=+\-@|%\uff1d\uff0b\uff0d\uff20\t\r\n]")
"""How a cell begins that a spreadsheet may take for a formula, also behind blanks and in full width."""
_MARKDOWN = re.compile(r"[\\`*_\[\]<>|~]|(?m:^[ \t]{0,9}(?:[#+\-=]|\d{1,9}[.)]))")


@dataclass(frozen=True, slots=True)
class ThreadWriter:
    """The bytes of a file: what it begins with, those of a thread (with its number in the export), and those
    of one of its comments."""

    head: bytes
    thread: Callable[[ParsedThread, int], bytes]
    comment: Callable[[ParsedComment, int], bytes]


def writer_of(format_: ExportFormat) -> ThreadWriter:
    """The writer of a format. Markdown is in the current language."""
    match format_:
        case "ndjson":
            # Imported here, as the readers of dumps are slow to import.
            from bot.dumps.formats.newsdesk_export import encode_comment, encode_thread

            return ThreadWriter(
                b"", lambda thread, _: encode_thread(thread), lambda comment, _: encode_comment(comment)
            )
        case "csv":
            # With the mark that makes spreadsheets read UTF-8.
            return ThreadWriter("\ufeff".encode() + _row(COLUMNS), _csv_thread, _csv_comment)
        case _:
            return ThreadWriter(b"", _markdown_thread, _markdown_comment)


def safe_cell(text: str) -> str:
    """The text of a cell, with an apostrophe before what a spreadsheet would run as a formula."""
    return f"'{text}" if _FORMULA.match(text) else text


def _row(cells: tuple[object, ...]) -> bytes:
    line = io.StringIO()
    safe = [safe_cell(cell) if isinstance(cell, str) else cell for cell in cells]
    csv.writer(line, lineterminator="\r\n").writerow(safe)
    return line.getvalue().encode(errors="replace")


def _csv_thread(thread: ParsedThread, number: int) -> bytes:
    text = "\n\n".join(paragraph.text for paragraph in thread.paragraphs if not paragraph.furniture)
    return _row(
        (
            *("article", number, thread.key, None, thread.submitter, _iso(thread.posted_at), thread.score),
            *(thread.title, text, thread.source, thread.subreddit, thread.flair, int(thread.over_18)),
            *(thread.link, thread.discussion),
        )
    )


def _csv_comment(comment: ParsedComment, number: int) -> bytes:
    return _row(
        (
            *("comment", number, comment.key, comment.parent_key, comment.author),
            *(_iso(comment.posted_at), comment.score, None, comment.text),
            *(None, None, None, None, comment.link, None),
        )
    )


def _iso(moment: datetime | None) -> str | None:
    return None if moment is None else moment.isoformat()


def _markdown_thread(thread: ParsedThread, number: int) -> bytes:
    facts = [
        _inline(thread.source or ""),
        _inline(f"r/{thread.subreddit}" if thread.subreddit else ""),
        msg("export-by", who=_inline(thread.submitter)) if thread.submitter else "",
        formats.day(thread.posted_at) if thread.posted_at else "",
        f"<{thread.link}>" if thread.link and re.fullmatch(r"https?://[^\s<>]+", thread.link) else "",
    ]
    parts = ["" if number == 1 else "\n---\n", f"# {_inline(thread.title)}", " · ".join(filter(None, facts))]
    parts += [escape(part.text) for part in thread.paragraphs if not part.furniture]
    return ("\n\n".join(filter(None, parts)) + "\n\n").encode(errors="replace")


def _markdown_comment(comment: ParsedComment, number: int) -> bytes:
    points = "" if comment.score is None else msg("export-points", count=comment.score)
    head = " · ".join(filter(None, (f"**{_inline(comment.author)}**", _minute(comment.posted_at), points)))
    quoted = "\n".join(f"> {line}".rstrip() for line in escape(comment.text).split("\n"))
    return f"{head}\n\n{quoted}\n\n".encode(errors="replace")


def _minute(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%d %H:%M UTC")


def _inline(text: str) -> str:
    return escape(" ".join(text.split()))


def escape(text: str) -> str:
    """The text as Markdown that shows every character as it is: no headings, lists, links or HTML."""
    return _MARKDOWN.sub(_escaped, text)


def _escaped(match: re.Match[str]) -> str:
    return f"{match[0][:-1]}\\{match[0][-1]}"
