"""What the stores behind digests keep, of whom only one wins, and who says Busy."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from bot.domain.articles import DELETED
from bot.domain.digests import ContentSource, Decision, Delivery, DigestConfig, Schedule, Timing
from bot.domain.loads import Person
from bot.errors import Busy
from bot.store.state import old_deliveries, schedules
from bot.store.state.schedules import ScheduleStore, SlotClaim
from tests.support.corpus_loads import START
from tests.support.locked import methods
from tests.support.state_engines import impatient, state_at, state_held

PLAN = DigestConfig(11, 22, Timing("daily"), ContentSource("newest"))
BY = Person(7, "mod")
HOUR = timedelta(hours=1)
SHOWN = Decision(5, "Gulls return", 3, "picked", "gulls")


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[ScheduleStore]:
    opened = ScheduleStore.open(state_at(tmp_path))
    yield opened
    await opened.close()


async def claimed(store: ScheduleStore) -> tuple[Schedule, Delivery]:
    """A schedule whose first slot has come, and the delivery that `me` holds."""
    number = await store.add(PLAN, BY, START, START, "draft")
    of = await store.schedule(number)
    assert of is not None
    assert await store.claim_slots([SlotClaim(of, START + HOUR, "mark")], START) == 1
    (one,) = await store.claim("me", START, START + HOUR / 60, 9)
    return of, one


async def test_a_slot_is_claimed_once(store: ScheduleStore, tmp_path: Path) -> None:
    number = await store.add(PLAN, BY, START, START, "draft")
    of = await store.schedule(number)
    assert of is not None
    other = ScheduleStore.open(state_at(tmp_path))
    both = await asyncio.gather(
        store.claim_slots([SlotClaim(of, START + HOUR, "one")], START),
        other.claim_slots([SlotClaim(of, START + HOUR, "two")], START),
    )
    assert sorted(both) == [0, 1]
    assert len(await store.deliveries(11)) == 1
    await other.close()


async def test_what_was_posted_is_known_by_what_copies_share(store: ScheduleStore) -> None:
    of, one = await claimed(store)
    assert await store.begin_sending(one, "me", [SHOWN], {0: 5}, START + HOUR)
    assert await store.posted_threads(of.id) == {"gulls": 3}
    assert await store.mark_posted(replace(one, state="sending"), "me", 99, START)
    assert await store.newest_articles(of.id) == {0: 5}
    assert not await store.close_unsent(one, "me", "failed", "fault")
    assert await store.posted_threads(of.id) == {"gulls": 3}


async def test_what_was_not_sent_counts_as_not_shown(store: ScheduleStore) -> None:
    of, one = await claimed(store)
    await store.begin_sending(one, "me", [SHOWN], {}, START + HOUR)
    assert await store.close_unsent(one, "me", "failed", "channel-gone")
    assert await store.posted_threads(of.id) == {}


async def test_titles_are_forgotten_in_all_deliveries(
    store: ScheduleStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(schedules, "MAX_BATCH_DELIVERIES", 1)
    of, one = await claimed(store)
    other = replace(SHOWN, article=6, title="Ferry sails")
    await store.begin_sending(one, "me", [SHOWN, other], {}, START + HOUR)
    await store.mark_posted(replace(one, state="sending"), "me", 99, START)
    await store.add_requested(of, "another", START + HOUR)
    [second] = await store.claim("me", START + HOUR, START + 2 * HOUR, 9)
    await store.close_unsent(second, "me", "empty", "nothing", [SHOWN])
    await store.erase_titles(frozenset([5, 7]))
    kept = await store.deliveries(11)
    assert [[part.title for part in found.decisions] for found in kept] == [
        [DELETED],
        [DELETED, "Ferry sails"],
    ]


@pytest.mark.parametrize("posted", [True, False], ids=["posted", "failed"])
async def test_a_delivery_that_was_open_when_it_became_old_is_shortened_later(
    store: ScheduleStore, monkeypatch: pytest.MonkeyPatch, posted: bool
) -> None:
    monkeypatch.setattr(old_deliveries, "MAX_FULL_DELIVERIES", 2)
    of, first = await claimed(store)
    not_picked = replace(SHOWN, article=6, rule="enough")
    assert await store.begin_sending(first, "me", [SHOWN, not_picked], {}, START + HOUR)
    for hour in range(1, 9):
        assert await store.add_requested(of, f"nonce {hour}", START + hour * HOUR)
    kept = await store.delivery(first.id)
    assert kept is not None
    assert len(kept.decisions) == 2, "another process may be about to change it"
    if posted:
        assert await store.mark_posted(first, "me", 99, START)
    else:
        assert await store.close_unsent(first, "me", "failed", "fault")
    kept = await store.delivery(first.id)
    assert kept is not None
    assert (kept.state, kept.decisions) == ("posted" if posted else "failed", (SHOWN,))


async def test_several_new_deliveries_shorten_as_many(
    store: ScheduleStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    """They can be requested or missed before one of them is composed."""
    monkeypatch.setattr(old_deliveries, "MAX_FULL_DELIVERIES", 6)
    of, delivery = await claimed(store)
    not_picked = replace(SHOWN, article=6, rule="enough")
    for hour in range(1, 7):
        await store.begin_sending(delivery, "me", [SHOWN, not_picked], {}, START + hour * HOUR)
        await store.mark_posted(delivery, "me", hour, START)
        assert await store.add_requested(of, f"nonce {hour}", START + hour * HOUR)
        [delivery] = await store.claim("me", START + hour * HOUR, START + (hour + 1) * HOUR, 9)
    for hour in range(7, 12):
        assert await store.add_requested(of, f"nonce {hour}", START + hour * HOUR)
    assert [len(kept.decisions) for kept in await store.deliveries(11)] == [0] * 6 + [1] * 6


async def test_a_delivery_keeps_where_it_was_to_go(store: ScheduleStore) -> None:
    of, one = await claimed(store)
    forum = replace(PLAN, channel=33, target="forum")
    assert await store.edit(of.id, PLAN, forum, None)
    assert await store.delivery(one.id) == one
    changed = await store.schedule(of.id)
    assert changed is not None
    assert changed.plan == forum
    assert changed.next_at == START + HOUR
    await store.add_requested(changed, "another", START)
    (asked, _) = await store.deliveries(11)
    assert (asked.channel, asked.target, asked.manual) == (33, "forum", True)


async def test_an_edit_is_of_the_plan_that_was_seen(store: ScheduleStore) -> None:
    number = await store.add(PLAN, BY, START, START, "draft")
    first, second = replace(PLAN, late=5), replace(PLAN, late=9)
    assert await store.edit(number, PLAN, first, START + HOUR)
    assert not await store.edit(number, PLAN, second, START)
    assert await store.edit(number, PLAN, first, START), "pressed twice, it is done"
    of = await store.schedule(number)
    assert of is not None
    assert (of.plan, of.next_at) == (first, START + HOUR)
    await store.delete(number)
    assert not await store.edit(number, first, second, START)


async def test_only_a_pause_with_a_reason_is_to_be_told_and_once(store: ScheduleStore) -> None:
    number = await store.add(PLAN, BY, START, START, "draft")
    await store.pause(number, None)
    assert await store.unannounced_pauses(9) == ()
    await store.resume(number, START)
    await store.pause(number, "channel-gone")
    assert [of.reason for of in await store.unannounced_pauses(9)] == ["channel-gone"]
    assert await store.mark_announced(number)
    assert not await store.mark_announced(number)
    assert await store.unannounced_pauses(9) == ()


async def test_the_nearest_slot(store: ScheduleStore) -> None:
    of, one = await claimed(store)
    await store.add_requested(of, "later", START + 6 * HOUR)
    for at, expected in (
        (START - HOUR, START),
        (START + 4 * HOUR, START + 6 * HOUR),
        (None, START + 6 * HOUR),
    ):
        found = await store.nearest_delivery(of.id, at)
        assert found is not None
        assert found.due_at == expected
    assert await store.nearest_delivery(of.id + 1, None) is None
    assert [found.id for found in await store.deliveries(11, of.id, 1, 1)] == [one.id]


CALLS: dict[str, Callable[[ScheduleStore, Schedule, Delivery], Awaitable[object]]] = {
    "add": lambda store, of, one: store.add(PLAN, BY, START, START, "new"),
    "add_requested": lambda store, of, one: store.add_requested(of, "asked", START),
    "claim_slots": lambda store, of, one: store.claim_slots([SlotClaim(of, START + HOUR, "again")], START),
    "begin_sending": lambda store, of, one: store.begin_sending(one, "me", [SHOWN], {}, START),
    "begin_sending_part": lambda store, of, one: store.begin_sending_part(one, "me", START),
    "first_of_slot": lambda store, of, one: store.first_of_slot(one),
    "posted_before": lambda store, of, one: store.posted_before(one),
    "delete": lambda store, of, one: store.delete(of.id),
    "deliveries": lambda store, of, one: store.deliveries(11),
    "delivery": lambda store, of, one: store.delivery(one.id),
    "close_unsent": lambda store, of, one: store.close_unsent(one, "me", "failed", "fault"),
    "due": lambda store, of, one: store.due(START, 9),
    "edit": lambda store, of, one: store.edit(of.id, PLAN, PLAN, START),
    "erase_titles": lambda store, of, one: store.erase_titles([5]),
    "renew_lease": lambda store, of, one: store.renew_lease(one, "me", START),
    "nearest_delivery": lambda store, of, one: store.nearest_delivery(of.id, START),
    "next_wake": lambda store, of, one: store.next_wake(),
    "pause": lambda store, of, one: store.pause(of.id, None),
    "plan": lambda store, of, one: store.plan(of.id),
    "later_than": lambda store, of, one: store.later_than(START),
    "move": lambda store, of, one: store.move(of, START),
    "mark_posted": lambda store, of, one: store.mark_posted(one, "me", 9, START),
    "reschedule": lambda store, of, one: store.reschedule(one, "me", START, ""),
    "resume": lambda store, of, one: store.resume(of.id, START),
    "schedule": lambda store, of, one: store.schedule(of.id),
    "schedules": lambda store, of, one: store.schedules(11),
    "all_schedules": lambda store, of, one: store.all_schedules(),
    "newest_articles": lambda store, of, one: store.newest_articles(of.id),
    "posted_threads": lambda store, of, one: store.posted_threads(of.id),
    "claim": lambda store, of, one: store.claim("me", START, START, 9),
    "mark_announced": lambda store, of, one: store.mark_announced(of.id),
    "unannounced_pauses": lambda store, of, one: store.unannounced_pauses(9),
}


def test_every_method_is_tried() -> None:
    assert methods(ScheduleStore) == set(CALLS)


@pytest.mark.parametrize("call", CALLS.values(), ids=CALLS)
async def test_schedules_say_busy(
    tmp_path: Path, call: Callable[[ScheduleStore, Schedule, Delivery], Awaitable[object]]
) -> None:
    store = ScheduleStore(*impatient(tmp_path))
    of, one = await claimed(store)
    with state_held(tmp_path), pytest.raises(Busy) as raised:
        await call(store, of, one)
    assert raised.value.key == "database-busy"
    await call(store, of, one)
    await store.close()
