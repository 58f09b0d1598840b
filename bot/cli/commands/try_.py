"""`newsdesk try`."""

from __future__ import annotations

from argparse import SUPPRESS, ArgumentParser, Namespace
from collections.abc import Mapping
from pathlib import Path

from bot.cli.arguments import offset
from bot.i18n import ENGLISH, use_language

HELP = "cli-try"
ON_ARCHIVE = False


def add_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("--port", type=offset, default=0, metavar="N", help="cli-try-port")
    parser.add_argument("--data", metavar="DIR", default=SUPPRESS, help="cli-try-data")


def run(arguments: Namespace, env: Mapping[str, str]) -> int:
    """Runs the bot without token or network, in a temporary directory if none is given."""
    from bot.demo.demo import main
    from bot.services.upgrade import select_database

    select_database(None)

    with use_language(ENGLISH):  # what members and servers read is in their languages
        return main(Path(arguments.data) if arguments.data else None, port=arguments.port)
