"""What is old goes from the state, and what is still needed stays."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from contextlib import closing
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from bot.clock import to_unix
from bot.domain.posts import RETENTION, UNSENT_RETENTION
from bot.store.engine import StateConnection
from bot.store.state.retention import prune
from tests.support.corpus_loads import START
from tests.support.state_engines import state_at

DAY = timedelta(days=1)
OLD, RECENT = START - RETENTION - DAY, START - RETENTION + DAY
UNSENT = START - UNSENT_RETENTION - DAY


@pytest.fixture
def db(tmp_path: Path) -> Iterator[StateConnection]:
    with closing(state_at(tmp_path).open_writer("state")) as opened:
        schedule = "INSERT INTO schedule (guild, plan, state, by_name, made_at, draft)"
        opened.executemany(
            f"{schedule} VALUES (1, '{{}}', ?, 'a', 0, ?)", [("active", "one"), ("deleted", "two")]
        )
        follow = "INSERT INTO follow (guild, place, direct, watch, state, by_name, made_at)"
        opened.execute(f"{follow} VALUES (1, 2, 0, '{{}}', 'active', 'a', 0)")
        yield opened


def add_deliveries(db: StateConnection, schedule: int, *rows: tuple[str, datetime]) -> None:
    """Deliveries of (state, time), each with one thread."""
    for state, at in rows:
        [number] = db.execute(
            "INSERT INTO delivery (schedule, guild, channel, due_at, state, mark, owner, free_at)"
            " VALUES (?, 1, 2, ?, ?, ?, '', 0) RETURNING id",
            (schedule, to_unix(at), state, secrets.token_hex(8)),
        ).fetchall()[0]
        db.execute("INSERT INTO delivery_article VALUES (?, ?, ?, 1, '')", (schedule, number, number))


def left(db: StateConnection, table: str, column: str = "id") -> list[int]:
    return [number for (number,) in db.execute(f"SELECT {column} FROM {table} ORDER BY 1")]


def test_deliveries_go_after_a_year_unless_one_is_the_last_that_was_posted(db: StateConnection) -> None:
    add_deliveries(db, 1, ("posted", OLD - DAY), ("posted", OLD), ("claimed", OLD + DAY / 9))
    add_deliveries(db, 1, ("empty", UNSENT), ("empty", START - DAY))
    assert prune(db, START, 9) == 2
    assert left(db, "delivery") == left(db, "delivery_article", "delivery") == [2, 3, 5]
    add_deliveries(db, 1, ("posted", RECENT + DAY))
    assert prune(db, START, 9) == 1
    assert left(db, "delivery") == [3, 5, 6]


def test_a_deleted_digest_goes_with_its_last_delivery(db: StateConnection) -> None:
    add_deliveries(db, 2, ("posted", RECENT))
    prune(db, START, 9)
    assert left(db, "schedule") == [1, 2]
    prune(db, START + 3 * DAY, 9)
    assert left(db, "schedule") == [1]


def test_notices_that_were_not_sent_go_after_a_month(db: StateConnection) -> None:
    rows = [("posted", OLD), ("posted", RECENT), ("empty", UNSENT), ("missed", START), ("sending", OLD)]
    for load, (state, at) in enumerate(rows, 1):
        db.execute(
            "INSERT INTO notice (guild, place, direct, load, brought, due_at, state, mark, free_at)"
            " VALUES (1, 2, 0, ?, 1, ?, ?, ?, 0)",
            (load, to_unix(at), state, f"{load}"),
        )
        db.execute("INSERT INTO followed_article VALUES (1, ?, ?)", (load, load))
    assert prune(db, START, 9) == 2
    assert left(db, "notice") == left(db, "followed_article", "notice") == [2, 4, 5]


def test_the_oldest_go_first_and_only_so_many_at_once(db: StateConnection) -> None:
    for at in range(5):
        db.execute(
            "INSERT INTO post (guild, place, direct, message, kind, ref, state, due_at, free_at)"
            " VALUES (1, 2, 0, ?, 'shared', 'a1', 'posted', ?, 0)",
            (at, to_unix(OLD - at * DAY)),
        )
    assert prune(db, START, 3) == 3
    assert left(db, "post", "message") == [0, 1]
    assert prune(db, START, 3) == 2
