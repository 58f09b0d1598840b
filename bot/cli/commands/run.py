"""`newsdesk run`."""

from __future__ import annotations

import os
from argparse import SUPPRESS, ArgumentParser, Namespace
from collections.abc import Mapping

from bot.cli.arguments import shards
from bot.cli.session import configuration, environment, settings
from bot.config import Config
from bot.i18n import ENGLISH, current_language, use_language

HELP = "cli-run"
ON_ARCHIVE = False


def add_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("--data", metavar="DIR", default=SUPPRESS, help="cli-data")
    parser.add_argument("--shards", metavar="SHARDS", type=shards, help="cli-run-shards")


def run(arguments: Namespace, env: Mapping[str, str]) -> int:
    """Runs the bot until it is stopped."""
    started = dict(os.environ)
    config = configuration(arguments, env, need_token=True)
    from bot.client import run

    def read() -> Config:
        return settings(arguments, environment(started), need_token=True)

    language = current_language()
    with use_language(ENGLISH):  # what members and servers read is in their languages
        return run(config, read, language, arguments.shards)
