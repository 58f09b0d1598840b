"""Regular backups: made by a process of their own, each tried by restoring it to a temporary place."""

from __future__ import annotations

import asyncio
import logging
import os
import shutil
import signal
import sys
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from pathlib import Path

from bot.clock import Clock, system_clock
from bot.config import SECRETS
from bot.domain.backups import REGULAR_NAME, Backup, Restored
from bot.store.engines import engine_of

RETRY_INTERVAL = timedelta(hours=1)
"""Interval after a backup that failed."""
NICENESS = 10
MAX_SLEEP_SECONDS = 600.0
"""Interval between two looks at the clock, which may be set or stand still while the machine sleeps."""

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class BackupPlan:
    """Where backups are made (None: nowhere), at which time of day, and how many are kept."""

    folder: Path | None = None
    at: time = time(3, tzinfo=UTC)
    keep: int = 7


class BackupService:
    """The backups of one data folder."""

    def __init__(
        self,
        data: Path,
        plan: BackupPlan,
        clock: Clock = system_clock,
        ended: Callable[[str | None], None] = lambda _: None,
    ) -> None:
        """`ended` is called after each backup, with its failure, if it failed."""
        self._data = data.absolute()
        self._plan = plan
        self._clock = clock
        self._ended = ended
        self._failed_at: datetime | None = None
        self._made_at: datetime | None = None
        self.failure: str | None = None
        """Why the last backup here failed, as an English sentence; None if it did not."""

    @property
    def is_planned(self) -> bool:
        """Whether backups are made regularly."""
        return self._plan.folder is not None

    async def last_success(self) -> Backup | None:
        """Returns the last backup of this data folder, by anybody, that was tried with success."""
        return await asyncio.to_thread(last_success, self._data)

    async def next_at(self) -> datetime | None:
        """Returns when the next regular backup is due, which may be in the past; None if none is planned."""
        if self._plan.folder is None:
            return None
        if self._failed_at is not None:
            return self._failed_at + RETRY_INTERVAL
        now, folder = self._clock(), self._plan.folder.absolute()
        slot = datetime.combine(now.date(), self._plan.at)
        made = await asyncio.to_thread(backups, self._data)
        times = [copy.made_at for copy in made if copy.checked and copy.folder.parent == folder]
        last = max([*times, *([self._made_at] if self._made_at else [])], default=None)
        if last is None:
            return now
        while slot <= last:
            slot += timedelta(days=1)
        while slot - timedelta(days=1) > last:
            slot -= timedelta(days=1)
        return slot

    async def run(self) -> None:
        """Makes each backup when it is due, the one that a pause of the bot has missed at once, until
        cancelled. Returns if none is planned."""
        while self.is_planned:
            try:
                await self._make_if_due()
            except Exception as error:
                _log.exception("backups failed, and go on")
                self.failure = str(error) or type(error).__name__
                self._ended(self.failure)
                await asyncio.sleep(MAX_SLEEP_SECONDS)

    async def _make_if_due(self) -> None:
        """Makes a backup, or sleeps until it is time to look again."""
        due = await self.next_at()
        wait = (due - self._clock()).total_seconds() if due else 0.0
        if wait > 0:
            await asyncio.sleep(min(wait, MAX_SLEEP_SECONDS))
        else:
            await self.make()

    async def make(self) -> bool:
        """Makes a regular backup now, and deletes the oldest if it succeeds; logs and returns whether it
        did."""
        assert self._plan.folder is not None  # noqa: S101 - `run` makes none without
        target = self._plan.folder.absolute() / f"{self._clock():{REGULAR_NAME}}"
        try:
            is_new = not target.exists()
            self.failure = await self._failure(target)
            if self.failure and is_new:
                # What failed its trial would fill the disk, one each hour, and later outlive sound ones.
                await asyncio.to_thread(shutil.rmtree, target, ignore_errors=True)
        except OSError as error:
            self.failure = str(error)
        self._failed_at, self._made_at = (self._clock(), None) if self.failure else (None, self._clock())
        self._ended(self.failure)
        if self.failure:
            _log.error("the backup %s failed: %s", target, self.failure)
            return False
        await asyncio.to_thread(engine_of(self._data).backups.delete_old, target.parent, self._plan.keep)
        _log.info("backup: %s", target)
        return True

    async def _failure(self, target: Path) -> str | None:
        """In its own process, which is ended with the bot and does not slow it down."""
        env = {name: value for name, value in os.environ.items() if name not in SECRETS}
        env["LC_ALL"] = "C.UTF-8"  # the failure is logged
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "bot", "--data", str(self._data), "backup", str(target)),
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.DEVNULL,
            stderr=asyncio.subprocess.PIPE,
            start_new_session=True,
            env=env,
        )
        try:
            with suppress(OSError):
                os.setpriority(os.PRIO_PROCESS, process.pid, NICENESS)
            _, errors = await process.communicate()
        finally:
            if process.returncode is None:
                with suppress(ProcessLookupError):
                    os.killpg(process.pid, signal.SIGKILL)  # with the programs that it has started
            await process.wait()
        if process.returncode == 0:
            return None
        return (
            errors.decode(errors="replace").strip().removeprefix("newsdesk: ")
            or f"exit code {process.returncode}"
        )


def backup(data: Path, target: Path, settings: str = "") -> tuple[Path, ...]:
    """See `bot.store.databases.Backups.make`."""
    return engine_of(data).backups.make(target, settings)


def restore(data: Path, folder: Path) -> Restored:
    """See `bot.store.databases.Backups.restore`."""
    return engine_of(data).backups.restore(folder)


def backups(data: Path) -> tuple[Backup, ...]:
    """See `bot.store.databases.Backups.known`."""
    return engine_of(data).backups.known()


def last_success(data: Path) -> Backup | None:
    """See `bot.store.databases.Backups.last_success`."""
    return engine_of(data).backups.last_success()
