"""The message that shows a load's progress and then its receipt."""

from __future__ import annotations

import logging
from contextlib import suppress
from datetime import timedelta

import discord

from bot.domain.loads import Progress, Receipt
from bot.i18n import current_language, msg, use_language
from bot.ui.kit.card import Card
from bot.ui.kit.channels import MessageChannel
from bot.ui.kit.context import Interaction, NewsdeskClient, viewer_of
from bot.ui.kit.error_reply import error_reference
from bot.ui.kit.format import small
from bot.ui.kit.permissions import can_post
from bot.ui.kit.responses import is_own
from bot.ui.loads import cards
from bot.ui.loads.views import receipt_card

EDIT_INTERVAL_SECONDS = 3.0
"""The interval between edits of the message; Discord allows about one a second."""
TOKEN_MARGIN = timedelta(minutes=1)
"""How long before the interaction's token expires edits switch to the channel."""
NO_MENTIONS = discord.AllowedMentions.none()
"""Edits through the channel do not use the client's default."""

_log = logging.getLogger(__name__)


class LoadMessage:
    """The message of one load of the file `name`; `load` is 0 until it has an id. Edits use the interaction
    until its token expires, then the channel; if the bot cannot post there, a command shows the receipt
    instead. `language` is the current one when it is made. In a direct message, where `is_direct`, it has no
    buttons: those of loads belong to the server."""

    def __init__(
        self,
        name: str,
        message: discord.PartialMessage | None,
        interaction: Interaction | None = None,
        note: str = "",
        load: int = 0,
        *,
        is_direct: bool = False,
    ) -> None:
        self.name = name
        self._message = message
        self._interaction = interaction
        self._note = note
        self._last: Progress | None = None
        self.is_direct = is_direct
        self.load = load
        self.language = current_language()
        self.stored = False
        self.cancelled = False

    @classmethod
    async def sent(cls, interaction: Interaction, name: str) -> LoadMessage:
        """Replies to a command with the message of a new load."""
        channel = interaction.channel
        note = ""
        if interaction.context.dm_channel:
            note = direct_note(interaction.client)
        elif not can_post(interaction.app_permissions, channel):
            command = interaction.client.mention_command("archive loads")
            note = small(msg("load-out-of-sight", command=command))
        card = cards.progress(name, None)
        card.add_text(note)
        sent = await interaction.response.send_message(view=card)
        message = None if sent.message_id is None else _partial_message(interaction, sent.message_id)
        return cls(name, message, interaction, note, is_direct=interaction.context.dm_channel)

    @classmethod
    async def pressed(cls, interaction: Interaction, load: int, name: str) -> LoadMessage:
        """The message of the pressed button, for a resumed load."""
        await interaction.response.defer()
        pressed = interaction.message
        message = None
        if pressed is not None and not pressed.flags.ephemeral:
            message = _partial_message(interaction, pressed.id)
        return cls(name, message, interaction, load=load, is_direct=interaction.context.dm_channel)

    @property
    def id(self) -> int:
        return 0 if self._message is None else self._message.id

    @property
    def address(self) -> str | None:
        """The ids of its channel and of the message, separated by a dot; None if only one member sees it."""
        return None if self._message is None else f"{self._message.channel.id}.{self._message.id}"

    @property
    def reference(self) -> str:
        """The name of the load in the log."""
        return f"load{self.load}" if self._interaction is None else error_reference(self._interaction)

    async def show_progress(self, progress: Progress) -> None:
        """Edits the message at most every EDIT_INTERVAL_SECONDS; failed edits are ignored."""
        last = self._last
        if (
            last is not None
            and progress.state == last.state
            and progress.seconds < last.seconds + EDIT_INTERVAL_SECONDS
        ):
            return
        self._last = progress
        card = cards.progress(self.name, progress)
        card.add_text(self._note)
        try:
            await self._edit(card)
        except discord.HTTPException as error:
            _log.info("could not show the progress of a load: %s", error)

    async def end(self, card: Card) -> None:
        """Shows the final card, in a new message if the original is gone."""
        if self.is_direct:
            card.add_text(self._note)
        try:
            await self._edit(card)
        except discord.HTTPException:
            await self._send(card)

    async def _edit(self, card: Card) -> None:
        if self.is_direct:
            card.remove_rows()
        interaction = self._interaction
        if interaction is not None and interaction.expires_at - discord.utils.utcnow() > TOKEN_MARGIN:
            try:
                await interaction.edit_original_response(view=card, attachments=card.attachments())
            except discord.HTTPException as error:
                if error.status not in (401, 404) or self._message is None:
                    raise
                self._interaction = None  # its token has expired: this machine's clock is slow
            else:
                return
        if self._message is not None:
            await _edit_message(self._message, card)

    async def _send(self, card: Card) -> None:
        if self._message is None:
            return
        try:
            await self._message.channel.send(view=card, files=card.attachments())
        except discord.HTTPException as error:
            _log.warning("the receipt of a load could not be shown: %s", error)


def _partial_message(interaction: Interaction, message: int) -> discord.PartialMessage | None:
    """A message of the interaction's channel; None if the bot can only reach it by the interaction."""
    channel = interaction.channel
    if isinstance(channel, MessageChannel):
        return channel.get_partial_message(message)
    if not interaction.context.dm_channel or interaction.channel_id is None:
        return None
    return interaction.client.get_partial_messageable(interaction.channel_id).get_partial_message(message)


def direct_note(client: NewsdeskClient) -> str:
    """What a load's message says in place of its buttons where it is a direct message."""
    return small(msg("load-direct", undo=client.mention_command("archive undo")))


async def message_language(interaction: Interaction) -> str:
    """The language of a load's message: the server's, or the member's if the pressed message is theirs."""
    viewer = await viewer_of(interaction)
    return viewer.language if is_own(interaction) else viewer.public_language


async def refresh(interaction: Interaction, message: int, receipt: Receipt) -> None:
    """Updates the message of a load's receipt, if its id is known (not 0) and it still exists."""
    channel = interaction.channel
    if message and isinstance(channel, MessageChannel):
        with use_language((await viewer_of(interaction)).public_language):
            card = await receipt_card(interaction.client.services, receipt)
        with suppress(discord.HTTPException):
            await _edit_message(channel.get_partial_message(message), card)


async def _edit_message(message: discord.PartialMessage, card: Card) -> None:
    await message.edit(view=card, attachments=card.attachments(), allowed_mentions=NO_MENTIONS)
