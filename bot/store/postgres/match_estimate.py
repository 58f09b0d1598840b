"""Estimates how many rows match, from the numbers of rows that have each word."""

from __future__ import annotations

from collections.abc import Mapping
from math import prod

from bot.store.postgres import tsquery
from bot.store.text_match import MatchAll, MatchAny, MatchWords, TextMatch


def estimated_rows(match: TextMatch, rows: Mapping[str, int], total: int) -> float | None:
    """How many of `total` rows match if words occur independently of each other: for adjacent words as many
    as have them anywhere. None if that is not known, as of the beginning of a word."""
    if isinstance(match, MatchWords):
        words = [*tsquery.words(match)]
        known = [min(rows.get(word, 1), total) / total for word, prefix in words if not prefix]
        return total * prod(known) if known or not words else None
    if isinstance(match, MatchAny | MatchAll):
        parts = [estimated_rows(part, rows, total) for part in match.parts]
        counts = [count for count in parts if count is not None]
        if isinstance(match, MatchAny):
            return sum(counts) if len(counts) == len(parts) else None
        return total * prod(count / total for count in counts) if counts else None
    return estimated_rows(match.match, rows, total)
