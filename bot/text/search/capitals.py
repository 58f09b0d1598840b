"""Tells abbreviations from words of the same letters by how a text has them: the US, but not us."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from bot.domain.search import Query
from bot.text.language.stems import DEFAULT_LANGUAGE, empty_words
from bot.text.search.spellings import is_abbreviation


def abbreviations(query: Query) -> list[str]:
    """Returns the letters of each group that is an abbreviation, in lower case."""
    return [group[0].words[0] for group in query.groups if is_abbreviation(group)]


def written_pattern(letters: str) -> re.Pattern[str]:
    """Returns a pattern for an abbreviation as news writes it: in capitals, with or without dots."""
    capitals = [re.escape(letter) for letter in letters.upper()]
    return re.compile(rf"(?<!\w)(?:{''.join(capitals)}|{'[.] ?'.join(capitals)})(?!\w)")


def capitals_matcher(query: Query, languages: Sequence[str]) -> Callable[[str, str, str | None], bool] | None:
    """Returns a function that checks whether a text (title, body, language) has as abbreviations those of the
    query that are also words without a subject in its language; None if there are none in these languages, or
    if all of a query of several words is in capitals, which says nothing."""
    if len(query.groups) > 1 and query.text.isupper():
        return None
    ways = {
        letters: written_pattern(letters)
        for letters in abbreviations(query)
        if any(letters in empty_words(language) for language in languages or (DEFAULT_LANGUAGE,))
    }
    if not ways:
        return None

    def matches(title: str, body: str, language: str | None) -> bool:
        words = empty_words(language or DEFAULT_LANGUAGE)
        return all(
            letters not in words or way.search(title) is not None or way.search(body) is not None
            for letters, way in ways.items()
        )

    return matches
