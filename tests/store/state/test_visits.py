"""Visits: the end of the one before, whatever the clock has shown meanwhile."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

from bot.store.state.visits import VisitStore
from tests.support.state_engines import state_at

NOON = datetime(2024, 3, 12, 12, 0, tzinfo=UTC)
GAP = timedelta(hours=1)


async def visit(visits: VisitStore, now: datetime) -> datetime | None:
    return await visits.record(11, 101, now, GAP, timedelta(days=90))


async def test_a_visit_begins_after_a_gap(tmp_path: Path) -> None:
    visits = VisitStore.open(state_at(tmp_path))
    assert await visit(visits, NOON) is None
    assert await visit(visits, NOON + GAP / 2) is None
    assert await visit(visits, NOON + 3 * GAP) == NOON + GAP / 2
    await visits.close()


async def test_a_visit_while_the_clock_was_years_ahead_does_not_count(tmp_path: Path) -> None:
    visits = VisitStore.open(state_at(tmp_path))
    await visit(visits, NOON + timedelta(days=2000))
    assert await visit(visits, NOON) is None
    assert await visit(visits, NOON + 3 * GAP) == NOON
    await visits.close()
