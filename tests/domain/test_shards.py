"""Which servers a shard has, and which process has a shard."""

from __future__ import annotations

import random

import pytest

from bot.domain.shards import ALL, ShardPlan, Shards, assign, parse_plan, ranges


def test_a_server_is_on_one_shard_as_discord_counts_them() -> None:
    guild = 197038439483310086
    assert Shards(count=16).shard_of(guild) == (guild >> 22) % 16
    assert [Shards(frozenset([shard]), 16).has(guild) for shard in range(16)].count(True) == 1
    assert Shards(count=16).shard_of(None) == Shards(count=16).shard_of(0) == 0
    assert ALL.all
    assert ALL.has(guild)
    assert not Shards(frozenset([0]), 2).all


@pytest.mark.parametrize(
    ("text", "plan"),
    [
        ("auto", ShardPlan()),
        ("0-3/16", ShardPlan(frozenset(range(4)), 16)),
        ("15/16", ShardPlan(frozenset([15]), 16)),
        ("0/1", ShardPlan(frozenset([0]), 1)),
        *((wrong, None) for wrong in ("", "4", "3-0/16", "0-16/16", "0-3", "1/0", "a/b", "-1/4", "0/99999")),
    ],
)
def test_what_a_process_is_started_for(text: str, plan: ShardPlan | None) -> None:
    assert parse_plan(text) == plan


def test_shards_as_people_write_them() -> None:
    assert ranges(frozenset([0, 1, 2, 3, 7, 9, 10])) == "0-3, 7, 9-10"


HOMES = {name: frozenset(range(at * 4, at * 4 + 4)) for at, name in enumerate("abcd")}


def test_every_shard_is_at_home_while_its_process_runs() -> None:
    taken_over = dict.fromkeys(range(16), "a")
    assigned = assign(16, HOMES, taken_over, "abcd")
    assert all(shard in HOMES[process] for shard, process in assigned.items())


def test_the_shards_of_a_dead_process_are_shared_out_and_stay() -> None:
    homes = {name: HOMES[name] for name in "abc"}
    assigned = assign(16, homes, {}, "abc")
    assert sorted(assigned) == list(range(16))
    assert {assigned[shard] for shard in range(12, 16)} == {"a", "b", "c"}
    assert assign(16, homes, assigned, "abc") == assigned, "nothing moves without a reason"


def test_processes_without_a_home_share_fairly() -> None:
    none: frozenset[int] = frozenset()
    alone = assign(16, {"a": none}, {}, "a")
    assert set(alone.values()) == {"a"}
    two = assign(16, {"a": none, "b": none}, alone, "ab")
    assert sorted(two.values()).count("b") == 8
    assert all(two[shard] == "a" for shard in range(8))
    three = assign(16, {"a": none, "b": none, "c": none}, two, "abc")
    assert max(list(three.values()).count(name) for name in "abc") == 6
    assert set(assign(16, {"c": none}, three, "c").values()) == {"c"}
    assert assign(16, {}, three, "") == {}


def test_any_processes_have_every_shard_between_them() -> None:
    rng = random.Random(1)
    holders: dict[int, str] = {}
    for _ in range(300):
        order = rng.sample("abcdef", rng.randint(1, 6))
        homes = {name: frozenset(rng.sample(range(12), rng.randint(0, 4))) for name in order}
        assigned = assign(12, homes, holders, order)
        assert sorted(assigned) == list(range(12))
        assert assign(12, homes, assigned, order) == assigned
        holders = {shard: name for shard, name in assigned.items() if rng.random() < 0.8}
