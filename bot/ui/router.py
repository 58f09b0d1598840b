"""From what a command or a button asks for to the card that shows it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any

from bot.domain.articles import Article
from bot.domain.loads import Receipt
from bot.domain.search import Filters, Place
from bot.errors import NotAllowed, NotFound
from bot.services import Services
from bot.ui.articles import cards, comment_digest_card
from bot.ui.digests import views
from bot.ui.kit import notices, routes
from bot.ui.kit.card import Card
from bot.ui.kit.chart import chart
from bot.ui.kit.context import Viewer
from bot.ui.kit.markdown import escape
from bot.ui.kit.routes import SearchRoute
from bot.ui.kit.truncate import split, truncate, utf16_length
from bot.ui.loads import cards as load_cards

MAX_PAGE = 1800
"""The most text on one page of a long one: about a phone's screen and a half."""
MAX_LOADS = 25


async def article(viewer: Viewer, ref: int | str, sentences: int = cards.SUMMARY_LENGTHS[0]) -> Card:
    """The article with this number, key or title, with at most so many of its sentences."""
    found = await viewer.services.archive.article(viewer.scope, ref)
    summary = await viewer.services.archive.summary(viewer.scope, found.id, sentences, payer=viewer.payer)
    return cards.article(
        found,
        summary,
        sentences,
        share=viewer.can_share,
        follow=viewer.can_follow,
        discuss=viewer.can_discuss,
    )


async def random(viewer: Viewer) -> Card:
    """Any article."""
    found = await viewer.services.archive.random(viewer.scope)
    summary = await viewer.services.archive.summary(viewer.scope, found.id, payer=viewer.payer)
    return cards.article(
        found,
        summary,
        share=viewer.can_share,
        another=True,
        follow=viewer.can_follow,
        discuss=viewer.can_discuss,
    )


async def text(viewer: Viewer, ref: int | str, page: int = 0) -> Card:
    """One page of the article's text."""
    found = await viewer.services.archive.article(viewer.scope, ref)
    pages = await asyncio.to_thread(text_pages, found)
    return cards.full_text(found, pages, min(page, len(pages) - 1), share=viewer.can_share)


async def comments(viewer: Viewer, ref: int | str, offset: int = 0) -> Card:
    """The article's comments from `offset` on, or the last ones where there are fewer."""
    page = await viewer.services.archive.comments(viewer.scope, ref, offset, cards.COMMENTS_PAGE_SIZE)
    if not page.comments and page.total:
        last = (page.total - 1) // cards.COMMENTS_PAGE_SIZE * cards.COMMENTS_PAGE_SIZE
        page = await viewer.services.archive.comments(
            viewer.scope, page.article.id, last, cards.COMMENTS_PAGE_SIZE
        )
    return cards.comments(page, share=viewer.can_share)


async def comment(viewer: Viewer, number: int, page: int = 0) -> Card:
    """One page of a comment."""
    found = await viewer.services.archive.comment(viewer.scope, number)
    on = await viewer.services.archive.article(viewer.scope, found.article)
    pages = [escape(piece) for piece in await asyncio.to_thread(split, found.text, MAX_PAGE)]
    return cards.comment(found, on, pages, min(page, len(pages) - 1), share=viewer.can_share)


async def comment_in_list(viewer: Viewer, number: int) -> Card:
    """The page of its article's comments on which a comment stands."""
    on, offset = await viewer.services.archive.comment_position(viewer.scope, number)
    return await comments(viewer, on, offset // cards.COMMENTS_PAGE_SIZE * cards.COMMENTS_PAGE_SIZE)


async def comment_digest(viewer: Viewer, ref: int | str, page: int = 0) -> Card:
    """What the article's commenters say, one page of it."""
    said = await viewer.services.archive.comment_digest(viewer.scope, ref, payer=viewer.payer)
    picture = None
    if said.activity is not None and comment_digest_card.deserves_chart(said.activity):
        picture = await asyncio.to_thread(chart, said.activity.counts)
    return comment_digest_card.comment_digest(said, page, share=viewer.can_share, picture=picture)


async def theme(viewer: Viewer, article: int, number: int, offset: int = 0) -> Card:
    """Some of the comments of one theme. Raises NotFound("stale-button") where a load changed the themes."""
    said = await viewer.services.archive.comment_digest(viewer.scope, article)
    if number >= len(said.themes):
        raise NotFound("stale-button")
    most = len(said.themes[number].comments)
    offset = min(offset, (most - 1) // comment_digest_card.COMMENTS * comment_digest_card.COMMENTS)
    ids = comment_digest_card.in_theme(said.themes[number], offset)
    shown = [await viewer.services.archive.comment(viewer.scope, comment) for comment in ids]
    return comment_digest_card.theme(said, number, shown, offset, share=viewer.can_share)


async def search(viewer: Viewer, query: str, filters: Filters, place: Place) -> Card:
    """The first hits."""
    return await _hits(viewer, query, filters, SearchRoute(await _shelf(viewer, query, filters), place), 0)


async def mentioned(viewer: Viewer, message: str) -> Card:
    """The articles that a message speaks of. Raises NotFound("nothing-mentioned")."""
    found = await viewer.services.archive.mentioned(viewer.scope, message)
    if not found and not (await viewer.services.archive.stats(viewer.scope)).articles:
        return notices.text(viewer.empty_notice())
    if not found:
        raise NotFound("nothing-mentioned")
    return cards.mentioned_articles(found)


async def loads(viewer: Viewer) -> Card:
    """The last loads of the server's own archive."""
    guild = moderated_guild(viewer)
    return load_cards.loads(
        await viewer.services.loads.recent(guild, MAX_LOADS), viewer.mention_command("archive load")
    )


async def receipt(viewer: Viewer, load: int) -> Card:
    """What one load of the server's own archive did."""
    found = await own_receipt(viewer, load)
    return await receipt_card(viewer.services, found)


async def receipt_card(services: Services, of: Receipt) -> Card:
    """A receipt with the file of what was rejected, or as much of that as can be attached."""
    path = await services.loads.rejects(of.guild, of.load) if of.rejected else None
    if path is None:
        return load_cards.receipt(of)

    def read() -> tuple[bytes, int]:
        with path.open("rb") as file:
            found = file.read(load_cards.FILED + 1)
        if len(found) > load_cards.FILED:
            found = found[: found.rfind(b"\n", 0, load_cards.FILED) + 1]
        return found, path.stat().st_size

    return load_cards.receipt(of, *await asyncio.to_thread(read))


async def own_receipt(viewer: Viewer, load: int) -> Receipt:
    """The receipt of a load of the server's own archive, for its moderators."""
    return await viewer.services.loads.receipt(moderated_guild(viewer), load)


async def open_route(viewer: Viewer, route: str) -> Card:
    """The card at an address. Raises NotFound("stale-button") for one that nothing here makes any more."""
    try:
        if route[:1] == "s":
            return await _search_at(viewer, *routes.parse_search(route))
        if route[:1] == routes.TOPIC:
            return await views.topic_at(viewer, route[1:])
        if route[:1] == routes.DRAFT:
            name, page = route[1:].split(".")
            return await views.draft_page(viewer, name, int(page))
        letter, numbers = routes.parse(route)
        draw, counts = _DRAWS[letter]
        if len(numbers) not in counts:
            raise ValueError(route)
    except (KeyError, ValueError, IndexError):
        raise NotFound("stale-button") from None
    return await draw(viewer, *numbers)


def text_pages(article: Article) -> list[str]:
    """The article's paragraphs as pages of markdown; page furniture is small and short."""
    pages = [""]
    for paragraph in article.paragraphs:
        if paragraph.furniture:
            blocks = [f"-# {truncate(paragraph.text, 200)}"]
        else:
            blocks = [escape(piece) for piece in split(paragraph.text, MAX_PAGE)]
        for block in blocks:
            if not block.strip():
                continue
            if pages[-1] and utf16_length(pages[-1]) + utf16_length(block) + 2 > MAX_PAGE:
                pages.append("")
            pages[-1] += f"\n\n{block}" if pages[-1] else block
    return pages


async def _search_at(viewer: Viewer, sought: SearchRoute, offset: int) -> Card:
    packed = sought.serialized
    if packed.startswith("~"):
        packed = await viewer.services.key_value.load_text(packed[1:])
    query, filters = routes.deserialize_search(packed)
    return await _hits(viewer, query, filters, sought, offset)


async def _hits(viewer: Viewer, query: str, filters: Filters, sought: SearchRoute, offset: int) -> Card:
    page = await viewer.services.archive.search(
        viewer.scope,
        query,
        filters,
        place=sought.place,
        order=sought.order,
        limit=cards.HITS_PAGE_SIZE,
        offset=offset,
    )
    if page.hits:
        return cards.hits(page, sought, filters, share=viewer.can_share, follow=viewer.can_follow)
    if offset and page.total:
        last = (page.total - 1) // cards.HITS_PAGE_SIZE * cards.HITS_PAGE_SIZE
        return await _hits(viewer, query, filters, sought, min(last, offset - cards.HITS_PAGE_SIZE))
    stats = await viewer.services.archive.stats(viewer.scope)
    if not stats.articles:
        return notices.text(viewer.empty_notice())
    everything = None
    if filters != Filters() or sought.place != "both":
        everything = SearchRoute(await _shelf(viewer, query, Filters()))
    return cards.no_hits(page, sought, filters, stats, everything=everything, follow=viewer.can_follow)


async def _shelf(viewer: Viewer, query: str, filters: Filters) -> str:
    packed = routes.serialize_search(query, filters)
    return packed if routes.fits_inline(packed) else "~" + await viewer.services.key_value.store_text(packed)


def moderated_guild(viewer: Viewer) -> int:
    """The server whose moderator this is. Raises NotAllowed("moderators-only")."""
    if not viewer.moderator or viewer.scope.guild is None:
        raise NotAllowed("moderators-only")
    return viewer.scope.guild


_DRAWS: dict[str, tuple[Callable[..., Coroutine[Any, Any, Card]], tuple[int, ...]]] = {
    "a": (article, (1, 2)),
    "t": (text, (1, 2)),
    "c": (comments, (1, 2)),
    "m": (comment, (1, 2)),
    "n": (comment_in_list, (1,)),
    "d": (comment_digest, (1, 2)),
    "h": (theme, (2, 3)),
    "r": (receipt, (1,)),
    "l": (views.history, (1, 2)),
    "w": (views.why_delivery, (1,)),
    routes.RANDOM: (random, (0,)),
}
"""What draws the card at an address that begins so, and how many numbers follow."""
