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
from discord.gateway import DiscordWebSocket, ReconnectWebSocket

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
        return SimpleNamespace(
            _parent=self.parents[shard],
            connect=lambda: self.connect(None, shard),
            is_closed=lambda: True,
        )

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


async def test_a_refused_identify_ends_what_is_known_of_the_shard(scene: Scene) -> None:
    """It has no connection any more, whatever another one that is being disconnected waits for."""
    await scene.has(0, 1, until=lambda: scene.served == {0, 1})
    scene.client.guilds = [SimpleNamespace(id=number, shard_id=number) for number in range(2)]
    scene.shards._assigned = frozenset([0])
    scene.connections._turn_ends_at[1] = math.inf
    with pytest.raises(asyncio.CancelledError):
        await scene.connections.wait_to_identify(1)
    scene.client._connection._remove_guild.assert_called_once_with(scene.client.guilds[1])
    scene.shards._assigned = frozenset([0, 1])
    assert scene.served == {0}, "its servers are not known yet"


class Socket:
    """A connection with the gateway, which never sends anything."""

    session_id, sequence, gateway = "session", 1, None

    def __init__(self, shard: int) -> None:
        self.shard_id = shard
        self.open = True

    async def poll_event(self) -> None:
        await asyncio.Event().wait()

    async def close(self, code: int) -> None:
        self.open = False


class Gateway:
    """Connects discord.py's shards; each connection but the first waits for its gate before it identifies."""

    def __init__(self, scene: Scene) -> None:
        self._scene = scene
        self.sockets: list[Socket] = []
        self.gates: list[asyncio.Event] = []
        self.shard: discord.shard.Shard | None = None
        client = scene.client
        client.is_closed.return_value = False
        client.loop, client._reconnect = asyncio.get_running_loop(), True
        client.launch_shard.side_effect = self._launch
        client.get_shard.side_effect = lambda _: self.shard and discord.ShardInfo(self.shard, COUNT)

    async def connect(self, client: object, *, shard_id: int, **_: object) -> Socket:
        if self.shard is not None:
            self.gates.append(asyncio.Event())
            await self.gates[-1].wait()
        await self._scene.connections.wait_to_identify(shard_id)
        self.sockets.append(Socket(shard_id))
        return self.sockets[-1]

    async def _launch(self, _: object, shard: int) -> None:
        socket: Any = await self.connect(None, shard_id=shard)
        self.shard = discord.shard.Shard(socket, self._scene.client, Mock())
        self.shard.launch()
        self._scene.connections.is_ready(shard)

    @property
    def is_sound(self) -> bool:
        """Whether one connection is open, and read."""
        assert self.shard is not None
        ws: Any = self.shard.ws
        reader = self.shard._task
        return [socket for socket in self.sockets if socket.open] == [ws] and not (
            reader is None or reader.done()
        )


@pytest.fixture
async def gateway(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Gateway]:
    made = Gateway(scene)
    monkeypatch.setattr(DiscordWebSocket, "from_client", made.connect)
    await scene.has(0, until=lambda: scene.served == {0})
    assert made.shard is not None
    yield made
    await made.shard.close()


@pytest.mark.parametrize("first", [0, 1])
async def test_a_shard_that_comes_back_while_it_reconnects_has_one_connection(
    scene: Scene, gateway: Gateway, first: int
) -> None:
    """Its connection is lost, and discord.py makes a new one, when it moves away."""
    assert gateway.shard is not None
    await gateway.shard.ws.close(1000)
    own = asyncio.create_task(gateway.shard.reconnect())
    await scene.has(until=lambda: scene.released == [0])
    await scene.has(0, until=lambda: len(gateway.gates) == 2)
    gateway.gates[first].set()
    await scene.has(0, until=lambda: len(gateway.sockets) == 2)
    gateway.gates[1 - first].set()
    await scene.has(0, until=lambda: own.done() and not scene.connections._launching)
    assert gateway.is_sound


async def test_a_connection_that_is_not_read_any_more_is_closed_by_the_next_one(
    scene: Scene, gateway: Gateway
) -> None:
    """discord.py replaces the connection as it was before the shard moved away and came back."""
    assert gateway.shard is not None
    late = asyncio.create_task(gateway.shard.reidentify(ReconnectWebSocket(0, resume=False)))
    await scene.has(0, until=lambda: len(gateway.gates) == 1)
    gateway.gates[0].set()
    await scene.has(0, until=late.done)
    assert gateway.is_sound
    assert len(gateway.sockets) == 2
