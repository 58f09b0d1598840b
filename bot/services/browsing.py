"""What can be browsed by, and how often something occurs over time."""

from __future__ import annotations

from bot.domain.articles import Scope, ValueField
from bot.domain.browsing import Facet, FacetPage
from bot.domain.search import Filters, Query
from bot.domain.trends import Trend
from bot.errors import BadInput
from bot.services.lookup import ArticleLookup
from bot.services.pseudonyms import Pseudonymizer
from bot.store.corpus.facets import FacetReader
from bot.text.search.query import parse_query


class BrowseService:
    """Overviews of the archives of a scope."""

    def __init__(self, facets: FacetReader, lookup: ArticleLookup) -> None:
        self._facets = facets
        self._lookup = lookup

    async def values(self, scope: Scope, field: ValueField, text: str, limit: int = 25) -> tuple[str, ...]:
        """Returns sources, subreddits or flairs of the newest articles that begin with `text` or contain it,
        the most frequent first."""
        return await self._facets.complete(scope, field, text, limit)

    async def facets(self, scope: Scope, by: Facet, limit: int = 10, offset: int = 0) -> FacetPage:
        """Returns what the archives can be browsed by, with the number of articles: those of most first, days
        and months newest first."""
        return await self._facets.facets(scope, by, limit, offset)

    async def trend(self, scope: Scope, text: str) -> Trend:
        """Returns how many articles and comments match `text`, a query as in a search, over time. Raises
        BadInput("needs-query" | "names-hidden"), and what `parse_query` has as faults of operators."""
        query = parse_query(text)
        if query == Query(text):
            raise BadInput("needs-query")
        Pseudonymizer.check_filters(scope, Filters().narrowed(query))
        return await self._lookup.trend(scope, query)
