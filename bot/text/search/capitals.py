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
Forms = Callable[[str], Sequence[str]]
"""Returns the other forms of a word that match it."""


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


def capitals_matcher(query: Query, languages: Sequence[str], forms: Forms) -> Matches | None:
    """Returns a function that checks whether a text that has the words of the query, in these `forms`, has as
    abbreviations those that are also words without a subject in its language: in each group one of them, or
    another term. None if there are none in these languages."""
    groups = [group for group in query.groups if any(_ambiguous(term, languages) for term in group)]
    checks = [_has_group(group, forms) for group in groups]
    if not checks:
        return None
    return lambda title, body, language: all(check(title, body, language) for check in checks)


def excluded_capitals(query: Query, languages: Sequence[str]) -> ExcludedCapitals | None:
    """Returns what a query excludes by abbreviations that are also words without a subject in one of these
    languages; None if it excludes none."""
    terms = {*query.exclude}
    for exclusion in query.exclusions:
        terms.update(*exclusion.ways, exclusion.unless)
    # With its letters apart an abbreviation is no word.
    unclear = {
        term for term in terms if any(letters in term.words for letters in _ambiguous(term, languages))
    }
    if not unclear:
        return None
    plain = [Exclusion((term,)) for term in query.exclude if term in unclear]
    others = [
        exclusion
        for exclusion in query.exclusions
        if not unclear.isdisjoint((*exclusion.unless, *(term for way in exclusion.ways for term in way)))
    ]
    rest = replace(
        query,
        exclude=tuple(term for term in query.exclude if term not in unclear),
        exclusions=tuple(exclusion for exclusion in query.exclusions if exclusion not in others),
    )
    in_article = _any(map(_excludes, plain))
    return ExcludedCapitals(rest, _any([in_article, *map(_excludes, others)]), in_article)


def _ambiguous(term: Term, languages: Sequence[str]) -> list[str]:
    """Returns the abbreviations of a term that are also words without a subject in one of the languages."""
    known = languages or (DEFAULT_LANGUAGE,)
    return [
        letters for letters in term.capitals if any(letters in empty_words(language) for language in known)
    ]


def _written(letters: str) -> Callable[[str], bool]:
    """Returns a function that checks whether a text has the abbreviation."""
    pattern, capitals = written_pattern(letters), letters.upper()
    dotted = f"{capitals[0]}."
    # Most texts have neither, which takes a tenth of the pattern's time to see.
    return lambda text: (capitals in text or dotted in text) and pattern.search(text) is not None


def _has_group(group: Sequence[Term], forms: Forms) -> Matches:
    """Returns a function that checks whether a text has one of the terms; true if its language has no word of
    the same letters, as the index has then found one."""
    letters = {own for term in group for own in term.capitals}
    # An abbreviation with its letters apart is seen by the pattern of the other way to write it.
    different = [term for term in group if term.words != tuple("".join(term.capitals))]
    terms = [replace(term, exact=term.exact or len(term.words) > 1) for term in different]
    terms += [Term((term.joined,), title=term.title) for term in group if term.joined is not None]
    has = _any([_has(term, forms) for term in terms])

    def matches(title: str, body: str, language: str | None) -> bool:
        words = empty_words(language or DEFAULT_LANGUAGE)
        return letters.isdisjoint(words) or has(title, body, language)

    return matches


def _any(checks: Iterable[Matches]) -> Matches:
    all_checks = list(checks)
    return lambda title, body, language: any(check(title, body, language) for check in all_checks)


def _excludes(exclusion: Exclusion) -> Matches:
    """Returns a function that checks whether an exclusion leaves out a text."""
    ways = [_any(map(_has, way)) for way in exclusion.ways]
    lifting = _any(map(_has, exclusion.unless))
    return lambda title, body, language: (
        all(way(title, body, language) for way in ways) and not lifting(title, body, language)
    )


def _has(term: Term, forms: Forms = lambda word: ()) -> Matches:
    """Returns a function that checks whether a text has the term, with what are also words in the text's
    language as abbreviations."""
    matcher = TermMatcher([replace(term, title=False)], forms)
    written = [(letters, _written(letters)) for letters in term.capitals]
    is_one = [*term.words] in ([*term.capitals], [*"".join(term.capitals)]) and not term.prefix

    def has(title: str, body: str, language: str | None) -> bool:
        words = empty_words(language or DEFAULT_LANGUAGE) if written else ()
        checks = [check for letters, check in written if letters in words]
        for own in (title,) if term.title else (title, body):
            if not all(check(own) for check in checks):
                continue
            if checks and is_one:
                return True
            places = matcher.find(own)
            if any(all(check(own[place.start : place.end]) for check in checks) for place in places):
                return True
        return False

    return has
