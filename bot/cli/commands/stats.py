"""`newsdesk stats`."""

from __future__ import annotations

from argparse import ArgumentParser

from bot.cli.arguments import add_limit
from bot.cli.commands.browse import show_facets
from bot.cli.exit_codes import OK
from bot.cli.json_output import emit, facets_json, stats_json
from bot.cli.session import Session, on_archive
from bot.cli.terminal import day, dotted, show, show_dim
from bot.i18n import formats, msg
from bot.ui.loads import strings

HELP = "cli-stats"


def add_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("--by", choices=("month", "source", "subreddit"), help="cli-stats-by")
    add_limit(parser, 1000)


@on_archive
async def run(session: Session) -> int:
    """Prints the statistics of the archive, or its threads by month, source or subreddit."""
    if (by := session.arguments.by) is not None:
        facets = await session.services.browsing.facets(session.scope, by, session.arguments.limit)
        if session.arguments.json:
            emit(facets_json(facets))
        else:
            show_facets(facets)
        return OK
    stats = await session.services.archive.stats(session.scope)
    if session.arguments.json:
        emit(stats_json(stats))
        return OK
    show(msg("cli-stats-articles", articles=stats.articles, sources=stats.sources))
    show(msg("comments", count=stats.comments))
    for text in filter(None, strings.gaps(stats.waiting, stats.missing)):
        show(text)
    if stats.first is not None:
        show(msg("load-dates", first=day(stats.first), last=day(stats.last)))
    for text in strings.books(stats.article_books, stats.comment_books):
        show_dim(text)
    size = msg("cli-stats-size", size=formats.file_size(stats.bytes))
    show_dim(dotted(msg("load-loads", count=stats.loads), size))
    return OK
