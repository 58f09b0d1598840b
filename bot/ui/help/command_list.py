"""The commands that a member can use, for /help."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Literal

from discord import app_commands

from bot.i18n import msg
from bot.ui.kit.context import Interaction, Viewer, server_of
from bot.ui.kit.language import command_id

AnyCommand = app_commands.Command[Any, ..., Any] | app_commands.Group

CommandGroup = Literal["read", "ask", "moderators"]
ORDER = (
    *("search", "browse", "trend", "news", "article", "comments", "searches"),
    *("help", "about", "ask", "follow", "catchup"),
    *("privacy", "digest", "archive", "audit", "status", "settings"),
)
"""Commands for every day come first; the commands of a group are in the order in which its cog has them."""
FOR_ASKING = ("ask", "follow", "catchup", "menu-ask")
"""The commands, and the message of the menu, that ask something or follow it."""
FOR_SERVERS = {"servers": True}
"""Extras of a command for servers only, within a group that direct messages have too."""
FOR_MODERATORS = {"moderators": True}
"""Extras of a command for moderators only, within a group that Discord shows to everybody."""


def usable(interaction: Interaction, viewer: Viewer) -> dict[CommandGroup, list[tuple[str, str]]]:
    """The commands that the viewer can use here, as clickable mentions, with their descriptions; groups
    without any are left out."""
    groups: dict[CommandGroup, list[tuple[str, str]]] = {"read": [], "ask": [], "moderators": []}
    menus: dict[CommandGroup, list[tuple[str, str]]] = {"read": [], "ask": []}
    for root in sorted(interaction.client.tree.get_commands(), key=_place):
        if isinstance(root, app_commands.ContextMenu):
            name = msg("help-apps", name=msg(root.extras["name"]))
            menus[_group(root.extras["name"])].append((name, msg(root.extras["help"])))
        elif _is_offered(root, interaction, viewer):
            for command in _commands(root):
                moderators = root.default_permissions is not None or command.extras == FOR_MODERATORS
                if (viewer.moderator or command.extras != FOR_MODERATORS) and (
                    server_of(interaction) is not None or command.extras != FOR_SERVERS
                ):
                    mention = viewer.mention_command(command.qualified_name)
                    groups["moderators" if moderators else _group(root.name)].append(
                        (mention, msg(command_id(command.qualified_name)))
                    )
    for group, entries in menus.items():
        groups[group] += sorted(entries)
    return {group: commands for group, commands in groups.items() if commands}


def _group(name: str) -> CommandGroup:
    return "ask" if name in FOR_ASKING else "read"


def _place(root: AnyCommand | app_commands.ContextMenu) -> tuple[int, str]:
    return (ORDER.index(root.name) if root.name in ORDER else len(ORDER)), root.name


def topic(name: str, viewer: Viewer) -> str:
    """One page of help."""
    command = viewer.mention_command
    if name == "asking":
        return msg("ask-help", ask=command("ask"))
    if name == "following":
        return msg(
            "follow-help",
            add=command("follow add"),
            list=command("follow list"),
            remove=command("follow remove"),
            catchup=command("catchup"),
            digest=command("follow digest"),
        )
    if name == "loading":
        return msg(
            "load-help",
            load=command("archive load"),
            undo=command("archive undo"),
            forget=command("archive forget"),
        )
    return msg("search-help")


def _is_offered(root: AnyCommand, interaction: Interaction, viewer: Viewer) -> bool:
    if server_of(interaction) is None:
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
