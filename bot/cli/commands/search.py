"""`newsdesk search`."""

from __future__ import annotations

from argparse import ArgumentParser
from collections.abc import Sequence

from bot.cli.arguments import add_limit, add_period, add_source, offset
from bot.cli.exit_codes import OK
from bot.cli.json_output import search_json
from bot.cli.session import Session, date, on_archive
from bot.cli.terminal import Part, day, dotted, empty_archive, line, show, show_bold, show_dim, source_line
from bot.domain.search import Filters, Hit, Order, SearchPage
from bot.domain.stories import StoryCount
from bot.i18n import msg
from bot.ui.articles.strings import story_size
from bot.ui.kit import format
from bot.ui.kit.truncate import label
from bot.ui.search import strings as search_strings

HELP = "cli-search"


def add_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("query", metavar="QUERY", nargs="+", help="cli-search-query")
    parser.add_argument(
        "--in", dest="place", choices=("articles", "comments", "both"), default="both", help="cli-search-in"
    )
    add_source(parser)
    parser.add_argument("--author", metavar="NAME", help="cli-search-author")
    add_period(parser)
    parser.add_argument(
        "--order", choices=("relevance", "newest", "score"), default="relevance", help="cli-search-order"
    )
    add_limit(parser, 10)
    parser.add_argument("--offset", type=offset, default=0, metavar="N", help="cli-search-offset")


async def search(session: Session) -> int:
    """Prints the hits with matches in bold."""
    arguments = session.arguments
    query = " ".join(arguments.query)
    filters = Filters(arguments.source, arguments.author, date(arguments.after), date(arguments.before))
    page = await session.services.archive.search(
        session.scope,
        query,
        filters,
        place=arguments.place,
        order=arguments.order,
        limit=arguments.limit,
        offset=arguments.offset,
    )
    if arguments.json:
        session.emit(search_json(page))
    else:
        narrowed = [line(part) for part in search_strings.search_scope(filters, arguments.place)]
        await show_page(session, page, arguments.order, narrowed)
    return OK


async def show_page(
    session: Session, page: SearchPage, order: Order = "relevance", narrowed: Sequence[str] = ()
) -> None:
    """Prints one page of hits, or that there are none; `narrowed` is what narrows the search."""
    if page.hits:
        _show_hits(page, order)
    elif not (stats := await session.services.archive.stats(session.scope)).articles:
        show(empty_archive(stats))
    else:
        query = msg("quoted", text=line(page.query))
        show(search_strings.nothing_found(query, narrowed, format.archive_size(stats)))
    for text in search_strings.incomplete(page, label):
        show_dim("\n" + line(text))


run = on_archive(search)


def _show_hits(page: SearchPage, order: Order) -> None:
    query = msg("quoted", text=line(page.query))
    if page.instead is not None:
        instead = msg("quoted", text=line(page.instead))
        heading = msg("cli-search-respelt", query=query, instead=instead, count=page.total)
    elif not page.query.strip():
        heading = msg("threads", count=page.total)
    elif page.near is not None and not page.full:
        heading = search_strings.meaning(page, query)
    else:
        count = page.total - page.near_count
        heading = msg("cli-search-more" if page.capped else "cli-search-found", query=query, count=count)
    show_bold(heading, f" · {search_strings.order_text(order, listed=page.listed)}")
    if words := search_strings.words(page, label):
        show_dim(dotted(*map(line, words)))
    for number, hit in enumerate(page.hits, page.offset + 1):
        show("")
        if section := search_strings.section(page, number - 1):
            show_dim(section)
        mark = f"{number}. "
        show_bold(f"{mark}{line(hit.title)}", then=len(mark))
        if hit.excerpt.strip() and not hit.is_title:  # which would only repeat the headline
            show(*_excerpt(hit), indent=len(mark))
        show_dim(
            dotted(
                hit.source,
                msg("search-by-author", author=hit.author) if hit.author else None,
                day(hit.posted_at),
                msg("cli-article-number", id=str(hit.article)),
                msg("cli-comment-number", id=str(hit.comment)) if hit.comment is not None else None,
                msg("search-also-in-comments", count=hit.more) if hit.more else None,
                story_size(StoryCount(hit.threads, hit.papers)),
                hit.link,
            ),
            indent=len(mark),
        )
    if page.offset or page.total > len(page.hits):
        show_dim("\n" + format.item_range(page.offset, len(page.hits), page.total, page.capped))


def _excerpt(hit: Hit) -> list[Part]:
    """The excerpt with its matches in colour."""
    before, after = search_strings.clipped(hit.excerpt)
    shown = source_line(hit.excerpt, hit.matches, "bold yellow")
    return [before, *shown, after]
