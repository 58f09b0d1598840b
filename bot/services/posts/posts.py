"""Finds posts whose threads are undone, erased, or changed by a newer capture, to mark or edit them."""

from __future__ import annotations

import asyncio
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime, timedelta

from bot.domain.posts import ERASURE_GRACE_PERIOD, PostedMessage, PostKind, ThreadSnapshot
from bot.services.change_signal import ChangeSignal
from bot.services.key_value import KeyValueService
from bot.services.posts.retention_time import advance_retention_time
from bot.services.settings import SettingsService
from bot.services.shards.own_shards import OwnShards
from bot.store.corpus.snapshots import SnapshotReader
from bot.store.state.posts import REOPENED_KEY
from bot.store.state.posts import PostStore as Store
from bot.store.state.schedules import ScheduleStore

CHECKED_KEY = "posts-checked"
"""The key of the last event, and the last return to a server, for which all posts were checked."""
PAGE_SIZE = 100
CHECK_INTERVAL = timedelta(seconds=45)
POLL_SECONDS = 0.25
"""Seconds between two checks of the posts being edited."""
PRUNE_INTERVAL = timedelta(days=1)
MAX_PRUNED = 1000
"""At most this many rows of each kind are deleted from the state file in one step, which keeps its write lock
short."""
UNKNOWN_SNAPSHOT = ThreadSnapshot(0, -1)
"""The snapshot of a thread in a message that was found again after a crash: the next event triggers an
edit."""


class PostService:
    """The posts of all servers. `changed` is notified when there may be something to edit."""

    def __init__(
        self,
        store: Store,
        reader: SnapshotReader,
        schedules: ScheduleStore,
        settings: SettingsService,
        key_value: KeyValueService,
        shards: OwnShards,
    ) -> None:
        self._store = store
        self._shards = shards
        self.changed = ChangeSignal()
        self._reader = reader
        self._schedules = schedules
        self._settings = settings
        self._key_value = key_value
        self._seen: tuple[int, str] | None = None

    async def snapshots(
        self, guild: int, articles: Iterable[int], comments: Iterable[int] = ()
    ) -> dict[int, ThreadSnapshot]:
        """Returns the current snapshots of these threads, and of the threads of these comments, to be taken
        before they are shown."""
        scope = await self._settings.scope(guild, adult=True)
        ids = [*articles, *(await self._reader.articles_of_comments(scope, comments))]
        return {
            article: print_
            for article, print_ in (await self._reader.in_scope(scope, ids)).items()
            if print_.there
        }

    async def add(
        self,
        guild: int,
        where: int,
        message: int,
        kind: PostKind,
        ref: str,
        snapshots: Mapping[int, ThreadSnapshot],
        now: datetime,
        *,
        direct: bool = False,
        by: int | None = None,
    ) -> None:
        """Stores what a message shows."""
        if snapshots:
            await self._store.add(guild, where, message, kind, ref, snapshots, now, direct=direct, by=by)

    async def since(self, guild: int, since: datetime, limit: int) -> tuple[PostedMessage, ...]:
        """Returns at most `limit` posts in a server's channels since then, newest first."""
        return await self._store.posted_since(guild, since, limit)

    async def server_left(self, guild: int, now: datetime) -> None:
        """Records that the bot has left a server."""
        await self._store.close_left(guild, now)

    async def messages_deleted(self, messages: Collection[int], now: datetime) -> None:
        """Records that these messages, which need not be posts, were deleted."""
        await self._store.close_deleted(messages, now)

    async def channel_deleted(self, guild: int, channel: int, now: datetime) -> None:
        """Records that a channel or thread was deleted with its messages."""
        await self._store.close_in_channel(guild, channel, now)

    async def servers(self, guilds: Collection[int], now: datetime) -> None:
        """Sets the servers on this process's shards that the bot is in. Posts in its other servers cannot be
        edited until it returns, and are then checked for changes in between."""
        shards = self._shards.current
        for guild in filter(shards.has, (await self._store.guilds()).difference(guilds)):
            await self._store.close_left(guild, now)
        for guild in filter(shards.has, (await self._store.left_guilds()).intersection(guilds)):
            await self._store.reopen(guild)
        self.changed.notify()

    async def check(self, now: datetime) -> None:
        """Checks all posts if a load was undone or has changed something, an author was erased, or the bot
        has returned to a server, since the last check, by any process. Posts that show an erased author, or
        words that have changed since, are to be edited; those that show removed threads are marked. Erased
        headlines are removed from the history of digests."""
        # Before the posts are read: those that are reopened meanwhile wait for the next check.
        seen = await self._reader.data_version(), await self._key_value.get(REOPENED_KEY) or ""
        if seen == self._seen:
            return
        events, last = await self._reader.changes()
        erasing = last is not None and now - last < ERASURE_GRACE_PERIOD
        checked = f"{events} {seen[1]}"
        if erasing or checked != await self._key_value.get(CHECKED_KEY):
            before: int | None = None
            while page := await self._store.page(before, PAGE_SIZE):
                stands = await self._reader.in_all_archives(
                    article for post in page for article, _ in post.snapshots
                )
                for post in page:
                    await self._check(post, stands, now)
                before = page[-1].id
            await self._schedules.erase_titles(await self._reader.articles_without_headline())
            await self._key_value.set(CHECKED_KEY, checked)
        self._seen = seen

    async def _check(self, post: PostedMessage, stands: Mapping[int, ThreadSnapshot], now: datetime) -> None:
        removed = {article for article, _ in post.snapshots if not stands[article].there}
        silent = any(stands[article].gone > was.gone for article, was in post.snapshots if was.there)
        rewritten = any(
            was.there and stands[article].there and was.rewritten not in (None, stands[article].rewritten)
            for article, was in post.snapshots
        )
        less = any(stands[article].total < was.total for article, was in post.snapshots)
        if silent or rewritten:
            reason = "forgotten" if silent else "rewritten"
            await self._store.mark_removed(post, removed, now, edit=True, reason=reason)
        elif removed - set(post.removed) or (less and post.reason != "marked" and not removed):
            await self._store.mark_removed(post, removed, now, edit=False, reason="marked")

    async def marked(self, guild: int, now: datetime) -> int:
        """Returns the number of a server's posts that show undone content and await a moderator's
        decision."""
        await self.check(now)
        return await self._store.count_marked(guild)

    async def edit_marked(self, guild: int, now: datetime) -> tuple[int, ...]:
        """Schedules the marked posts of a server for editing; returns their numbers."""
        numbers = await self._store.request_edits(guild, now)
        self.changed.notify()
        return numbers

    async def author_erased(self, guild: int, now: datetime) -> tuple[int, ...]:
        """Returns the numbers of the server's posts to be edited after an author was erased."""
        self._seen = None
        await self.check(now)
        self.changed.notify()
        return await self._store.pending_edits(guild)

    async def wait_until_edited(
        self, numbers: Sequence[int], within: float = 20.0
    ) -> tuple[PostedMessage, ...]:
        """Returns these posts when none is open any more, or in their state after `within` seconds."""
        posts = await self._store.get_many(numbers)
        for _ in range(round(within / POLL_SECONDS)):
            if not any(post.state in ("claimed", "sending") for post in posts):
                break
            await asyncio.sleep(POLL_SECONDS)
            posts = await self._store.get_many(numbers)
        return posts

    async def current_snapshots(self, post: PostedMessage) -> Mapping[int, ThreadSnapshot]:
        """Returns the current snapshots of a post's threads."""
        return await self._reader.in_all_archives(article for article, _ in post.snapshots)

    async def retention_time(self, now: datetime, *, again: bool) -> datetime:
        """Returns the time by which old rows are deleted, as `advance_retention_time` does."""
        return await advance_retention_time(self._key_value, now, again=again)
