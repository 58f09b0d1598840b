"""`newsdesk forget`: looking first, and doing it."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from bot.store.ingest import erasure
from tests.support.command_line import Desk

pytestmark = pytest.mark.slow


@pytest.mark.usefixtures("each_database")
def test_what_would_be_forgotten_is_told_and_kept(loaded: Desk) -> None:
    looked = loaded("forget", "author", "PIERPOET", "--dry-run")
    assert (looked.code, looked.out) == (0, "Found 1 article in 1 thread.\nNothing was changed.\n")
    assert loaded("forget", "author", "gullfan", "--dry-run", "--json").json == {
        "articles": 0,
        "comments": 1,
        "threads": 1,
        "nearest": [],
        "complete": True,
    }
    assert loaded("forget", "author", "pierpoet").code == 0
    assert loaded("forget", "author", "pierpoet", "--dry-run").code == 1


def test_a_name_that_is_nearly_here_is_named(loaded: Desk) -> None:
    looked = loaded("forget", "author", "netmenders", "--dry-run")
    assert (looked.code, looked.out.splitlines()) == (
        1,
        [
            "Nobody by that name has written or posted anything here.",
            "Similar names here: netmender.",
            "Nothing was changed.",
        ],
    )


def test_a_mistyped_name_is_not_recorded(loaded: Desk) -> None:
    mistyped = loaded("forget", "author", "netmenders")
    assert mistyped.code == 1
    assert mistyped.out.splitlines()[1] == "Similar names here: netmender."
    hint = (
        "Unless this name was forgotten before, later loads may bring it in; add --keep-out to prevent that."
    )
    assert mistyped.out.replace("\n", " ").endswith(f"Nothing was changed. {hint} ")
    assert "forget" not in loaded("audit").out
    assert loaded("forget", "author", "netmenders", "--json").json["nearest"] == ["netmender"]


def test_a_name_with_nothing_here_is_kept_out_of_later_loads_on_request(loaded: Desk, dump: Path) -> None:
    assert loaded("undo", "1").code == 0
    kept_out = loaded("forget", "author", "gullfan", "--keep-out")
    assert kept_out.out == "Nothing by this author was found. Dumps loaded later will not bring any in.\n"
    assert loaded("load", dump).code == 0
    assert loaded("forget", "author", "gullfan", "--dry-run").code == 1
    assert loaded("forget", "author", "netmender", "--dry-run").code == 0


def test_an_erasure_that_was_interrupted_is_finished_by_the_next(
    loaded: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupt(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as interrupted:
        interrupted.setattr(erasure, "erase_unused_words", interrupt)
        assert loaded("forget", "author", "gullfan").code != 0
    assert loaded("forget", "author", "gullfan", "--dry-run").code == 1, "its rows are empty already"
    again = loaded("forget", "author", "GullFan")
    assert "Nothing was changed." not in again.out
    assert "Nothing was changed." in loaded("forget", "author", "gullfan").out


def test_an_erasure_that_a_reader_delays_is_finished_by_the_next(loaded: Desk) -> None:
    with closing(sqlite3.connect(loaded.data / "corpus.db", isolation_level=None)) as reader:
        reader.execute("BEGIN")
        reader.execute("SELECT count(*) FROM comment").fetchone()
        assert "is busy. Try again in a moment." in loaded("forget", "author", "gullfan").err
    assert "Nothing was changed." not in loaded("forget", "author", "gullfan").out
    assert "Nothing was changed." in loaded("forget", "author", "gullfan").out
    written = b"".join(path.read_bytes() for path in loaded.data.glob("corpus.db*"))
    assert b"gullfan" not in written.lower()
