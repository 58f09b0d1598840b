"""The client of one of several processes of a bot: it connects the shards that this process has, and others
while it runs."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable

import discord
from discord.ext import commands

from bot.errors import UserError
from bot.services.shards.shard_service import MAX_CONCURRENCY, REQUEST_PLACES, REQUESTS_PLACE, ShardService
from bot.ui.kit.cooldown import Cooldown
from bot.ui.kit.rate_limit import (
    MAX_MADE_UP_REQUESTS,
    MAX_REQUEST_SECONDS,
    REQUESTS_PER_SECOND,
    WINDOW_SECONDS,
)

IDENTIFY_SECONDS = 6.0
"""Discord takes one start of a session in five seconds, of the shards whose numbers are equal modulo its
`max_concurrency`. The rest is for connecting, which takes one longer than the other."""

_log = logging.getLogger(__name__)


class SharedRateLimiter:
    """Lets the requests of all processes of a bot begin one at a time, each process's in order of arrival."""

    def __init__(self, shards: ShardService, per_second: float = REQUESTS_PER_SECOND) -> None:
        self._turns = shards.turns
        self._gap = 1 / per_second
        self._turn = asyncio.Lock()

    async def begin(self) -> int:
        """Returns when it is the caller's turn."""
        async with self._turn:
            turn = await self._turns.reserve(REQUESTS_PLACE, self._gap, MAX_MADE_UP_REQUESTS * self._gap)
            pause = turn - asyncio.get_running_loop().time()
            if pause > 0:
                await asyncio.sleep(pause)
            return await self._turns.hold(REQUEST_PLACES, MAX_REQUEST_SECONDS)

    def end(self, place: int) -> None:
        """Frees the place when no second has both the request and the one that begins in it."""
        self._turns.let_go(place, WINDOW_SECONDS)


class SharedCooldown(Cooldown):
    """Counts the questions of a member in all processes: direct messages are in that with shard 0."""

    def __init__(self, shards: ShardService, member: int, channel: int) -> None:
        super().__init__(member, channel)
        self._shards = shards

    async def count(self, member: int, channel: int) -> None:
        limits = self._limits["member"], self._limits["channel"]
        refusal = await self._shards.count_question(member, channel, limits, self._clock())
        if refusal is not None:
            raise self.refusal(*refusal)


class ShardConnections:
    """Connects the shards that the service has. The client is ready with the servers of its first shard. A
    shard that is to move is disconnected before another process may start it."""

    def __init__(self, client: commands.AutoShardedBot, shards: ShardService) -> None:
        self._client = client
        self._shards = shards
        self._concurrency = 1
        self._connected: set[int] = set()
        """Those that may be connected here, and are not to be started by others."""
        self._launching: dict[int, asyncio.Task[None]] = {}
        self._turn_ends_at: dict[int, float] = {}
        self._down: set[int] = set()
        self._tasks: list[asyncio.Task[None]] = []

    async def launch(self) -> None:
        """Becomes one of the bot's processes, and begins to connect the shards that it has and to follow
        their changes. Raises what `ShardService.join` raises."""
        client, shards = self._client, self._shards
        recommended, _, limits = await client.http.get_bot_gateway()
        self._concurrency = max(1, min(limits["max_concurrency"], MAX_CONCURRENCY))
        await shards.join(client.application_id or 0, recommended)
        client.shard_count = client._connection.shard_count = shards.count
        # discord.py would be ready when as many shards are: they may change meanwhile.
        client._connection.shard_ids = range(shards.count + 1)
        if not shards.to_run:
            _log.info("all shards run in other processes: this one stands by")
            client.dispatch("stand_by")
        work = (shards.run(), self._keep_trying(self._disconnect), self._keep_trying(self._connect))
        self._tasks = [asyncio.create_task(task) for task in work]

    async def wait_to_identify(self, shard: int) -> None:
        """Waits for a turn among the sessions that all processes start, unless it is this shard's turn. If it
        has moved or is connected already, raises asyncio.CancelledError: discord.py then gives up."""
        if self._turn_ends_at.pop(shard, 0.0) < asyncio.get_running_loop().time():
            await self._wait_for_turn(shard)
        if shard not in self._shards.to_run:
            self._mark_disconnected(shard)
            raise asyncio.CancelledError
        await self._check_alone(shard)

    async def _check_alone(self, shard: int) -> None:
        """discord.py may be reconnecting a shard that moves away and comes back, which is then connected here
        too: whichever comes second gives up. Turns of a shard are far enough apart to see the first."""
        connection = self._client.get_shard(shard)
        if connection is None or connection.is_closed():
            return
        reader = connection._parent._task
        if reader is not None and not reader.done():
            raise asyncio.CancelledError
        # Nobody reads what is still open, as after a timeout or if discord.py has begun to replace it.
        await connection._parent.ws.close(code=1000)

    async def _wait_for_turn(self, shard: int) -> None:
        await self._shards.turns.wait_for_turn(shard % self._concurrency, IDENTIFY_SECONDS)

    async def _keep_trying(self, step: Callable[[], Awaitable[None]]) -> None:
        """Does a step whenever the shards may have changed; one that fails is tried again."""
        while True:
            try:
                await step()
            except UserError as error:
                _log.warning("a change of the shards is tried again: %s", error.key)
            except Exception:
                _log.exception("a change of the shards is tried again")
            await self._shards.next_change()

    async def _connect(self) -> None:
        """Connects the shards that this process is to run, one after the other."""
        while missing := self._shards.to_run - self._connected:
            shard = min(missing)
            self._connected.add(shard)
            task = self._launching[shard] = asyncio.create_task(self._launch(shard))
            try:
                await asyncio.wait({task})
                if not task.cancelled() and task.exception() is None:
                    continue
                self._connected.discard(shard)
                if not task.cancelled():
                    task.result()
            finally:
                task.cancel()
                del self._launching[shard]

    async def _launch(self, shard: int) -> None:
        # Before it connects: Discord would close a connection that waits for a minute.
        await self._wait_for_turn(shard)
        self._turn_ends_at[shard] = asyncio.get_running_loop().time() + IDENTIFY_SECONDS - 1
        connection = self._client.get_shard(shard)
        if connection is None:
            await self._client.launch_shard(discord.gateway.DiscordWebSocket.DEFAULT_GATEWAY, shard)
        else:  # it was here before
            await connection.connect()

    async def _disconnect(self) -> None:
        """Disconnects the shards that this process is not to run, and frees them for the others. One that
        fails delays no other."""
        leaving = sorted(self._connected - self._shards.to_run)
        for shard in leaving:
            self._shards.is_dropped(shard)
        results = await asyncio.gather(*map(self._drop, leaving), return_exceptions=True)
        await self._shards.give_back(self._connected)
        for result in results:
            if result is not None:
                raise result

    async def _drop(self, shard: int) -> None:
        self._shards.is_dropped(shard)
        launching = self._launching.get(shard)
        if launching is not None:
            launching.cancel()
            await asyncio.wait({launching})
        connection = self._client.get_shard(shard)
        if connection is not None:
            # Not `connection.disconnect`, which leaves one alone that is about to reconnect.
            await connection._parent.disconnect()
        self._mark_disconnected(shard)

    def _mark_disconnected(self, shard: int) -> None:
        """A shard has no connection here any more: neither it nor its servers, which may change unseen, are
        known from now on."""
        self._shards.is_dropped(shard)
        for guild in self._client.guilds:
            if guild.shard_id == shard:
                self._client._connection._remove_guild(guild)
        self._connected.discard(shard)
        self._down.discard(shard)

    def is_ready(self, shard: int) -> bool:
        """Its servers are known: they are served here from now on. False if it has moved meanwhile."""
        if shard not in self._connected:
            return False
        self._down.discard(shard)
        self._shards.is_ready(shard)
        if not self._client.is_ready():
            self._client._connection.call_handlers("ready")
            self._client.dispatch("ready")
        return True

    async def has_connected(self, shard: int) -> None:
        """A shard has its connection, or has it again. One that was reconnecting while it moved is
        disconnected: another process has it."""
        if shard in self._shards.to_run:
            self._connected.add(shard)
            self._down.discard(shard)
        else:
            await self._drop(shard)

    def has_disconnected(self, shard: int) -> None:
        """A shard has lost its connection."""
        self._down.add(shard)

    @property
    def all_connected(self) -> bool:
        """Whether no shard of this process has lost its connection."""
        return not self._down & self._connected

    async def close(self) -> None:
        """Follows no more changes."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
