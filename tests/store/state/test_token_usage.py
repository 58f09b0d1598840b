"""Daily tokens: never more than allowed, by any number of processes, and kept over restarts."""

from __future__ import annotations

import asyncio
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.domain.answers import Payer
from bot.errors import Busy
from bot.store.state.token_usage import TokenUsageStore, next_day
from tests.support.state_engines import impatient, state_at, state_held

NOON = datetime(2024, 3, 12, 12, 0, tzinfo=UTC)
ANN = Payer(11, 101)
BEN = Payer(11, 102)


async def take(budgets: TokenUsageStore, payer: Payer, tokens: int, now: datetime = NOON) -> str | None:
    return await budgets.reserve(payer, tokens, now, max_server_tokens=1000, max_member_tokens=600)


async def test_a_member_and_the_server_have_limits_of_their_own(tmp_path: Path) -> None:
    budgets = TokenUsageStore.open(state_at(tmp_path))
    assert await take(budgets, ANN, 600) is None
    assert await take(budgets, ANN, 1) == "member-budget"
    assert await take(budgets, BEN, 401) == "server-budget"
    assert await take(budgets, BEN, 400) is None
    assert await budgets.spent(ANN, NOON) == (1000, 600)
    assert await budgets.spent(BEN, NOON) == (1000, 400)
    assert await take(budgets, Payer(12, 101), 600) is None  # another server
    await budgets.close()


async def test_what_is_settled_takes_the_place_of_what_was_taken(tmp_path: Path) -> None:
    budgets = TokenUsageStore.open(state_at(tmp_path))
    assert await take(budgets, ANN, 500) is None
    await budgets.settle(ANN, 500, 120, NOON)
    assert await budgets.spent(ANN, NOON) == (120, 120)
    assert await take(budgets, ANN, 480) is None
    await budgets.settle(ANN, 480, 0, NOON)
    assert await budgets.spent(ANN, NOON) == (120, 120)
    await budgets.close()


async def test_what_was_spent_is_there_after_a_restart(tmp_path: Path) -> None:
    budgets = TokenUsageStore.open(state_at(tmp_path))
    assert await take(budgets, ANN, 590) is None  # and the process ends before it settles
    await budgets.close()
    again = TokenUsageStore.open(state_at(tmp_path))
    assert await take(again, ANN, 11) == "member-budget"
    await again.close()


async def test_a_new_day_begins_at_midnight_utc_and_forgets_who_spent(tmp_path: Path) -> None:
    budgets = TokenUsageStore.open(state_at(tmp_path))
    midnight = next_day(NOON)
    assert midnight == datetime(2024, 3, 13, tzinfo=UTC)
    assert await take(budgets, ANN, 600, midnight - timedelta(seconds=1)) is None
    assert await take(budgets, ANN, 600, midnight) is None
    # Settled after midnight, it is still that day's.
    await budgets.settle(ANN, 600, 50, midnight - timedelta(seconds=1))
    assert await budgets.spent(ANN, midnight) == (600, 600)
    assert await take(budgets, ANN, 1, midnight + timedelta(days=2)) is None
    await budgets.close()
    with closing(state_at(tmp_path).open_reader("state")) as db:
        assert db.execute("SELECT DISTINCT day FROM spent").fetchall() == [("2024-03-15",)]


async def test_the_command_line_has_no_member(tmp_path: Path) -> None:
    budgets = TokenUsageStore.open(state_at(tmp_path))
    assert await take(budgets, Payer(), 700) is None
    assert await take(budgets, Payer(None, 101), 301) == "server-budget"
    assert await budgets.spent(Payer(), NOON) == (700, 0)
    await budgets.close()


async def test_several_processes_never_spend_more_together(tmp_path: Path) -> None:
    several = [TokenUsageStore.open(state_at(tmp_path)) for _ in range(4)]
    took = await asyncio.gather(*(take(several[n % 4], Payer(11, n + 1), 90) for n in range(20)))
    assert took.count(None) == 11
    assert await several[0].spent(Payer(11), NOON) == (990, 0)
    for budgets in several:
        await budgets.close()


async def test_a_locked_database_says_so(tmp_path: Path) -> None:
    budgets = TokenUsageStore(*impatient(tmp_path))
    with state_held(tmp_path), pytest.raises(Busy):
        await take(budgets, ANN, 1)
    await budgets.close()
