"""What one server has loaded, no other finds, by any command or button."""

from __future__ import annotations

import re
from typing import Any

import discord
import pytest
import simcord
from discord import app_commands

from bot.clock import system_clock
from bot.domain.articles import Scope
from bot.domain.digests import ContentSource, DigestConfig, Timing
from bot.domain.loads import Person
from tests.support.components import custom_ids
from tests.support.follows import brings, notifier, tell
from tests.support.simulated_discord import World
from tests.support.world import load, options, reply_of, text_of, thread

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
        shown = reply_of(result)
        assert shown
        for words in ("gulls about", "Stallholders", "oysterjo", "operator"):
            assert words not in shown
    assert [one for one in channel.history() if not one.flags.ephemeral and one.author.bot] == []
    for command in ("article show", "comments list"):
        choices = await member.autocomplete(channel, command, "title", "harbour")
        assert choices == []
    offered = await member.autocomplete(channel, "search", "query", "harbour")
    assert [choice["value"] for choice in offered] == ["harbour"]
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
            shown = reply_of(result)
            assert comment.text not in shown
            assert "Harbour" not in shown
    for verb in ("undo", "cancel"):
        row["components"][0]["custom_id"] = f"{verb}1:1"
        result = await member.click(card, custom_id=f"{verb}1:1")
        assert text_of(result.response) in (
            "There is no load 1 in this archive.",
            "Load 1 is no longer running.",
        )
    row["components"][0]["custom_id"] = "retract1:1.0"
    await member.click(card, custom_id="retract1:1.0")
    assert (await world.services.archive.stats(Scope(world.guild.id))).articles == 1


SECRETS = (
    "gulls",
    "Stallholders",
    "oysterjo",
    "netmender",
    "Harbour council",
    "voted 7 to 4",
    "Zeppelin",
)


PARTS = 6


async def test_every_command_is_tried(
    world: World, stranger: tuple[simcord.MemberActor, simcord.ChannelHandle]
) -> None:
    """With the other server's numbers wherever a command takes one, or words."""
    member, channel = stranger
    before = await plans(world)
    bot: Any = world.env.bot
    tried = 0
    for command in bot.tree.walk_commands():
        if isinstance(command, app_commands.Group):
            continue
        for text in (str(world.article), "harbour"):
            given = {
                one.name: value_of(one, text)
                for one in command.parameters
                if one.type in (discord.AppCommandOptionType.string, discord.AppCommandOptionType.integer)
                and (one.required or one.name in ("article", "title", "digest", "load", "follow", "path"))
            }
            result = await member.slash(channel, command.qualified_name, **given)
            for words in SECRETS:
                assert words not in reply_of(result), command.qualified_name
            tried += 1
    assert tried > 50
    assert await plans(world) == before


def value_of(parameter: Any, text: str) -> str | int:
    if parameter.choices:
        value: str | int = parameter.choices[0].value
        return value
    return 1 if parameter.type is discord.AppCommandOptionType.integer else text


async def plans(world: World) -> list[object]:
    """What the server has planned, follows, loaded and set."""
    services, guild = world.services, world.guild.id
    return [
        await services.digests.schedules(guild),
        await services.follows.follows(guild),
        await services.settings.get(guild),
        (await services.archive.stats(Scope(guild))).comments,
    ]


@pytest.mark.parametrize("part", range(PARTS))
async def test_every_component_is_tried(
    world: World, stranger: tuple[simcord.MemberActor, simcord.ChannelHandle], part: int
) -> None:
    """Pressed and chosen with the other server's numbers in every form that a custom_id can carry."""
    member, channel = stranger
    guild, article = world.guild.id, world.article
    await world.moderator.slash(world.channel, "follow add", query="Zeppelin", channel=world.channel)
    plan = DigestConfig(guild, world.channel.id, Timing("daily"), ContentSource("search", "Zeppelin"))
    await world.services.digests.create(plan, Person(1, "mod"), system_clock(), "0" * 20)
    before = await plans(world)
    [comment] = (await world.services.archive.comments(Scope(guild), article, 0, 1)).comments
    routes = [f"{letter}{article}" for letter in "abcdtu"]
    routes += [f"m{comment.id}.0", f"n{comment.id}", "r1", f"u{article}.3", f"t{article}.0", "s0.br.||||Quay"]
    arguments = [
        *routes,
        str(article),
        "1",
        f"{guild}.a{article}",
        "1.0123456789abcdef",
        "oysterjo",
        "0" * 20,
    ]
    arguments += ["-", "on", "edit.1", "delete.1", "run.1", f".{article}", "file", "posts", "digest"]
    card: Any = (await member.slash(channel, "article show", title="Their own story")).response
    stored: Any = world.env.backend.get_message(channel.id, card.id)
    tried = 0
    for ids in custom_ids(arguments)[part::PARTS]:
        for custom_id in ids:
            # These start a loader, or follow what the stranger's own server will load: see the tests below.
            if custom_id.startswith(("forget", "follow1:s", "here1:s")):
                continue
            await press(member, card, stored, custom_id)
            tried += 1
    assert tried > 10
    assert await plans(world) == before
    posted = "".join(text_of(one) for one in channel.history() if one.author.bot)
    assert not [words for words in SECRETS if words in posted.replace("oysterjo", "")]


async def press(member: simcord.MemberActor, card: Any, stored: Any, custom_id: str) -> None:
    """Presses a button with this id, and chooses in a menu with it."""

    def hold(component: dict[str, Any]) -> None:
        stored.components = [{"type": 17, "components": [{"type": 1, "components": [component]}]}]

    hold({"type": 2, "style": 2, "label": "x", "custom_id": custom_id})
    result = await member.click(card, custom_id=custom_id)
    for words in SECRETS:
        assert words not in reply_of(result).replace(custom_id.partition(":")[2], ""), custom_id


async def shown_by(member: simcord.MemberActor, card: Any, stored: Any, custom_id: str) -> str:
    """All that a button with this id shows, without the word that it was made for."""
    button = {"type": 2, "style": 2, "label": "x", "custom_id": custom_id}
    stored.components = [{"type": 17, "components": [{"type": 1, "components": [button]}]}]
    word = re.split(r"[:|]", custom_id)[-1]
    return reply_of(await member.click(card, custom_id=custom_id)).replace(word, "WORD")


@pytest.mark.parametrize("verb", ["forget", "near"])
async def test_forgetting_tells_nothing_of_whom_another_server_has(
    world: World, stranger: tuple[simcord.MemberActor, simcord.ChannelHandle], verb: str
) -> None:
    """A name of the other archive, one like it, and one that is nowhere have the same answer."""
    member, channel = stranger
    shown = set()
    for name in ("oysterjo", "oysterjoe", "nobodyinparticular"):
        card: Any = (await member.slash(channel, "article show", title="Their own story")).response
        stored: Any = world.env.backend.get_message(channel.id, card.id)
        shown.add(await shown_by(member, card, stored, f"{verb}1:{name}"))
        command = await member.slash(channel, "archive forget", author=name)
        asked = reply_of(command).replace(name, "NAME")
        assert "Found nothing" in asked or "Nobody" in asked, asked
        assert all(words not in asked for words in SECRETS)
    assert len(shown) == 1, shown
    kept = await world.services.archive.comments(Scope(world.guild.id), world.article)
    assert "oysterjo" in {one.author for one in kept.comments}


async def test_follows_of_searches_are_told_of_the_own_archive_only(
    world: World, stranger: tuple[simcord.MemberActor, simcord.ChannelHandle]
) -> None:
    """By a member, and in a channel, made by a button with another server's words; then both servers load."""
    member, channel = stranger
    card: Any = (await member.slash(channel, "article show", title="Their own story")).response
    stored: Any = world.env.backend.get_message(channel.id, card.id)
    before = await plans(world)
    for verb, word in (("follow", "gulls"), ("here", "Stallholders")):
        shown = [
            await shown_by(member, card, stored, f"{verb}1:s0.br.||||{one}") for one in (word, "Quaywards")
        ]
        assert shown[0] == shown[1]
    assert await plans(world) == before
    await notifier(world).run_once()
    brings(world, thread("Gulls and Stallholders at odds", "The gulls won. Stallholders wept."))
    await tell(world)
    dms = member.user.dm_channel.history()
    assert not [one for one in (*channel.history(), *dms) if "at odds" in text_of(one)]
    brings(world, thread("Gulls sing", "The gulls and the Stallholders sang."), guild=member.guild.id)
    await tell(world)
    for messages in (channel.history(), member.user.dm_channel.history()):
        assert "Gulls sing" in "".join(map(text_of, messages))
        assert "at odds" not in "".join(map(text_of, messages))


async def test_shared_searches_are_asked_for_the_server_of_who_presses(
    world: World, stranger: tuple[simcord.MemberActor, simcord.ChannelHandle]
) -> None:
    member, channel = stranger
    card = (await member.slash(channel, "search", query="story OR gulls")).response
    assert list(options(card)) == ["1. Their own story"]
    newest = await member.click(card, label="Newest")  # type: ignore[arg-type]
    assert list(options(newest.response)) == ["1. Their own story"]


async def test_questions_in_messages_are_answered_from_the_servers_own_archive(
    world: World, stranger: tuple[simcord.MemberActor, simcord.ChannelHandle]
) -> None:
    """By mention, in reply to a card, and in a direct message; a card's button, pressed elsewhere, too."""
    member, channel = stranger
    user = world.env.bot.user
    assert user is not None
    await world.services.settings.change(member.guild.id, answers_mentions=True)
    question = f"{user.mention} How did the council vote on the fish market?"
    await member.send(channel, question)
    card: Any = (await member.slash(channel, "article show", title="Their own story")).response
    await member.click(card, label="Share")
    posted: Any = channel.last_message
    stored: Any = world.env.backend.get_message(channel.id, posted.id)
    row = next(part for one in stored.components for part in one.get("components", ()) if part["type"] == 1)
    row["components"][0]["custom_id"] = f"turn1:a{world.article}"
    shown = reply_of(await member.click(posted, custom_id=f"turn1:a{world.article}"))
    await member.send(channel, question, reply_to=posted)
    await member.send_dm("How did the council vote on the fish market?")
    answers = [
        text_of(one) for one in (*channel.history(), *member.user.dm_channel.history()) if one.author.bot
    ]
    assert len(answers) >= 4
    for words in SECRETS:
        assert words not in "\n".join([*answers, shown])
