"""`newsdesk export`."""

from __future__ import annotations

import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import BinaryIO, cast, get_args

from bot.cli.exit_codes import OK
from bot.cli.jobs import operator
from bot.cli.json_output import emit
from bot.cli.session import Session, on_archive
from bot.cli.terminal import complain
from bot.domain.exports import Exported, ExportFormat
from bot.errors import BadInput
from bot.i18n import msg

HELP = "cli-export"


def add_arguments(parser: ArgumentParser) -> None:
    parser.epilog = "cli-export-loads-again"
    what = parser.add_mutually_exclusive_group()
    what.add_argument("--thread", metavar="ID", help="cli-export-thread")
    what.add_argument("--search", metavar="QUERY", help="cli-export-search")
    parser.add_argument(
        "--format", choices=get_args(ExportFormat), default="ndjson", help="cli-export-format"
    )
    parser.add_argument("--output", type=Path, metavar="FILE", help="cli-export-output")


@on_archive
async def run(session: Session) -> int:
    """Writes a thread, a search or the archive to a file, or to standard output."""
    arguments = session.arguments
    if arguments.output is None:
        if arguments.json:
            raise BadInput("export-json-needs-output")
        exported = await _export(session, sys.stdout.buffer)
    else:
        # An earlier export stays as it is until this one is whole.
        part = arguments.output.with_name(f"{arguments.output.name}.part")
        try:
            with part.open("wb") as file:
                exported = await _export(session, file)
            part.replace(arguments.output)
        finally:
            part.unlink(missing_ok=True)
    subject = "thread" if arguments.thread else "search" if arguments.search else "archive"
    counts = {"articles": exported.articles, "comments": exported.comments}
    detail = {"what": subject, "format": arguments.format, **counts}
    await session.services.audit.record(arguments.guild, "export", operator(), **detail)
    if arguments.json:
        emit({"output": str(arguments.output), **counts})
    elif arguments.output is not None:
        complain(msg("cli-export-done", path=str(arguments.output), **counts))
    return OK


async def _export(session: Session, file: BinaryIO) -> Exported:
    arguments, exports = session.arguments, session.services.exports
    ids = None
    if arguments.thread:
        ids = await exports.thread(session.scope, arguments.thread)
    elif arguments.search:
        ids = await exports.search(session.scope, arguments.search)
    return await exports.export(session.scope, ids, cast(ExportFormat, arguments.format), file)
