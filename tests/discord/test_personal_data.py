"""/privacy: what is stored about a member, with Delete; requests to be forgotten; the policy."""

from __future__ import annotations

import sqlite3
from contextlib import closing

import pytest
import simcord

from bot.domain.privacy import DELETABLE, PrivacyPolicy
from bot.store.state.personal_data import _QUERIES
from tests.support.schedules import plan
from tests.support.simulated_discord import World
from tests.support.world import buttons, card_of, reply_of, text_of

pytestmark = pytest.mark.slow


def rows(world: World, sql: str) -> list[tuple[object, ...]]:
    with closing(sqlite3.connect(world.data / "state.db")) as db:
        return db.execute(sql).fetchall()


async def ask(world: World, name: str = "PierPoet", **given: str) -> simcord.InteractionResult:
    return await world.member.slash(world.channel, "privacy request", author=name, **given)


async def test_members_see_and_delete_what_is_stored_about_them(world: World) -> None:
    nothing = await world.member.slash(world.channel, "privacy mine")
    assert nothing.ephemeral
    assert "Newsdesk stores nothing under your Discord ID." in reply_of(nothing)
    await world.member.slash(world.channel, "follow add", query="gulls")
    await world.moderator.slash(world.channel, "follow add", query="rail yard")
    shared = card_of(await world.member.slash(world.channel, "article show", title=str(world.article)))
    await world.member.click(shared, label="Share")
    await world.member.slash(world.channel, "catchup")
    await plan(world)
    mine = card_of(await world.member.slash(world.channel, "privacy mine"))
    for fact in (
        "1 follow in your direct messages",
        "1 card that you shared",
        "last used the bot, in 1 server",
    ):
        assert fact in text_of(mine)
    assert "Your name on" not in text_of(mine)
    assert buttons(mine) == ["Delete"]
    await world.member.click(mine, label="Delete")
    assert buttons(mine) == ["Delete for good", "Keep as it is"]
    await world.member.click(mine, label="Delete for good")
    assert "**Your data is deleted.**" in text_of(mine)
    assert rows(world, "SELECT count(*) FROM follow") == [(1,)]
    # The shared card can still be edited when what it shows is erased.
    assert rows(world, "SELECT count(*), count(by_id) FROM post") == [(1, 0)]
    left = rows(world, "SELECT by_id, place FROM follow UNION ALL SELECT member, 0 FROM visit")
    assert world.member.id not in [number for row in left for number in row]
    for _ in range(2):  # asking leaves nothing to be asked about
        assert "stores nothing" in reply_of(await world.member.slash(world.channel, "privacy mine"))
    assert world.member.id not in [member for (member,) in rows(world, "SELECT member FROM visit")]


def test_every_table_with_members_is_accounted_for(world: World) -> None:
    """A new table with a member's id belongs into the data that members can see."""
    named = rows(
        world,
        "SELECT DISTINCT m.name FROM sqlite_master AS m, pragma_table_info(m.name) AS i"
        " WHERE m.type = 'table' AND (i.name IN ('member', 'by_id', 'direct') OR i.name LIKE '%user%')",
    )
    shown = " ".join(query for queries in _QUERIES.values() for query in queries)
    assert [table for (table,) in named if f" FROM {table} " not in f"{shown} "] == []
    assert set(DELETABLE) <= set(_QUERIES)


async def test_a_request_is_decided_by_moderators(world: World) -> None:
    board = world.guild.create_text_channel("moderators")
    await world.services.settings.change(world.guild.id, moderator_channel=board.id)
    sent = await ask(world, note="I wrote as @pierpoet")
    assert sent.ephemeral
    assert "**Your request is with the moderators.**" in reply_of(sent)
    # The answer does not tell who is in the archive.
    unknown = reply_of(await ask(world, "nobody_at_all"))
    assert unknown.replace("nobody\\_at\\_all", "PierPoet") == reply_of(sent)
    [first, second] = board.history()
    assert f"{world.member.mention} asks that everything written by **PierPoet**" in text_of(first)
    assert "> I wrote as" in text_of(first)
    assert "Found 1 comment in 1 thread." in text_of(first)
    assert buttons(first) == ["Forget permanently", "Decline"]
    refused = await world.member.click(first, label="Forget permanently")
    assert "moderator" in reply_of(refused)
    await world.moderator.click(first, label="Forget permanently")
    [first, second] = board.history()
    assert text_of(first) == (
        f"**Request granted** by {world.moderator.mention}. The author whom {world.member.mention} named is"
        " forgotten."
    )
    found = await world.member.slash(world.channel, "search", query="gulls")
    assert "pierpoet" not in text_of(found.response)
    await world.moderator.click(second, label="Decline")
    audit = reply_of(await world.moderator.slash(world.channel, "audit", about="privacy"))
    assert "A request to be forgotten was declined" in audit
    assert "An author was forgotten · Emptied 1 comment and no articles." in audit
    assert rows(world, "SELECT author, note FROM request") == [("", ""), ("", "")]
    assert b"nobody_at_all" not in (world.data / "state.db").read_bytes()


async def test_requests_are_limited_listed_and_decided_once(world: World) -> None:
    await ask(world, "one")
    assert "with the moderators" in reply_of(await ask(world, "ONE"))  # the same, which counts once
    await ask(world, "two")
    await ask(world, "three")
    assert "You can make 3 requests in 7 days." in reply_of(await ask(world, "four"))
    listed = card_of(await world.moderator.slash(world.channel, "archive requests"))
    again = card_of(await world.moderator.slash(world.channel, "archive requests"))
    assert "**one**" in text_of(listed)
    assert "2 more requests are waiting." in text_of(listed)
    await world.moderator.click(listed, label="Decline")
    assert "**Request declined**" in text_of(listed)
    await world.moderator.click(again, label="Forget permanently")
    assert text_of(again) == "This request has already been decided, or has expired."
    assert "**two**" in reply_of(await world.moderator.slash(world.channel, "archive requests"))


async def test_the_policy_is_the_operators_or_the_built_in_one(world: World) -> None:
    built_in = reply_of(await world.env.create_user("dora").slash("privacy policy"))
    for part in (
        "Newsdesk stores the articles",
        "Questions are not stored.",
        "after 30 days",
        "has not set a contact",
    ):
        assert part in built_in
    lines = "\n".join(f"Rule {number}: be kind." for number in range(400))
    policy = PrivacyPolicy(lines, "privacy@desk.example", 0)
    world.services.privacy.policy = policy
    card = card_of(await world.member.slash(world.channel, "privacy policy"))
    assert "Rule 0: be kind." in text_of(card)
    while "›" in buttons(card):
        await world.member.click(card, label="›")
    for part in ("Rule 399", "privacy@desk.example", "its data stays until the operator deletes it"):
        assert part in text_of(card)
