"""`newsdesk forget`: looking first, and doing it."""

from __future__ import annotations

from pathlib import Path

import pytest

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
    assert (mistyped.code, mistyped.out.splitlines()[1:]) == (
        1,
        [
            "Similar names here: netmender.",
            "Nothing was changed. To leave this name out of later loads all the same, add --keep-out.",
        ],
    )
    assert "forget" not in loaded("audit").out
    assert loaded("forget", "author", "netmenders", "--json").json["nearest"] == ["netmender"]


def test_a_name_with_nothing_here_is_kept_out_of_later_loads_on_request(loaded: Desk, dump: Path) -> None:
    assert loaded("undo", "1").code == 0
    kept_out = loaded("forget", "author", "gullfan", "--keep-out")
    assert kept_out.out == "Nothing by this author was found. Dumps loaded later will not bring any in.\n"
    assert loaded("load", dump).code == 0
    assert loaded("forget", "author", "gullfan", "--dry-run").code == 1
    assert loaded("forget", "author", "netmender", "--dry-run").code == 0
