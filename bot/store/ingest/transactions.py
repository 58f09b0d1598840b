"""Stores the pieces of a dump: in transactions as large as they may be, each with the place behind it."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass

from bot.domain.dump import ParsedThread, Rejection
from bot.domain.loads import Counts
from bot.store.corpus import receipts, rows
from bot.store.ingest.erased_authors import Forgotten
from bot.store.ingest.merge import Annotate, Coming, UnfitError, coming
from bot.store.ingest.upsert_comments import Bulk, Grams, KeyedComment
from bot.store.ingest.upsert_threads import Batch, Tally, runs

MOST_COMMENTS = 400_000
MOST_CHARACTERS = 80_000_000
"""What one transaction may hold. One large transaction is a quarter cheaper than ten small ones, because the
search index is written in one piece; its memory is what bounds it."""

_BAD_DATA = (
    UnfitError,
    rows.BadKeyError,
    UnicodeEncodeError,
    OverflowError,
    sqlite3.IntegrityError,
    sqlite3.DataError,
)
"""What is wrong with one thread, not with the database."""


@dataclass(frozen=True, slots=True)
class Added:
    """What one piece did."""

    articles: Counts
    comments: Counts
    rejected: tuple[Rejection, ...] = ()


class Intake:
    """The pieces of one load on their way into the corpus; raises sqlite3's errors, after rolling back."""

    def __init__(
        self, db: sqlite3.Connection, load: int, annotate: Annotate | None, grams: Grams | None
    ) -> None:
        self._db = db
        self.load = load
        self._annotate = annotate
        self._archive = receipts.archive_of_running(db, load)
        self._bulk = Bulk(db, load, self._archive, grams)
        self._forgotten = Forgotten(db, self._archive)
        self._open = False

    def add(
        self,
        threads: Sequence[ParsedThread] = (),
        comments: Sequence[KeyedComment] = (),
        rejections: Sequence[Rejection] = (),
        checkpoint: str | None = None,
        skipped: int = 0,
    ) -> Added:
        """See `CorpusWriter.add`."""
        try:
            if not self._open:
                self._db.execute("BEGIN IMMEDIATE")
                self._open = True
                receipts.archive_of_running(self._db, self.load)
                self._bulk.begin()
            if self._forgotten:
                threads = [self._forgotten.thread(thread) for thread in threads]
                comments = self._forgotten.comments(comments)
            unfit: list[Rejection] = []
            tally = self._add_threads(threads, unfit)
            tally.add(Tally(comments=self._bulk.add(comments)))
            receipts.count(self._db, self.load, tally)
            receipts.reject(self._db, self.load, [*rejections, *unfit])
            if checkpoint is not None or skipped:
                self._db.execute(
                    "UPDATE load SET checkpoint = coalesce(?, checkpoint), skipped = skipped + ?"
                    " WHERE id = ?",
                    (checkpoint, skipped, self.load),
                )
            if self._bulk.pending >= MOST_COMMENTS or self._bulk.characters >= MOST_CHARACTERS:
                self.commit()
        except BaseException:
            self.roll_back()
            raise
        return Added(tally.articles, tally.comments, tuple(unfit))

    def commit(self) -> None:
        """Makes what was added lasting and visible."""
        if not self._open:
            return
        try:
            self._bulk.flush()
            self._db.execute("COMMIT")
            self._open = False
        except BaseException:
            self.roll_back()
            raise

    def roll_back(self) -> None:
        """Drops what was added since the last commit."""
        self._open = False
        self._bulk.forget()
        if self._db.in_transaction:
            self._db.execute("ROLLBACK")

    def _add_threads(self, threads: Sequence[ParsedThread], unfit: list[Rejection]) -> Tally:
        tally = Tally()
        if not threads:
            return tally
        fit: list[Coming] = []
        for thread in threads:
            try:
                fit.append(coming(thread))
            except _BAD_DATA as error:
                unfit.append(_rejection(thread, error))
        # Both number their rows by the archive's sequences, so they take turns.
        self._bulk.flush()
        batch = Batch(self._db, self.load, self._archive, self._annotate)
        for run in runs(fit):
            tally.add(self._store(batch, run, unfit))
        self._bulk.begin()
        return tally

    def _store(self, batch: Batch, run: Sequence[Coming], unfit: list[Rejection]) -> Tally:
        """Stores all at once, which is fast; if one of them is bad, each by itself."""
        self._db.execute("SAVEPOINT run")
        try:
            tally = batch.store(run)
        except _BAD_DATA as error:
            self._db.execute("ROLLBACK TO run")
            tally = Tally()
            if len(run) == 1:
                unfit.append(_rejection(run[0].thread, error))
            else:
                for thread in run:
                    tally.add(self._store(batch, [thread], unfit))
        self._db.execute("RELEASE run")
        return tally


def _rejection(thread: ParsedThread, error: Exception) -> Rejection:
    what = f'"{thread.title[:80]}"' if thread.title else thread.key or "a thread"
    if isinstance(error, UnfitError):
        detail = str(error)
    elif isinstance(error, rows.BadKeyError):
        detail = f"{str(error)[:40]!r} is not the number of a submission or a comment."
    elif isinstance(error, UnicodeEncodeError):
        detail = "Its text holds half of a character (a lone surrogate)."
    else:
        detail = "It holds a value that the archive cannot keep."
    return Rejection(receipts.encodable(what), "unfit", receipts.encodable(detail))
