"""What all work on the corpus has in common: whom it is done for, its turn to write, and what comes after
it."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from bot.clock import Clock, Timer, system_clock
from bot.domain.dump import ParsedThread
from bot.domain.loads import Progress
from bot.errors import BadInput, UserError
from bot.loading import protocol
from bot.store.ingest.merge import Annotation
from bot.store.ingest.writer import CorpusWriter
from bot.store.sqlite.background_fsync import background_fsync
from bot.text.language.detect import detect_language
from bot.text.language.index_tokens import bigrams

log = logging.getLogger(__name__)

TELL_EVERY = 1.0
"""Seconds from one Progress to the next."""


@dataclass(frozen=True, slots=True)
class Caller:
    """Who wants the work done: `tell` takes progress and results, `stop` says whether somebody asked to stop,
    and how, `explain` makes the sentence for an error."""

    tell: Callable[[protocol.Told], None]
    stop: Callable[[], protocol.Wish | None]
    explain: Callable[[UserError], str]
    clock: Clock = system_clock
    timer: Timer = time.monotonic


class Stopped(Exception):  # noqa: N818 - somebody's wish, not an error
    """Somebody asked to stop."""

    def __init__(self, wish: protocol.Wish = "cancel") -> None:
        super().__init__(wish)
        self.wish = wish


def annotate(thread: ParsedThread) -> Annotation:
    """What the search index is told of a thread beside its words: the article's language, and bigrams of what
    is written in scripts without blanks."""
    own = [thread.title, *(paragraph.text for paragraph in thread.paragraphs if not paragraph.furniture)]
    text = "\n\n".join(own)
    return Annotation(
        detect_language(text), bigrams(text), tuple(bigrams(one.text) for one in thread.comments)
    )


@contextmanager
def writing(job: protocol.Job, caller: Caller, *, quiet: bool = False) -> Iterator[CorpusWriter]:
    """The corpus, once it is this process's turn; until then it tells `queued`, unless it is to be `quiet`.
    Raises BadInput("load-cancelled") if stopped before."""
    start = time.monotonic()
    told = start - TELL_EVERY

    def wait() -> None:
        nonlocal told
        if caller.stop():
            raise BadInput("load-cancelled")
        now = time.monotonic()
        if now - told >= TELL_EVERY and not quiet:
            told = now
            caller.tell(Progress(0, 0, None, 0, 0, 0, now - start, "queued"))

    with (
        CorpusWriter(job.data, annotate=annotate, bigrams=bigrams, on_wait=wait) as writer,
        background_fsync(job.data),
    ):
        yield writer


def learn(writer: CorpusWriter, job: protocol.Job, caller: Caller) -> None:
    """Lets search learn from what changed."""
    from bot.text.language.word_vectors import load_vectors
    from bot.text.search.analyzer import Analyzer  # with numpy, when the load itself is done

    _afterwards(
        caller,
        writer,
        lambda step: writer.update_statistics(Analyzer(lambda: load_vectors(job.vectors)), step),
    )


def tidy(writer: CorpusWriter, changed: int, caller: Caller, *, gone: bool = False) -> None:
    """Makes the corpus small and quick again after `changed` comments came, or went (`gone`)."""
    _afterwards(caller, writer, lambda step: writer.optimize(changed, step, removed=gone))


def _afterwards(caller: Caller, writer: CorpusWriter, work: Callable[[Callable[[], None]], None]) -> None:
    """Work that can wait until after the next load: it is given up when somebody asks to stop or another
    writer waits for its turn. Nothing that happens here takes away from what was stored."""

    def step() -> None:
        if caller.stop() or writer.is_awaited:
            raise Stopped

    try:
        step()
        work(step)
    except Stopped:
        log.info("put off what makes search better and the corpus smaller")
    except UserError as error:
        log.warning("search is as it was, and the corpus as large: %s", caller.explain(error))
    except Exception:
        log.exception("search is as it was, and the corpus as large")
