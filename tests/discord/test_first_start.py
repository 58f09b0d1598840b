"""What the operator reads at the first start."""

from __future__ import annotations

import logging

import discord
import pytest

from cogs.first_start import PERMISSIONS, FirstStart
from tests.support.paths import ROOT
from tests.support.simulated_discord import World


async def test_the_first_start_says_how_to_invite_it_and_what_is_missing(
    world: World, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    bot = world.env.bot
    await world.services.key_value.delete(f"introduced:{bot.application_id}")
    flags = discord.ApplicationFlags()
    flags.gateway_message_content = True
    monkeypatch.setattr(bot._connection, "application_flags", flags)
    start = FirstStart(bot)  # type: ignore[arg-type] # the simulated bot is one
    with caplog.at_level(logging.INFO):
        await start.on_ready()
    assert f"client_id={bot.application_id}" in caplog.text
    assert f"permissions={PERMISSIONS.value}" in caplog.text
    assert "applications.commands" in caplog.text
    assert "turn them off" in caplog.text
    assert "set NEWSDESK_BACKUPS" in caplog.text
    caplog.clear()
    with caplog.at_level(logging.INFO):
        await start.on_ready()
    assert "invite" not in caplog.text


def test_the_readme_has_the_same_link() -> None:
    assert f"permissions={PERMISSIONS.value}" in (ROOT / "README.md").read_text()
    assert not PERMISSIONS.administrator
