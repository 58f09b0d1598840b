"""Builds what rows have to contain from queries."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from bot.domain.search import Exclusion, Query, Term
from bot.store.text_match import MatchAny, MatchWithout, MatchWords, TextMatch, all_of, any_of

Forms = Mapping[str, Sequence[str]]
"""For a word, other words of the index that are forms of it; for a prefix with a star, words and prefixes,
these with a star, in place of it (see `bot.store.search.query_expansion`)."""


def match_all(query: Query, forms: Forms) -> TextMatch:
    """Matches rows that contain a term of every group and nothing that is excluded; only for a query with
    groups."""
    groups = dict.fromkeys(any_of(match_term(term, forms) for term in group) for group in query.groups)
    return _without(all_of(groups), query, forms)


def match_query(query: Query, forms: Forms) -> tuple[TextMatch, TextMatch | None]:
    """`match_all` for articles and for comments; None for comments if only headlines have the terms."""
    others = for_comments(query)
    return match_all(query, forms), match_all(others, forms) if others.groups else None


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


def match_any(query: Query, terms: Sequence[Term], forms: Forms) -> TextMatch:
    """Matches rows that contain any of these terms, of which there is at least one, and nothing that is
    excluded."""
    return _without(any_of(dict.fromkeys(match_term(term, forms) for term in terms)), query, forms)


def match_excluded(query: Query) -> TextMatch:
    """Matches rows that contain an excluded term; only for a query with excluded terms."""
    return any_of(dict.fromkeys(map(_phrase, query.exclude)))


def match_unwanted(query: Query) -> TextMatch | None:
    """Matches rows that contain an excluded term, or all terms of an exclusion without what lifts it; None if
    nothing is excluded."""
    parts = [match_excluded(query)] if query.exclude else []
    for exclusion in query.exclusions:
        every = _match_all_terms(exclusion)
        parts.append(
            MatchWithout(every, any_of(map(_phrase, exclusion.unless))) if exclusion.unless else every
        )
    return any_of(parts) if parts else None


def match_word(word: str, forms: Forms) -> TextMatch:
    """Matches rows that contain any form of this word."""
    return any_of(MatchWords((form,)) for form in dict.fromkeys((word, *forms.get(word, ()))))


def _without(match: TextMatch, query: Query, forms: Forms) -> TextMatch:
    if query.exclude:
        match = MatchWithout(match, match_excluded(query))
    for exclusion in query.exclusions:
        unwanted = _match_all_terms(exclusion)
        if exclusion.unless:
            unwanted = MatchWithout(unwanted, any_of(match_term(term, forms) for term in exclusion.unless))
        match = MatchWithout(match, unwanted)
    return match


def _match_all_terms(exclusion: Exclusion) -> TextMatch:
    return all_of(any_of(map(_phrase, ways)) for ways in exclusion.ways)


def match_term(term: Term, forms: Forms) -> TextMatch:
    """Matches rows that contain the term."""
    if term.title:
        return _in_title(match_term(replace(term, title=False), forms))
    if term.prefix and len(term.words) == 1 and (words := forms.get(f"{term.words[0]}*")):
        return any_of(MatchWords((word.removesuffix("*"),), word.endswith("*")) for word in words)
    if (joined := term.joined) is not None:
        return any_of((_phrase(term), MatchWords((joined,))))
    if term.exact or term.prefix or len(term.words) > 1:
        return _phrase(term)
    return match_word(term.words[0], forms)


def _in_title(match: TextMatch) -> TextMatch:
    """What a single term matches, in headlines only."""
    if isinstance(match, MatchWords):
        return replace(match, in_title=True)
    return any_of(map(_in_title, match.parts)) if isinstance(match, MatchAny) else match


def _phrase(term: Term) -> MatchWords:
    return MatchWords(tuple(term.words), term.prefix, term.title)
