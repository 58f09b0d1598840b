"""What was added to a server's archives since a member's last visit."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.domain.articles import Article, Scope
from bot.domain.follows import Follow, FollowTarget
from bot.domain.loads import Receipt
from bot.domain.posts import PostedMessage
from bot.domain.search import Query
from bot.errors import NotFound
from bot.services.archive import ArchiveService
from bot.services.follows.follows import FollowService
from bot.services.loads import LoadService
from bot.services.posts.posts import PostService
from bot.store.search.load_matches import FollowQuery, LoadMatches
from bot.store.state.visits import VisitStore

VISIT_GAP = timedelta(hours=1)
"""A visit ends after this time without use."""
VISIT_RETENTION = timedelta(days=365)
FIRST_PERIOD = timedelta(days=7)
"""The period shown to members without an earlier visit."""
MIN_WRITE_INTERVAL = timedelta(minutes=5)
"""Further uses within this time are not stored."""
MAX_REMEMBERED_VISITS = 10_000
MAX_LOADS = 50
"""The maximum number of loads of each archive that are read."""
MAX_LISTED_LOADS = 5
MAX_HEADLINES = 10
SECONDS_A_LOAD = 1.0
"""The timeout for matching one load, in seconds."""
_LOADED = ("done", "cancelled", "failed")


@dataclass(frozen=True, slots=True)
class CatchUp:
    """What was added after `since`: the loads that added something, newest first, their newest articles, the
    posts in channels, and the member's follows that have been paused. `first` is whether the member had no
    earlier visit."""

    since: datetime
    first: bool
    loads: tuple[Receipt, ...]
    articles: tuple[Article, ...]
    posts: tuple[PostedMessage, ...]
    paused: tuple[Follow, ...]
    waiting: int = 0
    """The comments that wait for their article now."""


class CatchUpService:
    """Stores members' visits, and returns what they missed."""

    def __init__(
        self,
        visits: VisitStore,
        arrivals: LoadMatches,
        archive: ArchiveService,
        loads: LoadService,
        follows: FollowService,
        posts: PostService,
    ) -> None:
        self._visits = visits
        self._arrivals = arrivals
        self._archive = archive
        self._loads = loads
        self._follows = follows
        self._posts = posts
        self._written: dict[tuple[int, int], datetime] = {}

    async def visit(self, guild: int, member: int, now: datetime) -> None:
        """Records that a member uses the bot."""
        last = self._written.get((guild, member))
        if last is not None and now - last < MIN_WRITE_INTERVAL:
            return
        if len(self._written) >= MAX_REMEMBERED_VISITS:
            self._written.clear()
        self._written[guild, member] = now
        await self._visits.record(guild, member, now, VISIT_GAP, VISIT_RETENTION)

    async def catch_up(self, scope: Scope, guild: int, member: int, now: datetime) -> CatchUp:
        """Returns what was added to this server since the member's previous visit."""
        before = await self._visits.record(guild, member, now, VISIT_GAP, VISIT_RETENTION)
        since = before or now - FIRST_PERIOD
        loads = [*await self._loads.recent(guild, MAX_LOADS)]
        if scope.shared:
            loads += await self._loads.recent(None, MAX_LOADS)
        noticed = await self._follows.noticed_since(since)
        fresh = [
            receipt
            for receipt in loads
            if receipt.state in _LOADED
            and (receipt.load in noticed or receipt.started_at + timedelta(seconds=receipt.seconds) >= since)
            and (receipt.articles.new or receipt.comments.new)
        ]
        fresh.sort(key=lambda receipt: receipt.load, reverse=True)
        follows = await self._follows.follows(guild, member)
        return CatchUp(
            since=since,
            first=before is None,
            loads=tuple(fresh),
            articles=await self._newest(scope, fresh[:MAX_LISTED_LOADS]),
            posts=await self._posts.since(guild, since, MAX_LOADS),
            paused=tuple(follow for follow in follows if follow.state == "paused" and follow.reason),
            waiting=await self._arrivals.waiting(scope) if fresh else 0,
        )

    async def _newest(self, scope: Scope, loads: list[Receipt]) -> tuple[Article, ...]:
        query = FollowQuery(FollowTarget(place="articles"), Query(""), frozenset(), scope.adult)
        articles: dict[int, Article] = {}
        for receipt in loads:
            brought = await self._arrivals.find(scope, receipt.load, query, MAX_HEADLINES, SECONDS_A_LOAD)
            for number in brought.articles[: MAX_HEADLINES - len(articles)]:
                try:
                    articles[number] = await self._archive.article(scope, number)
                except NotFound:  # undone since
                    continue
        return tuple(articles.values())
