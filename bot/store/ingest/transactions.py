"""Stores the batches of a load in transactions of maximum size, each with its checkpoint."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from bot.domain.books import ReadCounts
from bot.domain.dump import ParsedThread, Rejection, SubmissionRow
from bot.domain.loads import Counts, ServerLimits
from bot.domain.stored_message import StoredMessage
from bot.i18n import english
from bot.store.corpus import receipts, rows
from bot.store.corpus.receipts import LoadCounts
from bot.store.engine import Connection
from bot.store.ingest.erased_authors import ErasedAuthors
from bot.store.ingest.insert_posts import insert_posts
from bot.store.ingest.merge import Annotator, IncomingThread, UnfitThreadError, incoming_thread
from bot.store.ingest.pending_index import PendingIndex
from bot.store.ingest.reply_places import ReplyPlaces
from bot.store.ingest.size_limit import SizeLimit
from bot.store.ingest.upsert_comments import CommentUpserter, KeyedComment
from bot.store.ingest.upsert_threads import ThreadUpserter, runs_without_repeats

_UNFIT_ERRORS = (UnfitThreadError, rows.BadKeyError, UnicodeEncodeError, OverflowError)
"""Errors caused by one thread, not by the database, beside the connection's `row_errors`."""
_Unfit: TypeAlias = list[tuple[ParsedThread, Rejection]]


@dataclass(frozen=True, slots=True)
class Added:
    """The effect of one batch of a dump."""

    articles: Counts
    comments: Counts
    rejected: tuple[Rejection, ...] = ()


class TransactionWriter:
    """Writes the batches of one load. Raises the engine's errors, after rolling back."""

    def __init__(
        self,
        db: Connection,
        load: int,
        annotator: Annotator,
        on_step: Callable[[], None],
        limits: ServerLimits = ServerLimits(),  # noqa: B008 - frozen
    ) -> None:
        self._db = db
        self._on_step = on_step
        self._unfit_errors: tuple[type[Exception], ...] = (*_UNFIT_ERRORS, *db.row_errors)
        self.load = load
        self._annotator = annotator
        self._archive = receipts.archive_of_running(db, load)
        self._pending = PendingIndex(db, self._archive)
        self._comments = CommentUpserter(db, load, self._archive, annotator.bigrams, self._pending)
        self._erased_authors = ErasedAuthors(db, self._archive)
        self._places = ReplyPlaces(db, self._archive)
        self._open = False
        limited = self._archive and limits != ServerLimits()
        self._limit = SizeLimit(db, self._archive, limits) if limited else None

    def add(
        self,
        threads: Sequence[ParsedThread] = (),
        comments: Sequence[KeyedComment] = (),
        rejections: Sequence[Rejection] = (),
        checkpoint: str | None = None,
        read: tuple[ReadCounts, ReadCounts] | None = None,
        omitted: Mapping[int, int] | None = None,
        posts: Sequence[SubmissionRow] = (),
    ) -> Added:
        """See `CorpusWriter.add`."""
        try:
            if not self._open:
                self._db.begin()
                self._open = True
                receipts.archive_of_running(self._db, self.load)
                self._pending.begin()
                self._comments.begin()
            if self._erased_authors:
                threads, comments, posts = self._redacted(threads, comments, posts)
            unfit: _Unfit = []
            counts, others = self._add_posts(posts)
            titled = [*(post.to_thread() for post in others), *(thread for thread in threads if thread.title)]
            counts.add(self._add_threads(titled, unfit))
            counts.add(LoadCounts(comments=self._comments.add(comments)))
            # What is only known of an article changes one that is stored, if only with these comments.
            counts.add(self._add_threads([thread for thread in threads if not thread.title], unfit))
            receipts.add_counts(self._db, self.load, counts)
            receipts.add_rejections(
                self._db, self.load, [*rejections, *(rejection for _, rejection in unfit)]
            )
            if read is not None:
                receipts.add_read_counts(self._db, self.load, *read, omitted or {})
            if unfit:
                articles = ReadCounts(rejected=sum(bool(thread.title) for thread, _ in unfit))
                of_these = ReadCounts(rejected=sum(len(thread.comments) for thread, _ in unfit))
                receipts.add_read_counts(self._db, self.load, articles, of_these, {})
            if checkpoint is not None:
                receipts.set_checkpoint(self._db, self.load, checkpoint)
            if self._limit is not None:
                # Committed each time: what would exceed the limit is dropped, and no more than that.
                self._comments.flush()
                self._limit.check()
                self.commit()
            elif self._pending.is_full:
                self.commit()
        except BaseException:
            self.roll_back()
            raise
        return Added(counts.articles, counts.comments, tuple(rejection for _, rejection in unfit))

    def _redacted(
        self,
        threads: Sequence[ParsedThread],
        comments: Sequence[KeyedComment],
        posts: Sequence[SubmissionRow],
    ) -> tuple[Sequence[ParsedThread], Sequence[KeyedComment], Sequence[SubmissionRow]]:
        """Returns them without the words of erased authors; their submissions are among the threads."""
        erased = [post for post in posts if post.submitter in self._erased_authors]
        if erased:
            posts = [post for post in posts if post.submitter not in self._erased_authors]
        threads = [
            self._erased_authors.redact_thread(thread)
            for thread in (*(post.to_thread() for post in erased), *threads)
        ]
        return threads, self._erased_authors.redact_comments(comments), posts

    def commit(self) -> None:
        """Commits and publishes the added batches."""
        if not self._open:
            return
        try:
            self._comments.flush()
            self._pending.write()
            self._db.execute("COMMIT")
            self._open = False
            self._db.disk.limit_log(self._on_step)
        except BaseException:
            self.roll_back()
            raise

    def roll_back(self) -> None:
        """Drops everything added since the last commit."""
        self._open = False
        self._comments.roll_back()
        if self._db.in_transaction:
            self._db.execute("ROLLBACK")

    def _add_posts(self, posts: Sequence[SubmissionRow]) -> tuple[LoadCounts, list[SubmissionRow]]:
        """Stores the new ones of the submissions at once; returns the others, which are all if one is
        invalid."""
        if not posts:
            return LoadCounts(), []
        # Both assign ids from the archive's sequences, so comments are flushed first.
        self._comments.flush()
        self._db.execute("SAVEPOINT posts")
        try:
            counts, others = insert_posts(
                self._db, self.load, self._archive, posts, self._annotator, self._pending
            )
        except self._unfit_errors:
            self._db.execute("ROLLBACK TO posts")
            counts, others = LoadCounts(), list(posts)
        self._db.execute("RELEASE posts")
        self._comments.begin()
        return counts, others

    def _add_threads(self, threads: Sequence[ParsedThread], unfit: _Unfit) -> LoadCounts:
        counts = LoadCounts()
        if not threads:
            return counts
        threads = self._places.placed(threads)
        fit: list[IncomingThread] = []
        for thread in threads:
            try:
                fit.append(incoming_thread(thread))
            except _UNFIT_ERRORS as error:
                unfit.append((thread, _rejection(thread, error)))
        # Both assign ids from the archive's sequences, so comments are flushed first.
        self._comments.flush()
        upserter = ThreadUpserter(self._db, self.load, self._archive, self._annotator, self._pending)
        for run in runs_without_repeats(fit):
            counts.add(self._store(upserter, run, unfit))
        self._places.reunite(threads)
        self._comments.begin()
        return counts

    def _store(self, upserter: ThreadUpserter, run: Sequence[IncomingThread], unfit: _Unfit) -> LoadCounts:
        """Stores all threads at once, which is fast; if one is invalid, one by one."""
        self._db.execute("SAVEPOINT run")
        try:
            counts = upserter.store(run)
        except self._unfit_errors as error:
            self._db.execute("ROLLBACK TO run")
            counts = LoadCounts()
            if len(run) == 1:
                unfit.append((run[0].thread, _rejection(run[0].thread, error)))
            else:
                for thread in run:
                    counts.add(self._store(upserter, [thread], unfit))
        self._db.execute("RELEASE run")
        return counts


def _rejection(thread: ParsedThread, error: Exception) -> Rejection:
    what = f'"{thread.title[:80]}"' if thread.title else thread.key or "a thread"
    if isinstance(error, UnfitThreadError):
        message = StoredMessage("rejected-unnamed")
    elif isinstance(error, rows.BadKeyError):
        message = StoredMessage("rejected-bad-key", {"key": receipts.escape_surrogates(str(error)[:40])})
    elif isinstance(error, UnicodeEncodeError):
        message = StoredMessage("rejected-half-character")
    else:
        message = StoredMessage("rejected-value")
    return Rejection(receipts.escape_surrogates(what), "unfit", english(message), message)
