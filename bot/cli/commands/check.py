"""`newsdesk check`."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from collections.abc import Mapping

from bot.cli.exit_codes import BAD_INPUT, OK
from bot.cli.json_output import emit, plain
from bot.cli.session import existing_archive
from bot.cli.terminal import line, show
from bot.i18n import msg

HELP = "cli-check"


def add_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("--repair", action="store_true", help="cli-check-repair")


def run(arguments: Namespace, env: Mapping[str, str]) -> int:
    """Prints what is in order, what is not, and what to do; returns 2 if something is not."""
    from bot.services.maintenance import check
    from bot.services.troubles import Troubles

    data = existing_archive(arguments, env).data
    report = check(data, repair=arguments.repair)
    if report.ok:
        Troubles(data).mended("database")
    if arguments.json:
        emit({"ok": report.ok, "findings": plain(report.findings)})
    for finding in () if arguments.json else report.findings:
        mark = (msg("cli-check-ok"), "green") if finding.ok else (msg("cli-check-broken"), "bold red")
        show(mark, "  ", (line(finding.subject), "bold"), f": {line(finding.detail)}", then=4)
        if finding.advice:
            show(line(finding.advice), indent=4)
    return OK if report.ok else BAD_INPUT
