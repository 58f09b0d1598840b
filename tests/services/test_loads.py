"""Loads in a process of their own, as the bot runs them."""

from __future__ import annotations

import asyncio
import os
import sys
import time
from contextlib import aclosing
from pathlib import Path

import pytest

from bot.domain.articles import Scope
from bot.domain.loads import Progress, Receipt
from bot.errors import BadInput, NotFound
from bot.loading import process
from bot.services import Services, open_services
from bot.store.ingest.writer import CorpusWriter
from tests.support.dump_folders import LARGE
from tests.support.engines import engine_at
from tests.support.services import MODERATOR, load


@pytest.mark.usefixtures("each_database")
async def test_a_load_tells_how_far_it_is_and_ends_with_its_receipt(services: Services, dump: Path) -> None:
    told = [one async for one in services.loads.load(5, [dump], "upload.zip", MODERATOR)]
    *progress, receipt = told
    assert progress
    assert all(isinstance(one, Progress) and one.state == "running" for one in progress)
    assert isinstance(receipt, Receipt)
    assert (receipt.state, receipt.guild, receipt.name, receipt.by) == ("done", 5, "upload.zip", MODERATOR)
    assert (receipt.articles.new, receipt.comments.new, receipt.rejected) == (2, 3, 2)
    assert receipt.rejections[0].where.startswith("upload.zip/")
    assert await services.loads.receipt(5, receipt.load) == receipt
    assert [one.load for one in await services.loads.recent(5)] == [receipt.load]


@pytest.mark.slow
async def test_the_event_loop_goes_on_and_searches_answer_while_a_load_runs(
    services: Services, large: Path
) -> None:
    pages = [large / f"{number}.txt" for number in range(800)]
    await load(services, None, pages[0])
    seen: list[Progress] = []
    async with aclosing(services.loads.load(None, pages, "large", MODERATOR)) as told:
        async for one in told:
            start = time.monotonic()
            assert (await services.archive.search(Scope(), "herring")).total > 0
            assert time.monotonic() - start < 2
            if isinstance(one, Progress):
                seen.append(one)
    assert [one.articles for one in seen] == sorted(one.articles for one in seen)
    assert seen[-1].total
    # The first is told before anything is read; on a fast machine the load ends before the next is due.
    assert min(1, len(seen) - 1) <= seen[-1].done <= seen[-1].total


@pytest.mark.usefixtures("each_database")
async def test_a_load_can_be_cancelled_by_its_number(services: Services, large: Path) -> None:
    last: Progress | Receipt | None = None
    async for one in services.loads.load(5, [large], "large", MODERATOR):
        last = one
        if isinstance(one, Progress):
            assert not await services.loads.cancel(6, one.load)
            assert await services.loads.cancel(5, one.load)
    assert isinstance(last, Receipt)
    assert last.state == "cancelled"
    assert last.articles.new < LARGE
    assert not await services.loads.cancel(5, last.load)


async def test_a_load_whose_task_is_cancelled_keeps_what_it_had_under_a_receipt(
    services: Services, large: Path
) -> None:
    begun = asyncio.Event()

    async def follow() -> None:
        async for _ in services.loads.load(5, [large], "large", MODERATOR):
            begun.set()

    task = asyncio.create_task(follow())
    await begun.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    [receipt] = await services.loads.recent(5)
    assert receipt.state == "paused"
    assert (await services.archive.stats(Scope(5, shared=False))).articles == receipt.articles.new


@pytest.mark.slow
async def test_closing_the_library_interrupts_its_loads_and_the_next_one_goes_on(
    tmp_path: Path, large: Path
) -> None:
    async with open_services(tmp_path / "data") as services:
        told = services.loads.load(None, [large], "large", MODERATOR)
        await anext(told)
    async with open_services(tmp_path / "data") as services:
        [receipt] = await services.loads.recent(None)
        assert receipt.state == "paused"
        resumed = [one async for one in services.loads.resume_interrupted()]
        assert isinstance(resumed[-1], Receipt)
        assert (resumed[-1].load, resumed[-1].state) == (receipt.load, "done")
        assert resumed[-1].articles.new == LARGE
        assert [one async for one in services.loads.resume_interrupted()] == []
    await told.aclose()


async def test_a_load_waits_its_turn_and_can_be_cancelled_then(
    services: Services, tmp_path: Path, dump: Path
) -> None:
    with CorpusWriter(engine_at(tmp_path / "data")):
        told = services.loads.load(5, [dump], "dump", MODERATOR)
        first = await anext(told)
        assert isinstance(first, Progress)
        assert (first.state, first.load) == ("queued", 0)
        await told.aclose()
    assert await services.loads.recent(5) == ()


async def test_mistakes_of_a_load_reach_the_asker(services: Services, tmp_path: Path) -> None:
    with pytest.raises(BadInput) as caught:
        await load(services, None, tmp_path / "missing")
    assert caught.value.key == "no-such-file"


@pytest.mark.slow
@pytest.mark.usefixtures("each_database")
async def test_a_load_is_taken_back_by_its_own_archive_only(loaded: Services) -> None:
    with pytest.raises(NotFound):
        await loaded.loads.undo(5, 1, MODERATOR)
    undone = await loaded.loads.undo(None, 1, MODERATOR)
    assert (undone.articles_removed, undone.comments_removed) == (2, 3)
    with pytest.raises(BadInput) as caught:
        await loaded.loads.undo(None, 1, MODERATOR)
    assert caught.value.key == "already-undone"
    assert (await loaded.loads.receipt(None, 1)).state == "undone"
    with pytest.raises(NotFound):
        await loaded.loads.receipt(5, 1)


async def test_a_loader_that_dies_is_told(
    services: Services, dump: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(process, "WORKER", (sys.executable, "-c", "raise SystemExit(3)"))
    with pytest.raises(BadInput) as caught:
        await load(services, None, dump)
    assert (caught.value.key, caught.value.fields) == ("loader-died", {"code": 3})


async def test_a_new_upload_outlives_a_clearing_of_old_ones(
    services: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Another server's load may end, and clear up, just when the folder has been made."""
    loop, make = asyncio.get_running_loop(), os.mkdir

    def clear_up_behind(path: str, mode: int = 0o777) -> None:
        make(path, mode)
        asyncio.run_coroutine_threadsafe(services.uploads.remove_unused(), loop).result(10)

    monkeypatch.setattr(os, "mkdir", clear_up_behind)
    async with services.uploads.hold(b"a dump") as path:
        assert path.read_bytes() == b"a dump"
    assert not path.parent.exists()
