"""Maps routes to the views of their cards."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from typing import Any

from bot.errors import NotFound
from bot.ui.articles import timeline
from bot.ui.articles import views as articles
from bot.ui.audit import views as audits
from bot.ui.browse import trends
from bot.ui.browse import views as browsing
from bot.ui.digests import drafts
from bot.ui.digests import views as digests
from bot.ui.kit import routes
from bot.ui.kit.card import Card
from bot.ui.kit.context import Viewer
from bot.ui.kit.responses import Render
from bot.ui.loads import views as loads
from bot.ui.privacy import policy as policies
from bot.ui.search import views as searches

VIEWS: dict[routes.Route, Callable[..., Coroutine[Any, Any, Card]]] = {
    routes.article: articles.article,
    routes.text: articles.text,
    routes.comments: articles.comments_page,
    routes.newest_comments: articles.newest_comments,
    routes.replies: articles.replies,
    routes.comment: articles.comment,
    routes.comment_in_list: articles.comment_in_list,
    routes.comment_digest: articles.comment_digest,
    routes.theme: articles.theme,
    routes.timeline: timeline.timeline,
    routes.random: articles.random,
    routes.search: searches.search_page,
    routes.browse: browsing.values_page,
    routes.trend: trends.trend_at,
    routes.receipt: loads.receipt,
    routes.history: digests.history,
    routes.schedules: digests.listing,
    routes.schedule: digests.show,
    routes.why_delivery: digests.why_delivery,
    routes.topic: digests.topic_at,
    routes.draft: drafts.draft_page,
    routes.audit: audits.audit,
    routes.policy: policies.policy,
}
"""The view of each kind of route, called with the viewer and the route's values."""


async def open_route(viewer: Viewer, route: str) -> Card:
    """The card at a route. Raises NotFound("stale-button") for an invalid route."""
    try:
        kind, values = routes.parse(route)
    except ValueError:
        raise NotFound("stale-button") from None
    return await VIEWS[kind](viewer, *values)


def opener(route: str) -> Render:
    """Returns a function that renders the card at a route for a viewer."""
    return lambda viewer: open_route(viewer, route)
