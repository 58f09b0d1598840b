"""Publishes digests on Discord: posts each exactly once, finds existing posts, and notifies moderators."""

from __future__ import annotations

import logging

import discord

from bot.domain.digests import Delivery, DigestConfig, DigestPost, Schedule
from bot.errors import BadInput
from bot.i18n import formats, msg, use_language
from bot.services.digests.publisher import DigestSender
from bot.services.outbox_worker import PermanentDeliveryError
from bot.ui.digests import post_card, strings
from bot.ui.kit import channels
from bot.ui.kit.card import Card
from bot.ui.kit.channels import Channel
from bot.ui.kit.context import NewsdeskClient, public_language
from bot.ui.kit.delivery import (
    delivery_errors,
    find_message,
    notify_moderators,
    notify_user,
    resolve_channel,
    send_text,
)
from bot.ui.kit.limits import MAX_NONCE, MAX_THREAD_NAME
from bot.ui.kit.rate_limit import send_once
from bot.ui.kit.truncate import label

_log = logging.getLogger(__name__)


class DiscordDigestSender(DigestSender):
    """Posts with the client's permissions, within its rate limits."""

    def __init__(self, bot: NewsdeskClient) -> None:
        self._bot = bot

    async def is_age_restricted(self, delivery: Delivery) -> bool:
        return (await self._channel(delivery)).is_nsfw()

    async def send(self, delivery: Delivery, post: DigestPost) -> int:
        channel = await self._channel(delivery)
        permissions = channel.permissions_for(channel.guild.me)
        charted = permissions.attach_files or permissions.administrator
        chart = await post_card.draw_chart(post) if charted else None
        with use_language(await public_language(self._bot, delivery.guild)):
            card = post_card.render(post, chart)
            name = label(strings.post_title(post.plan, delivery.due_at), MAX_THREAD_NAME)
        with delivery_errors():
            if isinstance(channel, discord.ForumChannel):
                return await _forum_post(channel, card, name, post.plan)
            if isinstance(channel, discord.Thread) and channel.archived and channel.locked:
                await channel.edit(archived=False)
            # discord.py makes Discord enforce the nonce.
            message = await channel.send(view=card, files=card.attachments(), nonce=delivery.nonce)
            if delivery.target == "thread" and isinstance(channel, discord.TextChannel):
                await _open_thread(message, name)
        return message.id

    async def find_sent(self, delivery: Delivery) -> int | None:
        channel = await self._channel(delivery)
        message = await find_message(channel, delivery.nonce, delivery.due_at, self._bot)
        if message is None or delivery.target != "thread" or not isinstance(channel, discord.TextChannel):
            return message
        # The process may have been killed before it opened the thread.
        schedule = await self._bot.services.digests.schedule_of(delivery)
        due_at = delivery.due_at
        with use_language(await public_language(self._bot, delivery.guild)):
            name = strings.post_title(schedule.plan, due_at) if schedule else formats.day(due_at)
        with delivery_errors():
            await _open_thread(channel.get_partial_message(message), label(name, MAX_THREAD_NAME))
        return message

    async def announce_pause(self, schedule: Schedule, reason: str) -> None:
        """Notifies the moderators' channel, else the member who created the digest, else the channel where it
        was created, else Discord's channel for system notices."""
        config = schedule.plan
        with use_language(await public_language(self._bot, config.guild)):
            text = msg(
                "digest-paused-itself",
                number=str(schedule.id),
                channel=str(config.channel),
                reason=strings.reason(reason),
                resume=self._bot.mention_command("digest resume"),
                why=self._bot.mention_command("digest why"),
            )
        # There is one pause before each slot: Discord drops a second notice with the same nonce.
        nonce = f"p{schedule.id}-{int(schedule.next_at.timestamp()) if schedule.next_at else 0:x}"[:MAX_NONCE]
        guild, planner = self._bot.get_guild(config.guild), schedule.by.id
        with delivery_errors():
            if await notify_moderators(self._bot, config.guild, text, nonce):
                return
            if planner is not None and await notify_user(self._bot, planner, text, nonce):
                return
            if guild is not None and not await send_text(guild, config.planned_in, text, nonce):
                updates = guild.public_updates_channel or guild.system_channel
                await send_text(guild, updates.id if updates else None, text, nonce)

    async def _channel(self, delivery: Delivery) -> Channel:
        return await resolve_channel(self._bot, delivery.guild, delivery.channel, delivery.target)


async def _forum_post(forum: discord.ForumChannel, card: Card, name: str, plan: DigestConfig) -> int:
    """Creates a forum post. Returns its id, which is also the id of its first message."""
    try:
        tags = channels.post_tags(forum, plan.tag)
    except BadInput as error:
        raise PermanentDeliveryError(error.key) from error
    with send_once():  # Discord supports no nonce for forum posts
        created = await forum.create_thread(name=name, view=card, files=card.attachments(), applied_tags=tags)
    return created.thread.id


async def _open_thread(message: discord.Message | discord.PartialMessage, name: str) -> None:
    """Opens the thread of a posted message, if Discord permits it. The thread may already exist if a process
    was killed before it recorded the message."""
    try:
        await message.create_thread(name=name)
    except discord.HTTPException as error:
        if error.status >= 500:
            raise
        _log.info("no thread on message %d: %s", message.id, error)
