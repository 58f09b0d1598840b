"""What kind of query a text is: a sentence, or words of which some may be missing."""

from __future__ import annotations

from collections.abc import Sequence

from bot.domain.search import Query, Term

MAX_KEYWORDS = 6
"""A query without operators and with more content words than this is a sentence; half as many suffice if it
also has stop words, and three words if it is a question."""


def is_sentence(query: Query, content: Query) -> bool:
    """Whether the query is a natural sentence rather than keywords: few texts contain all its words, and
    those are not the best matches. `content` is the query without stop words."""
    plain = all(is_plain(group, query.text) for group in query.groups)
    most = MAX_KEYWORDS if len(query.groups) == len(content.groups) else MAX_KEYWORDS // 2
    if query.is_question:
        most = 2
    steered = query.exclude or query.exclusions or query.conditions
    return plain and not steered and len(set(content.groups)) > most


def is_plain(group: Sequence[Term], text: str) -> bool:
    """Whether the group was typed as one word, which may have several spellings."""
    if len(group) > 1:
        return not any(char in text for char in '"|(') and " OR " not in text
    return not group[0].exact and not group[0].prefix and not group[0].title


def can_match_partly(query: Query) -> bool:
    """Whether a row can contain some of the query's terms but not all."""
    return len(query.groups) > 1 or any(
        len(term.words) > 1 and not term.exact for group in query.groups for term in group
    )
