"""`newsdesk article`."""

from __future__ import annotations

from argparse import ArgumentParser
from collections.abc import Sequence

from bot.cli.arguments import add_article_id, offset
from bot.cli.exit_codes import OK
from bot.cli.json_output import article_json
from bot.cli.session import Session, on_archive
from bot.cli.terminal import dotted, line, minute, replying_to, show, show_bold, show_dim, source_text
from bot.domain.articles import Article, Comment, thread_order
from bot.i18n import msg
from bot.ui.kit.format import comment_count, points

HELP = "cli-article"
MAX_INDENTED = 12
"""The depth of replies up to which they are indented."""


def add_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("--comments", type=offset, metavar="N", help="cli-article-comments")
    parser.add_argument("--offset", type=offset, default=0, metavar="N", help="cli-search-offset")
    parser.add_argument("--newest", action="store_true", help="cli-article-newest")
    add_article_id(parser)


async def article(session: Session) -> int:
    """Prints the whole article, with page boilerplate dimmed, and every comment."""
    article = await session.services.archive.article(session.scope, session.arguments.id)
    comments = await session.services.archive.all_comments(session.scope, article.id)
    arguments = session.arguments
    if arguments.comments is not None or arguments.offset:
        arguments.newest = True  # a part of a thread has no order of replies
    shown = comments[arguments.offset :][: arguments.comments]
    if arguments.json:
        session.emit(article_json(article, shown, len(comments)))
    else:
        ordered = [] if arguments.newest else thread_order(comments)
        _show(article, shown, ordered)
    return OK


run = on_archive(article)


def show_heading(article: Article) -> None:
    """Prints an article's title, source and time."""
    show_bold(line(article.title))
    time = minute(article.posted_at)
    show_dim(
        dotted(
            article.source,
            msg("cli-posted-by", author=article.submitter) if article.submitter else None,
            msg("article-first-comment", day=time) if article.inferred else time,
            msg("cli-article-number", id=str(article.id)),
            article.key,
        )
    )


def _show(article: Article, comments: Sequence[Comment], ordered: Sequence[tuple[int, int]]) -> None:
    """Prints the comments as ordered by (id, depth) if any replies to another; else newest first."""
    show_heading(article)
    for paragraph in article.paragraphs:
        show("")
        if paragraph.furniture:
            show_dim(paragraph.text)
        else:
            show(*source_text(paragraph.text, whole=True))
    if not article.paragraphs:
        show_dim("\n" + msg("article-headline-only"))
    show_bold("\n" + comment_count(article))
    if not any(depth for _, depth in ordered):
        ordered = [(comment.id, 0) for comment in comments]
    by_id = {comment.id: comment for comment in comments}
    for number, depth in ordered:
        comment, indent = by_id[number], 2 * min(depth, MAX_INDENTED)
        show("")
        facts = dotted(replying_to(comment.replies_to), minute(comment.posted_at), points(comment.score))
        show_bold(line(comment.author), (f" · {facts}", "dim"), indent=indent)
        show(*source_text(comment.text, whole=True), indent=indent + 2)
