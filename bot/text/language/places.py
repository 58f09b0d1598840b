"""The names of countries and large cities, by language."""

from __future__ import annotations

import re
from functools import lru_cache

from bot.text.language.word_lists import WordLists

_PLACES = WordLists(__file__, "places.txt", separator=",")


def place_names(language: str) -> frozenset[str]:
    """Returns the names as the language writes them; empty for a language without a list."""
    return _PLACES.get(language, frozenset())


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
