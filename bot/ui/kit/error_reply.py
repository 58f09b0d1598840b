"""Replies with error messages; unexpected errors are logged under a reference number."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from typing import Any

import discord
from discord import app_commands

from bot.errors import NotAllowed, UserError
from bot.file_errors import file_error
from bot.i18n import ENGLISH, catalogue, error_message, msg
from bot.ui.kit.context import Interaction
from bot.ui.kit.truncate import truncate

MAX_FIELD = 600
"""The maximum length of user input repeated in a message."""
_EXPIRED = (10008, 10015, 10062)
"""Discord's error codes for an unknown message, webhook and interaction."""

_log = logging.getLogger(__name__)


async def reply(interaction: Interaction, text: str) -> None:
    """Sends a text that only the member sees."""
    if interaction.response.is_done():
        await interaction.followup.send(text, ephemeral=True)
    else:
        await interaction.response.send_message(text, ephemeral=True)


async def reply_error(interaction: Interaction, error: Exception) -> None:
    """Replies with the error's message, if Discord still accepts a reply."""
    if _has_expired(error):
        _log.info("an interaction expired before it was answered: %s", error)
        return
    try:
        await reply(interaction, error_text(error, error_reference(interaction), _name(interaction)))
    except discord.HTTPException as failure:
        _log.warning("could not reply with an error: %s", failure)


def error_text(error: Exception, reference: str, what: str) -> str:
    """The message for a UserError. Other errors are logged with `reference` and `what`, and get the message
    for faults."""
    user_error = _user_error(error)
    if user_error is not None:
        return error_message(user_error, lambda value: truncate(value, MAX_FIELD))
    _log.error("fault %s in %s", reference, what, exc_info=error, extra={"reference": reference})
    return msg("fault", reference=reference)


def error_reference(interaction: Interaction | discord.Message) -> str:
    """The reference of an interaction or message in the log: eight hexadecimal digits."""
    return f"{interaction.id:x}"[-8:]


def _user_error(error: BaseException | None) -> UserError | None:
    """The UserError that caused an error of discord.py; None if there is none."""
    while error is not None:
        if isinstance(error, UserError):
            return error if f"error-{error.key}" in catalogue(ENGLISH) else None
        if isinstance(error, app_commands.NoPrivateMessage):
            return NotAllowed("server-only")
        if isinstance(error, app_commands.CommandNotFound | app_commands.CommandSignatureMismatch):
            return UserError("commands-changed")
        if isinstance(error, discord.Forbidden):
            return NotAllowed("bot-not-allowed")
        if isinstance(error, OSError):
            return file_error(error)
        error = getattr(error, "original", None) or error.__cause__
    return None


def _has_expired(error: BaseException | None) -> bool:
    while error is not None:
        if isinstance(error, discord.NotFound) and error.code in _EXPIRED:
            return True
        error = getattr(error, "original", None)
    return False


def _name(interaction: Interaction) -> str:
    """The name of the command, or the verb of the pressed component."""
    if interaction.command is not None:
        return interaction.command.qualified_name
    data: Mapping[str, Any] = interaction.data or {}
    return str(data.get("custom_id", "?")).partition(":")[0]
