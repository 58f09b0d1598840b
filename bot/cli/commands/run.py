"""`newsdesk run`."""

from __future__ import annotations

from argparse import SUPPRESS, ArgumentParser, Namespace
from collections.abc import Mapping

from bot.cli.session import configuration

HELP = "run the bot; needs DISCORD_TOKEN"
ON_ARCHIVE = False


def add_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("--data", metavar="DIR", default=SUPPRESS, help="the folder of the databases")


def run(arguments: Namespace, env: Mapping[str, str]) -> int:
    """Runs the bot until it is stopped."""
    config = configuration(arguments, env, need_token=True)
    from bot.client import run

    return run(config)
