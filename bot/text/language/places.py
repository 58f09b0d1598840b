"""The names of countries, regions and large cities, by language."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache, lru_cache

from bot.text.language.word_lists import WordLists

_PLACES = WordLists(__file__, "places.txt", separator=",")
_NOT_PLACES = frozenset(("001", "EU", "UN", "EZ", "QO", "XA", "XB", "ZZ"))
"""Codes of CLDR that stand for bodies or for nothing."""


@cache
def place_names(language: str) -> frozenset[str]:
    """Returns the names as the language writes them: those of countries and continents from CLDR, others from
    a list; empty for an unknown language."""
    return _PLACES.get(language, frozenset()) | country_names(language)


@cache
def country_names(language: str) -> frozenset[str]:
    """Returns the names of countries and continents from CLDR; empty for an unknown language."""
    return frozenset(_territories(language))


def _territories(language: str) -> Iterator[str]:
    # Reads a file, which not every use case needs.
    from babel import Locale, UnknownLocaleError

    try:
        territories = Locale(language).territories
    except (UnknownLocaleError, ValueError):
        return
    for code, name in territories.items():
        if code not in _NOT_PLACES:
            # "Myanmar (Burma)" has two names; of "刚果（金）" one sign is no name.
            yield from (part for part in re.split(r" ?[()（）]", name) if len(part) > 1)


@lru_cache(maxsize=4)
def place_pattern(language: str) -> re.Pattern[str]:
    """Returns a pattern for the names in a script without capitals, the longest name first: after the
    particles that Arabic attaches to the next word; anywhere in Chinese."""
    names = (
        "|".join(map(re.escape, sorted(place_names(language), key=lambda name: (-len(name), name))))
        or r"(?!)"
    )
    if language == "ar":
        return re.compile(rf"(?<!\w)[وف]?[بل]?({names})(?!\w)")
    return re.compile(f"({names})")
