"""The stores of follows and remembered posts: each method on a locked database."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.domain.exclusions import Exclusions
from bot.domain.follows import EndedLoad, FollowTarget, Notice
from bot.domain.loads import Person
from bot.domain.posts import PostedMessage, ThreadSnapshot
from bot.errors import Busy
from bot.store.state.follows import FollowStore
from bot.store.state.posts import PostStore
from tests.support.corpus_loads import START
from tests.support.locked import methods
from tests.support.state_engines import impatient, state_held

ME, LATER, BY = "me", START + timedelta(minutes=1), Person(1, "mod")
WATCH = FollowTarget("market")
NOTICE = Notice(1, 7, 8, False, 1, START, "claimed", "mark", 0)
POSTED = PostedMessage(1, 7, 8, False, 9, "shared", "a1", 1, "claimed", 0, START, START, None, (), ())
DAY = (START - timedelta(hours=9), START, 10)

FOLLOWS: dict[str, Callable[[FollowStore], Awaitable[Any]]] = {
    "add": lambda store: store.add(7, 8, WATCH, BY, START, direct=False),
    "get": lambda store: store.get(1),
    "follows_by_id": lambda store: store.follows_by_id([1]),
    "follows": lambda store: store.follows(7),
    "all_follows": lambda store: store.all_follows(None),
    "pause": lambda store: store.pause(1, None),
    "leave_out": lambda store: store.leave_out(1, Exclusions()),
    "pause_all": lambda store: store.pause_all(7, 8, "left"),
    "resume": lambda store: store.resume(1),
    "remove": lambda store: store.remove(1),
    "loads_noticed_since": lambda store: store.loads_noticed_since(START),
    "noticed_loads": lambda store: store.noticed_loads(),
    "add_notices": lambda store: store.add_notices(EndedLoad(1, 7, 3), START),
    "get_notice": lambda store: store.get_notice(1),
    "known_articles": lambda store: store.known_articles(1),
    "begin_sending": lambda store: store.begin_sending(NOTICE, ME, (), (), LATER, DAY),
    "notices": lambda store: store.notices(7, 8),
    "claim": lambda store: store.claim(ME, START, LATER, 8),
    "renew_lease": lambda store: store.renew_lease(NOTICE, ME, LATER),
    "reschedule": lambda store: store.reschedule(NOTICE, ME, LATER, "unreachable"),
    "mark_posted": lambda store: store.mark_posted(NOTICE, ME, 5, LATER),
    "next_wake": lambda store: store.next_wake(),
    "close_unsent": lambda store: store.close_unsent(NOTICE, ME, "failed", "fault"),
}
POSTS: dict[str, Callable[[PostStore], Awaitable[Any]]] = {
    "add": lambda store: store.add(7, 8, 9, "shared", "a1", {1: ThreadSnapshot(2, 0)}, START),
    "page": lambda store: store.page(None, 9),
    "close_deleted": lambda store: store.close_deleted([9], START),
    "close_in_channel": lambda store: store.close_in_channel(7, 8, START),
    "guilds": lambda store: store.guilds(),
    "left_guilds": lambda store: store.left_guilds(),
    "close_left": lambda store: store.close_left(7, START),
    "reopen": lambda store: store.reopen(7),
    "prune": lambda store: store.prune(LATER, 9),
    "posted_since": lambda store: store.posted_since(7, START, 9),
    "mark_removed": lambda store: store.mark_removed(POSTED, [1], START, edit=True, reason="forgotten"),
    "count_marked": lambda store: store.count_marked(7),
    "request_edits": lambda store: store.request_edits(7, START),
    "pending_edits": lambda store: store.pending_edits(7),
    "get_many": lambda store: store.get_many([1]),
    "begin_sending": lambda store: store.begin_sending(POSTED, ME, LATER),
    "update_snapshots": lambda store: store.update_snapshots(POSTED, {1: ThreadSnapshot(2, 0)}),
    "claim": lambda store: store.claim(ME, START, LATER, 8),
    "renew_lease": lambda store: store.renew_lease(POSTED, ME, LATER),
    "reschedule": lambda store: store.reschedule(POSTED, ME, LATER, "unreachable"),
    "mark_posted": lambda store: store.mark_posted(POSTED, ME, 5, LATER),
    "next_wake": lambda store: store.next_wake(),
    "close_unsent": lambda store: store.close_unsent(POSTED, ME, "failed", "fault"),
}


USES = [
    *((FollowStore, name, use) for name, use in FOLLOWS.items()),
    *((PostStore, name, use) for name, use in POSTS.items()),
]


def test_every_use_is_tried() -> None:
    for store, uses in ((FollowStore, FOLLOWS), (PostStore, POSTS)):
        assert methods(store) == set(uses)


@pytest.mark.parametrize(("store", "name", "use"), USES, ids=lambda value: getattr(value, "__name__", value))
async def test_a_locked_database(tmp_path: Path, store: Any, name: str, use: Callable[[Any], Any]) -> None:
    opened = store(*impatient(tmp_path))
    with state_held(tmp_path), pytest.raises(Busy) as raised:
        await use(opened)
    assert raised.value.key == "database-busy"
    await use(opened)
    await opened.close()
