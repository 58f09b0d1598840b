"""The message of a load while it runs: how far it is, past the token's end, and when it is stopped."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

import discord
import pytest
import simcord

from bot.client import NewsdeskBot
from bot.domain.loads import Counts, LoadFilter, LoadState, Person, Progress, Receipt
from bot.errors import BadInput
from tests.support.openapi import Sent
from tests.support.simulated_discord import NO_POSTS, World, join
from tests.support.world import BY, START, buttons, text_of

pytestmark = pytest.mark.slow


NAME = "worldnews_2021.zst"
STEP = 120.0
"""Seconds between what the slow loader tells."""


class SlowLoader:
    """Tells of a load as `Services.load` does, slowly; the simulated clock decides when."""

    def __init__(self, steps: int, error: Exception | None = None) -> None:
        self.steps = steps
        self.error = error
        self.cancelled: list[tuple[int | None, int]] = []
        self.paused: list[tuple[int | None, int]] = []
        self.step = 0

    async def load(
        self, guild: int | None, paths: Sequence[Path], name: str, by: Person, wanted: LoadFilter
    ) -> AsyncGenerator[Progress | Receipt]:
        assert paths[0].read_bytes() == b"a dump"
        yield Progress(0, 0, None, 0, 0, 0, 0.0, "queued")
        async for one in self.go_on(guild, name, by):
            yield one

    async def go_on(self, guild: int | None, name: str, by: Person) -> AsyncGenerator[Progress | Receipt]:
        while self.step < self.steps and not self.cancelled and not self.paused:
            await asyncio.sleep(STEP)
            self.step += 1
            yield self.told(self.step)
        if self.error:
            raise self.error
        state: LoadState = "cancelled" if self.cancelled else "paused" if self.paused else "done"
        yield self.receipt(state, guild, name, by)

    def receipt(self, state: LoadState, guild: int | None, name: str, by: Person) -> Receipt:
        return Receipt(17, guild, name, state, by, START, 240.0, Counts(100), Counts(900), 0)

    async def known(self, guild: int | None, load: int) -> Receipt:
        return self.receipt("paused", guild, NAME, BY)

    async def resume(self, guild: int | None, load: int, by: Person) -> AsyncGenerator[Progress | Receipt]:
        assert (load, by.name) == (17, "mod")
        self.paused = []
        async for one in self.go_on(guild, NAME, by):
            yield one

    async def give_up(self, guild: int | None, load: int, by: Person) -> Receipt:
        return self.receipt("cancelled", guild, NAME, by)

    async def pause(self, guild: int | None, load: int) -> bool:
        self.paused.append((guild, load))
        return load == 17

    def told(self, step: int) -> Progress:
        read, size, left = step * 10_000_000, self.steps * 10_000_000, (self.steps - step) * STEP
        return Progress(
            *(17, read, size, step * 100, step * 900, step, step * STEP),
            skipped=3,
            rate=8.33,
            left=left,
            left_out={"over_18": 3},
        )

    async def cancel(self, guild: int | None, load: int) -> bool:
        if self.paused:
            return False
        self.cancelled.append((guild, load))
        return load == 17


@pytest.fixture
def loader(world: World, monkeypatch: pytest.MonkeyPatch) -> SlowLoader:
    loader = SlowLoader(steps=12)
    monkeypatch.setattr(world.services.loads, "load", loader.load)
    monkeypatch.setattr(world.services.loads, "cancel", loader.cancel)
    monkeypatch.setattr(world.services.loads, "pause", loader.pause)
    monkeypatch.setattr(world.services.loads, "resume", loader.resume)
    monkeypatch.setattr(world.services.loads, "abandon", loader.give_up)
    monkeypatch.setattr(world.services.loads, "receipt", loader.known)
    return loader


async def begin(world: World, channel: simcord.ChannelHandle | None = None) -> simcord.InteractionResult:
    dump = (NAME, b"a dump")
    return await world.moderator.slash(channel or world.channel, "archive load", file=dump)


async def test_progress_is_edited_into_one_message(world: World, loader: SlowLoader) -> None:
    message = (await begin(world)).response
    assert message is not None
    assert text_of(message).startswith(
        "**Waiting** worldnews\\_2021.zst · starts by itself after the current load"
    )
    await world.env.advance_time(STEP)
    assert text_of(message).splitlines() == [
        "**Loading** worldnews\\_2021.zst · 8% · 22 mins left",
        "900 comments · 100 articles · 8/s",
        "-# 10 MB of 120 MB read · 1 rejected · 3 left out as 18+ (`over_18` loads them)",
    ]
    assert buttons(message) == ["Pause", "Cancel"]
    await world.env.advance_time(STEP)
    assert "17%" in text_of(message)
    assert len(world.channel.history()) == 1


async def test_a_load_is_shown_in_the_servers_language_also_after_a_restart(
    world: World, loader: SlowLoader, monkeypatch: pytest.MonkeyPatch
) -> None:
    await world.services.settings.change(world.guild.id, language="de")
    message = (await begin(world)).response
    await world.env.advance_time(STEP)
    assert "22 Min." in text_of(message)

    async def interrupted() -> AsyncGenerator[Progress | Receipt]:
        async for one in loader.go_on(world.guild.id, NAME, BY):
            yield one

    monkeypatch.setattr(world.services.loads, "resume_interrupted", interrupted)
    await world.env.restart_bot(NewsdeskBot(world.services))
    await world.env.advance_time(STEP)
    assert "20 Min." in text_of(message)


async def test_a_load_in_a_direct_message_stays_without_buttons_after_a_restart(
    world: World, loader: SlowLoader, monkeypatch: pytest.MonkeyPatch
) -> None:
    owner = world.env.create_user("olive")
    guild = world.env.create_guild("Closed", owner=owner)
    guild.create_text_channel("rules", overwrites={guild.roles["TestBot"]: NO_POSTS})
    await join(world, guild)
    assert owner.dm_channel is not None
    (greeting,) = owner.dm_channel.history()

    async def sample(*_: object) -> AsyncGenerator[Progress | Receipt]:
        async for event in loader.go_on(guild.id, NAME, BY):
            yield event

    @asynccontextmanager
    async def loading(*_: object) -> AsyncGenerator[AsyncGenerator[Progress | Receipt]]:
        yield sample()

    monkeypatch.setattr(world.services.sample, "loading", loading)
    pressed = await owner.click(greeting, label=buttons(greeting)[0])
    message = pressed.response
    await world.env.advance_time(STEP)
    assert "8%" in text_of(message)
    assert buttons(message) == []
    stored = await world.services.key_value.get("load:17") or ""
    assert stored.startswith("direct:en.")
    await world.services.key_value.set("load:17", stored.replace(":en.", ":de."))

    monkeypatch.setattr(world.services.loads, "resume_interrupted", sample)
    await world.env.restart_bot(NewsdeskBot(world.services))
    await world.env.advance_time(STEP)
    assert "20 Min." in text_of(message)
    assert "/archive undo" in text_of(message)
    assert buttons(message) == []
    await world.env.advance_time(STEP * 12)
    assert "/archive undo" in text_of(message)
    assert buttons(message) == []


async def test_a_load_longer_than_the_token_goes_on_as_an_ordinary_message(
    world: World, loader: SlowLoader, requests_of_the_bot: list[Sent]
) -> None:
    message = (await begin(world)).response
    assert message is not None
    for _ in range(12):
        await world.env.advance_time(STEP)
    assert text_of(message).startswith("**Loaded** worldnews\\_2021.zst in 4 mins")
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
        assert "this message stops updating after 15 minutes" in text_of(message)
        await world.env.advance_time(STEP)
    loads = world.env.bot.mention_command("archive loads")  # type: ignore[attr-defined]
    assert f"{loads} has the receipt" in text_of(message)


async def test_a_receipt_whose_message_was_deleted_is_sent_anew(world: World, loader: SlowLoader) -> None:
    loader.steps = 2
    message = (await begin(world)).response
    assert message is not None
    await world.env.advance_time(STEP)
    world.env.backend.delete_message(world.channel.id, message.id)
    await world.env.advance_time(STEP)
    (receipt,) = world.channel.history()
    assert text_of(receipt).startswith("**Loaded** worldnews")


async def test_cancel_is_for_moderators_and_leads_to_a_receipt(world: World, loader: SlowLoader) -> None:
    message = (await begin(world)).response
    assert message is not None
    await world.env.advance_time(STEP)
    refused = await world.member.click(message, label="Cancel")
    assert "Only moderators" in text_of(refused.response)
    assert loader.cancelled == []
    told = await world.moderator.click(message, label="Cancel")
    assert told.ephemeral
    assert text_of(told.response) == "Cancelling load 17. Its receipt appears in a moment."
    assert loader.cancelled == [(world.guild.id, 17)]
    await world.env.advance_time(STEP)
    assert text_of(message).startswith("**Cancelled** worldnews\\_2021.zst")


async def test_a_paused_load_is_resumed_in_its_message_by_another_bot(
    world: World, loader: SlowLoader
) -> None:
    message = (await begin(world)).response
    assert message is not None
    await world.env.advance_time(STEP)
    refused = await world.member.click(message, label="Pause")
    assert "Only moderators" in text_of(refused.response)
    told = await world.moderator.click(message, label="Pause")
    assert text_of(told.response) == "Pausing load 17. You can resume it in a moment."
    await world.env.advance_time(STEP)
    assert text_of(message).startswith("**Paused** worldnews\\_2021.zst after 4 mins")
    assert buttons(message) == ["Resume", "Cancel"]
    await world.env.restart_bot(NewsdeskBot(world.services))
    await world.moderator.click(message, label="Resume")
    await world.env.advance_time(STEP)
    assert "25%" in text_of(message)
    assert buttons(message) == ["Pause", "Cancel"]
    for _ in range(9):
        await world.env.advance_time(STEP)
    assert text_of(message).startswith("**Loaded** worldnews\\_2021.zst")
    assert len(world.channel.history()) == 1


async def test_a_paused_load_is_cancelled(world: World, loader: SlowLoader) -> None:
    message = (await begin(world)).response
    assert message is not None
    await world.env.advance_time(STEP)
    await world.moderator.click(message, label="Pause")
    await world.env.advance_time(STEP)
    await world.moderator.click(message, label="Cancel")
    assert text_of(message).startswith("**Cancelled** worldnews\\_2021.zst")
    assert buttons(message) == ["Undo"]


async def test_an_interrupted_load_goes_on_in_its_message_when_the_bot_is_back(
    world: World, loader: SlowLoader, monkeypatch: pytest.MonkeyPatch
) -> None:
    message = (await begin(world)).response
    assert message is not None
    await world.env.advance_time(STEP)
    await world.env.bot.unload_extension("cogs.archive")  # type: ignore[attr-defined]  # as `close` does
    assert "The load continues by itself when it is back." in text_of(message)

    async def interrupted() -> AsyncGenerator[Progress | Receipt]:
        yield Progress(0, 0, None, 0, 0, 0, 0.0, "queued")
        async for one in loader.go_on(world.guild.id, NAME, BY):
            yield one

    monkeypatch.setattr(world.services.loads, "resume_interrupted", interrupted)
    await world.env.restart_bot(NewsdeskBot(world.services))
    await world.env.advance_time(STEP)
    assert text_of(message).startswith("**Loading** worldnews\\_2021.zst · 17%")
    assert await world.services.key_value.get("load:17") is not None
    await world.moderator.click(message, label="Cancel")
    await world.env.advance_time(STEP)
    assert text_of(message).startswith("**Cancelled** worldnews\\_2021.zst")
    assert loader.cancelled == [(world.guild.id, 17)]
    assert await world.services.key_value.get("load:17") is None


async def test_a_load_that_waits_can_be_cancelled(world: World, loader: SlowLoader) -> None:
    waiting = (await begin(world)).response
    other = (await begin(world)).response
    assert waiting is not None
    assert other is not None
    refused = await world.member.click(waiting, label="Cancel")
    assert "Only moderators" in text_of(refused.response)
    await world.moderator.click(waiting, label="Cancel")
    assert text_of(waiting) == ("**Cancelled** worldnews\\_2021.zst\nNothing was loaded.")
    assert buttons(waiting) == []
    assert text_of(other).startswith("**Waiting**")
    await world.env.advance_time(STEP)
    assert text_of(other).startswith("**Loading**")
    assert len(list(world.data.glob("upload-*"))) == 1


async def test_a_load_that_began_meanwhile_is_not_cancelled_as_waiting(
    world: World, loader: SlowLoader
) -> None:
    message = (await begin(world)).response
    assert message is not None
    stored = world.env.backend.get_message(world.channel.id, message.id)
    await world.env.advance_time(STEP)
    row = next(part for part in stored.components[0]["components"] if part["type"] == 1)
    row["components"][1]["custom_id"] = "cancel1:0"
    result = await world.moderator.click(message, custom_id="cancel1:0")
    assert text_of(result.response) == "That load is no longer waiting."
    assert loader.cancelled == []


async def test_a_load_that_fails_says_so(
    world: World, loader: SlowLoader, caplog: pytest.LogCaptureFixture
) -> None:
    loader.steps, loader.error = 1, RuntimeError("a fault")
    result = await begin(world)
    await world.env.advance_time(STEP)
    shown = text_of(result.response)
    assert shown.startswith("**Failed** worldnews\\_2021.zst\nSomething went wrong on our side.")
    reference = shown.split()[-1].rstrip(".")
    assert f"fault {reference} in archive load" in caplog.text
    assert "a fault" not in shown


async def test_a_load_that_cannot_begin_says_why(world: World, loader: SlowLoader) -> None:
    loader.steps, loader.error = 0, BadInput("load-cancelled")
    result = await begin(world)
    assert (
        text_of(result.response)
        == "**Failed** worldnews\\_2021.zst\nCancelled before it started. Nothing has changed."
    )


async def test_a_file_that_discord_lost_is_said(
    world: World, loader: SlowLoader, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(world.env.backend.cdn, "get", lambda url: None)
    result = await begin(world)
    assert text_of(result.response).endswith("That file is no longer on Discord. Attach it again.")


async def test_the_end_of_the_bot_is_said(world: World, loader: SlowLoader) -> None:
    message = (await begin(world)).response
    assert message is not None
    await world.env.advance_time(STEP)
    await world.env.bot.unload_extension("cogs.archive")  # type: ignore[attr-defined]  # as `close` does
    assert text_of(message).startswith("**Interrupted** worldnews\\_2021.zst\nNewsdesk is shutting down.")
    assert list(world.data.glob("upload-*")) == []
