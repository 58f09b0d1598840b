"""The leases of processes on shards, and questions that are counted in all of them."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from bot.domain.shards import ShardProcess
from bot.errors import BadInput, Busy
from bot.store.state.shards import ShardStore
from tests.support.corpus_loads import START
from tests.support.locked import methods
from tests.support.state_engines import impatient, state_at, state_held

BOT = 1
SECOND = timedelta(seconds=1)
LEASE = 20 * SECOND
A = ShardProcess("a", 4, frozenset([0, 1]), START)
B = ShardProcess("b", 4, frozenset([2, 3]), START + SECOND)


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[ShardStore]:
    opened = ShardStore.open(state_at(tmp_path))
    yield opened
    await opened.close()


async def beat(store: ShardStore, process: ShardProcess, *ended: ShardProcess) -> set[int]:
    """What a process has after it gave back what it is not to have; it has missed those that `ended`."""
    beats = {known.id: known.beats for known in await store.processes(BOT)}
    missed = {process.id: beats.get(process.id, 0) for process in ended}
    lease = await store.beat(BOT, process, START, START + LEASE, missed)
    await store.release(BOT, process.id, sorted(lease.held - lease.assigned))
    return set(lease.held & lease.assigned)


async def at_home(store: ShardStore, *processes: ShardProcess) -> None:
    """Lets processes take the shards for which they were started."""
    for process in processes:
        lease = await store.beat(BOT, process, START, START + LEASE, only_home=True)
        assert lease.held == process.home


async def test_each_has_its_home_and_takes_over_what_is_free(store: ShardStore) -> None:
    await at_home(store, A, B)
    assert await beat(store, A) == {0, 1}
    assert await beat(store, A, B) == {0, 1, 2, 3}, "the other has ended"
    assert [process.shards for process in await store.processes(BOT)] == [{0, 1, 2, 3}]
    again = replace(B, id="b2", started_at=START + 2 * SECOND)
    assert await beat(store, again) == set(), "the other still runs them"
    assert await beat(store, A) == {0, 1}
    assert await beat(store, again) == {2, 3}
    assert await beat(store, B) == set(), "it was stopped for too long, and comes back"


async def test_a_process_that_beats_again_in_the_last_moment_keeps_its_shards(store: ShardStore) -> None:
    await at_home(store, A, B)
    seen = {known.id: known.beats for known in await store.processes(BOT)}
    await beat(store, B)
    assert (await store.beat(BOT, A, START, START + LEASE, {"b": seen["b"]})).held == {0, 1}
    assert await beat(store, B) == {2, 3}


async def test_a_restart_finds_its_home(store: ShardStore) -> None:
    await at_home(store, A, B)
    await store.leave(B)
    assert await beat(store, A) == {0, 1}
    assert await beat(store, replace(B, id="b2")) == {2, 3}


async def test_without_a_home_shards_are_shared_and_given_up_at_the_end(store: ShardStore) -> None:
    none: frozenset[int] = frozenset()
    first, second = replace(A, home=none), replace(B, home=none)
    assert await beat(store, first) == {0, 1, 2, 3}
    assert await beat(store, second) == set()
    assert await beat(store, first) == {0, 1}
    assert await beat(store, second) == {2, 3}
    await store.leave(first)
    assert await beat(store, second) == {0, 1, 2, 3}


async def test_all_processes_of_a_bot_have_the_same_number_of_shards(store: ShardStore) -> None:
    await at_home(store, A)
    with pytest.raises(BadInput) as caught:
        await beat(store, replace(B, count=5))
    assert (caught.value.key, caught.value.fields) == ("shard-count", {"count": 5, "other": 4})
    assert len(await store.processes(BOT)) == 1
    await store.beat(2, replace(B, id="of another bot", count=5), START, START + LEASE)
    await store.leave(A)
    assert await store.processes(BOT) == ()
    assert await beat(store, replace(B, count=5)) == {0, 1, 2, 3, 4}, "all others are stopped"


@pytest.mark.parametrize("days", [-1, 1])
async def test_a_clock_that_is_set_takes_no_shards_and_leaves_none(store: ShardStore, days: int) -> None:
    await at_home(store, A)
    later = START + timedelta(days=days)
    assert (await store.beat(BOT, B, later, later + LEASE)).held == {2, 3}
    assert (await store.beat(BOT, B, later, later + LEASE, {"a": 0})).held == {0, 1, 2, 3}


async def test_questions_are_counted_for_members_and_channels(store: ShardStore) -> None:
    places = [("member", 7, 2), ("channel", 9, 0)]
    assert await store.count_question(places, START) is None
    assert await store.count_question(places, START + 10 * SECOND) is None
    assert await store.count_question(places, START + 20 * SECOND) == ("member", 40)
    at = START + 20 * SECOND
    assert await store.count_question([("member", 8, 2), ("channel", 9, 2)], at) == ("channel", 40)
    assert await store.count_question(places, START + 61 * SECOND) is None


async def questions(store: ShardStore) -> int:
    """The number of questions that are stored."""
    rows = await store._read_all(tuple, "SELECT * FROM question")
    return len(rows)


async def test_no_question_is_lost_and_none_stays(store: ShardStore) -> None:
    ahead = START + timedelta(seconds=1)
    await store.count_question([("member", 7, 1)], ahead)
    assert await store.count_question([("member", 7, 1)], START) is not None, "another process is ahead"
    ahead += timedelta(hours=1)
    await store._change("INSERT INTO question (kind, place, at) VALUES ('member', 8, ?)", ahead.timestamp())
    await store.beat(BOT, A, START, START + LEASE)
    assert await questions(store) == 1, "the other is from before the clock was set back"
    await store.beat(BOT, B, START, START + LEASE)
    await store.leave(A)
    assert await questions(store) == 1
    await store.leave(B)
    assert await questions(store) == 0, "no process is left to delete it"


CALLS: dict[str, Callable[[ShardStore], Awaitable[object]]] = {
    "processes": lambda store: store.processes(BOT),
    "beat": lambda store: store.beat(BOT, A, START, START + LEASE),
    "release": lambda store: store.release(BOT, "a", [0]),
    "leave": lambda store: store.leave(A),
    "count_question": lambda store: store.count_question([("member", 7, 2)], START),
}


def test_every_method_is_tried() -> None:
    assert methods(ShardStore) == set(CALLS)


@pytest.mark.parametrize("call", CALLS.values(), ids=CALLS)
async def test_it_says_busy(tmp_path: Path, call: Callable[[ShardStore], Awaitable[object]]) -> None:
    store = ShardStore(*impatient(tmp_path))
    with state_held(tmp_path), pytest.raises(Busy):
        await call(store)
    await call(store)
    await store.close()
