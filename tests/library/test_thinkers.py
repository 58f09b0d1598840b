"""The process that reads whole threads: it keeps what it found out, is started when needed, and may die."""

from __future__ import annotations

import asyncio
import os
import signal
from pathlib import Path

import pytest

from bot.errors import BadInput, Busy, NotFound
from bot.library import Library, open_library, thinkers
from bot.models import Scope
from tests.library.conftest import load
from tests.pages import page

SHARED = Scope()


def children() -> set[int]:
    """The processes that this one started and that still run."""
    own = os.getpid()
    found = set()
    for folder in Path("/proc").iterdir():
        if folder.name.isdigit():
            try:
                state, parent = (folder / "stat").read_text().rpartition(")")[2].split()[:2]
            except OSError:
                continue
            if int(parent) == own and state != "Z":
                found.add(int(folder.name))
    return found


pytestmark = pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="looks processes up in /proc")


async def started(library: Library) -> int:
    """The process of this library."""
    before = children()
    await library.digest(SHARED, 2)
    (process,) = children() - before
    return process


async def test_a_process_is_there_from_the_first_question_to_the_end_of_the_library(
    tmp_path: Path, dump: Path
) -> None:
    before = children()
    async with open_library(tmp_path / "data") as library:
        await load(library, None, dump)
        assert children() == before
        process = await started(library)
        await library.digest(SHARED, 1)
        assert children() - before == {process}
    assert children() == before


async def test_a_process_that_was_killed_is_started_again(loaded: Library) -> None:
    process = await started(loaded)
    os.kill(process, signal.SIGKILL)
    assert (await loaded.digest(SHARED, 2)).total == 2
    assert process not in children()


async def test_one_that_always_dies_is_given_up(loaded: Library, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(thinkers, "WORKER", ("false",))
    with pytest.raises(Busy) as caught:
        await loaded.digest(SHARED, 2)
    assert caught.value.key == "thinker-died"


async def test_one_that_takes_too_long_is_stopped(loaded: Library, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(thinkers, "WORKER", ("sleep", "60"))
    monkeypatch.setattr(thinkers, "LONGEST", 0.1)
    with pytest.raises(Busy) as caught:
        await loaded.digest(SHARED, 2)
    assert caught.value.key == "took-too-long"
    monkeypatch.undo()
    assert (await loaded.digest(SHARED, 2)).total == 2


async def test_one_that_nobody_asks_ends(loaded: Library, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(thinkers, "REST", 0.1)
    process = await started(loaded)
    async with asyncio.timeout(30):
        while process in children():  # noqa: ASYNC110 - another process tells nobody
            await asyncio.sleep(0.05)
    assert (await loaded.digest(SHARED, 2)).total == 2


async def test_the_end_of_the_library_does_not_wait_for_an_answer(
    tmp_path: Path, dump: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(thinkers, "WORKER", ("sleep", "60"))
    async with asyncio.timeout(30):
        async with open_library(tmp_path / "data") as library:
            await load(library, None, dump)
            asked = asyncio.create_task(library.digest(SHARED, 2))
            await asyncio.sleep(0.3)
        with pytest.raises(Busy):
            await asked


async def test_what_was_found_out_is_kept_until_the_archive_changes(loaded: Library, tmp_path: Path) -> None:
    first = await loaded.digest(SHARED, 2)
    assert await loaded.digest(SHARED, 2) == first
    more = page(
        "Harbour council votes to move the fish market",
        "courier.example",
        "tidewatcher",
        ("The council voted.",),
        (("pierpoet", "2024-03-12T12:40", "It was 6 to 5, I counted hands."),),
    )
    (tmp_path / "more.txt").write_text(more)
    receipt = await load(loaded, None, tmp_path / "more.txt")
    assert (await loaded.digest(SHARED, 2)).total == 3
    await loaded.undo(None, receipt.load, receipt.by)
    assert await loaded.digest(SHARED, 2) == first


async def test_an_article_of_another_archive_is_not_thought_about(loaded: Library) -> None:
    process = await started(loaded)
    with pytest.raises(NotFound):
        await loaded._thinkers.digest(Scope(5, shared=False), 2)
    assert process in children()


async def test_a_fault_is_told_with_its_traceback_and_is_not_tried_again(
    tmp_path: Path, dump: Path, loaded: Library
) -> None:
    process = await started(loaded)
    with pytest.raises(RuntimeError, match="Traceback"):
        await loaded._thinkers.digest(SHARED, "2")  # type: ignore[arg-type]
    assert process in children()


async def test_what_the_operator_can_mend_is_told_as_such(tmp_path: Path, dump: Path) -> None:
    async with open_library(tmp_path / "data", vectors=str(tmp_path / "nowhere")) as library:
        await load(library, None, dump)
        with pytest.raises(BadInput) as caught:
            await library.digest(SHARED, 2)
        assert caught.value.key == "vectors-unusable"
        assert caught.value.fields["setting"] == str(tmp_path / "nowhere")


async def test_the_token_is_not_handed_on(loaded: Library, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DISCORD_TOKEN", "secret")
    monkeypatch.setenv("LLM_API_KEY", "secret")
    process = await started(loaded)
    told = await asyncio.to_thread(Path(f"/proc/{process}/environ").read_bytes)
    assert b"DISCORD_TOKEN" not in told
    assert b"LLM_API_KEY" not in told
