"""Explains why articles were posted or left out."""

from __future__ import annotations

from datetime import datetime

from bot.domain.digests import Explanation
from bot.errors import NotFound
from bot.services.digests.digests import DigestService
from bot.services.digests.selection import DigestSelection
from bot.store.state.schedules import ScheduleStore

_MAX_SEARCHED_DELIVERIES = 500
"""The number of deliveries searched for an article."""


class DigestExplanations:
    """Explains the deliveries of all servers."""

    def __init__(self, store: ScheduleStore, selection: DigestSelection, digests: DigestService) -> None:
        self._store = store
        self._selection = selection
        self._digests = digests

    async def guild_of_direct(self, number: int, member: int | None) -> int | None:
        """Returns the server of a delivery that is a direct message to this member; None if it is not."""
        delivery = await self._store.delivery(number)
        direct = delivery is not None and delivery.direct and delivery.channel == member
        return delivery.guild if direct and delivery is not None else None

    async def explain_delivery(self, guild: int, number: int, member: int | None = None) -> Explanation:
        """Explains what a delivery shows and why, even if its schedule was deleted; a direct message only to
        its `member`. Raises NotFound("no-such-delivery")."""
        delivery = await self._digests.delivery(guild, number)
        if delivery.direct and delivery.channel != member:
            raise NotFound("no-such-delivery", delivery=number)
        delivery = await self._store.first_of_slot(delivery) or delivery
        schedule = await self._store.schedule(delivery.schedule, or_deleted=True)
        assert schedule is not None  # noqa: S101 - a delivery refers to it
        return Explanation(schedule, delivery, None, schedule.next_at if schedule.state == "active" else None)

    async def explain(
        self,
        guild: int,
        number: int,
        now: datetime,
        article: int | None = None,
        at: datetime | None = None,
        *,
        adult: bool = False,
    ) -> Explanation:
        """Explains the decision about an article, about the slot nearest to `at`, or about the last slot; and
        what would be decided about the article now. `adult` is as for `preview`."""
        schedule = await self._digests.schedule(guild, number)
        next_at = schedule.next_at if schedule.state == "active" else None
        if article is None:
            quiet = at is not None and schedule.plan.quiet_until(at) is not None
            near = await self._store.nearest_delivery(number, at)
            if at is not None and at > now and (near is None or near.due_at < at):
                return Explanation(schedule, None, None, next_at, to_come=True, quiet=quiet)
            return Explanation(schedule, near, None, next_at, quiet=quiet)
        shown, seen = await self._store.posted_threads(number), await self._store.newest_articles(number)
        decisions, _ = await self._selection.decide(schedule.plan, shown, seen, next_at or now, adult=adult)
        would = next((decision for decision in decisions if decision.article == article), None)
        past = await self._store.deliveries(guild, number, _MAX_SEARCHED_DELIVERIES)
        if at is not None:
            past = tuple(sorted(past, key=lambda delivery: abs(delivery.due_at - at)))
        # Prefer the delivery that picked it: later ones only left it out as already shown.
        named = [
            (delivery, decision)
            for delivery in past
            for decision in delivery.decisions
            if decision.article == article
        ]
        named.sort(key=lambda pair: not (pair[1].picked and pair[0].state == "posted"))
        if named:
            return Explanation(schedule, *named[0], next_at, would)
        return Explanation(schedule, past[0] if past else None, None, next_at, would)
