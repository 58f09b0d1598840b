"""`newsdesk audit`."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import get_args

from bot.cli.arguments import add_limit, offset
from bot.cli.json_output import audit_json, emit_list
from bot.cli.session import Session, on_archive
from bot.cli.terminal import dotted, line, minute, show, show_dim
from bot.domain.audit import AuditEntry, AuditKind
from bot.i18n import msg

HELP = "cli-audit"


def add_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("--about", choices=get_args(AuditKind), help="cli-audit-about")
    add_limit(parser, 20)
    parser.add_argument("--offset", type=offset, default=0, metavar="N", help="cli-audit-offset")


@on_archive
async def run(session: Session) -> int:
    """Prints who did what in all archives, or with --guild in one, newest first."""
    arguments = session.arguments
    _, entries = await session.services.audit.page(
        arguments.guild, arguments.about, arguments.limit, arguments.offset
    )
    return emit_list(entries, audit_json, _show, "cli-audit-none", json=arguments.json)


def _show(entry: AuditEntry) -> None:
    from bot.ui.audit import strings

    show(line(strings.what(entry, str)))
    where = msg("cli-audit-shared") if entry.guild is None else msg("cli-server", id=str(entry.guild))
    show_dim(dotted(where, msg("cli-by", name=line(entry.by.name), time=minute(entry.at))), indent=3)
