"""DATABASE_URL: an operator's way to PostgreSQL, and what is said if there is none."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

import pytest

from bot.store.sqlite.sqlite_engine import SqliteEngine
from bot.store.transfer import MARKER
from tests.support import postgres
from tests.support.command_line import Desk

pytestmark = pytest.mark.skipif(bool(postgres.missing()), reason=postgres.missing())


def test_everything_is_in_the_database(desk: Desk, dump: Path, postgres_database: str) -> None:
    desk.env["DATABASE_URL"] = postgres_database
    trial = desk("load", dump, "--dry-run")
    assert "2 new articles" in trial.out
    assert "disk space" not in trial.out
    assert desk("load", dump, "--json").code == 0
    assert "Nothing new. Already in the archive" in desk("load", dump, "--dry-run").out
    assert "Night ferry returns after nine years" in desk("search", "ferry").out
    assert "on disk" in desk("stats").out
    assert desk("check", "--json").json["ok"]
    assert desk("undo", "1").code == 0
    assert "empty" in desk("search", "ferry").out
    assert not [path for path in desk.data.rglob("*") if ".db" in path.name]


def test_an_empty_address_means_the_data_folder(loaded: Desk) -> None:
    loaded.env["DATABASE_URL"] = ""
    assert loaded("search", "ferry").code == 0


def test_a_server_that_is_down(desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", "")  # to be set as it was at the end
    desk.env["DATABASE_URL"] = f"postgresql://desk:hunter2@/newsdesk?host={tmp_path}"
    result = desk("search", "ferry")
    assert (result.code, result.out) == (2, "")
    assert "The archive is unavailable right now. Try again in a moment." in result.err
    assert "hunter2" not in result.err


@pytest.mark.parametrize(
    ("address", "problem"),
    [
        ("mysql://desk:hunter2@/newsdesk", "DATABASE_URL: This is not the address of a PostgreSQL database."),
        ("postgresql://desk:hunter2@/newsdesk?hunter2=1", "DATABASE_URL is not the address of a PostgreSQL"),
    ],
)
def test_a_wrong_address(desk: Desk, monkeypatch: pytest.MonkeyPatch, address: str, problem: str) -> None:
    monkeypatch.setenv("DATABASE_URL", "")
    desk.env["DATABASE_URL"] = address
    result = desk("search", "ferry")
    assert (result.code, result.out) == (2, "")
    assert problem in result.err
    assert "hunter2" not in result.err


def test_an_archive_moves_there_and_back(loaded: Desk, postgres_database: str, tmp_path: Path) -> None:
    moved = loaded("transfer", "--to", postgres_database)
    assert moved.code == 0
    assert "rows copied and compared." in moved.out
    loaded.env["DATABASE_URL"] = postgres_database
    assert "Night ferry returns after nine years" in loaded("search", "ferry").out
    assert "That is where the archive already is." in loaded("transfer", "--to", postgres_database).err
    assert loaded("transfer", "--to", tmp_path / "back", "--json").json["rows"] > 0
    loaded.env |= {"DATABASE_URL": "", "NEWSDESK_DATA": str(tmp_path / "back")}
    assert "Night ferry returns after nine years" in loaded("search", "ferry").out


@pytest.mark.parametrize(
    "address",
    [
        "mysql://desk:hunter2@db.example/newsdesk",
        "host=db.example dbname=newsdesk password=hunter2",
        " password = hunter2",
        "postgresql:/desk:hunter2@db.example/newsdesk",
    ],
)
def test_a_transfer_to_a_wrong_address(loaded: Desk, address: str) -> None:
    result = loaded("transfer", "--to", address)
    assert result.code == 2
    assert "--to: This is not the address of a PostgreSQL database." in result.err
    assert "hunter2" not in result.err
    assert not Path(address).exists()


def test_a_part_of_an_archive_is_not_used(loaded: Desk) -> None:
    with closing(SqliteEngine(loaded.data).open_writer("state")) as db, db.transaction():
        db.execute("INSERT INTO fact (name, value) VALUES (?, 'ab')", (MARKER,))
    result = loaded("search", "ferry")
    assert (result.code, result.out) == (2, "")
    assert "has not finished. Run it again from where the archive was." in result.err
