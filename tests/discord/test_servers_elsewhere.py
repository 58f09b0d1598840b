"""Buttons in direct messages about a server that another process of the bot serves."""

from __future__ import annotations

from typing import Any

import discord
import pytest
import simcord

from bot.client import NewsdeskBot
from bot.ui.kit.servers import FETCHED_SECONDS, MAX_FETCHED, ServersElsewhere
from tests.support.follows import Fay, add, brings, fay, gulls, tell
from tests.support.simulated_discord import NO_POSTS, World, join, pressing
from tests.support.world import card_of, reply_of, text_of

__all__ = ["fay"]
pytestmark = pytest.mark.slow


class Elsewhere:
    """The bot of the process with shard 0, which has no server in its cache."""

    def __init__(self, world: World, monkeypatch: pytest.MonkeyPatch) -> None:
        bot = world.env.bot
        assert isinstance(bot, NewsdeskBot)
        self.requests = 0
        self.now = 0.0

        async def fetch(guild: int) -> discord.Guild:
            self.requests += 1
            return await bot.fetch_guild(guild)

        bot.servers_elsewhere = ServersElsewhere(fetch, lambda: self.now)
        monkeypatch.setattr(bot, "get_guild", lambda _: None)


@pytest.fixture
def owner(world: World) -> simcord.UserHandle:
    return world.env.create_user("olive")


async def greeted(world: World, owner: simcord.UserHandle) -> Any:
    guild = world.env.create_guild("Closed", owner=owner)
    guild.create_text_channel("rules", overwrites={guild.roles["TestBot"]: NO_POSTS})
    await join(world, guild)
    assert owner.dm_channel is not None
    (greeting,) = owner.dm_channel.history()
    return guild, greeting


async def test_the_greeting_works(
    world: World, owner: simcord.UserHandle, monkeypatch: pytest.MonkeyPatch
) -> None:
    guild, greeting = await greeted(world, owner)
    Elsewhere(world, monkeypatch)
    checked = reply_of(await owner.click(greeting, label="Check permissions"))
    assert "**Newsdesk is missing 1 permission in #rules**" in checked
    loaded = card_of(await owner.click(greeting, label="Load the sample"))
    assert "**Loaded** Sample archive in" in text_of(loaded)
    assert await world.services.sample.is_loaded(guild.id)


async def test_permissions_are_checked_in_the_channel_for_system_messages(
    world: World, owner: simcord.UserHandle, monkeypatch: pytest.MonkeyPatch
) -> None:
    guild, greeting = await greeted(world, owner)
    lobby = guild.create_text_channel("lobby", overwrites={guild.roles["TestBot"]: NO_POSTS})
    world.env.backend.guilds[guild.id].system_channel_id = lobby.id
    Elsewhere(world, monkeypatch)
    checked = reply_of(await owner.click(greeting, label="Check permissions"))
    assert "**Newsdesk is missing 1 permission in #lobby**" in checked


async def test_it_gives_nobody_rights_in_the_server(
    world: World, owner: simcord.UserHandle, monkeypatch: pytest.MonkeyPatch
) -> None:
    _, greeting = await greeted(world, owner)
    elsewhere = Elsewhere(world, monkeypatch)
    assert owner.dm_channel is not None
    pressed = pressing(world, owner, greeting)

    for step in ("sample", "check"):
        assert "You are no longer a member of that server." in await pressed(step, world.guild.id)
        assert "This button has expired." in await pressed(step, 5)
    world.guild.add_member(owner)
    for step in ("sample", "check"):
        assert "Only moderators can do that here." in await pressed(step, world.guild.id)
    assert elsewhere.requests == 6, "roles are never judged by a server that was fetched before"
    assert not await world.services.sample.is_loaded(world.guild.id)


async def test_the_buttons_of_a_notice_work_for_members_only(
    world: World, fay: Fay, monkeypatch: pytest.MonkeyPatch
) -> None:
    await add(world, fay, query="gulls")
    brings(world, gulls(1), gulls(2))
    await tell(world)
    (message,) = fay.user.dm_channel.history()
    elsewhere = Elsewhere(world, monkeypatch)
    for _ in range(2):
        shown = await fay.user.click(message, label="Show all")
        assert "**3 threads for “gulls”** · newest first" in reply_of(shown)
    assert elsewhere.requests == 1
    world.guild.remove_member(fay.member)
    gone = await fay.user.click(message, label="Show all")
    assert "You are no longer a member of that server." in reply_of(gone)


async def test_servers_are_fetched_anew_after_a_while_and_few_are_kept() -> None:
    now, asked = 0.0, list[int]()

    async def fetch(guild: int) -> Any:
        asked.append(guild)
        return guild

    servers = ServersElsewhere(fetch, lambda: now)
    for _ in range(3):
        await servers.get(1)
    assert asked == [1]
    await servers.get(1, fresh=True)
    now += FETCHED_SECONDS
    await servers.get(1)
    assert asked == [1, 1, 1]
    for guild in range(2, MAX_FETCHED + 2):
        await servers.get(guild)
    await servers.get(1)
    assert asked.count(1) == 4
