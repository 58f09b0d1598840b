"""Follows: storage, lists, and matching against what each load adds."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from bot.domain.articles import DELETED, Article, Scope
from bot.domain.exclusions import Exclusions
from bot.domain.follows import (
    DAILY_CAP,
    MAX_COUNTED,
    MAX_SHOWN,
    Follow,
    FollowMatch,
    FollowTarget,
    FollowUpdate,
    Notice,
)
from bot.domain.loads import Person
from bot.domain.search import Hit
from bot.errors import BadInput, Busy, NotFound
from bot.services.archive import ArchiveService
from bot.services.audit import AuditService
from bot.services.change_signal import ChangeSignal
from bot.services.pseudonyms import Pseudonymizer
from bot.services.settings import SettingsService
from bot.store.search.load_matches import FollowQuery, LoadMatches
from bot.store.state.follows import FollowStore as Store
from bot.text.search.query import parse_query

MAX_NOTICES = 100
MATCH_SECONDS = 12.0
"""The timeout in seconds for matching all follows of one place against one load; half of that of a notice."""


class FollowService:
    """The follows of all servers. `changed` is notified when a load may have ended."""

    def __init__(
        self,
        store: Store,
        arrivals: LoadMatches,
        archive: ArchiveService,
        settings: SettingsService,
        audit: AuditService,
    ) -> None:
        self._store = store
        self.changed = ChangeSignal()
        self._arrivals = arrivals
        self._archive = archive
        self._settings = settings
        self._audit = audit
        self._seen: int | None = None

    # Storage.

    async def add(
        self, guild: int, where: int, watch: FollowTarget, by: Person, now: datetime, *, direct: bool
    ) -> tuple[Follow, bool]:
        """Adds a follow. The same target in the same place is stored only once, and resumed if it was paused.
        Returns the follow and whether it is new. Raises BadInput("nothing-to-follow" | "too-many-follows" |
        "names-hidden"), and what `parse_query` has as faults of operators."""
        if not watch.has_subject:
            raise BadInput("nothing-to-follow")
        query = parse_query(watch.query, now)
        if query.faults:
            raise query.faults[0]
        scope = await self._settings.scope(guild, adult=False)
        Pseudonymizer.check_filters(scope, watch.filters.narrowed(query))
        follow, new = await self._store.add(guild, where, watch, by, now, direct=direct)
        if follow.state == "paused" and await self._store.resume(follow.id):
            return await self.follow(guild, follow.id), True
        return follow, new

    async def follow(self, guild: int, number: int) -> Follow:
        """Returns one follow of this server. Raises NotFound("no-such-follow")."""
        follow = await self._store.get(number)
        if follow is None or follow.guild != guild:
            raise NotFound("no-such-follow", follow=number)
        return follow

    async def guild_of(self, number: int) -> int | None:
        """Returns the server of a follow; None if there is no such follow."""
        follow = await self._store.get(number)
        return None if follow is None else follow.guild

    async def follows(self, guild: int, where: int | None = None) -> tuple[Follow, ...]:
        """Returns the follows of a server's channels, or of one channel or member there, oldest first."""
        return await self._store.follows(guild, where)

    async def held_back(self, guild: int, where: int, now: datetime) -> int:
        """Returns the number of loads in the last day for which the daily cap withheld the notice to a
        channel or member."""
        past = await self._store.notices(guild, where, MAX_NOTICES)
        return sum(notice.reason == DAILY_CAP and now - notice.due_at < timedelta(days=1) for notice in past)

    async def waiting(self, scope: Scope) -> int:
        """Returns the number of comments that are matched only when their articles are loaded."""
        return await self._arrivals.waiting(scope)

    async def mute(self, guild: int, number: int) -> Follow:
        """Pauses a follow until it is resumed."""
        await self.follow(guild, number)
        await self._store.pause(number, None)
        return await self.follow(guild, number)

    async def resume(self, guild: int, number: int) -> Follow:
        """Resumes a follow with the next load; earlier loads are not matched."""
        await self.follow(guild, number)
        await self._store.resume(number)
        return await self.follow(guild, number)

    async def leave_out(self, guild: int, number: int, exclusions: Exclusions) -> Follow:
        """Changes what a follow leaves out, from the next load on. The audit list has this of a channel's
        follow; a member's own is nobody else's business."""
        follow = await self.follow(guild, number)
        changed = await self._store.leave_out(number, exclusions) and follow.leave_out != exclusions
        if changed and not follow.direct:
            where, old = follow.where, follow.leave_out
            await self._audit.record(
                guild, "follow-filters", follow=number, channel=where, old=old, new=exclusions
            )
        return await self.follow(guild, number)

    async def remove(self, guild: int, number: int) -> Follow:
        """Removes a follow and returns it."""
        follow = await self.follow(guild, number)
        await self._store.remove(number)
        return follow

    async def all_follows(self, guild: int | None) -> tuple[Follow, ...]:
        """Returns all follows of a server, or of all servers, oldest first. For the operator."""
        return await self._store.all_follows(guild)

    async def remove_any(self, number: int, guild: int | None) -> Follow:
        """Removes a follow for the operator: in any server unless `guild` is given. Raises
        NotFound("unknown-follow")."""
        follow = await self._store.get(number)
        if follow is None or guild not in (None, follow.guild) or not await self._store.remove(number):
            raise NotFound("unknown-follow", follow=number)
        return follow

    # Notices.

    async def make_notices(self, now: datetime) -> None:
        """Opens notices for the loads, of any process, that have ended since the last check."""
        version = await self._arrivals.data_version()
        if version == self._seen:
            return
        known = await self._store.noticed_loads()
        for ended in await self._arrivals.ended_loads():
            if known.get(ended.load) != ended.added:
                await self._store.add_notices(ended, now, old=not known)
        self._seen = version

    async def followers(self, notice: Notice) -> tuple[Follow, ...]:
        """Returns the follows of a notice: those that existed when its load was processed."""
        follows = await self._store.follows(notice.guild, notice.where)
        return tuple(
            follow for follow in follows if follow.state == "active" and follow.made_at <= notice.due_at
        )

    async def matches(
        self, notice: Notice, followers: tuple[Follow, ...], *, adult: bool
    ) -> dict[FollowMatch, list[int]]:
        """Returns, for each of these follows with matches in the notice's load, all the threads that it
        counts, without those of earlier notices. Raises Busy("took-too-long") if time ran out before any were
        found: it is not known that there are none."""
        settings = await self._settings.get(notice.guild)
        scope = settings.scope(adult=adult)
        matches: dict[FollowMatch, list[int]] = {}
        cut = False
        for follow in followers:
            parsed = parse_query(follow.watch.query, notice.due_at)
            if scope.pseudonyms and follow.watch.filters.narrowed(parsed).names_author:
                continue
            thread = follow.watch.article is not None
            known = frozenset[int]() if thread else await self._store.known_articles(follow.id)
            filters = follow.leave_out, settings.leave_out
            query = FollowQuery(follow.watch, parsed, known, scope.adult, *filters)
            brought = await self._arrivals.find(
                scope, notice.load, query, MAX_COUNTED, MATCH_SECONDS / len(followers)
            )
            cut = cut or brought.cut
            if brought.articles:
                match = FollowMatch(
                    follow=follow.id,
                    articles=tuple(brought.articles[:MAX_SHOWN]),
                    total=len(brought.articles),
                    capped=brought.capped,
                    comments=brought.comments,
                )
                matches[match] = [] if thread else brought.articles
        if cut and not matches:
            raise Busy("took-too-long")
        return matches

    async def updates(self, notice: Notice, shown: Sequence[Follow]) -> list[FollowUpdate]:
        """Returns what a composed notice shows of these follows: the threads that still exist, and the
        follows that have any."""
        follows = {follow.id: follow for follow in shown}
        return [
            FollowUpdate(follow, match, articles, await self._hits(notice, follow.watch, match.articles))
            for match in notice.matches
            if (follow := follows.get(match.follow)) and (articles := await self._articles(notice, match))
        ]

    async def _hits(self, notice: Notice, watch: FollowTarget, articles: Sequence[int]) -> Mapping[int, Hit]:
        if watch.article is not None:
            return {}
        scope = await self._settings.scope(notice.guild, adult=True)
        return await self._archive.hits_of(scope, watch.query, articles, watch.filters, watch.place)

    async def _articles(self, notice: Notice, match: FollowMatch) -> tuple[Article, ...]:
        scope = await self._settings.scope(notice.guild, adult=True)
        articles = []
        for number in match.articles:
            try:
                article = await self._archive.article(scope, number)
            except NotFound:  # undone meanwhile
                continue
            if article.title != DELETED:  # erased meanwhile
                articles.append(article)
        return tuple(articles)

    async def shown_now(self, number: int) -> tuple[Notice, list[FollowUpdate]] | None:
        """Returns a notice with its remaining content; None if it no longer exists."""
        notice = await self._store.get_notice(number)
        if notice is None:
            return None
        return notice, await self.updates(
            notice, await self._store.follows_by_id([match.follow for match in notice.matches])
        )

    async def noticed_since(self, since: datetime) -> frozenset[int]:
        """Returns the loads that have been processed since then."""
        return await self._store.loads_noticed_since(since)

    async def day(self, guild: int, now: datetime) -> tuple[datetime, datetime, int]:
        """Returns the start of the server's day, the current time, and the maximum number of messages to one
        place in a day."""
        settings = await self._settings.get(guild)
        zone = ZoneInfo(settings.zone)
        start = datetime.combine(now.astimezone(zone).date(), time(), zone)
        return start.astimezone(UTC), now, settings.follow_cap
