"""What is old is deleted by a clock that may be wrong for a while, or that has not run for a year."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.domain.posts import RETENTION, PostedMessage
from bot.services import open_services
from bot.services.posts.retention_time import MAX_ADVANCE
from bot.store.state.posts import PostStore
from tests.support.engines import engine_at

START = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
DAY = timedelta(days=1)
DAYS = 30


class NoEdits:
    """Discord, where nothing is to be edited."""

    async def edit(self, post: PostedMessage) -> bool:
        raise AssertionError

    async def announce_failure(self, post: PostedMessage, reason: str) -> None:
        raise AssertionError


class Bot:
    """A bot whose clock the tests set, with one post of each of its last days."""

    def __init__(self, data: Path) -> None:
        self._data = data
        self.now = START

    async def post(self) -> None:
        store = PostStore.open(engine_at(self._data))
        for day in range(DAYS):
            await store.add(7, 8, day + 1, "shared", "a1", {}, START - day * DAY)
        await store.close()

    async def day(self, *days: float) -> int:
        """Looks for what is old on each of these days after the start; returns the number of posts left."""
        async with open_services(self._data, vectors="off") as services:
            worker = services.workers.edits(NoEdits(), clock=lambda: self.now)
            for day in days:
                self.now = START + day * DAY
                await worker.run_once()
        store = PostStore.open(engine_at(self._data))
        try:
            return len(await store.page(None, 2 * DAYS))
        finally:
            await store.close()


@pytest.fixture
async def bot(tmp_path: Path) -> Bot:
    bot = Bot(tmp_path)
    await bot.post()
    assert await bot.day(0) == DAYS
    return bot


async def test_a_clock_that_is_years_ahead_for_a_day_deletes_nothing_new(bot: Bot) -> None:
    assert await bot.day(3 * 365, 1, 2, 3) == DAYS


async def test_a_clock_that_was_ahead_does_not_put_off_what_is_old(bot: Bot) -> None:
    after = RETENTION / DAY + 0.5
    assert await bot.day(after + 3 * 365, *range(1, round(after), 7), after) == 1


async def test_a_bot_that_was_off_for_years_deletes_what_is_old_step_by_step(bot: Bot) -> None:
    days = RETENTION / DAY
    steps = round(days / (MAX_ADVANCE / DAY))
    counts = [await bot.day(3 * days + step) for step in range(steps + 2)]
    assert counts[0] == DAYS
    assert counts == sorted(counts, reverse=True)
    assert counts[-1] == 0
