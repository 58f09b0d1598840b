"""Questions in messages: mentions, replies, threads, direct messages, and what is left alone."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import discord
import pytest
import simcord
from simcord.backend.models.message import AllowedMentions

from bot.client import NewsdeskBot
from bot.i18n import msg_in
from bot.ui.kit.cooldown import Cooldown
from tests.support.simulated_discord import World
from tests.support.world import buttons, load, market, reply_of, text_of, thread

pytestmark = pytest.mark.slow


TITLE = "Harbour council votes to move the fish market"
VOTE = "How did the council vote on the fish market?"


def me(world: World) -> str:
    user = world.env.bot.user
    assert user is not None
    return user.mention


async def send(
    world: World, text: str, channel: simcord.ChannelHandle | None = None, **more: Any
) -> list[Any]:
    """What the bot writes to that in the channel."""
    channel = channel or world.channel
    before = {one.id for one in channel.history()}
    sent = await world.member.send(channel, text, **more)
    return [one for one in channel.history() if one.id not in before and one.id != sent.id]


async def shared(world: World, command: str, **given: Any) -> discord.Message:
    """A card for all in the channel."""
    card = (await world.member.slash(world.channel, command, **given)).response
    assert card is not None
    await world.member.click(card, label="Share")
    posted = world.channel.last_message
    assert posted is not None
    return posted


async def test_a_message_of_a_server_that_another_process_has_is_left_alone(world: World) -> None:
    """Its shard has moved, so that the server is not known here: it is no direct message."""
    state = world.env.bot._connection
    guild = state._get_guild(world.guild.id)
    assert guild is not None
    mention = me(world)
    state._remove_guild(guild)
    assert await send(world, f"{mention} {VOTE}") == []
    state._add_guild(guild)
    assert await send(world, f"{mention} {VOTE}") != []


async def test_a_mention_is_answered_in_the_channel(world: World) -> None:
    (answer,) = await send(world, f"{me(world)} {VOTE}")
    assert text_of(answer).startswith("The article says: “The council voted 7 to 4")
    assert answer.reference is not None
    assert answer.mentions == []
    assert buttons(answer) == ["Related", "Why this?", "Ask more"]
    why = await world.moderator.click(answer, label="Why this?")
    assert why.ephemeral
    assert f"Why this answer: {VOTE}" in text_of(why.response)


async def test_a_mention_may_stand_anywhere_among_marks(world: World) -> None:
    (answer,) = await send(world, f"<@123> how did the council vote on the <:fish:12> market, {me(world)}?")
    assert "7 to 4" in text_of(answer)


@pytest.mark.parametrize("text", ["", "?!", "<@123>"])
async def test_a_mention_without_a_question_says_how(world: World, text: str) -> None:
    (answer,) = await send(world, f"{me(world)} {text}")
    how = ("Write your question after the mention", "That doesn't look like a question.")
    assert text_of(answer).startswith(how)


async def test_nobody_else_is_answered(world: World) -> None:
    assert await send(world, VOTE) == []
    assert await send(world, f"@everyone {VOTE}") == []
    webhook = world.env.backend.bot_user.id
    assert await send(world, f"<@{webhook + 1}> {VOTE}") == []
    (first,) = await send(world, f"{me(world)} {VOTE}")
    assert len([one for one in world.channel.history() if one.author.id == first.author.id]) == 1


async def test_other_bots_are_not_answered(world: World) -> None:
    robot = world.guild.add_member(world.env.create_user("robot", bot=True))
    before = len(world.channel.history())
    await robot.send(world.channel, f"{me(world)} {VOTE}")
    assert len(world.channel.history()) == before + 1


async def test_a_reply_is_about_the_same_articles(world: World) -> None:
    load(world.data, world.guild.id, [thread("Zoo", "The petition against the zoo has 12 names.")])
    posted = await shared(world, "article show", title=TITLE)
    (answer,) = await send(world, "How many names has the petition?", reply_to=posted)
    assert "3,100" in text_of(answer)
    assert "12 names" not in text_of(answer)
    (answer,) = await send(world, "And who asked the gulls?", reply_to=answer)
    assert "Nobody asked the gulls" in text_of(answer)


async def test_a_reply_to_a_card_about_no_article_asks_the_archive(world: World) -> None:
    (hint,) = await send(world, me(world))
    (answer,) = await send(world, VOTE, reply_to=hint)
    assert "7 to 4" in text_of(answer)


async def test_a_reply_without_the_mention_is_told_once_that_it_cannot_be_read(world: World) -> None:
    posted = await shared(world, "article show", title=TITLE)
    quiet = await _quiet_reply(world, posted)
    assert [text_of(one) for one in quiet] == [
        "Newsdesk only reads messages that mention it. "
        f"Ask again with {me(world)}, or leave the mention on when you reply."
    ]
    assert await _quiet_reply(world, posted) == []


async def _quiet_reply(world: World, to: discord.Message) -> list[Any]:
    """A reply with its mention turned off."""
    before = {one.id for one in world.channel.history()}
    backend = world.env.backend
    reference = backend.normalize_message_reference(
        world.channel.id, {"channel_id": str(world.channel.id), "message_id": str(to.id)}
    )
    sent = backend.create_message(
        world.channel.id,
        world.member.id,
        VOTE,
        reference=reference,
        allowed_mentions=AllowedMentions(replied_user=False),
    )
    await world.env.settle()
    return [one for one in world.channel.history() if one.id not in before and one.id != sent.id]


async def test_replies_in_a_channel_are_in_the_servers_language(world: World) -> None:
    await world.services.settings.change(world.guild.id, language="de")
    (answer,) = await send(world, f"{me(world)} {VOTE}")
    assert buttons(answer)[1] == msg_in("de", "answer-why")
    (how,) = await send(world, f"{me(world)} <@123>")
    assert text_of(how) == msg_in("de", "ask-after-mention", me=me(world))
    posted = await shared(world, "article show", title=TITLE)
    (hint,) = await _quiet_reply(world, posted)
    assert text_of(hint) == msg_in("de", "ask-mention-bot", me=me(world))


async def test_a_thread_for_an_article_is_about_it(world: World) -> None:
    load(world.data, world.guild.id, [thread("Zoo", "The petition against the zoo has 12 names.")])
    card = (await world.member.slash(world.channel, "article show", title=TITLE)).response
    assert card is not None
    result = await world.member.click(card, label="Discuss")
    assert "Posted: " in reply_of(result)
    (opened,) = world.channel.threads
    assert f"Questions about this article? Mention {me(world)} and ask." in text_of(
        world.channel.history()[0]
    )
    await world.env.restart_bot(NewsdeskBot(world.services))
    (answer,) = await send(world, f"{me(world)} how many names has the petition?", opened)
    assert "3,100" in text_of(answer)
    assert "12 names" not in text_of(answer)
    (hint,) = await send(world, "how many names has the petition?", opened)
    assert text_of(hint).startswith("Newsdesk only reads messages that mention it.")
    assert await send(world, "so what", opened) == []
    await world.env.restart_bot(NewsdeskBot(world.services))
    assert await send(world, "so what", opened) == []
    assert await send(world, "so what") == []


async def test_a_thread_whose_article_is_gone_says_so(world: World) -> None:
    await world.member.slash(world.channel, "article post", title=TITLE, thread=True)
    (opened,) = world.channel.threads
    load(world.data, world.guild.id, [thread("Zoo", "The petition against the zoo has 12 names.")])
    await world.services.loads.undo(world.guild.id, 1, load(world.data, None, []).by)
    (answer,) = await send(world, f"{me(world)} {VOTE}", opened)
    assert text_of(answer) == "This thread's article is no longer in the archive. Ask in another channel."


async def test_a_thread_that_is_deleted_is_forgotten(world: World) -> None:
    await world.member.slash(world.channel, "article post", title=TITLE, thread=True)
    (opened,) = world.channel.threads
    assert await world.services.key_value.get(f"thread:{opened.id}") == str(world.article)
    bot = world.env.bot.get_channel(opened.id)
    assert isinstance(bot, discord.Thread)
    await bot.delete()
    await world.env.settle()
    assert await world.services.key_value.get(f"thread:{opened.id}") is None


async def test_a_forum_post_is_about_its_article(world: World) -> None:
    forum = world.guild.create_forum_channel("stories")
    await world.member.slash(world.channel, "article post", title=TITLE, channel=forum)
    (made,) = forum.threads
    (answer,) = await send(world, f"{me(world)} who asked the king of the zeppelins?", made)
    assert text_of(answer).startswith("**The article and its comments don't say.**")


async def test_a_direct_message_reads_the_shared_archive(world: World) -> None:
    answer = await _direct(world, VOTE)
    assert text_of(answer).startswith("No articles here yet. Direct messages search")
    load(world.data, None, [market()])
    answer = await _direct(world, VOTE)
    assert "7 to 4" in text_of(answer)
    assert "Share" not in buttons(answer)
    why = await world.member.user.click(answer, label="Why this?")
    assert f"Why this answer: {VOTE}" in text_of(why.response)
    assert text_of(await _direct(world, "<@1>")).startswith("That doesn't look like a question.")


async def _direct(world: World, text: str) -> Any:
    await world.member.send_dm(text)
    answer = world.member.user.dm_channel.last_message
    assert answer is not None
    return answer


async def test_a_message_about_an_article_can_be_asked_about(world: World) -> None:
    load(world.data, world.guild.id, [thread("Zoo", "The petition against the zoo has 12 names.")])
    message = await world.moderator.send(world.channel, f"Look: {TITLE.lower()}")
    form = await world.member.context_menu(world.channel, "Ask about this", message)
    answer = await world.member.submit_modal(form, {"question": "How many names has the petition?"})
    assert answer.ephemeral
    assert "3,100" in text_of(answer.response)
    assert "12 names" not in text_of(answer.response)
    posted = await shared(world, "search", query="zoo")
    form = await world.member.context_menu(world.channel, "Ask about this", posted)
    answer = await world.member.submit_modal(form, {"question": "How many names has the petition?"})
    assert "**12** names" in text_of(answer.response)
    message = await world.moderator.send(world.channel, "What is for lunch")
    nothing = await world.member.context_menu(world.channel, "Ask about this", message)
    assert (
        reply_of(nothing) == "No article in this archive matches the links or the headline in that message."
    )


class Clock:
    """A clock that is set."""

    def __init__(self) -> None:
        self.now = datetime(2024, 3, 12, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now


async def test_members_who_ask_too_often_are_told_when_to_ask_again(world: World) -> None:
    clock = Clock()
    await world.env.restart_bot(NewsdeskBot(world.services, Cooldown(2, 3, clock)))
    for _ in range(2):
        clock.now += timedelta(seconds=10)
        assert "7 to 4" in text_of((await world.member.slash(world.channel, "ask", question=VOTE)).response)
    refused = await world.member.slash(world.channel, "ask", question=VOTE)
    assert refused.ephemeral
    assert reply_of(refused) == "You can ask 2 questions a minute. Try again in 50 seconds."
    (refused,) = await send(world, f"{me(world)} {VOTE}")
    assert text_of(refused) == "You can ask 2 questions a minute. Try again in 50 seconds."
    assert await send(world, f"{me(world)} {VOTE}") == []
    assert "7 to 4" in text_of((await world.moderator.slash(world.channel, "ask", question=VOTE)).response)
    busy = await world.moderator.slash(world.channel, "ask", question=VOTE)
    assert reply_of(busy) == "This channel can ask 3 questions a minute. Try again in 50 seconds."
    clock.now += timedelta(seconds=50)
    assert "7 to 4" in text_of((await world.member.slash(world.channel, "ask", question=VOTE)).response)


async def test_where_the_bot_may_not_write_it_keeps_silent(world: World) -> None:
    world.env.inject_error("POST", "/channels/*/messages", status=403, code=50013, message="Missing")
    assert await send(world, f"{me(world)} {VOTE}") == []


async def test_a_fault_is_told_by_its_number(
    world: World, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    async def broken(*details: Any, **named: Any) -> None:
        raise ZeroDivisionError("secret path")

    monkeypatch.setattr(world.services.answers, "ask", broken)
    (answer,) = await send(world, f"{me(world)} {VOTE}")
    number = text_of(answer).split()[-1].rstrip(".")
    assert text_of(answer).startswith("Something went wrong on our side. Reference for the operator: ")
    assert f"fault {number} in " in caplog.text


async def test_answers_that_quote_a_forgotten_author_are_edited_by_themselves(world: World) -> None:
    question = "Who asked the gulls about the rail yard?"
    card = (await world.member.slash(world.channel, "ask", question=question)).response
    assert card is not None
    await world.member.click(card, label="Share")
    shared = world.channel.history()[-1]
    (replied,) = await send(world, f"{me(world)} {question}")
    assert "Nobody asked the gulls" in text_of(shared)
    assert "Nobody asked the gulls" in text_of(replied)
    asked = await world.moderator.slash(world.channel, "archive forget", author="pierpoet")
    assert asked.response is not None
    done = await world.moderator.click(asked.response, label="Forget permanently")
    assert "2 posts edited." in reply_of(done)
    edited = {one.id: text_of(one) for one in world.channel.history()}
    for one in (shared, replied):
        assert "pierpoet" not in edited[one.id]
        assert "Nobody asked" not in edited[one.id]
    assert f"“{question}”, asked by {world.member.mention}" in edited[shared.id]
