"""Tells channels and members what loads brought for their follows, one message a load."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Protocol

from bot.clock import Clock
from bot.domain.digests import DeliveryState
from bot.domain.follows import NOTICE_TIMEOUT, Follow, FollowUpdate, Notice
from bot.domain.posts import ThreadSnapshot
from bot.services.follows.follows import FollowService
from bot.services.outbox_worker import LEASE, Later, Once, PermanentDeliveryError, TransientDeliveryError
from bot.services.posts.posts import UNKNOWN, PostService

LOOK = timedelta(seconds=45)
"""From one look for ended loads to the next: those of other processes announce themselves to nobody."""


class NoticeSender(Protocol):
    """Discord as the notifier sees it. Every method may raise PermanentDeliveryError or
    TransientDeliveryError."""

    async def adult(self, one: Notice) -> bool:
        """Whether it is told in a channel for adults only."""

    async def send(self, one: Notice, told: Sequence[FollowUpdate]) -> int:
        """Sends it with the notice's mark, and returns the message's id. Asked again within some minutes for
        the same mark, it sends nothing and returns the first message's."""

    async def find(self, one: Notice) -> int | None:
        """The message that has the notice's mark, if it is there."""

    async def tell(self, one: Notice, follows: Sequence[Follow], reason: str) -> None:
        """Tells who can mend it that these follows paused themselves."""


class Notifier(Once[Notice, tuple[Follow, ...]]):
    """Notices ended loads, and works through what is to be told of them. Several may run on one database, in
    several processes."""

    def __init__(
        self,
        follows: FollowService,
        posts: PostService,
        teller: NoticeSender,
        *,
        clock: Clock,
        later: Later | None = None,
        lease: timedelta = LEASE,
    ) -> None:
        super().__init__(follows.store, clock=clock, later=later, lease=lease)
        self._follows = follows
        self._store = follows.store
        self._posts = posts
        self._teller = teller

    def start(self) -> None:
        self._follows.changed.listen(self.wake)
        super().start()

    async def end(self) -> None:
        self._follows.changed.listen(None)
        await super().end()

    async def step(self) -> None:
        """Makes notices of the loads that have ended, and works on every open one that nobody holds."""
        await self._follows.look(self._clock())
        await self.work()

    async def next_wake(self) -> datetime | None:
        free = await self._store.next_lease_expiry()
        soon = self._clock() + LOOK
        return soon if free is None else min(free, soon)

    async def subject(self, one: Notice) -> tuple[Follow, ...] | None:
        if one.state == "sending":
            kept = [await self._store.get(match.follow) for match in one.matches]
            return tuple(of for of in kept if of is not None)
        of = await self._follows.active(one)
        if not of:
            await self.drop(one, "missed", "unfollowed")
        return of or None

    def latest(self, of: tuple[Follow, ...], one: Notice) -> datetime:
        return one.due_at + NOTICE_TIMEOUT

    async def find(self, one: Notice) -> int | None:
        message = await self._teller.find(one)
        if message is not None:
            shown = [article for match in one.matches for article in match.articles]
            await self._remember(one, message, dict.fromkeys(shown, UNKNOWN))
        return message

    async def compose(self, of: tuple[Follow, ...], one: Notice) -> Notice | None:
        found = await self._follows.matches(one, of, adult=await self._teller.adult(one))
        if not found:
            await self.drop(one, "empty", "nothing")
            return None
        fresh = [(match.follow, article) for match, articles in found.items() for article in articles]
        now = self._clock()
        day = await self._follows.day(one.guild, now)
        return await self._store.begin_sending(one, self._name, tuple(found), fresh, now + self._lease, day)

    async def send(self, of: tuple[Follow, ...], one: Notice) -> int:
        shown = [article for match in one.matches for article in match.articles]
        prints = await self._posts.prints(one.guild, shown)
        told = await self._follows.told(one, of)
        if not told:
            raise PermanentDeliveryError("unfollowed")
        message = await self._teller.send(one, told)
        await self._remember(one, message, prints)
        return message

    async def _remember(self, one: Notice, message: int, prints: Mapping[int, ThreadSnapshot]) -> None:
        await self._posts.remember(
            one.guild, one.where, message, "notice", str(one.id), prints, self._clock(), direct=one.direct
        )

    async def drop(self, one: Notice, state: DeliveryState, reason: str) -> None:
        await self._store.close_unsent(one, self._name, state, reason)

    async def refused(self, of: tuple[Follow, ...], one: Notice, reason: str) -> None:
        if reason != "unfollowed" and await self._store.pause_all(one.guild, one.where, reason):
            with suppress(PermanentDeliveryError, TransientDeliveryError):
                await self._teller.tell(one, of, reason)
