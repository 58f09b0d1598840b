"""`newsdesk run` and `try`."""

from __future__ import annotations

import argparse
from collections.abc import Mapping
from pathlib import Path

from bot.cli.session import configuration


def run(given: argparse.Namespace, env: Mapping[str, str]) -> int:
    """The bot, until it is told to end."""
    config = configuration(given, env, need_token=True)
    from bot.client import run as run_client

    return run_client(config)


def try_it(given: argparse.Namespace, env: Mapping[str, str]) -> int:
    """The bot on a simulated Discord, without token or network, in its own folder if none is given."""
    from bot.demo.demo import main

    return main(Path(given.data) if given.data else None, port=given.port)
