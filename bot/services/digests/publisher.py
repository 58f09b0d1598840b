"""Posts the digests that are due, each slot once."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Protocol

from bot.clock import Clock
from bot.domain.digests import Delivery, DeliveryState, DigestPost, Schedule
from bot.domain.posts import ThreadSnapshot
from bot.services.digests.digests import DigestService, following, new_mark
from bot.services.outbox_worker import (
    LEASE,
    MAX_UNDER_WAY,
    Later,
    Once,
    PermanentDeliveryError,
    TransientDeliveryError,
)
from bot.services.posts.posts import UNKNOWN, PostService
from bot.store.state.schedules import SlotClaim

_Composed = tuple[DigestPost, Mapping[int, ThreadSnapshot]]
"""A post, and how its threads stood when it was composed."""

_log = logging.getLogger(__name__)


class DigestSender(Protocol):
    """Discord as the runner sees it. Every method may raise PermanentDeliveryError or
    TransientDeliveryError."""

    async def adult(self, one: Delivery) -> bool:
        """Whether the delivery's channel is for adults only."""

    async def send(self, one: Delivery, post: DigestPost) -> int:
        """Posts it with the delivery's mark, and returns the message's id. Asked again within some minutes
        for the same mark, it posts nothing and returns the first message's."""

    async def find(self, one: Delivery) -> int | None:
        """The message that has the delivery's mark, if it is there."""

    async def tell(self, of: Schedule, reason: str) -> None:
        """Tells a moderator that a schedule paused itself. Asked again within some minutes, it is told
        once."""


class Runner(Once[Delivery, Schedule]):
    """Works through the slots that are due. Several may run on one database, in several processes."""

    def __init__(
        self,
        digests: DigestService,
        posts: PostService,
        poster: DigestSender,
        *,
        clock: Clock,
        later: Later | None = None,
        lease: timedelta = LEASE,
    ) -> None:
        super().__init__(digests.store, clock=clock, later=later, lease=lease)
        self._digests = digests
        self._store = digests.store
        self._posts = posts
        self._poster = poster
        self._composed_posts: dict[int, _Composed] = {}
        self._telling = asyncio.Lock()

    def start(self) -> None:
        self._digests.changed.listen(self.wake)
        super().start()

    async def end(self) -> None:
        self._digests.changed.listen(None)
        await super().end()

    async def step(self) -> None:
        """Claims every slot that has come, and works on every open delivery that nobody holds."""
        await self.work()
        await self._tell()

    async def refill(self, most: int) -> bool:
        """Claims the next slot of so many schedules, those that are due for longest."""
        now = self._clock()
        claims = []
        for of in await self._store.due(now, most):
            claims.append(self._claim(of, now))
            await asyncio.sleep(0)  # the next slot of a cron line takes some milliseconds
        if claims:
            await self._store.claim_slots(claims, now)
        return bool(claims)

    def _claim(self, of: Schedule, now: datetime) -> SlotClaim:
        assert of.next_at is not None  # noqa: S101 - it is due
        earliest = now - of.plan.lateness
        if of.next_at < earliest:
            # One account for all the slots that are too late, however long the bot was away.
            return SlotClaim(of, following(of, earliest), new_mark(), missed="too-late")
        return SlotClaim(of, following(of, of.next_at), new_mark())

    async def next_wake(self) -> datetime | None:
        return await self._store.next_wake()

    async def subject(self, one: Delivery) -> Schedule | None:
        of = await self._store.schedule(one.schedule)
        if of is None or (of.state == "paused" and one.state == "claimed" and not one.manual):
            await self.drop(one, "missed", "paused" if of else "deleted")
            return None
        return of

    def latest(self, of: Schedule, one: Delivery) -> datetime:
        return one.due_at + of.plan.lateness

    def silent_until(self, of: Schedule, one: Delivery) -> datetime | None:
        return None if one.manual else of.plan.quiet_until(self._clock())

    async def find(self, one: Delivery) -> int | None:
        message = await self._poster.find(one)
        if message is not None:
            await self._remember(one, message, dict.fromkeys(one.articles, UNKNOWN))
        return message

    async def compose(self, of: Schedule, one: Delivery) -> Delivery | None:
        decisions, seen = await self._digests.compose(of, one, adult=await self._poster.adult(one))
        if of.plan.skip_empty and not any(part.picked for part in decisions):
            await self._store.close_unsent(one, self._name, "empty", "nothing", decisions)
            return None
        composed = replace(one, state="sending", decisions=decisions)
        # Comment digests take their time; once it is kept that this is sent, it is to be sent at once.
        post = await self._post_of(of, composed)
        until = self._clock() + self._lease
        if not await self._store.begin_sending(one, self._name, decisions, seen, until):
            return None
        self._composed_posts[one.id] = post
        return composed

    async def send(self, of: Schedule, one: Delivery) -> int:
        kept = self._composed_posts.pop(one.id, None)
        post, prints = kept or await self._post_of(of, one)
        message = await self._poster.send(one, post)
        await self._remember(one, message, prints)
        return message

    async def _post_of(self, of: Schedule, one: Delivery) -> _Composed:
        prints = await self._posts.prints(one.guild, one.articles)
        return await self._digests.post(of.plan, one.articles, one.id, one.nonce), prints

    async def _remember(self, one: Delivery, message: int, prints: Mapping[int, ThreadSnapshot]) -> None:
        place = replace(one, message=message).place
        await self._posts.remember(one.guild, place, message, "delivery", str(one.id), prints, self._clock())

    async def drop(self, one: Delivery, state: DeliveryState, reason: str) -> None:
        await self._store.close_unsent(one, self._name, state, reason)

    async def refused(self, of: Schedule, one: Delivery, reason: str) -> None:
        if await self._store.pause(of.id, reason):
            await self._tell()

    async def _tell(self) -> None:
        """Tells of every schedule that has paused itself, also after a process was killed before it could."""
        async with self._telling:
            for of in await self._store.unannounced_pauses(MAX_UNDER_WAY):
                try:
                    await self._poster.tell(of, of.reason or "")
                except TransientDeliveryError as error:
                    _log.warning("nobody could be told of digest %d yet: %s", of.id, error)
                    continue
                except PermanentDeliveryError as refusal:
                    _log.warning("nobody can be told of digest %d: %s", of.id, refusal.reason)
                await self._store.mark_announced(of.id)
