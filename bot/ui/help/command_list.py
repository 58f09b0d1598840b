"""The commands that a member can use, for /help."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from discord import app_commands

from bot.i18n import msg
from bot.ui.ask import strings as ask_strings
from bot.ui.help import strings
from bot.ui.kit.context import Interaction, Viewer

AnyCommand = app_commands.Command[Any, ..., Any] | app_commands.Group

TOPICS = {
    "asking": ask_strings.HELP,
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
"""Commands named in pages of help, by their placeholders."""
FOR_SERVERS = {"servers": True}
"""Extras of a command for servers only, within a group that direct messages have too."""
FOR_MODERATORS = {"moderators": True}
"""Extras of a command for moderators only, within a group that Discord shows to everybody."""


def usable(interaction: Interaction, viewer: Viewer) -> list[tuple[str, str]]:
    """The commands that the viewer can use here, as clickable mentions, with their descriptions."""
    rows = []
    for root in interaction.client.tree.get_commands():
        if isinstance(root, app_commands.ContextMenu):
            rows.append((f"Apps > {root.name}", strings.CONTEXT_HELP[root.name]))
        elif _is_offered(root, interaction, viewer):
            rows += [
                (viewer.mention_command(command.qualified_name), command.description)
                for command in _commands(root)
                if (viewer.moderator or command.extras != FOR_MODERATORS)
                and (interaction.guild_id is not None or command.extras != FOR_SERVERS)
            ]
    return sorted(rows, key=lambda row: (row[0].startswith("Apps"), row[0]))


def topic(name: str, viewer: Viewer) -> str:
    """One page of help."""
    commands = {key: viewer.mention_command(command) for key, command in COMMANDS.items()}
    if name == "following":
        return msg(
            "follow-help",
            add=commands["add"],
            list=commands["list"],
            remove=commands["remove"],
            catchup=commands["catchup"],
        )
    if name == "loading":
        return msg("load-help", **{key: commands[key] for key in ("load", "undo", "forget")})
    return msg("search-help") if name == "search" else TOPICS[name].format(**commands)


def _is_offered(root: AnyCommand, interaction: Interaction, viewer: Viewer) -> bool:
    if interaction.guild_id is None:
        return not root.guild_only
    needs = root.default_permissions
    return needs is None or viewer.moderator or interaction.permissions.is_superset(needs)


def _commands(root: AnyCommand) -> Iterator[app_commands.Command[Any, ..., Any]]:
    """The command itself, or all commands of a group and its subgroups."""
    if isinstance(root, app_commands.Command):
        yield root
        return
    for child in root.commands:
        yield from _commands(child)
