"""What PostgreSQL adds to an engine: a schema that several processes may create, a server that may be away,
and statements that are interrupted over a connection."""

from __future__ import annotations

import asyncio
import logging
import os
import signal
import threading
import time
from collections.abc import Iterator
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest

from bot.clock import to_unix
from bot.domain.digests import ContentSource, DigestConfig, Timing
from bot.domain.loads import Person
from bot.errors import Busy
from bot.store.engine import StateConnection
from bot.store.pool import Pool
from bot.store.sqlite.sqlite_engine import SqliteEngine
from bot.store.state.key_value import KeyValueStore
from bot.store.state.saved_searches import SavedSearchStore
from bot.store.state.schedules import ScheduleStore, SlotClaim
from tests.support import postgres
from tests.support.corpus_loads import START
from tests.support.state_engines import postgres_at, postgres_engine

pytestmark = pytest.mark.skipif(bool(postgres.missing()), reason=postgres.missing())

MINUTE = timedelta(minutes=1)
PLAN = DigestConfig(11, 22, Timing("daily"), ContentSource("newest"))


@pytest.fixture
def server() -> Iterator[postgres.PostgresServer]:
    """A server that the test may stop."""
    server = postgres.PostgresServer()
    yield server
    server.end()


def test_a_reader_cannot_write(tmp_path: Path) -> None:
    with (
        closing(postgres_at(tmp_path).open_reader("state")) as db,
        pytest.raises(Exception, match="read-only"),
    ):
        db.execute("DELETE FROM settings")


@pytest.mark.parametrize("text", ['{"title": null}', '{"title": "null"}', '{"title": ""}', "{}"])
def test_json_is_read_as_in_sqlite(tmp_path: Path, text: str) -> None:
    sql = (
        "SELECT coalesce(json_type(j.text, '$.title') = 'null', FALSE), j.text ->> 'title' <> ''"
        " FROM (SELECT ? AS text) AS j"
    )
    with (
        closing(postgres_at(tmp_path).open_reader("state")) as db,
        closing(SqliteEngine(tmp_path).open_writer("state")) as sqlite,
    ):
        assert db.execute(sql, (text,)).fetchone() == sqlite.execute(sql, (text,)).fetchone()


# Jobs.


async def test_a_slow_job_is_interrupted_and_its_connection_works_on(tmp_path: Path) -> None:
    pool = Pool([postgres_at(tmp_path).open_reader("state")], "reader")
    with pytest.raises(Busy) as raised:
        await pool.run(lambda db: db.execute("SELECT pg_sleep(60)"), within=0.1)
    assert raised.value.key == "took-too-long"
    for _ in range(20):
        assert await pool.run(lambda db: db.execute("SELECT 1 FROM pg_sleep(0.002)").fetchone()) == (1,)
    await pool.close()


async def test_a_job_that_is_interrupted_returns_what_it_has_if_it_only_reads(tmp_path: Path) -> None:
    engine = postgres_at(tmp_path)
    reader, writer = Pool([engine.open_reader("state")], "job"), Pool([engine.open_writer("state")], "job")

    def read(db: StateConnection) -> int:
        with pytest.raises(Exception, match="canceling statement"):
            db.execute("SELECT pg_sleep(60)")
        return 1

    assert await reader.run(read, within=0.1) == 1
    assert await reader.run(lambda db: db.execute("SELECT 2").fetchone()) == (2,)
    with pytest.raises(Busy) as raised:
        await writer.run(read, within=0.1, writing=True)
    assert raised.value.key == "took-too-long"

    def fail(db: StateConnection) -> None:
        with pytest.raises(Exception, match="division by zero"):
            db.execute("SELECT 1 / 0")

    with pytest.raises(Exception, match="statement of the transaction has failed"):
        await writer.run(fail, writing=True)
    await reader.close()
    await writer.close()


@pytest.mark.parametrize("writing", [False, True])
async def test_a_job_that_goes_on_after_an_interrupted_statement_takes_too_long(
    tmp_path: Path, writing: bool
) -> None:
    pool = Pool([postgres_at(tmp_path).open_writer("state")], "job")

    def go_on(db: StateConnection) -> None:
        with pytest.raises(Exception, match="canceling statement"):
            db.execute("SELECT pg_sleep(60)")
        db.execute("SELECT 1")

    with pytest.raises(Busy) as raised:
        await pool.run(go_on, within=0.1, writing=writing)
    assert raised.value.key == "took-too-long"

    def fail(db: StateConnection) -> None:
        with pytest.raises(Exception, match="division by zero"):
            db.execute("SELECT 1 / 0")
        db.execute("SELECT 1")

    with pytest.raises(Exception, match="current transaction is aborted"):
        await pool.run(fail, writing=writing)
    assert await pool.run(lambda db: db.execute("SELECT 2").fetchone()) == (2,)
    await pool.close()


def delay_interrupts(monkeypatch: pytest.MonkeyPatch, seconds: float) -> None:
    """Delays what interrupts do, and their end, as a busy machine would."""
    import psycopg

    cancel = psycopg.Connection.cancel_safe

    def slow(db: psycopg.Connection[object], *, timeout: float) -> None:
        time.sleep(seconds)
        cancel(db, timeout=timeout)
        time.sleep(seconds)

    monkeypatch.setattr(psycopg.Connection, "cancel_safe", slow)


async def test_an_interrupt_never_hits_the_next_job(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    delay_interrupts(monkeypatch, 0.12)
    pool = Pool([postgres_at(tmp_path).open_reader("state")], "reader")
    for _ in range(3):
        with pytest.raises(Busy):
            await pool.run(lambda db: db.execute("SELECT pg_sleep(60)"), within=0.05)
        assert await pool.run(lambda db: db.execute("SELECT 1 FROM pg_sleep(0.4)").fetchone()) == (1,)
    await pool.close()


def test_an_interrupt_after_a_job_does_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    delay_interrupts(monkeypatch, 0.1)
    with closing(postgres_at(tmp_path).open_reader("state")) as db:
        with db.transaction(writing=False):
            pass
        db.interrupt()
        with db.transaction(writing=False):
            assert db.execute("SELECT 1 FROM pg_sleep(0.4)").fetchone() == (1,)


async def test_an_interrupt_that_the_server_takes_late_hits_nothing(
    server: postgres.PostgresServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    from bot.store.postgres import postgres_connection

    monkeypatch.setattr(postgres_connection, "INTERRUPT_TIMEOUT_SECONDS", 0.2)
    database = postgres_engine(server.url())
    database.prepare("state")
    pool = Pool([database.open_reader("state")], "reader")
    os.kill(server.process, signal.SIGSTOP)  # it accepts no connections; its other processes run
    try:
        await pool.run(lambda db: db.execute("SELECT pg_sleep(0.5)"), within=0.1)
    finally:
        os.kill(server.process, signal.SIGCONT)
    assert await pool.run(lambda db: db.execute("SELECT 1 FROM pg_sleep(0.5)").fetchone()) == (1,)
    await pool.close()


async def test_a_job_that_fails_changes_nothing_and_the_others_are_committed(tmp_path: Path) -> None:
    store = KeyValueStore.open(postgres_at(tmp_path))

    def broken(db: StateConnection) -> None:
        db.execute("INSERT INTO fact (name, value) VALUES ('broken', '1')")
        db.execute("INSERT INTO fact (name, value) VALUES ('broken', '2')")

    results = await asyncio.gather(
        store.set("a", "1"), store._write(broken), store.set("b", "2"), return_exceptions=True
    )
    assert [type(result).__name__ for result in results] == ["NoneType", "UniqueViolation", "NoneType"]
    assert [await store.get(key) for key in ("a", "broken", "b")] == ["1", None, "2"]
    await store.close()


def test_a_transaction_whose_error_was_swallowed_is_not_taken_for_committed(tmp_path: Path) -> None:
    def swallow(db: StateConnection) -> None:
        with db.transaction():
            db.execute("INSERT INTO fact (name, value) VALUES ('a', '1')")
            with pytest.raises(Exception, match="division by zero"):
                db.execute("SELECT 1 / 0")

    with closing(postgres_at(tmp_path).open_writer("state")) as db:
        with pytest.raises(Exception, match="has failed"):
            swallow(db)
        assert db.execute("SELECT count(*) FROM fact").fetchone() == (0,)


async def test_text_with_a_nul_is_stored(tmp_path: Path) -> None:
    store = KeyValueStore.open(postgres_at(tmp_path))
    await store.set("a", "fish\0market")
    assert await store.get("a") == "fish\ufffdmarket"
    await store.close()


async def test_names_ignore_case_in_every_script(tmp_path: Path) -> None:
    from bot.domain.saved_searches import SearchSpec

    store = SavedSearchStore.open(postgres_at(tmp_path))
    for name in ("Märkte", "MÄRKTE", "Рыба", "рыба"):
        await store.save(7, 1, name, SearchSpec(query=name), START, shared=False)
    assert [search.name for search in await store.searches(7, 1)] == ["MÄRKTE", "рыба"]
    await store.close()


async def test_several_processes_claim_each_delivery_once(tmp_path: Path) -> None:
    stores = [ScheduleStore.open(postgres_at(tmp_path)) for _ in range(4)]
    for number in range(40):
        plan = DigestConfig(11, 100 + number, Timing("daily"), ContentSource("newest"))
        draft = f"draft {number}"
        schedule = await stores[0].schedule(
            await stores[0].add(plan, Person(7, "mod"), START, START, draft) if number < 20 else 1
        )
        assert schedule is not None
        await stores[0].add_requested(schedule, f"nonce {number}", START + number * MINUTE)

    async def claims(store: ScheduleStore, owner: str) -> list[int]:
        claimed = []
        while deliveries := await store.claim(owner, START + 60 * MINUTE, START + 61 * MINUTE, 3):
            claimed += [delivery.id for delivery in deliveries]
            for delivery in deliveries:
                assert await store.begin_sending_part(delivery, owner, START + 61 * MINUTE)
                assert await store.mark_posted(delivery, owner, delivery.id, START)
        return claimed

    claimed = await asyncio.gather(*(claims(store, f"{n}") for n, store in enumerate(stores)))
    numbers = [number for part in claimed for number in part]
    assert len(numbers) == len(set(numbers)) == 40
    for store in stores:
        await store.close()


async def test_claims_do_not_wait_for_each_other(tmp_path: Path) -> None:
    """The order in a channel holds: nobody is given its second delivery while the first is being claimed."""
    stores = [ScheduleStore.open(postgres_at(tmp_path), busy_timeout=1) for _ in range(2)]
    schedules = []
    for channel in (100, 200):
        plan = DigestConfig(11, channel, Timing("daily"), ContentSource("newest"))
        number = await stores[0].add(plan, Person(7, "mod"), START, START, f"draft {channel}")
        schedule = await stores[0].schedule(number)
        assert schedule is not None
        schedules.append(schedule)
        for minute in range(2):
            await stores[0].add_requested(schedule, f"nonce {channel} {minute}", START + minute * MINUTE)
    now = START + 9 * MINUTE
    claimed, hold = threading.Event(), threading.Event()

    def slow(db: StateConnection) -> None:
        """A claim in channel 100 that is not committed yet."""
        assert db.reserve("delivery", [100], 1) == [100]
        db.execute("UPDATE delivery SET owner = 'slow', free_at = ? WHERE id = 1", (to_unix(now + MINUTE),))
        claimed.set()
        hold.wait(30)

    other = asyncio.create_task(stores[1]._write(slow, concurrent=True))
    await asyncio.to_thread(claimed.wait, 30)
    assert [delivery.id for delivery in await stores[0].claim("me", now, now + MINUTE, 9)] == [3]
    with pytest.raises(Busy):  # a job that counts is alone
        await stores[0].add(PLAN, Person(7, "mod"), START, START, "another")
    hold.set()
    await other
    assert await stores[0].claim("me", now, now + MINUTE, 9) == ()
    for store in stores:
        await store.close()


# The server.


async def test_a_server_that_was_stopped_is_unavailable_until_it_is_back(
    server: postgres.PostgresServer,
) -> None:
    store = ScheduleStore.open(postgres_engine(server.url()))
    number = await store.add(PLAN, Person(7, "mod"), START, START, "draft")
    schedule = await store.schedule(number)
    assert schedule is not None
    await store.claim_slots([SlotClaim(schedule, START + MINUTE, "nonce")], START)
    [delivery] = await store.claim("me", START, START + MINUTE, 9)
    assert await store.begin_sending_part(delivery, "me", START + MINUTE)
    server.stop()
    for job in (store.schedules(11), store.mark_posted(delivery, "me", 9, START), store.schedules(11)):
        with pytest.raises(Busy) as raised:
            await job
        assert raised.value.key == "archive-unavailable"
    with pytest.raises(Busy):
        ScheduleStore.open(postgres_engine(server.url()))
    server.start()
    assert [schedule.id for schedule in await store.schedules(11)] == [number]
    assert await store.mark_posted(delivery, "me", 9, START)
    await store.close()


async def test_each_outage_is_logged_once(
    server: postgres.PostgresServer, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    from bot.store.postgres import errors

    caplog.set_level(logging.INFO, errors.__name__)
    store = ScheduleStore.open(postgres_engine(server.url()))
    logged = []
    for settled in (60, 60, 0):
        monkeypatch.setattr(errors, "SETTLED_SECONDS", settled)
        server.stop()
        for _ in range(4):
            with pytest.raises(Busy):
                await store.schedules(11)
        server.start()
        assert await store.schedules(11) == ()
        logged.append([record.levelname for record in caplog.records])
    # The second outage comes so soon after the first that it is the same.
    assert logged == [["WARNING"], ["WARNING"], ["WARNING", "INFO"]]
    server.stop()
    with pytest.raises(Busy):
        await store.schedules(11)
    assert [record.levelname for record in caplog.records] == ["WARNING", "INFO", "WARNING"]
    await store.close()


@pytest.mark.parametrize("writing", [False, True])
async def test_a_connection_that_was_cut_between_jobs_is_not_noticed(tmp_path: Path, writing: bool) -> None:
    store = KeyValueStore.open(postgres_at(tmp_path))
    await store.set("a", "1")
    cut_all(tmp_path)
    if writing:
        await store.set("a", "2")
    assert await store.get("a") == ("2" if writing else "1")
    await store.close()


async def test_a_connection_that_is_cut_in_a_job_undoes_all_of_it(tmp_path: Path) -> None:
    store = KeyValueStore.open(postgres_at(tmp_path))

    def job(db: StateConnection) -> None:
        db.execute("INSERT INTO fact (name, value) VALUES ('a', '1')")
        cut_all(tmp_path)
        db.execute("INSERT INTO fact (name, value) VALUES ('b', '1')")

    results = await asyncio.gather(store.set("c", "1"), store._write(job), return_exceptions=True)
    assert [getattr(result, "key", None) for result in results] == ["archive-unavailable"] * 2
    assert [await store.get(key) for key in "abc"] == [None, None, None]
    await store.set("c", "2")
    assert await store.get("c") == "2"
    await store.close()


def cut_all(folder: Path) -> None:
    """Ends all other connections to the database."""
    with closing(postgres_at(folder).open_reader("state")) as db:
        db.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )
