"""Follows on the command line, for operators."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime

import pytest

from bot.domain.follows import FollowTarget
from bot.domain.loads import Person
from bot.domain.search import Filters
from bot.services import open_services
from tests.support.command_line import Desk

NOW = datetime(2024, 3, 12, 9, 0, tzinfo=UTC)
MOD = Person(7, "mod\x1b[2J")


async def follow(desk: Desk) -> None:
    """A channel's, a member's of an article, and one of another server that has paused itself."""
    async with open_services(desk.data) as services:
        follows = services.follows
        wanted = FollowTarget("fish\n*market*", Filters(source="courier.example"), "comments")
        await follows.add(11, 22, wanted, MOD, NOW, direct=False)
        await follows.add(11, 33, FollowTarget(article=2), MOD, NOW, direct=True)
        gone, _ = await follows.add(
            12, 44, FollowTarget(filters=Filters(author="netmender")), MOD, NOW, direct=False
        )
        await follows._store.pause(gone.id, "channel-gone")


@pytest.fixture
def followed(loaded: Desk) -> Desk:
    assert loaded("follows").code == 0
    asyncio.run(follow(loaded))
    return loaded


def test_follows_are_listed_by_server(followed: Desk) -> None:
    every = followed("follows")
    assert every.code == 0
    assert every.out.splitlines() == [
        "1. “fish *market*” (comments only and from courier.example)",
        "   active",
        "   server 11 · channel 22 · by mod[2J, 12 Mar 2024, 09:00 UTC",
        "2. new comments on “Harbour council votes to move the fish market”",
        "   active",
        "   server 11 · member 33 · by mod[2J, 12 Mar 2024, 09:00 UTC",
        "3. everything (by netmender)",
        "   paused: the channel was deleted",
        "   server 12 · channel 44 · by mod[2J, 12 Mar 2024, 09:00 UTC",
    ]
    (one,) = followed("follows", "--guild", "12", "--json").json["follows"]
    assert (one["follow"], one["guild"], one["state"], one["reason"]) == (3, 12, "paused", "channel-gone")
    told = followed("follows", "--json").json["follows"]
    assert [(one["channel"], one["member"]) for one in told] == [(22, None), (None, 33), (44, None)]
    assert [one["watch"]["article"] for one in told] == [None, 2, None]


def test_a_thread_that_was_taken_back_is_said_to_be_gone(followed: Desk) -> None:
    followed("undo", "1")
    assert "2. new comments on an article that was removed" in followed("follows").out


def test_a_follow_is_removed_by_its_number(followed: Desk) -> None:
    done = followed("follows", "--remove", "3")
    assert (done.code, done.out) == (0, "Follow 3 removed: everything (by netmender).\n")
    assert [one["follow"] for one in followed("follows", "--json").json["follows"]] == [1, 2]
    removed = followed("follows", "--remove", "2", "--json").json["removed"]
    assert (removed["follow"], removed["member"]) == (2, 33)
    nothing = "No follows yet. Members add them in Discord with /follow add.\n"
    assert followed("follows", "--guild", "12").out == nothing


@pytest.mark.parametrize("argv", [("--remove", "9"), ("--guild", "12", "--remove", "1")])
def test_what_is_not_there_is_not_removed(followed: Desk, argv: tuple[str, ...]) -> None:
    refused = followed("follows", *argv)
    assert (refused.code, refused.out) == (1, "")
    assert refused.err == f"newsdesk: There is no follow {argv[-1]}. “newsdesk follows” lists them.\n"
    assert len(followed("follows", "--json").json["follows"]) == 3


def test_one_is_removed_once(followed: Desk) -> None:
    followed("follows", "--remove", "1")
    assert followed("follows", "--remove", "1").code == 1
