"""Builds the outbox workers, for the client that has the senders."""

from __future__ import annotations

from datetime import timedelta

from bot.clock import Clock, system_clock
from bot.domain.digests import Delivery, Schedule
from bot.domain.follows import Notice
from bot.domain.posts import PostedMessage
from bot.services.digests.digests import DigestService
from bot.services.digests.publisher import DigestPublisher, DigestSender
from bot.services.follows.follows import FollowService
from bot.services.follows.notifier import Followers, FollowNotifier, NoticeSender
from bot.services.outbox_worker import LEASE, Later, OutboxWorker
from bot.services.posts.posts import CHECK_INTERVAL, PostService
from bot.services.posts.redactor import PostEditor, PostRedactor
from bot.services.shards.own_shards import OwnShards
from bot.store.state.follows import FollowStore
from bot.store.state.posts import PostStore
from bot.store.state.schedules import ScheduleStore

MAX_SLEEP = CHECK_INTERVAL.total_seconds()
"""Seconds between checks for ended loads and removed threads: other processes do not announce theirs."""


class OutboxWorkers:
    """Builds one worker for each kind of message. Several can run on one database, in several processes."""

    def __init__(
        self,
        digests: DigestService,
        schedule_store: ScheduleStore,
        follows: FollowService,
        follow_store: FollowStore,
        posts: PostService,
        post_store: PostStore,
        shards: OwnShards,
    ) -> None:
        self._shards = shards
        self._digests = digests
        self._schedule_store = schedule_store
        self._follows = follows
        self._follow_store = follow_store
        self._posts = posts
        self._post_store = post_store

    def digests(
        self,
        sender: DigestSender,
        *,
        clock: Clock = system_clock,
        later: Later | None = None,
        lease: timedelta = LEASE,
    ) -> OutboxWorker[Delivery, Schedule]:
        """Posts scheduled digests."""
        store = self._schedule_store
        publisher = DigestPublisher(self._digests, store, self._posts, sender, clock, self._shards)
        signal = self._digests.changed
        return OutboxWorker(store, publisher, signal, clock=clock, later=later, lease=lease)

    def notices(
        self, sender: NoticeSender, *, clock: Clock = system_clock
    ) -> OutboxWorker[Notice, Followers]:
        """Sends notices of follows."""
        store = self._follow_store
        notifier = FollowNotifier(self._follows, store, self._posts, sender, clock, self._shards)
        signal, shards = self._follows.changed, self._shards
        return OutboxWorker(store, notifier, signal, clock=clock, max_sleep=shards.look_seconds(MAX_SLEEP))

    def edits(self, editor: PostEditor, *, clock: Clock = system_clock) -> OutboxWorker[PostedMessage, None]:
        """Edits posts whose threads were undone or erased."""
        store = self._post_store
        redactor = PostRedactor(self._posts, store, editor, clock, self._shards)
        signal, shards = self._posts.changed, self._shards
        return OutboxWorker(store, redactor, signal, clock=clock, max_sleep=shards.look_seconds(MAX_SLEEP))
