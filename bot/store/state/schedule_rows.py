"""Maps schedules and deliveries to rows and back."""

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
    DeliveryPart,
    DeliveryState,
    DeliveryTarget,
    DigestConfig,
    Schedule,
    ScheduleState,
)
from bot.domain.loads import Person
from bot.store.state.store import to_json

SCHEDULE = "id, plan, state, reason, by_id, by_name, made_at, next_at"


def _edits(delivery: str) -> tuple[str, str]:
    """How many articles of a delivery's message were removed, and the resulting edit, in SQL."""
    of_message = f"kind = 'delivery' AND ref = CAST({delivery}.id AS TEXT)"
    return (
        "(SELECT count(*) FROM post JOIN post_article ON post = post.id"
        f" WHERE {of_message} AND removed <> 0)",
        "(SELECT CASE WHEN state IN ('claimed', 'sending') THEN 'waiting'"
        " ELSE coalesce(reason, CASE WHEN sent_at IS NOT NULL THEN 'edited' END) END"
        f" FROM post WHERE {of_message} LIMIT 1)",
    )


_PARTS = (
    "SELECT coalesce(json_group_array(json_object('article', other.article, 'state', other.state,"
    " 'message', other.message, 'reason', other.reason, 'removed', {}, 'since', {})), '[]')"
    " FROM (SELECT * FROM delivery AS part WHERE part.schedule = delivery.schedule"
    " AND part.due_at = delivery.due_at AND part.manual = delivery.manual AND part.part > 0"
    " ORDER BY part.part) AS other"
).format(*_edits("other"))
DELIVERY = (
    "id, schedule, guild, channel, target, due_at, state, manual, mark, tries, message, sent_at, reason,"
    f" decisions, {', '.join(_edits('delivery'))}, part, article,"
    f" CASE WHEN part <> 0 THEN '[]' ELSE ({_PARTS}) END"
)
POSTED_IN_FULL = (
    "last.part = 0 AND last.state = 'posted' AND NOT EXISTS (SELECT 1 FROM delivery AS other"
    " WHERE other.schedule = last.schedule AND other.due_at = last.due_at AND other.manual = last.manual"
    " AND other.state <> 'posted' AND coalesce(other.reason, '') <> 'nothing')"
)
"""Whether `last` is the first delivery of a slot of which every post was made whose article still existed."""


def without_titles(decisions: str, articles: Collection[int]) -> str:
    """The column `decisions` without the titles of these articles."""
    parsed = msgspec.json.decode(decisions, type=tuple[Decision, ...])
    if not any(decision.article in articles and decision.title != DELETED for decision in parsed):
        return decisions
    return to_json(
        [
            replace(decision, title=DELETED) if decision.article in articles else decision
            for decision in parsed
        ]
    )


def only_picked(decisions: str) -> str:
    """The column `decisions` without the articles that were not picked."""
    parsed = msgspec.json.decode(decisions, type=tuple[Decision, ...])
    return to_json([decision for decision in parsed if decision.picked])


def read_plan(row: Sequence[Any]) -> DigestConfig:
    """Reads the plan from a row with only this column."""
    return msgspec.json.decode(row[0], type=DigestConfig)


def read_schedule(row: Sequence[Any]) -> Schedule:
    """Reads a schedule from a row with the columns SCHEDULE."""
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
    """Reads a delivery from a row with the columns DELIVERY."""
    number, schedule, guild, channel, target, due_at, state, manual, *rest = row
    nonce, attempts, message, sent_at, reason, decisions, removed, since, part, article, parts = rest
    return Delivery(
        id=number,
        schedule=schedule,
        guild=guild,
        channel=channel,
        due_at=from_unix(due_at),
        state=cast(DeliveryState, state),
        manual=bool(manual),
        nonce=nonce,
        attempts=attempts,
        target=cast(DeliveryTarget, target),
        message=message,
        sent_at=from_unix(sent_at),
        reason=reason,
        decisions=msgspec.json.decode(decisions, type=tuple[Decision, ...]),
        removed=removed,
        since=since,
        part=part,
        article=article,
        parts=msgspec.json.decode(parts, type=tuple[DeliveryPart, ...]),
    )
