"""Text measured as Discord's limits measure it, and cut between words where it is too long."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Sequence

from bot.ui import markdown

ELLIPSIS = "…"
_WORD = re.compile(r"\S+")
# Where a page may end, best first: after a paragraph, a line, a sentence, a word.
_STOPS = (
    re.compile(r"\n\n+"),
    re.compile(r"\n"),
    re.compile(r"[.!?…。！？][\"'”’)\]]*\s+"),
    re.compile(r"\s+"),
)


def measure(text: str) -> int:
    """The length in UTF-16 units: nothing that counts characters, on either side, counts more."""
    return len(text) + sum(char > "\uffff" for char in text)


def label(text: str, limit: int) -> str:
    """One plain line of at most `limit`, for buttons, options and names, which know no markdown."""
    text = markdown.one_line(text)
    if measure(text) <= limit:
        return text
    cut = bounded(text, limit - 1)
    words = cut.rsplit(" ", 1)[0] if " " in cut else cut
    return (words if len(words) > len(cut) // 2 else cut).rstrip() + ELLIPSIS


def fit(text: str, limit: int) -> str:
    """The text on one line, escaped, at most `limit` long: whole, or its first words and an ellipsis."""
    return _fit(markdown.one_line(text), limit)


def fit_lines(text: str, limit: int) -> str:
    """`fit` for text that keeps its lines."""
    return _fit(markdown.clean(text).strip(), limit)


def fit_marked(text: str, spans: Sequence[tuple[int, int]], limit: int, mark: str = "**") -> str:
    """`markdown.marked`, at most `limit` long: words at the end are left out where it is longer."""
    whole = markdown.marked(text, spans, mark)
    if measure(whole) <= limit:
        return whole
    for match in reversed(list(_WORD.finditer(text[:limit]))[:-1]):
        cut = markdown.marked(text[: match.end()], spans, mark)
        if measure(cut) < limit:
            return cut + ELLIPSIS
    return fit(text, limit)


def split(text: str, limit: int) -> tuple[str, ...]:
    """The text in pieces, each at most `limit` long when escaped, parted after paragraphs, lines, sentences
    or words, in this order; at least one piece."""
    rest = markdown.clean(text).strip()
    pieces = []
    while measure(markdown.escape(rest)) > limit:
        piece = rest[: _stop(rest, limit)]
        pieces.append(piece.rstrip())
        rest = rest[len(piece) :].lstrip()
    return (*pieces, rest) if rest or not pieces else tuple(pieces)


def _fit(text: str, limit: int) -> str:
    if limit < 2:
        return ""
    # Escaping never shortens, so that more characters than the limit need not be looked at.
    whole = markdown.escape(text[: limit + 1])
    if len(text) <= limit and measure(whole) <= limit:
        return whole
    ends = [match.end() for match in _WORD.finditer(text[: limit + 1])]
    if ends and ends[-1] == limit + 1:
        ends.pop()
    kept = bisect_right(ends, limit - 1, key=lambda end: measure(markdown.escape(text[:end])))
    if kept:
        return markdown.escape(text[: ends[kept - 1]].rstrip(" ,;:–—-")) + ELLIPSIS
    return _hard(text, limit - 1) + ELLIPSIS


def _hard(text: str, limit: int) -> str:
    """The beginning of a word that is too long, which is no link any more."""
    text = bounded(text, limit)
    while measure(cut := markdown.escape(text, links=False)) > limit:
        text = text[:-1]
    return cut


def _stop(text: str, limit: int) -> int:
    """How many characters of `text` make one good page."""
    most = bisect_right(range(len(text[:limit]) + 1), limit, key=lambda n: measure(markdown.escape(text[:n])))
    most = max(1, most - 1)
    for pattern in _STOPS:
        ends = [match.end() for match in pattern.finditer(text, 0, most)]
        if ends and ends[-1] > most * 0.5:
            return ends[-1]
    return most


def bounded(text: str, limit: int) -> str:
    """The longest beginning of at most `limit`."""
    while measure(text) > limit:
        text = text[: min(len(text) - 1, limit)]
    return text
