"""`newsdesk trend`."""

from __future__ import annotations

from argparse import ArgumentParser

from bot.cli.exit_codes import OK
from bot.cli.json_output import trend_json
from bot.cli.session import Session, on_archive
from bot.cli.terminal import dotted, empty_archive, line, show, show_bold, show_dim
from bot.i18n import formats, msg
from bot.ui.kit import format
from bot.ui.kit.truncate import label
from bot.ui.search.strings import incomplete, nothing_found

HELP = "cli-trend"


def add_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("query", metavar="QUERY", nargs="+", help="cli-search-query")


@on_archive
async def run(session: Session) -> int:
    """Prints how many texts match in each day, month or year."""
    query = " ".join(session.arguments.query)
    trend = await session.services.browsing.trend(session.scope, query)
    if session.arguments.json:
        session.emit(trend_json(trend))
        return OK
    from bot.ui.browse import strings, trends

    quoted = msg("quoted", text=line(query))
    if not trend.points:
        stats = await session.services.archive.stats(session.scope)
        empty = not stats.articles
        show(empty_archive(stats) if empty else nothing_found(quoted, [], format.archive_size(stats)))
    else:
        show_bold(trends.heading(trend, quoted))
        for point in trend.points:
            bar = strings.bar(point.texts, trend.peak.texts) if point.texts else ""
            show(f"{trends.when(point.start, trend.unit)} {bar} {formats.number(point.texts)}")
        show_dim("\n" + dotted(*trends.caption(trend)))
    for text in incomplete(trend, label):
        show_dim(line(text))
    return OK
