"""Recognises tables in text (CSV, TSV), which are not read, to say so with their columns."""

from __future__ import annotations

import re
from collections.abc import Iterator

from bot.dumps.containers.sniff import head_text
from bot.dumps.containers.walk import Member
from bot.dumps.formats.format import Format, ReadRequest
from bot.dumps.formats.records import Item
from bot.dumps.rejections import Rejected

_DELIMITERS = re.compile(r"[,;\t|]")
_USUAL = frozenset(
    [
        "id",
        "link_id",
        "parent_id",
        "author",
        "body",
        "title",
        "text",
        "content",
        "selftext",
        "url",
        "permalink",
        "subreddit",
        "score",
        "domain",
        "created_utc",
        "created",
        "timestamp",
        "date",
        "source",
        "publisher",
        "description",
        "headline",
        "num_comments",
    ]
)
_MIN_USUAL = 2
_MIN_COLUMNS = 3
_MAX_COLUMNS_SHOWN = 12


def _columns(text: str) -> list[str]:
    """The columns that a first line names, empty if it is not that of a table."""
    line = text.lstrip("\ufeff").partition("\n")[0].rstrip("\r")
    names = [name.strip().strip('"') for name in _DELIMITERS.split(line)]
    usual = _USUAL.intersection(name.casefold() for name in names)
    is_table = len(names) >= _MIN_COLUMNS and len(usual) >= _MIN_USUAL
    return names if is_table and all(len(name.split()) <= 1 for name in names) else []


def _read(member: Member, _: ReadRequest) -> Iterator[Item]:
    columns = [name for name in _columns(head_text(member.head)) if name]
    shown = ", ".join(columns[:_MAX_COLUMNS_SHOWN]) + (", …" if len(columns) > _MAX_COLUMNS_SHOWN else "")
    raise Rejected("not-a-page", "rejected-table", 1, columns=shown)


FORMAT = Format(lambda text: bool(_columns(text)), _read)
"""Tried before pages, for which any text is taken."""
