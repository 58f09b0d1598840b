"""Tells abbreviations from words of the same letters by how a text has them: the US, but not us."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace

from bot.domain.search import Exclusion, Query, Term
from bot.text.language.stems import DEFAULT_LANGUAGE, empty_words
from bot.text.search.excerpt import TermMatcher
from bot.text.search.spellings import is_abbreviation

Matches = Callable[[str, str, str | None], bool]
"""Whether a text (title, body, language) has something."""


@dataclass(frozen=True, slots=True)
class ExcludedCapitals:
    """What a query excludes by abbreviations that are also words: `rest` is the query without it, `in_row`
    checks whether a row has it, and `in_article` whether an article has what excludes its thread."""

    rest: Query
    in_row: Matches
    in_article: Matches


@dataclass(frozen=True, slots=True)
class Capitals:
    """What `capitals_matcher` and `excluded_capitals` return for a query."""

    required: Matches | None
    excluded: ExcludedCapitals | None


def abbreviations(query: Query) -> list[str]:
    """Returns the letters of each group that is an abbreviation, in lower case."""
    return [group[0].words[0] for group in query.groups if is_abbreviation(group)]


def written_pattern(letters: str) -> re.Pattern[str]:
    """Returns a pattern for an abbreviation as news writes it: in capitals, with or without dots."""
    capitals = [re.escape(letter) for letter in letters.upper()]
    return re.compile(rf"(?<!\w)(?:{''.join(capitals)}|{'[.] ?'.join(capitals)})(?!\w)")


def capitals_matcher(query: Query, languages: Sequence[str]) -> Matches | None:
    """Returns a function that checks whether a text has as abbreviations those of the
    query that are also words without a subject in its language; None if there are none in these languages, or
    if all of a query of several words is in capitals, which says nothing."""
    if len(query.groups) > 1 and query.text.isupper():
        return None
    checks = [
        (letters, _written(letters)) for letters in abbreviations(query) if _is_ambiguous(letters, languages)
    ]
    if not checks:
        return None

    def matches(title: str, body: str, language: str | None) -> bool:
        words = empty_words(language or DEFAULT_LANGUAGE)
        return all(letters not in words or has(title) or has(body) for letters, has in checks)

    return matches


def excluded_capitals(query: Query, languages: Sequence[str]) -> ExcludedCapitals | None:
    """Returns what a query excludes by abbreviations that are also words without a subject in one of these
    languages; None if it excludes none."""
    terms = {*query.exclude}
    for exclusion in query.exclusions:
        terms.update(*exclusion.ways, exclusion.unless)
    letters = {
        term
        for term in terms
        if term.exact
        and len(term.words) == 1
        and replace(term, words=tuple(term.words[0])) in terms
        and _is_ambiguous(term.words[0], languages)
    }
    if not letters:
        return None
    plain = [Exclusion((term,)) for term in query.exclude if term in letters]
    others = [
        exclusion
        for exclusion in query.exclusions
        if not letters.isdisjoint((*exclusion.unless, *(term for way in exclusion.ways for term in way)))
    ]
    rest = replace(
        query,
        exclude=tuple(term for term in query.exclude if term not in letters),
        exclusions=tuple(exclusion for exclusion in query.exclusions if exclusion not in others),
    )
    in_article = _any([_excludes(exclusion, letters) for exclusion in plain])
    return ExcludedCapitals(
        rest, _any([in_article, *(_excludes(exclusion, letters) for exclusion in others)]), in_article
    )


def _is_ambiguous(letters: str, languages: Sequence[str]) -> bool:
    return any(letters in empty_words(language) for language in languages or (DEFAULT_LANGUAGE,))


def _written(letters: str) -> Callable[[str], bool]:
    """Returns a function that checks whether a text has the abbreviation."""
    pattern, capitals = written_pattern(letters), letters.upper()
    dotted = f"{capitals[0]}."
    # Most texts have neither, which takes a tenth of the pattern's time to see.
    return lambda text: (capitals in text or dotted in text) and pattern.search(text) is not None


def _any(checks: Iterable[Matches]) -> Matches:
    all_checks = list(checks)
    return lambda title, body, language: any(check(title, body, language) for check in all_checks)


def _excludes(exclusion: Exclusion, letters: set[Term]) -> Matches:
    """Returns a function that checks whether an exclusion leaves out a text."""
    ways = [_any(_has(term, letters) for term in way) for way in exclusion.ways]
    lifting = _any(_has(term, letters) for term in exclusion.unless)
    return lambda title, body, language: (
        all(way(title, body, language) for way in ways) and not lifting(title, body, language)
    )


def _has(term: Term, letters: set[Term]) -> Matches:
    """Returns a function that checks whether a text has the term: as an abbreviation, if it is one of
    `letters` and a word in the text's language."""
    matcher = TermMatcher([replace(term, title=False)])
    written = _written(term.words[0]) if term in letters else None

    def has(title: str, body: str, language: str | None) -> bool:
        own = title if term.title else f"{title}\n{body}"
        if written is not None and term.words[0] in empty_words(language or DEFAULT_LANGUAGE):
            return written(own)
        return bool(matcher.find(own))

    return has
