"""The card of /catchup: what a member missed."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence

from bot.domain.articles import Article
from bot.domain.loads import Receipt
from bot.domain.posts import PostedMessage
from bot.i18n import msg
from bot.services.catch_up import MAX_LISTED_LOADS, CatchUp
from bot.ui.follows import strings
from bot.ui.follows.cards import TitledFollow
from bot.ui.kit import routes
from bot.ui.kit.card import Card, Colour, RouteOption
from bot.ui.kit.format import comment_count, dotted, small
from bot.ui.kit.markdown import time
from bot.ui.kit.truncate import truncate

MAX_POSTS = 8
MAX_PAUSED = 3


def render(
    caught: CatchUp,
    visible: Collection[int],
    paused: Sequence[TitledFollow],
    mention_command: Callable[[str], str],
    *,
    named: bool,
) -> Card:
    """What was loaded, and what was posted in the `visible` channels; loads are listed by name if `named`."""
    card = Card(
        Colour.ABOUT, msg("catch-up-heading", time=time(caught.since, "f"), ago=time(caught.since, "R"))
    )
    card.add_text(small(msg("catch-up-first") if caught.first else ""))
    posts = [post for post in caught.posts if post.where in visible]
    if not caught.loads and not posts:
        card.add_text(msg("catch-up-nothing", add=mention_command("follow add")))
    if caught.loads:
        card.add_text(*_loads(caught.loads, named=named))
        waiting = min(_waiting(caught.loads), caught.waiting)
        card.add_text(small(msg("load-waiting", count=waiting) if waiting else ""))
        if caught.articles:
            card.add_gap()
            card.add_text(*(line for article in caught.articles for line in _headline(article)))
        more = sum(load.articles.new for load in caught.loads) - len(caught.articles)
        card.add_text(small(msg("follow-more", count=more)) if more > 0 and caught.articles else "")
    if posts:
        card.add_gap()
        card.add_text(*_posts(posts))
    for follow, title in paused[:MAX_PAUSED]:
        text = msg(
            "catch-up-paused",
            number=str(follow.id),
            what=strings.describe_watch(follow.watch, title),
            reason=strings.reason(follow.reason or ""),
            list=mention_command("follow list"),
        )
        card.add_text(small(text))
    options = [RouteOption(article.title, routes.article(article.id)) for article in caught.articles]
    card.add_select(msg("select-open"), options)
    return card


def _loads(loads: Sequence[Receipt], *, named: bool) -> list[str]:
    lines = [dotted(msg("catch-up-loaded"), _counts(loads))]
    if not named:
        return lines
    lines += [
        small(
            truncate(load.name, 80),
            "" if load.guild else msg("catch-up-shared-load"),
            _counts([load]) if len(loads) > 1 else "",
            time(load.started_at, "d"),
        )
        for load in loads[:MAX_LISTED_LOADS]
    ]
    if len(loads) > MAX_LISTED_LOADS:
        lines.append(small(msg("catch-up-more-loads", count=len(loads) - MAX_LISTED_LOADS)))
    return lines


def _counts(loads: Sequence[Receipt]) -> str:
    articles = sum(load.articles.new for load in loads)
    comments = sum(load.comments.new for load in loads) - _waiting(loads)
    return msg("catch-up-counts", articles=articles, comments=comments)


def _waiting(loads: Sequence[Receipt]) -> int:
    return sum(load.comment_books.waiting for load in loads if load.comment_books is not None)


def _headline(article: Article) -> list[str]:
    comments = comment_count(article) if article.comment_count else ""
    return [f"**{truncate(article.title, 160)}**", small(truncate(article.source or "", 40), comments)]


def _posts(posts: Sequence[PostedMessage]) -> list[str]:
    lines = [msg("catch-up-posted", count=len(posts))]
    for post in posts[:MAX_POSTS]:
        threads = msg("threads", count=len(post.snapshots))
        lines.append(dotted(time(post.posted_at, "d"), f"<#{post.where}>", threads, post.link))
    return lines
