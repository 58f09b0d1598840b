"""A connected bot in trouble: a full disk, no more files to open, a flood. It says so, and goes on."""

from __future__ import annotations

import asyncio
import contextlib
import os
import resource
import subprocess
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from bot.store.sqlite import connection
from tests.support.dump_pages import page, thread
from tests.support.loopback.killing import servers
from tests.support.loopback.process import ready, running
from tests.support.loopback.records import TOKEN, Asked, File
from tests.support.loopback.rest import IN_TIME
from tests.support.loopback.scene import Scene
from tests.support.loopback.server import Loopback
from tests.support.world import load, market, text_of

pytestmark = pytest.mark.slow
PAGE = page(comments=thread(5)).encode()


async def answer(scene: Scene, path: str, **options: object) -> str:
    """What the bot says to a command in the end."""
    asked = scene.discord.command(scene.guild, scene.channel, path, **options)
    await scene.discord.acknowledged(asked)
    await until_said(asked)
    return text_of(asked.message)


async def until_said(asked: Asked) -> None:
    async with asyncio.timeout(60):
        while asked.message is None or not text_of(asked.message):  # noqa: ASYNC110 - in another process
            await asyncio.sleep(0.02)


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of its own."""
    disk = tmp_path / "disk"
    disk.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=8m", "tmpfs", str(disk)]
    if os.geteuid() or subprocess.run(mount, capture_output=True, check=False).returncode:
        pytest.skip("needs to mount a small file system")
    yield disk
    subprocess.run(["umount", "-l", str(disk)], check=True)


@pytest.fixture
async def on_small_disk(tmp_path: Path, small_disk: Path) -> AsyncIterator[Scene]:
    """A bot whose data are on a small disk."""
    data = small_disk / "data"
    connection.prepare(data, connection.CORPUS)
    load(data, None, [market()])
    (guild,) = servers(1, 1)
    async with Loopback([guild]).serving() as discord, running(discord, data, tmp_path / "log") as bot:
        await ready(discord)
        yield Scene(discord, bot, data, guild)


async def test_a_disk_that_fills_is_told_and_searches_go_on(on_small_disk: Scene) -> None:
    scene = on_small_disk
    assert "fish market" in await answer(scene, "search", query="market")
    filler = scene.data.parent / "filler"
    with contextlib.suppress(OSError), filler.open("wb", buffering=0) as file:
        while file.write(bytes(4096)):
            pass
    assert "fish market" in await answer(scene, "search", query="market")
    scene.discord.files["more.txt"] = PAGE
    asked = scene.discord.command(
        scene.guild, scene.channel, "archive load", file=File("more.txt", len(PAGE))
    )
    await scene.discord.acknowledged(asked)
    async with asyncio.timeout(60):
        while asked.message is None or "disk is full" not in text_of(asked.message):  # noqa: ASYNC110
            await asyncio.sleep(0.02)
    filler.unlink()
    assert "fish market" in await answer(scene, "search", query="fish")
    assert scene.bot.running


async def test_no_more_files_to_open_is_told_and_searches_go_on(scene: Scene) -> None:
    assert "fish market" in await answer(scene, "search", query="market")
    pid = scene.bot.pid
    before = resource.prlimit(pid, resource.RLIMIT_NOFILE)
    resource.prlimit(pid, resource.RLIMIT_NOFILE, (len(os.listdir(f"/proc/{pid}/fd")), before[1]))
    assert "fish market" in await answer(scene, "search", query="fish")
    resource.prlimit(pid, resource.RLIMIT_NOFILE, before)
    assert "fish market" in await answer(scene, "search", query="market")
    assert scene.discord.gateway.identified == 1


async def test_a_flood_is_acknowledged_in_time_and_answered(scene: Scene, tmp_path: Path) -> None:
    flood = [
        scene.discord.command(scene.guild, scene.channel, "search", query=f"market {number}")
        for number in range(60)
    ]
    await asyncio.gather(*(scene.discord.acknowledged(asked) for asked in flood))
    await asyncio.gather(*(until_said(asked) for asked in flood))
    assert max(asked.taken or 0 for asked in flood) < IN_TIME
    assert "went wrong" not in "".join(text_of(asked.message) for asked in flood)
    assert TOKEN not in (tmp_path / "log").read_text()
