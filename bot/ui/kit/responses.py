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
from bot.ui.kit.context import Interaction, Viewer, can_post, viewer_of
from bot.ui.kit.error_messages import ERRORS, error_sentence
from bot.ui.kit.posted_cards import record_card
from bot.ui.kit.truncate import truncate

Render = Callable[[Viewer], Coroutine[Any, Any, Card]]

DEFER_AFTER_SECONDS = 1.5
"""Seconds of the three that Discord gives, after which it is told to wait."""
MAX_FIELD = 600
"""The most of any text that a mistake's sentence repeats."""

_log = logging.getLogger(__name__)


async def respond(interaction: Interaction, draw: Render) -> None:
    """Answers a command, or a press that opens something, with a card for the asker alone; in a direct
    message it stays there as any message does."""
    private = interaction.guild_id is not None

    async def wait() -> None:
        await interaction.response.defer(ephemeral=private, thinking=True)

    card = await _defer_if_slow(_drawn(interaction, draw), wait)
    if interaction.response.is_done():
        await interaction.edit_original_response(view=card, attachments=card.attachments())
    else:
        await interaction.response.send_message(view=card, files=card.attachments(), ephemeral=private)


async def update(interaction: Interaction, draw: Render) -> None:
    """Shows a card in place of the pressed one if that is the presser's own, else as a copy of their own."""
    if not _own(interaction):
        await respond(interaction, draw)
        return
    card = await _defer_if_slow(_drawn(interaction, draw), interaction.response.defer)
    await replace_card(interaction, card)


async def replace_card(interaction: Interaction, card: Card) -> None:
    """Puts a card in place of the pressed one."""
    if interaction.response.is_done():
        await interaction.edit_original_response(view=card, attachments=card.attachments())
    else:
        await interaction.response.edit_message(view=card, attachments=card.attachments())


async def reply(interaction: Interaction, text: str) -> None:
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
    if not can_post(interaction.permissions, channel):
        raise NotAllowed("member-may-not-post", where=channel.name)
    if not can_post(interaction.app_permissions, channel) or not isinstance(channel, discord.abc.Messageable):
        raise NotAllowed("bot-may-not-post", where=channel.name)
    await interaction.response.defer()
    viewer = (await viewer_of(interaction)).in_public()
    card = await router.open_route(viewer, where)
    card.add_text(format.SHARED_BY.format(who=interaction.user.mention))
    message = await channel.send(view=card, files=card.attachments())
    await record_card(interaction, card, message, "shared", where)
    if _own(interaction):
        await replace_card(interaction, await router.open_route(viewer, where))


async def reply_error(interaction: Interaction, error: Exception) -> None:
    """Tells the asker what went wrong, if Discord still lets it."""
    if _gone(error):
        _log.info("an interaction was gone before it could be answered: %s", error)
        return
    try:
        await reply(interaction, explanation(interaction, error))
    except discord.HTTPException as failure:
        _log.warning("could not tell the asker: %s", failure)


def explanation(interaction: Interaction, error: Exception) -> str:
    """What went wrong: the sentence of a mistake that can be mended, or that it is a fault of the bot's, with
    the number under which this puts it into the log."""
    return error_text(error, error_reference(interaction), _name(interaction))


def error_text(error: Exception, number: str, what: str) -> str:
    """`explanation` where there may be no interaction any more."""
    mistake = _mistake(error)
    if mistake is not None:
        return error_sentence(mistake, lambda value: truncate(value, MAX_FIELD))
    _log.error("fault %s in %s", number, what, exc_info=error)
    return format.FAULT.format(reference=number)


def error_reference(interaction: Interaction) -> str:
    """The number under which the log has what went wrong."""
    return f"{interaction.id:x}"[-8:]


async def _drawn(interaction: Interaction, draw: Render) -> Card:
    return await draw(await viewer_of(interaction))


async def _defer_if_slow(work: Coroutine[Any, Any, Card], wait: Callable[[], Awaitable[Any]]) -> Card:
    """What `work` makes; where that takes long, `wait` is called in time."""
    task = asyncio.create_task(work)
    try:
        done, _ = await asyncio.wait({task}, timeout=DEFER_AFTER_SECONDS)
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
