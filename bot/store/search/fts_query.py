"""Builds FTS5 queries. Every word is quoted, so that user input is never parsed as syntax."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from bot.domain.search import Query, Term

Forms = Mapping[str, Sequence[str]]
"""For a word, other words of the index that are forms of it; for a prefix with a star, words and prefixes,
these with a star, in place of it (see `bot.store.search.query_expansion`)."""


def match_all(query: Query, forms: Forms) -> str:
    """Matches rows that contain a term of every group and nothing that is excluded."""
    groups = dict.fromkeys(" OR ".join(match_term(term, forms) for term in group) for group in query.groups)
    return _without(" AND ".join(f"({group})" for group in groups), query, forms)


def match_query(query: Query, forms: Forms) -> tuple[str, str]:
    """`match_all` for articles and for comments; empty for comments if only headlines have the terms."""
    others = for_comments(query)
    return match_all(query, forms), match_all(others, forms) if others.groups else ""


def headline_terms(query: Query) -> Query:
    """The groups of a query of which only headlines have terms."""
    groups = tuple(group for group in query.groups if all(term.title for term in group))
    return Query(query.text, groups)


def for_comments(query: Query) -> Query:
    """The query without what only headlines have: comments have none."""
    groups = (tuple(term for term in group if not term.title) for group in query.groups)
    exclusions = tuple(
        replace(exclusion, unless=tuple(term for term in exclusion.unless if not term.title))
        for exclusion in query.exclusions
        if not any(term.title for term in exclusion.terms)
    )
    exclude = tuple(term for term in query.exclude if not term.title)
    return replace(query, groups=tuple(filter(None, groups)), exclude=exclude, exclusions=exclusions)


def optional_terms(query: Query) -> tuple[Term, ...]:
    """The terms that a row may contain: each once, with unquoted phrases split into single words."""
    terms: dict[Term, None] = {}
    for term in (term for group in query.groups for term in group):
        if term.exact or term.prefix:
            terms[term] = None
        else:
            terms.update((Term((word,), title=term.title), None) for word in term.words)
    return tuple(terms)


def match_any(query: Query, terms: Sequence[Term], forms: Forms) -> str:
    """Matches rows that contain any of these terms and nothing that is excluded."""
    return _without(" OR ".join(dict.fromkeys(match_term(term, forms) for term in terms)), query, forms)


def match_excluded(query: Query) -> str:
    """Matches rows that contain an excluded term; only for a query with excluded terms."""
    return " OR ".join(dict.fromkeys(_phrase(term) for term in query.exclude))


def match_unwanted(query: Query) -> str:
    """Matches rows that contain an excluded term, or all terms of an exclusion without what lifts it; empty
    if nothing is excluded."""
    parts = [match_excluded(query)] if query.exclude else []
    for exclusion in query.exclusions:
        every = " AND ".join(f"({_phrase(term)})" for term in exclusion.terms)
        lifted = " OR ".join(_phrase(term) for term in exclusion.unless)
        parts.append(f"({every}) NOT ({lifted})" if lifted else every)
    return " OR ".join(f"({part})" for part in parts)


def match_word(word: str, forms: Forms) -> str:
    """Matches rows that contain any form of this word."""
    return " OR ".join(map(_quote, dict.fromkeys((word, *forms.get(word, ())))))


def _without(match: str, query: Query, forms: Forms) -> str:
    if query.exclude:
        match = f"({match}) NOT ({match_excluded(query)})"
    for exclusion in query.exclusions:
        without = " AND ".join(f"({_phrase(term)})" for term in exclusion.terms)
        if exclusion.unless:
            without = f"({without}) NOT ({' OR '.join(match_term(term, forms) for term in exclusion.unless)})"
        match = f"({match}) NOT ({without})"
    return match


def match_term(term: Term, forms: Forms) -> str:
    """Matches rows that contain the term."""
    if term.title:
        return f"title : ({match_term(replace(term, title=False), forms)})"
    if term.prefix and len(term.words) == 1 and (words := forms.get(f"{term.words[0]}*")):
        return " OR ".join(_quote(word.removesuffix("*")) + "*" * word.endswith("*") for word in words)
    if (joined := term.joined) is not None:
        return f"{_phrase(term)} OR {_quote(joined)}"
    if term.exact or term.prefix or len(term.words) > 1:
        return _phrase(term)
    return match_word(term.words[0], forms)


def _phrase(term: Term) -> str:
    phrase = " + ".join(map(_quote, term.words)) + ("*" if term.prefix else "")
    return f"title : ({phrase})" if term.title else phrase


def _quote(word: str) -> str:
    return '"' + word.replace('"', '""') + '"'
