"""What a search asks for and what it finds."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

SearchField = Literal["articles", "comments", "both"]


Order = Literal["relevance", "newest", "score"]


@dataclass(frozen=True, slots=True)
class Term:
    """One thing to look for: a word, or several in a row; the last may be the beginning of a word (`prefix`).
    `exact` is set where it was quoted: then it stands for these forms of the words only."""

    words: tuple[str, ...]
    prefix: bool = False
    exact: bool = False


@dataclass(frozen=True, slots=True)
class Query:
    """What a person typed, understood: every group wanted, any term of a group will do, none of `exclude`."""

    text: str
    groups: tuple[tuple[Term, ...], ...] = ()
    exclude: tuple[Term, ...] = ()


@dataclass(frozen=True, slots=True)
class Filters:
    """Narrow a search; names compare without case, `after` is inclusive, `before` exclusive (aware UTC)."""

    source: str | None = None
    author: str | None = None
    after: datetime | None = None
    before: datetime | None = None
    adult: bool = True
    """Whether articles marked as over 18 are among what is found."""


@dataclass(frozen=True, slots=True)
class Hit:
    """One thread that matches. `comment` is set when the excerpt is a comment's; `matches` are [start, end)
    character spans of `excerpt`, which is a piece of the stored text; `more` counts further matching
    comments. `author` and `posted_at` are the excerpt's, `thread_at` is the article's time."""

    article: int
    comment: int | None
    key: str | None
    title: str
    source: str | None
    author: str | None
    posted_at: datetime | None
    excerpt: str
    matches: tuple[tuple[int, int], ...]
    more: int = 0
    thread_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class SearchPage:
    """One page of hits. `instead` is the spelling that was searched when `query` itself had no hits; `total`
    counts threads and `capped` says that there are more than were counted. The first `full` of the `total`
    match everything asked, the others only some of it; None where a whole sentence was asked, whose best
    matches need not have every word."""

    query: str
    instead: str | None
    hits: tuple[Hit, ...]
    offset: int
    total: int
    capped: bool = False
    full: int | None = 0
