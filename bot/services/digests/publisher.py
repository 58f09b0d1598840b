"""Posts the digests that are due, each occurrence once."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Protocol

from bot.clock import Clock
from bot.domain.digests import Delivery, DigestPost, Schedule
from bot.domain.posts import ThreadSnapshot
from bot.services.digests.digests import DigestService, new_nonce, next_occurrence
from bot.services.outbox_worker import (
    MAX_UNDER_WAY,
    Context,
    Lease,
    OutboxStrategy,
    PermanentDeliveryError,
    TransientDeliveryError,
)
from bot.services.posts.posts import UNKNOWN_SNAPSHOT, PostService
from bot.services.shards.own_shards import OwnShards
from bot.store.state.schedules import ScheduleStore, SlotClaim

_Composed = tuple[DigestPost, Mapping[int, ThreadSnapshot]]
"""A post, and the snapshots of its threads when it was composed."""

MAX_AHEAD = timedelta(days=1)
"""Schedules whose next slot is this near wait for it, whatever the clock did."""

NOTHING_LEFT = "nothing"
"""The reason of a post for one article that no longer exists."""

_log = logging.getLogger(__name__)


class DigestSender(Protocol):
    """The publisher's interface to Discord. Every method may raise PermanentDeliveryError or
    TransientDeliveryError."""

    async def is_age_restricted(self, delivery: Delivery) -> bool:
        """Whether the delivery's channel is for adults only."""

    async def send(self, delivery: Delivery, post: DigestPost) -> int:
        """Posts with the delivery's nonce and returns the message's id. A repeated call for the same nonce
        within a few minutes posts nothing and returns the first message's id."""

    async def find_sent(self, delivery: Delivery) -> int | None:
        """Returns the id of the message with the delivery's nonce; None if there is none."""

    async def announce_pause(self, schedule: Schedule, reason: str) -> None:
        """Informs a moderator that a schedule was paused automatically. A repeated call within a few minutes
        sends nothing."""


class DigestPublisher(OutboxStrategy[Delivery, Schedule]):
    """Opens a delivery for every occurrence that is due, and posts it."""

    def __init__(
        self,
        digests: DigestService,
        schedules: ScheduleStore,
        posts: PostService,
        sender: DigestSender,
        clock: Clock,
        shards: OwnShards,
    ) -> None:
        self.shards = shards
        self._digests = digests
        self._schedules = schedules
        self._posts = posts
        self._sender = sender
        self._clock = clock
        self._composed: dict[int, _Composed] = {}
        self._announcing = asyncio.Lock()
        self._last_look: datetime | None = None
        self._looked_for = shards.current

    async def prepare(self) -> None:
        """At the start, with other shards, and after the clock was set back, finds schedules whose slots
        passed while the clock was ahead: they would be silent until it is that time again."""
        now, shards = self._clock(), self.shards.current
        if self._last_look is None or now < self._last_look or shards != self._looked_for:
            self._looked_for = shards
            for schedule in await self._schedules.later_than(now + MAX_AHEAD, shards):
                following = next_occurrence(schedule, now)
                if following is not None and schedule.next_at is not None and following < schedule.next_at:
                    await self._schedules.move(schedule, following)
                await asyncio.sleep(0)
        self._last_look = now

    async def claim_due(self, limit: int) -> bool:
        """Opens the next delivery of at most `limit` schedules, the longest due first."""
        now = self._clock()
        claims = []
        for schedule in await self._schedules.due(now, limit, self.shards.current):
            claims.append(self._slot_claim(schedule))
            await asyncio.sleep(0)  # calculating the next occurrence of a cron line takes some milliseconds
        if claims:
            await self._schedules.claim_slots(claims, now)
        return bool(claims)

    def _slot_claim(self, schedule: Schedule) -> SlotClaim:
        assert schedule.next_at is not None  # noqa: S101 - it is due
        earliest = self._clock() - schedule.plan.lateness
        if schedule.next_at < earliest:
            # One delivery covers all occurrences that are too late, however long the bot was offline.
            following = next_occurrence(schedule, earliest)
            return SlotClaim(schedule, following, new_nonce(), missed="too-late")
        return SlotClaim(schedule, next_occurrence(schedule, schedule.next_at), new_nonce())

    async def context(self, delivery: Delivery, lease: Lease) -> Context[Schedule] | None:
        schedule = await self._schedules.schedule(delivery.schedule)
        claimed = delivery.state == "claimed" and not delivery.manual
        if schedule is None or (schedule.state == "paused" and claimed):
            reason = "deleted" if schedule is None else "paused"
            await self._schedules.close_unsent(delivery, lease.owner, "missed", reason)
            return None
        plan = schedule.plan
        quiet_until = None if delivery.manual else plan.quiet_until(self._clock())
        return Context(schedule, delivery.due_at + plan.lateness, quiet_until)

    async def compose(self, delivery: Delivery, schedule: Schedule, lease: Lease) -> Delivery | None:
        if delivery.part:
            return await self._compose_part(delivery, schedule, lease)
        adult = await self._sender.is_age_restricted(delivery)
        decisions, seen = await self._digests.compose(schedule, delivery, adult=adult)
        if schedule.plan.skip_empty and not any(decision.picked for decision in decisions):
            await self._schedules.close_unsent(delivery, lease.owner, "empty", NOTHING_LEFT, decisions)
            return None
        nonces = None
        composed = replace(delivery, state="sending", decisions=decisions)
        if schedule.plan.posts.each and composed.articles:
            # What a killed worker leaves is a row for each post, which the next one sends or finds.
            nonces = [new_nonce() for _ in composed.articles[1:]]
            composed = replace(composed, article=composed.articles[0])
        # Comment digests take time: build them before the delivery is stored as `sending`, so that it is then
        # sent at once.
        post = await self._post(composed, schedule)
        if not await self._schedules.begin_sending(
            delivery, lease.owner, decisions, seen, lease.expires_at(), nonces
        ):
            return None
        self._composed[delivery.id] = post
        return composed

    async def _compose_part(self, delivery: Delivery, schedule: Schedule, lease: Lease) -> Delivery | None:
        """A further post of a slot: the first one has decided what it shows."""
        post = await self._post(delivery, schedule)
        if not post[0].entries:  # undone or erased meanwhile
            await self._schedules.close_unsent(delivery, lease.owner, "empty", NOTHING_LEFT)
            return None
        if not await self._schedules.begin_sending_part(delivery, lease.owner, lease.expires_at()):
            return None
        self._composed[delivery.id] = post
        return replace(delivery, state="sending")

    async def find_sent(self, delivery: Delivery) -> int | None:
        message = await self._sender.find_sent(delivery)
        if message is not None:
            await self._remember(delivery, message, dict.fromkeys(delivery.articles, UNKNOWN_SNAPSHOT))
        return message

    async def send(self, delivery: Delivery, schedule: Schedule) -> int:
        composed = self._composed.pop(delivery.id, None)
        post, snapshots = composed or await self._post(delivery, schedule)
        if delivery.part and not post.entries:  # undone or erased meanwhile
            raise PermanentDeliveryError(NOTHING_LEFT)
        message = await self._sender.send(delivery, post)
        await self._remember(delivery, message, snapshots)
        return message

    async def on_refused(self, delivery: Delivery, schedule: Schedule, reason: str) -> None:
        if reason != NOTHING_LEFT and await self._schedules.pause(schedule.id, reason):
            await self.finish()

    async def finish(self) -> None:
        """Announces every schedule that was paused automatically, including those of a process that was
        killed before it announced them."""
        async with self._announcing:
            for schedule in await self._schedules.unannounced_pauses(MAX_UNDER_WAY, self.shards.current):
                try:
                    await self._sender.announce_pause(schedule, schedule.reason or "")
                except TransientDeliveryError as error:
                    _log.warning("nobody could be told of digest %d yet: %s", schedule.id, error)
                    continue
                except PermanentDeliveryError as error:
                    _log.warning("nobody can be told of digest %d: %s", schedule.id, error.reason)
                await self._schedules.mark_announced(schedule.id)

    async def _post(self, delivery: Delivery, schedule: Schedule) -> _Composed:
        threads = await self._digests.threads(schedule.plan, delivery.articles)
        snapshots = await self._posts.snapshots(delivery.guild, threads)
        post = await self._digests.post(schedule.plan, delivery)
        return post, snapshots

    async def _remember(
        self, delivery: Delivery, message: int, snapshots: Mapping[int, ThreadSnapshot]
    ) -> None:
        channel = replace(delivery, message=message).place
        await self._posts.add(
            delivery.guild,
            channel,
            message,
            "delivery",
            str(delivery.id),
            snapshots,
            self._clock(),
            direct=delivery.direct,
        )
