"""The parser of the command line, put together from the arguments of every command."""

from __future__ import annotations

import keyword
import pkgutil
from argparse import SUPPRESS, ArgumentParser, Namespace
from collections.abc import Mapping, Sequence
from importlib import import_module
from typing import Any, Protocol

from bot import __version__
from bot.cli import arguments, commands


class Command(Protocol):
    """A module of one command. Importing it is cheap: what is heavy it imports when it runs. Those that set
    `ON_ARCHIVE = False` take neither --data, --guild nor --json."""

    @property
    def HELP(self) -> str | None:  # noqa: N802 - a constant of the module
        """One line of help; a command without is for Newsdesk itself, and not listed."""

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Adds the command's own arguments, and an epilog if it has one."""

    def run(self, arguments: Namespace, env: Mapping[str, str]) -> int:
        """Runs the command and returns its exit code. Raises ConfigError and UserError."""


def command_names() -> list[str]:
    """The commands in the order of the alphabet: a module in `bot.cli.commands` is one, without an entry
    anywhere."""
    modules = [module.name for module in pkgutil.iter_modules(commands.__path__)]
    return sorted(name.removesuffix("_").replace("_", "-") for name in modules)


def load_command(name: str) -> Command:
    """The module of a command."""
    module = name.replace("-", "_")
    module += "_" if keyword.iskeyword(module) else ""
    command: Command = import_module(f"{commands.__name__}.{module}")
    return command


def parse(argv: Sequence[str]) -> Namespace:
    """The arguments, with the module of the command as `module`. Raises SystemExit like argparse."""
    names = command_names()
    # None pays for another: where the command comes first, only its module is read.
    parser = _parser(argv[:1] if argv and argv[0] in names else names)
    parsed = parser.parse_args([_valid_text(text) for text in argv])
    if parsed.command is None:
        parser.print_help()
        raise SystemExit(2)
    return parsed


def _valid_text(text: str) -> str:
    """Bytes that are no text in the system's encoding would later fail in JSON and SQLite."""
    return text.encode("utf-8", "surrogateescape").decode("utf-8", "replace")


def _parser(names: Sequence[str]) -> ArgumentParser:
    parser = ArgumentParser(
        prog="newsdesk",
        description="Search, read and discuss an archive of news threads.",
        epilog="Exit codes: 0 done, 1 nothing found, 2 bad input.",
    )
    parser.add_argument("--version", action="version", version=f"newsdesk {__version__}")
    _add_common_options(parser, data=None, guild=None, json=False)
    subparsers = parser.add_subparsers(dest="command", title="commands", metavar="COMMAND")
    for name in names:
        command = load_command(name)
        texts: dict[str, Any] = {"help": command.HELP, "description": command.HELP} if command.HELP else {}
        subparser = subparsers.add_parser(name, **texts)
        subparser.set_defaults(module=command)
        command.add_arguments(subparser)
        if getattr(command, "ON_ARCHIVE", True):
            _add_common_options(subparser)
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
