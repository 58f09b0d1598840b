"""`newsdesk article`."""

from __future__ import annotations

from argparse import ArgumentParser
from collections.abc import Sequence

from bot.cli.arguments import add_article_id
from bot.cli.exit_codes import OK
from bot.cli.json_output import article_json, emit
from bot.cli.session import Session, on_archive
from bot.cli.terminal import dotted, line, minute, replying_to, show, show_bold, show_dim, source_text
from bot.domain.articles import Article, Comment, thread_order
from bot.i18n import msg
from bot.ui.kit.format import comment_count, points

HELP = "cli-article"
MAX_INDENTED = 12
"""The depth of replies up to which they are indented."""


def add_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("--newest", action="store_true", help="cli-article-newest")
    add_article_id(parser)


@on_archive
async def run(session: Session) -> int:
    """Prints the whole article, with page boilerplate dimmed, and every comment."""
    article = await session.services.archive.article(session.scope, session.arguments.id)
    comments = await session.services.archive.all_comments(session.scope, article.id)
    if session.arguments.json:
        emit(article_json(article, comments))
    else:
        ordered = [] if session.arguments.newest else thread_order(comments)
        _show(article, comments, ordered)
    return OK


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
