"""Follows and their notices: who wants to be told of what, and which load was told to whom."""

from __future__ import annotations

import secrets
import sqlite3
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Any, cast

import msgspec

from bot.clock import from_unix, to_unix
from bot.domain.digests import DeliveryState
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
from bot.store.sqlite import connection
from bot.store.sqlite.pool import Pool
from bot.store.state.outbox import Outbox

_FOLLOW = "id, guild, place, direct, watch, state, reason, by_id, by_name, made_at"
_NOTICE = (
    "id, guild, place, direct, load, due_at, state, mark, tries, message, sent_at, reason, matches, last"
)
# Both are parts of statements about `follow`, `notice` or `noticed`.
_SEES = (
    "(f.guild = :guild OR (:guild IS NULL AND NOT EXISTS"
    " (SELECT 1 FROM settings s WHERE s.guild = f.guild AND NOT s.shared_archive)))"
)


class FollowStore(Outbox[Notice]):
    """Reads and writes the follows in `data/state.db`."""

    def __init__(self, pool: Pool) -> None:
        super().__init__(pool, "notice", _NOTICE, _notice)

    @classmethod
    def open(cls, data: Path, *, busy_timeout: float = connection.BUSY_TIMEOUT_SECONDS) -> FollowStore:
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

    # Follows.

    async def add(
        self, guild: int, where: int, watch: FollowTarget, by: Person, now: datetime, *, direct: bool
    ) -> tuple[Follow, bool]:
        """Stores a follow; the same watch in the same place is stored once. Says whether it is new. Raises
        BadInput("too-many-follows")."""
        text = msgspec.json.encode(watch).decode()

        def job(db: sqlite3.Connection) -> tuple[Follow, bool]:
            known = db.execute(
                f"SELECT {_FOLLOW} FROM follow WHERE guild = ? AND place = ? AND watch = ?"
                " AND state <> 'deleted'",
                (guild, where, text),
            ).fetchone()
            if known is not None:
                return _follow(known), False
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

        return await self._pool.write(job)

    async def get(self, number: int) -> Follow | None:
        """One follow that was not removed."""
        found = await self._rows(f"SELECT {_FOLLOW} FROM follow WHERE id = ? AND state <> 'deleted'", number)
        return _follow(found[0]) if found else None

    async def follows_by_id(self, numbers: Sequence[int]) -> tuple[Follow, ...]:
        """These follows, also those that were removed since."""
        marks = ", ".join("?" * len(numbers))
        found = await self._rows(f"SELECT {_FOLLOW} FROM follow WHERE id IN ({marks}) ORDER BY id", *numbers)
        return tuple(
            _follow((*row[:5], "paused" if row[5] == "deleted" else row[5], *row[6:])) for row in found
        )

    async def get_notice(self, number: int) -> Notice | None:
        """One notice."""
        found = await self._rows(f"SELECT {_NOTICE} FROM notice WHERE id = ?", number)
        return _notice(found[0]) if found else None

    async def follows(self, guild: int, where: int | None = None) -> tuple[Follow, ...]:
        """The follows of a server's channels, or those of one channel or member there, oldest first."""
        found = await self._rows(
            f"SELECT {_FOLLOW} FROM follow WHERE guild = ? AND iif(? IS NULL, NOT direct, place = ?)"
            " AND state <> 'deleted' ORDER BY id",
            guild,
            where,
            where,
        )
        return tuple(map(_follow, found))

    async def all_follows(self, guild: int | None) -> tuple[Follow, ...]:
        """All follows of a server or, without one, of all, oldest first. For the operator, not for askers."""
        found = await self._rows(
            f"SELECT {_FOLLOW} FROM follow WHERE (? IS NULL OR guild = ?) AND state <> 'deleted' ORDER BY id",
            guild,
            guild,
        )
        return tuple(map(_follow, found))

    async def pause(self, number: int, reason: str | None) -> bool:
        """Pauses an active follow; False if it was none."""
        return await self._changes(
            "UPDATE follow SET state = 'paused', reason = ? WHERE id = ? AND state = 'active' RETURNING id",
            reason,
            number,
        )

    async def pause_all(self, guild: int, where: int, reason: str) -> bool:
        """Pauses all follows of one channel or member; False if none was active, so that only one caller
        tells of it."""
        return await self._changes(
            "UPDATE follow SET state = 'paused', reason = ? WHERE guild = ? AND place = ?"
            " AND state = 'active' RETURNING id",
            reason,
            guild,
            where,
        )

    async def resume(self, number: int) -> bool:
        """Makes a paused follow active; False if it was not paused."""
        return await self._changes(
            "UPDATE follow SET state = 'active', reason = NULL WHERE id = ? AND state = 'paused'"
            " RETURNING id",
            number,
        )

    async def remove(self, number: int) -> bool:
        """Removes a follow, and what it was told of."""

        def job(db: sqlite3.Connection) -> bool:
            won = db.execute(
                "UPDATE follow SET state = 'deleted' WHERE id = ? AND state <> 'deleted' RETURNING id",
                (number,),
            ).fetchone()
            db.execute("DELETE FROM followed_article WHERE follow = ?", (number,))
            return won is not None

        return await self._pool.write(job)

    # Loads.

    async def noticed_loads(self) -> dict[int, int]:
        """The loads that were looked at, with what they had brought then."""
        return dict(await self._rows("SELECT load, brought FROM noticed"))

    async def loads_noticed_since(self, at: datetime) -> frozenset[int]:
        """The loads that were noticed since then."""
        found = await self._rows("SELECT load FROM noticed WHERE at >= ?", to_unix(at))
        return frozenset(load for (load,) in found)

    async def add_notices(self, ended: EndedLoad, now: datetime, *, old: bool = False) -> bool:
        """Makes a notice of a load for every channel and member that follows something in its archive, and
        notes that it was looked at, all or nothing; an `old` one was there before anything was noticed.
        False if another process has done so."""

        def job(db: sqlite3.Connection) -> bool:
            won = db.execute(
                "INSERT INTO noticed (load, brought, at) VALUES (?, ?, ?) ON CONFLICT (load) DO UPDATE"
                " SET brought = excluded.brought, at = excluded.at WHERE brought <> excluded.brought"
                " RETURNING load",
                (ended.load, ended.brought, 0 if old else to_unix(now)),
            ).fetchone()
            if won is None:
                return False
            told = db.execute(
                "SELECT DISTINCT f.guild, f.place, f.direct FROM follow f"
                f" WHERE f.state = 'active' AND {_SEES}",
                {"guild": ended.guild},
            ).fetchall()
            at = to_unix(now)
            db.executemany(
                "INSERT INTO notice (guild, place, direct, load, brought, due_at, state, mark, free_at)"
                " VALUES (?, ?, ?, ?, ?, ?, 'claimed', ?, ?)"
                " ON CONFLICT (guild, place, load, brought) DO NOTHING",
                [(*one, ended.load, ended.brought, at, secrets.token_hex(8), at) for one in told],
            )
            return True

        return await self._pool.write(job)

    async def known_articles(self, follow: int) -> frozenset[int]:
        """The threads that a follow was told of."""
        found = await self._rows("SELECT article FROM followed_article WHERE follow = ?", follow)
        return frozenset(article for (article,) in found)

    async def begin_sending(
        self,
        notice: Notice,
        owner: str,
        matches: Sequence[FollowMatch],
        fresh: Sequence[tuple[int, int]],
        lease_expires_at: datetime,
        day: tuple[datetime, datetime, int],
    ) -> Notice | None:
        """Keeps what a claimed notice is about to send, before it is sent, and holds it until then; `fresh`
        are its threads by follow. None if `owner` holds it no more or if, on a `day` from its start to `now`,
        as many were told as may be: then it is closed, and tells nothing."""
        start, now, cap = day

        def job(db: sqlite3.Connection) -> Notice | None:
            (before,) = db.execute(
                "SELECT count(*) FROM notice WHERE place = ? AND guild = ? AND composed_at >= ?"
                " AND state IN ('sending', 'posted')",
                (notice.where, notice.guild, to_unix(start)),
            ).fetchone()
            if before >= cap:
                self._close_unsent(db, notice, owner, "missed", DAILY_CAP)
                return None
            row = db.execute(
                "UPDATE notice SET state = 'sending', matches = ?, last = ?, composed_at = ?, free_at = ?"
                f" WHERE id = ? AND owner = ? AND state = 'claimed' RETURNING {_NOTICE}",
                (
                    msgspec.json.encode(matches).decode(),
                    int(before + 1 == cap),
                    to_unix(now),
                    to_unix(lease_expires_at),
                    notice.id,
                    owner,
                ),
            ).fetchone()
            if row is None:
                return None
            db.executemany(
                "INSERT INTO followed_article (follow, article, notice) VALUES (?, ?, ?)"
                " ON CONFLICT (follow, article) DO NOTHING",
                [(follow, article, notice.id) for follow, article in fresh],
            )
            return _notice(row)

        return await self._pool.write(job)

    async def close_unsent(self, notice: Notice, owner: str, state: DeliveryState, reason: str) -> bool:
        """Closes an open notice that is not sent; what it would have told counts as not told."""

        def job(db: sqlite3.Connection) -> bool:
            if not self._close_unsent(db, notice, owner, state, reason):
                return False
            db.execute("DELETE FROM followed_article WHERE notice = ?", (notice.id,))
            return True

        return await self._pool.write(job)

    async def notices(self, guild: int, where: int, limit: int = 10) -> tuple[Notice, ...]:
        """The last notices of a channel or a member, newest first."""
        found = await self._rows(
            f"SELECT {_NOTICE} FROM notice WHERE guild = ? AND place = ? ORDER BY id DESC LIMIT ?",
            guild,
            where,
            limit,
        )
        return tuple(map(_notice, found))


def _follow(row: Sequence[Any]) -> Follow:
    number, guild, where, direct, watch, state, reason, by_id, by_name, made_at = row
    return Follow(
        id=number,
        guild=guild,
        where=where,
        direct=bool(direct),
        watch=msgspec.json.decode(watch, type=FollowTarget),
        state=cast(FollowState, state),
        reason=reason,
        by=Person(by_id, by_name),
        made_at=from_unix(made_at),
    )


def _notice(row: Sequence[Any]) -> Notice:
    number, guild, where, direct, load, due_at, *rest, parts, last = row
    state, mark, tries, message, sent_at, reason = rest
    return Notice(
        id=number,
        guild=guild,
        where=where,
        direct=bool(direct),
        load=load,
        due_at=from_unix(due_at),
        state=cast(DeliveryState, state),
        nonce=mark,
        attempts=tries,
        message=message,
        sent_at=from_unix(sent_at),
        reason=reason,
        matches=msgspec.json.decode(parts, type=tuple[FollowMatch, ...]),
        last=bool(last),
    )
