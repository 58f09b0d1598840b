"""One of several processes of a bot: it takes its shards by a lease, and those of one that has ended."""

from __future__ import annotations

import asyncio
import fcntl
import logging
import os
import secrets
from collections.abc import AsyncGenerator, Awaitable, Callable, Mapping, Set
from contextlib import asynccontextmanager, suppress
from datetime import datetime, timedelta
from pathlib import Path

from bot.clock import Clock
from bot.domain.shards import ShardPlan, ShardProcess, Shards, ranges
from bot.errors import BadInput, UserError
from bot.services.shards.heartbeats import Heartbeats
from bot.services.shards.own_shards import OwnShards
from bot.services.shards.shared_turns import SharedTurns
from bot.store.engines import engine_of
from bot.store.state.shards import ShardStore

LEASE_SECONDS = 20.0
"""The time after which the shards of a process that was killed are free. Another one then has them within a
minute: it starts a session of the gateway every six seconds."""
BEAT_SECONDS = 3.0
"""Interval at which a process renews its lease and looks for free shards."""
_MARGIN_SECONDS = 1.0
"""A process counts its own lease as shorter than the others do."""
_LOOK_SECONDS = 1.0
MAX_CONCURRENCY = 64
"""The most gateway sessions that Discord lets a bot start at once."""
REQUESTS_PLACE = MAX_CONCURRENCY
"""The place of the turns for requests in the file, after those for starts."""
REQUEST_PLACES = range(REQUESTS_PLACE + 1, REQUESTS_PLACE + 51)
"""The places of the requests that Discord takes in a second, of all processes together."""
_POLL_SECONDS = 0.2

_log = logging.getLogger(__name__)


class ShardService(OwnShards):
    """The shards of this process. `held` are those that it has by its lease, `current` those of them that it
    is to keep and whose servers the gateway has sent. A process that could not renew its lease in time has
    none."""

    def __init__(self, data: Path, store: ShardStore, plan: ShardPlan, clock: Clock) -> None:
        self._data = data
        self._store = store
        self.plan = plan
        self._clock = clock
        self._bot = 0
        self._process: ShardProcess | None = None
        self._held: frozenset[int] = frozenset()
        self._assigned: frozenset[int] = frozenset()
        self._ready: frozenset[int] = frozenset()
        self._valid_until = 0.0
        self._joined_at = 0.0
        self._heartbeats = Heartbeats(2 * BEAT_SECONDS)
        self._changed = asyncio.Event()
        self.turns = SharedTurns(data / "discord.turns", REQUEST_PLACES.stop)

    # What services ask for.

    @property
    def count(self) -> int:
        """The number of the bot's shards."""
        return self._process.count if self._process is not None else 1

    @property
    def held(self) -> frozenset[int]:
        """The shards that this process has now."""
        return self._held if asyncio.get_running_loop().time() < self._valid_until else frozenset()

    @property
    def current(self) -> Shards:
        return Shards(self.held & self._assigned & self._ready, self.count)

    @property
    def has_first(self) -> bool:
        return 0 in self.held

    @property
    def shared(self) -> bool:
        return True

    def serves(self, guild: int | None) -> bool:
        return Shards(self.held & self._assigned, self.count).has(guild)

    async def while_first(self, work: Callable[[], Awaitable[None]]) -> None:
        while True:
            while not self.has_first:  # noqa: ASYNC110 - time passes too
                await asyncio.sleep(_POLL_SECONDS)
            task = asyncio.ensure_future(work())
            try:
                while self.has_first and not task.done():
                    await asyncio.wait({task}, timeout=_POLL_SECONDS)
                if task.done():
                    return task.result()
            finally:
                task.cancel()
                await asyncio.gather(task, return_exceptions=True)

    @asynccontextmanager
    async def turn(self, name: str) -> AsyncGenerator[None]:
        file = os.open(self._data / f"{name}.lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
        try:
            while not _lock(file):  # noqa: ASYNC110 - another process has it
                await asyncio.sleep(_POLL_SECONDS)
            yield
        finally:
            os.close(file)

    async def count_question(
        self, member: int, channel: int, limits: tuple[int, int], now: datetime
    ) -> tuple[str, int] | None:
        """Counts a question in all processes; see `ShardStore.count_question`."""
        places = [("member", member, limits[0]), ("channel", channel, limits[1])]
        return await self._store.count_question(places, now)

    # What the client does.

    async def join(self, bot: int, recommended: int) -> None:
        """Becomes a process of this bot, which Discord recommends so many shards. Raises
        BadInput("shard-count") if other processes of the bot run with another number of shards."""
        self._bot = bot
        running = await self._running_count()
        count = self.plan.count or running or recommended
        if running not in (None, count):
            raise BadInput("shard-count", count=count, other=running)
        self._process = ShardProcess(secrets.token_hex(8), count, self.plan.home, self._clock())
        self._joined_at = asyncio.get_running_loop().time()
        await self._beat()

    async def _running_count(self) -> int | None:
        """The number of shards with which the bot runs; None if no process of it does. Waits, if that may not
        be the planned number, until it is known which of the others run."""
        while True:
            others = await self._store.processes(self._bot)
            if all(other.count == self.plan.count for other in others):
                return self.plan.count
            self._look({other.id: other.beats for other in others})
            beating, silent = self._heartbeats.beating(), self._heartbeats.silent(LEASE_SECONDS)
            running = next((other.count for other in others if other.id in beating), None)
            if running is not None or len(silent) == len(others):
                return running
            await asyncio.sleep(_LOOK_SECONDS)

    def _look(self, beats: Mapping[str, int]) -> None:
        self._heartbeats.look(beats, asyncio.get_running_loop().time())

    async def run(self) -> None:
        """Renews the lease until it is cancelled."""
        while True:
            await asyncio.sleep(BEAT_SECONDS)
            try:
                await self._beat()
            except UserError as error:
                _log.warning("the lease of the shards was not renewed: %s", error.key)
            except Exception:
                _log.exception("the lease of the shards was not renewed")

    async def _beat(self) -> None:
        assert self._process is not None  # noqa: S101 - `join` comes first
        began = asyncio.get_running_loop().time()
        # Processes that start together do not take each other's shards.
        starting = bool(self._process.home) and began - self._joined_at < LEASE_SECONDS
        now = self._clock()
        lease = await self._store.beat(
            self._bot,
            self._process,
            now,
            now + timedelta(seconds=LEASE_SECONDS),
            self._heartbeats.silent(LEASE_SECONDS),
            only_home=starting,
        )
        self._look(lease.others)
        self._valid_until = began + LEASE_SECONDS - _MARGIN_SECONDS
        if (lease.held, lease.assigned) != (self._held, self._assigned):
            _log.info("shards of %d: %s", self.count, ranges(lease.held & lease.assigned) or "none")
            self._held, self._assigned = lease.held, lease.assigned
            self._changed.set()

    @property
    def to_run(self) -> frozenset[int]:
        """The shards to be connected: those that this process has and no other one waits for. They stay while
        the lease cannot be renewed, as when the disk is full: then nobody else can take them either."""
        return self._held & self._assigned

    async def next_change(self) -> None:
        """Returns when `to_run` may have changed."""
        with suppress(TimeoutError):
            await asyncio.wait_for(self._changed.wait(), BEAT_SECONDS)
        self._changed.clear()

    def is_ready(self, shard: int) -> None:
        """The gateway has sent the servers of a shard: from now on they are served here."""
        self._ready |= {shard}

    def is_dropped(self, shard: int) -> None:
        """A shard is about to be disconnected."""
        self._ready -= {shard}

    async def give_back(self, connected: Set[int]) -> None:
        """Frees the shards for which another process waits, but for those that are still connected here."""
        assert self._process is not None  # noqa: S101 - `join` comes first
        gone = self._held - self._assigned - connected
        if gone:
            await self._store.release(self._bot, self._process.id, sorted(gone))
            self._held -= gone

    async def close(self) -> None:
        """Leaves the bot's processes."""
        if self._process is not None:
            with suppress(UserError):
                await self._store.leave(self._process)
        self.turns.close()


def _lock(file: int) -> bool:
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


@asynccontextmanager
async def open_shards(data: Path, plan: ShardPlan | None, clock: Clock) -> AsyncGenerator[OwnShards]:
    """The shards of a process that was started for some of them; all shards without a plan. Raises what
    `bot.store.databases.Engine.prepare` raises."""
    if plan is None:
        yield OwnShards()
        return
    store = await asyncio.to_thread(ShardStore.open, engine_of(data))
    try:
        shards = ShardService(data, store, plan, clock)
        try:
            yield shards
        finally:
            await shards.close()
    finally:
        await store.close()
