"""Reads the deliveries of digests: their history, and what a schedule has posted."""

from __future__ import annotations

import json
from datetime import datetime

from bot.clock import to_unix
from bot.domain.digests import Delivery
from bot.store.state.outbox import Outbox
from bot.store.state.schedule_rows import DELIVERY, POSTED_IN_FULL, read_delivery
from bot.store.state.store import value


class DeliveryStore(Outbox[Delivery]):
    """The outbox of deliveries."""

    _table = "delivery"
    _columns = DELIVERY
    _place = "channel"
    _follows_open = (
        "EXISTS (SELECT 1 FROM delivery AS earlier WHERE earlier.schedule = candidate.schedule"
        " AND earlier.due_at = candidate.due_at AND earlier.manual = candidate.manual"
        " AND earlier.part < candidate.part AND earlier.state IN ('claimed', 'sending'))"
    )
    """The posts of a slot are made in their order."""
    _row = staticmethod(read_delivery)

    async def deliveries(
        self, guild: int | None, schedule: int | None = None, limit: int = 20, offset: int = 0
    ) -> tuple[Delivery, ...]:
        """At most `limit` deliveries of a server or of all servers, of one schedule or of all, newest slot
        first, after the first `offset`; of each slot the first, with its parts."""
        return await self._read_all(
            read_delivery,
            f"SELECT {DELIVERY} FROM delivery WHERE part = 0 AND (?1 IS NULL OR guild = ?1)"
            " AND (?2 IS NULL OR schedule = ?2) ORDER BY due_at DESC, id DESC LIMIT ?3 OFFSET ?4",
            guild,
            schedule,
            limit,
            offset,
        )

    async def delivery(self, number: int) -> Delivery | None:
        """The delivery with this number, or None."""
        return await self._read_one(read_delivery, f"SELECT {DELIVERY} FROM delivery WHERE id = ?", number)

    async def first_of_slot(self, delivery: Delivery) -> Delivery | None:
        """The first delivery of a delivery's slot, which has the decisions."""
        return await self._read_one(
            read_delivery,
            f"SELECT {DELIVERY} FROM delivery WHERE schedule = ? AND due_at = ? AND manual = ? AND part = 0",
            delivery.schedule,
            to_unix(delivery.due_at),
            int(delivery.manual),
        )

    async def posted_before(self, delivery: Delivery) -> Delivery | None:
        """The first delivery of the schedule's last slot that was posted before this one."""
        return await self._read_one(
            read_delivery,
            f"SELECT {DELIVERY} FROM delivery WHERE schedule = ? AND part = 0 AND id < ? AND state = 'posted'"
            " ORDER BY id DESC LIMIT 1",
            delivery.schedule,
            delivery.id,
        )

    async def nearest_delivery(self, schedule: int, at: datetime | None) -> Delivery | None:
        """The first delivery of the schedule's slot that is nearest to a time, or the last one for None."""
        order = "due_at DESC" if at is None else "abs(due_at - ?)"
        values = () if at is None else (to_unix(at),)
        return await self._read_one(
            read_delivery,
            f"SELECT {DELIVERY} FROM delivery WHERE schedule = ? AND part = 0"
            f" ORDER BY {order}, id DESC LIMIT 1",
            schedule,
            *values,
        )

    async def posted_threads(self, schedule: int) -> dict[str, int]:
        """The threads that a schedule has posted or is posting, by `Candidate.same`, with their highest
        number of comments at that time."""
        sql = "SELECT same, max(comments) FROM delivery_article WHERE schedule = ? GROUP BY same"
        return dict(await self._read_all(tuple, sql, schedule))

    async def newest_articles(self, schedule: int) -> dict[int, int]:
        """The newest article of each archive at the schedule's last slot of which everything was posted;
        empty if there is none."""
        seen = await self._read_one(
            value,
            f"SELECT seen FROM delivery AS last WHERE schedule = ? AND {POSTED_IN_FULL}"
            " ORDER BY due_at DESC, id DESC LIMIT 1",
            schedule,
        )
        return {int(archive): newest for archive, newest in json.loads(seen or "{}").items()}
