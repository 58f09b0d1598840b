"""`newsdesk status`."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from collections.abc import Mapping

from bot.cli.exit_codes import NOTHING_FOUND, OK
from bot.cli.json_output import emit, plain, status_json
from bot.cli.session import Session, existing_archive, on_archive
from bot.cli.terminal import line, minute, show, show_bold
from bot.i18n import msg

HELP = "cli-status"


def add_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("--running", action="store_true", help="cli-status-running")


def run(arguments: Namespace, env: Mapping[str, str]) -> int:
    """Prints the status of all servers, or with --guild of one. With --running, prints only the state of the
    bot, and returns 1 unless it is connected."""
    return _running(arguments, env) if arguments.running else _status(arguments, env)


def _running(arguments: Namespace, env: Mapping[str, str]) -> int:
    from bot.services.running import read_running

    bot = read_running(existing_archive(arguments, env).data)
    if arguments.json:
        emit({"bot": plain(bot)})
    else:
        show(msg("status-bot", state=bot.state, since=minute(bot.since)))
    return OK if bot.state == "connected" else NOTHING_FOUND


@on_archive
async def _status(session: Session) -> int:
    from bot.ui.status.strings import Style, sections

    status = await session.services.status.status(session.arguments.guild)
    if session.arguments.json:
        emit(status_json(status))
        return OK
    style = Style(line, minute, lambda channel: msg("cli-channel", id=str(channel)))
    for heading, lines in sections(status, style):
        show_bold(heading)
        for text in lines:
            show(text, indent=2, then=4)
    return OK
