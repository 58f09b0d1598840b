"""The drop folder: names that stay in it, and files that load by themselves."""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncIterator
from contextlib import suppress
from pathlib import Path

import pytest

from bot.domain.articles import Scope
from bot.domain.loads import LoadFilter, Receipt
from bot.errors import BadInput
from bot.services import Services, open_services
from bot.services.drop_folder_watcher import DropFolderWatcher
from tests.support.archives import PACKERS
from tests.support.dump_folders import MARKET, page, write_dump
from tests.support.reddit_records import comments, submissions
from tests.support.services import MODERATOR


@pytest.fixture
def drop(tmp_path: Path) -> Path:
    """A drop folder with a dump in a folder, and every way out of it that a file system knows."""
    drop = tmp_path / "drop"
    write_dump(drop / "pages")
    (drop / "RC.zst").write_bytes(PACKERS["zst"](submissions(range(3)) + comments(range(30))))
    (drop / "RC.zst.part").write_bytes(b"half")
    (drop / ".hidden").write_text(page(*MARKET))
    (tmp_path / "secret.txt").write_text(page(*MARKET))
    (tmp_path / "secrets").mkdir()
    (tmp_path / "secrets" / "page.txt").write_text(page(*MARKET))
    (drop / "link.txt").symlink_to(tmp_path / "secret.txt")
    (drop / "folder-link").symlink_to(tmp_path / "secrets")
    (drop / "pages" / "up").symlink_to("..")
    (drop / "loop").symlink_to(drop)
    os.mkfifo(drop / "pipe")
    return drop


@pytest.fixture
async def services(tmp_path: Path, drop: Path) -> AsyncIterator[Services]:
    async with open_services(tmp_path / "data", drop=drop) as opened:
        yield opened


async def load(services: Services, name: str, guild: int | None = None) -> Receipt:
    last = [told async for told in services.loads.load_dropped(guild, name, MODERATOR)][-1]
    assert isinstance(last, Receipt)
    return last


@pytest.mark.slow
async def test_files_are_loaded_by_their_names(services: Services) -> None:
    receipt = await load(services, "RC.zst", guild=5)
    assert (receipt.name, receipt.guild, receipt.articles.new, receipt.comments.new) == ("RC.zst", 5, 3, 30)
    folder = await load(services, "pages")
    assert (folder.articles.new, folder.comments.new) == (2, 3)
    assert {one.reason for one in folder.rejections} == {"empty", "binary", "link"}
    assert (await load(services, "pages/ferry.txt")).articles.unchanged == 1
    preview = await services.loads.preview_dropped(None, "RC.zst", MODERATOR, LoadFilter(min_score=1))
    assert (preview.articles, preview.comments, preview.skipped) == (2, 29, 2)


@pytest.mark.parametrize(
    "name",
    [
        *("../secret.txt", "pages/../../secret.txt", "/etc/passwd", "link.txt", "folder-link/page.txt"),
        *("folder-link", "pages/up/RC.zst", "loop/RC.zst", "loop", "pipe", ".hidden", "./.hidden", "", "."),
        *("..", "missing", "RC.zst/x", "a\0b", "~/secret.txt", "x" * 300, "pages//../..", "..\\secret.txt"),
    ],
)
async def test_no_name_leads_out_of_the_folder(services: Services, name: str) -> None:
    with pytest.raises(BadInput) as caught:
        await load(services, name)
    assert caught.value.key == "not-dropped"
    with pytest.raises(BadInput):
        await services.loads.preview_dropped(None, name, MODERATOR)
    assert await services.loads.recent(None) == ()


async def test_the_absolute_path_of_a_file_in_the_folder_is_no_name(services: Services, drop: Path) -> None:
    with pytest.raises(BadInput):
        await load(services, str(drop / "RC.zst"))


async def test_a_file_that_became_a_link_while_its_load_waited_is_not_read(
    services: Services, drop: Path, tmp_path: Path
) -> None:
    from bot.dumps.containers.drop_folder import resolve_inside
    from bot.loading import protocol
    from bot.loading.context import JobContext
    from bot.loading.jobs import run_job

    path = resolve_inside(drop, "RC.zst")
    path.unlink()
    path.symlink_to(tmp_path / "secret.txt")
    job = protocol.LoadJob(
        data=tmp_path / "data",
        guild=None,
        by=MODERATOR,
        paths=(path,),
        name="RC.zst",
        load_max_mb=10,
        inside=drop,
    )
    with pytest.raises(BadInput) as caught:
        run_job(job, JobContext(lambda told: None, lambda: None))
    assert caught.value.key == "not-dropped"


async def test_names_are_completed(services: Services) -> None:
    assert await services.drop_folder.names() == (
        "RC.zst",
        "pages/empty.txt",
        "pages/ferry.txt",
        "pages/market.txt",
        "pages/picture.txt",
    )
    assert await services.drop_folder.names("rc") == ("RC.zst",)
    assert await services.drop_folder.names("MARKET") == ("pages/market.txt",)
    assert len(await services.drop_folder.names(limit=2)) == 2


async def test_without_a_folder_there_is_nothing_to_load_from(tmp_path: Path) -> None:
    async with open_services(tmp_path / "data") as services:
        assert await services.drop_folder.names() == ()
        with pytest.raises(BadInput) as caught:
            await load(services, "RC.zst")
        assert caught.value.key == "no-drop-folder"
        await services.drop_folder_watcher.run(0)


def watch(services: Services) -> DropFolderWatcher:
    return DropFolderWatcher(services.drop_folder, services.loads, services.key_value)


@pytest.mark.slow
async def test_new_files_load_once_when_they_have_come_to_rest(services: Services, drop: Path) -> None:
    watching = watch(services)
    await watching.look()
    assert await services.loads.recent(None) == ()
    (drop / "RC.zst").write_bytes(b"still growing")
    await watching.look()
    names = {one.name for one in await services.loads.recent(None)}
    assert names == {"pages/empty.txt", "pages/ferry.txt", "pages/market.txt", "pages/picture.txt"}
    (drop / "RC.zst").write_bytes(PACKERS["zst"](comments(range(40))))
    for _ in range(3):
        await watching.look()
    assert [one.name for one in await services.loads.recent(None)].count("RC.zst") == 1
    again = watch(services)
    for _ in range(2):
        await again.look()
    assert len(await services.loads.recent(None)) == 5
    (drop / "RC.zst").write_bytes(PACKERS["zst"](comments(range(50))))
    for _ in range(2):
        await again.look()
    newest, *_ = await services.loads.recent(None)
    assert (newest.name, newest.comments.new, newest.comments.unchanged) == ("RC.zst", 10, 40)


@pytest.mark.slow
async def test_watching_goes_on_whatever_happens(
    services: Services, drop: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    looks = 0
    look = DropFolderWatcher.look

    async def failing(self: DropFolderWatcher) -> None:
        nonlocal looks
        looks += 1
        if looks == 2:
            raise RuntimeError("a bug")
        await look(self)

    monkeypatch.setattr(DropFolderWatcher, "look", failing)
    task = asyncio.create_task(services.drop_folder_watcher.run(0.05))
    async with asyncio.timeout(60):
        while not (await services.archive.stats(Scope())).articles:  # noqa: ASYNC110 - another process loads them
            await asyncio.sleep(0.05)
    task.cancel()
    with suppress(asyncio.CancelledError):
        await task
    assert looks > 2
