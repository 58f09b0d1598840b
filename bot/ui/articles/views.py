"""Views of articles and comments: load what was requested and render its card."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from dataclasses import replace
from functools import lru_cache
from typing import TypeVar

from bot.domain.articles import Article, Paragraph
from bot.errors import NotFound
from bot.i18n import formats, msg
from bot.text.language.markup import head
from bot.ui.articles import activity_chart, cards, comment_cards, comment_digest_card
from bot.ui.articles.comment_cards import COMMENTS_PAGE_SIZE
from bot.ui.kit import routes, source_text
from bot.ui.kit.card import Card, Colour, RouteOption
from bot.ui.kit.chart import chart
from bot.ui.kit.context import Viewer
from bot.ui.kit.format import small
from bot.ui.kit.routes import ListOptions
from bot.ui.kit.truncate import truncate, utf16_length

MAX_PAGE = 1800
"""The length of one page of a long text: about one and a half phone screens."""
MAX_TEXT = 100_000
"""The most characters of a text that are shown; Reddit's longest have less than half of that."""

_SPLITTER = ThreadPoolExecutor(1)
"""Splits one text at a time: each other thread would hold up the event loop, and repeat what is cached."""
_T = TypeVar("_T")
_DEFAULT_OPTIONS = ListOptions()


async def article(viewer: Viewer, ref: int | str, sentences: int = cards.SUMMARY_LENGTHS[0]) -> Card:
    """The article with this id, key or title, with a summary of at most `sentences` sentences."""
    article = await viewer.services.archive.article(viewer.scope, ref)
    return await _article(viewer, article, sentences)


async def random(viewer: Viewer) -> Card:
    """A random article."""
    return await _article(viewer, await viewer.services.archive.random(viewer.scope), another=True)


async def _article(
    viewer: Viewer, article: Article, sentences: int = cards.SUMMARY_LENGTHS[0], *, another: bool = False
) -> Card:
    archive = viewer.services.archive
    _, story = await archive.story(viewer.scope, article.id)
    summary = await archive.summary(viewer.scope, article.id, sentences, payer=viewer.payer)
    return cards.article(
        article,
        summary,
        sentences,
        story=story,
        share=viewer.can_share,
        another=another,
        follow=viewer.can_follow,
        discuss=viewer.can_discuss,
    )


async def text(viewer: Viewer, ref: int | str, page: int = 0) -> Card:
    """One page of the article's text; the last page if `page` is past the end."""
    article = await viewer.services.archive.article(viewer.scope, ref)
    pages = await _split(text_pages, article)
    return cards.full_text(article, pages, min(page, len(pages) - 1), share=viewer.can_share)


async def comments(
    viewer: Viewer, ref: int | str, offset: int = 0, how: ListOptions = _DEFAULT_OPTIONS
) -> Card:
    """The comments of the article and the other threads of its story from `offset` on; the last page if it is
    past the end."""
    page = await viewer.services.archive.comments(
        viewer.scope,
        ref,
        offset,
        COMMENTS_PAGE_SIZE,
        how.order,
        hides_bots=how.hides_bots,
        one_thread=how.one_thread,
    )
    if not page.comments and page.total:
        return await comments(viewer, page.article.id, _page_start(page.total - 1), how)
    return comment_cards.comments(page, share=viewer.can_share)


async def comments_page(viewer: Viewer, article: int, offset: int = 0, options: str = "") -> Card:
    """The same, by the values of a route."""
    return await comments(viewer, article, offset, ListOptions.parse(options))


async def replies(viewer: Viewer, comment: int, offset: int = 0, options: str = "") -> Card:
    """The replies below a comment from `offset` on; the last page if it is past the end."""
    how = ListOptions.parse(options)
    page = await viewer.services.archive.replies(
        viewer.scope,
        comment,
        offset,
        COMMENTS_PAGE_SIZE,
        hides_bots=how.hides_bots,
        one_thread=how.one_thread,
    )
    if not page.comments and page.total:
        return await replies(viewer, comment, _page_start(page.total - 1), options)
    assert page.under is not None  # noqa: S101 - the page is of what is below it
    return comment_cards.replies(page, page.under, share=viewer.can_share)


async def newest_comments(viewer: Viewer, ref: int | str, offset: int = 0) -> Card:
    """The same, newest first."""
    return await comments(viewer, ref, offset, ListOptions("newest"))


async def comment(viewer: Viewer, comment: int, page: int = 0) -> Card:
    """One page of a comment; the last page if `page` is past the end."""
    below = await viewer.services.archive.replies(viewer.scope, comment, 0, 0)
    shown, article = below.under, below.article
    assert shown is not None  # noqa: S101 - the page is of what is below it
    pages = await _split(comment_pages, shown.text)
    return comment_cards.comment(
        shown,
        article,
        pages,
        min(page, len(pages) - 1),
        share=viewer.can_share,
        replies=below.total,
        origin=below.under_origin,
    )


async def comment_in_list(viewer: Viewer, comment: int) -> Card:
    """The page of the article's comments that contains this comment."""
    archive = viewer.services.archive
    article = (await archive.comment(viewer.scope, comment)).article
    page = await archive.comments(viewer.scope, article, 0, COMMENTS_PAGE_SIZE, around=comment)
    return comment_cards.comments(page, share=viewer.can_share)


async def comment_digest(viewer: Viewer, ref: int | str, page: int = 0) -> Card:
    """One page of the article's comment digest."""
    digest = await viewer.services.archive.comment_digest(viewer.scope, ref, payer=viewer.payer)
    image = None
    if digest.activity is not None and activity_chart.deserves_chart(digest.activity):
        image = await asyncio.to_thread(chart, digest.activity.counts)
    return comment_digest_card.comment_digest(digest, page, share=viewer.can_share, picture=image)


async def related(viewer: Viewer, ref: int | str) -> Card:
    """The articles most similar to an article, with the phrases that they share, and a select menu to open
    one."""
    article, relatives = await viewer.services.archive.related(viewer.scope, ref)
    card = Card(Colour.SEARCH, msg("article-related-heading", title=cards.headline(article)))
    if not relatives:
        card.add_text(msg("article-related-none"))
    options = []
    for number, relative in enumerate(relatives, 1):
        card.add_separator()
        reasons = formats.joined(f"**{truncate(reason, 80)}**" for reason in relative.reasons)
        card.add_text(
            f"**{number}.** {cards.headline(relative.article)}",
            cards.origin(relative.article),
            msg("article-related-reasons", phrases=reasons),
        )
        options.append(
            RouteOption(f"{number}. {relative.article.title}", routes.article(relative.article.id))
        )
    card.add_select(msg("select-open"), options)
    return card


async def theme(viewer: Viewer, article: int, number: int, offset: int = 0) -> Card:
    """The comments of one theme, or of those in none, from `offset` on. Raises NotFound("stale-button") if a
    load has changed the themes."""
    archive = viewer.services.archive
    digest = await archive.comment_digest(viewer.scope, article)
    if number >= len(digest.groups):
        raise NotFound("stale-button")
    shown, offset = comment_digest_card.theme_page(digest.groups[number], offset)
    comments = [await archive.comment(viewer.scope, comment) for comment in shown]
    key = (await archive.article(viewer.scope, article)).key
    return comment_digest_card.theme(digest, number, comments, offset, share=viewer.can_share, key=key)


async def _split(pages: Callable[[_T], list[str]], shown: _T) -> list[str]:
    """Runs `text_pages` or `comment_pages` off the event loop, in the reader's language."""
    return await asyncio.get_running_loop().run_in_executor(_SPLITTER, copy_context().run, pages, shown)


def text_pages(article: Article) -> list[str]:
    """The article's paragraphs as pages of markdown; boilerplate is shortened and in small print."""
    shown = []
    left = MAX_TEXT
    for paragraph in article.paragraphs:
        if left > 0:
            shown.append(replace(paragraph, text=head(paragraph.text, left)))
        left -= len(paragraph.text)
    return _noted(_article_pages(tuple(shown)), is_cut=left < 0)


def comment_pages(text: str) -> list[str]:
    """A comment as pages of markdown."""
    return _noted(_comment_pages(head(text, MAX_TEXT)), is_cut=len(text) > MAX_TEXT)


def _noted(pages: Sequence[str], *, is_cut: bool) -> list[str]:
    return [*pages, *([small(msg("article-text-cut"))] if is_cut else ())]


@lru_cache(maxsize=32)
def _comment_pages(text: str) -> tuple[str, ...]:
    return source_text.pages(text, MAX_PAGE)


@lru_cache(maxsize=32)  # the pages of one text are turned one after the other
def _article_pages(paragraphs: Sequence[Paragraph]) -> tuple[str, ...]:
    pages = [""]
    for paragraph in paragraphs:
        if paragraph.furniture:
            blocks = [f"-# {source_text.excerpt(paragraph.text, 200, slurs=False, one_line=True)}"]
        else:
            blocks = list(source_text.pages(paragraph.text, MAX_PAGE))
        for block in filter(str.strip, blocks):
            if pages[-1] and utf16_length(pages[-1]) + utf16_length(block) + 2 > MAX_PAGE:
                pages.append("")
            pages[-1] += f"\n\n{block}" if pages[-1] else block
    return tuple(pages)


def _page_start(offset: int) -> int:
    return offset // COMMENTS_PAGE_SIZE * COMMENTS_PAGE_SIZE
