"""`newsdesk browse`."""

from __future__ import annotations

from argparse import ArgumentParser

from bot.cli.arguments import add_limit, offset
from bot.cli.commands.search import show_page
from bot.cli.exit_codes import OK
from bot.cli.json_output import facets_json, search_json
from bot.cli.session import Session, on_archive
from bot.cli.terminal import dotted, line, show, show_dim
from bot.domain.browsing import FACETS, FacetPage
from bot.i18n import msg
from bot.text.search.operators import browse_query
from bot.ui.browse import strings
from bot.ui.kit import format

HELP = "cli-browse"


def add_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("by", metavar="BY", nargs="?", choices=FACETS, help="cli-browse-by")
    parser.add_argument("value", metavar="VALUE", nargs="?", help="cli-browse-value")
    add_limit(parser, 20)
    parser.add_argument("--offset", type=offset, default=0, metavar="N", help="cli-search-offset")


@on_archive
async def run(session: Session) -> int:
    """Prints the values of a facet, the articles with one of them, or the newest articles."""
    arguments, services = session.arguments, session.services
    if arguments.by is not None and arguments.value is None:
        facets = await services.browsing.facets(
            session.scope, arguments.by, arguments.limit, arguments.offset
        )
        if arguments.json:
            session.emit(facets_json(facets))
        else:
            show_facets(facets)
        return OK
    query = browse_query(arguments.by, arguments.value) if arguments.by is not None else ""
    page = await services.archive.search(session.scope, query, limit=arguments.limit, offset=arguments.offset)
    if arguments.json:
        session.emit(search_json(page))
    else:
        await show_page(session, page)
    return OK


def show_facets(page: FacetPage) -> None:
    """Prints one page of the values of a facet."""
    if not page.values:
        show(msg("browse-nothing", by=page.by))
        return
    for value in page.values:
        count = msg("threads", count=value.articles)
        show(
            dotted(
                line(strings.label(page.by, value.value)),
                f"{strings.bar(value.articles, page.highest)} {count}",
            )
        )
    show_dim("\n" + format.item_range(page.offset, len(page.values), page.total))
