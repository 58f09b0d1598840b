"""Fixtures for tests against the simulated Discord."""

from __future__ import annotations

import asyncio
import io
import json
import random
import shutil
import zipfile
from collections.abc import AsyncGenerator, Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import discord
import pytest
import simcord
from simcord.backend.ops.commands import COMMAND_FIELDS
from simcord.backend.serializers import guild_create_payload

from bot.client import NewsdeskBot
from bot.errors import UserError
from bot.services import Services, open_services
from tests.support.openapi import discord_api, requests_of_the_bot
from tests.support.selected_database import move_to_selected, selected
from tests.support.world import load, market, reply_of

NO_POSTS = discord.PermissionOverwrite(send_messages=False)
"""For a channel where nobody may post."""

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


class StartedBefore:
    """What the first bot of a session leaves: a data folder without articles, and the commands that Discord
    has. The bots after it find both, as one does that was started before, and start in half the time."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._commands = ""
        self._checksum: str | None = None

    async def copy_to(self, data: Path) -> None:
        if not self._folder.exists():
            with selected(None):
                async with open_services(self._folder):
                    pass
        shutil.copytree(self._folder, data)

    async def restore_commands(self, env: simcord.Env, services: Services) -> None:
        if self._checksum is not None:
            env.backend.register_commands(None, json.loads(self._commands))
            await services.key_value.set(self._key(env), self._checksum)

    async def keep_commands(self, env: simcord.Env, services: Services) -> None:
        if self._checksum is None:
            registered = env.backend.commands[None].values()
            fields = [
                {name: command[name] for name in COMMAND_FIELDS if name in command} for command in registered
            ]
            self._commands = json.dumps(fields)
            self._checksum = await services.key_value.get(self._key(env))

    def _key(self, env: simcord.Env) -> str:
        return f"commands:{env.backend.application_id}"


class BuiltArchive:
    """A server's archive with the thread that most tests read, kept for the tests that come after the first:
    in every simulated Discord the first server has the same id."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._articles: dict[int, int] = {}
        self._copies: set[Path] = set()

    def copy_to(self, data: Path) -> None:
        """Puts the archive into a data folder, if it was built already."""
        if self._articles:
            shutil.copytree(self._folder, data, dirs_exist_ok=True)
            self._copies.add(data)

    def article_of(self, guild: int, data: Path) -> int:
        """The article's id in a data folder, into which it is loaded unless it is there."""
        if guild in self._articles and data in self._copies:
            return self._articles[guild]
        [article] = load(data, guild, [market()]).ids
        if not self._articles:
            with selected(None):
                [self._articles[guild]] = load(self._folder, guild, [market()]).ids
        return article


@pytest.fixture(scope="session")
def built(tmp_path_factory: pytest.TempPathFactory) -> BuiltArchive:
    """The archive of most tests, built by the first of them and copied for the others."""
    return BuiltArchive(tmp_path_factory.mktemp("built"))


@pytest.fixture(scope="session")
def started_before(tmp_path_factory: pytest.TempPathFactory) -> StartedBefore:
    """What is there when most bots start."""
    return StartedBefore(tmp_path_factory.mktemp("started") / "data")


@pytest.fixture
async def services(
    tmp_path: Path, started_before: StartedBefore, built: BuiltArchive, request: pytest.FixtureRequest
) -> AsyncGenerator[Services]:
    (tmp_path / "drop").mkdir()
    await started_before.copy_to(tmp_path / "data")
    if "world" in request.fixturenames:
        built.copy_to(tmp_path / "data")
    await asyncio.to_thread(move_to_selected, tmp_path / "data")
    async with open_services(tmp_path / "data", rng=random.Random(7), drop=tmp_path / "drop") as services:
        yield services


@pytest.fixture
def expected() -> list[type[BaseException]]:
    """What the bot may raise in a test without failing it; tests add to it."""
    return [UserError]


@pytest.fixture
async def env(
    services: Services, expected: list[type[BaseException]], started_before: StartedBefore
) -> AsyncGenerator[simcord.Env]:
    """Members' mistakes are answered and are no faults of the bot; anything else it raises fails the test."""
    env = simcord.Env(NewsdeskBot(services), check_errors=False, settle_timeout=30.0)
    await started_before.restore_commands(env, services)
    await env.start()
    await started_before.keep_commands(env, services)
    yield env
    await env.shutdown()
    assert [error for error in env.errors if not isinstance(_cause(error), tuple(expected))] == []


@pytest.fixture
async def world(env: simcord.Env, services: Services, built: BuiltArchive, tmp_path: Path) -> World:
    guild = env.create_guild("The Reading Room")
    article = built.article_of(guild.id, tmp_path / "data")
    moderators = guild.create_role("Moderators", permissions=discord.Permissions(manage_guild=True))
    await services.settings.change(guild.id, answers_mentions=True)
    return World(
        env=env,
        services=services,
        data=tmp_path / "data",
        drop=tmp_path / "drop",
        guild=guild,
        channel=guild.create_text_channel("general"),
        member=guild.add_member(env.create_user("ann")),
        moderator=guild.add_member(env.create_user("mod"), roles=[moderators]),
        article=article,
    )


def _cause(error: BaseException) -> BaseException:
    return getattr(error, "original", None) or error.__cause__ or error


async def moderator_by_role(world: World, name: str) -> tuple[simcord.MemberActor, simcord.RoleHandle]:
    """A member with the moderator role but without Manage Server, to whom Discord shows all commands."""
    role = world.guild.create_role("Archivists")
    member = world.guild.add_member(world.env.create_user(name), roles=[role])
    await world.services.settings.change(world.guild.id, moderator_role=role.id)
    for command in await world.env.bot.tree.fetch_commands():  # type: ignore[attr-defined]
        world.guild.set_command_permissions(command, {role: True})
    return member, role


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


def pressing(
    world: World, user: simcord.UserHandle, greeting: discord.Message
) -> Callable[[str, int], Awaitable[str]]:
    """Presses a button of a greeting in direct messages for any step and server, as a forged one could be,
    and returns what the user is told."""
    stored: Any = world.env.backend.get_message(greeting.channel.id, greeting.id)
    row = next(part for part in stored.components[0]["components"] if part["type"] == 1)

    async def press(step: str, server: int) -> str:
        row["components"][0]["custom_id"] = f"first1:{step}.{server}"
        return reply_of(await user.click(greeting, custom_id=f"first1:{step}.{server}"))

    return press
