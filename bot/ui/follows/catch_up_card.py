"""What somebody missed, as a card for them alone."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from bot.domain.articles import Article
from bot.domain.loads import Receipt
from bot.domain.posts import Posted
from bot.services.catch_up import LISTED, Caught
from bot.ui.follows import strings
from bot.ui.follows.cards import Named
from bot.ui.kit import format, routes
from bot.ui.kit.card import Card, Colour, Option
from bot.ui.kit.markdown import time
from bot.ui.kit.truncate import fit

FIRST = (
    "This tells what came in since you were last here. It is your first time, so it begins with the last 7 "
    "days; from now on it begins where your last visit ended."
)
NOTHING = "Nothing was loaded or posted since."
POSTS = 8
PAUSES = 3
PAUSED = "-# Your follow {number} ({what}) is {state} {list} lets it go on."


def card(
    found: Caught, visible: Collection[int], paused: Sequence[Named], list_command: str, *, named: bool
) -> Card:
    """What came in; posts are listed of the `visible` channels alone, and loads by their names if `named`."""
    made = Card(Colour.DESK)
    made.say(f"### Since {time(found.since, 'f')}, {time(found.since, 'R')}")
    if found.first:
        made.say(FIRST)
    posts = [one for one in found.posts if one.where in visible]
    if not found.loads and not posts:
        made.say(NOTHING)
    if found.loads:
        made.say(*_loads(found.loads, named=named))
        made.say(*map(_headline, found.articles))
        more = sum(one.articles.new for one in found.loads) - len(found.articles)
        made.say(f"-# and {more:,} more" if more > 0 and found.articles else "")
    if posts:
        made.say(*_posts(posts))
    for of, title in paused[:PAUSES]:
        state, what = strings.state(of), strings.what(of.watch, title)
        made.say(PAUSED.format(number=of.id, what=what, state=state, list=list_command))
    made.jump("Open…", [Option(one.title, routes.article(one.id)) for one in found.articles])
    return made


def _loads(loads: Sequence[Receipt], *, named: bool) -> list[str]:
    articles = format.counted(sum(one.articles.new for one in loads), "new thread")
    comments = format.counted(sum(one.comments.new for one in loads), "new comment")
    lines = [f"**Loaded** · {articles}, {comments}"]
    if not named:
        return lines
    lines += [
        f"-# {fit(one.name, 80)}{'' if one.guild else ', shared'} · "
        f"{format.counted(one.articles.new, 'thread')}, {format.counted(one.comments.new, 'comment')} · "
        f"{time(one.started_at, 'd')}"
        for one in loads[:LISTED]
    ]
    if len(loads) > LISTED:
        lines.append(f"-# and {format.counted(len(loads) - LISTED, 'more load')}")
    return lines


def _headline(one: Article) -> str:
    parts = [fit(one.source, 40)] if one.source else []
    if one.comment_count:
        parts.append(format.counted(one.comment_count, "comment"))
    return f"**{fit(one.title, 160)}**" + (f" · {' · '.join(parts)}" if parts else "")


def _posts(posts: Sequence[Posted]) -> list[str]:
    lines = [f"**Posted** · {format.counted(len(posts), 'digest or notice', 'digests and notices')}"]
    lines += [
        f"{time(one.posted_at, 'd')} · <#{one.where}>"
        f" · {format.counted(len(one.prints), 'thread')} · {one.link}"
        for one in posts[:POSTS]
    ]
    return lines
