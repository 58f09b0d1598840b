"""Short writes that wait together are stored in one step, each as if it were alone."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest

from bot.errors import Busy
from bot.store.engine import Connection
from bot.store.pool import Pool
from bot.store.sqlite import connection
from bot.store.sqlite.sqlite_connection import SqliteConnection


class Counted(SqliteConnection):
    """Counts what was stored."""

    commits = 0

    def execute(self, sql: str, *values: object) -> sqlite3.Cursor:
        self.commits += sql == "COMMIT"
        return super().execute(sql, *values)  # type: ignore[arg-type]


@pytest.fixture
async def db(tmp_path: Path) -> AsyncIterator[Counted]:
    path = connection.prepare(tmp_path, connection.STATE)
    db = sqlite3.connect(path, factory=Counted, isolation_level=None, check_same_thread=False, timeout=0.0)
    yield db
    db.close()


def keep(name: str, value: str = "1") -> Callable[[Connection], str]:
    def job(db: Connection) -> str:
        db.execute("INSERT INTO fact (name, value) VALUES (?, ?)", (name, value))
        return name

    return job


def names(db: Connection) -> list[str]:
    return [name for (name,) in db.execute("SELECT name FROM fact ORDER BY name")]


async def test_writes_that_wait_share_a_commit(db: Counted) -> None:
    pool = Pool([db], "state.db")
    told = await asyncio.gather(*(pool.write(keep(f"fact {n:02}")) for n in range(40)))
    assert told == [f"fact {n:02}" for n in range(40)]
    assert len(await pool.run(names)) == 40
    assert db.commits <= 3
    await pool.close()


async def test_one_that_fails_changes_nothing_and_disturbs_no_other(db: Counted) -> None:
    def half(db: Connection) -> None:
        db.execute("INSERT INTO fact (name, value) VALUES ('half', '1')")
        raise ZeroDivisionError

    pool = Pool([db], "state.db")
    jobs = [keep("a"), half, keep("a"), keep("b")]
    told = await asyncio.gather(*(pool.write(job) for job in jobs), return_exceptions=True)
    assert [type(one) for one in told] == [str, ZeroDivisionError, sqlite3.IntegrityError, str]
    assert await pool.run(names) == ["a", "b"]
    await pool.close()


async def test_a_locked_database_is_told_to_each(db: Counted, tmp_path: Path) -> None:
    pool = Pool([db], "state.db")
    other = sqlite3.connect(tmp_path / "state.db", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    told = await asyncio.gather(*(pool.write(keep(name)) for name in "ab"), return_exceptions=True)
    assert [type(one) for one in told] == [Busy, Busy]
    other.close()
    assert await pool.write(keep("c")) == "c"
    await pool.close()


async def test_who_is_cancelled_stops_no_write(db: Counted) -> None:
    pool = Pool([db], "state.db")
    first = asyncio.create_task(pool.write(keep("a")))
    await asyncio.sleep(0)
    first.cancel()
    assert await pool.write(keep("b")) == "b"
    assert await pool.run(names) == ["a", "b"]
    await pool.close()
