"""The message of a load while it runs: how far it is, past the token's end, and when it is stopped."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Sequence
from pathlib import Path

import discord
import pytest
import simcord

from bot.errors import BadInput
from bot.models import Counts, Person, Progress, Receipt
from tests.discord.conftest import World
from tests.discord.openapi import Sent
from tests.discord.world import START, buttons, said

STEP = 120.0
"""Seconds between what the slow loader tells."""


class SlowLoader:
    """Tells of a load as `Library.load` does, slowly; the simulated clock decides when."""

    def __init__(self, steps: int, error: Exception | None = None) -> None:
        self.steps = steps
        self.error = error
        self.cancelled: list[tuple[int | None, int]] = []

    async def load(
        self, guild: int | None, paths: Sequence[Path], name: str, by: Person
    ) -> AsyncGenerator[Progress | Receipt]:
        assert paths[0].read_bytes() == b"a dump"
        yield Progress(0, 0, None, 0, 0, 0, 0.0, "queued")
        for step in range(1, self.steps + 1):
            await asyncio.sleep(STEP)
            yield Progress(17, step * 10, self.steps * 10, step * 100, step * 900, step, step * STEP)
            if self.cancelled:
                break
        if self.error:
            raise self.error
        state = "cancelled" if self.cancelled else "done"
        yield Receipt(17, guild, name, state, by, START, 240.0, Counts(100), Counts(900), 0)

    def cancel(self, guild: int | None, load: int) -> bool:
        self.cancelled.append((guild, load))
        return load == 17


@pytest.fixture
def loader(world: World, monkeypatch: pytest.MonkeyPatch) -> SlowLoader:
    loader = SlowLoader(steps=12)
    monkeypatch.setattr(world.library, "load", loader.load)
    monkeypatch.setattr(world.library, "cancel_load", loader.cancel)
    return loader


async def begin(world: World, channel: simcord.ChannelHandle | None = None) -> simcord.InteractionResult:
    dump = ("worldnews_2021.zst", b"a dump")
    return await world.moderator.slash(channel or world.channel, "archive load", file=dump)


async def test_progress_is_edited_into_one_message(world: World, loader: SlowLoader) -> None:
    message = (await begin(world)).response
    assert message is not None
    assert said(message).startswith("**Waiting** worldnews\\_2021.zst · another load is running")
    await world.env.advance_time(STEP)
    assert said(message).splitlines() == [
        "**Loading** worldnews\\_2021.zst · 8% · 100 articles, 900 comments · 8/s · 22 min 0 s left",
        "-# 1 rejected so far",
    ]
    assert buttons(message) == ["Cancel"]
    await world.env.advance_time(STEP)
    assert "16%" in said(message)
    assert len(world.channel.history()) == 1


async def test_a_load_longer_than_the_token_goes_on_as_an_ordinary_message(
    world: World, loader: SlowLoader, requests_of_the_bot: list[Sent]
) -> None:
    message = (await begin(world)).response
    assert message is not None
    for _ in range(12):
        await world.env.advance_time(STEP)
    assert said(message).startswith("**Loaded** worldnews\\_2021.zst in 4 min 0 s")
    assert buttons(message) == ["Undo"]
    paths = [sent.path for sent in requests_of_the_bot if sent.method == "PATCH"]
    assert any(path.startswith("/webhooks/") for path in paths)
    assert paths[-1] == f"/channels/{world.channel.id}/messages/{message.id}"
    assert list(world.data.glob("upload-*")) == []


async def test_where_the_bot_may_not_write_it_says_where_the_receipt_will_be(
    world: World, loader: SlowLoader
) -> None:
    me = world.guild.me
    assert me is not None
    closed = world.guild.create_text_channel(
        "closed", overwrites={me: discord.PermissionOverwrite(send_messages=False)}
    )
    message = (await begin(world, closed)).response
    for _ in range(2):
        assert "after 15 minutes the progress stops here" in said(message)
        await world.env.advance_time(STEP)
    loads = world.env.bot.mention("archive loads")  # type: ignore[attr-defined]
    assert f"{loads} has the receipt" in said(message)


async def test_a_receipt_whose_message_was_deleted_is_sent_anew(world: World, loader: SlowLoader) -> None:
    loader.steps = 2
    message = (await begin(world)).response
    assert message is not None
    await world.env.advance_time(STEP)
    world.env.backend.delete_message(world.channel.id, message.id)
    await world.env.advance_time(STEP)
    (receipt,) = world.channel.history()
    assert said(receipt).startswith("**Loaded** worldnews")


async def test_cancel_is_for_moderators_and_leads_to_a_receipt(world: World, loader: SlowLoader) -> None:
    message = (await begin(world)).response
    assert message is not None
    await world.env.advance_time(STEP)
    refused = await world.member.click(message, label="Cancel")
    assert "Only moderators" in said(refused.response)
    assert loader.cancelled == []
    told = await world.moderator.click(message, label="Cancel")
    assert told.ephemeral
    assert said(told.response) == "Load 17 stops at the next safe point. Its receipt follows in a moment."
    assert loader.cancelled == [(world.guild.id, 17)]
    await world.env.advance_time(STEP)
    assert said(message).startswith("**Stopped** worldnews\\_2021.zst")


async def test_a_load_that_fails_says_so(
    world: World, loader: SlowLoader, caplog: pytest.LogCaptureFixture
) -> None:
    loader.steps, loader.error = 1, RuntimeError("a fault")
    result = await begin(world)
    await world.env.advance_time(STEP)
    shown = said(result.response)
    assert shown.startswith(
        "**Stopped** worldnews\\_2021.zst\nThat did not work, and the fault is the bot's."
    )
    reference = shown.split()[-1].rstrip(".")
    assert f"fault {reference} in archive load" in caplog.text
    assert "a fault" not in shown


async def test_a_load_that_cannot_begin_says_why(world: World, loader: SlowLoader) -> None:
    loader.steps, loader.error = 0, BadInput("load-cancelled")
    result = await begin(world)
    assert said(result.response) == "**Stopped** worldnews\\_2021.zst\nIt was stopped before it began."


async def test_a_file_that_discord_lost_is_said(
    world: World, loader: SlowLoader, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(world.env.backend.cdn, "get", lambda url: None)
    result = await begin(world)
    assert said(result.response).endswith("Discord no longer has that file. Attach it again.")


async def test_the_end_of_the_bot_is_said(world: World, loader: SlowLoader) -> None:
    message = (await begin(world)).response
    assert message is not None
    await world.env.advance_time(STEP)
    await world.env.bot.unload_extension("cogs.archive")  # type: ignore[attr-defined]  # as `close` does
    assert said(message).startswith("**Stopped** worldnews\\_2021.zst\nThe bot is ending.")
    assert list(world.data.glob("upload-*")) == []
