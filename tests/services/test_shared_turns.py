"""Several processes of one bot take their turns, and one of them does what is done once."""

from __future__ import annotations

import asyncio
import errno
import fcntl
import itertools
import os
from collections.abc import AsyncGenerator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.clock import Clock
from bot.domain.shards import ShardPlan
from bot.errors import BadInput, Busy, UserError
from bot.operations.sharding import SharedCooldown
from bot.services.running import read_running, running
from bot.services.shards import shard_service
from bot.services.shards.own_shards import OwnShards
from bot.services.shards.shard_service import ShardService, open_shards
from bot.services.shards.shared_turns import SharedTurns

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)


@asynccontextmanager
async def two_processes(
    data: Path, clock: Clock = lambda: NOW
) -> AsyncGenerator[tuple[ShardService, ShardService]]:
    """A bot's two processes, which have joined with one shard each; the clock is the second one's."""
    async with (
        open_shards(data, ShardPlan(frozenset([0]), 2), lambda: NOW) as first,
        open_shards(data, ShardPlan(frozenset([1]), 2), clock) as second,
    ):
        assert isinstance(first, ShardService)
        assert isinstance(second, ShardService)
        await first.join(1, 9)
        await second.join(1, 9)
        yield first, second


async def test_requests_of_all_keep_their_distance(tmp_path: Path) -> None:
    both = [SharedTurns(tmp_path / "turns", 2) for _ in range(2)]
    turns = [await both[number % 2].reserve(1, 0.1, 0.2) for number in range(6)]
    assert all(later - turn == pytest.approx(0.1) for turn, later in itertools.pairwise(turns))
    assert turns[0] < asyncio.get_running_loop().time(), "at most two are made up for"
    for each in both:
        each.close()
    again = SharedTurns(tmp_path / "turns", 2)
    assert await again.reserve(1, 0.1) == pytest.approx(turns[-1] + 0.1)
    again.close()


async def test_sessions_of_one_bucket_start_one_after_the_other(tmp_path: Path) -> None:
    both = [SharedTurns(tmp_path / "turns", 2) for _ in range(2)]
    starts: dict[int, list[float]] = {0: [], 1: []}

    async def start(turns: SharedTurns, shard: int) -> None:
        await turns.wait_for_turn(shard, 0.05)
        starts[shard % 2].append(asyncio.get_running_loop().time())

    gone = asyncio.create_task(both[0].wait_for_turn(0, 30.0))
    await gone
    waiting = asyncio.create_task(start(both[1], 2))
    await asyncio.sleep(0.02)
    waiting.cancel()
    both[0]._set_next(0, 0.0)
    await asyncio.gather(*(start(both[shard % 2], shard) for shard in (0, 1, 2, 3, 4)))
    for times in starts.values():
        assert all(later - time >= 0.045 for time, later in itertools.pairwise(times))
    assert [len(times) for times in starts.values()] == [3, 2]
    for each in both:
        each.close()


async def test_a_full_disk_stops_no_process(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its own turns still count."""
    turns = SharedTurns(tmp_path / "turns", 600)
    assert (tmp_path / "turns").stat().st_blocks, "the room for all turns is taken up at once"

    def full(*_: object) -> int:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "pwrite", full)
    first = await turns.reserve(0, 0.1)
    assert await turns.reserve(0, 0.1) == pytest.approx(first + 0.1)
    turns.close()
    with pytest.raises(UserError) as caught:
        SharedTurns(tmp_path / "others", 600)
    assert caught.value.key == "disk-full"


async def test_a_place_is_held_by_one_process_until_it_lets_go(tmp_path: Path) -> None:
    first, second = (SharedTurns(tmp_path / "turns", 2) for _ in range(2))
    places = range(2)
    assert {await first.hold(places, 9.0), await second.hold(places, 0.1)} == {0, 1}
    began = asyncio.get_running_loop().time()
    expired = await first.hold(places, 9.0)
    assert asyncio.get_running_loop().time() - began >= 0.09, "the other process was killed"
    second.let_go(expired, 0.0)
    with pytest.raises(TimeoutError):
        await asyncio.wait_for(second.hold(places, 9.0), 0.1)
    first.let_go(expired, 0.1)
    assert await second.hold(places, 9.0) == expired
    for each in (first, second):
        each.close()


async def test_a_stopped_process_and_a_new_start_of_the_machine_delay_nobody(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.services.shards.shared_turns._MAX_LOCK_SECONDS", 0.05)
    turns = SharedTurns(tmp_path / "turns", 1)
    now = asyncio.get_running_loop().time()
    turns._set_next(0, now + 1_000_000)
    held = os.open(tmp_path / "turns", os.O_RDWR)
    fcntl.flock(held, fcntl.LOCK_EX)
    assert await turns.reserve(0, 0.1) == pytest.approx(now, abs=1)
    os.close(held)
    turns.close()


def missed(process: ShardService) -> None:
    """Lets a process miss the heartbeats of the others for longer than a lease."""
    for process_id, seen in process._heartbeats._seen.items():
        process._heartbeats._seen[process_id] = replace(seen, silence=shard_service.LEASE_SECONDS)


async def test_one_process_at_a_time_has_shard_0(tmp_path: Path) -> None:
    """It stops what it does for all servers when it has not renewed its lease."""
    begun: list[str] = []

    async def work(name: str) -> None:
        begun.append(name)
        await asyncio.sleep(60)

    async with two_processes(tmp_path) as (first, second):
        assert [set(process.to_run) for process in (first, second)] == [{0}, {1}]
        assert first.count == 2
        assert not first.current.has(0), "its servers are not known yet"
        first.is_ready(0)
        assert first.current.ids == {0}
        tasks = [asyncio.create_task(first.while_first(lambda: work("first")))]
        tasks.append(asyncio.create_task(second.while_first(lambda: work("second"))))
        await asyncio.sleep(0.3)
        assert begun == ["first"]
        first._valid_until = second._joined_at = 0.0  # it was stopped for so long
        missed(second)
        await second._beat()
        assert [set(second.to_run), set(first.current.ids)] == [{0, 1}, set()]
        await asyncio.sleep(0.5)
        assert begun == ["first", "second"]
        await first._beat()
        assert first.to_run == frozenset()
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


@pytest.mark.parametrize("days", [-1, 1])
async def test_no_clock_decides_who_has_the_shards(tmp_path: Path, days: int) -> None:
    now = NOW
    async with two_processes(tmp_path, lambda: now) as (first, second):
        now += timedelta(days=days)
        await second._beat()
        missed(second)
        await second._beat()
        assert second.held == {1}, "a process that begins takes only its own"
        second._joined_at -= shard_service.LEASE_SECONDS
        await first._beat()
        await second._beat()
        assert (set(first.held), set(second.held)) == ({0}, {1}), "the other one lives"
        missed(second)
        await second._beat()
        assert second.held == {0, 1}, "the other one has ended"


async def test_another_number_of_shards_is_taken_when_no_process_has_the_old_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """All were stopped, or all were killed: then it takes as long as a lease."""
    for name, seconds in (("LEASE_SECONDS", 0.3), ("_LOOK_SECONDS", 0.05), ("_MARGIN_SECONDS", 0.1)):
        monkeypatch.setattr(shard_service, name, seconds)

    def started(count: int) -> AbstractAsyncContextManager[OwnShards]:
        return open_shards(tmp_path, ShardPlan(frozenset(range(count)), count), lambda: NOW)

    async with started(2) as stopped:
        assert isinstance(stopped, ShardService)
        await stopped.join(1, 9)
    async with started(3) as killed, started(4) as changed, started(5) as wrong:
        assert isinstance(killed, ShardService)
        assert isinstance(changed, ShardService)
        assert isinstance(wrong, ShardService)
        await killed.join(1, 9)
        assert killed.held == {0, 1, 2}
        await changed.join(1, 9)
        assert changed.held == {0, 1, 2, 3}
        monkeypatch.setattr(shard_service, "BEAT_SECONDS", 0.05)
        beating = asyncio.create_task(changed.run())
        with pytest.raises(BadInput) as caught:
            await wrong.join(1, 9)
        assert caught.value.fields == {"count": 5, "other": 4}
        beating.cancel()
        await asyncio.sleep(0.2)  # what it writes is written
        async with open_shards(tmp_path, ShardPlan(), lambda: NOW) as any_:
            assert isinstance(any_, ShardService)
            await any_.join(1, 9)
            assert any_.count == 9, "the other does not run any more"


async def test_a_members_questions_count_in_all_processes(tmp_path: Path) -> None:
    plan = ShardPlan(frozenset([0]), 2)
    async with (
        open_shards(tmp_path, plan, lambda: NOW) as first,
        open_shards(tmp_path, plan, lambda: NOW) as second,
    ):
        assert isinstance(first, ShardService)
        assert isinstance(second, ShardService)
        one, other = SharedCooldown(first, 2, 9), SharedCooldown(second, 2, 9)
        await one.count(7, 20)
        await other.count(7, 21)
        with pytest.raises(Busy) as caught:
            await one.count(7, 22)
        assert caught.value.key == "asked-too-often"
        assert caught.value.fields["most"] == 2
        await other.count(8, 21)


async def test_only_one_process_does_a_named_work(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shard_service, "_POLL_SECONDS", 0.01)
    inside = most = 0
    plan = ShardPlan()

    async def work() -> None:
        nonlocal inside, most
        async with open_shards(tmp_path, plan, lambda: NOW) as shards, shards.turn("commands"):
            inside += 1
            most = max(most, inside)
            await asyncio.sleep(0.02)
            inside -= 1

    await asyncio.gather(*(work() for _ in range(3)))
    assert most == 1


def test_several_processes_are_as_well_as_the_worst(tmp_path: Path) -> None:
    with running(tmp_path, lambda: NOW, shared=True) as first:
        first.write(connected=True)
        assert read_running(tmp_path).state == "connected"
        with running(tmp_path, lambda: NOW + timedelta(hours=1), shared=True):
            bot = read_running(tmp_path)
            assert (bot.state, bot.since) == ("disconnected", NOW)
        assert read_running(tmp_path).state == "connected"
    assert read_running(tmp_path).state == "stopped"
    assert not list(tmp_path.glob("running-*"))


def test_the_files_of_killed_processes_are_removed(tmp_path: Path) -> None:
    left = tmp_path / "running-0123456789abcdef.json"
    left.write_text("{}")
    with running(tmp_path, shared=True) as first, running(tmp_path, shared=True):
        first.write(connected=True)
        assert not left.exists()
        assert len(list(tmp_path.glob("running-*"))) == 2
    assert not list(tmp_path.glob("running-*"))
