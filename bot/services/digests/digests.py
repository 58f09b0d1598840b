"""Scheduled digests: planning, composing and history."""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from itertools import islice

from bot.domain.articles import DELETED, Article, Scope
from bot.domain.audit import AuditAction
from bot.domain.digests import (
    Decision,
    Delivery,
    DigestConfig,
    DigestEntry,
    DigestPost,
    PastRun,
    Schedule,
)
from bot.domain.loads import Person
from bot.domain.post_options import MAX_POST_TAGS
from bot.domain.recurrence import Occurrence
from bot.domain.stories import StoryThread
from bot.errors import BadInput, NotFound
from bot.services.archive import ArchiveService
from bot.services.audit import AuditService
from bot.services.change_signal import ChangeSignal
from bot.services.digests.selection import DigestSelection
from bot.services.settings import SettingsService
from bot.store.state.schedules import ScheduleStore

PREVIEWED_RUNS = 5
"""The number of runs that a preview lists."""
_SUMMARY_SENTENCES = 2


class DigestService:
    """The schedules of all servers. `changed` is notified when something may be due."""

    def __init__(
        self,
        store: ScheduleStore,
        selection: DigestSelection,
        archive: ArchiveService,
        settings: SettingsService,
        audit: AuditService,
    ) -> None:
        self._store = store
        self._audit = audit
        self.changed = ChangeSignal()
        self._selection = selection
        self._archive = archive
        self._settings = settings

    # Planning.

    def runs(self, plan: DigestConfig, now: datetime) -> list[Occurrence]:
        """Returns the next runs of a plan. Raises BadInput("bad-plan" | "never-due" | "always-quiet" |
        "bad-zone" | "bad-day" | "bad-cron" | "cron-too-often")."""
        plan.check()
        if plan.always_quiet():
            raise BadInput("always-quiet")
        runs = list(islice(plan.upcoming(now), PREVIEWED_RUNS))
        if not runs:
            raise BadInput("never-due")
        return runs

    async def preview(self, plan: DigestConfig, now: datetime, *, adult: bool) -> DigestPost:
        """Returns what the plan would post now."""
        decisions, _ = await self._selection.decide(plan, {}, {}, now, adult=adult)
        picked = tuple(decision.article for decision in decisions if decision.picked)
        return await self._post(plan, picked, now)

    async def replay(
        self, plan: DigestConfig, now: datetime, *, adult: bool
    ) -> tuple[tuple[PastRun, ...], int]:
        """See `DigestSelection.replay`."""
        return await self._selection.replay(plan, now, adult=adult)

    async def create(self, plan: DigestConfig, by: Person, now: datetime, draft: str) -> Schedule:
        """Stores a plan; the same draft is stored only once. Raises what `runs` raises, and
        BadInput("too-many-schedules")."""
        first = self.runs(plan, now)[0]
        number = await self._store.add(plan, by, now, first.at, draft)
        self.changed.notify()
        await self._record(plan, "digest-created", number)
        return await self.schedule(plan.guild, number)

    async def edit(
        self, guild: int, number: int, was: DigestConfig, plan: DigestConfig, now: datetime
    ) -> Schedule:
        """Replaces a plan if it still equals `was`. Raises what `runs` raises, NotFound("no-such-schedule"),
        and BadInput("changed-meanwhile")."""
        first = self.runs(plan, now)[0].at
        await self.schedule(guild, number)
        same_times = (was.timing, was.quiet, was.late) == (plan.timing, plan.quiet, plan.late)
        if not await self._store.edit(number, was, plan, None if same_times else first):
            raise BadInput("changed-meanwhile", schedule=number)
        self.changed.notify()
        await self._record(plan, "digest-edited", number)
        return await self.schedule(guild, number)

    async def schedules(self, guild: int | None) -> tuple[Schedule, ...]:
        """Returns the schedules of a server's channels, or of all servers and members, oldest first."""
        return await (self._store.all_schedules() if guild is None else self._store.schedules(guild))

    async def schedules_of(self, guild: int, member: int) -> tuple[Schedule, ...]:
        """Returns the schedules of direct messages to a member of a server, oldest first."""
        return await self._store.schedules(guild, member)

    async def schedule(self, guild: int, number: int) -> Schedule:
        """Returns one schedule of this server. Raises NotFound("no-such-schedule")."""
        schedule = await self._store.schedule(number)
        if schedule is None or schedule.plan.guild != guild:
            raise NotFound("no-such-schedule", schedule=number)
        return schedule

    async def pause(self, guild: int, number: int) -> Schedule:
        """Pauses a schedule; it posts nothing until it is resumed."""
        schedule = await self.schedule(guild, number)
        if await self._store.pause(number, None):
            await self._record(schedule.plan, "digest-paused", number)
        return await self.schedule(guild, number)

    async def resume(self, guild: int, number: int, now: datetime) -> Schedule:
        """Resumes a schedule with its next slot; slots during the pause do not count as missed."""
        schedule = await self.schedule(guild, number)
        if await self._store.resume(number, self.runs(schedule.plan, now)[0].at):
            await self._record(schedule.plan, "digest-resumed", number)
        self.changed.notify()
        return await self.schedule(guild, number)

    async def delete(self, guild: int, number: int) -> Schedule:
        """Deletes a schedule and returns it."""
        schedule = await self.schedule(guild, number)
        await self._store.delete(number)
        await self._record(schedule.plan, "digest-deleted", number)
        return schedule

    async def run_now(self, guild: int, number: int, now: datetime) -> Schedule:
        """Requests a post in addition to the schedule's slots."""
        schedule = await self.schedule(guild, number)
        await self._store.add_requested(schedule, new_nonce(), now)
        self.changed.notify()
        await self._record(schedule.plan, "digest-run", number)
        return schedule

    async def _record(self, plan: DigestConfig, action: AuditAction, number: int) -> None:
        """Records what a moderator did; digests by direct message are their members' own."""
        if not plan.direct:
            await self._audit.record(plan.guild, action, digest=number)

    # Composing.

    async def compose(
        self, schedule: Schedule, delivery: Delivery, *, adult: bool
    ) -> tuple[tuple[Decision, ...], Mapping[int, int]]:
        """Decides what a delivery shows and why; also returns the newest article id of each archive at that
        time."""
        shown, seen = (
            await self._store.posted_threads(schedule.id),
            await self._store.newest_articles(schedule.id),
        )
        return await self._selection.decide(schedule.plan, shown, seen, delivery.due_at, adult=adult)

    async def post(self, plan: DigestConfig, delivery: Delivery) -> DigestPost:
        """Builds the post of a delivery from those of its articles that still exist, in the plan's style."""
        post = await self._post(plan, delivery.articles, delivery.due_at)
        each = delivery.article is not None
        return replace(post, id=delivery.id, nonce=delivery.nonce, part=delivery.part, each=each)

    async def _post(self, plan: DigestConfig, articles: Sequence[int], at: datetime) -> DigestPost:
        scope = await self._settings.scope(plan.guild, adult=True)
        searched = plan.choice.text if plan.choice.what == "search" else ""
        hits = await self._archive.hits_of(scope, searched, articles)
        entries = []
        for article in articles:
            try:
                entry = replace(await self._entry(scope, plan, article), hit=hits.get(article))
                entry = replace(entry, also=await self._others(scope, entry.article))
            except NotFound:  # undone meanwhile
                continue
            if entry.article.title != DELETED:  # erased meanwhile
                entries.append(entry)
        tags = await self._tags(scope, plan, [entry.article for entry in entries])
        return DigestPost(plan, 0, "", tuple(entries), at, each=plan.posts.each, tags=tags)

    async def _others(self, scope: Scope, article: Article) -> tuple[StoryThread, ...]:
        """The other threads of the article's story, and the other reports of the event."""
        _, story = await self._archive.story(scope, article.id)
        return tuple(
            thread
            for thread in story.threads
            if thread.article != article.id and (article.over_18 or not thread.over_18)
        )

    async def _tags(self, scope: Scope, plan: DigestConfig, articles: Sequence[Article]) -> tuple[str, ...]:
        """The names of the tags of a forum post with these articles."""
        if plan.target != "forum":
            return ()
        tags = [plan.tag] if plan.tag else []
        numbers = [article.id for article in articles]
        for rule in plan.posts.tags:
            # Other rules must not wait for a turn to search.
            hits = await self._archive.hits_of(scope, rule.text, numbers) if rule.by == "search" else {}
            if any(rule.matches(article, hit=article.id in hits) for article in articles):
                tags.append(rule.tag)
        return tuple(dict.fromkeys(tags))[:MAX_POST_TAGS]

    async def _entry(self, scope: Scope, plan: DigestConfig, number: int) -> DigestEntry:
        article = await self._archive.article(scope, number)
        # Other threads of the story that are marked as over 18 stay out of posts with an article that is not.
        scope = replace(scope, adult=article.over_18)
        if plan.style == "summaries":
            return DigestEntry(
                article, summary=await self._archive.summary(scope, number, _SUMMARY_SENTENCES)
            )
        if plan.style == "digests" and (await self._archive.story(scope, number))[1].comments:
            return DigestEntry(article, comment_digest=await self._archive.comment_digest(scope, number))
        return DigestEntry(article)

    async def threads(self, plan: DigestConfig, articles: Sequence[int]) -> tuple[int, ...]:
        """These articles and the other threads of their stories, whose words a post of them may show."""
        scope = await self._settings.scope(plan.guild, adult=True)
        threads = dict.fromkeys(articles)
        for article in articles:
            try:
                _, story = await self._archive.story(scope, article)
            except NotFound:  # undone meanwhile
                continue
            threads |= dict.fromkeys(thread.article for thread in story.threads)
        return tuple(threads)

    # History.

    async def history(
        self, guild: int | None, number: int | None, limit: int = 10, offset: int = 0
    ) -> tuple[Delivery, ...]:
        """Returns the last deliveries, newest slot first, from `offset` on. Raises
        NotFound("no-such-schedule")."""
        if guild is not None and number is not None:
            await self.schedule(guild, number)
        return await self._store.deliveries(guild, number, limit, offset)

    async def delivery(self, guild: int, number: int) -> Delivery:
        """Returns one delivery of this server. Raises NotFound("no-such-delivery")."""
        delivery = await self._store.delivery(number)
        if delivery is None or delivery.guild != guild:
            raise NotFound("no-such-delivery", delivery=number)
        return delivery

    async def shown_now(self, number: int) -> tuple[Delivery, DigestPost] | None:
        """Returns a delivery of any server with the remaining content of its post; None if it no longer
        exists."""
        delivery = await self._store.delivery(number)
        plan = None if delivery is None else await self._store.plan(delivery.schedule)
        if delivery is None or plan is None:
            return None
        return delivery, await self.post(plan, delivery)

    async def schedule_of(self, delivery: Delivery) -> Schedule | None:
        """Returns the schedule of a delivery; None if it was deleted."""
        return await self._store.schedule(delivery.schedule)

    async def posted_before(self, delivery: Delivery) -> Delivery | None:
        """Returns the first delivery of the schedule's slot before this one; None if there is none."""
        return await self._store.posted_before(delivery)


def next_occurrence(schedule: Schedule, after: datetime) -> datetime | None:
    """Returns the schedule's first slot after a time; None if it has no further slot."""
    occurrence = next(schedule.plan.upcoming(after), None)
    return None if occurrence is None else occurrence.at


def new_nonce() -> str:
    """Returns a new nonce that identifies a delivery: at most 25 characters, which is Discord's limit."""
    return secrets.token_hex(8)
