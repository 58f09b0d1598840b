"""Schedules and their deliveries: a change of state is a claim that only one of several processes wins."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from pathlib import Path

import msgspec

from bot.clock import from_unix, to_unix
from bot.domain.digests import MAX_SCHEDULES, Decision, Delivery, DeliveryState, DigestConfig, Schedule
from bot.domain.loads import Person
from bot.errors import BadInput
from bot.store.sqlite import connection
from bot.store.sqlite.pool import Pool
from bot.store.state.outbox import Outbox
from bot.store.state.schedule_rows import (
    DELIVERY,
    SCHEDULE,
    read_delivery,
    read_schedule,
    to_json,
    without_titles,
)

MAX_DELIVERIES_KEPT_WHOLE = 30
"""The last deliveries of a schedule of which is kept what was not picked, too: at a hundred articles each
they are most of the database."""
MAX_BATCH_DELIVERIES = 200
"""Deliveries of one transaction: some milliseconds."""
_SHORTEN = (
    "UPDATE delivery SET decisions = (SELECT json_group_array(json(value)) FROM json_each(decisions)"
    " WHERE json_extract(value, '$.rule') IN ('picked', 'new-comments'))"
    " WHERE id = (SELECT id FROM delivery WHERE schedule = ? ORDER BY due_at DESC, id DESC LIMIT 1 OFFSET ?)"
)


@dataclass(frozen=True, slots=True)
class SlotClaim:
    """A schedule whose slot has come, the slot after it, and the mark of the delivery to be made; `missed`
    closes it at once, with that reason."""

    schedule: Schedule
    next_at: datetime | None
    nonce: str
    missed: str | None = None


class ScheduleStore(Outbox[Delivery]):
    """Reads and writes the schedules in `data/state.db`."""

    def __init__(self, pool: Pool, reads: Pool) -> None:
        super().__init__(pool, "delivery", DELIVERY, read_delivery, place="channel", reads=reads)

    @classmethod
    def open(cls, data: Path, *, busy_timeout: float = connection.BUSY_TIMEOUT_SECONDS) -> ScheduleStore:
        """Makes or migrates the file if need be. Raises BadInput("not-our-database" | "newer-schema")."""
        kind = connection.STATE
        writer = connection.open_writer(data, kind, busy_timeout=busy_timeout)
        reader = connection.open_reader(data, kind, busy_timeout=busy_timeout)
        return cls(Pool([writer], kind.file), Pool([reader], kind.file))

    async def close(self) -> None:
        """Waits for what runs, then closes the file."""
        await self._reads.close()
        await self._pool.close()

    # Schedules.

    async def add(self, plan: DigestConfig, by: Person, now: datetime, next_at: datetime, draft: str) -> int:
        """Stores a schedule and returns its number; the same draft is stored once. Raises
        BadInput("too-many-schedules")."""

        def job(db: sqlite3.Connection) -> int:
            known = db.execute("SELECT id FROM schedule WHERE draft = ?", (draft,)).fetchone()
            if known is not None:
                return int(known[0])
            (count,) = db.execute(
                "SELECT count(*) FROM schedule WHERE guild = ? AND state <> 'deleted'", (plan.guild,)
            ).fetchone()
            if count >= MAX_SCHEDULES:
                raise BadInput("too-many-schedules", most=MAX_SCHEDULES)
            (number,) = db.execute(
                "INSERT INTO schedule (guild, plan, state, by_id, by_name, made_at, next_at, draft)"
                " VALUES (?, ?, 'active', ?, ?, ?, ?, ?) RETURNING id",
                (plan.guild, to_json(plan), by.id, by.name, to_unix(now), to_unix(next_at), draft),
            ).fetchone()
            return int(number)

        return await self._pool.write(job)

    async def schedule(self, number: int, *, or_deleted: bool = False) -> Schedule | None:
        """One schedule that was not deleted, or that ever was."""
        found = await self._rows(
            f"SELECT {SCHEDULE} FROM schedule WHERE id = ? AND (? OR state <> 'deleted')", number, or_deleted
        )
        return read_schedule(found[0]) if found else None

    async def plan(self, number: int) -> DigestConfig | None:
        """The plan of a schedule, also of one that was deleted."""
        found = await self._rows("SELECT plan FROM schedule WHERE id = ?", number)
        return msgspec.json.decode(found[0][0], type=DigestConfig) if found else None

    async def schedules(self, guild: int | None = None) -> tuple[Schedule, ...]:
        """The schedules of a server, or all, that were not deleted, oldest first."""
        found = await self._rows(
            f"SELECT {SCHEDULE} FROM schedule WHERE state <> 'deleted' AND (? IS NULL OR guild = ?)"
            " ORDER BY id",
            guild,
            guild,
        )
        return tuple(map(read_schedule, found))

    async def edit(self, number: int, old: DigestConfig, new: DigestConfig, next_at: datetime | None) -> bool:
        """Puts a plan in the place of another, with its next slot where that is another one; False if the
        schedule has neither of the two plans any more."""

        def job(db: sqlite3.Connection) -> bool:
            found = db.execute(
                "SELECT plan FROM schedule WHERE id = ? AND state <> 'deleted'", (number,)
            ).fetchone()
            known = None if found is None else msgspec.json.decode(found[0], type=DigestConfig)
            if known == old:
                db.execute(
                    "UPDATE schedule SET plan = ?, next_at = coalesce(?, next_at) WHERE id = ?",
                    (to_json(new), None if next_at is None else to_unix(next_at), number),
                )
            return known in (old, new)

        return await self._pool.write(job)

    async def pause(self, number: int, reason: str | None) -> bool:
        """Pauses an active schedule, with a reason where it pauses itself, of which a moderator is to be
        told; False if it was not active."""
        return await self._changes(
            "UPDATE schedule SET state = 'paused', reason = ?, told = ?"
            " WHERE id = ? AND state = 'active' RETURNING id",
            reason,
            int(reason is None),
            number,
        )

    async def unannounced_pauses(self, limit: int) -> tuple[Schedule, ...]:
        """Schedules that have paused themselves, and of which nobody was told."""
        found = await self._rows(
            f"SELECT {SCHEDULE} FROM schedule WHERE told = 0 AND state = 'paused' ORDER BY id LIMIT ?", limit
        )
        return tuple(map(read_schedule, found))

    async def mark_announced(self, number: int) -> bool:
        """Keeps that somebody was told; False if that was kept before."""
        return await self._changes(
            "UPDATE schedule SET told = 1 WHERE id = ? AND told = 0 RETURNING id", number
        )

    async def resume(self, number: int, next_at: datetime) -> bool:
        """Makes a paused schedule active from a slot on; False if it was not paused."""
        return await self._changes(
            "UPDATE schedule SET state = 'active', reason = NULL, told = 1, next_at = ?"
            " WHERE id = ? AND state = 'paused' RETURNING id",
            to_unix(next_at),
            number,
        )

    async def delete(self, number: int) -> bool:
        """Deletes a schedule; its history stays for operators. False if it was deleted before."""
        return await self._changes(
            "UPDATE schedule SET state = 'deleted', next_at = NULL WHERE id = ? AND state <> 'deleted'"
            " RETURNING id",
            number,
        )

    async def due(self, now: datetime, limit: int) -> tuple[Schedule, ...]:
        """Active schedules whose next slot has come, the longest waiting first."""
        found = await self._rows(
            f"SELECT {SCHEDULE} FROM schedule WHERE state = 'active' AND next_at <= ?"
            " ORDER BY next_at, id LIMIT ?",
            to_unix(now),
            limit,
        )
        return tuple(map(read_schedule, found))

    async def next_wake(self) -> datetime | None:
        """When something is next to be done: a slot comes, or an open delivery may be taken."""
        found = await self._rows(
            "SELECT min(at) FROM (SELECT min(next_at) AS at FROM schedule WHERE state = 'active'"
            " UNION ALL SELECT min(free_at) FROM delivery WHERE state IN ('claimed', 'sending'))"
        )
        earliest: float | None = found[0][0]
        return from_unix(earliest)

    # Deliveries.

    async def claim_slots(self, claims: Sequence[SlotClaim], now: datetime) -> int:
        """Makes the delivery of each schedule's next slot and moves the schedule on to the following one,
        both or neither. Passes over those whose slot another process has claimed, or that have changed;
        returns how many were claimed."""

        def job(db: sqlite3.Connection) -> int:
            return sum(_claim_slot(db, one, now) for one in claims)

        return await self._pool.write(job)

    async def add_requested(self, schedule: Schedule, nonce: str, now: datetime) -> bool:
        """Makes a delivery beside the schedule's slots; False if one was asked for in the same second."""
        return await self._changes(
            "INSERT INTO delivery"
            " (schedule, guild, channel, target, due_at, state, manual, mark, owner, free_at)"
            " VALUES (?, ?, ?, ?, ?, 'claimed', 1, ?, '', ?)"
            " ON CONFLICT (schedule, due_at, manual) DO NOTHING RETURNING id",
            schedule.id,
            *_destination(schedule.plan),
            to_unix(now),
            nonce,
            to_unix(now),
        )

    async def begin_sending(
        self,
        delivery: Delivery,
        owner: str,
        decisions: Sequence[Decision],
        seen: Mapping[int, int],
        lease_expires_at: datetime,
    ) -> bool:
        """Keeps what a claimed delivery is about to send, before it is sent, and holds it until then; False
        if `owner` holds it no more. Of the schedule's older deliveries only what was picked is kept."""

        def job(db: sqlite3.Connection) -> bool:
            won = db.execute(
                "UPDATE delivery SET state = 'sending', decisions = ?, seen = ?, free_at = ?"
                " WHERE id = ? AND owner = ? AND state = 'claimed' RETURNING id",
                (to_json(decisions), json.dumps(dict(seen)), to_unix(lease_expires_at), delivery.id, owner),
            ).fetchone()
            if won is not None:
                db.executemany(
                    "INSERT INTO delivery_article (schedule, article, delivery, comments, same)"
                    " VALUES (?, ?, ?, ?, ?)",
                    [
                        (delivery.schedule, part.article, delivery.id, part.comments, part.same)
                        for part in decisions
                        if part.picked
                    ],
                )
                db.execute(_SHORTEN, (delivery.schedule, MAX_DELIVERIES_KEPT_WHOLE))
            return won is not None

        return await self._pool.write(job)

    async def close_unsent(
        self,
        delivery: Delivery,
        owner: str,
        state: DeliveryState,
        reason: str,
        decisions: Sequence[Decision] | None = None,
    ) -> bool:
        """Closes an open delivery that is not sent; what it would have shown counts as not shown."""

        def job(db: sqlite3.Connection) -> bool:
            if not self._close_unsent(db, delivery, owner, state, reason):
                return False
            if decisions is not None:
                db.execute(
                    "UPDATE delivery SET decisions = ? WHERE id = ?", (to_json(decisions), delivery.id)
                )
            db.execute(
                "DELETE FROM delivery_article WHERE schedule = ? AND delivery = ?",
                (delivery.schedule, delivery.id),
            )
            return True

        return await self._pool.write(job)

    async def erase_titles(self, articles: Collection[int]) -> None:
        """Takes the titles of these articles out of what is kept of deliveries, so many at a time."""

        def job(db: sqlite3.Connection, after: int) -> int | None:
            db.execute("PRAGMA secure_delete = ON")
            found = db.execute(
                "SELECT id, decisions FROM delivery WHERE id > ? ORDER BY id LIMIT ?",
                (after, MAX_BATCH_DELIVERIES),
            ).fetchall()
            for number, text in found:
                if (emptied := without_titles(text, articles)) != text:
                    db.execute("UPDATE delivery SET decisions = ? WHERE id = ?", (emptied, number))
            db.execute("PRAGMA secure_delete = OFF")
            return found[-1][0] if found else None

        after: int | None = 0
        while articles and after is not None:
            after = await self._pool.write(partial(job, after=after))

    async def deliveries(
        self, guild: int | None, schedule: int | None = None, limit: int = 20, offset: int = 0
    ) -> tuple[Delivery, ...]:
        """The last deliveries of a server or of all, of one schedule or of all, newest slot first, but for
        the first `offset` of them."""
        found = await self._rows(
            f"SELECT {DELIVERY} FROM delivery WHERE (? IS NULL OR guild = ?) AND (? IS NULL OR schedule = ?)"
            " ORDER BY due_at DESC, id DESC LIMIT ? OFFSET ?",
            guild,
            guild,
            schedule,
            schedule,
            limit,
            offset,
        )
        return tuple(map(read_delivery, found))

    async def delivery(self, number: int) -> Delivery | None:
        """One delivery."""
        found = await self._rows(f"SELECT {DELIVERY} FROM delivery WHERE id = ?", number)
        return read_delivery(found[0]) if found else None

    async def nearest_delivery(self, schedule: int, at: datetime | None) -> Delivery | None:
        """The delivery of a schedule whose slot is the nearest to a time, or the last one."""
        order = "due_at DESC" if at is None else "abs(due_at - ?)"
        values = () if at is None else (to_unix(at),)
        found = await self._rows(
            f"SELECT {DELIVERY} FROM delivery WHERE schedule = ? ORDER BY {order}, id DESC LIMIT 1",
            schedule,
            *values,
        )
        return read_delivery(found[0]) if found else None

    async def posted_threads(self, schedule: int) -> dict[str, int]:
        """What a schedule has posted or is posting (`Candidate.same`), with the most comments it had then."""
        found = await self._rows(
            "SELECT same, max(comments) FROM delivery_article WHERE schedule = ? GROUP BY same",
            schedule,
        )
        return dict(found)

    async def newest_articles(self, schedule: int) -> dict[int, int]:
        """The newest article of each archive when a schedule last posted; empty if it never did."""
        found = await self._rows(
            "SELECT seen FROM delivery WHERE schedule = ? AND state = 'posted'"
            " ORDER BY due_at DESC, id DESC LIMIT 1",
            schedule,
        )
        return {int(archive): top for archive, top in json.loads(found[0][0]).items()} if found else {}


def _claim_slot(db: sqlite3.Connection, claim: SlotClaim, now: datetime) -> bool:
    of = claim.schedule
    assert of.next_at is not None  # noqa: S101 - a due schedule has a slot
    slot = to_unix(of.next_at)
    won = db.execute(
        "UPDATE schedule SET next_at = ? WHERE id = ? AND next_at = ? AND state = 'active' RETURNING id",
        (None if claim.next_at is None else to_unix(claim.next_at), of.id, slot),
    ).fetchone()
    if won is None:
        return False
    state: DeliveryState = "missed" if claim.missed else "claimed"
    # A schedule that was resumed after a clock was put back can meet a slot again.
    db.execute(
        "INSERT INTO delivery"
        " (schedule, guild, channel, target, due_at, state, mark, owner, free_at, reason)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, '', ?, ?) ON CONFLICT (schedule, due_at, manual) DO NOTHING",
        (of.id, *_destination(of.plan), slot, state, claim.nonce, to_unix(now), claim.missed),
    )
    return True


def _destination(plan: DigestConfig) -> tuple[int, int, str]:
    return plan.guild, plan.channel, plan.target
