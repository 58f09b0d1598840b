"""Processes with different shards take only rows of their own servers."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

from bot.domain.digests import ContentSource, DigestConfig, Timing
from bot.domain.loads import Person
from bot.domain.shards import ALL, Shards
from bot.store.state.departures import DepartureStore
from bot.store.state.schedules import ScheduleStore, SlotClaim
from bot.store.state.shard_filter import on_shards
from tests.support.corpus_loads import START
from tests.support.state_engines import state_at

PLAN = DigestConfig(0, 0, Timing("daily"), ContentSource("newest"))
GUILDS = [(100 + number) << 22 for number in range(6)]
HOUR = timedelta(hours=1)


def shard(number: int) -> Shards:
    return Shards(frozenset([number]), 3)


def test_one_process_has_the_same_statements_as_ever() -> None:
    assert on_shards(ALL) == on_shards(Shards(frozenset(range(3)), 3)) == ""
    assert on_shards(shard(2), "post.guild") == " AND (post.guild >> 22) % 3 IN (2)"


async def test_slots_and_deliveries(tmp_path: Path) -> None:
    store = ScheduleStore.open(state_at(tmp_path))
    for guild in GUILDS:
        plan = replace(PLAN, guild=guild, channel=guild + 1)
        await store.add(plan, Person(7, "mod"), START, START, f"draft {guild}")
    taken: list[int] = []
    for number in range(3):
        own = shard(number)
        due = await store.due(START, 9, own)
        claims = [SlotClaim(of, START + HOUR * (number + 1), f"mark {of.id}") for of in due]
        assert await store.claim_slots(claims, START) == 2
        assert await store.next_wake(own) == START
        assert await store.claim("other", START, START + HOUR, 9, shard((number + 1) % 3)) == ()
        taken += [delivery.guild for delivery in await store.claim("me", START, START + HOUR, 9, own)]
        assert all(own.has(guild) for guild in taken[-2:])
        assert len(await store.later_than(START, own)) == 2
        await store.pause(due[0].id, "channel-gone")
        assert [of.id for of in await store.unannounced_pauses(9, own)] == [due[0].id]
    assert sorted(taken) == sorted(GUILDS)
    assert len(await store.claim("all", START + 2 * HOUR, START + 3 * HOUR, 9)) == 6
    await store.close()


async def test_servers_of_other_shards_have_not_left(tmp_path: Path) -> None:
    store = DepartureStore.open(state_at(tmp_path))
    for number in range(3):
        own = [guild for guild in GUILDS if shard(number).has(guild)]
        assert await store.record(1, own, START, shard(number)) == (frozenset(), frozenset())
    gone = next(guild for guild in GUILDS if shard(1).has(guild))
    here = [guild for guild in GUILDS if shard(1).has(guild) and guild != gone]
    assert await store.record(1, here, START, shard(1)) == (frozenset([gone]), frozenset())
    assert await store.due(1, START + HOUR, shard(2)) == ()
    assert await store.due(1, START + HOUR, shard(1)) == (gone,)
    await store.close()
