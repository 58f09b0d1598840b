"""Fixtures for tests against the simulated Discord."""

from __future__ import annotations

import io
import random
import zipfile
from collections.abc import AsyncGenerator
from dataclasses import dataclass
from pathlib import Path

import discord
import pytest
import simcord
from simcord.backend.serializers import guild_create_payload

from bot.client import NewsdeskBot
from bot.errors import UserError
from bot.services import Services, open_services
from tests.support.openapi import discord_api, requests_of_the_bot
from tests.support.world import load, market

__all__ = ["discord_api", "requests_of_the_bot"]


@dataclass
class World:
    """One server with its archive, a member, a moderator, and the bot on a real store."""

    env: simcord.Env
    services: Services
    data: Path
    drop: Path
    guild: simcord.GuildHandle
    channel: simcord.ChannelHandle
    member: simcord.MemberActor
    moderator: simcord.MemberActor
    article: int


@pytest.fixture
async def services(tmp_path: Path) -> AsyncGenerator[Services]:
    (tmp_path / "drop").mkdir()
    async with open_services(tmp_path / "data", rng=random.Random(7), drop=tmp_path / "drop") as services:
        yield services


@pytest.fixture
def expected() -> list[type[BaseException]]:
    """What the bot may raise in a test without failing it; tests add to it."""
    return [UserError]


@pytest.fixture
async def env(services: Services, expected: list[type[BaseException]]) -> AsyncGenerator[simcord.Env]:
    """Members' mistakes are answered and are no faults of the bot; anything else it raises fails the test."""
    env = simcord.Env(NewsdeskBot(services), check_errors=False, settle_timeout=30.0)
    await env.start()
    yield env
    await env.shutdown()
    assert [error for error in env.errors if not isinstance(_cause(error), tuple(expected))] == []


@pytest.fixture
async def world(env: simcord.Env, services: Services, tmp_path: Path) -> World:
    guild = env.create_guild("The Reading Room")
    receipt = load(tmp_path / "data", guild.id, [market()])
    moderators = guild.create_role("Moderators", permissions=discord.Permissions(manage_guild=True))
    return World(
        env=env,
        services=services,
        data=tmp_path / "data",
        drop=tmp_path / "drop",
        guild=guild,
        channel=guild.create_text_channel("general"),
        member=guild.add_member(env.create_user("ann")),
        moderator=guild.add_member(env.create_user("mod"), roles=[moderators]),
        article=receipt.ids[0],
    )


def _cause(error: BaseException) -> BaseException:
    return getattr(error, "original", None) or error.__cause__ or error


async def join(world: World, guild: simcord.GuildHandle) -> None:
    """The bot is invited: Discord tells it the server with its channels."""
    backend = world.env.backend
    backend.emit("GUILD_DELETE", {"id": str(guild.id)})
    payload = dict(guild_create_payload(backend, backend.guilds[guild.id]))
    del payload["unavailable"]  # which says that the server was known before
    backend.emit("GUILD_CREATE", payload)
    await world.env.settle()


PAGE = """The lighthouse keeper retires
Authored by courier.example and submitted by tidewatcher

The keeper of the lighthouse retires after forty years. Nobody has applied for the post.

oysterjo on March 12th, 2024 at 11:02 UTC »
Who will ring the fog bell now?

netmender on March 12th, 2024 at 09:14 UTC »
A machine, as everywhere.
"""


def archive(**pages: str | bytes) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as file:
        for name, page in pages.items():
            file.writestr(f"{name}.txt", page)
    return packed.getvalue()


async def load_file(world: World, name: str, content: bytes) -> simcord.InteractionResult:
    return await world.moderator.slash(world.channel, "archive load", file=(name, content))
