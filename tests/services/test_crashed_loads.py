"""Loads whose process crashes: nothing resumes them for ever, and nobody waits for them."""

from __future__ import annotations

import asyncio
import json
import os
import sqlite3
import sys
import time
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.domain.loads import Progress, Receipt
from bot.domain.shards import Shards
from bot.errors import BadInput, UserError
from bot.loading import process, stop_files
from bot.services import Services, open_services
from bot.services.held_folders import held_folder, remove_unheld
from bot.services.shards.own_shards import OwnShards
from bot.store.ingest.writer import MAX_CRASHES, CorpusWriter
from bot.store.sqlite.writer_lock import SqliteWriterLock, is_held
from tests.support.dump_pages import write_after_good
from tests.support.engines import engine_at
from tests.support.services import MODERATOR

FATAL = """
import os, sys
from bot.dumps.formats import page
parse = page.parse_page
def fatal(text, *rest, **more):
    if b"The bell is cracked" in text:
        open(os.environ["STARTS"], "a").write("x")
        os._exit(9)
    return parse(text, *rest, **more)
page.parse_page = fatal
from bot.__main__ import main
sys.exit(main(["load-worker", *sys.argv[1:]]))
"""


class Starts:
    """How often a loader came to the page that kills it."""

    def __init__(self, path: Path) -> None:
        self._path = path

    @property
    def count(self) -> int:
        return len(self._path.read_text()) if self._path.exists() else 0


@pytest.fixture
def starts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Starts:
    monkeypatch.setattr(process, "WORKER", (sys.executable, "-c", FATAL))
    monkeypatch.setenv("STARTS", str(tmp_path / "starts"))
    return Starts(tmp_path / "starts")


@pytest.fixture
def dump(tmp_path: Path) -> Path:
    return write_after_good(tmp_path / "harbour", "2 fatal.txt", "The bell is cracked")


class Shared(OwnShards):
    """All servers, of a bot that could have other processes."""

    @property
    def current(self) -> Shards:
        return Shards(frozenset([0]), 1)

    @property
    def shared(self) -> bool:
        return True


async def crash(services: Services, dump: Path) -> int:
    events = services.loads.load(5, [dump], "harbour", MODERATOR)
    first = await anext(events)
    with pytest.raises(BadInput, match="loader-died"):
        _ = [event async for event in events]
    return first.load


async def resumed(services: Services) -> list[Progress | Receipt]:
    return [event async for event in services.loads.resume_interrupted()]


async def test_a_load_that_crashes_is_not_resumed_again_in_the_same_process(
    tmp_path: Path, dump: Path, starts: Starts
) -> None:
    async with open_services(tmp_path / "data", vectors="off", shards=Shared()) as services:
        number = await crash(services, dump)
        receipt = await services.loads.receipt(5, number)
        assert receipt.state == "paused", "nobody has to wait for the next load to see how it ended"
        for _ in range(3):
            assert await resumed(services) == []
        assert starts.count == 1
        with pytest.raises(BadInput, match="loader-died"):
            _ = [event async for event in services.loads.resume(5, number, MODERATOR)]
        assert await resumed(services) == []
        assert starts.count == 2
        (dump / "2 fatal.txt").unlink()
        *_, done = [event async for event in services.loads.resume(5, number, MODERATOR)]
        assert isinstance(done, Receipt)
        assert (done.state, done.articles.new) == ("done", 1)


@pytest.mark.slow
async def test_a_load_that_crashes_at_each_start_fails_and_says_what_to_do(
    tmp_path: Path, dump: Path, starts: Starts
) -> None:
    async with open_services(tmp_path / "data", vectors="off") as services:
        number = await crash(services, dump)
    for _ in range(4):
        async with open_services(tmp_path / "data", vectors="off") as services:
            await resumed(services)
    assert starts.count == MAX_CRASHES
    async with open_services(tmp_path / "data", vectors="off") as services:
        failed = await services.loads.receipt(5, number)
        assert failed.state == "failed"
        assert failed.problem == (
            "This load crashed three times at the same place, so it no longer continues by itself."
            f" What it had loaded is kept. Resume load {number} to try again, or undo it."
        )
        (dump / "2 fatal.txt").unlink()
        *_, done = [event async for event in services.loads.resume(5, number, MODERATOR)]
        assert isinstance(done, Receipt)
        assert (done.state, done.articles.new) == ("done", 1)


def test_only_crashes_without_progress_count(tmp_path: Path) -> None:
    def state() -> str:
        with closing(sqlite3.connect(tmp_path / "corpus.db")) as db:
            return str(db.execute("SELECT state FROM load WHERE id = ?", (load,)).fetchone()[0])

    with CorpusWriter(engine_at(tmp_path)) as writer:
        load = writer.begin_load(5, "dump", MODERATOR, datetime(2024, 3, 1, tzinfo=UTC), "{}")
    for checkpoint in "12345666":
        with CorpusWriter(engine_at(tmp_path)) as writer:
            assert state() == "paused"
            writer.resume(5, load)
            writer.add(load, checkpoint=checkpoint)
            writer.commit()
    CorpusWriter(engine_at(tmp_path)).close()
    assert state() == "failed"


@pytest.mark.parametrize("stop", ["pause", "cancel"])
async def test_nobody_waits_for_a_load_whose_process_is_gone(tmp_path: Path, dump: Path, stop: str) -> None:
    async with open_services(tmp_path / "data", vectors="off") as services:
        *_, receipt = [event async for event in services.loads.load(5, [dump], "harbour", MODERATOR)]
        with closing(sqlite3.connect(tmp_path / "data" / "corpus.db")) as db, db:
            db.execute("UPDATE load SET state = 'running'")
        start = time.monotonic()
        assert not await getattr(services.loads, stop)(5, receipt.load)
        assert time.monotonic() - start < stop_files.TIMEOUT_SECONDS / 2


async def test_a_stop_request_that_cannot_be_written_stops_nothing(tmp_path: Path) -> None:
    assert not await stop_files.request(tmp_path / "missing", 5, 1, "pause")


async def test_a_request_of_another_process_is_taken_while_an_event_is_being_shown(tmp_path: Path) -> None:
    data, dump = tmp_path / "data", tmp_path / "dump.jsonl"
    line = {"title": "Ferry", "selftext": "It sails.", "subreddit": "harbour", "created_utc": 1_700_000_000}
    with dump.open("w") as lines:
        for number in range(60_000):
            lines.write(json.dumps({**line, "id": f"a{number}"}) + "\n")
    async with open_services(data, vectors="off") as one, open_services(data, vectors="off") as other:
        taken = None
        async for event in one.loads.load(5, [dump], "dump", MODERATOR):
            if event.load and taken is None:  # as while Discord is slow
                taken = await other.loads.cancel(5, event.load)
        assert taken
        assert isinstance(event, Receipt)
        assert event.state == "cancelled"


def test_looking_whether_somebody_writes_does_not_disturb_the_writer(tmp_path: Path) -> None:
    assert not is_held(tmp_path)
    lock = SqliteWriterLock(tmp_path)
    lock.acquire()
    waiting = SqliteWriterLock(tmp_path)
    with pytest.raises(UserError):
        waiting.acquire(timeout=0)  # makes the file by which waiting processes are seen
    assert is_held(tmp_path)
    assert not lock.has_waiters()
    lock.release()
    assert not is_held(tmp_path)


def test_a_folder_that_another_process_has_just_removed_is_passed_over(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    gone, left = tmp_path / "new-upload-gone", tmp_path / "upload-left"
    left.mkdir()
    glob = Path.glob
    monkeypatch.setattr(
        Path,
        "glob",
        lambda path, pattern: [gone, *glob(path, pattern)] if pattern[:3] == "new" else glob(path, pattern),
    )
    remove_unheld(tmp_path, "upload-")
    assert not left.exists()


async def test_the_folder_of_a_cancelled_task_is_removed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    loop, making = asyncio.get_running_loop(), asyncio.Event()
    rename = Path.rename

    def slow(path: Path, target: Path) -> Path:
        loop.call_soon_threadsafe(making.set)
        time.sleep(0.2)
        return rename(path, target)

    monkeypatch.setattr(Path, "rename", slow)

    async def hold() -> None:
        async with held_folder(tmp_path, "upload-"):
            raise AssertionError("it was cancelled before")

    task = asyncio.create_task(hold())
    await making.wait()
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    async with asyncio.timeout(5):
        while os.listdir(tmp_path):  # noqa: ASYNC110 - a thread makes it
            await asyncio.sleep(0.05)
