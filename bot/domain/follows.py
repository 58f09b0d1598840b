"""Follows in words: what somebody wants to be told of, where, and what became of what was told."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from bot.domain.articles import Article
from bot.domain.digests import DeliveryState
from bot.domain.loads import Person
from bot.domain.search import Filters, Place

FollowState = Literal["active", "paused"]

MOST_FOLLOWS = 25
"""Follows of one channel, and of one member in one server: as many as Discord completes."""
MOST_QUERY = 300
MOST_NAME = 100
"""Characters of a watch's query, and of the source or author that it filters by."""
MOST_COUNTED = 500
"""Threads that one follow counts in one load; past them the count is a lower bound."""
ENOUGH = "enough-today"
"""The reason of what is not told because a place had as many messages that day as it may."""
KEPT = 12
"""Threads that are kept to be shown of each follow."""
TOO_LATE = timedelta(hours=24)
"""So long after a load was noticed it is told of at the latest."""


@dataclass(frozen=True, slots=True)
class Watch:
    """What is wanted: threads that match a search, or new comments under one `article`."""

    query: str = ""
    filters: Filters = Filters()  # noqa: RUF009 - frozen
    place: Place = "both"
    article: int | None = None

    @property
    def asks(self) -> bool:
        """Whether anything is wanted at all."""
        filters = self.filters
        return bool(self.query.strip() or filters.source or filters.author or self.article is not None)

    @property
    def fits(self) -> bool:
        """Whether it is one that a command gives: watches also come from files."""
        names = (self.filters.source or "", self.filters.author or "")
        return self.asks and len(self.query) <= MOST_QUERY and all(len(name) <= MOST_NAME for name in names)


@dataclass(frozen=True, slots=True)
class Follow:
    """A stored watch of one server. It tells the channel with the id `where`, or, where it is `direct`, the
    member with that id. `reason` names why it paused itself."""

    id: int
    guild: int
    where: int
    direct: bool
    watch: Watch
    state: FollowState
    reason: str | None
    by: Person
    made_at: datetime


@dataclass(frozen=True, slots=True)
class Match:
    """What a load brought for one follow: the first threads, how many there are (at least, if `capped`), and
    the new comments under a followed article."""

    follow: int
    articles: tuple[int, ...]
    total: int
    capped: bool = False
    comments: int = 0


@dataclass(frozen=True, slots=True)
class Notice:
    """One load as one channel or member is told of it, for all of its follows in one message. `mark` stands
    in the message and tells it from all others. `last` says that it is the last that may be told that
    day."""

    id: int
    guild: int
    where: int
    direct: bool
    load: int
    due_at: datetime
    state: DeliveryState
    mark: str
    tries: int
    message: int | None = None
    sent_at: datetime | None = None
    reason: str | None = None
    matches: tuple[Match, ...] = ()
    last: bool = False


@dataclass(frozen=True, slots=True)
class Ended:
    """A load that is over, in the archive of this guild (None: the shared one); `brought` grows when it is
    resumed."""

    load: int
    guild: int | None
    brought: int


@dataclass(frozen=True, slots=True)
class Told:
    """What one follow is told of: the threads that are still there."""

    follow: Follow
    match: Match
    articles: tuple[Article, ...]
