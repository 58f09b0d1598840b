"""Finds words that only insult a group of people, so that quotations can hide them until a reader reveals
them."""

from __future__ import annotations

import codecs
import re
from functools import cache

from bot.text.language.word_lists import WordLists

_HIDDEN = WordLists(__file__, "slurs.txt")


@cache
def _pattern() -> re.Pattern[str]:
    words = codecs.decode(" ".join(_HIDDEN["rot13"]), "rot13").split()
    return re.compile(rf"\b(?:{'|'.join(words)})\b", re.IGNORECASE)


def slur_spans(text: str) -> tuple[tuple[int, int], ...]:
    """Returns the [start, end) spans of the slurs in `text`."""
    return tuple(match.span() for match in _pattern().finditer(text))


def mask_slurs(text: str) -> str:
    """Returns the text with asterisks for all letters of slurs but the first, for output without spoilers.
    The length is unchanged, so that spans stay valid."""
    return _pattern().sub(lambda match: match[0][0] + "*" * (len(match[0]) - 1), text)
