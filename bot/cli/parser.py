"""The argument parser, composed of the arguments of every command."""

from __future__ import annotations

import keyword
import pkgutil
from argparse import SUPPRESS, ArgumentParser, Namespace
from collections.abc import Mapping, Sequence
from importlib import import_module
from typing import Any, Protocol

from bot import __version__
from bot.cli import arguments, commands
from bot.cli.exit_codes import BAD_INPUT, OK
from bot.cli.localized_parser import LocalizedParser


class Command(Protocol):
    """The module of a command. Importing it must be cheap: it imports heavy modules when it runs. Modules
    that set `ON_ARCHIVE = False` take neither --data, --guild nor --json."""

    @property
    def HELP(self) -> str | None:  # noqa: N802 - a constant of the module
        """The message that describes it; None hides a command that is for internal use."""

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Adds the command's own arguments, and an epilog if it has one."""

    def run(self, arguments: Namespace, env: Mapping[str, str]) -> int:
        """Runs the command and returns its exit code. Raises ConfigError and UserError."""


def command_names() -> list[str]:
    """The names of all commands, sorted: each module in `bot.cli.commands` is one."""
    modules = [module.name for module in pkgutil.iter_modules(commands.__path__)]
    return sorted(name.removesuffix("_").replace("_", "-") for name in modules)


def load_command(name: str) -> Command:
    """The module of a command."""
    module = name.replace("-", "_")
    module += "_" if keyword.iskeyword(module) else ""
    command: Command = import_module(f"{commands.__name__}.{module}")
    return command


def parse(argv: Sequence[str]) -> Namespace:
    """Parses the arguments; the result has the command's module as `module`. Raises SystemExit like
    argparse."""
    names = command_names()
    parser = _parser(_needed(argv, names))
    parsed = parser.parse_args([_valid_text(text) for text in argv])
    if parsed.version:
        print(f"newsdesk {__version__}")
        raise SystemExit(OK)
    if parsed.command is None:
        parser.print_help()
        raise SystemExit(BAD_INPUT)
    return parsed


def _needed(argv: Sequence[str], names: list[str]) -> list[str]:
    """The commands whose modules are imported: only the one that is called if nothing but common options
    precedes it, and none for the version."""
    rest = iter(argv)
    for argument in rest:
        if argument in ("--data", "--guild"):
            next(rest, None)
        elif argument == "--version":
            return []
        elif argument != "--json":
            return [argument] if argument in names else names
    return names


def _valid_text(text: str) -> str:
    """Replaces bytes that are invalid in the system's encoding, which would fail later in JSON and SQLite."""
    return text.encode("utf-8", "surrogateescape").decode("utf-8", "replace")


def _parser(names: Sequence[str]) -> ArgumentParser:
    parser = LocalizedParser(prog="newsdesk", description="cli-about", epilog="cli-exit-codes")
    parser.add_argument("--version", action="store_true", help="cli-version")
    _add_common_options(parser, data=None, guild=None, json=False)
    subparsers = parser.add_subparsers(dest="command", title="cli-heading-commands", metavar="COMMAND")
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
    """Adds options that can precede or follow the command; one that is omitted after it keeps its earlier
    value."""
    options: dict[str, dict[str, Any]] = {
        "data": {"metavar": "DIR", "help": "cli-data"},
        "guild": {"metavar": "ID", "type": arguments.guild, "help": "cli-guild"},
        "json": {"action": "store_true", "help": "cli-json"},
    }
    for name, option in options.items():
        parser.add_argument(f"--{name}", default=defaults.get(name, SUPPRESS), **option)
