"""Selects the articles that a digest shows, or would have shown."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import takewhile

from bot.domain.articles import Scope
from bot.domain.digest_choice import decide
from bot.domain.digests import (
    MAX_DECISIONS,
    Candidate,
    ContentSource,
    Decision,
    DigestConfig,
    PastRun,
)
from bot.services.archive import ArchiveService
from bot.services.settings import SettingsService
from bot.store.corpus.digest_candidates import CandidateScope, DigestCandidates
from bot.store.corpus.rows import archive_of

REPLAY_PERIOD = timedelta(days=7)
MAX_REPLAYED = 42
"""The maximum number of replayed slots, the most recent ones: six a day."""
_MAX_SEARCHED = 1000
_DRAWS = 8
"""Random draws for each requested article, as some were shown before."""
_TIMELESS_SOURCES = ("search", "source", "subreddit")
"""Choices whose result depends only on the articles present at the time."""


class DigestSelection:
    """Decides for all schedules."""

    def __init__(self, picks: DigestCandidates, archive: ArchiveService, settings: SettingsService) -> None:
        self._store = picks
        self._archive = archive
        self._settings = settings

    async def decide(
        self,
        plan: DigestConfig,
        shown: Mapping[str, int],
        seen: Mapping[int, int],
        at: datetime,
        *,
        adult: bool,
    ) -> tuple[tuple[Decision, ...], Mapping[int, int]]:
        """Returns what the plan posts at `at` and why, and the newest article id of each archive now. `shown`
        is as for `bot.domain.digest_choice.decide`; `seen` is the newest article id of each archive at its
        last post."""
        among = await self._among(plan)
        adult = adult and among.scope.adult
        tops = await self._store.newest_ids(among.scope)
        candidates = await self._candidates_for(
            among, plan, seen, at, MAX_DECISIONS + len(shown), adult=adult
        )
        return decide(candidates, shown, plan.choice.count, adult=adult), tops

    async def replay(
        self, plan: DigestConfig, now: datetime, *, adult: bool
    ) -> tuple[tuple[PastRun, ...], int]:
        """Returns what the plan would have posted in the days before `now`, had it begun then, oldest first
        and with today's comments; and the number of its slots in that time."""
        upcoming = plan.upcoming(now - REPLAY_PERIOD)
        due = [occurrence.at for occurrence in takewhile(lambda due: due.at <= now, upcoming)]
        among = await self._among(plan)
        adult = adult and among.scope.adult
        arrivals = await self._store.loads_with_articles(among.scope)
        timeless: Sequence[Candidate] | None = None
        if plan.choice.what in _TIMELESS_SOURCES or (plan.choice.what, plan.choice.days) == (
            "most-discussed",
            None,
        ):
            timeless = await self._candidates_for(among, plan, {}, now, _MAX_SEARCHED, adult=adult)
        shown: dict[str, int] = {}
        seen: dict[int, int] = {}
        left_out: set[str] = set()
        runs = []
        for at in due[-MAX_REPLAYED:]:
            there = {archive: last for when, archive, last in arrivals if when <= at}
            candidates = timeless
            if candidates is None:
                filters = among.leave_out.any or among.server_leaves_out.any
                most = _MAX_SEARCHED if filters else MAX_DECISIONS + len(shown)
                candidates = await self._candidates_for(
                    replace(among, last_ids=there), plan, seen, at, most, adult=adult
                )
            known = [
                candidate
                for candidate in candidates
                if candidate.article <= there.get(archive_of(candidate.article), -1)
            ]
            decisions = decide(known, shown, plan.choice.count, adult=adult)
            picked = [decision for decision in decisions if decision.picked]
            shown |= {decision.same: decision.comments for decision in picked}
            if picked or not plan.skip_empty:
                seen = there
            filtered = {candidate.same for candidate in known if candidate.left_out} - left_out
            left_out |= filtered
            runs.append(PastRun(at, tuple(decision.title for decision in picked), len(filtered)))
        return tuple(runs), len(due)

    async def _among(self, plan: DigestConfig) -> CandidateScope:
        settings = await self._settings.get(plan.guild)
        return CandidateScope(
            settings.scope(adult=True),
            languages=settings.languages,
            leave_out=plan.leave_out,
            server_leaves_out=settings.leave_out,
        )

    async def _candidates_for(
        self,
        among: CandidateScope,
        plan: DigestConfig,
        seen: Mapping[int, int],
        at: datetime,
        limit: int,
        *,
        adult: bool,
    ) -> Sequence[Candidate]:
        """Returns candidates in the order of the choice; if some are not suitable for the channel, or left
        out by a filter, as many others in addition."""
        scope = among.scope
        candidates = await self._candidates(among, plan, seen, at, limit)
        unfit = [candidate for candidate in candidates if candidate.over_18 and not adult]
        left_out = [candidate for candidate in candidates if candidate.left_out and candidate not in unfit]
        if unfit:
            among = replace(among, scope=replace(scope, adult=False), over_18=False)
        if left_out:
            among = replace(among, kept=True)
        if unfit or left_out:
            candidates = [*await self._candidates(among, plan, seen, at, limit), *unfit, *left_out]
        return await self._store.with_stories(scope, candidates)

    async def _candidates(
        self, among: CandidateScope, plan: DigestConfig, seen: Mapping[int, int], at: datetime, limit: int
    ) -> Sequence[Candidate]:
        choice = plan.choice
        match choice.what:
            case "newest":
                return await self._store.newest(among, seen, limit)
            case "on-this-day":
                return await self._store.most_discussed(
                    among, await self._this_day(among.scope, plan, at), limit
                )
            case "most-discussed":
                first = None if choice.days is None else at - timedelta(days=choice.days)
                return await self._store.most_discussed(among, [(first, at)], limit)
            case "search":
                return await self._searched(among, choice, limit)
            case "random":
                return await self._drawn(among, _MAX_SEARCHED if among.kept else choice.count * _DRAWS)
            case column:
                return await self._store.named(among, column, choice.text, limit)

    async def _this_day(
        self, scope: Scope, plan: DigestConfig, at: datetime
    ) -> list[tuple[datetime | None, datetime]]:
        """Returns the periods of the same day in earlier years, in the plan's zone."""
        years = await self._store.time_range(scope)
        if years is None:
            return []
        zone = plan.timing.zone_info()
        today = at.astimezone(zone).date()
        spans: list[tuple[datetime | None, datetime]] = []
        for year in range(years[0].astimezone(zone).year, today.year):
            try:
                start = datetime(year, today.month, today.day, tzinfo=zone)
            except ValueError:  # 29 February
                continue
            # Wall-clock arithmetic: a day can have 23 or 25 hours.
            spans.append((start.astimezone(UTC), (start + timedelta(days=1)).astimezone(UTC)))
        return spans

    async def _searched(
        self, among: CandidateScope, choice: ContentSource, limit: int
    ) -> Sequence[Candidate]:
        limit = _MAX_SEARCHED if among.kept else min(limit, _MAX_SEARCHED)
        page = await self._archive.search(among.scope, choice.text, order="newest", limit=limit)
        # Corrected spellings and partial matches help a person but are noise in a channel.
        hits = () if page.instead is not None else page.hits[: page.full]
        return await self._store.by_id(among, [hit.article for hit in hits])

    async def _drawn(self, among: CandidateScope, draws: int) -> Sequence[Candidate]:
        return await self._store.by_id(among, await self._archive.draw(among.scope, draws))
