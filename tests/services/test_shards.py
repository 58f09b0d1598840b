"""Several processes of one bot on one data folder: each works for its own servers."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.domain.posts import ThreadSnapshot
from bot.domain.shards import Shards
from bot.services import open_services
from bot.services.shards.own_shards import OwnShards

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
HERE, GONE, ELSEWHERE = 2 << 22, 4 << 22, 3 << 22


class Fixed(OwnShards):
    """Always the same shards."""

    def __init__(self, shards: Shards) -> None:
        self._fixed = shards

    @property
    def current(self) -> Shards:
        return self._fixed

    @property
    def has_first(self) -> bool:
        return 0 in self._fixed.ids

    @property
    def shared(self) -> bool:
        return True


@pytest.mark.parametrize(("own", "left"), [(0, {GONE}), (1, {ELSEWHERE})])
async def test_posts_of_other_shards_are_left_alone(tmp_path: Path, own: int, left: set[int]) -> None:
    shards = Fixed(Shards(frozenset([own]), 2))
    async with open_services(tmp_path / "data", vectors="off", shards=shards) as services:
        posts = services.posts
        for guild in (HERE, GONE, ELSEWHERE):
            await posts.add(guild, guild + 1, guild + 2, "delivery", "1", {5: ThreadSnapshot(1, 0)}, NOW)
        await posts.servers([HERE], NOW)
        reachable = {guild for guild in (HERE, GONE, ELSEWHERE) if await posts.since(guild, NOW, 9)}
    assert reachable == {HERE, GONE, ELSEWHERE} - left
