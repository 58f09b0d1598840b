"""The client from its start to its end, and what it does when something fails."""

from __future__ import annotations

import asyncio
import os
import signal
from pathlib import Path
from typing import Any

import discord
import pytest

from bot.client import NewsdeskBot, run
from bot.config import Config
from bot.domain.articles import Article, Scope
from bot.errors import Busy
from tests.support.simulated_discord import World
from tests.support.world import reply_of, text_of

TITLE = "Harbour council votes to move the fish market"


@pytest.fixture
def config(tmp_path: Path) -> Config:
    return Config.from_env(
        {"DISCORD_TOKEN": "a.b.c", "NEWSDESK_DATA": str(tmp_path / "data")}, need_token=True
    )


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_ends_the_bot_cleanly(
    config: Config, monkeypatch: pytest.MonkeyPatch, number: signal.Signals
) -> None:
    ended = []

    async def start(self: NewsdeskBot, token: str, *, reconnect: bool = True) -> None:
        assert token == "a.b.c"
        asyncio.get_running_loop().call_soon(os.kill, os.getpid(), number)
        try:
            await asyncio.sleep(60)
        finally:
            ended.append(True)

    monkeypatch.setattr(NewsdeskBot, "start", start)
    assert run(config) == 0
    assert ended == [True]


def test_a_token_that_discord_does_not_take_is_said(
    config: Config, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    async def start(self: NewsdeskBot, token: str, *, reconnect: bool = True) -> None:
        raise discord.LoginFailure("Improper token has been passed.")

    monkeypatch.setattr(NewsdeskBot, "start", start)
    assert run(config) == 2
    assert "Discord does not take DISCORD_TOKEN" in caplog.text
    assert "a.b.c" not in caplog.text


def test_a_discord_that_cannot_be_reached_is_said(
    config: Config, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    async def start(self: NewsdeskBot, token: str, *, reconnect: bool = True) -> None:
        raise ConnectionRefusedError("no route")

    monkeypatch.setattr(NewsdeskBot, "start", start)
    assert run(config) == 69
    assert "Discord cannot be reached: no route" in caplog.text


async def test_no_privileged_intent_is_asked_for(world: World) -> None:
    intents = world.env.bot.intents
    assert not any((intents.message_content, intents.members, intents.presences))
    assert world.env.bot.allowed_mentions is not None
    assert world.env.bot.allowed_mentions.to_dict() == discord.AllowedMentions.none().to_dict()


async def test_what_a_killed_bot_left_of_uploads_is_removed_at_the_start(world: World) -> None:
    left = world.data / "upload-left"
    left.mkdir()
    (left / "dump").write_text("x")
    await world.env.restart_bot(NewsdeskBot(world.services))
    assert not left.exists()


@pytest.fixture
def failing(world: World, monkeypatch: pytest.MonkeyPatch) -> Any:
    """Lets the archive's `article` fail, or take its time."""

    def fail(error: Exception | None, seconds: float = 0.0) -> None:
        article = world.services.archive.article

        async def slow(scope: Scope, ref: int | str) -> Article:
            await asyncio.sleep(seconds)
            if error is not None:
                raise error
            return await article(scope, ref)

        monkeypatch.setattr(world.services.archive, "article", slow)

    return fail


async def test_a_fault_is_told_by_its_number_and_nothing_else(
    world: World, failing: Any, expected: list[type[BaseException]], caplog: pytest.LogCaptureFixture
) -> None:
    expected.append(ZeroDivisionError)
    card = (await world.member.slash(world.channel, "article show", title=TITLE)).response
    assert card is not None
    failing(ZeroDivisionError("secret path"))
    for result in (
        await world.member.slash(world.channel, "article show", title=TITLE),
        await world.member.click(card, label="Full text"),
        await world.member.slash(world.channel, "article post", title=TITLE),
    ):
        answer = reply_of(result)
        reference = answer.split()[-1].rstrip(".")
        assert answer.startswith("Something went wrong on our side. Reference for the operator: ")
        assert f"fault {reference} in " in caplog.text
        assert "secret path" not in answer
    assert text_of(card).startswith("### Harbour council")


async def test_a_busy_archive_is_a_sentence(world: World, failing: Any) -> None:
    failing(Busy("database-busy", file="corpus.db"))
    result = await world.member.slash(world.channel, "article show", title=TITLE)
    assert text_of(result.response) == "The archive (corpus.db) is busy. Try again in a moment."


@pytest.mark.slow
async def test_what_takes_long_is_announced_in_time(world: World, failing: Any) -> None:
    card = (await world.member.slash(world.channel, "article show", title=TITLE)).response
    assert card is not None
    failing(None, seconds=120.0)
    for act in (
        world.member.slash(world.channel, "article show", title=TITLE),
        world.member.click(card, label="Full text"),
    ):
        result = await act
        assert result.deferred
        await world.env.advance_time(300.0)  # the article, then its story
        assert TITLE in text_of(result.response)
        assert result.response is not None
        assert result.response.ephemeral


async def test_an_interaction_that_is_gone_is_no_fault(
    world: World, expected: list[type[BaseException]], caplog: pytest.LogCaptureFixture
) -> None:
    expected.append(discord.NotFound)
    world.env.inject_error("POST", "/interactions/*/callback", status=404, code=10062, message="Unknown")
    result = await world.member.slash(world.channel, "article show", title=TITLE)
    assert result.response is None
    assert "fault" not in caplog.text


async def test_an_old_command_in_somebodys_client_is_explained(
    world: World, expected: list[type[BaseException]]
) -> None:
    expected.append(discord.app_commands.CommandNotFound)
    world.env.bot.tree.remove_command("about")  # type: ignore[attr-defined]
    result = await world.member.slash(world.channel, "about")
    assert text_of(result.response) == "This command has changed. Restart Discord to use the new version."
