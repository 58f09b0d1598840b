"""The loader as the bot starts it: the other end of `bot.library.loads`, not for people."""

from __future__ import annotations

import argparse
import logging
import os
import sys
import threading
from collections.abc import Mapping

from bot import wire
from bot.cli.signals import Stop, stop_signals
from bot.cli.terminal import write_bytes
from bot.errors import UserError
from bot.ui.words import error_sentence

POLITE = 5
"""The bot that waits for this process answers people meanwhile."""


def load_worker(given: argparse.Namespace, env: Mapping[str, str]) -> int:
    """Reads one job from standard input, does it, and tells of it on standard output, one JSON object a line.
    The end of its input, SIGINT or SIGTERM cancel it: also the death of its parent."""
    from bot.loading import run_load, run_undo

    logging.basicConfig(level=logging.INFO, format="%(levelname)s %(name)s: %(message)s")
    os.nice(POLITE)
    job = wire.decode_job(_first_line())
    with stop_signals() as stop:
        threading.Thread(target=_watch, args=(stop,), daemon=True).start()

        def tell(told: wire.Told | UserError) -> None:
            try:
                write_bytes(wire.encode(told))
            except BrokenPipeError:  # nobody is left to be told; `_watch` sees that too
                stop.asked = True

        try:
            if isinstance(job, wire.LoadJob):
                tell(run_load(job, report=tell, cancelled=stop, explain=error_sentence))
            else:
                tell(run_undo(job, cancelled=stop, explain=error_sentence))
        except UserError as error:
            tell(error)
    return 0


def _first_line() -> bytes:
    """Read without a buffer, whose lock a thread that waits for more would hold when the process ends."""
    line = b""
    while b"\n" not in line and (piece := os.read(sys.stdin.fileno(), 65536)):
        line += piece
    return line.partition(b"\n")[0]


def _watch(stop: Stop) -> None:
    while os.read(sys.stdin.fileno(), 65536):
        pass
    stop.asked = True
