"""Two processes on one PostgreSQL, each with a data folder of its own, as on two machines."""

from __future__ import annotations

import asyncio
import json
import shutil
import subprocess
import sys
from collections.abc import Callable
from contextlib import aclosing
from pathlib import Path

import pytest

from bot.domain.loads import Progress, Receipt
from bot.domain.shards import Shards
from bot.errors import NotFound
from bot.loading.protocol import LoadJob, encode_job
from bot.services import Services, open_services
from bot.store.engines import engine_of
from bot.store.load_files import PART_BYTES
from tests.support.load_files import rejected_lines
from tests.support.paths import ROOT
from tests.support.reddit_records import comments
from tests.support.services import MODERATOR, load

pytestmark = pytest.mark.usefixtures("postgres_database")
GUILD, ELSEWHERE = 5, 6
LIMIT = 8_000_000


def list_uploads(data: Path) -> list[Path]:
    """The folders of attached files in a data folder."""
    return list(data.glob("*upload-*"))


async def until(is_so: Callable[[], bool]) -> None:
    """Waits until something is so."""
    async with asyncio.timeout(30):
        while not await asyncio.to_thread(is_so):  # noqa: ASYNC110 - of another process
            await asyncio.sleep(0.05)


async def test_what_one_rejected_the_other_one_shows_and_removes(tmp_path: Path) -> None:
    dump = tmp_path / "rc.ndjson"
    dump.write_bytes(comments(range(9)) + b"nonsense\n" * 40)
    async with (
        open_services(tmp_path / "one", vectors="off") as one,
        open_services(tmp_path / "other", vectors="off") as other,
    ):
        receipt = await load(one, GUILD, dump)
        lines, size = await other.loads.rejects(GUILD, receipt.load, LIMIT)
        assert len(lines) == size
        assert [json.loads(line)["text"] for line in lines.splitlines()] == ["nonsense"] * 40
        first, size = await other.loads.rejects(GUILD, receipt.load, len(lines) // 2)
        assert size == len(lines)
        assert lines.startswith(first)
        assert len(first.splitlines()) >= 18
        assert first.endswith(b"\n")
        with pytest.raises(NotFound):
            await other.loads.rejects(ELSEWHERE, receipt.load, LIMIT)
        await other.loads.undo(GUILD, receipt.load, MODERATOR)
        assert await one.loads.rejects(GUILD, receipt.load, LIMIT) == (b"", 0)
    assert rejected_lines(engine_of(tmp_path / "one")) == b""
    assert not (tmp_path / "one" / "rejects").exists()


ACCEPTING = """
import asyncio, sys
from pathlib import Path
from bot.domain.loads import Person
from bot.services import open_services

async def main():
    async with open_services(Path(sys.argv[1]), vectors="off") as services:
        async with services.uploads.hold(Path(sys.argv[2]).read_bytes()) as path:
            async for event in services.loads.load(5, [path], "march.ndjson", Person(7, "mod")):
                print("queued" if event.state == "queued" else event.load, flush=True)

asyncio.run(main())
"""


def write_dump(folder: Path, lines: int = 40_000) -> tuple[Path, int]:
    """A dump of more than one part, and the number of its comments."""
    path = folder / "rc.ndjson"
    path.write_bytes(comments(range(lines)))
    assert path.stat().st_size > 2 * PART_BYTES
    return path, lines


def accepting(data: Path, dump: Path, until: str) -> subprocess.Popen[bytes]:
    """A process that has accepted a dump, and has told how far its load is."""
    command = [sys.executable, "-c", ACCEPTING, str(data), str(dump)]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, cwd=ROOT)
    assert process.stdout is not None
    while (told := process.stdout.readline().decode().strip()) != until:
        assert told == "queued", told
    return process


def kill(process: subprocess.Popen[bytes]) -> None:
    process.kill()
    process.communicate()


def stored(data: Path) -> list[str]:
    """The names of the files in the database."""
    with engine_of(data).load_files() as files:
        return files.names()


async def resumed(services: Services) -> list[Receipt]:
    """The receipts of what a process resumes or begins."""
    return [event async for event in services.loads.resume_interrupted() if isinstance(event, Receipt)]


async def test_an_accepted_file_is_loaded_whole_by_another_machine(tmp_path: Path) -> None:
    dump, count = write_dump(tmp_path)
    data = tmp_path / "other"
    async with open_services(data, vectors="off") as other:
        lock = engine_of(data).writer_lock()
        await asyncio.to_thread(lock.acquire)
        killed = await asyncio.to_thread(accepting, tmp_path / "one", dump, "queued")
        await until(lambda: len(stored(data)) == 2)
        await other.uploads.remove_unused()
        async with other.uploads.abandoned(other.shards.current) as job:
            assert job is None, "its process waits for the lock"
        await asyncio.to_thread(kill, killed)
        dump.unlink()
        shutil.rmtree(tmp_path / "one")
        await other.uploads.remove_unused()
        async with other.uploads.abandoned(Shards(frozenset([1]), 2)) as job:
            assert job is None, "it is of another shard"
        lock.release()
        await until(lambda: not engine_of(data).has_writer())
        [receipt] = await resumed(other)
        assert (receipt.state, receipt.guild, receipt.name) == ("done", GUILD, "march.ndjson")
        assert (receipt.comments.new, receipt.rejected) == (count, 0)
        assert [found.load for found in await other.loads.recent(GUILD)] == [receipt.load]
        assert await resumed(other) == []
    assert stored(data) == []
    assert not list_uploads(data)


async def test_a_load_that_was_killed_is_resumed_by_another_machine(tmp_path: Path) -> None:
    dump, count = write_dump(tmp_path)
    data = tmp_path / "other"
    async with open_services(data, vectors="off") as other:
        killed = await asyncio.to_thread(accepting, tmp_path / "one", dump, "1")
        await asyncio.to_thread(kill, killed)
        shutil.rmtree(tmp_path / "one")
        await other.uploads.remove_unused()
        assert len(stored(data)) == 1
        await until(lambda: not engine_of(data).has_writer())
        [receipt] = await resumed(other)
        assert (receipt.state, receipt.comments.new) == ("done", count)
    assert stored(data) == []
    assert not list_uploads(data)


@pytest.mark.parametrize("how", ["forget", "stop"])
async def test_what_was_stopped_or_forgotten_is_not_loaded_later(tmp_path: Path, how: str) -> None:
    dump, _ = write_dump(tmp_path, 20_000)
    data = tmp_path / "other"
    async with open_services(data, vectors="off") as other:
        lock = engine_of(data).writer_lock()
        await asyncio.to_thread(lock.acquire)
        if how == "stop":
            async with other.uploads.hold(dump.read_bytes()) as path:
                events = other.loads.load(GUILD, [path], "march", MODERATOR)
                await anext(events)
                assert len(stored(data)) == 2
                await events.aclose()
        else:
            killed = await asyncio.to_thread(accepting, tmp_path / "one", dump, "queued")
            await until(lambda: len(stored(data)) == 2)
            await other.uploads.erase(ELSEWHERE)
            assert len(stored(data)) == 2
            await asyncio.to_thread(kill, killed)
            await other.uploads.erase(ELSEWHERE)
            assert len(stored(data)) == 2
            await other.uploads.erase(GUILD)
        assert stored(data) == []
        lock.release()
        assert await resumed(other) == []
        assert await other.loads.recent(GUILD) == ()


async def test_what_cannot_be_loaded_is_tried_once(tmp_path: Path) -> None:
    data, folder = tmp_path / "data", f"upload-{'0' * 16}"
    async with open_services(data, vectors="off") as services:
        paths = (tmp_path / "gone" / folder / "dump",)
        job = LoadJob(data=data, guild=GUILD, by=MODERATOR, paths=paths, name="march", load_max_mb=9)
        with engine_of(data).load_files() as files:
            files.append(f"{folder}/job", encode_job(job))
        await services.uploads.remove_unused()
        assert stored(data) == [f"{folder}/job"]
        assert await resumed(services) == []
        assert stored(data) == []
        assert await services.loads.recent(GUILD) == ()


async def test_a_paused_load_of_a_forgotten_author_is_resumed_nowhere(tmp_path: Path) -> None:
    dump, _ = write_dump(tmp_path)
    async with (
        open_services(tmp_path / "one", vectors="off") as one,
        open_services(tmp_path / "other", vectors="off") as other,
    ):
        async with (
            one.uploads.hold(dump.read_bytes()) as path,
            aclosing(one.loads.load(GUILD, [path], "march", MODERATOR)) as events,
        ):
            async for event in events:
                if isinstance(event, Progress) and event.load:
                    assert await one.loads.pause(GUILD, event.load)
        assert len(stored(tmp_path / "one")) == 1
        await other.uploads.erase(ELSEWHERE)
        assert len(stored(tmp_path / "one")) == 1
        await other.uploads.erase(GUILD)
        assert stored(tmp_path / "one") == []
        [receipt] = [
            event async for event in one.loads.resume(GUILD, 1, MODERATOR) if isinstance(event, Receipt)
        ]
        assert receipt.state == "failed"
    assert not list_uploads(tmp_path / "one")
