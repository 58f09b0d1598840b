"""How often something occurs over time, as a card with a small chart."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import datetime

from bot.domain.search import Filters
from bot.domain.trends import Trend, TrendUnit
from bot.i18n import formats, msg
from bot.ui.kit import format, notices, routes
from bot.ui.kit.card import Button, Card, Colour, share_button
from bot.ui.kit.chart import chart
from bot.ui.kit.context import Viewer
from bot.ui.kit.format import small
from bot.ui.kit.routes import SearchRoute
from bot.ui.kit.stored_searches import load_search, search_route
from bot.ui.kit.truncate import truncate
from bot.ui.search.strings import incomplete, nothing_found

MIN_BARS = 3
"""With fewer a chart says nothing."""
MAX_BLOCKS = 32
"""The most blocks of the line below the chart, for those who do not see it."""
_BLOCKS = "▁▂▃▄▅▆▇█"


async def trend_of(viewer: Viewer, query: str) -> Card:
    """How often the texts of a search occur over time."""
    route = await search_route(viewer.services.key_value, query, Filters(), guild=viewer.scope.guild)
    return await _shown(viewer, query, route)


async def trend_at(viewer: Viewer, serialized: str) -> Card:
    """The trend of a route's search. Raises NotFound("stale-button")."""
    route, query, _ = await load_search(viewer.services.key_value, "br", serialized)
    return await _shown(viewer, query, route)


async def _shown(viewer: Viewer, query: str, route: SearchRoute) -> Card:
    trend = await viewer.services.browsing.trend(viewer.scope, query)
    quoted = msg("quoted", text=truncate(query, 200))
    if not trend.points:
        stats = await viewer.services.archive.stats(viewer.scope)
        if not stats.articles:
            return notices.text(viewer.empty_notice(stats))
        nothing = nothing_found(quoted, [], format.archive_size(stats))
        return notices.text("\n".join([nothing, *map(small, incomplete(trend))]))
    counts = [point.texts for point in trend.points]
    picture = await asyncio.to_thread(chart, counts) if len(counts) >= MIN_BARS else None
    return _card(trend, quoted, route, picture, share=viewer.can_share)


def _card(trend: Trend, quoted: str, route: SearchRoute, picture: bytes | None, *, share: bool) -> Card:
    card = Card(Colour.SEARCH, f"**{heading(trend, quoted)}**")
    if picture is not None:
        card.add_image("trend.png", picture, alt_text(trend))
    first, last = (when(trend.points[place].start, trend.unit) for place in (0, -1))
    line = blocks([point.texts for point in trend.points])
    card.add_text(f"{first} {line} {last}" if trend.points[1:] else first)
    card.add_text(small(*caption(trend)), *map(small, incomplete(trend)))
    card.add_buttons(
        Button(msg("trend-open"), route.route(0)), share_button(routes.trend(route.serialized), share)
    )
    return card


def heading(trend: Trend, quoted: str) -> str:
    """The number of texts; about, if it is an estimate."""
    return msg("trend-heading-about" if trend.sampled else "trend-heading", count=trend.total, query=quoted)


def caption(trend: Trend) -> tuple[str, str]:
    """What a bar is, and which is the highest."""
    peak = trend.peak
    return (
        msg("trend-bars", unit=trend.unit),
        msg("trend-peak", count=peak.texts, when=when(peak.start, trend.unit)),
    )


def alt_text(trend: Trend) -> str:
    """A description of the chart for screen readers."""
    first, last, peak = (
        when(start, trend.unit) for start in (trend.points[0].start, trend.points[-1].start, trend.peak.start)
    )
    return msg(
        "trend-description",
        query=msg("quoted", text=trend.query[:100]),
        first=first,
        last=last,
        count=trend.peak.texts,
        peak=peak,
    )


def when(start: datetime, unit: TrendUnit) -> str:
    """A day, month or year."""
    if unit == "day":
        return formats.day(start)
    return formats.month(start) if unit == "month" else str(start.year)


def blocks(counts: Sequence[int]) -> str:
    """The counts as a line of blocks; neighbours are joined if there are too many."""
    width = -(-len(counts) // MAX_BLOCKS)
    joined = [sum(counts[place : place + width]) for place in range(0, len(counts), width)]
    highest = max(joined)
    return "".join(
        _BLOCKS[min(len(_BLOCKS) - 1, -(-count * len(_BLOCKS) // highest) - 1)] if count else "·"
        for count in joined
    )
