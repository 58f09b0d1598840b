"""The leases of processes on shards, and questions that are counted in all of them."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from bot.domain.shards import ShardProcess
from bot.errors import BadInput, Busy
from bot.store.sqlite.connection import STATE, open_writer
from bot.store.sqlite.pool import Pool
from bot.store.state.shards import ShardStore
from tests.support.corpus_loads import START
from tests.support.locked import held, methods

BOT = 1
SECOND = timedelta(seconds=1)
LEASE = 20 * SECOND
A = ShardProcess("a", 4, frozenset([0, 1]), START)
B = ShardProcess("b", 4, frozenset([2, 3]), START + SECOND)


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[ShardStore]:
    opened = ShardStore.open(tmp_path)
    yield opened
    await opened.close()


async def beat(store: ShardStore, process: ShardProcess, at: datetime) -> set[int]:
    """What a process has after it gave back what it is not to have."""
    had, wanted = await store.beat(BOT, process, at, at + LEASE)
    await store.release(BOT, process.id, sorted(had - wanted))
    return set(had & wanted)


async def test_each_has_its_home_and_takes_over_what_is_free(store: ShardStore) -> None:
    at = START + 2 * SECOND
    assert (await store.beat(BOT, A, at, at + LEASE, only_home=True))[0] == {0, 1}
    assert await beat(store, B, at) == {2, 3}
    assert await store.count(BOT, at) == 4
    assert await beat(store, A, at + 15 * SECOND) == {0, 1}
    assert await beat(store, A, at + 25 * SECOND) == {0, 1, 2, 3}, "the lease of the other has expired"
    assert [process.shards for process in await store.processes(None, at + 25 * SECOND)] == [{0, 1, 2, 3}]
    again = replace(B, id="b2", started_at=at + 26 * SECOND)
    assert await beat(store, again, at + 26 * SECOND) == set(), "the other still runs them"
    assert await beat(store, A, at + 27 * SECOND) == {0, 1}
    assert await beat(store, again, at + 28 * SECOND) == {2, 3}
    assert await beat(store, B, at + 29 * SECOND) == set(), "it was stopped for too long, and comes back"


async def test_a_restart_finds_its_home(store: ShardStore) -> None:
    await beat(store, A, START)
    await beat(store, B, START)
    await store.leave(B)
    assert await beat(store, A, START + 5 * SECOND) == {0, 1}
    assert await beat(store, replace(B, id="b2"), START + 6 * SECOND) == {2, 3}


async def test_without_a_home_shards_are_shared_and_given_up_at_the_end(store: ShardStore) -> None:
    none: frozenset[int] = frozenset()
    first, second = replace(A, home=none), replace(B, home=none)
    assert await beat(store, first, START) == {0, 1, 2, 3}
    assert await beat(store, second, START) == set()
    assert await beat(store, first, START) == {0, 1}
    assert await beat(store, second, START) == {2, 3}
    await store.leave(first)
    assert await beat(store, second, START) == {0, 1, 2, 3}


async def test_all_processes_of_a_bot_have_the_same_number_of_shards(store: ShardStore) -> None:
    await beat(store, A, START)
    with pytest.raises(BadInput) as caught:
        await beat(store, replace(B, count=5), START)
    assert (caught.value.key, caught.value.fields) == ("shard-count", {"count": 5, "other": 4})
    assert len(await store.processes(BOT, START)) == 1
    await store.beat(2, replace(B, count=5), START, START + LEASE)
    assert await store.count(BOT, START + 2 * LEASE) is None


async def test_a_clock_that_was_set_back_leaves_no_shards_without_a_process(store: ShardStore) -> None:
    await beat(store, A, START + timedelta(days=1))
    assert await beat(store, B, START) == {0, 1, 2, 3}


async def test_questions_are_counted_for_members_and_channels(store: ShardStore) -> None:
    places = [("member", 7, 2), ("channel", 9, 0)]
    assert await store.count_question(places, START) is None
    assert await store.count_question(places, START + 10 * SECOND) is None
    assert await store.count_question(places, START + 20 * SECOND) == ("member", 40)
    at = START + 20 * SECOND
    assert await store.count_question([("member", 8, 2), ("channel", 9, 2)], at) == ("channel", 40)
    assert await store.count_question(places, START + 61 * SECOND) is None


CALLS: dict[str, Callable[[ShardStore], Awaitable[object]]] = {
    "count": lambda store: store.count(BOT, START),
    "processes": lambda store: store.processes(BOT, START),
    "beat": lambda store: store.beat(BOT, A, START, START + LEASE),
    "release": lambda store: store.release(BOT, "a", [0]),
    "leave": lambda store: store.leave(A),
    "count_question": lambda store: store.count_question([("member", 7, 2)], START),
}


def test_every_method_is_tried() -> None:
    assert methods(ShardStore) == set(CALLS)


@pytest.mark.parametrize("call", CALLS.values(), ids=CALLS)
async def test_it_says_busy(tmp_path: Path, call: Callable[[ShardStore], Awaitable[object]]) -> None:
    db = open_writer(tmp_path, STATE, busy_timeout=0)
    db.execute("PRAGMA journal_mode = DELETE")
    store = ShardStore(Pool([db], STATE.file))
    with held(tmp_path, STATE), pytest.raises(Busy):
        await call(store)
    await call(store)
    await store.close()
