"""A load in Discord: a message that tells how far it is, and becomes its receipt."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncGenerator
from contextlib import aclosing, suppress
from datetime import timedelta

import discord

from bot.errors import BadInput
from bot.library import Library
from bot.models import Person, Progress, Receipt
from bot.ui import load_cards, phrases
from bot.ui.answer import explanation
from bot.ui.card import Card
from bot.ui.desk import Interaction, may_post

PACE = 3.0
"""Seconds from one edit of the message to the next; Discord allows about one a second."""
MARGIN = timedelta(minutes=1)
"""Before the interaction's token ends, the message goes on as an ordinary one."""

Channel = discord.TextChannel | discord.VoiceChannel | discord.StageChannel | discord.Thread
"""Where a command can be given in a server."""

QUIET = discord.AllowedMentions.none()
"""Edits of ordinary messages do not take it from the client."""

_log = logging.getLogger(__name__)


def check_size(interaction: Interaction, file: discord.Attachment) -> None:
    """Raises BadInput("attachment-too-large") for a file above what may be attached here."""
    limit = interaction.filesize_limit
    if file.size > limit:
        raise BadInput("attachment-too-large", size=phrases.size(file.size), limit=phrases.size(limit))


async def loading(
    library: Library, guild: int, file: discord.Attachment, by: Person
) -> AsyncGenerator[Progress | Receipt]:
    """Loads what a member attached into the server's archive and tells of it. Raises
    BadInput("attachment-gone")."""
    try:
        content = await file.read()
    except discord.HTTPException:
        raise BadInput("attachment-gone") from None
    async with (
        library.upload(content) as path,
        aclosing(library.load(guild, [path], file.filename, by)) as told,
    ):
        async for one in told:
            yield one


class Following:
    """The loads that members watch; they end with the bot."""

    def __init__(self) -> None:
        self._tasks: set[asyncio.Task[None]] = set()

    async def follow(
        self, interaction: Interaction, name: str, told: AsyncGenerator[Progress | Receipt]
    ) -> None:
        """Shows in one message all that is told of a load, and at the end its receipt or what went wrong."""
        task = asyncio.create_task(_follow(interaction, name, told))
        self._tasks.add(task)
        try:
            await task
        finally:
            task.cancel()
            self._tasks.discard(task)

    async def end(self) -> None:
        """Stops the loads; each message says so."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)


async def refresh(interaction: Interaction, message: int, receipt: Receipt) -> None:
    """Shows the state of a load in the message of its receipt, if that is known (not 0) and still there."""
    channel = interaction.channel
    if message and isinstance(channel, Channel):
        card = load_cards.receipt(receipt)
        with suppress(discord.HTTPException):
            await channel.get_partial_message(message).edit(
                view=card, attachments=card.attachments(), allowed_mentions=QUIET
            )


async def _follow(interaction: Interaction, name: str, told: AsyncGenerator[Progress | Receipt]) -> None:
    message = _LoadMessage(interaction)
    await message.begin(name)
    shown = -PACE
    try:
        async with aclosing(told):
            async for one in told:
                if isinstance(one, Receipt):
                    await message.end(load_cards.receipt(one))
                elif one.seconds >= shown + PACE:
                    shown = one.seconds
                    await message.show(load_cards.progress(name, one))
    except asyncio.CancelledError:
        await message.end(load_cards.failed(name, phrases.LOAD_INTERRUPTED))
        raise
    except Exception as error:
        await message.end(load_cards.failed(name, explanation(interaction, error)))


class _LoadMessage:
    """The message of one load. Its edits go through the interaction while that lives, then through the
    channel, where the bot may not be allowed to write: then the receipt is to be found by a command."""

    def __init__(self, interaction: Interaction) -> None:
        self._interaction = interaction
        self._message: discord.PartialMessage | None = None
        self._note = ""

    async def begin(self, name: str) -> None:
        channel = self._interaction.channel
        if not may_post(self._interaction.app_permissions, channel):
            command = self._interaction.client.mention("archive loads")
            self._note = f"-# {phrases.LOAD_OUT_OF_SIGHT.format(loads=command)}"
        card = load_cards.progress(name, None)
        card.say(self._note)
        sent = await self._interaction.response.send_message(view=card)
        if sent.message_id is not None and isinstance(channel, Channel):
            self._message = channel.get_partial_message(sent.message_id)

    async def show(self, card: Card) -> None:
        """Edits the message; that this fails now and then does not matter."""
        card.say(self._note)
        try:
            await self._edit(card)
        except discord.HTTPException as error:
            _log.info("could not show the progress of a load: %s", error)

    async def end(self, card: Card) -> None:
        """Shows the last card, in a message of its own where the first one is gone."""
        try:
            await self._edit(card)
        except discord.HTTPException:
            await self._send(card)

    async def _edit(self, card: Card) -> None:
        if self._interaction.expires_at - discord.utils.utcnow() > MARGIN:
            await self._interaction.edit_original_response(view=card, attachments=card.attachments())
        elif self._message is not None:
            await self._message.edit(view=card, attachments=card.attachments(), allowed_mentions=QUIET)

    async def _send(self, card: Card) -> None:
        channel = self._interaction.channel
        try:
            if isinstance(channel, discord.abc.Messageable):
                await channel.send(view=card, files=card.attachments())
        except discord.HTTPException as error:
            _log.warning("the receipt of a load could not be shown: %s", error)
