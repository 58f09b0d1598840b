"""`newsdesk loads`."""

from __future__ import annotations

from argparse import ArgumentParser

from bot.cli.arguments import add_limit
from bot.cli.json_output import emit_list, loads_json
from bot.cli.session import Session, on_archive
from bot.cli.terminal import counts, line, minute, show, show_bold, show_dim
from bot.domain.loads import Receipt
from bot.ui.kit.format import duration

HELP = "list the last loads"


def add_arguments(parser: ArgumentParser) -> None:
    add_limit(parser, 20)


@on_archive
async def run(session: Session) -> int:
    """Prints the receipts of one archive, newest first; returns 1 if there are none."""
    arguments = session.arguments
    receipts = await session.services.loads.recent(arguments.guild, arguments.limit)
    nothing = "Nothing was loaded into this archive."
    return emit_list(receipts, loads_json, _show, nothing, json=arguments.json)


def _show(receipt: Receipt) -> None:
    state = "" if receipt.state == "done" else f" · {receipt.state}"
    rejected = f" · {receipt.rejected:,} rejected" if receipt.rejected else ""
    show_bold(f"{receipt.load}. {line(receipt.name)}", state)
    rows = f"{counts('Articles', receipt.articles)}. {counts('Comments', receipt.comments)}."
    show(rows + rejected, indent=3)
    by = f"{minute(receipt.started_at)} · by {line(receipt.by.name)} · {duration(receipt.seconds)}"
    show_dim(by, indent=3)
