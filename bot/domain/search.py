"""Search queries, filters and results."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

SearchField = Literal["articles", "comments", "both"]


Order = Literal["relevance", "newest", "score"]


@dataclass(frozen=True, slots=True)
class Term:
    """A search term: a word, or several consecutive words; if `prefix`, the last one may be incomplete.
    `exact` is set for quoted terms, which match only these forms of the words."""

    words: tuple[str, ...]
    prefix: bool = False
    exact: bool = False


@dataclass(frozen=True, slots=True)
class Query:
    """A parsed query: a thread must match at least one term of every group, and no term of `exclude`."""

    text: str
    groups: tuple[tuple[Term, ...], ...] = ()
    exclude: tuple[Term, ...] = ()


@dataclass(frozen=True, slots=True)
class Filters:
    """Filters of a search; names ignore case, `after` is inclusive, `before` exclusive (aware UTC)."""

    source: str | None = None
    author: str | None = None
    after: datetime | None = None
    before: datetime | None = None
    adult: bool = True
    """Whether articles marked as over 18 are included."""


@dataclass(frozen=True, slots=True)
class Hit:
    """A thread that matches. `comment` is set if the excerpt is from a comment; `matches` are the [start,
    end) character spans of `excerpt`, which is part of the stored text, `masks` those to hide until the
    reader reveals them (slurs and spoilers); `more` counts further matching comments. `author` and
    `posted_at` belong to the excerpt, `thread_at` is the article's time. The excerpt `explains` the match if
    it has a searched word that the title lacks."""

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
    masks: tuple[tuple[int, int], ...] = ()
    explains: bool = False

    @property
    def is_title(self) -> bool:
        """Whether the excerpt is from the title, which has no markup."""
        return self.comment is None and self.excerpt in self.title


@dataclass(frozen=True, slots=True)
class SearchPage:
    """A page of hits. `instead` is the corrected spelling that was searched because `query` had no hits;
    `total` counts threads, and is a lower bound if `capped`. The first `full` of the `total` match every
    group; the others match only some. `full` is None for whole sentences, whose best matches may lack some
    words. `cut` is set if time ran out, so that matches may be missing."""

    query: str
    instead: str | None
    hits: tuple[Hit, ...]
    offset: int
    total: int
    capped: bool = False
    full: int | None = 0
    cut: bool = False
