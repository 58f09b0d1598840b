"""Views of /browse: list what can be browsed by, or the articles with one value."""

from __future__ import annotations

from typing import Literal

from bot.domain.browsing import FACETS, Facet
from bot.domain.search import Filters
from bot.errors import NotFound
from bot.text.search.operators import browse_query
from bot.ui.browse import cards
from bot.ui.kit import notices
from bot.ui.kit.card import Card
from bot.ui.kit.context import Viewer
from bot.ui.kit.stored_searches import search_route
from bot.ui.search import views as searches

BrowseBy = Literal["newest", "source", "subreddit", "flair", "day", "month"]


async def browse(viewer: Viewer, by: BrowseBy, value: str | None) -> Card:
    """The articles with a value, or the values; the newest articles, if by neither."""
    if by == "newest":
        return await searches.search(viewer, (value or "").strip(), Filters(), "both")
    if value is not None and value.strip():
        return await searches.search(viewer, browse_query(by, value.strip()), Filters(), "both")
    return await values(viewer, by)


async def values_page(viewer: Viewer, place: int, offset: int = 0) -> Card:
    """The values of a route's facet. Raises NotFound("stale-button")."""
    if place >= len(FACETS):
        raise NotFound("stale-button")
    return await values(viewer, FACETS[place], offset)


async def values(viewer: Viewer, by: Facet, offset: int = 0) -> Card:
    """A page of the values of a facet."""
    page = await viewer.services.browsing.facets(viewer.scope, by, cards.VALUES_PAGE_SIZE, offset)

    async def opening(query: str) -> str:
        key_value, guild = viewer.services.key_value, viewer.scope.guild
        return (await search_route(key_value, query, Filters(), guild=guild)).route(0)

    newest = await opening("")
    if page.values:
        openings = [await opening(browse_query(by, value.value)) for value in page.values]
        return cards.values(page, openings, newest)
    if offset and page.total:
        return await values(viewer, by, max(0, offset - cards.VALUES_PAGE_SIZE))
    stats = await viewer.services.archive.stats(viewer.scope)
    if not stats.articles:
        return notices.text(viewer.empty_notice(stats))
    return cards.nothing(by, newest)
