"""Search results as cards."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from bot.domain.articles import DELETED, Stats
from bot.domain.search import Filters, Hit, Order, SearchField, SearchPage
from bot.domain.stories import StoryCount
from bot.i18n import formats, msg
from bot.ui.articles.cards import attribution, comment_option
from bot.ui.articles.strings import story_size
from bot.ui.kit import format, routes, source_text
from bot.ui.kit.card import Button, Card, Colour, RouteOption, share_button
from bot.ui.kit.format import dotted, small
from bot.ui.kit.markdown import line, time
from bot.ui.kit.routes import SearchRoute
from bot.ui.kit.truncate import ELLIPSIS, truncate
from bot.ui.search import strings

HITS_PAGE_SIZE = 5
"""The number of hits on one card: about one phone screen."""


def hits(
    page: SearchPage, route: SearchRoute, filters: Filters, *, share: bool, follow: bool = False
) -> Card:
    """One page of hits, for the query or its corrected spelling. `route` creates the routes of buttons;
    `follow` adds a button for notices of new hits."""
    card = Card(Colour.SEARCH)
    instead = msg("quoted", text=truncate(page.instead, 200)) if page.instead is not None else None
    heading = strings.heading(page, msg("quoted", text=truncate(page.query, 200)), instead)
    narrowed = map(line, strings.search_scope(filters, route.place))
    card.add_text(
        dotted(heading, strings.order_text(route.order, listed=page.listed), *narrowed),
        small(*strings.words(page)),
    )
    _add_hits(card, page.hits, page.offset, page)
    shown = format.item_range(page.offset, len(page.hits), page.total, page.capped)
    card.add_text(small(shown, strings.matching(page)))
    card.add_text(*map(small, strings.incomplete(page)))
    has_more = page.capped or page.offset + HITS_PAGE_SIZE < page.total
    before = Button("‹", route.route(page.offset - HITS_PAGE_SIZE) if page.offset else None)
    after = Button("›", route.route(page.offset + HITS_PAGE_SIZE) if has_more else None)
    card.add_buttons(
        *([before, after] if has_more or page.offset > 0 else []),
        *_other_orders(route, listed=page.listed),
        _other_place(route),
        Button(msg("button-follow"), route.route(0), "follow") if follow and page.instead is None else None,
        Button(msg("button-save"), route.route(0), "save"),
        share_button(route.route(page.offset), share),
    )
    card.add_select(msg("search-jump"), _options(page.hits, page.offset))
    return card


def no_hits(
    page: SearchPage,
    route: SearchRoute,
    filters: Filters,
    stats: Stats,
    *,
    everything: SearchRoute | None = None,
    follow: bool = False,
) -> Card:
    """The query and its filters without hits, and wider searches to try: `everything` is the route of the
    widest; `follow` adds a button for notices of new hits."""
    narrowed = [line(part) for part in strings.search_scope(filters, route.place)]
    query = msg("quoted", text=truncate(page.query, 300))
    card = Card(Colour.SEARCH, strings.nothing_found(query, narrowed, format.archive_size(stats)))
    card.add_text(small(*strings.words(page)) if len(page.counts) > 1 or page.ignored else "")
    card.add_text(*map(small, strings.incomplete(page)))
    card.add_buttons(
        Button(msg("search-everything"), everything.route(0)) if everything is not None else None,
        Button(msg("button-follow"), route.route(0), "follow") if follow else None,
    )
    return card


def mentioned_articles(hits: Sequence[Hit]) -> Card:
    """The articles mentioned in a message."""
    card = Card(Colour.SEARCH, msg("search-mentioned", count=len(hits)))
    _add_hits(card, hits, 0)
    card.add_select(msg("select-open"), _options(hits, 0))
    return card


def _add_hits(card: Card, hits: Sequence[Hit], offset: int, page: SearchPage | None = None) -> None:
    for number, hit in enumerate(hits, offset + 1):
        card.add_separator()
        card.add_text(strings.section(page, number - 1) if page else "", *_hit_lines(number, hit))
    card.add_separator()


def _hit_lines(number: int, hit: Hit) -> tuple[str, ...]:
    """The title, the source in small print, the excerpt as a quote, unless it is the title, and, for a
    comment, its author in small print."""
    also_in = msg("search-also-in-comments", count=hit.more) if hit.more else ""
    story = story_size(StoryCount(hit.threads, hit.papers))
    day = time(hit.thread_at) if hit.thread_at else ""
    origin = small(truncate(hit.source or "", 60), day, also_in, story)
    title = truncate(hit.title, 200)
    excerpt = author = ""
    if hit.excerpt.strip() and (not hit.is_title or title.endswith(ELLIPSIS)):
        before, after = strings.clipped(hit.excerpt)
        shown = source_text.excerpt(hit.excerpt, 400, hit.matches, literal=hit.is_title)
        shown = shown.replace("\n", "\n> ")
        excerpt = f"> {before}{shown}{after}"
        if hit.comment is not None:
            author = small(attribution(hit.author, hit.posted_at, address=hit.link))
    return f"**{number}. {title}**", origin, excerpt, author


def _options(hits: Sequence[Hit], offset: int) -> list[RouteOption]:
    options = []
    for number, hit in enumerate(hits, offset + 1):
        description = dotted(msg("search-hit-article"), hit.source or "", _day(hit.thread_at))
        options.append(RouteOption(f"{number}. {hit.title}", routes.article(hit.article), description))
        if hit.comment is not None:
            description = dotted(msg("search-hit-comment"), _day(hit.posted_at))
            author = f"{number}. {hit.author or DELETED}"
            options.append(comment_option(hit.comment, author, hit.excerpt, description))
    return options


def _day(moment: datetime | None) -> str:
    return formats.day(moment) if moment is not None else ""


def _other_orders(route: SearchRoute, *, listed: bool) -> list[Button]:
    labels: dict[Order, str] = {
        "relevance": "search-best",
        "newest": "search-newest",
        "score": "search-highest",
    }
    if listed:  # the best are the newest
        del labels["newest" if route.order == "relevance" else "relevance"]
    return [
        Button(msg(label), route.route(0, order=order))
        for order, label in labels.items()
        if order != route.order
    ]


def _other_place(route: SearchRoute) -> Button:
    other: SearchField = "comments" if route.place != "comments" else "both"
    label = msg("search-only-comments-button" if other == "comments" else "search-articles-too")
    return Button(label, route.route(0, place=other))
