"""The process of comment digests as the bot starts it: the other end of
`bot.services.comment_digests.process`."""

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
"""The event loop comes first; somebody waits for this process, too."""


def run(arguments: Namespace, env: Mapping[str, str]) -> int:
    """Answers each line of standard input with one on standard output; the end of its input, which is also
    the death of its parent, ends it."""
    import asyncio
    import logging

    from bot.services.comment_digests.worker import serve

    logging.basicConfig(level=logging.INFO, format="%(levelname)s %(name)s: %(message)s")
    os.nice(NICENESS)
    lines = iter(sys.stdin.buffer.readline, b"")
    start = next(lines, None)
    if start is not None:
        asyncio.run(serve(start, lines, write_bytes))
    return OK
