"""Text length as Discord's limits count it, and truncation between words."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Callable

from bot.ui.kit import markdown

ELLIPSIS = "…"
_WORD = re.compile(r"\S+")


def utf16_length(text: str) -> int:
    """The length in UTF-16 units, the largest of all ways in which Discord and its clients count."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def clip(text: str, limit: int) -> str:
    """The longest prefix of at most `limit`."""
    if utf16_length(text) <= limit:
        return text
    return text[: _longest_prefix(text[:limit], limit, utf16_length)]


def label(text: str, limit: int) -> str:
    """One plain line of at most `limit`, for buttons, options and names, which do not support markdown."""
    text, whole = _examined(text, limit, markdown.one_line)
    if whole and utf16_length(text) <= limit:
        return text
    cut = clip(text, limit - 1)
    words = cut.rsplit(" ", 1)[0]
    return (words if len(words) > len(cut) // 2 else cut).rstrip() + ELLIPSIS


def truncate(text: str, limit: int) -> str:
    """The text on one line, escaped, at most `limit` long: in full, or its first words and an ellipsis."""
    return _truncate(text, limit, markdown.one_line)


def truncate_lines(text: str, limit: int) -> str:
    """Like `truncate`, but keeps line breaks."""
    return _truncate(text, limit, lambda given: markdown.clean(given).strip())


def _truncate(text: str, limit: int, clean: Callable[[str], str]) -> str:
    if limit < 2:
        return ""
    text, whole = _examined(text, limit, clean)
    escaped = markdown.escape(text[: limit + 1])
    # Escaping never makes text shorter.
    if whole and len(text) <= limit and utf16_length(escaped) <= limit:
        return escaped
    ends = [match.end() for match in _WORD.finditer(text[: limit + 1])]
    if ends and ends[-1] == limit + 1:
        ends.pop()
    kept = bisect_right(ends, limit - 1, key=lambda end: _escaped_length(text[:end]))
    if kept:
        return markdown.escape(text[: ends[kept - 1]].rstrip(" ,;:–—-")) + ELLIPSIS
    # A word that is too long; once split, it is no longer a link.
    end = _longest_prefix(text[:limit], limit - 1, lambda part: _escaped_length(part, links=False))
    return markdown.escape(text[:end], links=False) + ELLIPSIS


def _escaped_length(text: str, *, links: bool = True) -> int:
    return utf16_length(markdown.escape(text, links=links))


def _max_examined(limit: int) -> int:
    return 4 * limit + 200


def _examined(text: str, limit: int, clean: Callable[[str], str]) -> tuple[str, bool]:
    """A cleaned prefix that is longer than `limit` once escaped, and whether it is the whole text."""
    end = _max_examined(limit)
    return clean(text[:end]), len(text) <= end


def _longest_prefix(text: str, limit: int, size: Callable[[str], int]) -> int:
    """The length in characters of the longest prefix whose `size` is at most `limit`."""
    return max(0, bisect_right(range(len(text) + 1), limit, key=lambda n: size(text[:n])) - 1)
