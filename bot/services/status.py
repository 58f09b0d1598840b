"""The status of one server or of all, and the checks that find troubles."""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path
from urllib.parse import urlsplit

from bot.clock import Clock
from bot.config import ModelSettings
from bot.domain.loads import LoadState
from bot.domain.status import Disk, Model, Status
from bot.services.backups import last_success
from bot.services.running import read_running
from bot.services.timings import Timings
from bot.services.troubles import Troubles
from bot.store.corpus.load_overview import LoadOverview
from bot.store.engines import engine_of
from bot.store.state.overview import OverviewStore

MAX_LOADS = MAX_DIGESTS = MAX_FAILURES = 5
RECENT = timedelta(days=1)
ROOM_AGAIN = 1.2
"""The disk has room again at this share of the limit, so that a few bytes do not alert twice."""


class StatusService:
    """Reads the status, also while no bot runs. `guild` None stands for all servers: only
    the operator sees that, and the troubles."""

    def __init__(
        self,
        loads: LoadOverview,
        overview: OverviewStore,
        data: Path,
        model: ModelSettings | None,
        troubles: Troubles,
        clock: Clock,
    ) -> None:
        self._loads = loads
        self._overview = overview
        self._data = data
        self._model = model
        self._clock = clock
        self.troubles = troubles
        self.timings = Timings()

    async def status(self, guild: int | None) -> Status:
        """Returns the status."""
        failed, failures = await self._overview.failures(guild, self._clock() - RECENT, MAX_FAILURES)
        disk = await self.disk()
        backup = await asyncio.to_thread(last_success, self._data)
        troubles = self.troubles.all()
        unreachable = next((trouble.since for trouble in troubles if trouble.kind == "model"), None)
        model = self._model
        return Status(
            await asyncio.to_thread(read_running, self._data),
            await self._loads.latest(guild, MAX_LOADS),
            await self._overview.next_digests(guild, MAX_DIGESTS),
            failed,
            failures,
            await self._overview.waiting(guild),
            disk,
            None
            if model is None
            else Model(model.name, urlsplit(model.base_url).hostname or "", unreachable),
            None if backup is None else backup.made_at,
            troubles if guild is None else (),
            await self._overview.processes(self._clock()) if guild is None else (),
        )

    async def load_states(self) -> Mapping[LoadState, int]:
        """Returns the number of loads in each state, in all archives."""
        return await self._loads.states()

    async def disk(self) -> Disk:
        """Returns the room on the disk and the sizes of the databases."""
        return await asyncio.to_thread(_disk, self._data)

    async def check(self, least_free_mb: int) -> None:
        """Notes a disk that is nearly full, and messages that fail; or that they are mended."""
        self.troubles.reread()
        free = (await self.disk()).free
        if free < least_free_mb * 1_000_000:
            self.troubles.note("disk", free=free // 1_000_000)
        elif free > ROOM_AGAIN * least_free_mb * 1_000_000:
            self.troubles.mended("disk")
        failed = await self._overview.unmended(self._clock() - RECENT)
        if failed:
            self.troubles.note("posts", count=failed)
        else:
            self.troubles.mended("posts")


def _disk(data: Path) -> Disk:
    usage = shutil.disk_usage(data)
    engine = engine_of(data)
    return Disk(usage.free, usage.total, engine.size("corpus"), engine.size("state"))
