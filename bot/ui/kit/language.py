"""The language of what is shown: the member's for private cards, the server's for what everybody sees."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import discord
from discord import app_commands

from bot.domain.server_settings import ServerSettings
from bot.i18n import ENGLISH, LANGUAGES, catalogue, msg_in, nearest_language, set_language


def member_language(interaction: discord.Interaction[Any]) -> str:
    """The language of the member's Discord client."""
    return nearest_language(interaction.locale.value)


def server_language(settings: ServerSettings, guild: discord.Guild | None) -> str:
    """The language chosen in /settings, else that of the server."""
    if settings.language:
        return nearest_language(settings.language)
    return nearest_language(guild.preferred_locale.value) if guild is not None else ENGLISH


def speak_members_language(interaction: discord.Interaction[Any]) -> None:
    """Sets the member's language for the handling of an interaction, which runs in a task of its own."""
    set_language(member_language(interaction))


def localized(id_: str) -> app_commands.locale_str:
    """A message as a description, name or choice of a command; `CommandTranslator` translates it."""
    return app_commands.locale_str(msg_in(ENGLISH, id_), id=id_)


def localized_choices(ids: Mapping[str, str]) -> list[app_commands.Choice[str]]:
    """The choices of an option: the message of each value."""
    return [app_commands.Choice(name=localized(id_), value=value) for value, id_ in ids.items()]


def command_id(qualified_name: str) -> str:
    """The message of a command such as `digest create`."""
    return f"command-{qualified_name.replace(' ', '-')}"


class CommandTranslator(app_commands.Translator):
    """Translates the names and descriptions of commands, options and choices for Discord's command list.

    The name of `/digest create` is the attribute `name` of the message `command-digest-create`, whose value
    is its description; the name of an option `when` is that of `option-when`, in every command that has it.
    """

    async def translate(
        self,
        string: app_commands.locale_str,
        locale: discord.Locale,
        context: app_commands.TranslationContextTypes,
    ) -> str | None:
        language = nearest_language(locale.value)
        if language == ENGLISH or (locale.value not in LANGUAGES):
            return None
        id_ = string.extras.get("id") or _name_id(context) or ""
        return msg_in(language, id_) if id_ in catalogue(language) else None


def _name_id(context: app_commands.TranslationContextTypes) -> str | None:
    """The id of the message with a name; None for what is not translated."""
    places = app_commands.TranslationContextLocation
    if context.location in (places.command_name, places.group_name):
        id_ = command_id(context.data.qualified_name)
    elif context.location is places.parameter_name:
        id_ = f"option-{context.data.display_name.replace('_', '-')}"
    else:
        return None
    return f"{id_}.name"
