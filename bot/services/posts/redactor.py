"""Edits posts whose threads were undone, erased or changed, until each edit succeeds or fails permanently."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from datetime import datetime
from typing import Protocol

from bot.clock import Clock
from bot.domain.posts import EDIT_TIMEOUT, GONE, PostedMessage
from bot.services.outbox_worker import (
    Context,
    Lease,
    OutboxStrategy,
    PermanentDeliveryError,
    TransientDeliveryError,
)
from bot.services.posts.posts import CHECK_INTERVAL, MAX_PRUNED, PRUNE_INTERVAL, PostService
from bot.services.shards.own_shards import OwnShards
from bot.store.state.posts import PostStore


class PostEditor(Protocol):
    """The redactor's interface to Discord. Every method may raise PermanentDeliveryError or
    TransientDeliveryError."""

    async def edit(self, post: PostedMessage) -> bool:
        """Edits the message to show what still exists; returns False if nothing does and the message was
        deleted."""

    async def announce_failure(self, post: PostedMessage, reason: str) -> None:
        """Informs moderators that a message could not be edited."""


class PostRedactor(OutboxStrategy[PostedMessage, None]):
    """Marks the posts whose threads were undone, erased or changed, and edits them. Edits are idempotent, so
    earlier ones are not searched for."""

    def __init__(
        self, posts: PostService, store: PostStore, editor: PostEditor, clock: Clock, shards: OwnShards
    ) -> None:
        self.shards = shards
        self._posts = posts
        self._store = store
        self._editor = editor
        self._clock = clock
        self._prune_at: datetime | None = None
        self._more = False

    async def prepare(self) -> None:
        """Checks the posts of all servers if something was undone or erased, by any process."""
        if self.shards.has_first:
            await self._posts.check(self._clock())

    async def context(self, post: PostedMessage, lease: Lease) -> Context[None]:
        return Context(None, post.due_at + EDIT_TIMEOUT)

    async def compose(self, post: PostedMessage, subject: None, lease: Lease) -> PostedMessage | None:
        held = await self._store.begin_sending(post, lease.owner, lease.expires_at())
        return replace(post, state="sending") if held else None

    async def find_sent(self, post: PostedMessage) -> int | None:
        return None

    async def send(self, post: PostedMessage, subject: None) -> int:
        snapshots = await self._posts.current_snapshots(post)
        if not await self._editor.edit(post):
            raise PermanentDeliveryError("nothing-left")
        await self._store.update_snapshots(post, snapshots)
        return post.message

    async def on_refused(self, post: PostedMessage, subject: None, reason: str) -> None:
        if reason not in GONE:
            with suppress(PermanentDeliveryError, TransientDeliveryError):
                await self._editor.announce_failure(post, reason)

    async def finish(self) -> None:
        """Once a day, deletes what is old from the state file."""
        if not self.shards.has_first:
            return
        now = self._clock()
        # A clock that was set back does not postpone it for as long as it had been ahead.
        if self._prune_at is not None and now < self._prune_at <= now + PRUNE_INTERVAL:
            return
        retention_time = await self._posts.retention_time(now, again=self._more)
        self._more = await self._store.prune(retention_time, MAX_PRUNED) == MAX_PRUNED
        self._prune_at = now + (CHECK_INTERVAL if self._more else PRUNE_INTERVAL)
