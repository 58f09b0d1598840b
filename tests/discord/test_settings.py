"""What a server chooses, and what follows from it."""

from __future__ import annotations

import simcord

from tests.discord.conftest import World
from tests.discord.world import buttons, list_id, load, said, thread


async def panel(world: World) -> simcord.ResponseMessage:
    result = await world.moderator.slash(world.channel, "settings")
    assert result.ephemeral
    assert result.response is not None
    return result.response


async def test_the_panel_tells_what_is_set(world: World) -> None:
    shown = said(await panel(world))
    assert "**Moderators** are members who may manage the server, and nobody else." in shown
    assert "**The operator's shared archive** is on here: searches read it too." in shown


async def test_the_shared_archive_is_turned_off_and_on(world: World) -> None:
    load(world.data, None, [thread("Night train returns", "It returns in May.")])
    card = await panel(world)
    off = await world.moderator.click(card, label="Turn the shared archive off")
    assert "is off here: searches leave it out." in said(off.response)
    assert off.response is not None
    assert off.response.id == card.id
    found = await world.member.slash(world.channel, "search", query="night train")
    assert "Nothing in this archive says" in said(found.response)
    await world.moderator.click(card, label="Turn the shared archive on")
    found = await world.member.slash(world.channel, "search", query="night train")
    assert "Night train returns" in said(found.response)


async def test_a_role_is_chosen_and_taken_back(world: World) -> None:
    role = world.guild.create_role("Archivists")
    card = await panel(world)
    chosen = await world.moderator.select(card, [role], custom_id=list_id(card, "role"))
    assert f"and those with {role.mention}." in said(chosen.response)
    assert (await world.library.settings(world.guild.id)).moderator_role == role.id
    assert f"and those with {role.mention}." in said(await panel(world))
    cleared = await world.moderator.select(card, [], custom_id=list_id(card, "role"))
    assert "and nobody else." in said(cleared.response)


async def test_a_role_that_was_deleted_is_nobody(world: World) -> None:
    await world.library.change_settings(world.guild.id, moderator_role=4242)
    assert "and nobody else." in said(await panel(world))


async def test_who_is_a_moderator_by_role_appoints_nobody(world: World) -> None:
    role = world.guild.create_role("Archivists")
    member = world.guild.add_member(world.env.create_user("eve"), roles=[role])
    await world.library.change_settings(world.guild.id, moderator_role=role.id)
    for command in await world.env.bot.tree.fetch_commands():  # type: ignore[attr-defined]
        world.guild.set_command_permissions(command, {role: True})
    card = (await member.slash(world.channel, "settings")).response
    assert card is not None
    refused = await member.select(card, [world.guild.default_role], custom_id=list_id(card, "role"))
    assert "Only members with Manage Server can choose" in said(refused.response)
    assert (await world.library.settings(world.guild.id)).moderator_role == role.id
    changed = await member.click(card, label="Turn the shared archive off")
    assert "Turn the shared archive on" in buttons(changed.response)


async def test_the_settings_of_one_server_are_not_those_of_another(world: World) -> None:
    await world.library.change_settings(world.guild.id, shared_archive=False)
    other = world.env.create_guild("Other")
    load(world.data, None, [thread("Night train returns", "It returns in May.")])
    member = other.add_member(world.env.create_user("kim"))
    found = await member.slash(other.create_text_channel("general"), "search", query="night train")
    assert "Night train returns" in said(found.response)
