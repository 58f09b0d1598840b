"""Loads: filters, progress, receipts, and what undoing and erasing did."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from bot.domain.dump import Rejection

LoadState = Literal["queued", "running", "paused", "done", "cancelled", "failed", "undoing", "undone"]


@dataclass(frozen=True, slots=True)
class Counts:
    """How many rows a load added, changed, and found as they were."""

    new: int = 0
    updated: int = 0
    unchanged: int = 0

    def __add__(self, other: Counts) -> Counts:
        return Counts(self.new + other.new, self.updated + other.updated, self.unchanged + other.unchanged)


@dataclass(frozen=True, slots=True)
class Person:
    """Who did something: a Discord user id (None on the command line) and a name to show."""

    id: int | None
    name: str


@dataclass(frozen=True, slots=True)
class Receipt:
    """What one load did; `rejected` counts, `rejections` holds the first of them."""

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
    """The first 1,000 articles of the load, new, updated and unchanged alike, in the order of the dump."""
    problem: str | None = None
    """One sentence for people when the load failed or was interrupted."""
    skipped: int = 0
    """Rows that the load's own filter left out."""


@dataclass(frozen=True, slots=True)
class Progress:
    """A running load, reported about once a second; `total` is unknown for pipes. While it is `queued` behind
    another load, `load` is 0 and nothing is counted."""

    load: int
    done: int
    total: int | None
    """Bytes of the dump read so far, and in all."""
    articles: int
    comments: int
    rejected: int
    seconds: float
    state: LoadState = "running"
    skipped: int = 0
    """Rows that the load's own filter left out."""
    rate: float = 0.0
    """Articles and comments a second since the load was begun or resumed."""
    left: float | None = None
    """Seconds that the rest will take, once that can be estimated."""


@dataclass(frozen=True, slots=True)
class Undone:
    """What undoing a load did."""

    load: int
    articles_removed: int
    comments_removed: int
    restored: int


@dataclass(frozen=True, slots=True)
class Erased:
    """What erasing an author did: articles and comments that lost their words and their name."""

    articles: int
    comments: int


@dataclass(frozen=True, slots=True)
class LoadFilter:
    """What a load leaves out. Names of subreddits compare without case; `after` is inclusive, `before`
    exclusive (aware UTC); `min_length` counts characters of comments. What is marked as over 18 stays out
    unless it is asked for."""

    subreddits: tuple[str, ...] = ()
    after: datetime | None = None
    before: datetime | None = None
    min_score: int | None = None
    min_length: int = 0
    over_18: bool = False


@dataclass(frozen=True, slots=True)
class Preview:
    """What a dump holds and a load would bring: `articles` and `comments` as often as they stand in it,
    `skipped` rows that the filter leaves out, the first of the `rejected`, and the earliest and latest
    time."""

    articles: int
    comments: int
    skipped: int
    rejected: int
    rejections: tuple[Rejection, ...]
    first: datetime | None
    last: datetime | None


@dataclass(frozen=True, slots=True)
class Finding:
    """One result of `check`: `ok`, or what is wrong and what to do about it."""

    ok: bool
    subject: str
    detail: str
    advice: str = ""


@dataclass(frozen=True, slots=True)
class CheckReport:
    """Everything `check` looked at."""

    findings: tuple[Finding, ...] = field(default_factory=tuple)

    @property
    def ok(self) -> bool:
        return all(finding.ok for finding in self.findings)
