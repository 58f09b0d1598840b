"""Regular backups: made when they are due, checked, and only so many kept."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Callable
from contextlib import closing, suppress
from datetime import UTC, datetime, time, timedelta
from pathlib import Path
from time import monotonic, sleep

import pytest

from bot.services import Services, backups, open_services
from bot.services.backups import BackupPlan, BackupService
from bot.store import backup_folders
from tests.support.corpus_loads import load_into, thread

NOON = datetime(2024, 3, 12, 12, tzinfo=UTC)


class Clock:
    def __init__(self) -> None:
        self.now = NOON

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    """For the service, and for the processes' list of backups, which this test plays."""
    return Clock()


@pytest.fixture
def service(tmp_path: Path, clock: Clock) -> BackupService:
    load_into(tmp_path / "data", thread("Ferry is late"))
    return BackupService(tmp_path / "data", BackupPlan(tmp_path / "copies", time(3, tzinfo=UTC), 2), clock)


async def test_nothing_is_made_without_a_folder(services: Services) -> None:
    assert await services.backups.next_at() is None
    await asyncio.wait_for(services.backups.run(), 1)
    assert await services.backups.last_success() is None


async def test_programs_of_a_backup_end_with_the_bot(
    service: BackupService, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    program, pid = tmp_path / "python", tmp_path / "pid"
    program.write_text(f"#!/bin/sh\nsleep 60 &\necho $! > {pid}.part\nmv {pid}.part {pid}\nwait\n")
    program.chmod(0o755)
    monkeypatch.setattr("sys.executable", str(program))
    making = asyncio.create_task(service.make())
    await asyncio.to_thread(_wait_for, pid.exists)
    making.cancel()
    async with asyncio.timeout(20):
        with pytest.raises(asyncio.CancelledError):
            await making
    await asyncio.to_thread(_wait_for, lambda: not _runs(int(pid.read_text())))


def _wait_for(condition: Callable[[], bool]) -> None:
    deadline = monotonic() + 20
    while not condition():
        assert monotonic() < deadline
        sleep(0.01)


def _runs(pid: int) -> bool:
    with suppress(FileNotFoundError):
        return ") Z" not in Path(f"/proc/{pid}/stat").read_text()
    return False


@pytest.mark.slow
async def test_backups_are_made_once_a_day_and_the_oldest_goes(
    service: BackupService, clock: Clock, tmp_path: Path
) -> None:
    assert await service.next_at() == NOON  # there is none yet
    for day in range(3):
        clock.now = datetime.now(UTC) + timedelta(days=day)
        assert await service.make(), service.failure
        due = await service.next_at()
        assert due is not None
        assert timedelta() < due - clock.now <= timedelta(days=1)
        assert due.time() == time(3)
    kept = sorted(path.name for path in (tmp_path / "copies").iterdir())
    assert len(kept) == 2
    assert kept[-1].startswith(f"newsdesk-{clock.now:%Y-%m-%d}")
    last = await service.last_success()
    assert last is not None
    assert last.folder == tmp_path / "copies" / kept[-1]
    restarted = BackupService(
        tmp_path / "data", BackupPlan(tmp_path / "copies", time(3, tzinfo=UTC), 2), clock
    )
    due = await restarted.next_at()
    assert due is not None
    clock.now = due + timedelta(days=5)  # the bot was off for days: one is due, not five
    due = await restarted.next_at()
    assert due is not None
    assert due <= clock.now < due + timedelta(days=9)


@pytest.mark.slow
async def test_a_failure_is_told_and_tried_again_in_an_hour(
    service: BackupService, clock: Clock, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "copies").write_text("not a folder")
    assert not await service.make()
    assert service.failure is not None
    assert "copies" in service.failure
    assert "failed" in caplog.text
    assert await service.next_at() == NOON + timedelta(hours=1)
    assert await service.last_success() is None
    (tmp_path / "copies").unlink()
    assert await service.make()
    assert service.failure is None


@pytest.mark.slow
async def test_one_that_is_not_sound_is_not_kept(service: BackupService, tmp_path: Path) -> None:
    with closing(sqlite3.connect(tmp_path / "data" / "corpus.db")) as db, db:
        db.execute("UPDATE article SET comments = comments + 1")
    assert not await service.make()
    assert service.failure is not None
    assert "1 article has a wrong comment count" in service.failure
    assert list((tmp_path / "copies").iterdir()) == []


@pytest.mark.slow
async def test_the_bot_makes_them(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async with open_services(tmp_path / "data", backups=BackupPlan(tmp_path / "copies")) as services:
        running = asyncio.create_task(services.backups.run())
        async with asyncio.timeout(30):
            while await services.backups.last_success() is None:  # noqa: ASYNC110 - a file tells it
                await asyncio.sleep(0.05)
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)
    assert len(list((tmp_path / "copies").iterdir())) == 1
    assert backups.last_success(tmp_path / "data") is not None


@pytest.mark.slow
async def test_a_backup_whose_disk_is_gone_does_not_stop_others(
    service: BackupService, tmp_path: Path
) -> None:
    unreadable = tmp_path / ("n" * 300)  # fails as a share does that is gone
    backup_folders.record(tmp_path / "data", unreadable, checked=True)
    with pytest.raises(OSError, match="too long"):
        unreadable.exists()
    assert await service.next_at() == NOON
    assert await service.make(), service.failure
    assert len(backups.backups(tmp_path / "data")) == 1


async def test_backups_go_on_after_a_folder_that_could_not_be_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(backups, "MAX_SLEEP_SECONDS", 0.01)
    looks = 0
    ends: list[str | None] = []

    async def failing(_: BackupService) -> datetime | None:
        nonlocal looks
        looks += 1
        if looks < 3:
            raise OSError("Stale file handle")
        return NOON + timedelta(days=1)

    monkeypatch.setattr(BackupService, "next_at", failing)
    service = BackupService(tmp_path, BackupPlan(tmp_path / "copies"), lambda: NOON, ended=ends.append)
    running = asyncio.create_task(service.run())
    async with asyncio.timeout(10):
        while looks < 4:  # noqa: ASYNC110 - a task of its own
            await asyncio.sleep(0.01)
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)
    assert ends == ["Stale file handle"] * 2
