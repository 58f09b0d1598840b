"""Several processes of one bot on one data folder: each works for its own servers."""

from __future__ import annotations

import asyncio
import json
import os
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.domain.loads import Person, Progress, Receipt
from bot.domain.posts import ThreadSnapshot
from bot.domain.shards import Shards
from bot.services import open_services
from bot.services.shards.own_shards import OwnShards

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
HERE, GONE, ELSEWHERE = 2 << 22, 4 << 22, 3 << 22


class Fixed(OwnShards):
    """Always the same shards."""

    def __init__(self, shards: Shards) -> None:
        self._fixed = shards

    @property
    def current(self) -> Shards:
        return self._fixed

    @property
    def has_first(self) -> bool:
        return 0 in self._fixed.ids

    @property
    def shared(self) -> bool:
        return True


@pytest.mark.parametrize(("own", "left"), [(0, {GONE}), (1, {ELSEWHERE})])
async def test_posts_of_other_shards_are_left_alone(tmp_path: Path, own: int, left: set[int]) -> None:
    shards = Fixed(Shards(frozenset([own]), 2))
    async with open_services(tmp_path / "data", vectors="off", shards=shards) as services:
        posts = services.posts
        for guild in (HERE, GONE, ELSEWHERE):
            await posts.add(guild, guild + 1, guild + 2, "delivery", "1", {5: ThreadSnapshot(1, 0)}, NOW)
        await posts.servers([HERE], NOW)
        reachable = {guild for guild in (HERE, GONE, ELSEWHERE) if await posts.since(guild, NOW, 9)}
    assert reachable == {HERE, GONE, ELSEWHERE} - left


async def test_posts_are_checked_when_another_process_can_reach_them_again(tmp_path: Path) -> None:
    """The process with shard 0 checks the posts of all; it looks when another one has reopened some."""
    data = tmp_path / "data"
    first, second = (Fixed(Shards(frozenset([number]), 2)) for number in range(2))
    async with (
        open_services(data, vectors="off", shards=first) as one,
        open_services(data, vectors="off", shards=second) as other,
    ):
        await other.posts.add(ELSEWHERE, 1, 2, "delivery", "1", {5: ThreadSnapshot(1, 0)}, NOW)
        await other.posts.servers([], NOW)
        await one.posts.check(NOW)
        await other.posts.servers([ELSEWHERE], NOW)
        await one.posts.check(NOW)
        [post] = await other.posts.since(ELSEWHERE, NOW, 9)
    assert post.removed == (5,), "its thread is not in the archive"


async def test_files_of_other_processes_stay_while_they_are_used(tmp_path: Path) -> None:
    data = tmp_path / "data"
    async with (
        open_services(data, vectors="off") as one,
        open_services(data, vectors="off") as other,
        one.uploads.hold(b"a dump") as upload,
        one.exports.folder(5) as export,
    ):
        left = data / "upload-left"
        left.mkdir()
        await other.uploads.remove_unused()
        await other.exports.remove_unused()
        assert not left.exists(), "it was left by a process that was killed"
        assert upload.read_bytes() == b"a dump"
        assert export.is_dir()
    assert not list(data.glob("*upload-*")) + list(data.glob("*export-*"))


@pytest.mark.parametrize("stop", ["pause", "cancel"])
async def test_a_load_is_stopped_from_another_process(tmp_path: Path, stop: str) -> None:
    data, dump = tmp_path / "data", tmp_path / "dump.jsonl"
    data.mkdir()
    left = data / "stop-load-5-99"
    left.touch()
    os.utime(left, (0, 0))
    page = {"title": "Ferry", "selftext": "It sails.", "subreddit": "harbour", "created_utc": 1_700_000_000}
    with dump.open("w") as lines:
        for number in range(60_000):
            lines.write(json.dumps({**page, "id": f"a{number}"}) + "\n")
    async with open_services(data, vectors="off") as one, open_services(data, vectors="off") as other:
        last: Progress | Receipt | None = None
        asked: asyncio.Task[bool] | None = None
        async for last in one.loads.load(5, [dump], "dump", Person(7, "mod")):
            if isinstance(last, Progress) and last.load and asked is None:
                assert not await getattr(other.loads, stop)(6, last.load)
                asked = asyncio.create_task(getattr(other.loads, stop)(5, last.load))
        assert isinstance(last, Receipt)
        assert last.state == {"pause": "paused", "cancel": "cancelled"}[stop]
        assert asked is not None
        assert await asked
        assert not await getattr(other.loads, stop)(5, last.load), "it does not run any more"
    assert not list(data.glob("stop-load-*")), "nor that of a process that was killed"
