"""The parser of the command line, put together from the arguments of every command."""

from __future__ import annotations

from argparse import SUPPRESS, ArgumentParser, Namespace
from collections.abc import Mapping, Sequence
from typing import Any, Protocol

from bot import __version__
from bot.cli import (
    arguments,
    article,
    ask,
    backup,
    check,
    comment_digest_worker,
    comments,
    deliveries,
    demo,
    follows,
    forget,
    load,
    load_worker,
    loads,
    related,
    run,
    schedules,
    search,
    stats,
    summary,
    undo,
)


class Command(Protocol):
    """A module of one command. Importing it is cheap, so that no command pays for another: what is heavy it
    imports when it runs."""

    @property
    def HELP(self) -> str | None:  # noqa: N802 - a constant of the module
        """One line of help; a command without is for Newsdesk itself, and not listed."""

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Adds the command's own arguments, and an epilog if it has one."""

    def run(self, arguments: Namespace, env: Mapping[str, str]) -> int:
        """Runs the command and returns its exit code. Raises ConfigError and UserError."""


ARCHIVE_COMMANDS: dict[str, Command] = {
    "load": load,
    "search": search,
    "ask": ask,
    "article": article,
    "related": related,
    "summary": summary,
    "comments": comments,
    "loads": loads,
    "undo": undo,
    "forget": forget,
    "stats": stats,
    "backup": backup,
    "check": check,
    "schedules": schedules,
    "deliveries": deliveries,
    "follows": follows,
}
"""Commands that take --data, --guild and --json."""
PROCESS_COMMANDS: dict[str, Command] = {
    "run": run,
    "try": demo,
    "load-worker": load_worker,
    "thinker": comment_digest_worker,
}


def parse(argv: Sequence[str]) -> Namespace:
    """The arguments, with the module of the command as `module`. Raises SystemExit like argparse."""
    parser = _parser()
    parsed = parser.parse_args([_valid_text(text) for text in argv])
    if parsed.command is None:
        parser.print_help()
        raise SystemExit(2)
    return parsed


def _valid_text(text: str) -> str:
    """Bytes that are no text in the system's encoding would later fail in JSON and SQLite."""
    return text.encode("utf-8", "surrogateescape").decode("utf-8", "replace")


def _parser() -> ArgumentParser:
    parser = ArgumentParser(
        prog="newsdesk",
        description="Search, read and discuss an archive of news threads.",
        epilog="Exit codes: 0 done, 1 nothing found, 2 bad input.",
    )
    parser.add_argument("--version", action="version", version=f"newsdesk {__version__}")
    _add_common_options(parser, data=None, guild=None, json=False)
    commands = parser.add_subparsers(dest="command", title="commands", metavar="COMMAND")
    for name, module in (ARCHIVE_COMMANDS | PROCESS_COMMANDS).items():
        texts: dict[str, Any] = {"help": module.HELP, "description": module.HELP} if module.HELP else {}
        command = commands.add_parser(name, **texts)
        command.set_defaults(module=module)
        module.add_arguments(command)
        if name in ARCHIVE_COMMANDS:
            _add_common_options(command)
    return parser


def _add_common_options(parser: ArgumentParser, **defaults: Any) -> None:
    """Options that may stand before or after the command; one not given after it stays as before it."""
    options: dict[str, dict[str, Any]] = {
        "data": {"metavar": "DIR", "help": "the folder of the databases (else NEWSDESK_DATA, else data)"},
        "guild": {
            "metavar": "ID",
            "type": arguments.guild,
            "help": "the archive of this Discord server, not the shared one",
        },
        "json": {"action": "store_true", "help": "one JSON object on standard output"},
    }
    for name, option in options.items():
        parser.add_argument(f"--{name}", default=defaults.get(name, SUPPRESS), **option)
