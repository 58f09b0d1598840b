"""Stores messages that show threads, and an outbox of their edits."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any, cast

import msgspec

from bot.clock import from_unix, to_unix
from bot.domain.digests import DeliveryState
from bot.domain.posts import (
    DELETED,
    GONE,
    LEFT,
    PostedMessage,
    PostKind,
    ThreadSnapshot,
)
from bot.store.engine import StateConnection
from bot.store.state import retention
from bot.store.state.key_value import NEXT_VALUE
from bot.store.state.outbox import Outbox
from bot.store.state.store import value

_POSTED = (
    "id, guild, place, direct, message, kind, ref, by_id, state, tries, posted_at, due_at, reason,"
    " (SELECT coalesce(json_group_array(json_array(article, comments, gone, removed, rewritten)), '[]')"
    " FROM post_article WHERE post = post.id)"
)
REOPENED_KEY = "posts-reopened"
"""The key of how often posts were reopened."""
_PostArticle = tuple[int, int, int, int, int | None]


def _posted(row: Sequence[Any]) -> PostedMessage:
    number, guild, where, direct, message, kind, ref, by, *rest = row
    state, attempts, posted_at, due_at, reason, parts = rest
    articles = msgspec.json.decode(parts, type=tuple[_PostArticle, ...])
    return PostedMessage(
        id=number,
        guild=guild,
        where=where,
        direct=bool(direct),
        message=message,
        kind=cast(PostKind, kind),
        ref=ref,
        by=by,
        state=cast(DeliveryState, state),
        attempts=attempts,
        posted_at=from_unix(posted_at),
        due_at=from_unix(due_at),
        reason=reason,
        snapshots=tuple(
            (article, ThreadSnapshot(total, gone, not removed, rewritten))
            for article, total, gone, removed, rewritten in articles
        ),
        removed=tuple(article for article, _, _, removed, _ in articles if removed),
    )


class PostStore(Outbox[PostedMessage]):
    """The posted messages. A post is `posted`, and open while it waits for an edit; with the reason `marked`
    it waits for a moderator's decision."""

    _table = "post"
    _columns = _POSTED
    _row = staticmethod(_posted)

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
        """Stores the content of a message; a known message is not changed."""

        def job(db: StateConnection) -> None:
            at = to_unix(now)
            row = db.execute(
                "INSERT INTO post (guild, place, direct, message, kind, ref, by_id, state, posted_at, due_at,"
                " free_at) VALUES (?, ?, ?, ?, ?, ?, ?, 'posted', ?, ?, ?)"
                " ON CONFLICT (message) DO NOTHING RETURNING id",
                (guild, where, int(direct), message, kind, ref, by, at, at, at),
            ).fetchone()
            if row is not None:
                db.executemany(
                    "INSERT INTO post_article (post, article, comments, gone, rewritten)"
                    " VALUES (?, ?, ?, ?, ?)",
                    [
                        (row[0], article, snapshot.total, snapshot.gone, snapshot.rewritten)
                        for article, snapshot in snapshots.items()
                    ],
                )

        await self._write(job)

    async def page(self, before: int | None, limit: int) -> tuple[PostedMessage, ...]:
        """At most `limit` posts that exist and are not being edited, newest first, with numbers below
        `before`."""
        return await self._read_all(
            _posted,
            f"SELECT {_POSTED} FROM post WHERE state IN ('posted', 'failed') AND (?1 IS NULL OR id < ?1)"
            " ORDER BY id DESC LIMIT ?2",
            before,
            limit,
        )

    async def posted_since(self, guild: int, at: datetime, limit: int) -> tuple[PostedMessage, ...]:
        """At most `limit` existing digests and notices posted in a server's channels since then, newest
        first."""
        return await self._read_all(
            _posted,
            f"SELECT {_POSTED} FROM post WHERE guild = ? AND direct = 0 AND kind IN ('delivery', 'notice')"
            " AND state <> 'missed' AND posted_at >= ? ORDER BY id DESC LIMIT ?",
            guild,
            to_unix(at),
            limit,
        )

    async def mark_removed(
        self, post: PostedMessage, removed: Collection[int], now: datetime, *, edit: bool, reason: str
    ) -> bool:
        """Records which threads of a post no longer exist, and requests its edit or, without `edit`, a
        decision. False if another process is editing it."""

        def job(db: StateConnection) -> bool:
            marked = db.execute(
                "UPDATE post SET state = ?, reason = ?, due_at = ?, free_at = ?, tries = 0"
                " WHERE id = ? AND state IN ('posted', 'failed')",
                ("claimed" if edit else "posted", reason, to_unix(now), to_unix(now), post.id),
            )
            if not marked.rowcount:
                return False
            db.executemany(
                "UPDATE post_article SET removed = 1 WHERE post = ? AND article = ?",
                [(post.id, article) for article in removed],
            )
            return True

        return await self._write(job)

    async def count_marked(self, guild: int) -> int:
        """Number of posts of a server that wait for a moderator's decision."""
        sql = "SELECT count(*) FROM post WHERE guild = ? AND state = 'posted' AND reason = 'marked'"
        [count] = await self._read_all(value, sql, guild)
        return int(count)

    async def request_edits(self, guild: int, now: datetime) -> tuple[int, ...]:
        """Requests the edit of all posts that wait for a decision, and returns their numbers."""
        sql = (
            "UPDATE post SET state = 'claimed', due_at = ?1, free_at = ?1, tries = 0"
            " WHERE guild = ?2 AND state = 'posted' AND reason = 'marked' RETURNING id"
        )
        rows = await self._write(lambda db: db.execute(sql, (to_unix(now), guild)).fetchall())
        return tuple(map(value, rows))

    async def pending_edits(self, guild: int) -> tuple[int, ...]:
        """Numbers of a server's posts that wait for an edit."""
        sql = "SELECT id FROM post WHERE guild = ? AND state IN ('claimed', 'sending')"
        return await self._read_all(value, sql, guild)

    async def get_many(self, numbers: Sequence[int]) -> tuple[PostedMessage, ...]:
        """The posts with these numbers."""
        marks = ", ".join("?" * len(numbers))
        return await self._read_all(_posted, f"SELECT {_POSTED} FROM post WHERE id IN ({marks})", *numbers)

    async def begin_sending(self, post: PostedMessage, owner: str, lease_expires_at: datetime) -> bool:
        """Records that an edit is about to be sent; False if `owner` no longer holds the lease."""
        return await self._write(
            lambda db: self._begin_in(db, post, owner, lease_expires_at), concurrent=True
        )

    async def update_snapshots(self, post: PostedMessage, snapshots: Mapping[int, ThreadSnapshot]) -> None:
        """Stores the current snapshots of an edited post's threads."""
        sql = (
            "UPDATE post_article SET comments = ?, gone = ?, removed = ?, rewritten = ?"
            " WHERE post = ? AND article = ?"
        )
        rows = [
            (snapshot.total, snapshot.gone, int(not snapshot.there), snapshot.rewritten, post.id, article)
            for article, snapshot in snapshots.items()
        ]
        await self._write(lambda db: db.executemany(sql, rows))

    # Deleted posts. A post that is being edited is left to the editing process, which gets the error.

    async def close_deleted(self, messages: Collection[int], now: datetime) -> None:
        """Closes the posts among deleted messages. Most messages are not posts of the bot and cause no
        write."""

        def known(db: StateConnection) -> list[int]:
            sql = f"SELECT message FROM post WHERE message {db.in_list}"
            return [message for (message,) in db.execute(sql, (db.list_value(messages),))]

        if posts := await self._reads.run(known):
            marks = ", ".join("?" * len(posts))
            await self._close(f"message IN ({marks})", DELETED, now, *posts)

    async def close_in_channel(self, guild: int, place: int, now: datetime) -> None:
        """Closes the posts of a deleted channel or thread; a forum post has the same number as its thread."""
        await self._close(
            "guild = ? AND direct = 0 AND (place = ? OR message = ?)", DELETED, now, guild, place, place
        )

    async def guilds(self) -> frozenset[int]:
        """The servers with posts."""
        return frozenset(await self._read_all(value, "SELECT DISTINCT guild FROM post"))

    async def left_guilds(self) -> frozenset[int]:
        """The servers whose posts are closed because the bot left."""
        sql = "SELECT DISTINCT +guild FROM post WHERE state = 'missed' AND reason = ?"
        return frozenset(await self._read_all(value, sql, LEFT))

    async def close_left(self, guild: int, now: datetime) -> None:
        """Closes the posts in the channels of a server that the bot has left."""
        await self._close("guild = ? AND direct = 0", LEFT, now, guild)

    async def reopen(self, guild: int) -> bool:
        """Reopens the posts that `close_left` closed, and counts that under REOPENED_KEY; False if there were
        none."""

        def job(db: StateConnection) -> bool:
            reopened = db.execute(
                "UPDATE post SET state = 'posted', reason = CASE WHEN EXISTS"
                " (SELECT 1 FROM post_article WHERE post = post.id AND removed <> 0) THEN 'marked' END"
                " WHERE guild = ? AND state = 'missed' AND reason = ?",
                (guild, LEFT),
            )
            if reopened.rowcount:
                db.execute(
                    "INSERT INTO fact (name, value) VALUES (?, '1')"
                    f" ON CONFLICT (name) DO UPDATE SET value = {NEXT_VALUE}",
                    (REOPENED_KEY,),
                )
            return reopened.rowcount > 0

        return await self._write(job)

    async def prune(self, now: datetime, limit: int) -> int:
        """See `bot.store.state.retention.prune`."""
        return await self._write(lambda db: retention.prune(db, now, limit))

    async def _close(self, condition: str, reason: str, now: datetime, *values: object) -> None:
        await self._change(
            f"UPDATE post SET state = 'missed', reason = ?, due_at = ?"
            f" WHERE {condition} AND state IN ('posted', 'failed')",
            reason,
            to_unix(now),
            *values,
        )

    async def close_unsent(self, post: PostedMessage, owner: str, state: DeliveryState, reason: str) -> bool:
        """Closes an edit that was not made. A post that no longer exists becomes `missed`, whatever `state`
        is: it is not checked again."""
        return await super().close_unsent(post, owner, "missed" if reason in GONE else state, reason)
