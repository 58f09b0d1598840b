"""`newsdesk backup`."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from collections.abc import Mapping
from pathlib import Path

from bot.cli.exit_codes import OK
from bot.cli.json_output import emit
from bot.cli.session import existing_archive
from bot.cli.terminal import line, show, show_dim
from bot.config import settings_text
from bot.i18n import formats, msg

HELP = "cli-backup"


def add_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("target", metavar="TARGET", type=Path, help="cli-backup-target")


def run(arguments: Namespace, env: Mapping[str, str]) -> int:
    """Writes a consistent copy of both databases to a directory, and tries to restore it."""
    from bot.services.backups import backup
    from bot.services.troubles import Troubles

    config = existing_archive(arguments, env)
    copies = backup(config.data, arguments.target, settings_text(env))
    Troubles(config.data).mended("backup")
    files = [(str(file), file.stat().st_size) for file in copies]
    if arguments.json:
        emit({"files": [{"path": path, "bytes": length} for path, length in files]})
        return OK
    for path, length in files:
        show(f"{line(path)} · {formats.file_size(length)}")
    show_dim(msg("cli-backup-restore", folder=line(str(arguments.target))))
    return OK
