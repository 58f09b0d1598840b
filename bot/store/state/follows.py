"""Stores follows and the notices of loads for their channels and members."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from datetime import datetime
from typing import Any, cast

import msgspec

from bot.clock import from_unix, to_unix
from bot.domain.digests import DeliveryState
from bot.domain.exclusions import Exclusions
from bot.domain.follows import (
    DAILY_CAP,
    MAX_FOLLOWS,
    EndedLoad,
    Follow,
    FollowMatch,
    FollowState,
    FollowTarget,
    Notice,
)
from bot.domain.loads import Person
from bot.errors import BadInput
from bot.store.engine import StateConnection
from bot.store.state.outbox import Outbox
from bot.store.state.store import to_json, value

_FOLLOW = "id, guild, place, direct, watch, state, reason, by_id, by_name, made_at, leave_out"
_NOTICE = (
    "id, guild, place, direct, load, due_at, state, mark, tries, message, sent_at, reason, matches, last"
)
_SEES = (
    "(f.guild = :guild OR (:guild IS NULL AND NOT EXISTS"
    " (SELECT 1 FROM settings s WHERE s.guild = f.guild AND s.shared_archive = 0)))"
)


def _follow(row: Sequence[Any]) -> Follow:
    number, guild, where, direct, watch, state, reason, by_id, by_name, made_at, leave_out = row
    return Follow(
        id=number,
        guild=guild,
        where=where,
        direct=bool(direct),
        watch=msgspec.json.decode(watch, type=FollowTarget),
        state=cast(FollowState, "paused" if state == "deleted" else state),
        reason=reason,
        by=Person(by_id, by_name),
        made_at=from_unix(made_at),
        leave_out=msgspec.json.decode(leave_out, type=Exclusions),
    )


def _notice(row: Sequence[Any]) -> Notice:
    number, guild, where, direct, load, due_at, *rest, parts, last = row
    state, nonce, attempts, message, sent_at, reason = rest
    return Notice(
        id=number,
        guild=guild,
        where=where,
        direct=bool(direct),
        load=load,
        due_at=from_unix(due_at),
        state=cast(DeliveryState, state),
        nonce=nonce,
        attempts=attempts,
        message=message,
        sent_at=from_unix(sent_at),
        reason=reason,
        matches=msgspec.json.decode(parts, type=tuple[FollowMatch, ...]),
        last=bool(last),
    )


class FollowStore(Outbox[Notice]):
    """Follows, the loads that were checked for them, and their notices."""

    _table = "notice"
    _columns = _NOTICE
    _row = staticmethod(_notice)

    # Follows.

    async def add(
        self, guild: int, where: int, watch: FollowTarget, by: Person, now: datetime, *, direct: bool
    ) -> tuple[Follow, bool]:
        """Stores a follow and returns it with whether it is new; a target is stored once per place. Raises
        BadInput("too-many-follows")."""
        text = to_json(watch)

        def job(db: StateConnection) -> tuple[Follow, bool]:
            existing = db.execute(
                f"SELECT {_FOLLOW} FROM follow WHERE guild = ? AND place = ? AND watch = ?"
                " AND state <> 'deleted'",
                (guild, where, text),
            ).fetchone()
            if existing is not None:
                return _follow(existing), False
            (count,) = db.execute(
                "SELECT count(*) FROM follow WHERE guild = ? AND place = ? AND state <> 'deleted'",
                (guild, where),
            ).fetchone()
            if count >= MAX_FOLLOWS:
                raise BadInput("too-many-follows", most=MAX_FOLLOWS)
            row = db.execute(
                "INSERT INTO follow (guild, place, direct, watch, state, by_id, by_name, made_at)"
                f" VALUES (?, ?, ?, ?, 'active', ?, ?, ?) RETURNING {_FOLLOW}",
                (guild, where, int(direct), text, by.id, by.name, to_unix(now)),
            ).fetchone()
            return _follow(row), True

        return await self._write(job)

    async def get(self, number: int) -> Follow | None:
        """The follow with this number, or None if it was removed."""
        return await self._read_one(
            _follow, f"SELECT {_FOLLOW} FROM follow WHERE id = ? AND state <> 'deleted'", number
        )

    async def follows_by_id(self, numbers: Sequence[int]) -> tuple[Follow, ...]:
        """These follows; those that were removed since are returned as paused."""
        marks = ", ".join("?" * len(numbers))
        sql = f"SELECT {_FOLLOW} FROM follow WHERE id IN ({marks}) ORDER BY id"
        return await self._read_all(_follow, sql, *numbers)

    async def get_notice(self, number: int) -> Notice | None:
        """The notice with this number, or None."""
        return await self._read_one(_notice, f"SELECT {_NOTICE} FROM notice WHERE id = ?", number)

    async def follows(self, guild: int, where: int | None = None) -> tuple[Follow, ...]:
        """The follows of a server's channels, or of one channel or member there, oldest first."""
        return await self._read_all(
            _follow,
            f"SELECT {_FOLLOW} FROM follow WHERE guild = ?1"
            " AND CASE WHEN ?2 IS NULL THEN direct = 0 ELSE place = ?2 END"
            " AND state <> 'deleted' ORDER BY id",
            guild,
            where,
        )

    async def all_follows(self, guild: int | None) -> tuple[Follow, ...]:
        """All follows of a server, or of all servers for None, oldest first. Only for the operator."""
        return await self._read_all(
            _follow,
            f"SELECT {_FOLLOW} FROM follow WHERE (?1 IS NULL OR guild = ?1)"
            " AND state <> 'deleted' ORDER BY id",
            guild,
        )

    async def leave_out(self, number: int, exclusions: Exclusions) -> bool:
        """Changes what a follow leaves out; False if it was removed."""
        return await self._change(
            "UPDATE follow SET leave_out = ? WHERE id = ? AND state <> 'deleted'", to_json(exclusions), number
        )

    async def pause(self, number: int, reason: str | None) -> bool:
        """Pauses an active follow; False if it was not active."""
        return await self._change(
            "UPDATE follow SET state = 'paused', reason = ? WHERE id = ? AND state = 'active'",
            reason,
            number,
        )

    async def pause_all(self, guild: int, where: int, reason: str) -> bool:
        """Pauses all follows of one channel or member; False if none was active, so that only one caller
        announces it."""
        return await self._change(
            "UPDATE follow SET state = 'paused', reason = ? WHERE guild = ? AND place = ?"
            " AND state = 'active'",
            reason,
            guild,
            where,
        )

    async def resume(self, number: int) -> bool:
        """Makes a paused follow active; False if it was not paused."""
        return await self._change(
            "UPDATE follow SET state = 'active', reason = NULL WHERE id = ? AND state = 'paused'",
            number,
        )

    async def remove(self, number: int) -> bool:
        """Removes a follow and the list of threads it was notified of; False if it was removed before."""

        def job(db: StateConnection) -> bool:
            removed = db.execute(
                "UPDATE follow SET state = 'deleted' WHERE id = ? AND state <> 'deleted'", (number,)
            )
            db.execute("DELETE FROM followed_article WHERE follow = ?", (number,))
            return removed.rowcount > 0

        return await self._write(job)

    # Loads.

    async def noticed_loads(self) -> dict[int, int]:
        """The loads that were checked, and how much each had added by then."""
        return dict(await self._read_all(tuple, "SELECT load, brought FROM noticed"))

    async def loads_noticed_since(self, at: datetime) -> frozenset[int]:
        """The loads that were checked since then."""
        return frozenset(await self._read_all(value, "SELECT load FROM noticed WHERE at >= ?", to_unix(at)))

    async def add_notices(self, ended: EndedLoad, now: datetime, *, old: bool = False) -> bool:
        """Atomically creates a notice of a load for every channel and member that follows something in its
        archive, and records the load as checked; `old` marks loads from before the first notice. False if
        another process has done so."""

        def job(db: StateConnection) -> bool:
            recorded = db.execute(
                "INSERT INTO noticed (load, brought, at) VALUES (?, ?, ?) ON CONFLICT (load) DO UPDATE"
                " SET brought = excluded.brought, at = excluded.at WHERE noticed.brought <> excluded.brought",
                (ended.load, ended.added, 0 if old else to_unix(now)),
            )
            if not recorded.rowcount:
                return False
            followers = db.execute(
                "SELECT DISTINCT f.guild, f.place, f.direct FROM follow f"
                f" WHERE f.state = 'active' AND {_SEES}",
                {"guild": ended.guild},
            ).fetchall()
            at = to_unix(now)
            db.executemany(
                "INSERT INTO notice (guild, place, direct, load, brought, due_at, state, mark, free_at)"
                " VALUES (?, ?, ?, ?, ?, ?, 'claimed', ?, ?)"
                " ON CONFLICT (guild, place, load, brought) DO NOTHING",
                [
                    (*follower, ended.load, ended.added, at, secrets.token_hex(8), at)
                    for follower in followers
                ],
            )
            return True

        return await self._write(job)

    async def known_articles(self, follow: int) -> frozenset[int]:
        """The threads that a follow was notified of."""
        sql = "SELECT article FROM followed_article WHERE follow = ?"
        return frozenset(await self._read_all(value, sql, follow))

    async def begin_sending(
        self,
        notice: Notice,
        owner: str,
        matches: Sequence[FollowMatch],
        fresh: Sequence[tuple[int, int]],
        lease_expires_at: datetime,
        day: tuple[datetime, datetime, int],
    ) -> Notice | None:
        """Stores the content of a claimed notice before it is sent, and renews the lease; `fresh` are its
        threads as (follow, article). `day` is (start of the day, now, maximum of notices). Returns None if
        `owner` no longer holds the lease, or if the place has had the maximum: then the notice is closed."""
        start, now, maximum = day

        def job(db: StateConnection) -> Notice | None:
            (before,) = db.execute(
                "SELECT count(*) FROM notice WHERE place = ? AND guild = ? AND composed_at >= ?"
                " AND state IN ('sending', 'posted')",
                (notice.where, notice.guild, to_unix(start)),
            ).fetchone()
            if before >= maximum:
                self._close_unsent_in(db, notice, owner, "missed", DAILY_CAP)
                return None
            columns = {
                "matches": to_json(matches),
                "last": int(before + 1 == maximum),
                "composed_at": to_unix(now),
            }
            if not self._begin_in(db, notice, owner, lease_expires_at, **columns):
                return None
            db.executemany(
                "INSERT INTO followed_article (follow, article, notice) VALUES (?, ?, ?)"
                " ON CONFLICT (follow, article) DO NOTHING",
                [(follow, article, notice.id) for follow, article in fresh],
            )
            row = db.execute(f"SELECT {_NOTICE} FROM notice WHERE id = ?", (notice.id,)).fetchone()
            return _notice(row)

        return await self._write(job)

    async def close_unsent(self, notice: Notice, owner: str, state: DeliveryState, reason: str) -> bool:
        """Closes an open notice that is not sent; its threads count as not notified."""

        def job(db: StateConnection) -> bool:
            if not self._close_unsent_in(db, notice, owner, state, reason):
                return False
            db.execute("DELETE FROM followed_article WHERE notice = ?", (notice.id,))
            return True

        return await self._write(job)

    async def notices(self, guild: int, where: int, limit: int = 10) -> tuple[Notice, ...]:
        """The last notices of a channel or a member, newest first."""
        return await self._read_all(
            _notice,
            f"SELECT {_NOTICE} FROM notice WHERE guild = ? AND place = ? ORDER BY id DESC LIMIT ?",
            guild,
            where,
            limit,
        )
