"""Edits the posts whose threads were undone or erased, each until it is done or given up."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Protocol

from bot.clock import Clock
from bot.domain.digests import DeliveryState
from bot.domain.posts import EDIT_TIMEOUT, PostedMessage
from bot.services.outbox_worker import LEASE, Later, Once, PermanentDeliveryError, TransientDeliveryError
from bot.services.posts.posts import GONE, LOOK, MOST_PRUNED, PRUNED, PostService


class PostEditor(Protocol):
    """Discord as the redactor sees it. Every method may raise PermanentDeliveryError or
    TransientDeliveryError."""

    async def edit(self, one: PostedMessage) -> bool:
        """Makes the message show what is still there; False where nothing is, and it was deleted."""

    async def tell(self, one: PostedMessage, reason: str) -> None:
        """Tells moderators of a message that could not be edited."""


class Redactor(Once[PostedMessage, PostedMessage]):
    """Looks for what was taken back and forgotten, and works through the posts that are to be edited. Several
    may run on one database, in several processes: an edit that is made twice does no harm."""

    def __init__(
        self,
        posts: PostService,
        editor: PostEditor,
        *,
        clock: Clock,
        later: Later | None = None,
        lease: timedelta = LEASE,
    ) -> None:
        super().__init__(posts.store, clock=clock, later=later, lease=lease)
        self._posts = posts
        self._store = posts.store
        self._editor = editor
        self._prune_at: datetime | None = None

    def start(self) -> None:
        self._posts.changed.listen(self.wake)
        super().start()

    async def end(self) -> None:
        self._posts.changed.listen(None)
        await super().end()

    async def step(self) -> None:
        """Looks at what was posted if there is a reason, and works on every open edit that nobody holds;
        once a day forgets posts that are gone for good."""
        now = self._clock()
        await self._posts.look(now)
        await self.work()
        if self._prune_at is None or now >= self._prune_at:
            more = await self._store.prune(now, MOST_PRUNED) == MOST_PRUNED
            self._prune_at = now + (LOOK if more else PRUNED)

    async def next_wake(self) -> datetime | None:
        free = await self._store.next_lease_expiry()
        soon = self._clock() + LOOK
        return soon if free is None else min(free, soon)

    async def subject(self, one: PostedMessage) -> PostedMessage | None:
        return one

    def latest(self, of: PostedMessage, one: PostedMessage) -> datetime:
        return one.due_at + EDIT_TIMEOUT

    async def find(self, one: PostedMessage) -> int | None:
        return None

    async def compose(self, of: PostedMessage, one: PostedMessage) -> PostedMessage | None:
        held = await self._store.begin_sending(one, self._name, self._clock() + self._lease)
        return replace(one, state="sending") if held else None

    async def send(self, of: PostedMessage, one: PostedMessage) -> int:
        stands = await self._posts.refresh(one)
        if not await self._editor.edit(one):
            raise PermanentDeliveryError("nothing-left")
        await self._store.update_snapshots(one, stands)
        return one.message

    async def drop(self, one: PostedMessage, state: DeliveryState, reason: str) -> None:
        # What is not there any more need not be looked at again.
        await self._store.close_unsent(one, self._name, "missed" if reason in GONE else state, reason)

    async def refused(self, of: PostedMessage, one: PostedMessage, reason: str) -> None:
        if reason not in GONE:
            with suppress(PermanentDeliveryError, TransientDeliveryError):
                await self._editor.tell(one, reason)
