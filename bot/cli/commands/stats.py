"""`newsdesk stats`."""

from __future__ import annotations

from bot.cli.arguments import no_arguments
from bot.cli.exit_codes import OK
from bot.cli.json_output import emit, plain
from bot.cli.session import Session, on_archive
from bot.cli.terminal import amount, day, show, show_dim, size

HELP = "count what the archive holds"
add_arguments = no_arguments


@on_archive
async def run(session: Session) -> int:
    """Prints the statistics of the archive."""
    stats = await session.services.archive.stats(session.scope)
    if session.arguments.json:
        emit(plain(stats))
        return OK
    show(f"{amount(stats.articles, 'article')} from {amount(stats.sources, 'source')}")
    show(amount(stats.comments, "comment"))
    if stats.first is not None:
        show(f"{day(stats.first)} to {day(stats.last)}")
    show_dim(f"{amount(stats.loads, 'load')} · {size(stats.bytes)} on disk")
    return OK
