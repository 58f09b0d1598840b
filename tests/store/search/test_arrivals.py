"""What follows and posts ask of the corpus: each method on a locked file, and nothing of other servers."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest

from bot.domain.articles import Scope
from bot.domain.follows import FollowTarget
from bot.domain.posts import ThreadSnapshot
from bot.errors import Busy
from bot.store.corpus.snapshots import SnapshotReader
from bot.store.engine import Connection
from bot.store.pool import Pool
from bot.store.search.load_matches import FollowQuery, LoadMatches
from bot.store.sqlite.connection import CORPUS
from bot.store.sqlite.sqlite_connection import SqliteConnection
from bot.text.search.analyzer import Analyzer
from bot.text.search.query import parse_query
from tests.support.corpus_engines import corpus_at, corpus_held, impatient_reader, only_sqlite
from tests.support.corpus_loads import comment, load_into, thread
from tests.support.locked import methods

WATCH = FollowTarget("market")


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
    *((LoadMatches, name, use) for name, use in ARRIVALS.items()),
    *((SnapshotReader, name, use) for name, use in PRINTS.items()),
]


def test_every_use_is_tried() -> None:
    assert methods(LoadMatches) == set(ARRIVALS)
    assert methods(SnapshotReader) == set(PRINTS)


@pytest.mark.parametrize(("store", "name", "use"), USES, ids=lambda value: getattr(value, "__name__", value))
async def test_a_locked_file(tmp_path: Path, store: Any, name: str, use: Callable[[Any], Any]) -> None:
    load_into(tmp_path, thread("Fish market moves"))
    pool = Pool([impatient_reader(tmp_path)], CORPUS.file)
    opened = SnapshotReader(pool) if store is SnapshotReader else LoadMatches(pool, Analyzer())
    if name != "data_version":
        with corpus_held(tmp_path), pytest.raises(Busy) as raised:
            await use(opened)
        assert raised.value.key == "database-busy"
    await use(opened)
    await opened.close()


@pytest.mark.parametrize("guild", [8, None])
async def test_what_is_brought_to_one_server_is_not_there_for_another(
    tmp_path: Path, guild: int | None
) -> None:
    own = load_into(tmp_path, thread("Fish market moves", comment("So the market moves.")), guild=7)
    arrivals, prints = (
        LoadMatches.open(corpus_at(tmp_path), Analyzer()),
        SnapshotReader.open(corpus_at(tmp_path)),
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


@only_sqlite  # a server counts no steps
async def test_a_look_that_is_out_of_time_gives_what_it_has(tmp_path: Path) -> None:
    load_into(tmp_path, *(thread(f"Market {number}") for number in range(400)))
    arrivals = LoadMatches.open(corpus_at(tmp_path), Analyzer())

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
