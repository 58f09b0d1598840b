"""A loader that is held by a pattern, deaf to requests: it is stopped, and the others' loads go on."""

from __future__ import annotations

import asyncio
import errno
import sys
import time
from contextlib import aclosing
from pathlib import Path

import pytest

from bot.domain.loads import Progress, Receipt
from bot.errors import BadInput
from bot.loading import process
from bot.services import Services, open_services
from bot.store.ingest import killed_loads
from tests.support.dump_pages import page, write_after_good
from tests.support.services import MODERATOR, load

pytestmark = pytest.mark.slow

HELD = """
import re, sys, time
from bot.dumps.formats import page
parse = page.parse_page
def held(text, *rest, **more):
    if b"The bell is stuck" in text:
        re.match(r"(x|xx)+y", "x" * 200)
    return parse(text, *rest, **more)
page.parse_page = held
from bot.__main__ import main
sys.exit(main(["load-worker", *sys.argv[1:]]))
"""


@pytest.fixture(autouse=True)
def held(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(process, "WORKER", (sys.executable, "-c", HELD))
    monkeypatch.setattr(process, "POLL_SECONDS", 0.05)
    monkeypatch.setattr(process, "GRACE_SECONDS", 0.3)


@pytest.fixture
def dump(tmp_path: Path) -> Path:
    return write_after_good(tmp_path / "harbour", "2 held.txt", "The bell is stuck")


@pytest.fixture
def quick(tmp_path: Path) -> Path:
    path = tmp_path / "quick.txt"
    path.write_text(page("The ferry is on time"))
    return path


async def until_held(services: Services, dump: Path) -> tuple[asyncio.Task[Receipt], int]:
    """A load of server 5 that is held."""
    begun: asyncio.Future[int] = asyncio.get_running_loop().create_future()

    async def run() -> Receipt:
        async with aclosing(services.loads.load(5, [dump], "harbour", MODERATOR)) as events:
            async for event in events:
                if isinstance(event, Receipt):
                    return event
                if event.load and not begun.done():
                    begun.set_result(event.load)
        raise AssertionError("no receipt")

    task = asyncio.create_task(run())
    number = await begun
    await asyncio.sleep(0.3)
    return task, number


async def test_a_load_without_progress_is_stopped_where_it_is_and_not_resumed_by_itself(
    tmp_path: Path, dump: Path, quick: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(process, "STALL_SECONDS", 1.0)
    async with open_services(tmp_path / "data") as services:
        task, number = await until_held(services, dump)
        other = await load(services, 6, quick)
        receipt = await task
        assert (receipt.state, receipt.articles.new) == ("failed", 0)
        assert receipt.problem == (
            "Nothing could be read for a minute near harbour/2 held.txt, so the load was stopped."
            " What it had loaded is kept. Remove that part of the file, then resume load 1."
        )
        assert (other.state, other.articles.new) == ("done", 1)
        assert await services.loads.receipt(5, number) == receipt
    async with open_services(tmp_path / "data") as services:
        assert [event async for event in services.loads.resume_interrupted()] == []
        (dump / "2 held.txt").unlink()
        *_, resumed = [event async for event in services.loads.resume(5, number, MODERATOR)]
        assert isinstance(resumed, Receipt)
        assert (resumed.state, resumed.articles.new) == ("done", 1)


async def test_a_load_that_runs_is_not_resumed(tmp_path: Path, dump: Path) -> None:
    async with open_services(tmp_path / "data") as services:
        task, number = await until_held(services, dump)
        async with asyncio.timeout(3):
            assert [event async for event in services.loads.resume_interrupted()] == []
        assert await services.loads.cancel(5, number)
        assert (await task).state == "cancelled"


@pytest.mark.parametrize(("how", "state"), [("cancel", "cancelled"), ("pause", "paused")])
async def test_a_load_that_is_held_ends_within_seconds_when_asked(
    tmp_path: Path, dump: Path, how: str, state: str
) -> None:
    async with open_services(tmp_path / "data") as services:
        task, number = await until_held(services, dump)
        assert await getattr(services.loads, how)(5, number)
        receipt = await asyncio.wait_for(task, 3)
        assert (receipt.state, receipt.problem) == (state, None)
        assert await services.loads.receipt(5, number) == receipt
        assert [event async for event in services.loads.resume_interrupted()] == []


async def test_a_load_that_is_held_is_killed_even_if_the_disk_is_full(
    tmp_path: Path, dump: Path, quick: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def fail(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(killed_loads, "note", fail)
    async with open_services(tmp_path / "data") as services:
        task, number = await until_held(services, dump)
        assert await services.loads.cancel(5, number)
        await asyncio.wait_for(asyncio.wait([task]), 10)
        assert "cannot be noted" in caplog.text
        assert (await load(services, 6, quick)).state == "done"


async def test_closing_is_quick_and_the_load_is_resumed_at_the_next_start_once(
    tmp_path: Path, dump: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with open_services(tmp_path / "data") as services:
        task, number = await until_held(services, dump)
        start = time.monotonic()
        task.cancel()
    assert time.monotonic() - start < 3
    await asyncio.gather(task, return_exceptions=True)  # it compares how long the loader was stuck
    monkeypatch.setattr(process, "STALL_SECONDS", 0.5)
    async with open_services(tmp_path / "data") as services:
        *_, receipt = [event async for event in services.loads.resume_interrupted()]
        assert isinstance(receipt, Receipt)
        assert (receipt.load, receipt.state) == (number, "failed")
        assert [event async for event in services.loads.resume_interrupted()] == []


async def test_a_load_that_was_stuck_for_long_when_the_bot_closed_is_not_resumed(
    tmp_path: Path, dump: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with open_services(tmp_path / "data") as services:
        task, _ = await until_held(services, dump)
        monkeypatch.setattr(process, "STALL_SECONDS", 0.4)
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
    async with open_services(tmp_path / "data") as services:
        assert [event async for event in services.loads.resume_interrupted()] == []


async def test_a_preview_that_is_held_says_where(
    tmp_path: Path, dump: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(process, "STALL_SECONDS", 0.5)
    async with open_services(tmp_path / "data") as services:
        with pytest.raises(BadInput) as caught:
            await services.loads.preview(None, [dump], "harbour", MODERATOR)
    assert (caught.value.key, caught.value.fields) == ("load-stalled", {"where": "harbour/2 held.txt"})


async def test_a_load_that_waits_for_another_is_not_stuck(
    tmp_path: Path, dump: Path, quick: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with open_services(tmp_path / "data") as services:
        task, number = await until_held(services, dump)
        waiting = services.loads.load(6, [quick], "quick", MODERATOR)
        assert isinstance(await anext(waiting), Progress)
        monkeypatch.setattr(process, "SILENCE_SECONDS", 0.4)
        await asyncio.sleep(0.6)
        await services.loads.cancel(5, number)
        *_, receipt = [event async for event in waiting]
        assert isinstance(receipt, Receipt)
        assert receipt.state == "done"
        await task
