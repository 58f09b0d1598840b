"""The card of /catchup: what a member missed."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from bot.domain.articles import Article
from bot.domain.loads import Receipt
from bot.domain.posts import PostedMessage
from bot.services.catch_up import MAX_LISTED_LOADS, CatchUp
from bot.ui.follows import strings
from bot.ui.follows.cards import TitledFollow
from bot.ui.kit import format, routes
from bot.ui.kit.card import Card, Colour, RouteOption
from bot.ui.kit.markdown import time
from bot.ui.kit.truncate import truncate

FIRST_VISIT = (
    "This tells what came in since you were last here. It is your first time, so it begins with the last 7 "
    "days; from now on it begins where your last visit ended."
)
NOTHING = "Nothing was loaded or posted since."
MAX_POSTS = 8
MAX_PAUSED = 3
PAUSED = "-# Your follow {number} ({what}) is {state} {list} lets it go on."


def render(
    caught: CatchUp,
    visible: Collection[int],
    paused: Sequence[TitledFollow],
    list_command: str,
    *,
    named: bool,
) -> Card:
    """What was loaded, and what was posted in the `visible` channels; loads are listed by name if `named`."""
    card = Card(Colour.ABOUT, f"### Since {time(caught.since, 'f')}, {time(caught.since, 'R')}")
    card.add_text(FIRST_VISIT if caught.first else "")
    posts = [post for post in caught.posts if post.where in visible]
    card.add_text("" if caught.loads or posts else NOTHING)
    if caught.loads:
        card.add_text(*_loads(caught.loads, named=named))
        card.add_text(*map(_headline, caught.articles))
        more = sum(load.articles.new for load in caught.loads) - len(caught.articles)
        card.add_text(f"-# and {more:,} more" if more > 0 and caught.articles else "")
    if posts:
        card.add_text(*_posts(posts))
    for follow, title in paused[:MAX_PAUSED]:
        state, what = strings.state(follow), strings.describe_watch(follow.watch, title)
        card.add_text(PAUSED.format(number=follow.id, what=what, state=state, list=list_command))
    options = [RouteOption(article.title, routes.article(article.id)) for article in caught.articles]
    card.add_select("Open…", options)
    return card


def _loads(loads: Sequence[Receipt], *, named: bool) -> list[str]:
    articles = format.counted(sum(load.articles.new for load in loads), "new thread")
    comments = format.counted(sum(load.comments.new for load in loads), "new comment")
    lines = [f"**Loaded** · {articles}, {comments}"]
    if not named:
        return lines
    lines += [
        f"-# {truncate(load.name, 80)}{'' if load.guild else ', shared'} · "
        f"{format.counted(load.articles.new, 'thread')}, {format.counted(load.comments.new, 'comment')} · "
        f"{time(load.started_at, 'd')}"
        for load in loads[:MAX_LISTED_LOADS]
    ]
    if len(loads) > MAX_LISTED_LOADS:
        lines.append(f"-# and {format.counted(len(loads) - MAX_LISTED_LOADS, 'more load')}")
    return lines


def _headline(article: Article) -> str:
    source = f" · {truncate(article.source, 40)}" if article.source else ""
    count = article.comment_count
    comments = f" · {format.counted(count, 'comment')}" if count else ""
    return f"**{truncate(article.title, 160)}**{source}{comments}"


def _posts(posts: Sequence[PostedMessage]) -> list[str]:
    lines = [f"**Posted** · {format.counted(len(posts), 'digest or notice', 'digests and notices')}"]
    for post in posts[:MAX_POSTS]:
        threads = format.counted(len(post.snapshots), "thread")
        lines.append(f"{time(post.posted_at, 'd')} · <#{post.where}> · {threads} · {post.link}")
    return lines
