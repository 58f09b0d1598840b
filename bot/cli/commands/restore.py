"""`newsdesk restore`."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from collections.abc import Mapping
from pathlib import Path

from bot.cli.exit_codes import OK
from bot.cli.json_output import emit, plain
from bot.cli.session import configuration
from bot.cli.terminal import line, show, show_dim
from bot.i18n import msg

HELP = "cli-restore"


def add_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("folder", metavar="FOLDER", type=Path, help="cli-restore-folder")


def run(arguments: Namespace, env: Mapping[str, str]) -> int:
    """Puts a backup in the place of the databases, which are kept aside."""
    from bot.services.backups import restore
    from bot.services.troubles import Troubles

    data = configuration(arguments, env).data
    restored = restore(data, arguments.folder)
    Troubles(data).mended("database")
    aside = restored.aside and str(restored.aside)
    if arguments.json:
        emit({"data": str(data), "aside": aside, "findings": plain(restored.findings)})
        return OK
    show(msg("cli-restored", folder=line(str(arguments.folder))))
    if restored.findings:
        show(msg("cli-restored-check"))
    if aside:
        show_dim(msg("cli-restored-aside", folder=line(aside)))
    return OK
