"""Estimates how many rows can match, from the numbers of rows that have each word."""

from __future__ import annotations

from collections.abc import Mapping

from bot.store.postgres import tsquery
from bot.store.text_match import MatchAll, MatchAny, MatchWords, TextMatch

MAX_KNOWN_LENGTH = 40
"""Of no longer word the number of rows is learnt."""


def most_rows(match: TextMatch, rows: Mapping[str, int]) -> int | None:
    """The most rows that can match: of words that must occur together, those of the rarest one. None if that
    is not known, as of the beginning of a word, of a number, and of words of other scripts."""
    if isinstance(match, MatchWords):
        counts = [rows.get(word, _unlisted(word)) for word, prefix in tsquery.words(match) if not prefix]
        return min((count for count in counts if count is not None), default=None)
    if isinstance(match, MatchAny | MatchAll):
        counts = [most_rows(part, rows) for part in match.parts]
        known = [count for count in counts if count is not None]
        if isinstance(match, MatchAny):
            return sum(known) if len(known) == len(counts) else None
        return min(known, default=None)
    return most_rows(match.match, rows)


def _unlisted(word: str) -> int | None:
    """How many rows have a word of which nothing is learnt: hardly any if others like it are."""
    return 1 if word.isascii() and word.isalpha() and len(word) <= MAX_KNOWN_LENGTH else None
