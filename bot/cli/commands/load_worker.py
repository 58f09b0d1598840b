"""The loader process, started by `bot.loading.process`."""

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

HELP = None
ON_ARCHIVE = False
add_arguments = no_arguments
NICENESS = 10
"""A low priority, as the bot answers people meanwhile."""


def run(arguments: Namespace, env: Mapping[str, str]) -> int:
    """Reads one job from standard input, runs it, and writes its events to standard output, one JSON object
    per line. Further lines of input are stop requests; the end of input (also when the parent dies), SIGINT
    and SIGTERM interrupt the job."""
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
            except BrokenPipeError:  # the reader is gone; `_watch` notices that too
                stop.ask("interrupt")

        # Loading creates no cyclic garbage; searching for it would cost 5% of the time.
        gc.freeze()
        gc.set_threshold(100_000, 50, 1000)
        try:
            run_job(protocol.decode_job(job), JobContext(emit, stop))
        except UserError as error:
            emit(error)
    return OK


def _first_line() -> tuple[bytes, bytes]:
    """The first line and the bytes read after it. Reads without a buffer: at exit, a thread that is blocked
    on input would still hold the buffer's lock."""
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
