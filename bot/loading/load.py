"""One running load: from the items of its dump to transactions, progress and a receipt."""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Iterator
from dataclasses import asdict
from typing import Literal

import msgspec

from bot.domain.books import LeftOutReason, ReadCounts
from bot.domain.dump import ParsedThread, Rejection
from bot.domain.loads import Progress, Receipt
from bot.domain.stored_message import StoredMessage
from bot.dumps.formats.records import Block, Item, read_counts
from bot.dumps.reader import Dump, Position
from bot.dumps.rejections import BrokenDumpError
from bot.errors import UserError
from bot.file_errors import DISK_FULL
from bot.i18n import stored_error
from bot.loading.context import PROGRESS_INTERVAL_SECONDS, JobContext, Stopped
from bot.store.corpus.receipts import RESUMABLE
from bot.store.ingest.rejects import RejectsFile
from bot.store.ingest.writer import CorpusWriter

log = logging.getLogger(__name__)

MAX_BATCH_ITEMS = 500
MAX_BATCH_CHARACTERS = 4_000_000
"""Limit of the threads stored at once; with MAX_BATCH_ITEMS it bounds the loader's memory and how long a
cancel takes."""
COMMIT_INTERVAL_SECONDS = 10.0
"""Rows of dumps are committed after this time, unless they fill a transaction of the best size before. Pages
take longer to read again after a kill, so they are committed with each report of progress."""


class Checkpoint(msgspec.Struct, frozen=True):
    """The position up to which a load is stored, saved in the corpus together with the rows."""

    path: int = 0
    item: int = 0
    where: str = ""
    offset: int = 0
    line: int = 0
    rejects: int = 0
    """Size of the file of rejected lines, in bytes."""

    @property
    def position(self) -> Position:
        return Position(self.path, self.item, self.where, self.offset, self.line)


def _unreadable(error: OSError, database: str) -> StoredMessage:
    if error.errno in DISK_FULL:
        return StoredMessage("error-disk-full", {"file": str(error.filename or database)})
    return StoredMessage("load-problem-unreadable", {"problem": error.strerror or str(error)})


class LoadRun:
    """Runs one load that `writer` has begun or resumed; `resumed` is the previous receipt of a resumed
    load."""

    def __init__(
        self,
        load: int,
        writer: CorpusWriter,
        dump: Dump,
        rejects: RejectsFile,
        context: JobContext,
        resumed: Receipt | None = None,
    ) -> None:
        self._load = load
        self._writer = writer
        self._dump = dump
        self._rejects = rejects
        self._context = context
        self._threads: list[ParsedThread] = []
        self._rejections: list[Rejection] = []
        self._batch_characters = 0
        self._batch_counts = (ReadCounts(), ReadCounts())
        self._position = dump.position
        """The position after the last item that was added, stored or not."""
        self._articles = self._comments = self._rejected = self._skipped = 0
        self._left_out: Counter[LeftOutReason] = Counter()
        self._seconds = 0.0
        if resumed is not None:
            self._articles, self._comments = resumed.articles.total, resumed.comments.total
            self._rejected, self._skipped, self._seconds = resumed.rejected, resumed.skipped, resumed.seconds
            self._left_out.update(resumed.left_out)
        self._rows_before = self._articles + self._comments
        self._start = self._last_progress = self._last_commit = context.timer()
        self._first_done: int | None = None

    def run(self) -> Receipt:
        """Reads the whole dump; on any error the load still ends with a receipt. What was stored stays, and a
        load that is not done can be resumed."""
        state: Literal["done", "paused", "cancelled", "failed"] = "done"
        problem: StoredMessage | None = None
        try:
            self._emit_progress()
            self._read()
        except Stopped as stopped:
            state = "cancelled" if stopped.request == "cancel" else "paused"
            problem = RESUMABLE if stopped.request == "interrupt" else None
        except UserError as error:
            state, problem = "failed", stored_error(error)
        except BrokenDumpError as error:
            state, problem = "failed", self._broken(error)
        except OSError as error:
            state, problem = "failed", _unreadable(error, self._writer.database_name)
        except Exception as error:
            log.exception("load %s failed", self._load)
            state, problem = "failed", StoredMessage("load-problem-fault", {"fault": type(error).__name__})
        return self._writer.finish(self._load, state, self._elapsed(), problem)

    def _broken(self, error: BrokenDumpError) -> StoredMessage:
        rejection = error.rejection
        fields = {"where": rejection.where, "load": str(self._load)}
        if rejection.reason == "unreadable" and rejection.message is not None:
            return StoredMessage("load-problem-disk", {**fields, **rejection.message.fields})
        return StoredMessage("load-problem-damaged", fields)

    def _read(self) -> None:
        items = iter(self._dump)
        while (item := self._next(items)) is not None:
            self._add(item)
            self._after_item()
        self._store()

    def _next(self, items: Iterator[Item]) -> Item | None:
        """Returns the next item. If the dump cannot be read further, the items before are stored as if it
        ended there. If storing fails, nothing more is stored: everything since the last commit is lost."""
        try:
            item = next(items, None)
        except BrokenDumpError:
            self._store()
            self._position = self._dump.position
            self._store()
            raise
        except Exception:
            self._store()
            raise
        if self._first_done is None:
            self._first_done = self._dump.done
        return item

    def _add(self, item: Item) -> None:
        if isinstance(item, Block):
            if self._threads or self._rejections:
                self._store()
            self._add_block(item)
            return
        if isinstance(item, Rejection):
            self._rejections.append(item)
            self._rejects.add(item.where, item.reason, item.detail)
        else:
            self._threads.append(item)
            self._batch_characters += sum(len(paragraph.text) for paragraph in item.paragraphs)
            self._batch_characters += sum(len(comment.text) for comment in item.comments)
        for counts, of_item in zip(self._batch_counts, read_counts(item), strict=True):
            counts.add(of_item)
        self._position = self._dump.position
        if (
            len(self._threads) + len(self._rejections) >= MAX_BATCH_ITEMS
            or self._batch_characters >= MAX_BATCH_CHARACTERS
        ):
            self._store()

    def _add_block(self, block: Block) -> None:
        """Stores a block as one batch, never merged with others by time: ids are assigned per batch, and a
        resumed load has to assign the same ids."""
        rejections = block.located_rejections()
        for (line, raw, _), rejection in zip(block.rejections, rejections, strict=True):
            self._rejects.add(rejection.where, rejection.reason, rejection.detail, line, raw)
        raws = (raw for _, raw, _ in block.rejections)
        self._threads = block.threads()
        self._rejections = list(map(self._rejects.redacted, rejections, raws))
        self._batch_counts = read_counts(block)
        self._position = self._dump.position
        self._store(block)

    def _store(self, block: Block | None = None) -> None:
        self._rejects.write()
        added = self._writer.add(
            self._load,
            self._threads,
            block.comments if block is not None else (),
            self._rejections,
            self._checkpoint(),
            self._batch_counts,
            block.omitted if block is not None else None,
            block.posts() if block is not None else (),
        )
        if added.rejected:
            for rejection in added.rejected:
                self._rejects.add(rejection.where, rejection.reason, rejection.detail)
            self._rejects.write()
            self._writer.add(self._load, checkpoint=self._checkpoint())
        self._articles += added.articles.total
        self._comments += added.comments.total
        self._rejected += len(self._rejections) + len(added.rejected)
        left_out = self._batch_counts[0].left_out + self._batch_counts[1].left_out
        self._left_out.update(left_out)
        self._skipped += left_out.total()
        self._threads, self._rejections, self._batch_characters = [], [], 0
        self._batch_counts = (ReadCounts(), ReadCounts())

    def _checkpoint(self) -> str:
        return msgspec.json.encode(Checkpoint(**asdict(self._position), rejects=self._rejects.size)).decode()

    def _after_item(self) -> None:
        """Emits progress once a second, and commits pages then and rows after COMMIT_INTERVAL_SECONDS; raises
        Stopped on a stop request."""
        self._context.heartbeat.beat()
        request = self._context.stop_request()
        if request:
            self._store()
            raise Stopped(request)
        now = self._context.timer()
        if now - self._last_progress < PROGRESS_INTERVAL_SECONDS:
            return
        has_pages = bool(self._threads)
        if has_pages or self._rejections:
            self._store()
        if has_pages or now - self._last_commit >= COMMIT_INTERVAL_SECONDS:
            self._writer.commit()
            self._last_commit = now
        self._emit_progress()

    def _elapsed(self) -> float:
        return max(0.0, self._context.timer() - self._start)

    def _emit_progress(self) -> None:
        self._last_progress = self._context.timer()
        seconds = self._elapsed()
        done, total = self._dump.done, self._dump.total
        read = done - (self._first_done or 0)
        rows = self._articles + self._comments - self._rows_before
        known = self._first_done is not None and read > 0 and seconds > 0
        self._context.emit(
            Progress(
                load=self._load,
                done=done,
                total=total,
                articles=self._articles,
                comments=self._comments,
                rejected=self._rejected,
                seconds=self._seconds + seconds,
                skipped=self._skipped,
                rate=rows / seconds if seconds > 0 else 0.0,
                left=max(0, total - done) * seconds / read if known else None,
                left_out=self._left_out.copy(),
            )
        )
