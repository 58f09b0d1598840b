"""One running load: from the items of its dump to transactions, progress and a receipt."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from dataclasses import asdict
from typing import Literal

import msgspec

from bot.domain.dump import ParsedThread, Rejection
from bot.domain.loads import Counts, Progress, Receipt
from bot.dumps.formats.records import Block, Item
from bot.dumps.reader import Dump, Position
from bot.dumps.rejections import BrokenDumpError
from bot.errors import UserError
from bot.loading.context import TELL_EVERY, Caller, Stopped
from bot.store.corpus.receipts import RESUMABLE
from bot.store.ingest.rejects_file import RejectsFile
from bot.store.ingest.writer import CorpusWriter

log = logging.getLogger(__name__)

BATCH_PIECES = 500
BATCH_CHARACTERS = 4_000_000
"""Threads are written by the batch; both bounds keep the loader's memory, and the time of a cancel, small."""
LASTING_EVERY = 10.0
"""Seconds after which keyed comments become lasting, if they are not enough for a transaction of the best
size before."""


class Checkpoint(msgspec.Struct, frozen=True):
    """Up to where a load is stored, as it stands in the corpus beside the rows."""

    path: int = 0
    item: int = 0
    where: str = ""
    offset: int = 0
    line: int = 0
    rejects: int = 0
    """Bytes of the file of rejected lines."""

    @property
    def position(self) -> Position:
        return Position(self.path, self.item, self.where, self.offset, self.line)


def _all(counts: Counts) -> int:
    return counts.new + counts.updated + counts.unchanged


class Load:
    """Runs one load that `writer` has begun or resumed; `before` is the receipt of a resumed one so far."""

    def __init__(
        self,
        load: int,
        writer: CorpusWriter,
        dump: Dump,
        rejects: RejectsFile,
        caller: Caller,
        before: Receipt | None = None,
    ) -> None:
        self._load = load
        self._writer = writer
        self._dump = dump
        self._rejects = rejects
        self._caller = caller
        self._threads: list[ParsedThread] = []
        self._rejections: list[Rejection] = []
        self._characters = self._skipped_now = 0
        self._place = dump.position
        """Behind the last of the items that wait to be stored, or that are."""
        self._to_show = False
        self._articles = self._comments = self._rejected = self._skipped = 0
        self._seconds = 0.0
        if before is not None:
            self._articles, self._comments = _all(before.articles), _all(before.comments)
            self._rejected, self._skipped, self._seconds = before.rejected, before.skipped, before.seconds
        self._before = self._articles + self._comments
        self._start = self._told = self._lasting = caller.timer()
        self._first_done: int | None = None

    def run(self) -> Receipt:
        """Reads everything; whatever happens, the load ends with a receipt. What was stored stays, and all
        but a load that is done can be resumed."""
        state: Literal["done", "paused", "cancelled", "failed"] = "done"
        problem = None
        try:
            self._tell()
            self._read()
        except Stopped as stopped:
            state = "cancelled" if stopped.wish == "cancel" else "paused"
            problem = RESUMABLE if stopped.wish == "interrupt" else None
        except UserError as error:
            state, problem = "failed", self._caller.explain(error)
        except OSError as error:
            state, problem = "failed", f"The dump could not be read on: {error.strerror or error}."
        except Exception as error:
            log.exception("load %s failed", self._load)
            state = "failed"
            problem = f"Newsdesk failed ({type(error).__name__}). This is a bug; the log says more."
        return self._writer.finish(self._load, state, self._elapsed(), problem)

    def _read(self) -> None:
        items = iter(self._dump)
        while (item := self._next(items)) is not None:
            self._take(item)
            self._look_up()
        self._store()

    def _next(self, items: Iterator[Item]) -> Item | None:
        """The next item. Where the dump cannot be read on, what was read before is as good as if the dump had
        ended there; where something cannot be stored, nothing more may be: all since the last commit is
        gone."""
        try:
            item = next(items, None)
        except BrokenDumpError as error:
            self._store()
            self._place = self._dump.position
            self._store()
            where, detail = error.rejection.where, error.rejection.detail
            raise UserError("dump-broken", where=where, detail=detail, load=self._load) from error
        except Exception:
            self._store()
            raise
        if self._first_done is None:
            self._first_done = self._dump.done
        return item

    def _take(self, item: Item) -> None:
        if isinstance(item, Block) and (self._threads or self._rejections):
            self._store()
        if isinstance(item, Block):
            self._take_block(item)
        elif isinstance(item, Rejection):
            self._rejections.append(item)
            self._rejects.add(item.where, item.reason, item.detail)
        else:
            self._threads.append(item)
            self._characters += sum(len(paragraph.text) for paragraph in item.paragraphs)
            self._characters += sum(len(comment.text) for comment in item.comments)
        self._place = self._dump.position
        if len(self._threads) + len(self._rejections) >= BATCH_PIECES or self._characters >= BATCH_CHARACTERS:
            self._store()

    def _take_block(self, block: Block) -> None:
        """A block is one piece, never joined with others by the clock: numbers are given by the piece, and a
        load that was interrupted shall give the same ones."""
        rejections = block.located_rejections()
        for (line, raw, _), one in zip(block.rejections, rejections, strict=True):
            self._rejects.add(one.where, one.reason, one.detail, line, raw)
        self._threads, self._rejections = [row.to_thread() for row in block.submissions], rejections
        self._skipped_now = block.skipped
        self._place = self._dump.position
        self._store(block)

    def _store(self, block: Block | None = None) -> None:
        self._rejects.write()
        comments = block.comments if block is not None else ()
        added = self._writer.add(
            self._load, self._threads, comments, self._rejections, self._checkpoint(), self._skipped_now
        )
        if added.rejected:
            for one in added.rejected:
                self._rejects.add(one.where, one.reason, one.detail)
            self._rejects.write()
            self._writer.add(self._load, checkpoint=self._checkpoint())
        self._articles += _all(added.articles)
        self._comments += _all(added.comments)
        self._rejected += len(self._rejections) + len(added.rejected)
        self._skipped += self._skipped_now
        self._to_show = self._to_show or bool(self._threads)
        self._threads, self._rejections, self._characters, self._skipped_now = [], [], 0, 0

    def _checkpoint(self) -> str:
        return msgspec.json.encode(Checkpoint(**asdict(self._place), rejects=self._rejects.size)).decode()

    def _look_up(self) -> None:
        """Once a second tells how far it is; stops if asked to. Threads become lasting then: keyed comments
        do it by themselves, when they are enough for a transaction of the best size, or after some time."""
        wish = self._caller.stop()
        if wish:
            self._store()
            raise Stopped(wish)
        now = self._caller.timer()
        if now - self._told < TELL_EVERY:
            return
        if self._threads or self._to_show or now - self._lasting >= LASTING_EVERY:
            self._store()
            self._writer.commit()
            self._lasting, self._to_show = now, False
        self._tell()

    def _elapsed(self) -> float:
        return max(0.0, self._caller.timer() - self._start)

    def _tell(self) -> None:
        self._told = self._caller.timer()
        seconds = self._elapsed()
        done, total = self._dump.done, self._dump.total
        read = done - (self._first_done or 0)
        rows = self._articles + self._comments - self._before
        known = self._first_done is not None and read > 0 and seconds > 0
        self._caller.tell(
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
            )
        )
