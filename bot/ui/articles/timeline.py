"""The timeline of a story: its threads, and the other reports of its event, each with a way to open it."""

from __future__ import annotations

from collections.abc import Sequence

from bot.domain.stories import StoryThread, count_story
from bot.i18n import formats, msg
from bot.ui.articles import cards, strings
from bot.ui.kit import format, routes
from bot.ui.kit.card import Card, Colour, RouteOption, share_button
from bot.ui.kit.context import Viewer
from bot.ui.kit.format import dotted, small
from bot.ui.kit.markdown import time
from bot.ui.kit.truncate import truncate

MAX_SHOWN = 12
"""The most threads on one card: those of the story itself first."""
MAX_TITLE = 200


async def timeline(viewer: Viewer, ref: int | str) -> Card:
    """The threads of an article's story and the other reports of its event, each oldest first."""
    article, story = await viewer.services.archive.story(viewer.scope, ref)
    card = Card(Colour.ARTICLE, msg("article-timeline-heading", title=cards.headline(article)))
    if len(story.threads) < 2:
        card.add_text(msg("article-timeline-alone"))
    else:
        card.add_text(strings.story_size(count_story(story.threads)))
        reports = story.reports[: max(MAX_SHOWN // 2, MAX_SHOWN - len(story.same))]
        same = story.same[: MAX_SHOWN - len(reports)]
        _add_threads(card, msg("article-timeline-same"), same, 1)
        _add_threads(card, msg("article-timeline-reports"), reports, len(same) + 1)
        shown = [*same, *reports]
        if len(shown) < len(story.threads):
            count = len(story.threads)
            card.add_text(small(msg("article-timeline-oldest", shown=len(shown), count=count)))
        card.add_select(msg("article-timeline-open"), _options(shown))
    card.add_buttons(
        cards.article_button(article.id), share_button(routes.timeline(article.id), viewer.can_share)
    )
    return card


def _add_threads(card: Card, heading: str, threads: Sequence[StoryThread], first: int) -> None:
    if not threads:
        return
    card.add_separator()
    card.add_text(f"**{heading}**")
    for number, thread in enumerate(threads, first):
        card.add_text(f"{number}. {truncate(thread.title, MAX_TITLE)}", small(*_facts(thread)))


def _facts(thread: StoryThread) -> tuple[str, ...]:
    return (
        time(thread.posted_at) if thread.posted_at else "",
        truncate(thread.source or "", 60),
        f"r/{truncate(thread.subreddit, 50)}" if thread.subreddit else "",
        msg("comments", count=thread.comments) if thread.comments else "",
        format.points(thread.score),
    )


def _options(threads: Sequence[StoryThread]) -> list[RouteOption]:
    return [
        RouteOption(
            f"{number}. {thread.title}",
            routes.article(thread.article),
            dotted(thread.source or "", formats.day(thread.posted_at) if thread.posted_at else ""),
        )
        for number, thread in enumerate(threads, 1)
    ]
