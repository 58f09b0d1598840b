"""What can be browsed by, and its values, as cards."""

from __future__ import annotations

from collections.abc import Sequence

from bot.domain.browsing import FACETS, Facet, FacetPage
from bot.i18n import msg
from bot.ui.browse import strings
from bot.ui.kit import format, routes
from bot.ui.kit.card import Button, Card, Colour, RouteOption
from bot.ui.kit.format import dotted, small
from bot.ui.kit.truncate import truncate

VALUES_PAGE_SIZE = 10


def values(page: FacetPage, openings: Sequence[str], newest: str) -> Card:
    """One page of the values of a facet, with a bar for each. `openings` are the routes of their articles,
    `newest` is that of all."""
    card = Card(Colour.SEARCH, dotted(strings.heading(page), strings.order(page.by)))
    card.add_separator()
    card.add_text(
        *(
            dotted(
                f"**{truncate(strings.label(page.by, value.value), 80)}**",
                f"{strings.bar(value.articles, page.highest)} {msg('threads', count=value.articles)}",
            )
            for value in page.values
        )
    )
    card.add_text(small(format.item_range(page.offset, len(page.values), page.total)))
    has_more = page.offset + len(page.values) < page.total
    before = Button("‹", _route(page.by, page.offset - VALUES_PAGE_SIZE) if page.offset else None)
    after = Button("›", _route(page.by, page.offset + VALUES_PAGE_SIZE) if has_more else None)
    card.add_buttons(*([before, after] if has_more or page.offset else []))
    _add_tabs(card, page.by, newest)
    options = [
        RouteOption(strings.label(page.by, value.value), route, msg("threads", count=value.articles))
        for value, route in zip(page.values, openings, strict=True)
    ]
    card.add_select(msg("browse-open"), options)
    return card


def nothing(by: Facet, newest: str) -> Card:
    """No article of the archive has a value."""
    card = Card(Colour.SEARCH, msg("browse-nothing", by=by))
    _add_tabs(card, by, newest)
    return card


def _add_tabs(card: Card, by: Facet, newest: str) -> None:
    others = [Button(strings.tab(other), _route(other, 0)) for other in FACETS if other != by]
    card.add_buttons(Button(msg("search-newest"), newest), *others)


def _route(by: Facet, offset: int) -> str:
    return routes.browse(FACETS.index(by), max(0, offset))
