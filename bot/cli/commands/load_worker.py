"""The loader process, started by `bot.loading.process`."""

from __future__ import annotations

import faulthandler
import gc
import os
import select
import sys
import threading
from argparse import SUPPRESS, ArgumentParser, Namespace
from collections.abc import Mapping

from bot.cli.exit_codes import OK
from bot.cli.signals import Stop, stop_signals
from bot.cli.terminal import write_bytes
from bot.errors import UserError
from bot.loading import protocol

HELP = None
ON_ARCHIVE = False
NICENESS = 10
"""A low priority, as the bot answers people meanwhile."""
ORPHAN_SECONDS = 120.0
"""A loader that is stuck in C code for this long ends itself, in case its parent was killed."""
ORPHAN_GRACE_SECONDS = 30.0
"""Time to end cleanly after its parent has ended."""


def add_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("heartbeat", type=int, nargs="?", default=-1, help=SUPPRESS)


def run(arguments: Namespace, env: Mapping[str, str]) -> int:
    """Reads one job from standard input, runs it, and writes its events to standard output, one JSON object
    per line. Further lines of input are stop requests; the end of input (also when the parent dies), SIGINT
    and SIGTERM interrupt the job."""
    from bot.loading.context import JobContext
    from bot.loading.heartbeat import Heartbeat
    from bot.loading.jobs import run_job
    from bot.loading.process import SHOW_STACK
    from bot.operations import logs

    faulthandler.register(SHOW_STACK)
    logs.set_up_worker()
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
        context = JobContext(emit, stop, heartbeat=Heartbeat(arguments.heartbeat))
        try:
            run_job(protocol.decode_job(job), context)
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
        while not select.select([sys.stdin.fileno()], [], [], ORPHAN_SECONDS / 4)[0]:
            faulthandler.dump_traceback_later(ORPHAN_SECONDS, exit=True)
        piece = os.read(sys.stdin.fileno(), 65536)
        if not piece:
            stop.ask("interrupt")
            faulthandler.dump_traceback_later(ORPHAN_GRACE_SECONDS, exit=True)
            return
        rest += piece
