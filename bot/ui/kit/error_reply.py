"""The sentence for whatever went wrong, and the number under which the log has a fault."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from typing import Any

import discord
from discord import app_commands

from bot.errors import NotAllowed, UserError
from bot.ui.kit import format
from bot.ui.kit.context import Interaction
from bot.ui.kit.error_messages import ERRORS, error_message
from bot.ui.kit.truncate import truncate

MAX_FIELD = 600
"""What a sentence repeats at most of any text that somebody wrote."""
_EXPIRED = (10008, 10015, 10062)
"""Discord's error codes of a message, a webhook and an interaction that no longer exist."""

_log = logging.getLogger(__name__)


async def reply(interaction: Interaction, text: str) -> None:
    """Sends one sentence that only the member sees."""
    if interaction.response.is_done():
        await interaction.followup.send(text, ephemeral=True)
    else:
        await interaction.response.send_message(text, ephemeral=True)


async def reply_error(interaction: Interaction, error: Exception) -> None:
    """Replies with what went wrong, if Discord still accepts a reply."""
    if _has_expired(error):
        _log.info("an interaction expired before it was answered: %s", error)
        return
    try:
        await reply(interaction, error_text(error, error_reference(interaction), _name(interaction)))
    except discord.HTTPException as failure:
        _log.warning("could not reply with an error: %s", failure)


def error_text(error: Exception, reference: str, what: str) -> str:
    """The sentence of an error that a person can mend; for any other the sentence of a fault, which is logged
    under this reference as one of `what`."""
    user_error = _user_error(error)
    if user_error is not None:
        return error_message(user_error, lambda value: truncate(value, MAX_FIELD))
    _log.error("fault %s in %s", reference, what, exc_info=error)
    return format.FAULT.format(reference=reference)


def error_reference(interaction: Interaction | discord.Message) -> str:
    """The number under which the log has what went wrong: eight hexadecimal digits."""
    return f"{interaction.id:x}"[-8:]


def _user_error(error: BaseException | None) -> UserError | None:
    """The UserError behind an error of discord.py's, where there is one."""
    while error is not None:
        if isinstance(error, UserError):
            return error if error.key in ERRORS else None
        if isinstance(error, app_commands.NoPrivateMessage):
            return NotAllowed("server-only")
        if isinstance(error, app_commands.CommandNotFound | app_commands.CommandSignatureMismatch):
            return UserError("commands-changed")
        if isinstance(error, discord.Forbidden):
            return NotAllowed("bot-not-allowed")
        error = getattr(error, "original", None) or error.__cause__
    return None


def _has_expired(error: BaseException | None) -> bool:
    while error is not None:
        if isinstance(error, discord.NotFound) and error.code in _EXPIRED:
            return True
        error = getattr(error, "original", None)
    return False


def _name(interaction: Interaction) -> str:
    """The command, or the verb of the component that was pressed."""
    if interaction.command is not None:
        return interaction.command.qualified_name
    data: Mapping[str, Any] = interaction.data or {}
    return str(data.get("custom_id", "?")).partition(":")[0]
