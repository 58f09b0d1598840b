"""Fixtures for tests against the simulated Discord."""

from __future__ import annotations

import random
from collections.abc import AsyncGenerator
from dataclasses import dataclass
from pathlib import Path

import discord
import pytest
import simcord

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
