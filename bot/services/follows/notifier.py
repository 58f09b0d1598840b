"""Notifies channels and members of new matches for their follows, in one message for each load."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import suppress
from typing import Protocol

from bot.clock import Clock
from bot.domain.follows import NOTICE_TIMEOUT, Follow, FollowUpdate, Notice
from bot.domain.posts import ThreadSnapshot
from bot.services.follows.follows import FollowService
from bot.services.outbox_worker import (
    Context,
    Lease,
    OutboxStrategy,
    PermanentDeliveryError,
    TransientDeliveryError,
)
from bot.services.posts.posts import UNKNOWN_SNAPSHOT, PostService
from bot.services.shards.own_shards import OwnShards
from bot.store.state.follows import FollowStore

Followers = tuple[Follow, ...]


class NoticeSender(Protocol):
    """The notifier's interface to Discord. Every method may raise PermanentDeliveryError or
    TransientDeliveryError."""

    async def is_age_restricted(self, notice: Notice) -> bool:
        """Whether the notice's channel is age-restricted."""

    async def send(self, notice: Notice, updates: Sequence[FollowUpdate]) -> int:
        """Sends the notice with its nonce and returns the message's id. A repeated call for the same nonce
        within a few minutes sends nothing and returns the first message's id."""

    async def find_sent(self, notice: Notice) -> int | None:
        """Returns the id of the message with the notice's nonce; None if there is none."""

    async def announce_pause(self, notice: Notice, follows: Sequence[Follow], reason: str) -> None:
        """Informs those who can fix the cause that these follows were paused automatically."""


class FollowNotifier(OutboxStrategy[Notice, Followers]):
    """Opens notices for the loads that have ended, and sends them."""

    def __init__(
        self,
        follows: FollowService,
        store: FollowStore,
        posts: PostService,
        sender: NoticeSender,
        clock: Clock,
        shards: OwnShards,
    ) -> None:
        self.shards = shards
        self._follows = follows
        self._store = store
        self._posts = posts
        self._sender = sender
        self._clock = clock

    async def prepare(self) -> None:
        """Opens notices for the loads, of any process, that have ended."""
        await self._follows.make_notices(self._clock())

    async def context(self, notice: Notice, lease: Lease) -> Context[Followers] | None:
        if notice.state == "sending":
            follows = [await self._store.get(match.follow) for match in notice.matches]
            followers = tuple(follow for follow in follows if follow is not None)
        else:
            followers = await self._follows.followers(notice)
            if not followers:
                await self._store.close_unsent(notice, lease.owner, "missed", "unfollowed")
                return None
        return Context(followers, notice.due_at + NOTICE_TIMEOUT)

    async def compose(self, notice: Notice, followers: Followers, lease: Lease) -> Notice | None:
        adult = await self._sender.is_age_restricted(notice)
        matches = await self._follows.matches(notice, followers, adult=adult)
        if not matches:
            await self._store.close_unsent(notice, lease.owner, "empty", "nothing")
            return None
        fresh = [(match.follow, article) for match, articles in matches.items() for article in articles]
        day = await self._follows.day(notice.guild, self._clock())
        return await self._store.begin_sending(
            notice, lease.owner, tuple(matches), fresh, lease.expires_at(), day
        )

    async def find_sent(self, notice: Notice) -> int | None:
        message = await self._sender.find_sent(notice)
        if message is not None:
            await self._remember(notice, message, dict.fromkeys(_articles(notice), UNKNOWN_SNAPSHOT))
        return message

    async def send(self, notice: Notice, followers: Followers) -> int:
        snapshots = await self._posts.snapshots(notice.guild, _articles(notice))
        updates = await self._follows.updates(notice, followers)
        if not updates:
            raise PermanentDeliveryError("unfollowed")
        message = await self._sender.send(notice, updates)
        await self._remember(notice, message, snapshots)
        return message

    async def on_refused(self, notice: Notice, followers: Followers, reason: str) -> None:
        if reason != "unfollowed" and await self._store.pause_all(notice.guild, notice.where, reason):
            with suppress(PermanentDeliveryError, TransientDeliveryError):
                await self._sender.announce_pause(notice, followers, reason)

    async def _remember(self, notice: Notice, message: int, snapshots: Mapping[int, ThreadSnapshot]) -> None:
        await self._posts.add(
            notice.guild,
            notice.where,
            message,
            "notice",
            str(notice.id),
            snapshots,
            self._clock(),
            direct=notice.direct,
        )


def _articles(notice: Notice) -> list[int]:
    return [article for match in notice.matches for article in match.articles]
