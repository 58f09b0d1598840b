"""The bot as people install it for themselves, in a server that did not invite it: they read the shared
archive, privately, and nothing of that server is read or changed."""

from __future__ import annotations

from typing import Any

import pytest
import simcord

from tests.support.simulated_discord import World
from tests.support.world import buttons, card_of, comment, load, reply_of, text_of, thread

pytestmark = pytest.mark.slow

TITLE = "Lighthouse keeper retires"
FOR_EVERYBODY = {"Share", "Discuss", "Follow"}


@pytest.fixture
def installed_by_the_member(monkeypatch: pytest.MonkeyPatch) -> None:
    """Discord says of each interaction that only its user has installed the bot."""
    original = simcord.interactions.base_payload

    def payload(*args: Any, user_id: int, **more: Any) -> Any:
        record, made = original(*args, user_id=user_id, **more)
        made["authorizing_integration_owners"] = {"1": str(user_id)}
        return record, made

    monkeypatch.setattr(simcord.interactions, "base_payload", payload)


async def test_people_read_the_shared_archive_privately(world: World, installed_by_the_member: None) -> None:
    said_so = comment("pierpoet", "Forty years of fog.", 5)
    load(world.data, None, [thread(TITLE, "The keeper retires after 40 years.", comments=[said_so])])
    channel, member = world.channel, world.moderator
    expected = {
        "search": ({"query": "keeper"}, f"**1. {TITLE}**"),
        "ask": ({"question": "How long did the keeper work?"}, "“The keeper retires after 40 years.”"),
        "article show": ({"title": TITLE}, f"### {TITLE}"),
        "comments list": ({"title": TITLE}, "Forty years of fog."),
        "comments digest": ({"title": TITLE}, "Forty years of fog."),
        "help": ({}, "</search:"),
        "about": ({}, "This archive has 1 thread"),
    }
    for command, (options, shown) in expected.items():
        result = await member.slash(channel, command, **options)
        assert result.ephemeral, command
        assert shown in reply_of(result), command
        assert not FOR_EVERYBODY & set(buttons(card_of(result))), command
    message = await member.send(channel, f"Have you seen this? {TITLE}")
    found = await member.context_menu(channel, "Find in the archive", message)
    form = await member.context_menu(channel, "Ask about this", message)
    answered = await member.submit_modal(form, {"question": "How long did the keeper work?"})
    for result in (found, answered):
        assert result.ephemeral
        assert TITLE in reply_of(result)
    card = card_of(await member.slash(channel, "article show", title=TITLE))
    assert "Forty years of fog." in text_of(card_of(await member.click(card, label="Comments")))
    assert [one.id for one in channel.history()] == [message.id], "nobody else sees anything"


async def test_nothing_of_the_server_is_read_or_changed(world: World, installed_by_the_member: None) -> None:
    load(world.data, None, [thread(TITLE, "The keeper retires after 40 years.")])
    channel, moderator = world.channel, world.moderator
    before = await world.services.settings.get(world.guild.id)
    assert "Nothing about “market”" in reply_of(await moderator.slash(channel, "search", query="market"))
    for reference in (str(world.article), "Harbour council votes to move the fish market"):
        assert "No article here matches" in reply_of(
            await moderator.slash(channel, "article show", title=reference)
        )
    shown = reply_of(await moderator.slash(channel, "help"))
    assert not any(f"</{name}" in shown for name in ("archive", "digest", "settings", "follow", "catchup"))
    for command, options in (
        ("settings", {"zone": "Europe/Berlin"}),
        ("catchup", {}),
        ("article post", {"title": TITLE}),
        ("privacy request", {"author": "pierpoet"}),
    ):
        refused = await moderator.slash(channel, command, **options)
        assert "only works in a server" in reply_of(refused) or "Only moderators" in reply_of(refused), (
            command
        )
    assert await world.services.settings.get(world.guild.id) == before
    assert channel.history() == []
