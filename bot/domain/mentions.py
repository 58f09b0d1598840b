"""Finds and removes a person's name in texts."""

from __future__ import annotations

import re
from functools import lru_cache

from bot.domain.articles import DELETED

_JSON_ESCAPES = re.compile(r"(?:\\u[0-9a-fA-F]{4})+")


@lru_cache(16)
def _pattern(name: str) -> re.Pattern[str]:
    """The name as a whole word, in any case."""
    return re.compile(rf"(?<![^\W_]){re.escape(name)}(?![^\W_])", re.IGNORECASE)


def mentions(name: str, text: str | None) -> bool:
    """Whether the text contains the name as a whole word, also with JSON's escapes."""
    return text is not None and _pattern(name).search(unescape_json(text)) is not None


def without_name(name: str, text: str) -> str:
    """The text with `[deleted]` in place of the name."""
    return _pattern(name).sub(DELETED, text)


def unescape_json(text: str) -> str:
    """The text with the characters that JSON's `\\u` escapes stand for."""
    return _JSON_ESCAPES.sub(_unescaped, text)


def _unescaped(match: re.Match[str]) -> str:
    units = bytes.fromhex(match[0].replace("\\u", ""))
    return units.decode("utf-16-be", "replace")
