"""`newsdesk loads`."""

from __future__ import annotations

import sys
from argparse import ArgumentParser

from bot.cli.arguments import add_limit, count
from bot.cli.exit_codes import OK
from bot.cli.json_output import emit_list, loads_json
from bot.cli.session import Session, on_archive
from bot.cli.terminal import dotted, line, minute, show, show_bold, show_dim, write_bytes
from bot.domain.loads import Receipt
from bot.i18n import formats, msg
from bot.ui.loads import strings

HELP = "cli-loads"


def add_arguments(parser: ArgumentParser) -> None:
    add_limit(parser, 20)
    parser.add_argument("--rejected", metavar="LOAD", type=count, help="cli-loads-rejected")


@on_archive
async def run(session: Session) -> int:
    """Prints the receipts of one archive, newest first; returns 1 if there are none. With `--rejected` prints
    the rejected lines of one load instead."""
    arguments = session.arguments
    if arguments.rejected is not None:
        lines, _ = await session.services.loads.rejects(arguments.guild, arguments.rejected, sys.maxsize)
        write_bytes(lines)
        return OK
    receipts = await session.services.loads.recent(arguments.guild, arguments.limit)
    return emit_list(receipts, loads_json, _show, "cli-loads-none", json=arguments.json)


def _show(receipt: Receipt) -> None:
    state = "" if receipt.state == "done" else f" · {msg('load-state', state=receipt.state)}"
    show_bold(f"{receipt.load}. {line(receipt.name)}", state)
    rejected = msg("load-rejected", count=receipt.rejected) if receipt.rejected else ""
    show(dotted(*strings.counts(receipt), rejected), indent=3)
    by = msg("cli-by", name=line(receipt.by.name), time=minute(receipt.started_at))
    show_dim(dotted(by, formats.duration(receipt.seconds)), indent=3)
