"""From what a command or a button asks for to the card that shows it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any

from bot.domain.articles import Article
from bot.domain.loads import Receipt
from bot.domain.search import Filters, Place
from bot.errors import NotAllowed, NotFound
from bot.services import Library
from bot.ui.articles import cards, comment_digest_card
from bot.ui.digests import views
from bot.ui.kit import notices, routes
from bot.ui.kit.card import Card
from bot.ui.kit.chart import chart
from bot.ui.kit.context import Reader
from bot.ui.kit.markdown import escape
from bot.ui.kit.routes import Sought
from bot.ui.kit.truncate import fit, measure, split
from bot.ui.loads import cards as load_cards

PAGE = 1800
"""The most text on one page of a long one: about a phone's screen and a half."""
LOADS = 25


async def article(reader: Reader, ref: int | str, sentences: int = cards.LENGTHS[0]) -> Card:
    """The article with this number, key or title, with at most so many of its sentences."""
    found = await reader.library.article(reader.scope, ref)
    summary = await reader.library.summary(reader.scope, found.id, sentences, payer=reader.payer)
    return cards.article(
        found, summary, sentences, share=reader.share, follow=reader.follows, discuss=reader.discusses
    )


async def random(reader: Reader) -> Card:
    """Any article."""
    found = await reader.library.random(reader.scope)
    summary = await reader.library.summary(reader.scope, found.id, payer=reader.payer)
    return cards.article(
        found,
        summary,
        share=reader.share,
        another=True,
        follow=reader.follows,
        discuss=reader.discusses,
    )


async def text(reader: Reader, ref: int | str, page: int = 0) -> Card:
    """One page of the article's text."""
    found = await reader.library.article(reader.scope, ref)
    pages = await asyncio.to_thread(text_pages, found)
    return cards.full_text(found, pages, min(page, len(pages) - 1), share=reader.share)


async def comments(reader: Reader, ref: int | str, offset: int = 0) -> Card:
    """The article's comments from `offset` on, or the last ones where there are fewer."""
    page = await reader.library.comments(reader.scope, ref, offset, cards.COMMENTS)
    if not page.comments and page.total:
        last = (page.total - 1) // cards.COMMENTS * cards.COMMENTS
        page = await reader.library.comments(reader.scope, page.article.id, last, cards.COMMENTS)
    return cards.comments(page, share=reader.share)


async def comment(reader: Reader, number: int, page: int = 0) -> Card:
    """One page of a comment."""
    found = await reader.library.comment(reader.scope, number)
    on = await reader.library.article(reader.scope, found.article)
    pages = [escape(piece) for piece in await asyncio.to_thread(split, found.text, PAGE)]
    return cards.comment(found, on, pages, min(page, len(pages) - 1), share=reader.share)


async def among(reader: Reader, number: int) -> Card:
    """The page of its article's comments on which a comment stands."""
    on, offset = await reader.library.comment_position(reader.scope, number)
    return await comments(reader, on, offset // cards.COMMENTS * cards.COMMENTS)


async def digest(reader: Reader, ref: int | str, page: int = 0) -> Card:
    """What the article's commenters say, one page of it."""
    said = await reader.library.digest(reader.scope, ref, payer=reader.payer)
    picture = None
    if said.busy is not None and comment_digest_card.worth_a_picture(said.busy):
        picture = await asyncio.to_thread(chart, said.busy.counts)
    return comment_digest_card.digest(said, page, share=reader.share, picture=picture)


async def theme(reader: Reader, article: int, number: int, offset: int = 0) -> Card:
    """Some of the comments of one theme. Raises NotFound("stale-button") where a load changed the themes."""
    said = await reader.library.digest(reader.scope, article)
    if number >= len(said.themes):
        raise NotFound("stale-button")
    most = len(said.themes[number].comments)
    offset = min(offset, (most - 1) // comment_digest_card.COMMENTS * comment_digest_card.COMMENTS)
    ids = comment_digest_card.in_theme(said.themes[number], offset)
    shown = [await reader.library.comment(reader.scope, comment) for comment in ids]
    return comment_digest_card.theme(said, number, shown, offset, share=reader.share)


async def search(reader: Reader, query: str, filters: Filters, place: Place) -> Card:
    """The first hits."""
    return await _hits(reader, query, filters, Sought(await _shelf(reader, query, filters), place), 0)


async def mentioned(reader: Reader, message: str) -> Card:
    """The articles that a message speaks of. Raises NotFound("nothing-mentioned")."""
    found = await reader.library.mentioned(reader.scope, message)
    if not found and not (await reader.library.stats(reader.scope)).articles:
        return notices.text(reader.nothing_yet())
    if not found:
        raise NotFound("nothing-mentioned")
    return cards.mentioned(found)


async def loads(reader: Reader) -> Card:
    """The last loads of the server's own archive."""
    guild = moderated(reader)
    return load_cards.loads(await reader.library.loads(guild, LOADS), reader.command("archive load"))


async def receipt(reader: Reader, load: int) -> Card:
    """What one load of the server's own archive did."""
    found = await own_receipt(reader, load)
    return await receipt_card(reader.library, found)


async def receipt_card(library: Library, of: Receipt) -> Card:
    """A receipt with the file of what was rejected, or as much of that as can be attached."""
    path = await library.rejects(of.guild, of.load) if of.rejected else None
    if path is None:
        return load_cards.receipt(of)

    def read() -> tuple[bytes, int]:
        with path.open("rb") as file:
            found = file.read(load_cards.FILED + 1)
        if len(found) > load_cards.FILED:
            found = found[: found.rfind(b"\n", 0, load_cards.FILED) + 1]
        return found, path.stat().st_size

    return load_cards.receipt(of, *await asyncio.to_thread(read))


async def own_receipt(reader: Reader, load: int) -> Receipt:
    """The receipt of a load of the server's own archive, for its moderators."""
    return await reader.library.receipt(moderated(reader), load)


async def at(reader: Reader, where: str) -> Card:
    """The card at an address. Raises NotFound("stale-button") for one that nothing here makes any more."""
    try:
        if where[:1] == "s":
            return await _search_at(reader, *routes.parse_search(where))
        if where[:1] == routes.TOPIC:
            return await views.topic_at(reader, where[1:])
        if where[:1] == routes.DRAFT:
            name, page = where[1:].split(".")
            return await views.draft_page(reader, name, int(page))
        letter, numbers = routes.parse(where)
        draw, counts = _DRAWS[letter]
        if len(numbers) not in counts:
            raise ValueError(where)
    except (KeyError, ValueError, IndexError):
        raise NotFound("stale-button") from None
    return await draw(reader, *numbers)


def text_pages(article: Article) -> list[str]:
    """The article's paragraphs as pages of markdown; page furniture is small and short."""
    pages = [""]
    for paragraph in article.paragraphs:
        if paragraph.furniture:
            blocks = [f"-# {fit(paragraph.text, 200)}"]
        else:
            blocks = [escape(piece) for piece in split(paragraph.text, PAGE)]
        for block in blocks:
            if not block.strip():
                continue
            if pages[-1] and measure(pages[-1]) + measure(block) + 2 > PAGE:
                pages.append("")
            pages[-1] += f"\n\n{block}" if pages[-1] else block
    return pages


async def _search_at(reader: Reader, sought: Sought, offset: int) -> Card:
    packed = sought.shelf
    if packed.startswith("~"):
        packed = await reader.library.kept(packed[1:])
    query, filters = routes.unpack(packed)
    return await _hits(reader, query, filters, sought, offset)


async def _hits(reader: Reader, query: str, filters: Filters, sought: Sought, offset: int) -> Card:
    page = await reader.library.search(
        reader.scope,
        query,
        filters,
        place=sought.place,
        order=sought.order,
        limit=cards.HITS,
        offset=offset,
    )
    if page.hits:
        return cards.hits(page, sought, filters, share=reader.share, follow=reader.follows)
    if offset and page.total:
        last = (page.total - 1) // cards.HITS * cards.HITS
        return await _hits(reader, query, filters, sought, min(last, offset - cards.HITS))
    stats = await reader.library.stats(reader.scope)
    if not stats.articles:
        return notices.text(reader.nothing_yet())
    everything = None
    if filters != Filters() or sought.place != "both":
        everything = Sought(await _shelf(reader, query, Filters()))
    return cards.no_hits(page, sought, filters, stats, everything=everything, follow=reader.follows)


async def _shelf(reader: Reader, query: str, filters: Filters) -> str:
    packed = routes.pack(query, filters)
    return packed if routes.fits(packed) else "~" + await reader.library.keep(packed)


def moderated(reader: Reader) -> int:
    """The server whose moderator this is. Raises NotAllowed("moderators-only")."""
    if not reader.moderator or reader.scope.guild is None:
        raise NotAllowed("moderators-only")
    return reader.scope.guild


_DRAWS: dict[str, tuple[Callable[..., Coroutine[Any, Any, Card]], tuple[int, ...]]] = {
    "a": (article, (1, 2)),
    "t": (text, (1, 2)),
    "c": (comments, (1, 2)),
    "m": (comment, (1, 2)),
    "n": (among, (1,)),
    "d": (digest, (1, 2)),
    "h": (theme, (2, 3)),
    "r": (receipt, (1,)),
    "l": (views.history, (1, 2)),
    "w": (views.why_delivery, (1,)),
    routes.RANDOM: (random, (0,)),
}
"""What draws the card at an address that begins so, and how many numbers follow."""
