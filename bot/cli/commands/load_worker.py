"""The loader as the bot starts it: the other end of `bot.loading.process`."""

from __future__ import annotations

import gc
import os
import sys
import threading
from argparse import Namespace
from collections.abc import Mapping

from bot.cli.arguments import no_arguments
from bot.cli.exit_codes import OK
from bot.cli.signals import Stop, stop_signals
from bot.cli.terminal import write_bytes
from bot.errors import UserError
from bot.loading import protocol
from bot.ui.kit.error_messages import error_message

HELP = None
ON_ARCHIVE = False
add_arguments = no_arguments
NICENESS = 10
"""The bot that waits for this process answers people meanwhile."""


def run(arguments: Namespace, env: Mapping[str, str]) -> int:
    """Reads one job from standard input, does it, and writes its events to standard output, one JSON object a
    line. Further lines of input ask to stop; its end, which is also the death of its parent, SIGINT and
    SIGTERM interrupt."""
    import logging

    from bot.loading.context import JobContext
    from bot.loading.jobs import run_job

    logging.basicConfig(level=logging.INFO, format="%(levelname)s %(name)s: %(message)s")
    os.nice(NICENESS)
    job, rest = _first_line()
    with stop_signals(sigint="interrupt") as stop:
        threading.Thread(target=_watch, args=(stop, rest), daemon=True).start()

        def emit(event: protocol.LoadEvent | UserError) -> None:
            try:
                write_bytes(protocol.encode_event(event))
            except BrokenPipeError:  # nobody is left to read it; `_watch` sees that too
                stop.ask("interrupt")

        # A dump of millions of rows makes no garbage in cycles, and looking for it costs a twentieth.
        gc.freeze()
        gc.set_threshold(100_000, 50, 1000)
        try:
            run_job(protocol.decode_job(job), JobContext(emit, stop, error_message))
        except UserError as error:
            emit(error)
    return OK


def _first_line() -> tuple[bytes, bytes]:
    """The first line and what came behind it. Read without a buffer, whose lock a thread that waits for more
    would hold when the process ends."""
    line = b""
    while b"\n" not in line and (piece := os.read(sys.stdin.fileno(), 65536)):
        line += piece
    first, _, rest = line.partition(b"\n")
    return first, rest


def _watch(stop: Stop, rest: bytes) -> None:
    while True:
        *lines, rest = rest.split(b"\n")
        for line in lines:
            if line in protocol.STOP_REQUESTS:
                stop.ask(protocol.STOP_REQUESTS[line])
        piece = os.read(sys.stdin.fileno(), 65536)
        if not piece:
            stop.ask("interrupt")
            return
        rest += piece
