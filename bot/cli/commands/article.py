"""`newsdesk article`."""

from __future__ import annotations

from collections.abc import Sequence

from bot.cli.arguments import add_article_id
from bot.cli.exit_codes import OK
from bot.cli.json_output import article_json, emit
from bot.cli.session import Session, on_archive
from bot.cli.terminal import amount, dotted, line, minute, show, show_bold, show_dim
from bot.domain.articles import Article, Comment

HELP = "show an article and its comments"
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
    inferred = " (time inferred from the first comment)" if article.inferred else ""
    show_dim(
        dotted(
            article.source,
            f"posted by {article.submitter}" if article.submitter else None,
            minute(article.posted_at) + inferred,
            f"article {article.id}" + (f", {article.key}" if article.key else ""),
        )
    )


def _show(article: Article, comments: Sequence[Comment]) -> None:
    show_heading(article)
    for paragraph in article.paragraphs:
        show("")
        show((paragraph.text, "dim" if paragraph.furniture else ""))
    if not article.paragraphs:
        show_dim("\nThis article has no text of its own.")
    show_bold("\n" + amount(len(comments), "comment"))
    for comment in comments:
        points = "" if comment.score is None else f" · {amount(comment.score, 'point')}"
        show("")
        show_bold(line(comment.author), (f" · {minute(comment.posted_at)}{points}", "dim"))
        show(comment.text, indent=2)
