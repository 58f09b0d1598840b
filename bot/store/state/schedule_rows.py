"""How schedules and deliveries and their rows turn into each other."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace
from typing import Any, cast

import msgspec

from bot.clock import from_unix
from bot.domain.articles import DELETED
from bot.domain.digests import (
    Decision,
    Delivery,
    DeliveryState,
    DeliveryTarget,
    DigestConfig,
    Schedule,
    ScheduleState,
)
from bot.domain.loads import Person

SCHEDULE = "id, plan, state, reason, by_id, by_name, made_at, next_at"
DELIVERY = (
    "id, schedule, guild, channel, target, due_at, state, manual, mark, tries, message, sent_at, reason,"
    " decisions, (SELECT count(*) FROM post JOIN post_article ON post = post.id"
    " WHERE kind = 'delivery' AND ref = CAST(delivery.id AS TEXT) AND removed),"
    " (SELECT iif(state IN ('claimed', 'sending'), 'waiting',"
    " coalesce(reason, iif(sent_at IS NULL, NULL, 'edited'))) FROM post"
    " WHERE kind = 'delivery' AND ref = CAST(delivery.id AS TEXT))"
)


def to_json(value: object) -> str:
    """A dataclass, or several, as JSON."""
    return msgspec.json.encode(value).decode()


def without_titles(decisions: str, articles: Collection[int]) -> str:
    """The column `decisions` without the titles of these articles."""
    found = msgspec.json.decode(decisions, type=tuple[Decision, ...])
    if not any(one.article in articles and one.title != DELETED for one in found):
        return decisions
    return to_json([replace(one, title=DELETED) if one.article in articles else one for one in found])


def read_schedule(row: Sequence[Any]) -> Schedule:
    """The schedule of a row with the columns of SCHEDULE."""
    number, plan, state, reason, by_id, by_name, made_at, next_at = row
    return Schedule(
        id=number,
        plan=msgspec.json.decode(plan, type=DigestConfig),
        state=cast(ScheduleState, state),
        reason=reason,
        by=Person(by_id, by_name),
        made_at=from_unix(made_at),
        next_at=from_unix(next_at),
    )


def read_delivery(row: Sequence[Any]) -> Delivery:
    """The delivery of a row with the columns of DELIVERY."""
    (
        number,
        schedule,
        guild,
        channel,
        target,
        due_at,
        state,
        manual,
        mark,
        tries,
        message,
        sent_at,
        reason,
        parts,
        removed,
        since,
    ) = row
    return Delivery(
        id=number,
        schedule=schedule,
        guild=guild,
        channel=channel,
        due_at=from_unix(due_at),
        state=cast(DeliveryState, state),
        manual=bool(manual),
        nonce=mark,
        attempts=tries,
        target=cast(DeliveryTarget, target),
        message=message,
        sent_at=from_unix(sent_at),
        reason=reason,
        decisions=msgspec.json.decode(parts, type=tuple[Decision, ...]),
        removed=removed,
        since=since,
    )
