"""Stores schedules and an outbox of their deliveries: each state change is a claim that only one process
wins."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Self

from bot.clock import to_unix
from bot.domain.digests import (
    MAX_DIRECT_SCHEDULES,
    MAX_SCHEDULES,
    Decision,
    Delivery,
    DeliveryState,
    DigestConfig,
    Schedule,
)
from bot.domain.loads import Person
from bot.domain.shards import ALL, Shards
from bot.errors import BadInput
from bot.store.databases import StateEngine
from bot.store.engine import StateConnection
from bot.store.pool import Pool
from bot.store.state.deliveries import DeliveryStore
from bot.store.state.old_deliveries import shorten_closed, shorten_older
from bot.store.state.schedule_rows import SCHEDULE, read_plan, read_schedule, without_titles
from bot.store.state.shard_filter import on_shards
from bot.store.state.store import read_time, to_json

MAX_BATCH_DELIVERIES = 200
"""Deliveries per transaction, which takes a few milliseconds."""
_OF_MEMBER = (
    "coalesce(CASE WHEN plan ->> 'target' = 'direct' THEN CAST(plan ->> 'channel' AS BIGINT) END, 0)"
    " = coalesce(?, 0)"
)
"""Whether a schedule sends direct messages to a member; for NULL, whether it posts in a channel."""


@dataclass(frozen=True, slots=True)
class SlotClaim:
    """A schedule whose slot is due, the slot after it, and the nonce of the new delivery. A reason in
    `missed` closes the delivery at once."""

    schedule: Schedule
    next_at: datetime | None
    nonce: str
    missed: str | None = None


class ScheduleStore(DeliveryStore):
    """Schedules and their deliveries."""

    @classmethod
    def open(cls, engine: StateEngine, *, busy_timeout: float | None = None) -> Self:
        """Like `StateStore.open`, with a separate connection for reads."""
        writer = engine.open_writer("state", busy_timeout=busy_timeout)
        reader = engine.open_reader("state", busy_timeout=busy_timeout)
        name = engine.name("state")
        return cls(Pool([writer], name), Pool([reader], name))

    # Schedules.

    async def add(self, plan: DigestConfig, by: Person, now: datetime, next_at: datetime, draft: str) -> int:
        """Stores a schedule and returns its number; a draft is stored only once. Raises
        BadInput("too-many-schedules" | "too-many-direct-schedules")."""

        def job(db: StateConnection) -> int:
            known = db.execute("SELECT id FROM schedule WHERE draft = ?", (draft,)).fetchone()
            if known is not None:
                return int(known[0])
            (count,) = db.execute(
                f"SELECT count(*) FROM schedule WHERE guild = ? AND state <> 'deleted' AND {_OF_MEMBER}",
                (plan.guild, plan.channel if plan.direct else None),
            ).fetchone()
            if plan.direct and count >= MAX_DIRECT_SCHEDULES:
                raise BadInput("too-many-direct-schedules", most=MAX_DIRECT_SCHEDULES)
            if count >= MAX_SCHEDULES:
                raise BadInput("too-many-schedules", most=MAX_SCHEDULES)
            (number,) = db.execute(
                "INSERT INTO schedule (guild, plan, state, by_id, by_name, made_at, next_at, draft)"
                " VALUES (?, ?, 'active', ?, ?, ?, ?, ?) RETURNING id",
                (plan.guild, to_json(plan), by.id, by.name, to_unix(now), to_unix(next_at), draft),
            ).fetchone()
            return int(number)

        return await self._write(job)

    async def schedule(self, number: int, *, or_deleted: bool = False) -> Schedule | None:
        """The schedule with this number, or None; a deleted one only with `or_deleted`."""
        return await self._read_one(
            read_schedule,
            f"SELECT {SCHEDULE} FROM schedule WHERE id = ? AND (? <> 0 OR state <> 'deleted')",
            number,
            int(or_deleted),
        )

    async def plan(self, number: int) -> DigestConfig | None:
        """The plan of a schedule, even if it was deleted."""
        return await self._read_one(read_plan, "SELECT plan FROM schedule WHERE id = ?", number)

    async def schedules(self, guild: int, member: int | None = None) -> tuple[Schedule, ...]:
        """The schedules of a server's channels, or those of direct messages to a member there, that were not
        deleted, oldest first."""
        return await self._read_all(
            read_schedule,
            f"SELECT {SCHEDULE} FROM schedule WHERE state <> 'deleted' AND guild = ? AND {_OF_MEMBER}"
            " ORDER BY id",
            guild,
            member,
        )

    async def all_schedules(self) -> tuple[Schedule, ...]:
        """The schedules of all servers and members that were not deleted, oldest first. For the operator."""
        return await self._read_all(
            read_schedule, f"SELECT {SCHEDULE} FROM schedule WHERE state <> 'deleted' ORDER BY id"
        )

    async def edit(self, number: int, old: DigestConfig, new: DigestConfig, next_at: datetime | None) -> bool:
        """Replaces the plan `old` by `new`, and the next slot by `next_at`, if given. False if the schedule
        has neither plan now."""

        def job(db: StateConnection) -> bool:
            row = db.execute(
                "SELECT plan FROM schedule WHERE id = ? AND state <> 'deleted'", (number,)
            ).fetchone()
            current = None if row is None else read_plan(row)
            if current == old:
                db.execute(
                    "UPDATE schedule SET plan = ?, next_at = coalesce(?, next_at) WHERE id = ?",
                    (to_json(new), None if next_at is None else to_unix(next_at), number),
                )
            return current in (old, new)

        return await self._write(job)

    async def pause(self, number: int, reason: str | None) -> bool:
        """Pauses an active schedule. With a `reason` the schedule pauses itself, which must be announced to a
        moderator. False if it was not active."""
        return await self._change(
            "UPDATE schedule SET state = 'paused', reason = ?, told = ? WHERE id = ? AND state = 'active'",
            reason,
            int(reason is None),
            number,
        )

    async def unannounced_pauses(self, limit: int, shards: Shards = ALL) -> tuple[Schedule, ...]:
        """At most `limit` schedules of these shards that paused themselves and were not announced yet."""
        return await self._read_all(
            read_schedule,
            f"SELECT {SCHEDULE} FROM schedule WHERE told = 0 AND state = 'paused'{on_shards(shards)}"
            " ORDER BY id LIMIT ?",
            limit,
        )

    async def mark_announced(self, number: int) -> bool:
        """Records the announcement; False if it was recorded before."""
        return await self._change("UPDATE schedule SET told = 1 WHERE id = ? AND told = 0", number)

    async def resume(self, number: int, next_at: datetime) -> bool:
        """Activates a paused schedule, with its next slot; False if it was not paused."""
        return await self._change(
            "UPDATE schedule SET state = 'active', reason = NULL, told = 1, next_at = ?"
            " WHERE id = ? AND state = 'paused'",
            to_unix(next_at),
            number,
        )

    async def delete(self, number: int) -> bool:
        """Deletes a schedule; operators can still read its history. False if it was deleted before."""
        return await self._change(
            "UPDATE schedule SET state = 'deleted', next_at = NULL WHERE id = ? AND state <> 'deleted'",
            number,
        )

    async def due(self, now: datetime, limit: int, shards: Shards = ALL) -> tuple[Schedule, ...]:
        """At most `limit` active schedules of these shards whose next slot is due, the longest due first."""
        return await self._read_all(
            read_schedule,
            f"SELECT {SCHEDULE} FROM schedule WHERE state = 'active' AND next_at <= ?{on_shards(shards)}"
            " ORDER BY next_at, id LIMIT ?",
            to_unix(now),
            limit,
        )

    async def later_than(self, at: datetime, shards: Shards = ALL) -> tuple[Schedule, ...]:
        """The active schedules of these shards whose next slot is after this time."""
        sql = f"SELECT {SCHEDULE} FROM schedule WHERE state = 'active' AND next_at > ?{on_shards(shards)}"
        return await self._read_all(read_schedule, sql, to_unix(at))

    async def move(self, schedule: Schedule, next_at: datetime) -> bool:
        """Moves the next slot of an active schedule; False if that has changed."""
        return await self._change(
            "UPDATE schedule SET next_at = ?1 WHERE id = ?2 AND state = 'active' AND next_at = ?3",
            to_unix(next_at),
            schedule.id,
            schedule.next_at and to_unix(schedule.next_at),
        )

    async def next_wake(self, shards: Shards = ALL) -> datetime | None:
        """The time of the next slot of these shards, or at which an open delivery can next be claimed; None
        if there is neither."""
        return await self._read_one(
            read_time,
            "SELECT min(at) FROM (SELECT min(next_at) AS at FROM schedule WHERE state = 'active'"
            f"{on_shards(shards)} UNION ALL {self._next_free(shards)}) AS wakes",
        )

    # Deliveries.

    async def claim_slots(self, claims: Sequence[SlotClaim], now: datetime) -> int:
        """Creates the delivery of each schedule's next slot and advances the schedule to the following slot,
        atomically. Skips schedules that have changed, or whose slot another process has claimed. Returns the
        number of claimed slots."""

        def job(db: StateConnection) -> int:
            # In one order, so that of two processes none waits for the other's second.
            ordered = sorted(claims, key=lambda claim: claim.schedule.id)
            return sum(_claim_slot(db, claim, now) for claim in ordered)

        return await self._write(job, concurrent=True)

    async def add_requested(self, schedule: Schedule, nonce: str, now: datetime) -> bool:
        """Creates a delivery outside the schedule's slots; False if another one was requested in the same
        second."""

        def job(db: StateConnection) -> bool:
            added = db.execute(
                "INSERT INTO delivery"
                " (schedule, guild, channel, target, due_at, state, manual, mark, owner, free_at)"
                " VALUES (?, ?, ?, ?, ?, 'claimed', 1, ?, '', ?)"
                " ON CONFLICT (schedule, due_at, manual, part) DO NOTHING",
                (schedule.id, *_destination(schedule.plan), to_unix(now), nonce, to_unix(now)),
            )
            shorten_older(db, schedule.id)
            return added.rowcount > 0

        return await self._write(job)

    async def begin_sending(
        self,
        delivery: Delivery,
        owner: str,
        decisions: Sequence[Decision],
        seen: Mapping[int, int],
        lease_expires_at: datetime,
        nonces: Sequence[str] | None = None,
    ) -> bool:
        """Stores the content of a claimed delivery before it is sent, and renews the lease; False if `owner`
        no longer holds it. With `nonces`, the delivery shows the first picked article only, and each of the
        others gets a delivery of its own with one of them, to be claimed after it."""

        def job(db: StateConnection) -> bool:
            picked = [decision for decision in decisions if decision.picked]
            columns = {"decisions": to_json(decisions), "seen": json.dumps(dict(seen))}
            first = picked[0].article if picked and nonces is not None else None
            if not self._begin_in(db, delivery, owner, lease_expires_at, **columns, article=first):
                return False
            posts = [delivery.id] * len(picked)
            for number, nonce in enumerate(nonces or (), 1):
                posts[number] = _add_part(db, delivery.id, number, nonce, picked[number].article)
            db.executemany(
                "INSERT INTO delivery_article (schedule, article, delivery, comments, same)"
                " VALUES (?, ?, ?, ?, ?)",
                [
                    (delivery.schedule, decision.article, post, decision.comments, decision.same)
                    for post, decision in zip(posts, picked, strict=True)
                ],
            )
            return True

        return await self._write(job, concurrent=True)

    async def begin_sending_part(self, delivery: Delivery, owner: str, lease_expires_at: datetime) -> bool:
        """Like `begin_sending`, for a delivery whose content was stored with the first of its slot."""
        return await self._write(
            lambda db: self._begin_in(db, delivery, owner, lease_expires_at), concurrent=True
        )

    async def mark_posted(self, row: Delivery, owner: str, message: int, now: datetime) -> bool:
        """Closes a delivery whose message was sent."""

        def job(db: StateConnection) -> bool:
            posted = self._mark_posted_in(db, row, owner, message, now)
            if posted:
                shorten_closed(db, row.id)
            return posted

        return await self._write(job, concurrent=True)

    async def close_unsent(
        self,
        delivery: Delivery,
        owner: str,
        state: DeliveryState,
        reason: str,
        decisions: Sequence[Decision] | None = None,
    ) -> bool:
        """Closes an open delivery that is not sent; its articles count as not posted."""

        def job(db: StateConnection) -> bool:
            if not self._close_unsent_in(db, delivery, owner, state, reason):
                return False
            if decisions is not None:
                db.execute(
                    "UPDATE delivery SET decisions = ? WHERE id = ?", (to_json(decisions), delivery.id)
                )
            db.execute(
                "DELETE FROM delivery_article WHERE schedule = ? AND delivery = ?",
                (delivery.schedule, delivery.id),
            )
            shorten_closed(db, delivery.id)
            return True

        return await self._write(job)

    async def erase_titles(self, articles: Collection[int]) -> None:
        """Removes the titles of these articles from all deliveries, MAX_BATCH_DELIVERIES at a time."""

        def job(db: StateConnection, after: int) -> int | None:
            rows = db.execute(
                "SELECT id, decisions FROM delivery WHERE id > ? ORDER BY id LIMIT ?",
                (after, MAX_BATCH_DELIVERIES),
            ).fetchall()
            for number, decisions in rows:
                if (erased := without_titles(decisions, articles)) != decisions:
                    db.execute("UPDATE delivery SET decisions = ? WHERE id = ?", (erased, number))
            return rows[-1][0] if rows else None

        after: int | None = 0
        while articles and after is not None:
            after = await self._write(partial(job, after=after))
        if articles:
            await self._pool.truncate_log()


def _claim_slot(db: StateConnection, claim: SlotClaim, now: datetime) -> bool:
    schedule = claim.schedule
    assert schedule.next_at is not None  # noqa: S101 - a due schedule has a slot
    slot = to_unix(schedule.next_at)
    moved = db.execute(
        "UPDATE schedule SET next_at = ? WHERE id = ? AND next_at = ? AND state = 'active'",
        (None if claim.next_at is None else to_unix(claim.next_at), schedule.id, slot),
    )
    if not moved.rowcount:
        return False
    state: DeliveryState = "missed" if claim.missed else "claimed"
    # A schedule that was resumed after the clock was set back can reach a slot again.
    db.execute(
        "INSERT INTO delivery"
        " (schedule, guild, channel, target, due_at, state, mark, owner, free_at, reason)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, '', ?, ?) ON CONFLICT (schedule, due_at, manual, part) DO NOTHING",
        (schedule.id, *_destination(schedule.plan), slot, state, claim.nonce, to_unix(now), claim.missed),
    )
    shorten_older(db, schedule.id)
    return True


def _add_part(db: StateConnection, first: int, part: int, nonce: str, article: int) -> int:
    """Adds a further delivery of a slot, claimed by nobody yet, and returns its id."""
    (number,) = db.execute(
        "INSERT INTO delivery (schedule, guild, channel, target, due_at, manual, state, mark, owner, free_at,"
        " part, article) SELECT schedule, guild, channel, target, due_at, manual, 'claimed', ?, '', due_at,"
        " ?, ? FROM delivery WHERE id = ? RETURNING id",
        (nonce, part, article, first),
    ).fetchone()
    return int(number)


def _destination(plan: DigestConfig) -> tuple[int, int, str]:
    return plan.guild, plan.channel, plan.target
