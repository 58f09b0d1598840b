"""Views of searches: run a search and render its hits."""

from __future__ import annotations

from bot.domain.search import Filters, Order, SearchField
from bot.errors import NotFound
from bot.ui.kit import notices
from bot.ui.kit.card import Card
from bot.ui.kit.context import Viewer
from bot.ui.kit.routes import SearchRoute
from bot.ui.kit.stored_searches import load_search, search_route
from bot.ui.search import cards


async def search(
    viewer: Viewer, query: str, filters: Filters, place: SearchField, order: Order = "relevance"
) -> Card:
    """The first page of hits."""
    route = await search_route(
        viewer.services.key_value, query, filters, place, order, guild=viewer.scope.guild
    )
    return await _hits(viewer, query, filters, route, 0)


async def search_page(viewer: Viewer, offset: int, how: str, serialized: str) -> Card:
    """The hits of a route's search from `offset` on. Raises NotFound("stale-button")."""
    route, query, filters = await load_search(viewer.services.key_value, how, serialized)
    return await _hits(viewer, query, filters, route, offset)


async def mentioned(viewer: Viewer, message: str) -> Card:
    """The articles mentioned in a message. Raises NotFound("nothing-mentioned")."""
    hits = await viewer.services.archive.mentioned(viewer.scope, message)
    if hits:
        return cards.mentioned_articles(hits)
    stats = await viewer.services.archive.stats(viewer.scope)
    if stats.articles:
        raise NotFound("nothing-mentioned")
    return notices.text(viewer.empty_notice(stats))


async def _hits(viewer: Viewer, query: str, filters: Filters, route: SearchRoute, offset: int) -> Card:
    page = await viewer.services.archive.search(
        viewer.scope,
        query,
        filters,
        place=route.place,
        order=route.order,
        limit=cards.HITS_PAGE_SIZE,
        offset=offset,
    )
    if page.hits:
        return cards.hits(page, route, filters, share=viewer.can_share, follow=viewer.can_follow)
    if offset and page.total:
        last = (page.total - 1) // cards.HITS_PAGE_SIZE * cards.HITS_PAGE_SIZE
        return await _hits(viewer, query, filters, route, min(last, offset - cards.HITS_PAGE_SIZE))
    stats = await viewer.services.archive.stats(viewer.scope)
    if not stats.articles:
        return notices.text(viewer.empty_notice(stats))
    everything = None
    if filters != Filters() or route.place != "both":
        everything = await search_route(viewer.services.key_value, query, Filters(), guild=viewer.scope.guild)
    return cards.no_hits(page, route, filters, stats, everything=everything, follow=viewer.can_follow)
