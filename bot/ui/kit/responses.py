"""How every question is answered: soon, in private or in public, and with words when it fails."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Coroutine, Mapping
from typing import Any

import discord
from discord import app_commands

from bot.errors import NotAllowed, UserError
from bot.ui import router
from bot.ui.kit import format
from bot.ui.kit.card import Card
from bot.ui.kit.context import Interaction, Reader, may_post, reader
from bot.ui.kit.error_messages import ERRORS, error_sentence
from bot.ui.kit.posted_cards import remember
from bot.ui.kit.truncate import fit

Draw = Callable[[Reader], Coroutine[Any, Any, Card]]

PATIENCE = 1.5
"""Seconds of the three that Discord gives, after which it is told to wait."""
FIELD = 600
"""The most of any text that a mistake's sentence repeats."""

_log = logging.getLogger(__name__)


async def answer(interaction: Interaction, draw: Draw) -> None:
    """Answers a command, or a press that opens something, with a card for the asker alone; in a direct
    message it stays there as any message does."""
    private = interaction.guild_id is not None

    async def wait() -> None:
        await interaction.response.defer(ephemeral=private, thinking=True)

    card = await _patiently(_drawn(interaction, draw), wait)
    if interaction.response.is_done():
        await interaction.edit_original_response(view=card, attachments=card.attachments())
    else:
        await interaction.response.send_message(view=card, files=card.attachments(), ephemeral=private)


async def turn(interaction: Interaction, draw: Draw) -> None:
    """Shows a card in place of the pressed one if that is the presser's own, else as a copy of their own."""
    if not _own(interaction):
        await answer(interaction, draw)
        return
    card = await _patiently(_drawn(interaction, draw), interaction.response.defer)
    await replace(interaction, card)


async def replace(interaction: Interaction, card: Card) -> None:
    """Puts a card in place of the pressed one."""
    if interaction.response.is_done():
        await interaction.edit_original_response(view=card, attachments=card.attachments())
    else:
        await interaction.response.edit_message(view=card, attachments=card.attachments())


async def tell(interaction: Interaction, text: str) -> None:
    """One sentence, for the asker alone."""
    if interaction.response.is_done():
        await interaction.followup.send(text, ephemeral=True)
    else:
        await interaction.response.send_message(text, ephemeral=True)


async def share(interaction: Interaction, where: str) -> None:
    """Posts the card at an address for all in the channel, with the name of who shared it, and takes the
    Share button off the private one."""
    channel = interaction.channel
    if interaction.guild_id is None or channel is None or isinstance(channel, discord.abc.PrivateChannel):
        raise NotAllowed("server-only")
    if not may_post(interaction.permissions, channel):
        raise NotAllowed("member-may-not-post", where=channel.name)
    if not may_post(interaction.app_permissions, channel) or not isinstance(channel, discord.abc.Messageable):
        raise NotAllowed("bot-may-not-post", where=channel.name)
    await interaction.response.defer()
    asker = (await reader(interaction)).in_public()
    card = await router.at(asker, where)
    card.say(format.SHARED_BY.format(who=interaction.user.mention))
    message = await channel.send(view=card, files=card.attachments())
    await remember(interaction, card, message, "shared", where)
    if _own(interaction):
        await replace(interaction, await router.at(asker, where))


async def fail(interaction: Interaction, error: Exception) -> None:
    """Tells the asker what went wrong, if Discord still lets it."""
    if _gone(error):
        _log.info("an interaction was gone before it could be answered: %s", error)
        return
    try:
        await tell(interaction, explanation(interaction, error))
    except discord.HTTPException as failure:
        _log.warning("could not tell the asker: %s", failure)


def explanation(interaction: Interaction, error: Exception) -> str:
    """What went wrong: the sentence of a mistake that can be mended, or that it is a fault of the bot's, with
    the number under which this puts it into the log."""
    return explained(error, reference(interaction), _name(interaction))


def explained(error: Exception, number: str, what: str) -> str:
    """`explanation` where there may be no interaction any more."""
    mistake = _mistake(error)
    if mistake is not None:
        return error_sentence(mistake, lambda value: fit(value, FIELD))
    _log.error("fault %s in %s", number, what, exc_info=error)
    return format.FAULT.format(reference=number)


def reference(interaction: Interaction) -> str:
    """The number under which the log has what went wrong."""
    return f"{interaction.id:x}"[-8:]


async def _drawn(interaction: Interaction, draw: Draw) -> Card:
    return await draw(await reader(interaction))


async def _patiently(work: Coroutine[Any, Any, Card], wait: Callable[[], Awaitable[Any]]) -> Card:
    """What `work` makes; where that takes long, `wait` is called in time."""
    task = asyncio.create_task(work)
    try:
        done, _ = await asyncio.wait({task}, timeout=PATIENCE)
        if not done:
            await wait()
        return await task
    finally:
        task.cancel()


def _own(interaction: Interaction) -> bool:
    message = interaction.message
    return message is not None and (message.flags.ephemeral or interaction.guild_id is None)


def _mistake(error: BaseException | None) -> UserError | None:
    """The mistake behind an error of discord.py's, where there is one."""
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


def _gone(error: BaseException | None) -> bool:
    while error is not None:
        if isinstance(error, discord.NotFound) and error.code in (10008, 10015, 10062):
            return True
        error = getattr(error, "original", None)
    return False


def _name(interaction: Interaction) -> str:
    if interaction.command is not None:
        return interaction.command.qualified_name
    data: Mapping[str, Any] = interaction.data or {}
    return str(data.get("custom_id", "?")).partition(":")[0]
