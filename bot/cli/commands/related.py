"""`newsdesk related`."""

from __future__ import annotations

from argparse import ArgumentParser

from bot.cli.arguments import add_article_id, add_limit
from bot.cli.commands.article import show_heading
from bot.cli.exit_codes import OK
from bot.cli.json_output import emit, plain
from bot.cli.session import Session, on_archive
from bot.cli.terminal import line, show, show_dim
from bot.i18n import formats, msg

HELP = "cli-related"


def add_arguments(parser: ArgumentParser) -> None:
    add_limit(parser, 5)
    add_article_id(parser)


@on_archive
async def run(session: Session) -> int:
    """Prints the most similar articles first."""
    arguments = session.arguments
    article, relatives = await session.services.archive.related(session.scope, arguments.id, arguments.limit)
    if arguments.json:
        rows = [
            {
                "article": relative.article.id,
                "title": relative.article.title,
                "source": relative.article.source,
                "posted_at": plain(relative.article.posted_at),
                "similarity": round(relative.similarity, 3),
                "reasons": plain(relative.reasons),
            }
            for relative in relatives
        ]
        emit({"article": article.id, "related": rows})
    elif not relatives:
        show(msg("article-related-none"))
    for number, relative in enumerate(relatives if not arguments.json else ()):
        if number:
            show("")
        show_heading(relative.article)
        show_dim(msg("article-related-reasons", phrases=formats.joined(map(line, relative.reasons))))
    return OK
