"""Purges servers that removed the bot, archives and state, after the time that the operator sets."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable, Collection

from bot.clock import Clock
from bot.domain.loads import Person, Purged, PurgeFilter
from bot.domain.privacy import PrivacyPolicy
from bot.errors import UserError
from bot.loading import protocol
from bot.loading.process import LoadProcesses
from bot.services.loads import LoadOptions
from bot.services.uploads import Uploads
from bot.store.corpus.reader import CorpusReader
from bot.store.state.departures import DepartureStore

MAX_LOADS = 1_000_000
_log = logging.getLogger(__name__)


class DepartureService:
    """The servers that an application was in and is not in any more. Only those that it was once seen in are
    ever purged: nothing is concluded from what is not known."""

    def __init__(
        self,
        store: DepartureStore,
        reader: CorpusReader,
        loaders: LoadProcesses,
        options: LoadOptions,
        uploads: Uploads,
        policy: PrivacyPolicy,
        clock: Clock,
    ) -> None:
        self._shards = options.shards
        self._store = store
        self._reader = reader
        self._loaders = loaders
        self._options = options
        self._uploads = uploads
        self._policy = policy
        self._clock = clock

    async def record(self, application: int, guilds: Collection[int]) -> None:
        """Records the servers that an application is in, all of those on this process's shards, as Discord
        lists them after a login."""
        shards = self._shards.current
        own = [guild for guild in guilds if shards.has(guild)]
        left, returned = await self._store.record(application, own, self._clock(), shards)
        for guild in left:
            self._log_departure(guild)
        for guild in returned:
            _log.info("server %d has the bot again: its data stay", guild)

    async def left(self, application: int, guild: int) -> None:
        """Records that an application was removed from a server."""
        if await self._store.leave(application, guild, self._clock()):
            self._log_departure(guild)

    def _log_departure(self, guild: int) -> None:
        if self._policy.purge_days:
            _log.info("server %d removed the bot: purged in %d days", guild, self._policy.purge_days)
        else:
            _log.info("server %d removed the bot: its data stay", guild)

    async def purge_due(self, application: int, is_gone: Callable[[int], Awaitable[bool | None]]) -> int:
        """Purges the servers that were left so long ago, and returns their number. `is_gone` asks Discord
        once more; None means that this cannot be known now."""
        if self._policy.purge_after is None:
            return 0
        purged = 0
        left_before = self._clock() - self._policy.purge_after
        for guild in await self._store.due(application, left_before, self._shards.current):
            gone = await is_gone(guild)
            if gone is False:
                await self._store.stay(guild)
            if not gone:
                continue
            try:
                loads = [receipt.load for receipt in await self._reader.loads(guild, MAX_LOADS)]
                # Before the archive, which alone knows their numbers.
                await self._store.erase_loads(loads)
                await self._purge_archive(guild)
                purged += await self._store.erase(guild, left_before)
                _log.info("purged server %d, which removed the bot", guild)
            except UserError as error:  # another load runs, or the disk is full: the next time
                _log.warning("server %d was not purged: %s", guild, error.key)
        return purged

    async def _purge_archive(self, guild: int) -> None:
        options = self._options
        job = protocol.PurgeJob(
            data=options.data.absolute(),
            guild=guild,
            by=Person(None, "newsdesk"),
            vectors=options.vectors,
            purged=PurgeFilter(),
            traceless=True,
        )
        await self._loaders.result(job, Purged)
        await self._uploads.erase(guild)
        await self._uploads.remove_unused()
