"""Forgetting an author: asked, done, and told."""

from __future__ import annotations

from typing import Any

import pytest
import simcord

from bot.domain.loads import Erased, Person
from bot.errors import Busy
from tests.support.simulated_discord import World
from tests.support.world import buttons, card_of, load, market, reply_of, text_of

pytestmark = pytest.mark.slow


async def ask(world: World, author: str) -> simcord.InteractionResult:
    return await world.moderator.slash(world.channel, "archive forget", author=author)


async def test_forgetting_is_asked_done_and_stays_done(world: World) -> None:
    question = await ask(world, "PierPoet")
    assert question.ephemeral
    shown = text_of(question.response)
    assert shown.startswith("**Forget PierPoet?**")
    for part in ("This cannot be undone.", "Files loaded later", "shared archive", "its own posts"):
        assert part in shown
    assert question.response is not None
    assert "Found 1 comment in 1 thread." in shown
    assert buttons(question.response) == ["Forget permanently", "Keep as it is"]
    await world.moderator.click(question.response, label="Forget permanently")
    assert text_of(question.response).splitlines()[:2] == [
        f"**PierPoet is forgotten.** Requested by {world.moderator.mention}.",
        "Emptied 1 comment and no articles.",
    ]
    load(world.data, world.guild.id, [market()])
    for given in ({"query": "gulls"}, {"query": "rail yard", "author": "pierpoet"}):
        found = await world.member.slash(world.channel, "search", **given)
        assert text_of(found.response).startswith("Nothing ")
    listed = await world.member.slash(world.channel, "comments list", title=str(world.article))
    assert "oysterjo" in text_of(listed.response)
    assert "pierpoet" not in text_of(listed.response)


async def test_what_could_not_be_forgotten_can_be_tried_again(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def busy(guild: int, name: str, by: Person) -> Erased:
        raise Busy("database-busy", file="corpus.db")

    question = (await ask(world, "pierpoet")).response
    assert question is not None
    with monkeypatch.context() as patch:
        patch.setattr(world.services.erasure, "erase", busy)
        result = await world.moderator.click(question, label="Forget permanently")
    assert "The archive (corpus.db) is busy." in reply_of(result)
    await world.moderator.click(question, label="Forget permanently")
    assert "**pierpoet is forgotten.**" in text_of(question)
    assert "Emptied 1 comment and no articles." in text_of(question)


async def test_what_is_asked_about_can_be_kept(world: World) -> None:
    question = card_of(await ask(world, "pierpoet"))
    await world.moderator.click(question, label="Keep as it is")
    assert (text_of(question), buttons(question)) == ("Nothing was changed.", [])
    found = await world.member.slash(world.channel, "search", query="gulls")
    assert "pierpoet" in text_of(found.response)


async def test_a_name_that_is_not_here_can_be_kept_out(world: World) -> None:
    question = card_of(await ask(world, "nobody_*"))
    assert text_of(question).splitlines() == [
        "**Forget nobody\\_\\*?**",
        "Nobody by that name has written or posted anything here.",
    ]
    assert buttons(question) == ["Leave out of later loads", "Keep as it is"]
    await world.moderator.click(question, label="Leave out of later loads")
    assert "There was nothing by that name here. Later loads will leave it out." in text_of(question)


async def test_a_name_that_is_nearly_here_is_offered(world: World) -> None:
    question = card_of(await ask(world, "Pierpoets"))
    assert "Similar names here: pierpoet." in text_of(question)
    await world.moderator.click(question, label="pierpoet")
    assert text_of(question).startswith("**Forget pierpoet?**\nFound 1 comment in 1 thread.")


async def test_names_that_the_server_hides_are_not_offered(world: World) -> None:
    await world.services.settings.change(world.guild.id, pseudonyms=True)
    question = card_of(await ask(world, "Pierpoets"))
    assert "pierpoet" not in text_of(question)
    assert buttons(question) == ["Leave out of later loads", "Keep as it is"]


async def test_another_servers_archive_is_not_touched(world: World) -> None:
    other = world.env.create_guild("Other")
    load(world.data, other.id, [market()])
    question = await ask(world, "pierpoet")
    assert question.response is not None
    await world.moderator.click(question.response, label="Forget permanently")
    stranger = other.add_member(world.env.create_user("kim"))
    found = await stranger.slash(other.create_text_channel("general"), "search", query="gulls")
    assert "pierpoet" in text_of(found.response)


async def test_only_moderators_forget(world: World) -> None:
    question = (await ask(world, "pierpoet")).response
    assert question is not None
    for command in await world.env.bot.tree.fetch_commands():  # type: ignore[attr-defined]
        world.guild.set_command_permissions(command, {world.guild.default_role: True})
    result = await world.member.slash(world.channel, "archive forget", author="pierpoet")
    assert text_of(result.response).startswith("Only moderators can do that here")
    assert "pierpoet" in text_of((await world.member.slash(world.channel, "search", query="gulls")).response)


@pytest.mark.parametrize("author", ["   ", "\U0001f426" * 60, "[Deleted]", "/u/", "u/[deleted]"])
async def test_a_name_that_is_none_is_refused(world: World, author: Any) -> None:
    result = await ask(world, author)
    assert text_of(result.response).startswith("Give one author's name")
