"""The operators of a query, such as `author:` and `score:>10`, and their conditions."""

from __future__ import annotations

import re
from datetime import datetime
from typing import get_args

from bot.clock import to_unix
from bot.domain.articles import author_name
from bot.domain.browsing import Facet, period
from bot.domain.search import Condition, ConditionField
from bot.errors import BadInput
from bot.text.language.date_parser import parse_date

OPERATORS = "author|source|site|subreddit|flair|score|comments|before|after|title"
"""Their names, as a regular expression."""
_ALIASES = {"site": "source"}
_NUMBER = re.compile(r"(?P<sign>[<>]=?|=)?(?P<low>-?\d{1,12})(?:(?P<dots>\.\.)(?P<high>-?\d{1,12})?)?")
_NAMES = tuple(name for name in get_args(ConditionField) if name not in ("score", "comments", "posted"))


def condition(name: str, value: str, now: datetime) -> Condition:
    """The condition of an operator, but `title`. Raises BadInput("operator-number" | "operator-date" |
    "operator-value")."""
    name = _ALIASES.get(name, name)
    value = value.strip()
    if name in ("before", "after"):
        return _date(name, value, now)
    if name == "score":
        return _number("score", value)
    if name == "comments":
        return _number("comments", value)
    cleaned = author_name(value) if name == "author" else _place(name, value)
    for field in _NAMES:
        if field == name and cleaned:
            return Condition(field, cleaned)
    raise BadInput("operator-value", operator=name, value=value[:60])


def _place(name: str, value: str) -> str:
    if name == "subreddit":
        return value.removeprefix("/").removeprefix("r/")
    return value.removeprefix("https://").removeprefix("http://").rstrip("/") if name == "source" else value


def _date(name: str, value: str, now: datetime) -> Condition:
    try:
        moment = to_unix(parse_date(value, now))
    except BadInput:
        raise BadInput("operator-date", operator=name, value=value[:60]) from None
    return Condition("posted", low=moment) if name == "after" else Condition("posted", high=moment - 1)


def _number(field: ConditionField, value: str) -> Condition:
    match = _NUMBER.fullmatch(value)
    if match is None or (match["sign"] and match["dots"]):
        raise BadInput("operator-number", operator=field, value=value[:60])
    low = int(match["low"])
    if match["dots"]:
        return Condition(field, low=low, high=int(match["high"]) if match["high"] else None)
    match match["sign"]:
        case ">":
            return Condition(field, low=low + 1)
        case ">=":
            return Condition(field, low=low)
        case "<":
            return Condition(field, high=low - 1)
        case "<=":
            return Condition(field, high=low)
        case _:
            return Condition(field, low=low, high=low)


def with_operators(
    text: str,
    *,
    title: str | None = None,
    subreddit: str | None = None,
    flair: str | None = None,
    min_score: int | None = None,
    min_comments: int | None = None,
) -> str:
    """The query with these options as operators, so that buttons, follows and saved searches keep them."""
    words = [title] if title and '"' in title else (title or "").split()
    named = [*(("title", word) for word in words), ("subreddit", subreddit), ("flair", flair)]
    parts = [text.strip(), *(operator(name, value) for name, value in named if value)]
    parts += [f"score:>={min_score}"] if min_score is not None else []
    parts += [f"comments:>={min_comments}"] if min_comments is not None else []
    return " ".join(part for part in parts if part)


def browse_query(by: Facet, value: str) -> str:
    """The query for the articles with a value of a facet. Raises BadInput("operator-value" | "operator-date")
    for one that none can have."""
    if by in ("day", "month"):
        try:
            start, end = period(value)
        except ValueError:
            raise BadInput("operator-date", operator=by, value=value[:60]) from None
        return f"after:{start:%Y-%m-%d} before:{end:%Y-%m-%d}"
    if not (text := operator(by, value)):
        raise BadInput("operator-value", operator=by, value=value[:60])
    return text


def operator(name: str, value: str) -> str:
    """An operator with a name as its value, quoted if it needs to be; empty without a value."""
    value = " ".join(value.replace('"', " ").split())
    if not value:
        return ""
    return f"{name}:{value}" if re.fullmatch(r"[\w./-]+", value) else f'{name}:"{value}"'
