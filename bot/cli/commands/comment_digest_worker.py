"""The worker process for comment digests, started by `bot.services.comment_digests.process`."""

from __future__ import annotations

import os
import sys
from argparse import Namespace
from collections.abc import Mapping

from bot.cli.arguments import no_arguments
from bot.cli.exit_codes import OK
from bot.cli.terminal import write_bytes

HELP = None
ON_ARCHIVE = False
add_arguments = no_arguments
NICENESS = 5
"""A low priority, as the bot's event loop comes first; not the lowest, as a user waits for this process
too."""


def run(arguments: Namespace, env: Mapping[str, str]) -> int:
    """Answers each line of standard input with one on standard output; exits at the end of input, which is
    also how it notices that its parent has died."""
    import asyncio

    from bot.operations import logs
    from bot.services.comment_digests.worker import serve

    logs.set_up_worker()
    os.nice(NICENESS)
    lines = iter(sys.stdin.buffer.readline, b"")
    start = next(lines, None)
    if start is not None:
        asyncio.run(serve(start, lines, write_bytes))
    return OK
