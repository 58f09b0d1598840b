"""Loading a dump in Discord, its receipt, and taking it back."""

from __future__ import annotations

import asyncio
import json
from dataclasses import replace

import discord
import pytest
import simcord

from bot.domain.articles import Scope
from bot.domain.loads import Person, Undone
from tests.support.simulated_discord import PAGE, World, archive, load_file
from tests.support.world import buttons, card_of, comment, load, market, options, text_of, thread

pytestmark = pytest.mark.slow


@pytest.mark.usefixtures("each_database")
async def test_a_page_is_loaded_and_can_be_searched(world: World) -> None:
    result = await load_file(world, "lighthouse.txt", PAGE.encode())
    assert result.response is not None
    assert not result.ephemeral
    lines = text_of(result.response).splitlines()
    assert lines[0].startswith("**Loaded** lighthouse.txt in ")
    assert lines[1:3] == ["1 new article", "2 new comments"]
    assert lines[3].startswith(f"-# Load 2 · by {world.moderator.mention} · <t:")
    assert buttons(result.response) == ["Undo"]
    found = await world.member.slash(world.channel, "search", query="fog bell")
    assert "The lighthouse keeper retires" in text_of(found.response)
    assert list(world.data.glob("upload-*")) == []


async def test_what_cannot_be_read_is_listed_and_attached(world: World) -> None:
    dump = archive(good=PAGE, notes="Just some notes.\nNothing else.", blob=b"\x00\x01\x02" * 50)
    result = await load_file(world, "week.zip", dump)
    assert result.response is not None
    shown = text_of(result.response)
    assert "1 new article\n2 new comments\n2 rejected (see the attached file)\n" in shown
    assert shown.count("Newsdesk reads article pages") == 1, "said once, below the files"
    assert "-# week.zip/notes.txt" in shown
    (file,) = result.response.attachments
    assert file.filename == "rejected-2.ndjson"
    rejected = [json.loads(line) for line in (await file.read()).splitlines()]
    assert {one["where"] for one in rejected} == {"week.zip/notes.txt:1", "week.zip/blob.txt:1"}
    assert all(one["reason"] and one["detail"] for one in rejected)
    assert str(world.data) not in shown
    assert str(world.data) not in json.dumps(rejected)
    assert list(world.data.glob("upload-*")) == []


async def test_what_is_no_dump_at_all_gets_a_receipt_without_undo(world: World) -> None:
    result = await load_file(world, "@everyone.bin", b"\x00\x01" * 500)
    assert "\\@everyone.bin" in text_of(result.response)
    assert "Nothing was loaded.\n1 rejected (see the attached file)" in text_of(result.response)
    assert buttons(result.response) == []


async def test_loading_again_changes_nothing(world: World) -> None:
    await load_file(world, "lighthouse.txt", PAGE.encode())
    result = await load_file(world, "lighthouse.txt", PAGE.encode())
    assert "Nothing new. Already in the archive: 1 article and 2 comments." in text_of(result.response)
    assert buttons(result.response) == []


async def test_a_file_above_the_limit_is_refused(world: World) -> None:
    result = await load_file(world, "big.zip", b"x" * (26_214_400 + 1))
    assert result.ephemeral
    assert text_of(result.response).startswith("That file is 26 MB, and the limit here is 26 MB.")
    assert await world.services.loads.recent(world.guild.id) == await world.services.loads.recent(
        world.guild.id, 1
    )


@pytest.mark.usefixtures("each_database")
async def test_undo_asks_and_takes_back(world: World) -> None:
    receipt = (await load_file(world, "lighthouse.txt", PAGE.encode())).response
    assert receipt is not None
    question = await world.moderator.click(receipt, label="Undo")
    assert question.ephemeral
    assert text_of(question.response).splitlines() == [
        "**Undo load 2?** lighthouse.txt",
        "This removes its 1 article and 2 comments and restores anything it changed.",
    ]
    assert question.response is not None
    assert buttons(question.response) == ["Undo load", "Keep as it is"]
    done = await world.moderator.click(question.response, label="Undo load")
    assert text_of(done.response).splitlines() == [
        "**Load 2 undone**",
        "Removed 1 article and 2 comments.",
        f"-# undone by {world.moderator.mention}",
    ]
    assert text_of(receipt).startswith("**Undone** lighthouse.txt")
    assert buttons(receipt) == []
    found = await world.member.slash(world.channel, "search", query="fog bell")
    assert "Nothing about “fog bell” in this archive" in text_of(found.response)


async def test_a_long_undo_tells_how_far_it_is_and_can_be_cancelled(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def slow(guild: int, load: int, by: Person) -> Undone:
        await asyncio.sleep(60)
        return Undone(load, 1, 3, 0)

    monkeypatch.setattr(world.services.loads, "undo", slow)
    world.env.settle_timeout = 4.0  # the simulation waits for every timer that ends within it
    question = await world.moderator.slash(world.channel, "archive undo", load=1)
    assert question.response is not None
    await world.moderator.click(question.response, label="Undo load")
    await world.env.advance_time(10)
    assert text_of(question.response).splitlines() == [
        "**Undoing load 1** · 0%",
        "Removing 1 article and 3 comments.",
    ]
    assert buttons(question.response) == ["Cancel"]
    await world.moderator.click(question.response, label="Cancel")
    assert text_of(question.response).startswith("**Undo load 1?**")
    again = await world.moderator.click(question.response, label="Undo load")
    await world.env.advance_time(10)
    await world.env.advance_time(60)
    assert text_of(again.response).startswith("**Load 1 undone**")


async def test_undo_by_number_with_completion(world: World) -> None:
    load(world.data, world.guild.id, [thread("One more", "Text.")], name="more.txt")
    choices = await world.moderator.autocomplete(world.channel, "archive undo", "load", "more")
    assert choices == [{"name": "2. more.txt · 12 Mar 2024 · operator", "value": 2}]
    question = await world.moderator.slash(world.channel, "archive undo", load=2)
    assert question.response is not None
    done = await world.moderator.click(question.response, label="Undo load")
    assert "**Load 2 undone**" in text_of(done.response)
    again = await world.moderator.slash(world.channel, "archive undo", load=2)
    assert text_of(again.response) == "Load 2 is already undone."
    missing = await world.moderator.slash(world.channel, "archive undo", load=99)
    assert text_of(missing.response) == "There is no load 99 in this archive."


async def test_loads_lists_receipts_that_open(world: World) -> None:
    load(world.data, world.guild.id, [thread("One more", "Text.")], name="more_*.txt")
    result = await world.moderator.slash(world.channel, "archive loads")
    assert result.ephemeral
    assert text_of(result.response).splitlines() == [
        "**Loads**, newest first",
        "**2** more\\_\\*.txt · loaded · <t:1710234000:d> · 1 new article · No new comments",
        "**1** sample.txt · loaded · <t:1710234000:d> · 1 new article · 3 new comments",
    ]
    assert result.response is not None
    way = options(result.response)["1. sample.txt"]
    opened = await world.moderator.select(result.response, [way])
    assert text_of(opened.response).startswith(
        "**Loaded** sample.txt in 0.5 secs\n1 new article\n3 new comments"
    )


async def test_receipts_lead_with_what_came_in(world: World) -> None:
    talk = tuple(comment("kittiwake", f"Chips {minute}.", minute) for minute in range(2))
    later = replace(market(), comments=(*market().comments, *talk))
    load(world.data, world.guild.id, [later], name="later.txt")
    result = await world.moderator.slash(world.channel, "archive loads")
    assert "**2** later.txt · loaded · <t:1710234000:d> · 2 new comments · No new articles" in text_of(
        result.response
    )
    opened = await world.moderator.select(card_of(result), [options(result.response)["2. later.txt"]])
    assert text_of(opened.response).splitlines()[1].startswith("2 new comments")


async def test_stats_tell_what_is_here_and_what_is_shared(world: World) -> None:
    shared = [thread(title, "Text.", inferred=False) for title in ("For all", "For all too")]
    load(world.data, None, shared)
    result = await world.moderator.slash(world.channel, "archive stats")
    lines = text_of(result.response).splitlines()
    assert lines[0] == "**This server's archive**"
    assert lines[1] == "1 thread, 2024 · 3 comments · 1 source"
    assert lines[2].startswith("-# 1 load · ")
    assert lines[3:5] == [
        "**Shared archive**, from the bot's operator",
        "2 threads, 2024 · 0 comments · 1 source",
    ]


async def test_an_empty_list_of_loads_says_how_to_begin(world: World) -> None:
    guild = world.env.create_guild("Empty")
    owner = guild.add_member(world.env.create_user("kim"), roles=[_manager(guild)])
    result = await owner.slash(guild.create_text_channel("general"), "archive loads")
    assert text_of(result.response).startswith("No loads yet. Add articles and comments with ")


COMMANDS = [
    ("archive load", {"file": ("a.txt", PAGE.encode())}),
    ("archive loads", {}),
    ("archive undo", {"load": 1}),
    ("archive stats", {}),
    ("settings", {}),
]


@pytest.mark.parametrize(("command", "given"), COMMANDS)
async def test_members_do_not_see_the_commands_of_moderators(
    world: World, command: str, given: dict[str, object]
) -> None:
    assert command.split()[0] not in {
        name.split()[0] for name in world.member.available_commands(world.channel)
    }
    with pytest.raises(simcord.SetupError):
        await world.member.slash(world.channel, command, **given)


@pytest.mark.parametrize(("command", "given"), COMMANDS)
async def test_members_to_whom_discord_shows_them_are_refused_in_words(
    world: World, command: str, given: dict[str, object]
) -> None:
    await _allow(world, world.guild.default_role)
    result = await world.member.slash(world.channel, command, **given)
    assert result.ephemeral
    assert text_of(result.response) == (
        "Only moderators can do that here. They have Manage Server, or the role chosen in /settings."
    )
    assert len(await world.services.loads.recent(world.guild.id)) == 1


@pytest.mark.parametrize(("command", "given"), COMMANDS)
async def test_members_with_the_role_that_was_set_are_moderators(
    world: World, command: str, given: dict[str, object]
) -> None:
    archivists = world.guild.create_role("Archivists")
    member = world.guild.add_member(world.env.create_user("eve"), roles=[archivists])
    await world.services.settings.change(world.guild.id, moderator_role=archivists.id)
    await _allow(world, archivists)
    result = await member.slash(world.channel, command, **given)
    assert "Only moderators" not in text_of(result.response)


async def test_buttons_of_loads_are_for_moderators(world: World) -> None:
    receipt = (await load_file(world, "lighthouse.txt", PAGE.encode())).response
    assert receipt is not None
    result = await world.member.click(receipt, label="Undo")
    assert result.ephemeral
    assert "Only moderators can do that here" in text_of(result.response)
    assert (await world.services.archive.stats(Scope(world.guild.id, shared=False))).articles == 2


async def test_completion_of_loads_is_for_moderators(world: World) -> None:
    await _allow(world, world.guild.default_role)
    assert await world.member.autocomplete(world.channel, "archive undo", "load", "") == []


async def test_the_operators_loads_are_not_the_servers(world: World) -> None:
    shared = load(world.data, None, [market()], name="operator.txt")
    listed = await world.moderator.slash(world.channel, "archive loads")
    assert "operator.txt" not in text_of(listed.response)
    result = await world.moderator.slash(world.channel, "archive undo", load=shared.load)
    assert text_of(result.response) == f"There is no load {shared.load} in this archive."


def _manager(guild: simcord.GuildHandle) -> simcord.RoleHandle:
    return guild.create_role("Managers", permissions=discord.Permissions(manage_guild=True))


async def _allow(world: World, role: simcord.RoleHandle) -> None:
    """As an administrator does under Server Settings > Integrations."""
    for command in await world.env.bot.tree.fetch_commands():  # type: ignore[attr-defined]
        world.guild.set_command_permissions(command, {role: True})
