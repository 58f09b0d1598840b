"""Follows: what a member or channel is notified about, where, and the outcome of each notice."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Literal

from bot.domain.articles import Article
from bot.domain.digests import DeliveryState
from bot.domain.exclusions import Exclusions
from bot.domain.loads import Person
from bot.domain.search import Filters, Hit, SearchField

FollowState = Literal["active", "paused"]

MAX_FOLLOWS = 25
"""The most follows of one channel, and of one member in one server: what Discord's autocompletion can
list."""
MAX_QUERY = 300
MAX_NAME = 100
"""The maximum lengths, in characters, of a query, and of the source or author that filters it."""
MAX_COUNTED = 500
"""The most threads counted for one follow in one load; beyond it the count is a lower bound."""
DAILY_CAP = "enough-today"
"""The reason of a notice that is not sent because its channel or member has reached the daily limit."""
MAX_SHOWN = 12
"""The most threads stored for display with each match."""
NOTICE_TIMEOUT = timedelta(hours=24)
"""A notice is sent within this time after its load was noticed, or not at all."""


@dataclass(frozen=True, slots=True)
class FollowTarget:
    """What is followed: threads that match a search, or new comments on one `article`."""

    query: str = ""
    filters: Filters = Filters()  # noqa: RUF009 - frozen
    place: SearchField = "both"
    article: int | None = None

    @property
    def has_subject(self) -> bool:
        """Whether it specifies anything to follow."""
        filters = self.filters
        return bool(self.query.strip() or filters.source or filters.author or self.article is not None)

    @property
    def is_valid(self) -> bool:
        """Whether a command could have created it: follows are also imported from files."""
        names = (self.filters.source or "", self.filters.author or "")
        return (
            self.has_subject and len(self.query) <= MAX_QUERY and all(len(name) <= MAX_NAME for name in names)
        )


@dataclass(frozen=True, slots=True)
class Follow:
    """A stored follow of one server. It notifies the channel with the id `where` or, if `direct`, the member
    with that id. `reason` is why it was paused automatically."""

    id: int
    guild: int
    where: int
    direct: bool
    watch: FollowTarget
    state: FollowState
    reason: str | None
    by: Person
    made_at: datetime
    leave_out: Exclusions = Exclusions()  # noqa: RUF009 - frozen


@dataclass(frozen=True, slots=True)
class FollowMatch:
    """The matches of one follow in a load: the first threads, their total (a lower bound if `capped`), and
    the number of new comments on a followed article."""

    follow: int
    articles: tuple[int, ...]
    total: int
    capped: bool = False
    comments: int = 0


@dataclass(frozen=True, slots=True)
class Notice:
    """The message that notifies one channel or member of one load, for all of its follows. `nonce` is
    embedded in the message to identify it. `last` is whether it is the last notice that the daily limit
    allows."""

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
    """A finished load in the archive of this guild (None: the shared one); `added` grows if it is resumed."""

    load: int
    guild: int | None
    added: int


@dataclass(frozen=True, slots=True)
class FollowUpdate:
    """The part of a notice for one follow: the matching threads that still exist, and the hits by their
    articles' ids."""

    follow: Follow
    match: FollowMatch
    articles: tuple[Article, ...]
    hits: Mapping[int, Hit] = field(default_factory=dict[int, Hit])
