"""The Discord of `newsdesk try`: its clock runs, its page takes every action, loads go on beside it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from contextlib import aclosing
from pathlib import Path
from typing import Any
from unittest.mock import create_autospec
from urllib.parse import urlsplit

import aiohttp
import discord
import pytest
import simcord
from discord.ext import commands

from bot.clock import system_clock
from bot.demo import demo
from bot.loading.process import LoadProcesses
from bot.loading.protocol import CancelJob
from bot.services import Services, open_services
from tests.support.world import buttons, text_of

pytestmark = pytest.mark.slow


ACTIONS = 40


@pytest.fixture
def loaders() -> demo.OutsideLoaders:
    return demo.OutsideLoaders()


@pytest.fixture
async def services(tmp_path: Path, loaders: demo.OutsideLoaders) -> AsyncGenerator[Services]:
    async with open_services(tmp_path, loaders=loaders) as services:
        yield services


async def test_the_clock_follows_the_real_one(services: Services, loaders: demo.OutsideLoaders) -> None:
    async with (
        demo._simulation(services, loaders) as (env, channel, viewers),
        demo._page(env, channel, viewers, 0, lambda: None),
    ):
        loop = asyncio.get_running_loop()
        began, shown = loop.time(), env.now()
        await asyncio.sleep(1)
        passed = (env.now() - shown).total_seconds()
        assert passed == pytest.approx(loop.time() - began, abs=2 * demo.BEAT_SECONDS)
        assert abs((env.now() - system_clock()).total_seconds()) < 5


async def test_a_new_server_is_greeted_once(services: Services, loaders: demo.OutsideLoaders) -> None:
    counts = []
    for _ in range(2):
        async with demo._simulation(services, loaders) as (_env, channel, _viewers):
            counts.append(len(channel.history()))
    assert counts == [1, 0]


async def test_the_first_message_tells_what_is_loaded_and_what_to_try(
    services: Services, loaders: demo.OutsideLoaders
) -> None:
    await demo._load_sample(services)
    async with demo._simulation(services, loaders) as (_env, channel, _viewers):
        (greeting,) = channel.history()
    shown = text_of(greeting)
    assert "16 threads, 2023 to 2024" in shown
    for hint in ("</search:", demo.QUERY, "</ask:", demo.QUESTION, "</article random:", "</archive load:"):
        assert hint in shown
    assert buttons(greeting) == ["Settings", "Plan a first digest…"], "the sample is there already"


async def test_actions_during_a_beat_and_on_an_older_page_are_taken(
    services: Services, loaders: demo.OutsideLoaders, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(demo, "BEAT_SECONDS", 0.001)
    monkeypatch.setattr(demo, "REFRESH_SECONDS", 0.0)
    async with (
        demo._simulation(services, loaders) as (env, channel, viewers),
        demo._page(env, channel, viewers, 0, lambda: None) as page,
        aiohttp.ClientSession() as browser,
    ):
        address = urlsplit(page.url)
        headers = {"X-Simcord-Capability": address.fragment}
        root = f"http://{address.netloc}/api"

        async def ask(path: str, body: dict[str, Any]) -> dict[str, Any]:
            async with browser.post(root + path, json=body, headers=headers) as answer:
                assert answer.status == 200
                return dict(await answer.json())

        opened = await ask("/pages", {})
        headers["X-Simcord-Context"] = opened["context"]["id"]
        for sequence in range(1, ACTIONS + 1):
            receipt = await ask(
                "/action",
                {
                    "protocol_version": 3,
                    "sequence": sequence,
                    "request_id": str(sequence),
                    "generation": opened["context"]["generation"],
                    "bot_generation": opened["botGeneration"],
                    "published_revision": opened["publishedRevision"],
                    "kind": "send_message",
                    "content": f"message {sequence}",
                },
            )
            assert receipt["settlement"] == "settled", receipt


async def test_a_load_goes_on_while_the_page_is_used(
    loaders: demo.OutsideLoaders, monkeypatch: pytest.MonkeyPatch
) -> None:
    end = asyncio.Event()

    async def load(*_: Any) -> AsyncGenerator[str]:
        yield "begun"
        await end.wait()
        yield "done"

    monkeypatch.setattr(LoadProcesses, "run", load)
    job = create_autospec(CancelJob, instance=True)
    bot = commands.Bot(
        "!", intents=discord.Intents.default(), allowed_mentions=discord.AllowedMentions.none()
    )

    @bot.tree.command(description="Load")
    async def start(interaction: discord.Interaction) -> None:
        await interaction.response.defer()
        async with aclosing(loaders.run(job)) as events:
            async for one in events:
                await interaction.edit_original_response(content=str(one))

    bot.setup_hook = bot.tree.sync  # type: ignore[method-assign,assignment]
    async with simcord.run(bot) as env:
        loaders.env = env
        guild = env.create_guild()
        channel = guild.create_text_channel("news")
        member = guild.add_member(env.create_user("mira"))
        result = await member.slash(channel, "start")
        assert result.response is not None
        assert result.response.content == "begun"
        end.set()
        await env.settle()
        assert result.response.content == "done"
