"""The stores of follows and remembered posts: each method on a locked file, and nothing of other servers."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.domain.articles import Scope
from bot.domain.exclusions import Exclusions
from bot.domain.follows import EndedLoad, FollowTarget, Notice
from bot.domain.loads import Person
from bot.domain.posts import GONE_RETENTION, LEFT, RETENTION, PostedMessage, ThreadSnapshot
from bot.errors import Busy
from bot.store.corpus.snapshots import SnapshotReader
from bot.store.engine import Connection
from bot.store.pool import Pool
from bot.store.search.load_matches import FollowQuery, LoadMatches
from bot.store.sqlite.connection import CORPUS, STATE, open_writer
from bot.store.sqlite.sqlite_connection import SqliteConnection
from bot.store.state.follows import FollowStore
from bot.store.state.posts import PostStore
from bot.text.search.analyzer import Analyzer
from bot.text.search.query import parse_query
from tests.support.corpus_loads import START, comment, load_into, thread
from tests.support.engines import engine_at
from tests.support.locked import held, methods, without_log

LATER_BY = timedelta(minutes=1)
ME, LATER, BY = "me", START + LATER_BY, Person(1, "mod")
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


def wanted(watch: FollowTarget = WATCH) -> FollowQuery:
    return FollowQuery(watch, parse_query(watch.query), frozenset(), adult=False)


ARRIVALS: dict[str, Callable[[LoadMatches], Awaitable[Any]]] = {
    "data_version": lambda store: store.data_version(),
    "ended_loads": lambda store: store.ended_loads(),
    "find": lambda store: store.find(Scope(), 1, wanted(), 9, 5.0),
    "waiting": lambda store: store.waiting(Scope()),
}
PRINTS: dict[str, Callable[[SnapshotReader], Awaitable[Any]]] = {
    "data_version": lambda store: store.data_version(),
    "changes": lambda store: store.changes(),
    "in_scope": lambda store: store.in_scope(Scope(), [1]),
    "in_all_archives": lambda store: store.in_all_archives([1]),
    "articles_of_comments": lambda store: store.articles_of_comments(Scope(), [1]),
    "articles_without_headline": lambda store: store.articles_without_headline(),
}
USES = [
    *((FollowStore, name, use) for name, use in FOLLOWS.items()),
    *((PostStore, name, use) for name, use in POSTS.items()),
    *((LoadMatches, name, use) for name, use in ARRIVALS.items()),
    *((SnapshotReader, name, use) for name, use in PRINTS.items()),
]


def test_every_use_is_tried() -> None:
    for store, uses in (
        (FollowStore, FOLLOWS),
        (PostStore, POSTS),
        (LoadMatches, ARRIVALS),
        (SnapshotReader, PRINTS),
    ):
        assert methods(store) == set(uses)


def opened(store: Any, data: Path) -> Any:
    """On a connection that does not wait."""
    if store in (FollowStore, PostStore):
        db = engine_at(data).open_writer("state", busy_timeout=0)
        db.execute("PRAGMA journal_mode = DELETE")
        return store(Pool([db], STATE.file))
    without_log(data, CORPUS)
    pool = Pool([engine_at(data).open_reader("corpus", busy_timeout=0)], CORPUS.file)
    return SnapshotReader(pool) if store is SnapshotReader else LoadMatches(pool, Analyzer())


@pytest.mark.parametrize(("store", "name", "use"), USES, ids=lambda value: getattr(value, "__name__", value))
async def test_a_locked_file(tmp_path: Path, store: Any, name: str, use: Callable[[Any], Any]) -> None:
    load_into(tmp_path, thread("Fish market moves"))
    shelf = opened(store, tmp_path)
    kind = STATE if store in (FollowStore, PostStore) else CORPUS
    if (store, name) not in ((LoadMatches, "data_version"), (SnapshotReader, "data_version")):
        with held(tmp_path, kind), pytest.raises(Busy) as raised:
            await use(shelf)
        assert raised.value.key == "database-busy"
    await use(shelf)
    await shelf.close()


@pytest.mark.parametrize("guild", [8, None])
async def test_what_is_brought_to_one_server_is_not_there_for_another(
    tmp_path: Path, guild: int | None
) -> None:
    own = load_into(tmp_path, thread("Fish market moves", comment("So the market moves.")), guild=7)
    arrivals, prints = (
        LoadMatches.open(engine_at(tmp_path), Analyzer()),
        SnapshotReader.open(engine_at(tmp_path)),
    )
    for watch in (WATCH, FollowTarget("moves", place="comments"), FollowTarget(article=own.ids[0])):
        seen = await arrivals.find(Scope(7), own.load, wanted(watch), 9, 5.0)
        assert seen.articles == [own.ids[0]]
        hidden = await arrivals.find(Scope(guild), own.load, wanted(watch), 9, 5.0)
        assert (hidden.articles, hidden.comments) == ([], 0)
    assert not (await prints.in_scope(Scope(guild), own.ids))[own.ids[0]].there
    assert (await prints.in_scope(Scope(7), own.ids))[own.ids[0]] == ThreadSnapshot(1, 0, rewritten=0)
    assert await prints.articles_of_comments(Scope(guild), [own.ids[0]]) == ()
    await arrivals.close()
    await prints.close()


async def test_a_look_that_is_out_of_time_gives_what_it_has(tmp_path: Path) -> None:
    load_into(tmp_path, *(thread(f"Market {number}") for number in range(400)))
    arrivals = LoadMatches.open(engine_at(tmp_path), Analyzer())

    def slow(db: Connection) -> None:
        assert isinstance(db, SqliteConnection)
        db.set_progress_handler(lambda: 1, 3000)  # SQLite stops, as when it is interrupted

    await arrivals._pool.run(slow)
    found = await arrivals.find(Scope(), 1, wanted(), 1000, 5.0)
    assert 0 < len(found.articles) < 400
    assert found.capped
    await arrivals._pool.run(lambda db: db.on_step(None, 0))
    again = await arrivals.find(Scope(), 1, wanted(), 1000, 5.0)
    assert (len(again.articles), again.capped) == (400, False)
    await arrivals.close()


async def test_posts_that_were_gone_in_the_version_before_are_forgotten(tmp_path: Path) -> None:
    with closing(open_writer(tmp_path, replace(STATE, migrations=STATE.migrations[:8]))) as db:
        row = "INSERT INTO post (guild, place, direct, message, kind, ref, state, due_at, free_at, reason)"
        values = [(1, "missed", "message-gone"), (2, "missed", LEFT), (3, "posted", None)]
        db.executemany(f"{row} VALUES (7, 8, 0, ?, 'shared', 'a1', ?, 0, 0, ?)", values)
        db.execute("INSERT INTO post_article (post, article, comments, gone) VALUES (1, 1, 0, 0)")
    store = PostStore.open(engine_at(tmp_path))
    epoch = datetime.fromtimestamp(0, UTC)
    assert await store.prune(epoch + GONE_RETENTION, 9) == 0
    assert await store.prune(epoch + GONE_RETENTION + LATER_BY, 9) == 1
    (left,) = await store.page(None, 9)
    assert left.message == 3
    assert await store.prune(epoch + RETENTION + LATER_BY, 9) == 2
    assert await store.page(None, 9) == ()
    await store.close()
