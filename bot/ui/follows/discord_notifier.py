"""Sends notices on Discord: each exactly once, to a channel or a member, and finds existing ones."""

from __future__ import annotations

from collections.abc import Sequence

import discord

from bot.domain.follows import Follow, FollowUpdate, Notice
from bot.i18n import msg, use_language
from bot.services.follows.notifier import NoticeSender
from bot.services.outbox_worker import PermanentDeliveryError
from bot.ui.follows import cards, strings
from bot.ui.follows.direct_messages import for_direct_message, resolve_member
from bot.ui.kit.card import Card
from bot.ui.kit.channels import MessageChannel
from bot.ui.kit.context import NewsdeskClient, public_language
from bot.ui.kit.delivery import (
    delivery_errors,
    find_message,
    notify_moderators,
    notify_user,
    resolve_message_channel,
)
from bot.ui.kit.format import small
from bot.ui.kit.stored_searches import search_route
from bot.ui.kit.truncate import truncate


class DiscordNoticeSender(NoticeSender):
    """Sends with the client's permissions, within its rate limits."""

    def __init__(self, bot: NewsdeskClient) -> None:
        self._bot = bot

    async def is_age_restricted(self, notice: Notice) -> bool:
        channel = await self._channel(notice)
        return isinstance(channel, MessageChannel) and channel.is_nsfw()

    async def send(self, notice: Notice, updates: Sequence[FollowUpdate]) -> int:
        channel = await self._channel(notice)
        # Direct messages too: the languages of members are not stored.
        with use_language(await public_language(self._bot, notice.guild)):
            card = await notice_card(self._bot, notice, updates)
        with delivery_errors():
            try:
                # discord.py makes Discord enforce the nonce.
                message = await channel.send(view=card, nonce=notice.nonce)
            except discord.Forbidden:
                if notice.direct:
                    raise PermanentDeliveryError("direct-refused") from None
                raise
        return message.id

    async def find_sent(self, notice: Notice) -> int | None:
        return await find_message(await self._channel(notice), notice.nonce, notice.due_at, self._bot)

    async def announce_pause(self, notice: Notice, follows: Sequence[Follow], reason: str) -> None:
        """Notifies the moderators, else the members who created the follows. Members who block direct
        messages see the pause in the list of follows."""
        if notice.direct:
            return
        with use_language(await public_language(self._bot, notice.guild)):
            text = msg(
                "follow-paused-notice",
                count=len(follows),
                channel=f"<#{notice.where}>",
                reason=strings.reason(reason),
                list=self._bot.mention_command("follow list"),
            )
        nonce = f"f{notice.id}"  # Discord drops a second text with the same nonce
        with delivery_errors():
            if not await notify_moderators(self._bot, notice.guild, text, nonce):
                for maker in sorted({follow.by.id for follow in follows if follow.by.id is not None}):
                    await notify_user(self._bot, maker, text, nonce)

    async def _channel(self, notice: Notice) -> MessageChannel | discord.DMChannel:
        """The channel, or the member's direct messages. Raises PermanentDeliveryError and
        TransientDeliveryError."""
        if not notice.direct:
            return await resolve_message_channel(self._bot, notice.guild, notice.where)
        return await resolve_member(self._bot, notice.guild, notice.where)


async def notice_card(bot: NewsdeskClient, notice: Notice, updates: Sequence[FollowUpdate]) -> Card:
    """A notice as its channel or member sees it."""
    searches = {}
    for update in updates:
        watch = update.follow.watch
        if watch.article is None:
            # In a direct message the button also contains the server's id, so long searches are stored.
            route = await search_route(
                bot.services.key_value,
                watch.query,
                watch.filters,
                watch.place,
                "newest",
                inline=not notice.direct,
                guild=notice.guild,
            )
            searches[update.follow.id] = route.route(0)
    last = msg(
        "follow-last-today", settings=bot.mention_command("settings"), catchup=bot.mention_command("catchup")
    )
    card = cards.notice(notice, updates, searches, last)
    if not notice.direct:
        return card
    guild = bot.get_guild(notice.guild)
    card.add_text(small(msg("follow-in-server", server=truncate(guild.name, 100))) if guild else "")
    return for_direct_message(card, notice.guild, "open")
