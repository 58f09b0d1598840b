"""`newsdesk search`."""

from __future__ import annotations

from argparse import ArgumentParser

from bot.cli.arguments import add_limit, add_period, add_source, offset
from bot.cli.exit_codes import NOTHING_FOUND, OK
from bot.cli.json_output import emit, search_json
from bot.cli.session import Session, date, on_archive
from bot.cli.terminal import Part, amount, day, dotted, line, show, show_bold, show_dim
from bot.domain.search import Filters, Hit, SearchPage
from bot.text.language.slurs import mask_slurs
from bot.ui.search import strings as search_strings

HELP = "find threads by their words"


def add_arguments(parser: ArgumentParser) -> None:
    parser.epilog = 'Words are all wanted; "a phrase", -without, this OR that, begin*.'
    parser.add_argument("query", metavar="QUERY", nargs="+", help="what to look for")
    parser.add_argument("--in", dest="place", choices=("articles", "comments", "both"), default="both")
    add_source(parser)
    parser.add_argument("--author", help="only by this submitter or commenter")
    add_period(parser, "such as 2024-03-12 or 12 Mar 2024")
    parser.add_argument("--order", choices=("relevance", "newest", "score"), default="relevance")
    add_limit(parser, 10, "hits to show")
    parser.add_argument("--offset", type=offset, default=0, metavar="N", help="hits to pass over (0)")


@on_archive
async def run(session: Session) -> int:
    """Prints the hits with matches in bold; returns 1 if there are none."""
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
        emit(search_json(page))
    elif page.hits:
        _show_hits(page, arguments.order)
    else:
        stats = await session.services.archive.stats(session.scope)
        years = f", {day(stats.first)} to {day(stats.last)}" if stats.first else ""
        narrowed = [
            line(part) for part in search_strings.search_scope(filters, arguments.place, "relevance")[1:]
        ]
        held = f"{amount(stats.articles, 'thread')}{years}"
        show(search_strings.nothing_found(line(query), narrowed, held))
    return OK if page.hits else NOTHING_FOUND


def _show_hits(page: SearchPage, order: str) -> None:
    total = amount(page.total, "thread") + (" or more" if page.capped else "")
    if page.instead is not None:
        show(f"0 threads for {line(page.query)}. Showing ", (line(page.instead), "bold"), f" ({total}).")
    else:
        show_bold(line(page.query), f" · {total} · {order}")
    for number, hit in enumerate(page.hits, page.offset + 1):
        show("")
        show_bold(f"{number}. {line(hit.title)}", then=3)
        show(*_excerpt(hit), indent=3)
        where = f"article {hit.article}" + (f", comment {hit.comment}" if hit.comment is not None else "")
        by = f"by {hit.author}" if hit.author else None
        more = f"also in {amount(hit.more, 'comment')}" if hit.more else None
        show_dim(dotted(hit.source, by, day(hit.posted_at), where, more), indent=3)
    if page.offset or page.total > len(page.hits):
        show_dim(f"\n{page.offset + 1}–{page.offset + len(page.hits)} of {total}")


def _excerpt(hit: Hit) -> list[Part]:
    """The excerpt with its matches in colour."""
    before, after = search_strings.clipped(hit.excerpt) if hit.excerpt.strip() else ("", "")
    parts: list[Part] = [before]
    end, excerpt = 0, mask_slurs(hit.excerpt).replace("\n", " ")
    for start, match_end in hit.matches:
        parts += [excerpt[end:start], (excerpt[start:match_end], "bold yellow")]
        end = match_end
    return [*parts, excerpt[end:], after]
