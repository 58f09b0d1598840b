"""What all corpus jobs share: their context, the writer lock, and the maintenance after a job."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from bot.clock import Clock, Timer, system_clock
from bot.domain.loads import Progress
from bot.errors import BadInput, UserError
from bot.loading import protocol
from bot.loading.heartbeat import Heartbeat
from bot.store.engines import engine_of
from bot.store.ingest.merge import Annotator
from bot.store.ingest.writer import CorpusWriter
from bot.text.language.detect import guess_languages
from bot.text.language.index_tokens import bigrams

log = logging.getLogger(__name__)

PROGRESS_INTERVAL_SECONDS = 1.0
"""Interval between two Progress events."""


@dataclass(frozen=True, slots=True)
class JobContext:
    """The callbacks of a job: `emit` receives its events, `stop_request` returns a request to stop or
    None, and `heartbeat` shows the parent that it works."""

    emit: Callable[[protocol.LoadEvent], None]
    stop_request: Callable[[], protocol.StopRequest | None]
    clock: Clock = system_clock
    timer: Timer = time.monotonic
    heartbeat: Heartbeat = field(default_factory=Heartbeat)


class Stopped(Exception):  # noqa: N818 - a request, not an error
    """Raised when a stop was requested."""

    def __init__(self, request: protocol.StopRequest = "cancel") -> None:
        super().__init__(request)
        self.request = request


ANNOTATOR = Annotator(guess_languages, bigrams)


@contextmanager
def corpus_writer(job: protocol.Job, context: JobContext, *, quiet: bool = False) -> Iterator[CorpusWriter]:
    """Opens the writer of the corpus as soon as no other process writes; until then emits Progress as
    `queued`, unless `quiet`. Raises BadInput("load-cancelled") if stopped before."""
    start = time.monotonic()
    last_progress = start - PROGRESS_INTERVAL_SECONDS

    beat = context.heartbeat.beat

    def wait() -> None:
        nonlocal last_progress
        beat()
        if context.stop_request():
            raise BadInput("load-cancelled")
        now = time.monotonic()
        if now - last_progress >= PROGRESS_INTERVAL_SECONDS and not quiet:
            last_progress = now
            context.emit(Progress(0, 0, None, 0, 0, 0, now - start, "queued"))

    context.heartbeat.at("")
    engine = engine_of(job.data)
    with (
        CorpusWriter(engine, annotator=ANNOTATOR, on_wait=wait, on_step=beat) as writer,
        engine.syncing_writes(),
    ):
        yield writer


def update_statistics(writer: CorpusWriter, job: protocol.Job, context: JobContext) -> None:
    """Updates the search statistics from the corpus."""
    from bot.text.language.word_vectors import load_vectors
    from bot.text.search.analyzer import Analyzer  # imports numpy: only after the load itself

    _run_unless_stopped(
        context,
        writer,
        lambda step: writer.update_statistics(Analyzer(lambda: load_vectors(job.vectors)), step),
    )


def optimize(writer: CorpusWriter, changed: int, context: JobContext, *, removed: bool = False) -> None:
    """Compacts the corpus after `changed` comments were added or, with `removed`, deleted."""
    _run_unless_stopped(context, writer, lambda step: writer.optimize(changed, step, removed=removed))


def _run_unless_stopped(
    context: JobContext, writer: CorpusWriter, work: Callable[[Callable[[], None]], None]
) -> None:
    """Does work that can wait until after the next load: ends early on a stop request or if another writer
    waits. A failure is logged and changes nothing that is stored."""

    def step() -> None:
        if context.stop_request() or writer.is_awaited:
            raise Stopped

    try:
        step()
        work(step)
    except Stopped:
        log.info("put off what makes search better and the corpus smaller")
    except UserError as error:
        log.warning("search is as it was, and the corpus as large: %s", error)
    except Exception:
        log.exception("search is as it was, and the corpus as large")
