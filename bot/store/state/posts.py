"""Messages that show threads: remembered when they are posted, and claimed when they are to be edited."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any, cast

import msgspec

from bot.clock import from_unix, to_unix
from bot.domain.digests import DeliveryState
from bot.domain.posts import (
    DELETED,
    GONE_RETENTION,
    LEFT,
    LEFT_SERVER_RETENTION,
    PostedMessage,
    PostKind,
    ThreadSnapshot,
)
from bot.store.sqlite import connection
from bot.store.sqlite.pool import Pool
from bot.store.state.outbox import Outbox

_POSTED = (
    "id, guild, place, direct, message, kind, ref, by_id, state, tries, posted_at, due_at, reason,"
    " (SELECT json_group_array(json_array(article, comments, gone, removed))"
    " FROM post_article WHERE post = post.id)"
)
_Part = tuple[int, int, int, int]


class PostStore(Outbox[PostedMessage]):
    """Reads and writes what was posted, in `data/state.db`. A post is `posted`, and open while it is to be
    edited; with the reason `marked` it waits for a moderator's word."""

    def __init__(self, pool: Pool) -> None:
        super().__init__(pool, "post", _POSTED, _posted)

    @classmethod
    def open(cls, data: Path, *, busy_timeout: float = connection.BUSY_TIMEOUT_SECONDS) -> PostStore:
        """Makes or migrates the file if need be. Raises BadInput("not-our-database" | "newer-schema")."""
        return cls(
            Pool(
                [connection.open_writer(data, connection.STATE, busy_timeout=busy_timeout)],
                connection.STATE.file,
            )
        )

    async def close(self) -> None:
        """Waits for what runs, then closes the file."""
        await self._pool.close()

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
        """Keeps what a message shows; one that is known stays as it is."""

        def job(db: sqlite3.Connection) -> None:
            at = to_unix(now)
            row = db.execute(
                "INSERT INTO post (guild, place, direct, message, kind, ref, by_id, state, posted_at, due_at,"
                " free_at) VALUES (?, ?, ?, ?, ?, ?, ?, 'posted', ?, ?, ?)"
                " ON CONFLICT (message) DO NOTHING RETURNING id",
                (guild, where, int(direct), message, kind, ref, by, at, at, at),
            ).fetchone()
            if row is not None:
                db.executemany(
                    "INSERT INTO post_article (post, article, comments, gone) VALUES (?, ?, ?, ?)",
                    [(row[0], article, one.total, one.gone) for article, one in snapshots.items()],
                )

        await self._pool.write(job)

    async def page(self, before: int | None, limit: int) -> tuple[PostedMessage, ...]:
        """Posts that are still there and are not being edited, newest first, those below a number."""
        found = await self._rows(
            f"SELECT {_POSTED} FROM post WHERE state IN ('posted', 'failed') AND (? IS NULL OR id < ?)"
            " ORDER BY id DESC LIMIT ?",
            before,
            before,
            limit,
        )
        return tuple(map(_posted, found))

    async def posted_since(self, guild: int, at: datetime, limit: int) -> tuple[PostedMessage, ...]:
        """What was posted by itself in a server's channels since then and is still there, newest first."""
        found = await self._rows(
            f"SELECT {_POSTED} FROM post WHERE guild = ? AND NOT direct AND kind IN ('delivery', 'notice')"
            " AND state <> 'missed' AND posted_at >= ? ORDER BY id DESC LIMIT ?",
            guild,
            to_unix(at),
            limit,
        )
        return tuple(map(_posted, found))

    async def mark_removed(
        self, post: PostedMessage, removed: Collection[int], now: datetime, *, edit: bool, reason: str
    ) -> bool:
        """Notes which of a post's threads are gone, and that it is to be edited, or waits for a word (`since`
        names why). False if another process is at it."""

        def job(db: sqlite3.Connection) -> bool:
            won = db.execute(
                "UPDATE post SET state = ?, reason = ?, due_at = ?, free_at = ?, tries = 0"
                " WHERE id = ? AND state IN ('posted', 'failed') RETURNING id",
                ("claimed" if edit else "posted", reason, to_unix(now), to_unix(now), post.id),
            ).fetchone()
            if won is not None:
                db.executemany(
                    "UPDATE post_article SET removed = 1 WHERE post = ? AND article = ?",
                    [(post.id, article) for article in removed],
                )
            return won is not None

        return await self._pool.write(job)

    async def count_marked(self, guild: int) -> int:
        """How many posts of a server wait for a moderator's word."""
        found = await self._rows(
            "SELECT count(*) FROM post WHERE guild = ? AND state = 'posted' AND reason = 'marked'", guild
        )
        return int(found[0][0])

    async def request_edits(self, guild: int, now: datetime) -> tuple[int, ...]:
        """Has all of them edited; returns their numbers."""
        found = await self._rows(
            "UPDATE post SET state = 'claimed', due_at = ?, free_at = ?, tries = 0"
            " WHERE guild = ? AND state = 'posted' AND reason = 'marked' RETURNING id",
            to_unix(now),
            to_unix(now),
            guild,
            writing=True,
        )
        return tuple(number for (number,) in found)

    async def pending_edits(self, guild: int) -> tuple[int, ...]:
        """The numbers of a server's posts that are to be edited."""
        found = await self._rows(
            "SELECT id FROM post WHERE guild = ? AND state IN ('claimed', 'sending')", guild
        )
        return tuple(number for (number,) in found)

    async def get_many(self, numbers: Sequence[int]) -> tuple[PostedMessage, ...]:
        """The posts with these numbers."""
        marks = ", ".join("?" * len(numbers))
        return tuple(
            map(_posted, await self._rows(f"SELECT {_POSTED} FROM post WHERE id IN ({marks})", *numbers))
        )

    async def begin_sending(self, post: PostedMessage, owner: str, lease_expires_at: datetime) -> bool:
        """Says that an edit is about to be sent; False if `owner` holds it no more."""
        return await self._changes(
            "UPDATE post SET state = 'sending', free_at = ? WHERE id = ? AND owner = ?"
            " AND state = 'claimed' RETURNING id",
            to_unix(lease_expires_at),
            post.id,
            owner,
        )

    async def update_snapshots(self, post: PostedMessage, snapshots: Mapping[int, ThreadSnapshot]) -> None:
        """Keeps how the threads of an edited post stand now; what is not in it any more goes."""

        def job(db: sqlite3.Connection) -> None:
            db.executemany(
                "UPDATE post_article SET comments = ?, gone = ?, removed = ? WHERE post = ? AND article = ?",
                [
                    (print_.total, print_.gone, int(not print_.there), post.id, article)
                    for article, print_ in snapshots.items()
                ],
            )

        await self._pool.write(job)

    # What is not there any more. What is being edited is left to who edits it, and hears of it.

    async def close_deleted(self, messages: Collection[int], now: datetime) -> None:
        """Closes the posts among messages that were deleted. Most are of others: they cost no write."""
        asked = json.dumps([*messages])
        known = "message IN (SELECT value FROM json_each(?))"
        if await self._rows(f"SELECT 1 FROM post WHERE {known} LIMIT 1", asked):
            await self._close(known, DELETED, now, asked)

    async def close_in_channel(self, guild: int, place: int, now: datetime) -> None:
        """Closes the posts of a channel or thread that was deleted; a forum's post and the thread in which it
        stands have one number."""
        await self._close(
            "guild = ? AND NOT direct AND (place = ? OR message = ?)", DELETED, now, guild, place, place
        )

    async def guilds(self) -> frozenset[int]:
        """The servers in which something was posted."""
        return frozenset(guild for (guild,) in await self._rows("SELECT DISTINCT guild FROM post"))

    async def left_guilds(self) -> frozenset[int]:
        """The servers whose posts are closed as the bot had left."""
        found = await self._rows(
            "SELECT DISTINCT +guild FROM post WHERE state = 'missed' AND reason = ?", LEFT
        )
        return frozenset(guild for (guild,) in found)

    async def close_left(self, guild: int, now: datetime) -> None:
        """Closes the posts in a server's channels, as the bot is not there any more."""
        await self._close("guild = ? AND NOT direct", LEFT, now, guild)

    async def reopen(self, guild: int) -> bool:
        """Takes the posts up again that `left` has closed; False if there were none."""
        return await self._changes(
            "UPDATE post SET state = 'posted', reason ="
            " iif(EXISTS (SELECT 1 FROM post_article WHERE post = post.id AND removed), 'marked', NULL)"
            " WHERE guild = ? AND state = 'missed' AND reason = ? RETURNING id",
            guild,
            LEFT,
        )

    async def prune(self, now: datetime, limit: int) -> int:
        """Forgets so many posts that will not be edited again, the longest gone first; returns how many it
        were."""
        gone, away = to_unix(now - GONE_RETENTION), to_unix(now - LEFT_SERVER_RETENTION)

        def job(db: sqlite3.Connection) -> int:
            found = db.execute(
                "SELECT id FROM post WHERE state = 'missed' AND due_at < ?"
                " AND (reason IS NOT ? OR due_at < ?) ORDER BY due_at LIMIT ?",
                (gone, LEFT, away, limit),
            ).fetchall()
            db.executemany("DELETE FROM post_article WHERE post = ?", found)
            db.executemany("DELETE FROM post WHERE id = ?", found)
            return len(found)

        return await self._pool.write(job)

    async def _close(self, which: str, reason: str, now: datetime, *values: object) -> None:
        await self._rows(
            f"UPDATE post SET state = 'missed', reason = ?, due_at = ?"
            f" WHERE {which} AND state IN ('posted', 'failed')",
            reason,
            to_unix(now),
            *values,
            writing=True,
        )

    async def close_unsent(self, post: PostedMessage, owner: str, state: DeliveryState, reason: str) -> None:
        """Closes an edit that was not made, or, as `missed`, a post that is not there any more."""
        await self._pool.write(lambda db: self._close_unsent(db, post, owner, state, reason))


def _posted(row: Sequence[Any]) -> PostedMessage:
    number, guild, where, direct, message, kind, ref, by, state, tries, posted_at, due_at, reason, parts = row
    found = msgspec.json.decode(parts, type=tuple[_Part, ...])
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
        attempts=tries,
        posted_at=from_unix(posted_at),
        due_at=from_unix(due_at),
        reason=reason,
        prints=tuple(
            (article, ThreadSnapshot(total, gone, not removed)) for article, total, gone, removed in found
        ),
        removed=tuple(article for article, _, _, removed in found if removed),
    )
