"""`newsdesk article`."""

from __future__ import annotations

from collections.abc import Sequence

from bot.cli.arguments import add_article_id
from bot.cli.exit_codes import OK
from bot.cli.json_output import article_json, emit
from bot.cli.session import Session, on_archive
from bot.cli.terminal import dotted, line, minute, show, show_bold, show_dim
from bot.domain.articles import Article, Comment
from bot.i18n import msg
from bot.ui.kit.format import points

HELP = "cli-article"
add_arguments = add_article_id


@on_archive
async def run(session: Session) -> int:
    """Prints the whole article, with page boilerplate dimmed, and every comment."""
    article = await session.services.archive.article(session.scope, session.arguments.id)
    comments = await session.services.archive.all_comments(session.scope, article.id)
    if session.arguments.json:
        emit(article_json(article, comments))
    else:
        _show(article, comments)
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


def _show(article: Article, comments: Sequence[Comment]) -> None:
    show_heading(article)
    for paragraph in article.paragraphs:
        show("")
        show((paragraph.text, "dim" if paragraph.furniture else ""))
    if not article.paragraphs:
        show_dim("\n" + msg("article-headline-only"))
    show_bold("\n" + msg("comments", count=len(comments)))
    for comment in comments:
        show("")
        facts = dotted(minute(comment.posted_at), points(comment.score))
        show_bold(line(comment.author), (f" · {facts}", "dim"))
        show(comment.text, indent=2)
