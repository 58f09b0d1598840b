"""`newsdesk forget`: looking first, and doing it."""

from __future__ import annotations

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
