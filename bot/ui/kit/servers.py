"""Servers of other processes: direct messages arrive in the process with shard 0, whichever server they are
about."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

import discord

from bot.clock import Timer

FETCHED_SECONDS = 60.0
"""The time for which a fetched server is used again, where no right depends on it."""
MAX_FETCHED = 200


class ServersElsewhere:
    """Fetches servers that are not in this process's cache, and keeps them for a short time."""

    def __init__(self, fetch: Callable[[int], Awaitable[discord.Guild]], timer: Timer) -> None:
        self._fetch = fetch
        self._timer = timer
        self._fetched: dict[int, tuple[float, discord.Guild | None]] = {}

    async def get(self, guild: int, *, fresh: bool = False) -> discord.Guild | None:
        """Returns the server with its roles, without its channels and members; None if the bot is not in it.
        With `fresh`, Discord is always asked. Raises discord.HTTPException."""
        now = self._timer()
        fetched_at, server = self._fetched.get(guild, (now - FETCHED_SECONDS, None))
        if not fresh and now - fetched_at < FETCHED_SECONDS:
            return server
        try:
            server = await self._fetch(guild)
        except (discord.NotFound, discord.Forbidden):
            server = None
        self._fetched.pop(guild, None)
        self._fetched[guild] = now, server
        while len(self._fetched) > MAX_FETCHED:
            del self._fetched[next(iter(self._fetched))]
        return server
