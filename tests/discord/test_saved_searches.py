"""Searches that members save under a name, run again, share and delete."""

from __future__ import annotations

import pytest
from simcord import ResponseMessage

from bot.domain.articles import Scope
from bot.domain.saved_searches import MAX_SAVED, MAX_SHARED, SearchSpec
from bot.errors import BadInput, Busy
from bot.store.pool import Pool
from bot.store.sqlite.connection import STATE, open_writer
from bot.store.state.saved_searches import SavedSearchStore
from tests.support.locked import held
from tests.support.simulated_discord import World
from tests.support.world import START, buttons, card_of, list_id, options, reply_of, text_of

pytestmark = pytest.mark.slow


async def ask(world: World, command: str, who: str = "member", **given: object) -> ResponseMessage:
    result = await getattr(world, who).slash(world.channel, f"searches {command}", **given)
    assert result.ephemeral
    return card_of(result)


async def test_a_search_is_saved_listed_run_and_deleted(world: World) -> None:
    assert text_of(await ask(world, "list")).startswith(
        "You have no saved searches yet. Save one with </searches save:"
    )
    saved = text_of(await ask(world, "save", name=" My  *market* ", query="market -gulls author:x"))
    assert saved.startswith("Saved “My \\*market\\*”. Run it again with </searches run:")
    await ask(world, "save", name="gulls", query="gulls")
    await ask(world, "save", name="MY *MARKET*", query="rail yard")  # takes the place of the first
    listed = await ask(world, "list")
    assert text_of(listed).splitlines()[:3] == [
        "**2 saved searches** of at most 25",
        "**gulls** · “gulls”",
        "**MY \\*MARKET\\*** · “rail yard”",
    ]
    opened = await world.member.select(
        listed, [options(listed)["MY *MARKET*"]], custom_id=list_id(listed, "jump")
    )
    assert reply_of(opened).startswith("**1 thread for “rail yard”**")
    assert text_of(await ask(world, "run", name="Gulls")).startswith("**1 thread for “gulls”**")
    choices = await world.member.autocomplete(world.channel, "searches run", "name", "gu")
    assert [choice["value"] for choice in choices] == ["gulls"]
    assert text_of(await ask(world, "delete", name="gulls")) == "Deleted the saved search “gulls”."
    assert text_of(await ask(world, "run", name="gulls")) == (
        "There is no saved search “gulls”. Pick one from the list."
    )


async def test_the_button_saves_the_whole_search(world: World) -> None:
    card = (await world.member.slash(world.channel, "search", query="gulls", **{"in": "comments"})).response
    assert card is not None
    assert "Save" in buttons(card)
    form = await world.member.click(card, label="Save")
    assert form.modal is not None
    saved = await world.member.submit_modal(form, {"name": "birds"})
    assert reply_of(saved).startswith("Saved “birds”.")
    assert text_of(await ask(world, "run", name="birds")).startswith(
        "**1 thread for “gulls”** · best matches first · comments only"
    )


async def test_shared_searches_are_run_by_all_and_deleted_by_moderators(world: World) -> None:
    await ask(world, "save", "moderator", name="news", query="rail", shared=True)
    await ask(world, "save", "moderator", name="mine", query="secret")
    listed = text_of(await ask(world, "list"))
    assert "**Shared by others in this server**\n**news** · “rail” · shared" in listed
    assert "mine" not in listed
    assert text_of(await ask(world, "run", name="news")).startswith("**1 thread for “rail”**")
    assert text_of(await ask(world, "delete", name="news")).startswith(
        "You can only delete searches that you saved"
    )
    await ask(world, "save", name="news", query="gulls")
    assert text_of(await ask(world, "run", name="news")).startswith("**1 thread for “gulls”**")
    await ask(world, "delete", name="news")
    await ask(world, "save", name="theirs", query="gulls", shared=True)
    assert (
        text_of(await ask(world, "delete", "moderator", name="theirs"))
        == "Deleted the saved search “theirs”."
    )
    other = world.env.create_guild("Other")
    channel = other.create_text_channel("general")
    stranger = other.add_member(world.env.create_user("zoe"))
    empty = await stranger.slash(channel, "searches list")
    assert text_of(empty.response).startswith("You have no saved searches yet.")


async def test_bad_searches_are_not_saved(world: World) -> None:
    assert text_of(await ask(world, "save", name="x", query="score:high")).startswith(
        "“score:high” has no number."
    )
    assert text_of(await ask(world, "save", name=" ", query="x")) == "Give the search a name."
    await world.services.settings.change(world.guild.id, pseudonyms=True)
    assert text_of(await ask(world, "save", name="x", query="author:ann")).startswith(
        "This server shows commenters"
    )


async def test_members_and_servers_have_limits_and_erased_names_go(world: World) -> None:
    saved, scope = world.services.saved_searches, Scope(world.guild.id)
    for number in range(MAX_SAVED):
        await saved.save(scope, 1, f"n{number}", SearchSpec(f"gulls author:Pierpoet {number}"))
    with pytest.raises(BadInput) as raised:
        await saved.save(scope, 1, "one more", SearchSpec("x"))
    assert raised.value.key == "too-many-saved"
    for number in range(MAX_SHARED):
        await saved.save(scope, 2 + number, "n", SearchSpec("x"), shared=True)
    with pytest.raises(BadInput) as raised:
        await saved.save(scope, 99, "n", SearchSpec("x"), shared=True)
    assert raised.value.key == "too-many-shared"
    assert len(await saved.searches(scope, 1)) == MAX_SAVED + MAX_SHARED
    await world.services.erasure.erase_state(world.guild.id, "pierpoet")
    assert len(await saved.searches(scope, 1)) == MAX_SHARED


async def test_a_busy_file_is_said(tmp_path) -> None:  # type: ignore[no-untyped-def]
    db = open_writer(tmp_path, STATE, busy_timeout=0)
    db.execute("PRAGMA journal_mode = DELETE")
    store = SavedSearchStore(Pool([db], STATE.file))
    for call in (
        lambda: store.save(1, 2, "n", SearchSpec("x"), START, shared=False),
        lambda: store.searches(1, 2),
        lambda: store.delete(1),
    ):
        with held(tmp_path, STATE), pytest.raises(Busy):
            await call()
        await call()
    await store.close()
