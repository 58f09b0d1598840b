"""Comments as cards: the list in each order, the replies below a comment, and a comment by itself."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from bot.domain.articles import Article, Comment, CommentOrder, CommentPage, Provenance
from bot.domain.stories import has_other_threads, thread_names
from bot.i18n import formats, msg
from bot.ui.articles import strings
from bot.ui.articles.cards import (
    article_button,
    author_name,
    comment_digest_button,
    comment_heading,
    comment_option,
    headline,
    original_link,
    timeline_button,
)
from bot.ui.kit import format, routes, source_text
from bot.ui.kit.card import Button, Card, Colour, RouteOption, page_buttons, share_button
from bot.ui.kit.format import dotted, small
from bot.ui.kit.limits import MAX_OPTIONS
from bot.ui.kit.markdown import time
from bot.ui.kit.routes import ListOptions
from bot.ui.kit.truncate import label, truncate

COMMENTS_PAGE_SIZE = 5
MAX_COMMENT = 420
"""The maximum length of a comment in a list, escaped."""
_ORDER_BUTTONS: dict[CommentOrder, str] = {
    "thread": "comments-thread-button",
    "best": "comments-best-button",
    "newest": "comments-newest-button",
    "oldest": "comments-oldest-button",
}


def comments(page: CommentPage, *, share: bool) -> Card:
    """A page of an article's comments, each with its author and time, and buttons for other orders."""
    article = page.article.id
    card = Card(Colour.COMMENTS, msg("comments-heading", title=headline(page.article)))
    _add_comments(card, page)
    count = -(-page.total // COMMENTS_PAGE_SIZE)

    def route(number: int) -> str:
        return _route(page, number * COMMENTS_PAGE_SIZE)

    card.add_buttons(
        *page_buttons(page.offset // COMMENTS_PAGE_SIZE, count, route),
        article_button(article),
        comment_digest_button(article) if page.total else None,
        timeline_button(article) if page.reports else None,
        share_button(_route(page, page.offset), share),
        link=original_link(page.article.thread_link),
    )
    card.add_buttons(*_order_buttons(page), _bots_button(page))
    if page.order != "thread":
        card.add_buttons(*_reply_buttons(page))
    _add_options(card, page)
    if has_other_threads(page.threads, article, page.article.key):
        card.add_select(msg("comments-select-thread"), _thread_options(page), "go")
    if count > 2:
        card.add_select(msg("comments-go-to"), _page_options(count, page.total, route), "go")
    return card


def replies(page: CommentPage, comment: Comment, *, share: bool) -> Card:
    """A page of the replies below a comment, with the replies to them."""
    author = author_name(comment.author)
    card = Card(
        Colour.COMMENTS,
        msg("comment-replies-heading", count=page.total, author=author),
        msg("quoted", text=source_text.excerpt(comment.text, 200, one_line=True)),
        small(msg("comment-on", title=truncate(page.article.title, 200))),
    )
    _add_comments(card, page)
    count = -(-page.total // COMMENTS_PAGE_SIZE)

    def route(number: int) -> str:
        return routes.replies(comment.id, number * COMMENTS_PAGE_SIZE, str(_how(page)))

    card.add_buttons(
        *page_buttons(page.offset // COMMENTS_PAGE_SIZE, count, route),
        Button(msg("comment-back"), routes.comment(comment.id)),
        article_button(page.article.id),
        share_button(route(page.offset // COMMENTS_PAGE_SIZE), share),
    )
    card.add_buttons(_bots_button(page))
    _add_options(card, page)
    return card


def comment(
    comment: Comment,
    article: Article,
    pages: Sequence[str],
    page: int,
    *,
    share: bool,
    replies: int = 0,
    origin: Provenance | None = None,
) -> Card:
    """A comment, or one page of it, with the number of its replies and where it is from; `pages` are
    markdown."""
    card = Card(Colour.COMMENTS, comment_heading(comment), pages[page])
    on = msg("comment-on", title=truncate(article.title, 200))
    card.add_text(small(on, format.page_of(page, len(pages))))
    card.add_text(small(*strings.provenance(origin, time)) if origin is not None else "")
    card.add_buttons(
        *page_buttons(page, len(pages), lambda other: routes.comment(comment.id, other)),
        article_button(article.id),
        share_button(routes.comment(comment.id, page), share),
        link=original_link(comment.link or article.thread_link),
    )
    parent = comment.parent
    card.add_buttons(
        Button(msg("comment-surrounding"), routes.comment_in_list(comment.id)),
        Button(msg("comment-parent"), routes.comment(parent)) if parent is not None else None,
        Button(msg("comment-replies", count=replies), routes.replies(comment.id)) if replies else None,
    )
    return card


def _add_comments(card: Card, page: CommentPage) -> None:
    depths = page.depths or (0,) * len(page.comments)
    places = strings.comment_places(page) if page.under is None else [""] * len(page.comments)
    for comment, depth, place in zip(page.comments, depths, places, strict=True):
        card.add_separator()
        text = source_text.excerpt(comment.text, MAX_COMMENT, linked=True)
        card.add_text(comment_heading(comment, depth, place), text)
    card.add_separator()
    card.add_text(small(_listing(page)), small("" if page.under else strings.other_reports(page.reports)))


def _listing(page: CommentPage) -> str:
    """1–5 of 47 · from 3 threads · newest first · 1 more was deleted · 2 bot comments hidden"""
    if page.under is not None:
        shown = format.item_range(page.offset, len(page.comments), page.total) if page.comments else ""
        return dotted(shown, strings.hidden_bots(page))
    if not page.comments:
        none = msg("comments-all-deleted", count=page.deleted) if page.deleted else msg("comments-none")
        return strings.hidden_bots(page) or none
    return dotted(
        format.item_range(page.offset, len(page.comments), page.total),
        strings.from_threads(page),
        strings.order_text(page),
        msg("comments-deleted", count=page.deleted) if page.deleted else "",
        strings.hidden_bots(page),
    )


def _how(page: CommentPage) -> ListOptions:
    return ListOptions(page.order, page.hides_bots, page.one_thread)


def _route(page: CommentPage, offset: int, how: ListOptions | None = None) -> str:
    return routes.comments(page.article.id, offset, str(how or _how(page)))


def _order_buttons(page: CommentPage) -> list[Button]:
    """Buttons for the orders that the thread has; that of the list is disabled. None for a single comment."""
    if page.total < 2:
        return []
    possible = {"thread": page.has_replies, "best": page.has_replies or page.has_scores}
    return [
        Button(msg(text), _route(page, 0, replace(_how(page), order=order)) if order != page.order else None)
        for order, text in _ORDER_BUTTONS.items()
        if possible.get(order, True)
    ]


def _bots_button(page: CommentPage) -> Button | None:
    """The switch for comments by programs; None if there are none."""
    if not page.bots:
        return None
    how = replace(_how(page), hides_bots=not page.hides_bots)
    text = msg("comments-hide-bots" if how.hides_bots else "comments-show-bots", count=page.bots)
    if page.under is not None:
        return Button(text, routes.replies(page.under.id, 0, str(how)))
    return Button(text, _route(page, 0, how))


def _reply_buttons(page: CommentPage) -> list[Button]:
    """For each comment with replies, which stand elsewhere in this order, a button that shows them."""
    return [
        Button(
            msg("comment-replies-of", author=label(comment.author, 30), count=count),
            routes.replies(comment.id, 0, str(_how(page))),
        )
        for comment, count in zip(page.comments, page.replies, strict=False)
        if count
    ]


def _add_options(card: Card, page: CommentPage) -> None:
    options = [
        comment_option(comment.id, comment.author, comment.text, formats.day(comment.posted_at))
        for comment in page.comments
    ]
    card.add_select(msg("comments-read-in-full"), options)


def _thread_options(page: CommentPage) -> list[RouteOption]:
    """All threads of the story, and each of them by itself."""
    how = replace(_how(page), one_thread=False)
    names = thread_names(page.threads)
    count, together = len(page.threads), len(page.threads) - page.alone
    every = RouteOption(
        msg("comments-threads-together", count=together, all=count)
        if page.alone
        else msg("comments-all-threads", count=count),
        _route(page, 0, how),
    )
    return [
        every,
        *(
            RouteOption(
                names[thread.article],
                routes.comments(thread.article, 0, str(replace(how, one_thread=True))),
                dotted(
                    msg("comments", count=thread.comments),
                    formats.day(thread.posted_at) if thread.posted_at else "",
                    thread.title,
                ),
            )
            for thread in page.threads
        ),
    ]


def _page_options(count: int, total: int, route: routes.PageRoute) -> list[RouteOption]:
    """At most MAX_OPTIONS pages of a long list of comments, evenly distributed, including the first and the
    last."""
    step = max(1.0, (count - 1) / (MAX_OPTIONS - 1))
    pages = sorted({min(count - 1, round(number * step)) for number in range(min(MAX_OPTIONS, count))})
    options = []
    for number in pages:
        offset = number * COMMENTS_PAGE_SIZE
        shown = format.number_range(offset, min(COMMENTS_PAGE_SIZE, total - offset))
        options.append(RouteOption(msg("comments-range", range=shown), route(number)))
    return options
