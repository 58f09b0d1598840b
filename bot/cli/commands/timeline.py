"""`newsdesk timeline`."""

from __future__ import annotations

from argparse import ArgumentParser

from bot.cli.arguments import add_article_id
from bot.cli.exit_codes import OK
from bot.cli.json_output import emit, plain
from bot.cli.session import Session, on_archive
from bot.cli.terminal import day, line, show, show_bold, show_dim
from bot.domain.stories import count_story
from bot.i18n import msg
from bot.ui.articles import strings
from bot.ui.kit import format
from bot.ui.kit.format import dotted

HELP = "cli-timeline"


def add_arguments(parser: ArgumentParser) -> None:
    add_article_id(parser)


@on_archive
async def run(session: Session) -> int:
    """Prints the threads of the article's story, then the other reports of its event, each oldest first."""
    arguments = session.arguments
    article, story = await session.services.archive.story(session.scope, arguments.id)
    count = count_story(story.threads)
    if arguments.json:
        threads = plain(story.threads)
        emit({"article": article.id, "threads": threads, "papers": count.papers})
        return OK
    show_bold(line(article.title))
    show_dim(strings.story_size(count) or msg("article-timeline-alone"))
    if count.threads < 2:
        return OK
    for heading, threads in (
        (msg("article-timeline-same"), story.same),
        (msg("article-timeline-reports"), story.reports),
    ):
        if threads:
            show("")
            show_bold(heading)
        for thread in threads:
            show(line(thread.title), indent=3)
            facts = (
                day(thread.posted_at),
                line(thread.source or ""),
                f"r/{line(thread.subreddit)}" if thread.subreddit else None,
                msg("comments", count=thread.comments) if thread.comments else None,
                format.points(thread.score),
                msg("cli-article-number", id=str(thread.article)),
            )
            show_dim(dotted(*filter(None, facts)), indent=3)
    return OK
