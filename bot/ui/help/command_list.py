"""The commands that somebody may use, for /help."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from discord import app_commands

from bot.ui.ask import strings
from bot.ui.follows import strings as follow_phrases
from bot.ui.kit import format
from bot.ui.kit.context import Interaction, Viewer

TOPICS = {
    "search": format.SEARCH_HELP,
    "asking": strings.HELP,
    "following": follow_phrases.HELP,
    "loading": format.DUMPS_HELP,
}
COMMANDS = {
    "load": "archive load",
    "undo": "archive undo",
    "forget": "privacy forget",
    "ask": "ask",
    "add": "follow add",
    "list": "follow list",
    "remove": "follow remove",
    "catchup": "catchup",
}
"""The commands that pages of help name."""
FOR_SERVERS = {"servers": True}
"""The extras of a command that needs a server, in a group that direct messages have as well."""
FOR_MODERATORS = {"moderators": True}
"""The extras of a command for moderators in a group that Discord shows to everybody."""


def usable(interaction: Interaction, viewer: Viewer) -> list[tuple[str, str]]:
    """Each command that the asker may use here, as text that can be pressed, with what it does."""
    found = []
    for root in interaction.client.tree.get_commands():
        if isinstance(root, app_commands.ContextMenu):
            found.append((f"Apps > {root.name}", format.CONTEXT_HELP[root.name]))
        elif _offered(root, interaction, viewer):
            found += [
                (viewer.mention_command(one.qualified_name), one.description)
                for one in _leaves(root)
                if (viewer.moderator or one.extras != FOR_MODERATORS)
                and (interaction.guild_id is not None or one.extras != FOR_SERVERS)
            ]
    return sorted(found, key=lambda one: (one[0].startswith("Apps"), one[0]))


def topic(name: str, viewer: Viewer) -> str:
    """One page of help."""
    return TOPICS[name].format(**{key: viewer.mention_command(command) for key, command in COMMANDS.items()})


def _offered(
    root: app_commands.Command[Any, ..., Any] | app_commands.Group,
    interaction: Interaction,
    viewer: Viewer,
) -> bool:
    if interaction.guild_id is None:
        return not root.guild_only
    needs = root.default_permissions
    return needs is None or viewer.moderator or interaction.permissions.is_superset(needs)


def _leaves(
    root: app_commands.Command[Any, ..., Any] | app_commands.Group,
) -> Iterator[app_commands.Command[Any, ..., Any]]:
    if isinstance(root, app_commands.Group):
        for child in root.commands:
            yield from _leaves(child)
    else:
        yield root
