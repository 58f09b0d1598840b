"""Cards for all to see: shared from a private one, posted into a place, and pressed by others."""

from __future__ import annotations

import discord
import pytest

from tests.support.simulated_discord import World
from tests.support.world import buttons, load, options, overwrites_of, reply_of, text_of, thread

pytestmark = pytest.mark.slow


TITLE = "Harbour council votes to move the fish market"


async def test_share_posts_the_card_with_a_name_and_pings_nobody(world: World) -> None:
    card = (await world.member.slash(world.channel, "article show", title=TITLE)).response
    assert card is not None
    result = await world.member.click(card, label="Share")
    assert result.followups == []
    posted = world.channel.last_message
    assert posted is not None
    assert not posted.flags.ephemeral
    assert text_of(posted).startswith(f"### {TITLE}")
    assert text_of(posted).endswith(f"-# Shared by {world.member.mention}")
    assert buttons(posted) == ["Full text", "Comments", "What people say", "Ask", "Follow"]
    assert result.response is not None
    assert buttons(result.response) == ["Full text", "Comments", "What people say", "Ask", "Follow"]


@pytest.mark.parametrize(
    ("command", "given"),
    [
        ("search", {"query": "gulls"}),
        ("article summary", {"title": TITLE}),
        ("article random", {}),
        ("comments list", {"title": TITLE}),
        ("comments digest", {"title": TITLE}),
    ],
)
async def test_every_card_of_the_archive_can_be_shared(
    world: World, command: str, given: dict[str, str]
) -> None:
    card = (await world.member.slash(world.channel, command, **given)).response
    assert card is not None
    private = text_of(card)
    await world.member.click(card, label="Share")
    posted = text_of(world.channel.last_message)
    assert posted == f"{private}\n-# Shared by {world.member.mention}"


async def test_pages_and_single_comments_can_be_shared(world: World) -> None:
    card = (await world.member.slash(world.channel, "search", query="gulls")).response
    assert card is not None
    comment = list(options(card).values())[1]
    opened = (await world.member.select(card, [comment])).response
    assert opened is not None
    await world.member.click(opened, label="Share")
    assert "Nobody asked the gulls" in text_of(world.channel.last_message)
    card = (await world.member.slash(world.channel, "article show", title=TITLE)).response
    assert card is not None
    await world.member.click(card, label="Full text")
    await world.member.click(card, label="Share")
    assert "A petition against the move" in text_of(world.channel.last_message)


async def test_others_get_their_own_copy_of_a_public_card(world: World) -> None:
    card = (await world.member.slash(world.channel, "article show", title=TITLE)).response
    assert card is not None
    await world.member.click(card, label="Share")
    posted = world.channel.last_message
    assert posted is not None
    before = text_of(posted)
    result = await world.moderator.click(posted, label="Comments")
    assert result.ephemeral
    assert result.response is not None
    assert result.response.id != posted.id
    assert "### Comments: Harbour council" in text_of(result.response)
    assert "Share" in buttons(result.response)
    (unchanged,) = [one for one in world.channel.history() if one.id == posted.id]
    assert text_of(unchanged) == before


async def test_who_may_not_write_may_not_share(world: World) -> None:
    overwrites = overwrites_of(world.guild.default_role, send_messages=False)
    quiet = world.guild.create_text_channel("announcements", overwrites=overwrites)
    card = (await world.member.slash(quiet, "article show", title=TITLE)).response
    assert card is not None
    result = await world.member.click(card, label="Share")
    assert "You don't have permission to post in #announcements. Choose another channel." in reply_of(result)
    assert quiet.history() == []


async def test_the_bot_says_where_it_may_not_write(world: World) -> None:
    me = world.guild.me
    assert me is not None
    overwrites = overwrites_of(me, send_messages=False)
    closed = world.guild.create_text_channel("closed", overwrites=overwrites)
    card = (await world.member.slash(closed, "article show", title=TITLE)).response
    assert card is not None
    result = await world.member.click(card, label="Share")
    assert "Newsdesk doesn't have permission to post in #closed." in reply_of(result)


async def post(world: World, **given: object) -> str:
    result = await world.member.slash(world.channel, "article post", title=str(world.article), **given)
    assert result.ephemeral
    return reply_of(result)


async def test_post_puts_the_card_here(world: World) -> None:
    answer = await post(world)
    posted = world.channel.last_message
    assert posted is not None
    assert answer == f"Posted: {posted.jump_url}"
    assert text_of(posted).startswith(f"### {TITLE}")
    assert text_of(posted).endswith(f"-# Posted by {world.member.mention}")
    assert "Share" not in buttons(posted)


async def test_post_puts_the_card_into_another_channel(world: World) -> None:
    other = world.guild.create_text_channel("news")
    await post(world, channel=other)
    assert text_of(other.last_message).startswith(f"### {TITLE}")
    assert world.channel.history() == []


async def test_post_opens_a_thread(world: World) -> None:
    load(world.data, world.guild.id, [thread("A very long title " * 15, "Text.")])
    answer = await post(world, thread=True)
    (opened,) = world.channel.threads
    assert opened.name == TITLE
    assert answer == f"Posted: {_link(world, opened.id)}"
    result = await world.member.slash(world.channel, "article post", title="A very long title", thread=True)
    assert "Posted: " in reply_of(result)
    names = {one.name for one in world.channel.threads}
    assert all(len(name or "") <= 100 for name in names)


async def test_post_makes_a_forum_post(world: World) -> None:
    forum = world.guild.create_forum_channel("stories")
    answer = await post(world, channel=forum)
    (made,) = forum.threads
    assert made.name == TITLE
    assert answer.startswith(f"Posted: {_link(world, made.id)}/")
    assert text_of(made.last_message).startswith(f"### {TITLE}")


async def test_post_writes_into_a_thread(world: World) -> None:
    await post(world, thread=True)
    (opened,) = world.channel.threads
    await post(world, channel=opened)
    assert text_of(opened.last_message).startswith(f"### {TITLE}")
    answer = await post(world, channel=opened, thread=True)
    assert answer == f"#{TITLE} is already a thread. Choose a channel to create a new one in."
    card = (await world.member.slash(opened, "article show", title=TITLE)).response
    assert "Share" in buttons(card)
    assert "Discuss" not in buttons(card)


async def test_post_opens_no_thread_where_there_are_none(world: World) -> None:
    voice = world.guild.create_voice_channel("lounge")
    answer = await post(world, channel=voice, thread=True)
    assert (
        answer == "Newsdesk can't create threads in #lounge. Choose a text channel, or post without a thread."
    )
    assert voice.history() == []
    assert "Posted: " in await post(world, channel=voice)


async def test_post_tells_of_a_forum_whose_tags_it_may_not_set(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = world.guild.create_forum_channel("stories")
    forum = world.env.bot.get_channel(made.id)
    assert isinstance(forum, discord.ForumChannel)
    tags = [discord.ForumTag(name="Official", moderated=True)]
    await forum.edit(available_tags=tags)
    # The simulation does not know the flag.
    monkeypatch.setattr(discord.ForumChannel, "flags", discord.ChannelFlags(require_tag=True))
    may = forum.permissions_for(forum.guild.me)
    may.update(administrator=False, manage_threads=False)
    monkeypatch.setattr(discord.ForumChannel, "permissions_for", lambda *_: may)
    answer = await post(world, channel=made)
    assert answer.startswith("Posts in #stories need a tag, and Newsdesk can't use any of its tags.")


async def test_post_refuses_where_the_member_may_not_write(world: World) -> None:
    overwrites = overwrites_of(world.guild.default_role, send_messages=False)
    quiet = world.guild.create_text_channel("announcements", overwrites=overwrites)
    assert (
        await post(world, channel=quiet)
        == "You don't have permission to post in #announcements. Choose another channel."
    )
    assert quiet.history() == []
    overwrites = overwrites_of(world.guild.default_role, create_public_threads=False)
    flat = world.guild.create_text_channel("flat", overwrites=overwrites)
    answer = await post(world, channel=flat, thread=True)
    assert answer == "You don't have permission to create threads in #flat. Choose another channel."
    assert flat.history() == []


async def test_post_refuses_where_the_bot_may_not_write(world: World) -> None:
    me = world.guild.me
    assert me is not None
    closed = world.guild.create_text_channel(
        "closed", overwrites={me: discord.PermissionOverwrite(view_channel=False)}
    )
    answer = await post(world, channel=closed)
    assert answer == (
        "Newsdesk doesn't have permission to post in #closed. It needs View Channel and Send Messages there."
    )
    flat = world.guild.create_text_channel(
        "flat", overwrites={me: discord.PermissionOverwrite(create_public_threads=False)}
    )
    answer = await post(world, channel=flat, thread=True)
    assert answer == (
        "Newsdesk doesn't have permission to create threads in #flat. It needs Create Public Threads there."
    )
    assert flat.history() == []


async def test_a_post_that_discord_refuses_is_explained(
    world: World, expected: list[type[BaseException]]
) -> None:
    expected.append(discord.Forbidden)
    world.env.inject_error("POST", "/channels/*/messages", status=403, code=50013, message="Missing")
    assert await post(world) == (
        "Newsdesk doesn't have permission to do that here. Check its permissions in this channel."
    )


def _link(world: World, channel: int) -> str:
    return f"https://discord.com/channels/{world.guild.id}/{channel}"
