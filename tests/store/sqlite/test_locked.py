"""Every public method of the store says Busy while another program holds the database."""

from __future__ import annotations

import random
from collections.abc import Awaitable, Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.domain.articles import Scope
from bot.domain.dump import Rejection
from bot.domain.loads import PurgeFilter
from bot.domain.server_settings import ServerSettings
from bot.errors import Busy
from bot.services import backups, maintenance
from bot.store.corpus.reader import CorpusReader
from bot.store.ingest import writer as corpus_writer
from bot.store.ingest.writer import CorpusWriter
from bot.store.pool import Pool
from bot.store.sqlite import connection
from bot.store.sqlite.connection import CORPUS, STATE, Database, open_reader, open_writer
from bot.store.state.audit import AuditStore
from bot.store.state.departures import DepartureStore
from bot.store.state.key_value import KeyValueStore
from bot.store.state.personal_data import PersonalDataStore
from bot.store.state.requests import RequestStore
from bot.store.state.settings import SettingsStore
from bot.store.state.store import StateStore
from bot.store.state.visits import VisitStore
from bot.text.search.analyzer import Analyzer
from tests.support.corpus_loads import EDITOR, START, load_into, thread
from tests.support.engines import engine_at
from tests.support.locked import held, methods, without_log

SHARED = Scope()
READS: dict[str, Callable[[CorpusReader], Awaitable[object]]] = {
    "archives": lambda reader: reader.archives(SHARED),
    "article": lambda reader: reader.article(SHARED, 1),
    "articles": lambda reader: reader.articles(SHARED, [1]),
    "random_articles": lambda reader: reader.random_articles(SHARED, random.Random(1), 3),
    "story": lambda reader: reader.story(SHARED, 1),
    "stories": lambda reader: reader.stories(SHARED, [1]),
    "complete_titles": lambda reader: reader.complete_titles(SHARED, "fish", 9),
    "find_by_title": lambda reader: reader.find_by_title(SHARED, "Fish market moves"),
    "find_by_link": lambda reader: reader.find_by_link(SHARED, "https://courier.example/fish"),
    "comments": lambda reader: reader.comments(SHARED, 1, 0, 9),
    "all_comments": lambda reader: reader.all_comments(SHARED, 1),
    "comment": lambda reader: reader.comment(SHARED, 1),
    "commenters": lambda reader: reader.commenters(SHARED, [1]),
    "data_version": lambda reader: reader.data_version(),
    "stats": lambda reader: reader.stats(SHARED),
    "loads": lambda reader: reader.loads(None, 9),
    "receipt": lambda reader: reader.receipt(None, 1),
    "count_remaining_comments": lambda reader: reader.count_remaining_comments(1),
    "interrupted_loads": lambda reader: reader.interrupted_loads(),
    "unfinished_jobs": lambda reader: reader.unfinished_jobs(),
}


def test_every_read_is_tried() -> None:
    assert methods(CorpusReader) == set(READS)


@pytest.mark.parametrize("read", READS.values(), ids=READS)
async def test_reads(tmp_path: Path, read: Callable[[CorpusReader], Awaitable[object]]) -> None:
    load_into(tmp_path, thread("Fish market moves"))
    without_log(tmp_path, CORPUS)
    reader = CorpusReader(
        Pool([open_reader(tmp_path, CORPUS, busy_timeout=0) for _ in range(2)], CORPUS.file)
    )
    with held(tmp_path, CORPUS), pytest.raises(Busy) as raised:
        await read(reader)
    assert raised.value.key == "database-busy"
    await read(reader)
    await reader.close()


PAUSED = 2
WRITES: dict[str, Callable[[CorpusWriter, int], object]] = {
    "begin_load": lambda writer, load: writer.begin_load(None, "pages", EDITOR, START),
    "resume": lambda writer, load: writer.resume(None, PAUSED),
    "cancel": lambda writer, load: writer.cancel(None, PAUSED),
    "add": lambda writer, load: writer.add(load, [thread("Gulls protest")]),
    "add_threads": lambda writer, load: writer.add_threads(load, [thread("Gulls protest")]),
    "reject": lambda writer, load: writer.reject(load, Rejection("x", "empty", "It is empty.")),
    "finish": lambda writer, load: writer.finish(load, "done", 1),
    "update_statistics": lambda writer, load: writer.update_statistics(Analyzer()),
    "rebuild_indexes": lambda writer, load: writer.rebuild_indexes(),
    "undo": lambda writer, load: writer.undo(None, 1),
    "optimize": lambda writer, load: writer.optimize(1_000_000, lambda: None, removed=True),
    "purge": lambda writer, load: writer.purge(None, PurgeFilter(), lambda: None),
    "erase_author": lambda writer, load: writer.erase_author(7, "gull", START),
}
NEVER_LOCKED_OUT = {"commit", "erased_authors", "limit"}
"""The first has held the lock since `add`, the others only read."""


def test_every_write_is_tried() -> None:
    assert methods(CorpusWriter) == set(WRITES) | NEVER_LOCKED_OUT


@pytest.mark.parametrize("write", WRITES.values(), ids=WRITES)
def test_writes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, write: Callable[[CorpusWriter, int], object]
) -> None:
    monkeypatch.setattr(corpus_writer, "BUSY_TIMEOUT_SECONDS", 0.0)
    load_into(tmp_path, thread("Fish market moves"))
    with CorpusWriter(engine_at(tmp_path)) as writer:
        assert writer.begin_load(None, "pages", EDITOR, START, job="{}") == PAUSED
        writer.finish(PAUSED, "paused", 1)
        load = writer.begin_load(None, "pages", EDITOR, START)
        with held(tmp_path, CORPUS, "IMMEDIATE"), pytest.raises(Busy) as raised:
            write(writer, load)
        assert raised.value.key == "database-busy"
        write(writer, load)


def test_opening_a_writer(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(corpus_writer, "BUSY_TIMEOUT_SECONDS", 0.0)
    load_into(tmp_path)
    without_log(tmp_path, CORPUS)
    with held(tmp_path, CORPUS), pytest.raises(Busy):
        CorpusWriter(engine_at(tmp_path))
    CorpusWriter(engine_at(tmp_path)).close()


SETTINGS: dict[str, Callable[[SettingsStore], Awaitable[object]]] = {
    "get": lambda store: store.get(7),
    "save": lambda store: store.save(ServerSettings(7)),
    "change": lambda store: store.change(7, adult=True),
}
KEY_VALUE: dict[str, Callable[[KeyValueStore], Awaitable[object]]] = {
    "get": lambda store: store.get("commands"),
    "keys": lambda store: store.keys("greeted:", "pending"),
    "set": lambda store: store.set("commands", "abc"),
    "delete": lambda store: store.delete(["name"]),
    "increment": lambda store: store.increment(["asked"]),
    "store_text": lambda store: store.store_text("name", "value"),
    "load_text": lambda store: store.load_text("name"),
}
VISITS: dict[str, Callable[[VisitStore], Awaitable[object]]] = {
    "record": lambda store: store.record(7, 8, START, timedelta(hours=1), timedelta(days=365)),
}
AUDIT: dict[str, Callable[[AuditStore], Awaitable[object]]] = {
    "add": lambda store: store.add(7, EDITOR, "undo", {"load": 1}, START),
    "entries": lambda store: store.entries(7, ["undo"], 9, 0),
    "count": lambda store: store.count(None, None),
}
PERSONAL_DATA: dict[str, Callable[[PersonalDataStore], Awaitable[object]]] = {
    "read": lambda store: store.read(7),
    "delete": lambda store: store.delete(7),
}
REQUESTS: dict[str, Callable[[RequestStore], Awaitable[object]]] = {
    "add": lambda store: store.add(7, 8, "pierpoet", "", START),
    "open_requests": lambda store: store.open_requests(7),
    "open_request": lambda store: store.open_request(7, 1),
    "decide": lambda store: store.decide(7, 1, START),
}
DEPARTURES: dict[str, Callable[[DepartureStore], Awaitable[object]]] = {
    "record": lambda store: store.record(5, [7], START),
    "leave": lambda store: store.leave(5, 7, START),
    "stay": lambda store: store.stay(7),
    "due": lambda store: store.due(5, START),
    "erase_loads": lambda store: store.erase_loads([1]),
    "erase": lambda store: store.erase(7, START),
}
STORES: tuple[tuple[type[StateStore], dict[str, Any]], ...] = (
    (SettingsStore, SETTINGS),
    (KeyValueStore, KEY_VALUE),
    (VisitStore, VISITS),
    (AuditStore, AUDIT),
    (PersonalDataStore, PERSONAL_DATA),
    (RequestStore, REQUESTS),
    (DepartureStore, DEPARTURES),
)


def test_every_use_of_the_state_is_tried() -> None:
    for store, uses in STORES:
        assert methods(store) == set(uses)


@pytest.mark.parametrize(
    ("store", "use"),
    [
        pytest.param(store, use, id=f"{store.__name__}.{name}")
        for store, uses in STORES
        for name, use in uses.items()
    ],
)
async def test_the_state(
    tmp_path: Path, store: type[StateStore], use: Callable[[StateStore], Awaitable[object]]
) -> None:
    db = open_writer(tmp_path, STATE, busy_timeout=0)
    db.execute("PRAGMA journal_mode = DELETE")
    state = store(Pool([db], STATE.file))
    with held(tmp_path, STATE), pytest.raises(Busy) as raised:
        await use(state)
    assert raised.value.key == "database-busy"
    await use(state)
    await state.close()


@pytest.mark.parametrize("kind", [CORPUS, STATE], ids=lambda kind: kind.file)
async def test_upkeep_and_opening(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kind: Database) -> None:
    monkeypatch.setattr(connection, "BUSY_TIMEOUT_SECONDS", 0.0)
    load_into(tmp_path, thread("Fish market moves"))
    await SettingsStore.open(engine_at(tmp_path)).close()
    without_log(tmp_path, kind)
    opening = CorpusReader.open if kind is CORPUS else SettingsStore.open
    with held(tmp_path, kind):
        with pytest.raises(Busy):
            opening(engine_at(tmp_path), busy_timeout=0)
        with pytest.raises(Busy):
            maintenance.check(tmp_path)
        with pytest.raises(Busy):
            backups.backup(tmp_path, tmp_path / "backup")
    assert list((tmp_path / "backup").glob(f"*{kind.file}*")) == []
    assert maintenance.check(tmp_path).ok
