"""The shards whose servers this process serves."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import asynccontextmanager

from bot.domain.shards import ALL, Shards

LOOK_SECONDS = 5.0
"""Interval between checks for what other processes of the bot have changed."""


class OwnShards:
    """What services ask for: `current` is read anew for each piece of work, as shards move between processes.
    A bot of one process, which this is, has all servers; `bot.services.shards.shard_service` is one of
    several."""

    @property
    def current(self) -> Shards:
        """The shards whose servers are served here now."""
        return ALL

    @property
    def has_first(self) -> bool:
        """Whether shard 0 is here: its process also does what is done once for all servers."""
        return True

    @property
    def shared(self) -> bool:
        """Whether other processes of the bot may serve other shards."""
        return False

    def serves(self, guild: int | None) -> bool:
        """Whether what happens in a server, or in direct messages (None), is for this process."""
        return True

    def look_seconds(self, alone: float) -> float:
        """The interval between checks for changes: `alone` where nearly all of them are made here."""
        return LOOK_SECONDS if self.shared else alone

    async def while_first(self, work: Callable[[], Awaitable[None]]) -> None:
        """Does work for all servers, for as long as shard 0 is here, and again when it returns."""
        await work()

    @asynccontextmanager
    async def turn(self, name: str) -> AsyncGenerator[None]:
        """No other process of the bot does the work with this name in the block."""
        yield
