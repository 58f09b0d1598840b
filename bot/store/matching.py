"""Queries in FTS5's own language: every word is quoted, so that no text of a person is ever syntax."""

from __future__ import annotations

from collections.abc import Iterable

from bot.models import Query, Term


def all_of(query: Query) -> str:
    """Rows in which every group has a match and nothing excluded stands."""
    groups = dict.fromkeys(_either(group) for group in query.groups)
    return _without(" AND ".join(f"({group})" for group in groups), query)


def any_of(query: Query) -> str:
    """Rows in which anything wanted stands, words in a row that were not quoted also apart, and nothing
    excluded."""
    wanted: dict[str, None] = {}
    for group in query.groups:
        for term in group:
            if term.exact or term.prefix:
                wanted[_phrase(term)] = None
            else:
                wanted.update(dict.fromkeys(_quote(word) for word in term.words))
    return _without(" OR ".join(wanted), query)


def excluded(query: Query) -> str:
    """Rows in which anything excluded stands; only for a query that excludes something."""
    return _either(query.exclude)


def one_word(word: str) -> str:
    """Rows in which this word stands."""
    return _quote(word)


def _without(wanted: str, query: Query) -> str:
    return f"({wanted}) NOT ({excluded(query)})" if query.exclude else wanted


def _either(terms: Iterable[Term]) -> str:
    return " OR ".join(dict.fromkeys(_phrase(term) for term in terms))


def _phrase(term: Term) -> str:
    return " + ".join(_quote(word) for word in term.words) + ("*" if term.prefix else "")


def _quote(word: str) -> str:
    return '"' + word.replace('"', '""') + '"'
