"""Follows as members make them, and as channels and members are told: once a load, each thread once."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import discord
import pytest
import simcord

from bot.client import NewsdeskBot
from bot.domain.loads import Person
from bot.i18n import ENGLISH, current_language
from bot.store.ingest.writer import CorpusWriter
from bot.ui.follows import cards
from bot.ui.kit.card import Card
from tests.support.engines import engine_at
from tests.support.follows import LATER, Fay, add, brings, gulls, notifier, tell
from tests.support.openapi import Sent
from tests.support.simulated_discord import World
from tests.support.world import buttons, comment, market, options, reply_of, text_of, thread

pytestmark = pytest.mark.slow


@pytest.mark.usefixtures("each_database")
async def test_a_member_is_told_of_a_load_by_one_direct_message(
    world: World, fay: Fay, requests_of_the_bot: list[Sent]
) -> None:
    made = await add(world, fay, query="gulls")
    assert made.ephemeral
    assert "You're following “gulls”. You'll get a DM when something new arrives." in text_of(made.response)
    brings(world, *map(gulls, range(40)), thread("Ferry sails", "On time."))
    await tell(world)
    await tell(world)
    (message,) = fay.user.dm_channel.history()
    shown = text_of(message)
    assert "### New for “gulls”\n-# 40 threads" in shown
    assert shown.count("**Gulls steal lunch number") == 10
    assert "and 30 more" in shown
    assert "Ferry" not in shown
    assert buttons(message) == ["Show all", "Mute"]
    (sent,) = [one for one in requests_of_the_bot if one.method == "POST" and "nonce" in str(one.body)]
    assert sent.body["enforce_nonce"] is True


async def test_a_thread_is_told_of_once_unless_it_is_loaded_anew(world: World, fay: Fay) -> None:
    await add(world, fay, query="gulls")
    first = brings(world, gulls(1))
    await tell(world)
    brings(world, gulls(1, comments=[comment("ann", "Gulls again.", 5)]), gulls(2))
    await tell(world)
    one, two = fay.user.dm_channel.history()
    assert "number 1" in text_of(one)
    assert "number 2" in text_of(two)
    assert "number 1" not in text_of(two)
    with CorpusWriter(engine_at(world.data)) as writer:
        writer.undo(world.guild.id, first.load)
        writer.undo(world.guild.id, first.load + 1)
    brings(world, gulls(1))
    await tell(world)
    assert "number 1" in text_of(fay.user.dm_channel.history()[-1])


async def test_what_was_taken_back_before_it_was_told_is_not_told(world: World, fay: Fay) -> None:
    await add(world, fay, query="gulls")
    receipt = brings(world, gulls(1))
    with CorpusWriter(engine_at(world.data)) as writer:
        writer.undo(world.guild.id, receipt.load)
    await tell(world)
    assert fay.user.dm_channel.history() == []


async def test_comments_bring_their_thread(world: World, fay: Fay) -> None:
    await add(world, fay, query="herring", **{"in": "comments"})
    brings(
        world, thread("Herring prices", "Up."), gulls(1, comments=[comment("bo", "Herring is better.", 3)])
    )
    await tell(world)
    (message,) = fay.user.dm_channel.history()
    assert "Gulls steal lunch number 1" in text_of(message)
    assert "Herring prices" not in text_of(message)


async def test_several_follows_of_a_channel_are_one_message(world: World, fay: Fay) -> None:
    for query in ("gulls", "ferry", "zeppelin"):
        made = await add(world, fay, world.moderator, query=query, channel=world.channel)
        assert f"<#{world.channel.id}> is following “{query}”." in text_of(made.response)
    brings(world, gulls(1), thread("Ferry sails", "On time."))
    await tell(world)
    (message,) = world.channel.history()
    shown = text_of(message)
    assert "### New for “gulls”\n-# 1 thread\n" in shown
    assert "### New for “ferry”\n-# 1 thread\n" in shown
    assert "zeppelin" not in shown
    assert {"“gulls”", "“ferry”", "All for “gulls”"} <= set(options(message))
    result = await world.moderator.slash(world.channel, "follow list")
    assert text_of(result.response).count(f"<#{world.channel.id}> ·") == 3


async def test_a_channel_is_for_those_who_look_after_it(world: World, fay: Fay) -> None:
    refused = await add(world, fay, query="gulls", channel=world.channel)
    assert "Only moderators and members who can manage that channel" in reply_of(refused)
    keeper = world.guild.create_role("Keeper", permissions=discord.Permissions(manage_channels=True))
    keeping = world.guild.add_member(world.env.create_user("kay"), roles=[keeper])
    made = await add(world, fay, keeping, query="gulls", channel=world.channel)
    assert "is following “gulls”." in text_of(made.response)
    removed = await fay.member.slash(world.channel, "follow remove", follow=1)
    assert "You can only change follows you created." in reply_of(removed)
    removed = await keeping.slash(world.channel, "follow remove", follow=1)
    assert "No longer following “gulls”." in text_of(removed.response)


async def test_members_cannot_touch_follows_of_others(world: World, fay: Fay) -> None:
    await add(world, fay, query="gulls")
    other = world.guild.add_member(world.env.create_user("kim"))
    for who in (other, world.moderator):
        assert "You can only change follows you created." in reply_of(
            await who.slash(world.channel, "follow remove", follow=1)
        )
        assert "You don't follow anything here yet." in reply_of(
            await who.slash(world.channel, "follow list")
        )
        assert await who.autocomplete(world.channel, "follow remove", "follow", "") == []


async def test_the_buttons_of_cards_follow_and_mute(world: World, fay: Fay) -> None:
    found = await fay.member.slash(world.channel, "search", query="market")
    assert found.response is not None
    await world.env.restart_bot(NewsdeskBot(world.services))
    await notifier(world).run_once()
    made = await fay.member.click(found.response, label="Follow")
    assert made.response is not None
    assert "You're following “market”." in text_of(made.response)
    assert "You already follow “market”." in reply_of(await fay.member.click(found.response, label="Follow"))
    muted = await fay.member.click(made.response, label="Mute")
    assert "Muted: “market”." in reply_of(muted)
    brings(world, thread("Market moves", "At last."))
    await tell(world)
    assert fay.user.dm_channel.history() == []
    assert "· muted" in reply_of(await fay.member.slash(world.channel, "follow list"))


async def test_a_followed_article_tells_of_its_new_comments(world: World, fay: Fay) -> None:
    card = await fay.member.slash(world.channel, "article show", title="harbour council")
    assert card.response is not None
    await notifier(world).run_once()
    made = await fay.member.click(card.response, label="Follow")
    assert "You're following new comments on “Harbour council votes to move the fish market”." in reply_of(
        made
    )
    more = [comment("gullfan", "At last.", 900), comment("ann", "Not again.", 901)]
    brings(world, thread(market().title, comments=more), gulls(1))
    await tell(world)
    (message,) = fay.user.dm_channel.history()
    assert "### New comments on Harbour council votes to move the fish market\n-# 2 new comments" in text_of(
        message
    )


async def test_nothing_found_can_be_followed(world: World, fay: Fay) -> None:
    nothing = await fay.member.slash(world.channel, "search", query="zeppelin")
    assert nothing.response is not None
    assert buttons(nothing.response) == ["Follow"]


async def test_the_cards_of_a_direct_message_read_the_server_while_one_is_a_member(
    world: World, fay: Fay
) -> None:
    await add(world, fay, query="gulls")
    brings(world, gulls(1), gulls(2))
    await tell(world)
    (message,) = fay.user.dm_channel.history()
    shown = await fay.user.click(message, label="Show all")
    assert shown.response is not None
    assert "**3 threads for “gulls”** · newest first" in text_of(shown.response)
    (number, *_) = [value for name, value in options(message).items() if "number 1" in name]
    opened = await fay.user.select(message, [number])
    assert opened.response is not None
    text = await fay.user.click(opened.response, label="Full text")
    assert "They took it." in reply_of(text)
    world.guild.remove_member(fay.member)
    gone = await fay.user.click(message, label="Show all")
    assert "You are no longer a member of that server." in reply_of(gone)


async def test_who_takes_no_direct_messages_finds_the_follow_paused(world: World, fay: Fay) -> None:
    await add(world, fay, query="gulls")
    brings(world, gulls(1))
    path = f"/channels/{fay.user.dm_channel.id}/messages"
    world.env.inject_error("POST", path, status=403, code=50007, message="Cannot send messages to this user")
    await tell(world)
    listed = reply_of(await fay.member.slash(world.channel, "follow list"))
    assert "paused: DMs from Newsdesk are blocked" in listed
    again = await add(world, fay, query="gulls")
    assert "You're following “gulls”." in reply_of(again)


async def test_a_channel_that_is_gone_pauses_and_is_told_once(world: World, fay: Fay) -> None:
    boss = world.env.create_user("boss")
    follows = world.services.follows
    await notifier(world).run_once()
    watch = await follows.add(
        world.guild.id, world.channel.id, _watch("gulls"), _person(boss), LATER, direct=False
    )
    assert watch[1]
    for number in (1, 2):
        brings(world, gulls(number))
        path = f"/channels/{world.channel.id}/messages"
        world.env.inject_error("POST", path, status=404, code=10003, message="Unknown Channel")
        await tell(world)
    (message,) = boss.dm_channel.history()
    assert f"1 follow in <#{world.channel.id}> is paused: the channel was deleted. Fix this" in text_of(
        message
    )


async def test_help_has_a_page_about_following(world: World) -> None:
    shown = reply_of(await world.member.slash(world.channel, "help", topic="following"))
    assert "### Following\n</follow add:" in shown
    assert "</catchup:" in shown


async def test_a_day_has_a_last_message(world: World, fay: Fay) -> None:
    panel = await world.moderator.slash(world.channel, "settings", follows_a_day=2)
    assert "**Follows** send at most 2 messages a day to one place." in reply_of(panel)
    await add(world, fay, query="gulls")
    for number in range(4):
        brings(world, gulls(number))
        await tell(world)
    first, second = fay.user.dm_channel.history()
    assert "last message from follows here today" not in text_of(first)
    assert "last message from follows here today" in text_of(second)
    listed = reply_of(await fay.member.slash(world.channel, "follow list"))
    assert "2 loads in the last 24 hours were over your daily limit." in listed
    brings(world, gulls(9))
    await tell(world, LATER + timedelta(days=1))
    assert "number 9" in text_of(fay.user.dm_channel.history()[-1])


async def test_notices_are_in_the_language_of_the_server(
    world: World, fay: Fay, monkeypatch: pytest.MonkeyPatch
) -> None:
    languages: list[str] = []
    render = cards.notice

    def notice(*given: Any) -> Card:
        languages.append(current_language())
        return render(*given)

    monkeypatch.setattr(cards, "notice", notice)
    await add(world, fay, query="gulls")
    await add(world, fay, world.moderator, query="gulls", channel=world.channel)
    await world.services.settings.change(world.guild.id, language="de")
    brings(world, gulls(1))
    await tell(world)
    assert languages == ["de", "de"]
    assert current_language() == ENGLISH


async def test_servers_are_told_of_what_they_see(world: World, fay: Fay) -> None:
    other = world.env.create_guild("Other")
    oda = world.env.create_user("oda")
    reader = other.add_member(oda)
    channel = other.create_text_channel("general")
    await add(world, fay, query="gulls")
    await reader.slash(channel, "follow add", query="gulls")
    brings(world, gulls(1))
    await tell(world)
    assert len(fay.user.dm_channel.history()) == 1
    assert oda.dm_channel.history() == []
    brings(world, gulls(2), guild=None)
    await tell(world)
    assert len(fay.user.dm_channel.history()) == 2
    assert "number 2" in text_of(oda.dm_channel.history()[0])
    await world.services.settings.change(other.id, shared_archive=False)
    brings(world, gulls(3), guild=None)
    await tell(world)
    assert len(fay.user.dm_channel.history()) == 3
    assert len(oda.dm_channel.history()) == 1
    assert "no follow 1" in reply_of(await reader.slash(channel, "follow remove", follow=1))


async def test_what_is_over_18_is_told_in_channels_for_it_alone(
    world: World, fay: Fay, monkeypatch: pytest.MonkeyPatch
) -> None:
    open_, adult = world.channel, world.guild.create_text_channel("late")
    monkeypatch.setattr(discord.TextChannel, "is_nsfw", lambda channel: channel.id == adult.id)
    for channel in (open_, adult):
        await add(world, fay, world.moderator, query="gulls", channel=channel)
    brings(world, gulls(1, over_18=True))
    await tell(world)
    assert open_.history() == []
    assert "number 1" in text_of(adult.history()[0])


@pytest.mark.usefixtures("each_database")
async def test_killed_after_the_message_was_stored_it_is_found_again(
    world: World, fay: Fay, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Killed(BaseException):
        pass

    async def died(*_: object) -> None:
        raise Killed

    await add(world, fay, query="gulls")
    brings(world, gulls(1))
    with monkeypatch.context() as patch:
        patch.setattr(world.services.follows._store, "mark_posted", died)
        with pytest.raises(Killed):
            await notifier(world).run_once()
    await world.env.restart_bot(NewsdeskBot(world.services))
    await notifier(world, LATER + timedelta(minutes=10)).run_once()
    (message,) = fay.user.dm_channel.history()
    (one, *_) = await world.services.follows._store.notices(world.guild.id, fay.user.id)
    assert (one.state, one.message) == ("posted", message.id)


def _watch(query: str) -> Any:
    from bot.domain.follows import FollowTarget

    return FollowTarget(query)


def _person(user: simcord.UserHandle) -> Person:
    return Person(user.id, "boss")
