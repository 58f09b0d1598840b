"""`newsdesk transfer`."""

from __future__ import annotations

import time
from argparse import ArgumentParser, Namespace
from collections.abc import Mapping
from pathlib import Path

from bot.cli.exit_codes import INTERRUPTED, OK
from bot.cli.json_output import emit
from bot.cli.session import existing_archive, upgrade
from bot.cli.signals import stop_signals
from bot.cli.terminal import complain, line, show
from bot.config import ConfigError, database_address
from bot.i18n import msg

HELP = "cli-transfer"
STEP_SECONDS = 2.0
"""Interval between two lines about the progress."""


class _Stopped(Exception):  # noqa: N818 - a request, not an error
    """Raised when a stop was requested."""


def add_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("--to", metavar="URL|DIR", required=True, help="cli-transfer-to")


def _is_meant_as_address(target: str) -> bool:
    """Whether this is no folder: an address of any kind, or what other programs of PostgreSQL take for one. A
    folder of that name would show the password. Folders can be written as `./postgres`."""
    name, equals, _ = target.partition("=")
    return "://" in target or target.startswith("postgres") or bool(equals and name.strip().isidentifier())


def run(arguments: Namespace, env: Mapping[str, str]) -> int:
    """Copies the archive to another database and compares all rows; continues one that was stopped."""
    from bot.services.transfer import TransferStep, transfer

    config = existing_archive(arguments, env)
    url = ""
    if _is_meant_as_address(arguments.to):
        try:
            url = database_address(arguments.to)
        except ValueError as error:
            raise ConfigError((msg("config-problem", name="--to", problem=str(error)),)) from None
    upgrade(config.data)
    shown, rows = time.monotonic(), 0

    with stop_signals() as stop:

        def on_step(step: TransferStep) -> None:
            nonlocal shown, rows
            if stop():
                raise _Stopped
            if not step.table:
                rows = step.total
            elif time.monotonic() - shown >= STEP_SECONDS and not arguments.json:
                shown = time.monotonic()
                key = "cli-transfer-comparing" if step.compared else "cli-transfer-copying"
                complain(msg(key, table=step.table, done=step.done, total=step.total))

        try:
            transfer(config.data, url, Path(arguments.to).expanduser(), on_step)
        except _Stopped:
            complain(msg("cli-transfer-stopped"))
            return INTERRUPTED
    if arguments.json:
        emit({"rows": rows})
    else:
        show(msg("cli-transferred", rows=rows))
        show(msg("cli-transferred-url") if url else msg("cli-transferred-folder", folder=line(arguments.to)))
    return OK
