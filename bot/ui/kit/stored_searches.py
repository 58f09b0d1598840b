"""Routes of searches: short searches are part of the route, long ones are stored under a key."""

from __future__ import annotations

from bot.domain.search import Filters, Order, SearchField
from bot.errors import NotFound
from bot.services.key_value import KeyValueService
from bot.ui.kit.routes import SearchRoute, deserialize_search, fits_inline, serialize_search

STORED = "~"
"""Prefix of the key of a stored search."""


async def search_route(
    key_value: KeyValueService,
    query: str,
    filters: Filters,
    place: SearchField = "both",
    order: Order = "relevance",
    *,
    inline: bool = True,
    guild: int | None,
) -> SearchRoute:
    """The route of a search; the search is stored, for the server `guild` (None
    without one), if it is too long for a route, or
    if `inline` is False."""
    serialized = serialize_search(query, filters)
    if not inline or not fits_inline(serialized):
        serialized = STORED + await key_value.store_text(serialized, guild)
    return SearchRoute(serialized, place, order)


async def load_search(
    key_value: KeyValueService, how: str, serialized: str
) -> tuple[SearchRoute, str, Filters]:
    """The search with a route's values: its route, query and filters. Raises NotFound("stale-button") if it
    cannot be parsed or is no longer stored."""
    try:
        route = SearchRoute.parse(how, serialized)
        if serialized.startswith(STORED):
            serialized = await key_value.load_text(serialized.removeprefix(STORED))
        return route, *deserialize_search(serialized)
    except ValueError:
        raise NotFound("stale-button") from None
