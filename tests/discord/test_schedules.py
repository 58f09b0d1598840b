"""Digests as a moderator plans them, and as a channel sees them: each slot once, whatever Discord does."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import Any

import discord
import pytest

from bot.client import NewsdeskBot
from bot.domain.digests import ContentSource
from bot.domain.loads import Person
from bot.services.outbox_worker import TransientDeliveryError
from bot.ui.digests.discord_publisher import DiscordDigestSender
from tests.support.openapi import Sent
from tests.support.schedules import DUE, TITLE, create, edit, plan, runner, state
from tests.support.simulated_discord import World, moderator_by_role
from tests.support.world import buttons, comment, load, reply_of, text_of, thread

pytestmark = pytest.mark.slow


async def test_the_preview_shows_the_card_and_the_next_runs_and_saves_once(world: World) -> None:
    card = await create(world, zone="Europe/Berlin", count=3)
    shown = text_of(card)
    assert "### New in the archive\n" in shown
    assert f"**1. {TITLE}**" in shown
    assert f"**Posts in** <#{world.channel.id}> · every day at 08:30 (Europe/Berlin)" in shown
    assert shown.count(":F>") == 5
    assert buttons(card)[:4] == ["Save", "Cancel", "Posts…", "Template…"]
    assert world.channel.history() == []
    saved = await world.moderator.click(card, label="Save")
    assert "Digest 1 saved." in text_of(saved.response)
    again = await world.services.digests.schedules(world.guild.id)
    assert [(one.plan.timing.minute, one.plan.timing.zone) for one in again] == [(510, "Europe/Berlin")]


async def test_saving_works_after_a_restart_and_cancel_saves_nothing(world: World) -> None:
    first, second = await create(world), await create(world)
    await world.env.restart_bot(NewsdeskBot(world.services))
    assert "Digest 1 saved." in text_of((await world.moderator.click(first, label="Save")).response)
    assert "Not saved. Nothing has changed." in text_of(
        (await world.moderator.click(second, label="Cancel")).response
    )
    assert len(await world.services.digests.schedules(world.guild.id)) == 1


async def test_the_zone_of_the_server_is_the_default(world: World) -> None:
    panel = await world.moderator.slash(world.channel, "settings", zone="America/New_York")
    assert "**Digest time zone:** America/New\\_York" in text_of(panel.response)
    assert "(America/New_York)" in text_of(await create(world))


@pytest.mark.parametrize(
    ("given", "says"),
    [
        ({"at": "25:00"}, "“25:00” isn't a time of day. Try 8:30, 20:15 or 8 pm."),
        ({"zone": "Europe/Berlln"}, "“Europe/Berlln” isn't a time zone."),
        (
            {"when": "weekly", "day": "someday"},
            "“someday” isn't a day. Use monday to sunday for weekly digests",
        ),
        ({"when": "cron"}, "Add a cron line: five fields"),
        ({"cron": "* * * * *"}, "A digest can be posted every 15 minutes at most."),
        ({"cron": "0 8 30 2 *"}, "That date never comes."),
        ({"what": "search"}, "Add a query: the words to search for, a source or a subreddit."),
    ],
)
async def test_what_cannot_be_planned_is_said(world: World, given: dict[str, str], says: str) -> None:
    assert says in text_of(await create(world, **given))


async def test_channels_where_the_bot_may_not_post_are_refused(world: World) -> None:
    me = world.guild.me
    assert me is not None
    closed = discord.PermissionOverwrite(send_messages=False)
    blind = discord.PermissionOverwrite(read_message_history=False)
    for name, overwrite, lacking in (
        ("closed", closed, "Send Messages"),
        ("blind", blind, "Read Message History"),
    ):
        channel = world.guild.create_text_channel(name, overwrites={me: overwrite})
        refused = text_of(await create(world, channel=channel))
        assert refused == (
            f"Newsdesk doesn't have permission to post digests in #{name}. It needs {lacking} there."
        )


async def test_planning_is_for_moderators(world: World) -> None:
    """Also where a server shows the commands to others."""
    await plan(world)
    other, _ = await moderator_by_role(world, "eve")
    await world.services.settings.change(world.guild.id, moderator_role=None)
    for command, given in (
        ("digest create", {"when": "daily", "what": "newest"}),
        ("digest list", {}),
        ("digest pause", {"digest": 1}),
        ("digest delete", {"digest": 1}),
        ("digest history", {"digest": 1}),
    ):
        refused = await other.slash(world.channel, command, **given)
        assert "Only moderators" in reply_of(refused)


async def test_another_servers_digests_are_not_there(world: World) -> None:
    await plan(world)
    other = world.env.create_guild("Other")
    role = other.create_role("Boss", permissions=discord.Permissions(manage_guild=True))
    boss = other.add_member(world.env.create_user("kim"), roles=[role])
    channel = other.create_text_channel("general")
    for command in ("show", "pause", "delete", "history", "run", "why"):
        result = await boss.slash(channel, f"digest {command}", digest=1)
        assert "There is no digest 1 in this server." in reply_of(result)
    assert (await world.services.digests.schedule(world.guild.id, 1)).state == "active"


@pytest.mark.usefixtures("each_database")
async def test_a_slot_is_posted_once_with_an_enforced_nonce(
    world: World, requests_of_the_bot: list[Sent]
) -> None:
    await plan(world)
    await runner(world).run_once()
    await runner(world).run_once()
    (posted,) = world.channel.history()
    assert text_of(posted).startswith(f"### New in the archive\n**1. {TITLE}**\n-# courier.example")
    (sent,) = [one for one in requests_of_the_bot if one.method == "POST" and "/messages" in one.path]
    assert sent.body["enforce_nonce"] is True
    assert len(sent.body["nonce"]) == 16
    assert await state(world) == [("posted", None)]
    result = await world.member.click(posted, label="Why these?")
    assert f"**{TITLE}** · picked" in text_of(result.response)


async def test_nothing_comes_twice_unless_it_has_new_comments(world: World) -> None:
    await plan(world, choice=ContentSource("source", "courier.example", count=3))
    await runner(world).run_once()
    await runner(world, DUE + timedelta(hours=1)).run_once()
    assert len(world.channel.history()) == 1
    assert (await state(world))[0] == ("empty", "nothing")
    market = thread(TITLE, "The council voted.", comments=[comment("gullfan", "At last.", 999)])
    load(world.data, world.guild.id, [market])
    await runner(world, DUE + timedelta(hours=2)).run_once()
    assert len(world.channel.history()) == 2
    why = await world.moderator.slash(world.channel, "digest why", digest=1, article=TITLE)
    assert "picked again for its new comments" in text_of(why.response)


@pytest.mark.usefixtures("each_database")
async def test_killed_after_the_message_was_stored_it_is_found_again(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Killed(BaseException):
        pass

    async def died(*_: object) -> None:
        raise Killed

    await plan(world)
    with monkeypatch.context() as patch:
        patch.setattr(world.services.digests._store, "mark_posted", died)
        with pytest.raises(Killed):
            await runner(world).run_once()
    assert len(world.channel.history()) == 1
    await world.env.restart_bot(NewsdeskBot(world.services))
    await runner(world, DUE + timedelta(minutes=10)).run_once()
    (posted,) = world.channel.history()
    # The restarted bot has the real clock, a day behind that of the test, and sees earlier slots too.
    history = await world.services.digests.history(world.guild.id, 1)
    (one,) = (delivery for delivery in history if delivery.due_at == DUE)
    assert (one.state, one.message) == ("posted", posted.id)


async def test_a_server_error_is_tried_again(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    await plan(world)
    send = DiscordDigestSender.send
    with monkeypatch.context() as patch:

        async def fails(self: DiscordDigestSender, *given: Any) -> int:
            await send(self, *given)
            raise TransientDeliveryError("the answer was lost")

        patch.setattr(DiscordDigestSender, "send", fails)
        await runner(world).run_once()
    assert await state(world) == [("sending", "unreachable")]
    await runner(world, DUE + timedelta(minutes=5)).run_once()
    assert len(world.channel.history()) == 1
    assert await state(world) == [("posted", None)]


@pytest.mark.parametrize(
    ("method", "status", "code", "outcome"),
    [
        ("POST", 403, 50013, ("failed", "may-not-post")),
        ("POST", 404, 10003, ("failed", "channel-gone")),
        ("POST", 400, 50083, ("failed", "thread-archived")),
        ("POST", 400, 50035, ("failed", "discord-refused")),
    ],
)
async def test_what_discord_refuses_pauses_and_is_told_once(
    world: World, method: str, status: int, code: int, outcome: tuple[str, str]
) -> None:
    await plan(world)
    path = f"/channels/{world.channel.id}/messages"
    world.env.inject_error(method, path, status=status, code=code, message="No")
    await runner(world).run_once()
    assert await state(world) == [outcome]
    shown = await world.moderator.slash(world.channel, "digest show", digest=1)
    assert "**Status** paused: " in text_of(shown.response)
    await runner(world, DUE + timedelta(hours=3)).run_once()
    assert world.channel.history() == []


async def test_a_deleted_channel_pauses_with_a_reason_and_a_moderator_is_told(world: World) -> None:
    boss = world.env.create_user("boss")
    await plan(world, 424242, by=Person(boss.id, "boss"))
    await runner(world).run_once()
    await runner(world, DUE + timedelta(hours=2)).run_once()
    (message,) = boss.dm_channel.history()
    assert "is paused: the channel was deleted. Once that is fixed, use " in text_of(message)
    resumed = await world.moderator.slash(world.channel, "digest resume", digest=1)
    assert "The channel of digest 1 no longer exists. Choose another with /digest edit." in reply_of(resumed)
    edited = await edit(world, channel=world.channel)
    saved = await world.moderator.click(edited, label="Save")
    assert "It is still paused. Use " in text_of(saved.response)
    resumed = await world.moderator.slash(world.channel, "digest resume", digest=1)
    assert "Digest 1 resumed." in text_of(resumed.response)


@pytest.mark.usefixtures("each_database")
async def test_run_posts_at_once_and_history_links_it(world: World) -> None:
    await plan(world)
    result = await world.moderator.slash(world.channel, "digest run", digest=1)
    assert "Digest 1 will post in <#" in text_of(result.response)
    for _ in range(1000):
        if world.channel.history():
            break
        await asyncio.sleep(0.05)
    (posted,) = world.channel.history()
    for _ in range(1000):
        if (await state(world))[0][0] == "posted":
            break
        await asyncio.sleep(0.05)
    told_of = await world.moderator.slash(world.channel, "digest history", digest=1)
    link = f"https://discord.com/channels/{world.guild.id}/{world.channel.id}/{posted.id}"
    assert f"posted 1 article · on request · {link}" in text_of(told_of.response)


async def test_list_pause_and_delete(world: World) -> None:
    empty = await world.moderator.slash(world.channel, "digest list")
    assert "No digests yet." in text_of(empty.response)
    await plan(world)
    listed = await world.moderator.slash(world.channel, "digest list")
    next_at = int(DUE.timestamp())
    assert text_of(listed.response).endswith(
        f"**1** <#{world.channel.id}> · next <t:{next_at}:R>"
        " · new since the last digest · cron 0 \\* \\* \\* \\* (UTC)"
    )
    paused = await world.moderator.slash(world.channel, "digest pause", digest=1)
    assert "Digest 1 paused." in text_of(paused.response)
    await runner(world).run_once()
    assert world.channel.history() == []
    deleted = await world.moderator.slash(world.channel, "digest delete", digest=1)
    assert "Digest 1 deleted. Its posts stay." in text_of(deleted.response)
    assert "There is no digest 1 in this server." in reply_of(
        await world.moderator.slash(world.channel, "digest show", digest=1)
    )


async def test_why_tells_of_what_was_never_looked_at(world: World) -> None:
    await plan(world, choice=ContentSource("source", "other.example"))
    before = await world.moderator.slash(world.channel, "digest why", digest=1)
    assert "This digest has not run yet." in text_of(before.response)
    await runner(world).run_once()
    why = await world.moderator.slash(world.channel, "digest why", digest=1, article=TITLE)
    assert "This digest has never considered this article. It posts: newest from other.example." in text_of(
        why.response
    )
    assert "Next post <t:" in text_of(why.response)


async def test_digests_are_completed_for_moderators_alone(world: World) -> None:
    await plan(world)
    other, _ = await moderator_by_role(world, "eve")
    await world.services.settings.change(world.guild.id, moderator_role=None)
    for who, expected in ((world.moderator, 1), (other, 0)):
        found = await who.autocomplete(world.channel, "digest show", "digest", "")
        assert len(found) == expected


@pytest.mark.parametrize("style", ["headlines", "summaries", "digests"])
async def test_the_fullest_post_is_within_discords_limits(world: World, style: str) -> None:
    """The checks of every request know the limits."""
    long = "The harbour *council* voted_on ||a very|| long proposal about gulls and herring, " * 12
    comments = [comment(f"user{n}", f"{long} {n}", n) for n in range(6)]
    threads = [thread(f"{n} {long}"[:900], long, long, source="x" * 90, comments=comments) for n in range(25)]
    load(world.data, world.guild.id, threads)
    await plan(world, choice=ContentSource("newest", count=25), style=style)
    await runner(world).run_once()
    (posted,) = world.channel.history()
    assert "**25. " in text_of(posted)
    card = await create(world, count=25, style=style)
    assert "**25. " in text_of(card)
    assert f"**Posts in** <#{world.channel.id}>" in text_of(card)
    assert text_of(card).count(":F>") == 5


async def test_what_is_over_18_stays_out_of_other_channels(world: World) -> None:
    load(world.data, world.guild.id, [thread("Red light district", "Text.", over_18=True)])
    await plan(world)
    await runner(world).run_once()
    (posted,) = world.channel.history()
    assert "Red light" not in text_of(posted)
    why = await world.moderator.slash(world.channel, "digest why", digest=1)
    assert "An article marked 18+ · skipped because the channel is not age-restricted" in text_of(
        why.response
    )
    assert "Red light" not in text_of(why.response)


async def test_a_digest_of_a_topic_is_private_and_can_be_shared(world: World) -> None:
    result = await world.member.slash(world.channel, "news", topic="fish market")
    assert result.ephemeral
    assert result.response is not None
    assert f"### Digest: fish market\n**1. {TITLE}**" in text_of(result.response)
    await world.member.click(result.response, label="Share")
    assert "Shared by" in text_of(world.channel.last_message)
    nothing = await world.member.slash(world.channel, "news", topic="zeppelin")
    assert "Nothing about “zeppelin” in this archive (1 thread, 2024)." in text_of(nothing.response)


async def test_a_digest_of_a_topic_says_what_was_searched(world: World) -> None:
    result = await world.member.slash(world.channel, "news", topic="marekt")
    assert "### Digest: marekt\nNo threads for “marekt”. Showing **“market”**." in reply_of(result)
    empty = world.env.create_guild("Empty")
    channel = empty.create_text_channel("general")
    member = empty.add_member(world.env.create_user("zoe"))
    nothing = await member.slash(channel, "news", topic="market")
    assert reply_of(nothing).startswith("No articles here yet.")
