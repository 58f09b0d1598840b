"""`newsdesk try`."""

from __future__ import annotations

from argparse import SUPPRESS, ArgumentParser, Namespace
from collections.abc import Mapping
from pathlib import Path

from bot.cli.arguments import offset

HELP = "run the bot on a simulated Discord in the browser"
ON_ARCHIVE = False


def add_arguments(parser: ArgumentParser) -> None:
    parser.add_argument(
        "--port", type=offset, default=0, metavar="N", help="the local page's port (any free one)"
    )
    parser.add_argument(
        "--data", metavar="DIR", default=SUPPRESS, help="keep the archive here (else nothing is kept)"
    )


def run(arguments: Namespace, env: Mapping[str, str]) -> int:
    """Runs the bot without token or network, in a temporary directory if none is given."""
    from bot.demo.demo import main

    return main(Path(arguments.data) if arguments.data else None, port=arguments.port)
