"""The file of the state: deleted while it is in use, written by two processes, and of an earlier version."""

from __future__ import annotations

import asyncio
import shutil
import subprocess
import sys
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.domain.posts import GONE_RETENTION, LEFT, RETENTION
from bot.domain.server_settings import ServerSettings
from bot.errors import UserError
from bot.store.sqlite.connection import STATE, open_writer
from bot.store.state.posts import PostStore
from bot.store.state.settings import SettingsStore
from tests.support.engines import engine_at
from tests.support.paths import ROOT

LATER_BY = timedelta(minutes=1)


async def test_a_deleted_data_folder_is_told_at_once(tmp_path: Path) -> None:
    bot = SettingsStore.open(engine_at(tmp_path / "data"))
    await bot.change(7, adult=True)
    shutil.rmtree(tmp_path / "data")
    for write in (bot.change(7, adult=False), bot.save(ServerSettings(8))):
        with pytest.raises(UserError) as told:
            await write
        assert told.value.key == "database-unreachable"
    await bot.close()


async def test_a_data_folder_that_was_made_again_is_told_at_once(tmp_path: Path) -> None:
    bot = SettingsStore.open(engine_at(tmp_path / "data"))
    await bot.change(7, adult=True)
    shutil.rmtree(tmp_path / "data")
    other = SettingsStore.open(engine_at(tmp_path / "data"))
    with pytest.raises(UserError) as told:
        await bot.change(7, adult=False)
    assert told.value.key == "database-unreachable"
    await other.change(7, adult=True)
    assert (await other.get(7)).adult
    for store in (bot, other):
        await store.close()


CHANGES = """
import asyncio, sys
from pathlib import Path
from bot.store.engines import engine_of
from bot.store.state.settings import SettingsStore

async def change():
    store = SettingsStore.open(engine_of(Path(sys.argv[1])))
    for turn in range(3):
        await asyncio.gather(*(store.change(guild, **{sys.argv[2]: guild}) for guild in range(1, 21)))
    await store.close()

asyncio.run(change())
"""


def test_two_processes_lose_none_of_their_changes(tmp_path: Path) -> None:
    fields = ("moderator_role", "digest_channel")
    bots = [subprocess.Popen([sys.executable, "-c", CHANGES, tmp_path, field], cwd=ROOT) for field in fields]
    assert [bot.wait(60) for bot in bots] == [0, 0]

    async def kept() -> list[ServerSettings]:
        store = SettingsStore.open(engine_at(tmp_path))
        found = [await store.get(guild) for guild in range(1, 21)]
        await store.close()
        return found

    for settings in asyncio.run(kept()):
        assert (settings.moderator_role, settings.digest_channel) == (settings.guild, settings.guild)


async def test_posts_that_were_gone_in_the_version_before_are_forgotten(tmp_path: Path) -> None:
    with closing(open_writer(tmp_path, replace(STATE, migrations=STATE.migrations[:8]))) as db:
        row = "INSERT INTO post (guild, place, direct, message, kind, ref, state, due_at, free_at, reason)"
        values = [(1, "missed", "message-gone"), (2, "missed", LEFT), (3, "posted", None)]
        db.executemany(f"{row} VALUES (7, 8, 0, ?, 'shared', 'a1', ?, 0, 0, ?)", values)
        db.execute("INSERT INTO post_article (post, article, comments, gone) VALUES (1, 1, 0, 0)")
    store = PostStore.open(engine_at(tmp_path))
    epoch = datetime.fromtimestamp(0, UTC)
    assert await store.prune(epoch + GONE_RETENTION, 9) == 0
    assert await store.prune(epoch + GONE_RETENTION + LATER_BY, 9) == 1
    (left,) = await store.page(None, 9)
    assert left.message == 3
    assert await store.prune(epoch + RETENTION + LATER_BY, 9) == 2
    assert await store.page(None, 9) == ()
    await store.close()
