"""Scheduled digests: planned, composed, and accounted for."""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from datetime import datetime
from itertools import islice

from bot.domain.articles import DELETED, Scope
from bot.domain.digests import (
    Decision,
    Delivery,
    DigestConfig,
    DigestEntry,
    DigestPost,
    Explanation,
    PastRun,
    Schedule,
)
from bot.domain.loads import Person
from bot.domain.recurrence import Occurrence
from bot.errors import BadInput, NotFound
from bot.services.archive import ArchiveService
from bot.services.change_signal import ChangeSignal
from bot.services.digests.selection import DigestSelection
from bot.services.settings import SettingsService
from bot.store.state.schedules import ScheduleStore

PREVIEWED_RUNS = 5
"""Runs that a preview names."""
_SUMMARY_SENTENCES = 2
_MAX_SEARCHED_DELIVERIES = 500
"""Deliveries among which an article's is looked for."""


class DigestService:
    """The schedules of all servers. `changed` is notified when something may be due."""

    def __init__(
        self,
        store: ScheduleStore,
        selection: DigestSelection,
        archive: ArchiveService,
        settings: SettingsService,
    ) -> None:
        self._store = store
        self.changed = ChangeSignal()
        self._selection = selection
        self._archive = archive
        self._settings = settings

    # Planning.

    def runs(self, plan: DigestConfig, now: datetime) -> list[Occurrence]:
        """The next runs of a plan. Raises BadInput("bad-plan" | "never-due" | "always-quiet" | "bad-zone" |
        "bad-day" | "bad-cron" | "cron-too-often")."""
        plan.check()
        if plan.always_quiet():
            raise BadInput("always-quiet")
        runs = list(islice(plan.upcoming(now), PREVIEWED_RUNS))
        if not runs:
            raise BadInput("never-due")
        return runs

    async def preview(self, plan: DigestConfig, now: datetime, *, adult: bool) -> DigestPost:
        """What the plan would post now."""
        decisions, _ = await self._selection.decide(plan, {}, {}, now, adult=adult)
        return await self.post(plan, tuple(decision.article for decision in decisions if decision.picked))

    async def replay(
        self, plan: DigestConfig, now: datetime, *, adult: bool
    ) -> tuple[tuple[PastRun, ...], int]:
        """See `DigestSelection.replay`."""
        return await self._selection.replay(plan, now, adult=adult)

    async def create(self, plan: DigestConfig, by: Person, now: datetime, draft: str) -> Schedule:
        """Stores a plan; the same draft is stored once. Raises what `runs` raises,
        BadInput("too-many-schedules")."""
        first = self.runs(plan, now)[0]
        number = await self._store.add(plan, by, now, first.at, draft)
        self.changed.notify()
        return await self.schedule(plan.guild, number)

    async def edit(
        self, guild: int, number: int, was: DigestConfig, plan: DigestConfig, now: datetime
    ) -> Schedule:
        """Puts a plan in the place of the one that it was made from. Raises what `runs` raises,
        NotFound("no-such-schedule"), BadInput("changed-meanwhile")."""
        first = self.runs(plan, now)[0].at
        await self.schedule(guild, number)
        same_times = (was.timing, was.quiet, was.late) == (plan.timing, plan.quiet, plan.late)
        if not await self._store.edit(number, was, plan, None if same_times else first):
            raise BadInput("changed-meanwhile", schedule=number)
        self.changed.notify()
        return await self.schedule(guild, number)

    async def schedules(self, guild: int | None) -> tuple[Schedule, ...]:
        """The schedules of a server, or of all servers, oldest first."""
        return await self._store.schedules(guild)

    async def schedule(self, guild: int, number: int) -> Schedule:
        """One schedule of this server. Raises NotFound("no-such-schedule")."""
        schedule = await self._store.schedule(number)
        if schedule is None or schedule.plan.guild != guild:
            raise NotFound("no-such-schedule", schedule=number)
        return schedule

    async def pause(self, guild: int, number: int) -> Schedule:
        """Pauses a schedule; nothing of it is posted until it is resumed."""
        await self.schedule(guild, number)
        await self._store.pause(number, None)
        return await self.schedule(guild, number)

    async def resume(self, guild: int, number: int, now: datetime) -> Schedule:
        """Goes on with the next slot from now on; what came meanwhile was not missed but paused."""
        schedule = await self.schedule(guild, number)
        await self._store.resume(number, self.runs(schedule.plan, now)[0].at)
        self.changed.notify()
        return await self.schedule(guild, number)

    async def delete(self, guild: int, number: int) -> Schedule:
        """Deletes a schedule and returns what it was."""
        schedule = await self.schedule(guild, number)
        await self._store.delete(number)
        return schedule

    async def run_now(self, guild: int, number: int, now: datetime) -> Schedule:
        """Asks for a post beside the schedule's slots."""
        schedule = await self.schedule(guild, number)
        await self._store.add_requested(schedule, new_nonce(), now)
        self.changed.notify()
        return schedule

    # Composing.

    async def compose(
        self, schedule: Schedule, delivery: Delivery, *, adult: bool
    ) -> tuple[tuple[Decision, ...], Mapping[int, int]]:
        """What a delivery shows and why, and the newest article of each archive as it was then."""
        shown, seen = (
            await self._store.posted_threads(schedule.id),
            await self._store.newest_articles(schedule.id),
        )
        return await self._selection.decide(schedule.plan, shown, seen, delivery.due_at, adult=adult)

    async def post(
        self, plan: DigestConfig, articles: Sequence[int], number: int = 0, nonce: str = ""
    ) -> DigestPost:
        """These articles, as far as they are still there, with as much of them as the plan's style wants."""
        scope = await self._settings.scope(plan.guild, adult=True)
        entries = []
        for article in articles:
            try:
                entry = await self._entry(scope, plan, article)
            except NotFound:  # undone since
                continue
            if entry.article.title != DELETED:  # erased since
                entries.append(entry)
        return DigestPost(plan, number, nonce, tuple(entries))

    async def _entry(self, scope: Scope, plan: DigestConfig, number: int) -> DigestEntry:
        article = await self._archive.article(scope, number)
        if plan.style == "summaries":
            return DigestEntry(
                article, summary=await self._archive.summary(scope, number, _SUMMARY_SENTENCES)
            )
        if plan.style == "digests" and article.comment_count:
            return DigestEntry(article, comment_digest=await self._archive.comment_digest(scope, number))
        return DigestEntry(article)

    # Accounts.

    async def history(
        self, guild: int | None, number: int | None, limit: int = 10, offset: int = 0
    ) -> tuple[Delivery, ...]:
        """The last deliveries, newest slot first, from `offset` on. Raises NotFound("no-such-schedule")."""
        if guild is not None and number is not None:
            await self.schedule(guild, number)
        return await self._store.deliveries(guild, number, limit, offset)

    async def delivery(self, guild: int, number: int) -> Delivery:
        """One delivery of this server. Raises NotFound("no-such-delivery")."""
        delivery = await self._store.delivery(number)
        if delivery is None or delivery.guild != guild:
            raise NotFound("no-such-delivery", delivery=number)
        return delivery

    async def shown_now(self, number: int) -> tuple[Delivery, DigestPost] | None:
        """A delivery of any server, and what is left of its post; None where it is not known any more."""
        delivery = await self._store.delivery(number)
        plan = None if delivery is None else await self._store.plan(delivery.schedule)
        if delivery is None or plan is None:
            return None
        return delivery, await self.post(plan, delivery.articles, delivery.id, delivery.nonce)

    async def schedule_of(self, delivery: Delivery) -> Schedule | None:
        """The schedule of a delivery; None where it was deleted."""
        return await self._store.schedule(delivery.schedule)

    async def explain_delivery(self, guild: int, number: int) -> Explanation:
        """What one delivery shows and why, also of a schedule that was deleted. Raises
        NotFound("no-such-delivery")."""
        delivery = await self.delivery(guild, number)
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
        """What became of an article, or of the slot nearest to `at`, or of the last slot; and what would be
        decided of the article now. `adult` is as for `preview`."""
        schedule = await self.schedule(guild, number)
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
        # That it was picked once says more than that it was left out since.
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


def next_occurrence(schedule: Schedule, after: datetime) -> datetime | None:
    """The schedule's first slot after a time; None where it has none any more."""
    occurrence = next(schedule.plan.upcoming(after), None)
    return None if occurrence is None else occurrence.at


def new_nonce() -> str:
    """What tells one delivery from all others: a nonce that Discord takes, at most 25 characters."""
    return secrets.token_hex(8)
