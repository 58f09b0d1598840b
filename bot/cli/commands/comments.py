"""`newsdesk comments`."""

from __future__ import annotations

from argparse import ArgumentParser

from bot.cli.arguments import add_article_id, add_limit, count, offset
from bot.cli.comment_digest import show_comment_digest
from bot.cli.exit_codes import OK
from bot.cli.json_output import comments_json, plain
from bot.cli.session import Session, on_archive
from bot.cli.terminal import day, dotted, line, minute, replying_to, show, show_bold, show_dim, source_text
from bot.domain.articles import COMMENT_ORDERS, CommentPage
from bot.errors import NotFound
from bot.i18n import msg
from bot.ui.articles import strings
from bot.ui.kit.format import item_range, points

HELP = "cli-comments"
MAX_INDENTED = 12
"""The depth of replies up to which they are indented."""


def add_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("--list", action="store_true", help="cli-comments-list")
    parser.add_argument("--order", choices=COMMENT_ORDERS, default="thread", help="cli-comments-order")
    parser.add_argument("--hide-bots", action="store_true", help="cli-comments-hide-bots")
    parser.add_argument("--one-thread", action="store_true", help="cli-comments-one-thread")
    parser.add_argument("--replies", type=count, metavar="COMMENT", help="cli-comments-replies")
    parser.add_argument("--offset", type=offset, default=0, metavar="N", help="cli-comments-offset")
    add_limit(parser, 50)
    add_article_id(parser)


async def comments(session: Session) -> int:
    """Prints the comment digest, or the comments in an order or below one of them."""
    arguments = session.arguments
    if arguments.list or arguments.replies is not None:
        return await _list(session)
    digest = await session.services.archive.comment_digest(session.scope, arguments.id, payer=session.payer)
    if arguments.json:
        session.emit(plain(digest))
    else:
        show_comment_digest(digest)
    return OK


run = on_archive(comments)


async def _list(session: Session) -> int:
    archive, scope, arguments = session.services.archive, session.scope, session.arguments
    place = arguments.offset, arguments.limit
    if arguments.replies is None:
        page = await archive.comments(
            scope,
            arguments.id,
            *place,
            arguments.order,
            hides_bots=arguments.hide_bots,
            one_thread=arguments.one_thread,
        )
    else:
        article, story = await archive.story(scope, arguments.id)
        page = await archive.replies(
            scope,
            arguments.replies,
            *place,
            hides_bots=arguments.hide_bots,
            one_thread=arguments.one_thread,
        )
        if page.article.id not in {article.id, *(thread.article for thread in story.same)}:
            raise NotFound("no-such-comment", comment=arguments.replies)
    if arguments.json:
        session.emit(comments_json(page))
    else:
        _show(page)
    return OK


def _show(page: CommentPage) -> None:
    """Prints the comments, with replies indented in the order of the thread."""
    show_bold(line(page.article.title))
    places = strings.comment_places(page)
    listed = zip(page.comments, page.depths, page.replies, page.origins, places, strict=True)
    for comment, depth, replies, origin, place in listed:
        indent = 2 * min(depth, MAX_INDENTED)
        facts = dotted(
            replying_to(comment.replies_to),
            line(place),
            minute(comment.posted_at),
            points(comment.score),
            msg("comment-replies", count=replies) if replies else "",
            msg("cli-comment-number", id=str(comment.id)),
        )
        show("")
        show_bold(line(comment.author), (f" · {facts}", "dim"), indent=indent)
        show(*source_text(comment.text, whole=True), indent=indent + 2)
        source = strings.provenance(origin, day) if origin is not None else []
        show_dim(dotted(comment.link, *source), indent=indent + 2)
    shown = item_range(page.offset, len(page.comments), page.total) if page.comments else ""
    order = strings.order_text(page) if page.under is None else ""
    nothing = "" if page.comments or page.bots else msg("comments-none")
    threads = strings.from_threads(page, line) if shown and page.under is None else ""
    show_dim("\n" + dotted(shown or nothing, threads, order if shown else "", strings.hidden_bots(page)))
    if page.reports and page.under is None:
        show_dim(strings.other_reports(page.reports))
        show_dim(msg("cli-comments-timeline", id=str(page.article.id)))
