"""Builds FTS5 queries. Every word is quoted, so that user input is never parsed as syntax."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from bot.domain.search import Query, Term

Forms = Mapping[str, Sequence[str]]
"""For a word, other words of the index that are forms of it; for a prefix with a star, words that start with
it (see `bot.store.search.query_expansion`)."""


def match_all(query: Query, forms: Forms) -> str:
    """Matches rows that contain a term of every group and no excluded term."""
    groups = dict.fromkeys(" OR ".join(_forms_of(term, forms) for term in group) for group in query.groups)
    return _without(" AND ".join(f"({group})" for group in groups), query)


def optional_terms(query: Query) -> tuple[Term, ...]:
    """The terms that a row may contain: each once, with unquoted phrases split into single words."""
    terms: dict[Term, None] = {}
    for term in (term for group in query.groups for term in group):
        if term.exact or term.prefix:
            terms[term] = None
        else:
            terms.update((Term((word,)), None) for word in term.words)
    return tuple(terms)


def match_any(query: Query, terms: Sequence[Term], forms: Forms) -> str:
    """Matches rows that contain any of these terms and no excluded term."""
    return _without(" OR ".join(dict.fromkeys(_forms_of(term, forms) for term in terms)), query)


def match_excluded(query: Query) -> str:
    """Matches rows that contain an excluded term; only for a query with excluded terms."""
    return " OR ".join(dict.fromkeys(_phrase(term) for term in query.exclude))


def match_word(word: str, forms: Forms) -> str:
    """Matches rows that contain any form of this word."""
    return " OR ".join(map(_quote, dict.fromkeys((word, *forms.get(word, ())))))


def _without(match: str, query: Query) -> str:
    return f"({match}) NOT ({match_excluded(query)})" if query.exclude else match


def joined_number(term: Term) -> str | None:
    """The single word for a typed term such as covid-19 or 3,100."""
    several = len(term.words) > 1 and not term.exact and not term.prefix
    return "".join(term.words) if several and any(map(str.isdigit, term.words)) else None


def _forms_of(term: Term, forms: Forms) -> str:
    if term.prefix and len(term.words) == 1 and (words := forms.get(f"{term.words[0]}*")):
        return " OR ".join(map(_quote, words))
    if (joined := joined_number(term)) is not None:
        return f"{_phrase(term)} OR {_quote(joined)}"
    if term.exact or term.prefix or len(term.words) > 1:
        return _phrase(term)
    return match_word(term.words[0], forms)


def _phrase(term: Term) -> str:
    return " + ".join(map(_quote, term.words)) + ("*" if term.prefix else "")


def _quote(word: str) -> str:
    return '"' + word.replace('"', '""') + '"'
