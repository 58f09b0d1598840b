"""The connections of one of several processes follow its shards, whatever fails."""

from __future__ import annotations

import asyncio
import logging
import math
from collections.abc import AsyncIterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from unittest.mock import AsyncMock, Mock

import discord
import pytest
from discord.ext import commands

from bot.clock import system_clock
from bot.domain.shards import ShardLease, ShardPlan
from bot.operations.sharding import ShardConnections
from bot.services.shards import shard_service
from bot.services.shards.shard_service import ShardService
from bot.store.state.shards import ShardStore

COUNT = 4


class Scene:
    """A process, what the store says that it has and is to have, and the connections of its client."""

    def __init__(self, data: Path) -> None:
        self.held = self.assigned = frozenset[int]()
        self.released: list[int] = []
        store = Mock(spec=ShardStore)
        store.processes.return_value = ()
        store.beat.side_effect = self._beat
        store.release.side_effect = self._release
        self.shards = ShardService(data, store, ShardPlan(frozenset(), COUNT), system_clock)
        self.parents: dict[int, Mock] = {}
        self.client = Mock(spec=commands.AutoShardedBot)
        self.client.application_id = 1
        self.client.guilds = []
        self.client.http = Mock()
        self.client.http.get_bot_gateway = AsyncMock(return_value=(COUNT, "", {"max_concurrency": COUNT}))
        self.client._connection = Mock()
        self.client.get_shard.side_effect = self._shard
        self.client.launch_shard.side_effect = self.connect
        self.connections = ShardConnections(self.client, self.shards)

    async def _beat(self, *_: object, **__: object) -> ShardLease:
        return ShardLease(self.held, self.assigned, {})

    async def _release(self, bot: int, process: str, shards: list[int]) -> None:
        self.released += shards
        self.held -= frozenset(shards)

    def _shard(self, shard: int) -> Any:
        if shard not in self.parents:
            return None
        return SimpleNamespace(_parent=self.parents[shard], connect=lambda: self.connect(None, shard))

    async def connect(self, gateway: object, shard: int) -> None:
        """What discord.py does: it asks for a turn before it identifies."""
        await self.connections.wait_to_identify(shard)
        self.parents.setdefault(shard, Mock(spec=discord.shard.Shard))
        await self.connections.has_connected(shard)
        self.connections.is_ready(shard)

    async def has(self, *shards: int, until: Any) -> None:
        """Lets the process be the one with these shards, and waits."""
        self.assigned = frozenset(shards)
        self.held |= self.assigned
        async with asyncio.timeout(5):
            while not until():  # noqa: ASYNC110 - other tasks make it so
                await asyncio.sleep(0.01)

    @property
    def served(self) -> set[int]:
        return set(self.shards.current.ids)


@pytest.fixture
async def scene(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Scene]:
    monkeypatch.setattr(shard_service, "BEAT_SECONDS", 0.03)
    monkeypatch.setattr("bot.operations.sharding.IDENTIFY_SECONDS", 1.01)
    made = Scene(tmp_path)
    await made.connections.launch()
    yield made
    await made.connections.close()
    made.shards.turns.close()


async def test_shards_that_move_away_and_come_back(scene: Scene) -> None:
    await scene.has(0, 1, until=lambda: scene.served == {0, 1})
    await scene.has(0, until=lambda: scene.released == [1])
    scene.parents[1].disconnect.assert_awaited_once()
    await scene.has(0, 1, until=lambda: scene.served == {0, 1})
    assert scene.client.launch_shard.await_count == 2, "there is one connection for each shard"


async def test_a_connection_that_cannot_be_made_is_tried_again(
    scene: Scene, caplog: pytest.LogCaptureFixture
) -> None:
    scene.client.launch_shard.side_effect = RecursionError, RuntimeError
    await scene.has(0, until=lambda: scene.client.launch_shard.await_count == 2)
    scene.client.launch_shard.side_effect = scene.connect
    await scene.has(0, until=lambda: scene.served == {0})
    assert sum(record.levelno == logging.ERROR for record in caplog.records) == 2


async def test_a_shard_that_cannot_be_disconnected_is_neither_served_nor_given_back(
    scene: Scene, caplog: pytest.LogCaptureFixture
) -> None:
    await scene.has(0, 1, 2, until=lambda: scene.served == {0, 1, 2})
    scene.parents[1].disconnect.side_effect = RuntimeError
    await scene.has(0, until=lambda: scene.released == [2])
    assert scene.served == {0}
    assert any(record.exc_info for record in caplog.records)
    scene.parents[1].disconnect.side_effect = None
    await scene.has(0, until=lambda: scene.released == [2, 1])


async def test_a_shard_that_is_being_connected_can_move_away(scene: Scene) -> None:
    async def hang(*_: object) -> None:
        await asyncio.sleep(60)

    scene.client.launch_shard.side_effect = hang
    await scene.has(3, until=lambda: scene.client.launch_shard.await_count == 1)
    await scene.has(until=lambda: scene.released == [3])


async def test_a_moved_shard_that_reconnects_is_disconnected(scene: Scene) -> None:
    await scene.has(0, 1, until=lambda: scene.served == {0, 1})
    await scene.has(0, until=lambda: scene.released == [1])
    scene.parents[1].disconnect.reset_mock()
    await scene.connections.has_connected(1)
    scene.parents[1].disconnect.assert_awaited_once()
    assert not scene.connections.is_ready(1)
    assert scene.served == {0}


async def test_a_refused_identify_does_not_count_as_connected(scene: Scene) -> None:
    """discord.py identifies anew while the shard moves away, and leaves it; then the shard comes back."""
    await scene.has(0, 1, until=lambda: scene.served == {0, 1})
    scene.shards._assigned = frozenset([0])
    scene.connections._turn_ends_at[1] = math.inf
    with pytest.raises(asyncio.CancelledError):
        await scene.connections.wait_to_identify(1)
    scene.shards._assigned = frozenset([0, 1])
    scene.parents[1].disconnect.side_effect = AssertionError
    connected: list[int] = []
    scene.client.get_shard.side_effect = lambda shard: SimpleNamespace(
        _parent=scene.parents[shard], connect=AsyncMock(side_effect=lambda: connected.append(shard))
    )
    await scene.has(0, 1, until=lambda: connected == [1])
