"""`newsdesk comments`."""

from __future__ import annotations

from bot.cli.arguments import add_article_id
from bot.cli.comment_digest import show_comment_digest
from bot.cli.exit_codes import OK
from bot.cli.json_output import plain
from bot.cli.session import Session, on_archive

HELP = "cli-comments"
add_arguments = add_article_id


async def comments(session: Session) -> int:
    """Prints the comment digest."""
    digest = await session.services.archive.comment_digest(
        session.scope, session.arguments.id, payer=session.payer
    )
    if session.arguments.json:
        session.emit(plain(digest))
    else:
        show_comment_digest(digest)
    return OK


run = on_archive(comments)
