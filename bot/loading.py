"""The loader: reads dumps and is the only writer of the corpus, in a process of its own."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Literal

from bot import wire
from bot.clock import Clock, Timer, system_clock
from bot.dumps.reading import Dump, Item, read_dump, rejections_of, submissions_first
from bot.dumps.reddit import Block
from bot.dumps.rejected import BrokenDumpError
from bot.dumps.streams import Limits
from bot.dumps.threads import thread_of
from bot.errors import BadInput, UserError
from bot.models import ParsedThread, Progress, Receipt, Rejection, Undone
from bot.store.bulk import KeyedComment
from bot.store.corpus_writer import CorpusWriter
from bot.store.merging import Annotation
from bot.text.analysis import Analysis
from bot.text.language import language_of
from bot.text.terms import grams
from bot.text.vectors import load_vectors

log = logging.getLogger(__name__)

BATCH_PIECES = 500
BATCH_CHARACTERS = 4_000_000
"""Pieces are written by the batch; both bounds keep the loader's memory, and the time of a cancel, small."""
TELL_EVERY = 1.0
"""Seconds from one Progress to the next."""

Report = Callable[[Progress], None]
Cancelled = Callable[[], bool]
"""Says whether somebody asked to stop."""
Explain = Callable[[UserError], str]
"""The sentence for an error."""


class _Stopped(Exception):  # noqa: N818 - somebody's wish, not an error
    """Somebody asked to stop."""


def run_load(
    job: wire.LoadJob,
    *,
    report: Report,
    cancelled: Cancelled,
    explain: Explain,
    clock: Clock = system_clock,
    timer: Timer = time.monotonic,
) -> Receipt:
    """Loads the job's files as one load and returns its receipt: `done`, `cancelled`, or `failed` with its
    problem; what was stored until then stays. Waits while another process writes, telling `queued`.

    Raises BadInput("no-such-file" | "load-cancelled") before anything is stored, and UserError when the
    corpus cannot be opened or, at the end, not even the receipt be written.
    """
    for path in job.paths:
        if not path.exists():
            raise BadInput("no-such-file", path=path)
    paths = submissions_first(job.paths)
    dump = read_dump(paths, Limits(total=job.load_max_mb * 1_000_000), names=job.shown)
    with _writer(job, report, cancelled) as writer:
        load = writer.begin_load(job.guild, job.name, job.by, clock())
        receipt = _Load(load, writer, dump, report, cancelled, timer).run(explain)
        _learn(writer, job, cancelled, explain)
        return receipt


def run_undo(job: wire.UndoJob, *, cancelled: Cancelled, explain: Explain) -> Undone:
    """Takes the job's load back. Raises what `CorpusWriter.undo` does, and BadInput("undo-cancelled") when
    stopped: undoing again goes on from there."""

    def stop_if_asked() -> None:
        if cancelled():
            raise BadInput("undo-cancelled", load=job.load)

    with _writer(job, lambda progress: None, cancelled) as writer:
        undone = writer.undo(job.guild, job.load, stop_if_asked)
        _learn(writer, job, cancelled, explain)
        return undone


def _learn(writer: CorpusWriter, job: wire.Job, cancelled: Cancelled, explain: Explain) -> None:
    """Lets search learn from what changed. What it does not learn now it learns after the next load, and
    works meanwhile: nothing that happens here takes away from what was stored."""

    def stop_if_asked() -> None:
        if cancelled():
            raise _Stopped

    try:
        writer.learn(Analysis(lambda: load_vectors(job.vectors)), stop_if_asked)
    except _Stopped:
        log.info("stopped before search had learnt all of it")
    except UserError as error:
        log.warning("search has not learnt from it: %s", explain(error))
    except Exception:
        log.exception("search has not learnt from it")


def annotate(thread: ParsedThread) -> Annotation:
    """What the search index is told of a thread beside its words: the article's language, and bigrams of what
    is written in scripts without blanks."""
    own = [thread.title, *(paragraph.text for paragraph in thread.paragraphs if not paragraph.furniture)]
    text = "\n\n".join(own)
    return Annotation(language_of(text), grams(text), tuple(grams(one.text) for one in thread.comments))


@contextmanager
def _writer(job: wire.Job, report: Report, cancelled: Cancelled) -> Iterator[CorpusWriter]:
    """The corpus, once it is this process's turn. Raises BadInput("load-cancelled") if stopped before."""
    start = time.monotonic()
    told = start - TELL_EVERY

    def wait() -> None:
        nonlocal told
        if cancelled():
            raise BadInput("load-cancelled")
        now = time.monotonic()
        if now - told >= TELL_EVERY:
            told = now
            report(Progress(0, 0, None, 0, 0, 0, now - start, "queued"))

    with CorpusWriter(job.data, annotate=annotate, grams=grams, on_wait=wait) as writer:
        yield writer


class _Load:
    """One running load."""

    def __init__(
        self,
        load: int,
        writer: CorpusWriter,
        dump: Dump,
        report: Report,
        cancelled: Cancelled,
        timer: Timer,
    ) -> None:
        self._load = load
        self._writer = writer
        self._dump = dump
        self._report = report
        self._cancelled = cancelled
        self._timer = timer
        self._start = self._told = timer()
        self._threads: list[ParsedThread] = []
        self._keyed: list[KeyedComment] = []
        self._rejections: list[Rejection] = []
        self._lasting = True
        self._characters = 0
        self._articles = 0
        self._comments = 0
        self._rejected = 0

    def run(self, explain: Explain) -> Receipt:
        """Reads everything; whatever happens, the load ends with a receipt."""
        state: Literal["done", "cancelled", "failed"] = "done"
        problem = None
        try:
            self._tell()
            self._read()
        except _Stopped:
            state = "cancelled"
        except UserError as error:
            state, problem = "failed", explain(error)
        except BrokenDumpError as error:
            state, problem = "failed", error.rejection.detail
        except OSError as error:
            state, problem = "failed", f"The dump could not be read on: {error.strerror or error}."
        except Exception as error:
            log.exception("load %s failed", self._load)
            state = "failed"
            problem = f"Newsdesk failed ({type(error).__name__}). This is a bug; the log says more."
        return self._writer.finish(self._load, state, self._timer() - self._start, problem)

    def _read(self) -> None:
        try:
            for item in self._dump:
                self._take(item)
                self._look_up()
        except UserError:
            raise
        except BrokenDumpError as error:
            self._rejections.append(error.rejection)
            self._store()
            raise
        except Exception:  # what was read before is as good as if the dump had ended here
            self._store()
            raise
        self._store()

    def _take(self, item: Item) -> None:
        match item:
            case Rejection():
                self._rejections.append(item)
            case Block():
                self._threads += map(thread_of, item.submissions)
                self._keyed += item.comments
                self._rejections += rejections_of(item)
            case ParsedThread():
                self._threads.append(item)
                self._characters += sum(len(paragraph.text) for paragraph in item.paragraphs)
                self._characters += sum(len(comment.text) for comment in item.comments)
        pieces = len(self._threads) + len(self._keyed) + len(self._rejections)
        if pieces >= BATCH_PIECES or self._characters >= BATCH_CHARACTERS:
            self._store()

    def _store(self) -> None:
        added = self._writer.add(self._load, self._threads, self._keyed, self._rejections)
        self._articles += added.articles.new + added.articles.updated + added.articles.unchanged
        self._comments += added.comments.new + added.comments.updated + added.comments.unchanged
        self._rejected += len(self._rejections) + len(added.rejected)
        self._lasting = self._lasting and not self._threads
        self._threads, self._keyed, self._rejections, self._characters = [], [], [], 0

    def _look_up(self) -> None:
        """Once a second tells how far it is; stops if asked to. Threads become lasting then: keyed comments
        do it by themselves, when they are enough for a transaction of the best size."""
        if self._cancelled():
            raise _Stopped
        if self._timer() - self._told >= TELL_EVERY:
            self._store()
            if not self._lasting:
                self._writer.commit()
                self._lasting = True
            self._tell()

    def _tell(self) -> None:
        self._told = self._timer()
        self._report(
            Progress(
                load=self._load,
                done=self._dump.done,
                total=self._dump.total,
                articles=self._articles,
                comments=self._comments,
                rejected=self._rejected,
                seconds=self._told - self._start,
            )
        )
