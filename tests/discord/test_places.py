"""Where a server lets its members post with the bot, and whether mentions are answered."""

from __future__ import annotations

from typing import Any

import pytest
import simcord

from tests.support.simulated_discord import World, moderator_by_role
from tests.support.world import buttons, card_of, list_id, reply_of, text_of

pytestmark = pytest.mark.slow

VOTE = "How did the council vote on the fish market?"
REFUSED = "The moderators don't let members post with Newsdesk in #general."


async def places(world: World) -> simcord.ResponseMessage:
    panel = card_of(await world.moderator.slash(world.channel, "settings"))
    return card_of(await world.moderator.click(panel, label="Places…"))


async def choose(world: World, rule: str, *channels: Any) -> str:
    """What the card says after a moderator has chosen a rule and its channels."""
    card = await places(world)
    card = card_of(await world.moderator.select(card, [rule], custom_id=list_id(card, "places1")))
    return text_of(
        (await world.moderator.select(card, list(channels), custom_id=list_id(card, "places2"))).response
    )


async def mention(world: World, channel: simcord.ChannelHandle, text: str = VOTE) -> list[str]:
    """What the bot writes to a mention."""
    user = world.env.bot.user
    assert user is not None
    sent = await world.member.send(channel, f"{user.mention} {text}")
    return [text_of(one) for one in channel.history() if one.id > sent.id]


async def share(world: World, channel: simcord.ChannelHandle) -> simcord.InteractionResult:
    card = card_of(await world.member.slash(channel, "search", query="fish market"))
    return await world.member.click(card, label="Share")


async def test_a_moderator_allows_one_channel_and_its_threads(world: World) -> None:
    news = world.guild.create_text_channel("news")
    told_then = await choose(world, "only", news)
    assert f"**Members can post with Newsdesk** only in <#{news.id}>." in told_then
    assert (await mention(world, news))[0].startswith("The article says: “The council voted 7 to 4")
    assert await mention(world, world.channel) == []
    for parent, answered in ((news, True), (world.channel, False)):
        world.env.backend.create_thread(parent.id, "The vote", owner_id=world.member.id)
        await world.env.settle()
        assert bool(await mention(world, parent.threads[0])) is answered


async def test_sharing_elsewhere_is_refused_in_words_and_the_answer_stays_private(world: World) -> None:
    news = world.guild.create_text_channel("news")
    await choose(world, "only", news)
    refused = await share(world, world.channel)
    assert refused.ephemeral
    assert REFUSED in reply_of(refused)
    assert world.channel.last_message is None
    await share(world, news)
    assert "fish market" in text_of(news.last_message)


async def test_an_article_is_not_posted_to_an_excluded_channel(world: World) -> None:
    assert "anywhere except" in await choose(world, "except", world.channel)
    news = world.guild.create_text_channel("news")
    article = str(world.article)
    for thread in (False, True):
        where = {"title": article, "channel": world.channel, "thread": thread}
        assert REFUSED in reply_of(await world.member.slash(news, "article post", **where))
    assert world.channel.last_message is None
    posted = await world.member.slash(world.channel, "article post", title=article, channel=news)
    assert "Posted" in reply_of(posted)


async def test_a_category_stands_for_its_channels(world: World) -> None:
    category = world.guild.create_category("Press")
    within = world.guild.create_text_channel("press-desk", category=category)
    await choose(world, "only", category)
    assert await mention(world, within) != []
    assert await mention(world, world.channel) == []


async def test_a_rule_without_channels_allows_none_or_all(world: World) -> None:
    assert "in no channel yet. Choose some below." in await choose(world, "only")
    assert REFUSED in reply_of(await share(world, world.channel))
    assert "in every channel." in await choose(world, "except")
    assert await mention(world, world.channel) != []


async def test_a_new_server_is_told_once_how_to_turn_mentions_on(world: World) -> None:
    guild = world.env.create_guild("Newcomers")
    channel = guild.create_text_channel("general")
    user = world.env.create_user("bea")
    member = guild.add_member(user)
    bot = world.env.bot.user
    assert bot is not None
    sent = await member.send(channel, f"{bot.mention} {VOTE}")
    (hint,) = (text_of(one) for one in channel.history() if one.id > sent.id)
    assert hint.startswith("Mentions aren't answered in this server yet.")
    again = await member.send(channel, f"{bot.mention} {VOTE}")
    assert [one for one in channel.history() if one.id > again.id] == []


async def test_mentions_are_switched_off_and_on(world: World) -> None:
    card = await places(world)
    off = card_of(await world.moderator.click(card, label="Stop answering mentions"))
    assert "**Mentions** are not answered." in text_of(off)
    assert (await mention(world, world.channel))[0].startswith("Mentions aren't answered")
    on = card_of(await world.moderator.click(off, label="Answer mentions"))
    assert "**Mentions** are answered there." in text_of(on)
    assert (await mention(world, world.channel))[0].startswith("The article says")
    panel = card_of(await world.moderator.click(on, label="Back to settings"))
    assert "Places…" in buttons(panel)


async def test_who_is_no_moderator_any_more_changes_nothing(world: World) -> None:
    member, _ = await moderator_by_role(world, "eve")
    panel = card_of(await member.slash(world.channel, "settings"))
    card = card_of(await member.click(panel, label="Places…"))
    await world.services.settings.change(world.guild.id, moderator_role=None)
    assert "moderators" in reply_of(await member.click(card, label="Stop answering mentions"))
    assert (await world.services.settings.get(world.guild.id)).answers_mentions
