"""The greeting of a new server, and what its buttons do, in the server and in a direct message."""

from __future__ import annotations

import asyncio
from typing import Any

import aiohttp
import discord
import pytest

from bot.client import NewsdeskBot
from bot.domain.articles import Scope
from bot.errors import BadInput
from bot.services.key_value import KeyValueService
from bot.services.sample import sample_paths
from cogs.greeting import RETRY_INTERVALS_SECONDS
from tests.support.openapi import Sent
from tests.support.simulated_discord import NO_POSTS, World, join, moderator_by_role, pressing
from tests.support.world import BY, buttons, card_of, overwrites_of, reply_of, text_of

pytestmark = pytest.mark.slow


async def greeted(world: World) -> discord.Message:
    """The greeting of the world's own server, which the bot has joined a second ago."""
    await join(world, world.guild)
    (greeting,) = world.channel.history()
    return greeting


send = discord.TextChannel.send


async def cut_off(channel: discord.TextChannel, *args: Any, **options: Any) -> discord.Message:
    """Sends a message whose arrival is not confirmed."""
    await send(channel, *args, **options)
    raise aiohttp.ServerDisconnectedError


async def pending(world: World) -> tuple[str, ...]:
    return await world.services.key_value.keys("greeted:", "pending")


async def test_a_new_server_is_greeted_once_where_the_bot_may_write(world: World) -> None:
    guild = world.env.create_guild("Later")
    rules = guild.create_text_channel("rules", overwrites={guild.roles["TestBot"]: NO_POSTS})
    general = guild.create_text_channel("general")
    for _ in range(2):
        await join(world, guild)
    assert rules.history() == []
    (greeting,) = general.history()
    shown = text_of(greeting)
    assert "Try </search:" in shown
    assert "</ask:" in shown
    assert "Moderators add articles with </archive load:" in shown
    assert "**Load the sample** adds a small made-up archive" in shown
    assert buttons(greeting) == ["Load the sample", "Settings", "Plan a first digest…"]


async def test_a_greeting_that_discord_does_not_take_is_sent_later(world: World) -> None:
    path = f"/channels/{world.channel.id}/messages"
    world.env.inject_error("POST", path, status=503, code=0, message="Down")
    await join(world, world.guild)
    assert world.channel.history() == []
    await world.env.advance_time(RETRY_INTERVALS_SECONDS[0] + 1)
    (greeting,) = world.channel.history()
    assert "Try </search:" in text_of(greeting)
    await join(world, world.guild)
    assert len(world.channel.history()) == 1


async def test_a_greeting_that_was_not_sent_is_sent_by_the_next_start(world: World) -> None:
    path = f"/channels/{world.channel.id}/messages"
    world.env.inject_error("POST", path, status=503, code=0, message="Down")
    await join(world, world.guild)
    for _ in range(2):
        await world.env.restart_bot(NewsdeskBot(world.services))
        await world.env.settle()
    assert len(world.channel.history()) == 1


async def test_a_greeting_whose_arrival_was_not_confirmed_is_not_sent_twice(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patched:
        patched.setattr(discord.TextChannel, "send", cut_off)
        await join(world, world.guild)
    assert len(world.channel.history()) == 1
    await world.env.advance_time(RETRY_INTERVALS_SECONDS[0] + 1)
    await world.env.restart_bot(NewsdeskBot(world.services))
    await world.env.settle()
    assert len(world.channel.history()) == 1


async def test_a_greeting_is_not_sent_twice_where_the_bot_may_not_read(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    guild = world.env.create_guild("Later")
    me = guild.roles["TestBot"]
    rules = guild.create_text_channel("rules", overwrites=overwrites_of(me, read_message_history=False))
    general = guild.create_text_channel("general")
    with monkeypatch.context() as patched:
        patched.setattr(discord.TextChannel, "send", cut_off)
        await join(world, guild)
    await world.env.advance_time(RETRY_INTERVALS_SECONDS[0] + 1)
    await world.env.restart_bot(NewsdeskBot(world.services))
    await world.env.settle()
    assert (len(rules.history()), len(general.history())) == (1, 0)
    assert await pending(world) == ()


async def test_a_server_that_removes_the_bot_is_not_greeted_any_more(world: World) -> None:
    world.env.inject_error("POST", f"/channels/{world.channel.id}/messages", status=503, code=0, message="")
    await join(world, world.guild)
    world.env.backend.emit("GUILD_DELETE", {"id": str(world.guild.id)})
    await world.env.advance_time(sum(RETRY_INTERVALS_SECONDS) + 1)
    assert world.channel.history() == []
    await join(world, world.guild)
    assert len(world.channel.history()) == 1


async def test_a_server_that_comes_back_is_greeted_as_it_is_now(world: World) -> None:
    world.env.inject_error("POST", f"/channels/{world.channel.id}/messages", status=503, code=0, message="")
    await join(world, world.guild)
    world.env.backend.emit("GUILD_DELETE", {"id": str(world.guild.id)})
    lobby = world.guild.create_text_channel("lobby")
    world.env.backend.guilds[world.guild.id].system_channel_id = lobby.id
    await join(world, world.guild)
    await world.env.advance_time(RETRY_INTERVALS_SECONDS[0] + 1)
    assert (len(world.channel.history()), len(lobby.history())) == (0, 1)


async def test_a_server_that_cannot_be_greeted_yet_delays_no_other(world: World) -> None:
    others = [world.env.create_guild(f"Later {number}") for number in range(3)]
    channels = [guild.create_text_channel("general") for guild in others]
    for guild in (world.guild, *others):
        await world.services.key_value.set(f"greeted:{guild.id}", "pending")
    path = f"/channels/{world.channel.id}/messages"
    world.env.inject_error("POST", path, status=503, code=0, message="Down")
    await world.env.restart_bot(NewsdeskBot(world.services))
    await world.env.settle()
    assert [len(channel.history()) for channel in channels] == [1, 1, 1]
    assert await pending(world) == (f"greeted:{world.guild.id}",)
    await world.env.advance_time(RETRY_INTERVALS_SECONDS[0] + 1)
    assert len(world.channel.history()) == 1


async def test_a_server_that_can_never_be_greeted_counts_as_greeted(world: World) -> None:
    closed = world.env.create_guild("Closed", owner=world.env.create_user("olive"))
    closed.create_text_channel("rules", overwrites={closed.roles["TestBot"]: NO_POSTS})
    world.env.inject_error("POST", "/users/@me/channels", status=400, code=50033, message="No", times=9)
    for guild in (closed, world.guild):
        await world.services.key_value.set(f"greeted:{guild.id}", "pending")
    await world.env.restart_bot(NewsdeskBot(world.services))
    await world.env.settle()
    assert len(world.channel.history()) == 1
    assert await pending(world) == ()


async def test_servers_of_a_shard_that_comes_later_are_greeted(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Another process had the shard, and could not greet them."""
    guilds = world.guild, world.env.create_guild("Later")
    other = guilds[1].create_text_channel("general")
    for guild in (*(guild.id for guild in guilds), 5):
        await world.services.key_value.set(f"greeted:{guild}", "pending")
    shard = property(lambda guild: 3 if guild.id == world.guild.id else 4)
    monkeypatch.setattr(discord.Guild, "shard_id", shard)
    world.env.bot.dispatch("shard_ready", 3)
    async with asyncio.timeout(5):
        while await pending(world) != (f"greeted:{guilds[1].id}", "greeted:5"):  # noqa: ASYNC110
            await asyncio.sleep(0.01)
    assert (len(world.channel.history()), len(other.history())) == (1, 0)


async def test_a_start_asks_for_all_pending_greetings_at_once(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []
    get = KeyValueService.get

    async def record(service: KeyValueService, key: str) -> str | None:
        asked.append(key)
        return await get(service, key)

    monkeypatch.setattr(KeyValueService, "get", record)
    await world.env.restart_bot(NewsdeskBot(world.services))
    await world.env.settle()
    assert [key for key in asked if key.startswith("greeted:")] == []


async def test_a_direct_greeting_that_fails_is_sent_later(world: World) -> None:
    owner = world.env.create_user("olive")
    guild = world.env.create_guild("Closed", owner=owner)
    guild.create_text_channel("rules", overwrites={guild.roles["TestBot"]: NO_POSTS})
    world.env.inject_error("POST", "/channels/*/messages", status=503, code=0, message="Down")
    await join(world, guild)
    await world.env.advance_time(RETRY_INTERVALS_SECONDS[0] + 1)
    assert owner.dm_channel is not None
    assert len(owner.dm_channel.history()) == 1


async def test_the_sample_is_loaded_once_and_undone_like_any_load(world: World) -> None:
    greeting = await greeted(world)
    await world.env.restart_bot(NewsdeskBot(world.services))
    loaded = card_of(await world.moderator.click(greeting, label="Load the sample"))
    assert "**Loaded** Sample archive in" in text_of(loaded)
    assert f"{len(sample_paths())} new articles" in text_of(loaded)
    again = await world.moderator.click(greeting, label="Load the sample")
    assert again.ephemeral
    assert "The sample is already in this archive." in reply_of(again)
    assert "whale" in reply_of(await world.member.slash(world.channel, "search", query="whale upside down"))
    assert (await world.services.archive.stats(Scope(None))).articles == 0, "none is shared"
    question = card_of(await world.moderator.click(loaded, label="Undo"))
    assert f"Removed {len(sample_paths())} articles" in reply_of(
        await world.moderator.click(question, label="Undo load")
    )
    await world.moderator.click(greeting, label="Load the sample")
    assert await world.services.sample.is_loaded(world.guild.id)


async def test_two_presses_at_once_load_the_sample_once(world: World) -> None:
    async with world.services.sample.loading(world.guild.id, "Sample", BY) as events:
        with pytest.raises(BadInput, match="sample-loading"):
            async with world.services.sample.loading(world.guild.id, "Sample", BY):
                pass
        async with world.services.sample.loading(world.guild.id + 1, "Sample", BY):
            await events.aclose()
    assert not await world.services.sample.is_loaded(world.guild.id)


async def test_members_are_told_who_may_press_and_the_moderator_role_may(world: World) -> None:
    greeting = await greeted(world)
    for label in buttons(greeting):
        refused = await world.member.click(greeting, label=label)
        assert refused.ephemeral
        assert "Only moderators can do that here. They have Manage Server" in reply_of(refused)
    assert await world.services.loads.recent(world.guild.id, 5) != ()
    assert not await world.services.sample.is_loaded(world.guild.id)
    archivist, _ = await moderator_by_role(world, "ada")
    assert "### Server settings" in reply_of(await archivist.click(greeting, label="Settings"))


async def test_settings_check_the_permissions_of_the_channel(world: World) -> None:
    greeting = await greeted(world)
    complete = reply_of(await world.moderator.click(greeting, label="Settings"))
    assert "**Permissions:** Newsdesk has all it needs in #general." in complete
    me = world.guild.roles["TestBot"]
    closed = world.guild.create_text_channel(
        "closed", overwrites=overwrites_of(me, attach_files=False, read_message_history=False)
    )
    result = await world.moderator.slash(closed, "settings")
    shown = reply_of(result)
    assert "**Newsdesk is missing 2 permissions in #closed**" in shown
    assert "- **Attach Files**: to attach charts, exports and lists of rejected lines" in shown
    assert "- **Read Message History**: to find its own posts, so that nothing is posted twice" in shown
    assert "Open the channel’s settings, choose Permissions" in shown
    changed = await world.moderator.click(card_of(result), label="Hide names")
    assert "**Newsdesk is missing 2 permissions in #closed**" in reply_of(changed), "it stays after a change"


async def test_a_first_digest_is_planned_from_the_greeting(world: World) -> None:
    form = await world.moderator.click(await greeted(world), label="Plan a first digest…")
    filled = {"when": ["daily"], "time": "8:30", "what": ["newest"], "query": "", "style": ["headlines"]}
    preview = card_of(await world.moderator.submit_modal(form, filled))
    assert "Preview. Nothing is posted until you save." in text_of(preview)
    assert "Digest 1 saved." in text_of(card_of(await world.moderator.click(preview, label="Save")))


async def test_whoever_invited_it_is_greeted_as_it_is_nowhere(
    world: World, requests_of_the_bot: list[Sent]
) -> None:
    owner = world.env.create_user("olive")
    guild = world.env.create_guild("Closed", owner=owner)
    rules = guild.create_text_channel("rules", overwrites={guild.roles["TestBot"]: NO_POSTS})
    for _ in range(2):
        await join(world, guild)
    assert rules.history() == []
    assert owner.dm_channel is not None
    (greeting,) = owner.dm_channel.history()
    shown = text_of(greeting)
    assert "Moderators add articles with </archive load:" in shown
    assert "Newsdesk cannot post in any channel of Closed yet." in shown
    assert "</digest create:" in shown
    assert buttons(greeting) == ["Load the sample", "Check permissions"]
    await world.env.restart_bot(NewsdeskBot(world.services))

    checked = reply_of(await owner.click(greeting, label="Check permissions"))
    assert "**Newsdesk is missing 1 permission in #rules**" in checked
    assert "- **Send Messages**: to post digests" in checked
    loaded = card_of(await owner.click(greeting, label="Load the sample"))
    assert "**Loaded** Sample archive in" in text_of(loaded)
    assert "To undo this load, use </archive undo:" in text_of(loaded)
    assert buttons(loaded) == []
    assert await world.services.sample.is_loaded(guild.id)
    assert not await world.services.sample.is_loaded(world.guild.id)
    assert "already in this archive" in reply_of(await owner.click(greeting, label="Load the sample"))


async def test_a_direct_message_gives_nobody_rights_in_the_server(world: World) -> None:
    owner = world.env.create_user("olive")
    guild = world.env.create_guild("Closed", owner=owner)
    guild.create_text_channel("rules", overwrites={guild.roles["TestBot"]: NO_POSTS})
    await join(world, guild)
    assert owner.dm_channel is not None
    (greeting,) = owner.dm_channel.history()
    pressed = pressing(world, owner, greeting)

    for step in ("sample", "check"):
        assert "You are no longer a member of that server." in await pressed(step, world.guild.id)
        assert "This button has expired." in await pressed(step, 5)
    assert "Only moderators can do that here." in await pressed("settings", guild.id)
    world.guild.add_member(owner)
    for step in ("sample", "check"):
        assert "Only moderators can do that here." in await pressed(step, world.guild.id)
    assert not await world.services.sample.is_loaded(world.guild.id)
