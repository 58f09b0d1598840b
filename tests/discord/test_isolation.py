"""What one server has loaded, no other finds, by any command or button."""

from __future__ import annotations

import discord
import pytest
import simcord

from bot.domain.articles import Scope
from tests.support.simulated_discord import World
from tests.support.world import load, options, said, thread, told

pytestmark = pytest.mark.slow


@pytest.fixture
def stranger(world: World) -> tuple[simcord.MemberActor, simcord.ChannelHandle]:
    """A moderator of another server, which has one thread of its own."""
    guild = world.env.create_guild("Elsewhere")
    load(world.data, guild.id, [thread("Their own story", "It is theirs.")])
    role = guild.create_role("Managers", permissions=discord.Permissions(administrator=True))
    member = guild.add_member(world.env.create_user("stranger"), roles=[role])
    return member, guild.create_text_channel("general")


async def test_no_command_finds_what_another_server_loaded(
    world: World, stranger: tuple[simcord.MemberActor, simcord.ChannelHandle]
) -> None:
    member, channel = stranger
    message = await member.send(channel, "Harbour council votes to move the fish market")
    numbers = {"title": str(world.article)}
    results = [
        await member.slash(channel, "search", query="gulls OR market OR council"),
        await member.slash(
            channel, "search", query="harbour", author="tidewatcher", source="courier.example"
        ),
        await member.slash(channel, "article show", **numbers),
        await member.slash(channel, "article show", title="Harbour council votes to move the fish market"),
        await member.slash(channel, "article summary", **numbers),
        await member.slash(channel, "article post", **numbers),
        await member.slash(channel, "comments list", **numbers),
        await member.slash(channel, "comments digest", **numbers),
        await member.slash(channel, "archive undo", load=1),
        await member.slash(channel, "archive loads"),
        await member.context_menu(channel, "Find in the archive", message),
        *[await member.slash(channel, "article random") for _ in range(5)],
    ]
    for result in results:
        shown = told(result)
        assert shown
        for words in ("gulls about", "Stallholders", "oysterjo", "operator"):
            assert words not in shown
    assert [one for one in channel.history() if not one.flags.ephemeral and one.author.bot] == []
    for command in ("article show", "comments list"):
        choices = await member.autocomplete(channel, command, "title", "harbour")
        assert choices == []
    assert await member.autocomplete(channel, "search", "query", "harbour") == []
    loads = await member.autocomplete(channel, "archive undo", "load", "")
    assert [choice["value"] for choice in loads] == [2]


async def test_no_button_shows_what_another_server_loaded(
    world: World, stranger: tuple[simcord.MemberActor, simcord.ChannelHandle]
) -> None:
    """A custom_id comes back from Discord as it was sent; even so every press is asked for its own server."""
    member, channel = stranger
    comment = (await world.services.archive.comments(Scope(world.guild.id), world.article)).comments[0]
    card = (await member.slash(channel, "article show", title="Their own story")).response
    assert card is not None
    stored = world.env.backend.get_message(channel.id, card.id)
    row = next(part for part in stored.components[0]["components"] if part["type"] == 1)
    addresses = [f"{letter}{world.article}" for letter in "atucd"] + [
        f"m{comment.id}.0",
        f"n{comment.id}",
        "r1",
        f"u{world.article}.3",
        f"t{world.article}.0",
    ]
    for verb in ("turn", "share"):
        for address in addresses:
            row["components"][0]["custom_id"] = f"{verb}1:{address}"
            result = await member.click(card, custom_id=f"{verb}1:{address}")
            shown = told(result)
            assert comment.text not in shown
            assert "Harbour" not in shown
    for verb in ("undo", "cancel"):
        row["components"][0]["custom_id"] = f"{verb}1:1"
        result = await member.click(card, custom_id=f"{verb}1:1")
        assert said(result.response) in (
            "There is no load 1 in this archive.",
            "Load 1 is no longer running.",
        )
    row["components"][0]["custom_id"] = "retract1:1.0"
    await member.click(card, custom_id="retract1:1.0")
    assert (await world.services.archive.stats(Scope(world.guild.id))).articles == 1


async def test_shared_searches_are_asked_for_the_server_of_who_presses(
    world: World, stranger: tuple[simcord.MemberActor, simcord.ChannelHandle]
) -> None:
    member, channel = stranger
    card = (await member.slash(channel, "search", query="story OR gulls")).response
    assert list(options(card)) == ["1. Their own story"]
    newest = await member.click(card, label="Newest")  # type: ignore[arg-type]
    assert list(options(newest.response)) == ["1. Their own story"]
