"""The fields of records of forums: ids, names, times, votes, texts."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

from bot.domain.articles import DELETED
from bot.dumps.formats.article_times import article_time
from bot.dumps.formats.decode import clean_field
from bot.dumps.formats.page import MAX_TITLE_CHARACTERS
from bot.dumps.rejections import Rejected

Record = Mapping[str, Any]
_MAX_SCORE: Final = 1 << 53
_MAX_AUTHOR_CHARACTERS: Final = 200
_DIGITS: Final = re.compile(r"([0-9]{1,19})(?:\.0*)?")
_MAX_NUMBER: Final = (1 << 63) - 1


def text_of(value: object) -> str:
    """A text, empty for anything else."""
    return clean_field(value) if isinstance(value, str) else ""


def title_of(value: object) -> str:
    """A title on one line. Raises Rejected for one that is missing or too long."""
    title = " ".join(text_of(value).split())
    if not title:
        raise Rejected("no-title", "rejected-untitled-article")
    if len(title) > MAX_TITLE_CHARACTERS:
        raise Rejected("not-a-page", "rejected-long-title")
    return title


def author_of(value: object) -> str:
    """An author's name, or that of a deleted one."""
    return " ".join(text_of(value).split())[:_MAX_AUTHOR_CHARACTERS] or DELETED


def time_of(*values: object) -> datetime:
    """The first of the times that is given. Raises Rejected("bad-time")."""
    value = next((value for value in values if value not in (None, "")), None)
    at = None if isinstance(value, bool | dict | list) else article_time(value)
    if at is None:
        raise Rejected("bad-time", "rejected-bad-time", time=str(value)[:40])
    return at


def number_of(value: object) -> int:
    """An id, which tables write as text. Raises Rejected("bad-id")."""
    if isinstance(value, str) and (match := _DIGITS.fullmatch(value.strip())):
        value = int(match[1])
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    if type(value) is not int or not 0 < value <= _MAX_NUMBER:
        raise Rejected("bad-id", "rejected-bad-forum-id", id=str(value)[:40])
    return value


def score_of(value: object) -> int | None:
    """Votes, None where none are given."""
    if isinstance(value, str):
        try:
            value = float(value)
        except ValueError:
            return None
    is_number = type(value) in (int, float) and abs(value) <= _MAX_SCORE  # type: ignore[arg-type]
    return int(value) if is_number else None  # type: ignore[call-overload]


def web_link(value: object) -> str | None:
    """A link to the web, None for anything else."""
    link = "".join(text_of(value).split())
    return link if link.lower().startswith(("http://", "https://")) else None


def count_of(value: object) -> int | None:
    """A number of comments, None where none is given."""
    count = score_of(value)
    return None if count is None or count < 0 else count
