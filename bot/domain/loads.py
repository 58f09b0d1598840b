"""Loads: their jobs' filters, progress and receipts, and the results of undo and erasure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from bot.domain.books import Books, LeftOutReason
from bot.domain.dump import Rejection
from bot.domain.stored_message import StoredMessage

LoadState = Literal["queued", "running", "paused", "done", "cancelled", "failed", "undoing", "undone"]


@dataclass(frozen=True, slots=True)
class Counts:
    """The number of records that a load added, that updated a row, that were the same as one, and that were
    of an older capture than one."""

    new: int = 0
    updated: int = 0
    unchanged: int = 0
    older: int = 0

    def __add__(self, other: Counts) -> Counts:
        # Once for every thread of a load: `astuple` would be a third of its cost.
        return Counts(
            self.new + other.new,
            self.updated + other.updated,
            self.unchanged + other.unchanged,
            self.older + other.older,
        )

    @property
    def total(self) -> int:
        return self.new + self.updated + self.unchanged + self.older


@dataclass(frozen=True, slots=True)
class Person:
    """The person responsible for an action: a Discord user id (None on the command line) and a display
    name."""

    id: int | None
    name: str


@dataclass(frozen=True, slots=True)
class Receipt:
    """The result of one load; `rejected` is the number of rejections, `rejections` holds the first of
    them."""

    load: int
    guild: int | None
    name: str
    state: LoadState
    by: Person
    started_at: datetime
    seconds: float
    articles: Counts
    comments: Counts
    rejected: int
    rejections: tuple[Rejection, ...] = ()
    ids: tuple[int, ...] = ()
    """The ids of the first 1,000 articles of the load, in dump order; new, updated and unchanged."""
    problem: str | None = None
    """Why the load failed or was interrupted, in English."""
    skipped: int = 0
    """Rows that the load's own filter left out."""
    problem_message: StoredMessage | None = field(default=None, compare=False)
    """`problem` for any language; None if only the English is known."""
    left_out: Mapping[LeftOutReason, int] = field(default_factory=dict)
    """The rows of `skipped` by reason; fewer for loads of earlier versions, which did not count them."""
    article_books: Books | None = None
    comment_books: Books | None = None
    """None for loads of earlier versions, which did not count what they read."""


@dataclass(frozen=True, slots=True)
class Progress:
    """The progress of a load, reported about once a second; `total` is unknown for pipes. While the load is
    `queued` behind another one, `load` is 0 and all counts are 0."""

    load: int
    done: int
    total: int | None
    """`done` and `total` are bytes of the dump."""
    articles: int
    comments: int
    rejected: int
    seconds: float
    state: LoadState = "running"
    skipped: int = 0
    """Rows that the load's own filter left out."""
    rate: float = 0.0
    """Articles and comments per second since the load was started or resumed."""
    left: float | None = None
    """The estimated seconds that remain, once an estimate is possible."""
    left_out: Mapping[LeftOutReason, int] = field(default_factory=dict)
    """The rows of `skipped` by reason."""


@dataclass(frozen=True, slots=True)
class Undone:
    """The result of undoing a load."""

    load: int
    articles_removed: int
    comments_removed: int
    restored: int


@dataclass(frozen=True, slots=True)
class Purged:
    """The result of a purge: the number of articles and comments that were deleted, or would be."""

    articles: int
    comments: int


@dataclass(frozen=True, slots=True)
class PurgeFilter:
    """What a purge deletes: articles posted `before` a time, of a source, of a subreddit, with their
    comments. All of the given ones must match; with none, everything is deleted."""

    before: datetime | None = None
    source: str | None = None
    subreddit: str | None = None


@dataclass(frozen=True, slots=True)
class ServerLimits:
    """The most articles, and megabytes of text, in one server's own archive. 0 means no limit."""

    articles: int = 0
    megabytes: int = 0


@dataclass(frozen=True, slots=True)
class Erased:
    """The result of an erasure: the number of articles and comments that lost their text and author."""

    articles: int
    comments: int


@dataclass(frozen=True, slots=True)
class AuthorPreview:
    """What an erasure would empty, and in how many threads; `complete` unless counting took too long. If
    there is nothing, the `nearest` names."""

    articles: int
    comments: int
    threads: int
    nearest: tuple[str, ...] = ()
    complete: bool = True


@dataclass(frozen=True, slots=True)
class LoadFilter:
    """The filter of a load. Names of subreddits ignore case; `after` is inclusive, `before` exclusive (aware
    UTC); `min_length` is in characters of a comment. Articles marked as over 18 are excluded unless `over_18`
    is set."""

    subreddits: tuple[str, ...] = ()
    after: datetime | None = None
    before: datetime | None = None
    min_score: int | None = None
    min_length: int = 0
    over_18: bool = False


@dataclass(frozen=True, slots=True)
class Preview:
    """The result of a dry run: the numbers of `articles` and `comments` in the dump, with repetitions; the
    rows `skipped` by the filter, and `left_out` by reason; the number of rows `rejected` and the first of
    them; the earliest and latest time; and what the receipt of the load would count."""

    articles: int
    comments: int
    skipped: int
    rejected: int
    rejections: tuple[Rejection, ...]
    first: datetime | None
    last: datetime | None
    left_out: Mapping[LeftOutReason, int] = field(default_factory=dict)
    disk_bytes: int = 0
    """The estimated disk space that loading it needs, and what is free."""
    free_bytes: int = 0
    article_changes: Counts = Counts()
    comment_changes: Counts = Counts()
    article_books: Books | None = None
    comment_books: Books | None = None

    @property
    def fits(self) -> bool:
        """Whether the disk has room for it."""
        return self.disk_bytes <= self.free_bytes


@dataclass(frozen=True, slots=True)
class Finding:
    """One result of `check`: `ok`, or what is wrong and how to fix it."""

    ok: bool
    subject: str
    detail: str
    advice: str = ""


@dataclass(frozen=True, slots=True)
class CheckReport:
    """All results of `check`."""

    findings: tuple[Finding, ...] = field(default_factory=tuple)

    @property
    def ok(self) -> bool:
        return all(finding.ok for finding in self.findings)
