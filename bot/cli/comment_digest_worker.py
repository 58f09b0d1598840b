"""The thinking process as the bot starts it: the other end of `bot.services.comment_digests.process`, not for
people."""

from __future__ import annotations

import argparse
import asyncio
import logging
import os
import sys
from collections.abc import Mapping

from bot.cli.terminal import write_bytes

POLITE = 5
"""The event loop comes first; somebody waits for this process, too."""


def thinker(given: argparse.Namespace, env: Mapping[str, str]) -> int:
    """Answers each line of standard input with one on standard output; the end of its input, which is also
    the death of its parent, ends it."""
    from bot.services.comment_digests.worker import think

    logging.basicConfig(level=logging.INFO, format="%(levelname)s %(name)s: %(message)s")
    os.nice(POLITE)
    lines = iter(sys.stdin.buffer.readline, b"")
    start = next(lines, None)
    if start is not None:
        asyncio.run(think(start, lines, write_bytes))
    return 0
