"""Follows: searches and threads, who is notified of what loads add for them, and the notices."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from bot.domain.articles import Article
from bot.domain.digests import DeliveryState
from bot.domain.loads import Person
from bot.domain.search import Filters, SearchField

FollowState = Literal["active", "paused"]

MAX_FOLLOWS = 25
"""Follows of one channel, and of one member in one server: as many as Discord completes."""
MAX_QUERY = 300
MAX_NAME = 100
"""Characters of a watch's query, and of the source or author that it filters by."""
MAX_COUNTED = 500
"""Threads that one follow counts in one load; past them the count is a lower bound."""
DAILY_CAP = "enough-today"
"""The reason of a notice that is not sent because its place had its number of messages that day."""
MAX_SHOWN = 12
"""Threads that are kept to be shown of each follow."""
NOTICE_TIMEOUT = timedelta(hours=24)
"""A notice is not sent later than this after its load was noticed."""


@dataclass(frozen=True, slots=True)
class FollowTarget:
    """What is wanted: threads that match a search, or new comments under one `article`."""

    query: str = ""
    filters: Filters = Filters()  # noqa: RUF009 - frozen
    place: SearchField = "both"
    article: int | None = None

    @property
    def has_subject(self) -> bool:
        """Whether anything is wanted at all."""
        filters = self.filters
        return bool(self.query.strip() or filters.source or filters.author or self.article is not None)

    @property
    def is_valid(self) -> bool:
        """Whether it is one that a command gives: watches also come from files."""
        names = (self.filters.source or "", self.filters.author or "")
        return (
            self.has_subject and len(self.query) <= MAX_QUERY and all(len(name) <= MAX_NAME for name in names)
        )


@dataclass(frozen=True, slots=True)
class Follow:
    """A stored watch of one server. It tells the channel with the id `where`, or, where it is `direct`, the
    member with that id. `reason` names why it paused itself."""

    id: int
    guild: int
    where: int
    direct: bool
    watch: FollowTarget
    state: FollowState
    reason: str | None
    by: Person
    made_at: datetime


@dataclass(frozen=True, slots=True)
class FollowMatch:
    """What a load added for one follow: the first threads, how many there are (at least, if `capped`), and
    the new comments under a followed article."""

    follow: int
    articles: tuple[int, ...]
    total: int
    capped: bool = False
    comments: int = 0


@dataclass(frozen=True, slots=True)
class Notice:
    """One load as one channel or member is notified of it, for all of its follows in one message. `nonce`
    stands in the message and tells it from all others. `last` says that it is the last one that day."""

    id: int
    guild: int
    where: int
    direct: bool
    load: int
    due_at: datetime
    state: DeliveryState
    nonce: str
    attempts: int
    message: int | None = None
    sent_at: datetime | None = None
    reason: str | None = None
    matches: tuple[FollowMatch, ...] = ()
    last: bool = False


@dataclass(frozen=True, slots=True)
class EndedLoad:
    """A load that is over, in the archive of this guild (None: the shared one); `brought` grows when it is
    resumed."""

    load: int
    guild: int | None
    brought: int


@dataclass(frozen=True, slots=True)
class FollowUpdate:
    """What a notice shows for one follow: the threads that are still there."""

    follow: Follow
    match: FollowMatch
    articles: tuple[Article, ...]
