"""Previews what a load would change: reads its dump, and applies the rules of loading to a scratch copy of
what the dump touches."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from bot.clock import from_unix
from bot.domain.books import LeftOutReason, ReadCounts
from bot.domain.dump import ParsedThread, Rejection
from bot.domain.loads import Preview, Progress
from bot.dumps.formats.records import Block, Item, read_counts
from bot.dumps.reader import Dump
from bot.dumps.rejections import BrokenDumpError
from bot.errors import BadInput
from bot.loading.context import PROGRESS_INTERVAL_SECONDS, JobContext
from bot.loading.disk_room import free_bytes, needed_for_texts
from bot.loading.load import MAX_BATCH_CHARACTERS, MAX_BATCH_ITEMS
from bot.store.engines import engine_of
from bot.store.ingest.load_trial import LoadTrial

MAX_REJECTIONS = 1000


class _Totals:
    def __init__(self) -> None:
        self.articles = self.comments = self.rejected = self.text_bytes = 0
        self.left_out: Counter[LeftOutReason] = Counter()
        self.rejections: list[Rejection] = []
        self.first: float | None = None
        self.last: float | None = None

    def add(self, item: Item) -> None:
        for counts in read_counts(item):
            self.left_out.update(counts.left_out)
        if isinstance(item, Rejection):
            self.reject([item])
        elif isinstance(item, Block):
            self.articles += len(item.submissions)
            self.comments += len(item.comments)
            self.reject(item.located_rejections())
            self.spread([row.posted_at for row in item.submissions])
            self.spread([row[4] for row in item.comments])
            self.text_bytes += sum(_size(row[6]) for row in item.comments)
            self.text_bytes += sum(_size(row.title) for row in item.submissions)
            for thread in item.articles:
                self.add(thread)
        else:
            self.articles += bool(item.title)  # comments of a thread that is not here have none
            self.comments += len(item.comments)
            self.spread(list(_times(item)))
            self.text_bytes += _size(item.title) + sum(_size(part.text) for part in item.paragraphs)
            self.text_bytes += sum(_size(comment.text) for comment in item.comments)

    def reject(self, rejections: list[Rejection]) -> None:
        self.rejected += len(rejections)
        self.rejections += rejections[: MAX_REJECTIONS - len(self.rejections)]

    def spread(self, times: list[float] | list[int]) -> None:
        if times:
            first, last = min(times), max(times)
            self.first = first if self.first is None else min(self.first, first)
            self.last = last if self.last is None else max(self.last, last)


class _Batches:
    """Passes the items of a dump to a trial, threads in batches as large as those of a load."""

    def __init__(self, trial: LoadTrial, count: _Totals) -> None:
        self._trial = trial
        self._count = count
        self._begin()

    def _begin(self) -> None:
        self._threads: list[ParsedThread] = []
        self._characters = 0
        self._read = (ReadCounts(), ReadCounts())

    def add(self, item: Item) -> None:
        if isinstance(item, Block):
            self.flush()
            threads, posts, read = item.threads(), item.posts(), read_counts(item)
            added = self._trial.add(threads, item.comments, posts, (), read, item.omitted)
            self._count.reject([*added.rejected])
        elif not isinstance(item, Rejection):
            self._threads.append(item)
            for counts, of_item in zip(self._read, read_counts(item), strict=True):
                counts.add(of_item)
            self._characters += sum(len(part.text) for part in item.paragraphs)
            self._characters += sum(len(comment.text) for comment in item.comments)
            if len(self._threads) >= MAX_BATCH_ITEMS or self._characters >= MAX_BATCH_CHARACTERS:
                self.flush()

    def flush(self) -> None:
        if self._threads:
            self._count.reject([*self._trial.add(self._threads, read=self._read).rejected])
        self._begin()


def _size(text: str) -> int:
    return len(text.encode(errors="replace"))


def _times(thread: ParsedThread) -> Iterator[float]:
    if thread.posted_at is not None:
        yield thread.posted_at.timestamp()
    for comment in thread.comments:
        yield comment.posted_at.timestamp()


def preview(dump: Dump, data: Path, guild: int | None, context: JobContext) -> Preview:
    """Reads the whole dump of a load into a guild's archive (None: the shared one) in `data`. If it breaks,
    that is the last rejection. Raises BadInput("load-cancelled") when stopped."""
    count = _Totals()
    start = last_progress = context.timer()
    engine = engine_of(data)
    with LoadTrial(engine, guild, context.heartbeat.beat) as trial:
        batches = _Batches(trial, count)
        try:
            for item in dump:
                count.add(item)
                batches.add(item)
                if context.stop_request():
                    raise BadInput("load-cancelled")
                now = context.timer()
                if now - last_progress >= PROGRESS_INTERVAL_SECONDS:
                    last_progress = now
                    context.emit(_progress(dump, count, now - start))
        except BrokenDumpError as error:
            count.reject([error.rejection])
        batches.flush()
        receipt = trial.receipt()
    return Preview(
        count.articles,
        count.comments,
        count.left_out.total(),
        count.rejected,
        tuple(count.rejections),
        from_unix(count.first),
        from_unix(count.last),
        count.left_out,
        needed_for_texts(engine, count.text_bytes),
        free_bytes(data),
        receipt.articles,
        receipt.comments,
        receipt.article_books,
        receipt.comment_books,
    )


def _progress(dump: Dump, count: _Totals, seconds: float) -> Progress:
    return Progress(
        *(0, dump.done, dump.total, count.articles, count.comments, count.rejected, seconds),
        skipped=count.left_out.total(),
        left_out=count.left_out.copy(),
    )
