"""The commands as Discord is told them: within its limits, described, and never the same name twice."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from typing import Any

import pytest

from bot.client import NewsdeskBot, extensions
from bot.services import Services
from tests.support.paths import ROOT

NAME = re.compile(r"[-_\w]{1,32}")
MENU_NAME = re.compile(r"[^@#:\n]{1,32}")
GUILD, DIRECT, PRIVATE = 0, 1, 2
BY_SERVER, BY_USER = 0, 1
FOR_SERVERS = {"archive", "audit", "catchup", "digest", "follow", "settings"}
FOR_MODERATORS = {"archive": "32", "audit": "32", "digest": "32", "settings": "32", "status": "32"}


@pytest.fixture
async def told(services: Services) -> list[dict[str, Any]]:
    """What the bot tells Discord."""
    bot = NewsdeskBot(services)
    for name in extensions():
        await bot.load_extension(name)
    return [command.to_dict(bot.tree) for command in bot.tree.get_commands()]


def leaves(command: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Everything that has a name below a command, and itself."""
    yield command
    for option in command.get("options") or ():
        yield from leaves(option)


async def test_names_never_clash(told: list[dict[str, Any]]) -> None:
    assert max(Counter((one["type"], one["name"]) for one in told).values()) == 1
    for command in told:
        for node in leaves(command):
            names = [option["name"] for option in node.get("options") or ()]
            assert len(names) == len(set(names))


async def test_every_command_and_option_is_named_and_described(told: list[dict[str, Any]]) -> None:
    for command in told:
        if command["type"] != 1:
            assert MENU_NAME.fullmatch(command["name"])
            continue
        for node in leaves(command):
            assert NAME.fullmatch(node["name"])
            assert node["name"] == node["name"].lower()
            assert 1 <= len(node["description"]) <= 100
            assert node["description"] != "…"
            assert "!" not in node["description"]
            assert len(node.get("options") or ()) <= 25
            assert len(node.get("choices") or ()) <= 25


async def test_a_command_has_at_most_8000_characters(told: list[dict[str, Any]]) -> None:
    for command in told:
        nodes = list(leaves(command))
        length = sum(len(node["name"]) + len(node.get("description") or "") for node in nodes)
        choices = [choice for node in nodes for choice in node.get("choices") or ()]
        assert length + sum(len(str(one["name"])) + len(str(one["value"])) for one in choices) <= 8000


async def test_commands_are_where_they_work_and_for_whom(told: list[dict[str, Any]]) -> None:
    for command in told:
        name = command["name"]
        assert command["contexts"] == ([GUILD] if name in FOR_SERVERS else [GUILD, DIRECT, PRIVATE]), name
        installs = [BY_SERVER] if name in FOR_SERVERS else [BY_SERVER, BY_USER]
        assert command["integration_types"] == installs, name
        needs = command.get("default_member_permissions")
        assert (None if needs is None else str(needs)) == FOR_MODERATORS.get(name), name


async def test_every_module_of_commands_is_found(services: Services) -> None:
    modules = (ROOT / "cogs").glob("*.py")
    names = {f"cogs.{module.stem}" for module in modules if module.stem != "__init__"}
    assert set(extensions()) == names
    assert len(names) >= 6
