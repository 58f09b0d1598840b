"""What somebody missed, as a card for them alone."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from bot.domain.articles import Article
from bot.domain.loads import Receipt
from bot.domain.posts import Posted
from bot.services.catch_up import LISTED, Caught
from bot.ui.follows import strings
from bot.ui.follows.cards import TitledFollow
from bot.ui.kit import format, routes
from bot.ui.kit.card import Card, Colour, Option
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
    caught: Caught,
    visible: Collection[int],
    paused: Sequence[TitledFollow],
    list_command: str,
    *,
    named: bool,
) -> Card:
    """What came in; posts are listed of the `visible` channels alone, and loads by their names if `named`."""
    card = Card(Colour.ABOUT)
    card.add_text(f"### Since {time(caught.since, 'f')}, {time(caught.since, 'R')}")
    if caught.first:
        card.add_text(FIRST_VISIT)
    posts = [one for one in caught.posts if one.where in visible]
    if not caught.loads and not posts:
        card.add_text(NOTHING)
    if caught.loads:
        card.add_text(*_loads(caught.loads, named=named))
        card.add_text(*map(_headline, caught.articles))
        more = sum(one.articles.new for one in caught.loads) - len(caught.articles)
        card.add_text(f"-# and {more:,} more" if more > 0 and caught.articles else "")
    if posts:
        card.add_text(*_posts(posts))
    for of, title in paused[:MAX_PAUSED]:
        state, what = strings.state(of), strings.describe_watch(of.watch, title)
        card.add_text(PAUSED.format(number=of.id, what=what, state=state, list=list_command))
    card.add_select("Open…", [Option(one.title, routes.article(one.id)) for one in caught.articles])
    return card


def _loads(loads: Sequence[Receipt], *, named: bool) -> list[str]:
    articles = format.counted(sum(one.articles.new for one in loads), "new thread")
    comments = format.counted(sum(one.comments.new for one in loads), "new comment")
    lines = [f"**Loaded** · {articles}, {comments}"]
    if not named:
        return lines
    lines += [
        f"-# {truncate(one.name, 80)}{'' if one.guild else ', shared'} · "
        f"{format.counted(one.articles.new, 'thread')}, {format.counted(one.comments.new, 'comment')} · "
        f"{time(one.started_at, 'd')}"
        for one in loads[:LISTED]
    ]
    if len(loads) > LISTED:
        lines.append(f"-# and {format.counted(len(loads) - LISTED, 'more load')}")
    return lines


def _headline(article: Article) -> str:
    parts = [truncate(article.source, 40)] if article.source else []
    if article.comment_count:
        parts.append(format.counted(article.comment_count, "comment"))
    return f"**{truncate(article.title, 160)}**" + (f" · {' · '.join(parts)}" if parts else "")


def _posts(posts: Sequence[Posted]) -> list[str]:
    lines = [f"**Posted** · {format.counted(len(posts), 'digest or notice', 'digests and notices')}"]
    lines += [
        f"{time(one.posted_at, 'd')} · <#{one.where}>"
        f" · {format.counted(len(one.prints), 'thread')} · {one.link}"
        for one in posts[:MAX_POSTS]
    ]
    return lines
