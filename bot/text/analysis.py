"""What the search index needs to know about words, in one object."""

from __future__ import annotations

from collections.abc import Sequence

from bot.models import Query, Term
from bot.text.excerpt import Excerpt, Matcher, excerpt
from bot.text.query import respell
from bot.text.spelling import nearest


class Analysis:
    """The word knowledge behind `bot.store.search`; keeps nothing between calls."""

    def excerpt(self, text: str, terms: Sequence[Term]) -> Excerpt:
        """See `bot.text.excerpt.excerpt`."""
        return excerpt(text, Matcher(terms))

    def nearest(self, word: str, among: Sequence[str]) -> Sequence[str]:
        """See `bot.text.spelling.nearest`."""
        return nearest(word, among)

    def replaced(self, query: Query, word: str, by: str) -> Query:
        """See `bot.text.query.respell`."""
        return respell(query, word, by)
