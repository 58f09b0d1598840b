"""Finds the lines of a page that start a comment, and excludes lines that only look the same."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import NamedTuple

from bot.domain.articles import DELETED
from bot.domain.calendar_names import MONTHS

# The day's suffix is ignored: some pages write "11st". The name is missing if the capture dropped link text.
_HEADER = re.compile(
    r"(?:(?P<author>\[deleted\]|(?:/?u/)?[\w.-]{1,64}) | ?)on "
    rf"(?P<month>{'|'.join(MONTHS)}) (?P<day>\d{{1,2}})[^\W\d_]{{0,3}}, ?(?P<year>\d{{4}})"
    r" at (?P<hour>\d{1,2}):(?P<minute>\d{2}) UTC\s?»\s*"
)
_MONTHS = {name: number for number, name in enumerate(MONTHS, 1)}
_MIN_YEAR = 1970  # Times are kept as Unix seconds; nothing on the web is older.
_MIN_ORDERED_HEADERS = 7
"""With this many headers in order for each one out of order, the order is certain: on 1 page in 800 it is
chance."""


class Header(NamedTuple):
    """The header of one comment and its line number (from 0)."""

    line: int
    author: str
    posted_at: datetime


def parse_header(line: str) -> tuple[str, datetime] | None:
    """Returns author and UTC time of a comment header, or None. A header fills its whole line, is not
    indented or quoted, and has a valid date. An author whose name the capture lost counts as deleted."""
    if "»" not in line:
        return None
    match = _HEADER.fullmatch(line)
    if match is None:
        return None
    author, month, day, year, hour, minute = match.groups()
    try:
        posted_at = datetime(int(year), _MONTHS[month], int(day), int(hour), int(minute), tzinfo=UTC)
    except ValueError:
        return None
    return (author or DELETED, posted_at) if posted_at.year >= _MIN_YEAR else None


def find_headers(lines: Sequence[str], start: int) -> list[Header]:
    """Returns the comment headers from line `start`, in the page's order.

    A header has a blank line (or the page's end) on both sides; other header lines count only on pages where
    no header has, because blank lines were dropped. Headers quoted in a comment's text are removed by
    `_without_quoted`.
    """
    alone: list[Header] = []
    crowded: list[Header] = []
    for number in [number for number, line in enumerate(lines) if "»" in line]:
        if number < start or not (parsed := parse_header(lines[number])):
            continue
        header = Header(number, *parsed)
        blank_before = number == start or not lines[number - 1].strip()
        blank_after = number + 1 == len(lines) or not lines[number + 1].strip()
        (alone if blank_before and blank_after else crowded).append(header)
    return _without_quoted(alone or crowded)


def _without_quoted(headers: list[Header]) -> list[Header]:
    """Removes headers that a commenter quoted from further down the page.

    Pages run from new to old. A header older than one that follows it is out of order. It is a quotation if a
    header in order has the same author and minute, or if nearly all other headers are in order. On pages with
    another order many headers are out of order, and all of them count.
    """
    out_of_place: set[int] = set()
    newest: datetime | None = None
    for index in range(len(headers) - 1, -1, -1):
        posted_at = headers[index].posted_at
        if newest is not None and posted_at < newest:
            out_of_place.add(index)
        else:
            newest = posted_at
    if not out_of_place:
        return headers
    ordered = len(headers) - len(out_of_place)
    if ordered >= _MIN_ORDERED_HEADERS * len(out_of_place):
        return [header for index, header in enumerate(headers) if index not in out_of_place]
    in_place = {(h.author, h.posted_at) for i, h in enumerate(headers) if i not in out_of_place}
    return [
        header
        for index, header in enumerate(headers)
        if index not in out_of_place or (header.author, header.posted_at) not in in_place
    ]
