"""Publishes digests on Discord: posts each exactly once, finds existing posts, and notifies moderators."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Coroutine
from contextlib import suppress
from dataclasses import replace
from typing import Any

import discord

from bot.domain.digests import Delivery, DigestConfig, DigestPost, Schedule
from bot.domain.post_options import PostOptions
from bot.errors import BadInput, NotFound
from bot.i18n import formats, msg, use_language
from bot.services.digests.publisher import DigestSender
from bot.services.outbox_worker import PermanentDeliveryError, TransientDeliveryError
from bot.ui.digests import post_card, strings
from bot.ui.follows.direct_messages import for_direct_message, resolve_member
from bot.ui.kit import channels
from bot.ui.kit.card import Card
from bot.ui.kit.channels import Channel
from bot.ui.kit.context import NewsdeskClient, public_language
from bot.ui.kit.delivery import (
    ForumSearch,
    delivery_errors,
    find_message,
    notify_moderators,
    notify_user,
    resolve_channel,
    send_text,
)
from bot.ui.kit.format import small
from bot.ui.kit.limits import MAX_NONCE, MAX_THREAD_NAME
from bot.ui.kit.rate_limit import send_once
from bot.ui.kit.truncate import label, truncate

STEP_TIMEOUT = 4.0
"""Seconds for one step after a post; all steps together must end long before the lease of the delivery."""
MAX_SLOW_ATTEMPTS = 3
"""How often a step that takes longer is attempted: further posts of the digest wait meanwhile, and Discord
permits some steps, such as publishing, only a few times an hour."""
MAX_REMEMBERED_DELIVERIES = 256
"""The most deliveries of which it is remembered how often a step was slow."""

_log = logging.getLogger(__name__)


class DiscordDigestSender(DigestSender):
    """Posts with the client's permissions, within its rate limits."""

    def __init__(self, bot: NewsdeskClient) -> None:
        self._bot = bot
        self._forums = ForumSearch(bot)
        self._slow_attempts: dict[int, int] = {}

    async def is_age_restricted(self, delivery: Delivery) -> bool:
        return not delivery.direct and (await self._channel(delivery)).is_nsfw()

    async def send(self, delivery: Delivery, post: DigestPost) -> int:
        if delivery.direct:
            return await self._send_direct(delivery, post)
        channel = await self._channel(delivery)
        permissions = channel.permissions_for(channel.guild.me)
        charted = permissions.attach_files or permissions.administrator
        post = _without_missing_role(post, channel.guild)
        chart = await post_card.draw_chart(post) if charted else None
        with use_language(await public_language(self._bot, delivery.guild)):
            card = post_card.render(post, chart)
        options = post.plan.posts
        pinged = [discord.Object(options.role)] if options.role is not None and not delivery.part else []
        mentions = discord.AllowedMentions(everyone=False, users=False, roles=pinged, replied_user=False)
        name = await self._name(delivery, post.plan)
        with delivery_errors():
            if isinstance(channel, discord.ForumChannel):
                message = await _forum_post(channel, card, name, post, mentions)
            else:
                if isinstance(channel, discord.Thread) and channel.archived and channel.locked:
                    await channel.edit(archived=False)
                # discord.py makes Discord enforce the nonce.
                sent = await channel.send(
                    view=card,
                    files=card.attachments(),
                    nonce=delivery.nonce,
                    silent=options.silent,
                    allowed_mentions=mentions,
                )
                message = sent.id
            await self._finish(channel, message, delivery, post.plan, name)
        return message

    async def _send_direct(self, delivery: Delivery, post: DigestPost) -> int:
        """Sends a direct message to its member."""
        channel = await resolve_member(self._bot, delivery.guild, delivery.channel)
        chart = await post_card.draw_chart(post)
        # The languages of members are not stored.
        with use_language(await public_language(self._bot, delivery.guild)):
            card = direct_card(self._bot, post, chart)
        with delivery_errors():
            try:
                message = await channel.send(view=card, files=card.attachments(), nonce=delivery.nonce)
            except discord.Forbidden:
                raise PermanentDeliveryError("direct-refused") from None
        return message.id

    async def find_sent(self, delivery: Delivery) -> int | None:
        if delivery.direct:
            direct = await resolve_member(self._bot, delivery.guild, delivery.channel)
            return await find_message(direct, delivery.nonce, delivery.due_at, self._bot)
        channel = await self._channel(delivery)
        if isinstance(channel, discord.ForumChannel):
            message = await self._forums.find(channel, delivery.nonce, delivery.due_at)
        else:
            message = await find_message(channel, delivery.nonce, delivery.due_at, self._bot)
        schedule = await self._bot.services.digests.schedule_of(delivery)
        if message is not None:
            # The process may have been killed before it finished the post.
            plan = schedule.plan if schedule is not None else None
            name = await self._name(delivery, plan)
            with delivery_errors():
                await self._finish(channel, message, delivery, plan, name)
        return message

    async def _name(self, delivery: Delivery, plan: DigestConfig | None) -> str:
        """The name of the thread of a post."""
        if delivery.article is not None:
            scope = await self._bot.services.settings.scope(delivery.guild, adult=True)
            with suppress(NotFound):  # undone meanwhile
                article = await self._bot.services.archive.article(scope, delivery.article)
                return label(article.title, MAX_THREAD_NAME)
        with use_language(await public_language(self._bot, delivery.guild)):
            title = strings.post_title(plan, delivery.due_at) if plan else formats.day(delivery.due_at)
        return label(title, MAX_THREAD_NAME)

    async def _finish(
        self, channel: Channel, number: int, delivery: Delivery, plan: DigestConfig | None, name: str
    ) -> None:
        """Does what follows a post: opens its thread, publishes it, and pins it. Each can be repeated."""
        options = plan.posts if plan is not None else PostOptions()
        if isinstance(channel, discord.TextChannel):
            message = channel.get_partial_message(number)
            if delivery.target == "thread":
                await self._try(message.create_thread(name=name), delivery)
            if options.publish and channel.is_news():
                await self._try(message.publish(), delivery)
        if options.pin and not delivery.part:
            before = await self._bot.services.digests.posted_before(delivery)
            if before is not None and before.channel == delivery.channel and before.message is not None:
                await self._try(_pin(channel, before.message, pinned=False), delivery)
            await self._try(_pin(channel, number, pinned=True), delivery)
        self._slow_attempts.pop(delivery.id, None)

    async def _try(self, step: Coroutine[Any, Any, object], delivery: Delivery) -> None:
        """Takes a step after a post, if Discord permits it. It may have been taken by a process that was
        killed before it recorded the message. If Discord makes the bot wait too long, the delivery is
        attempted again by TransientDeliveryError, and at last the step is left out."""
        try:
            async with asyncio.timeout(STEP_TIMEOUT):
                await step
        except TimeoutError:
            attempts = self._slow_attempts.get(delivery.id, 0) + 1
            self._slow_attempts[delivery.id] = attempts
            if len(self._slow_attempts) > MAX_REMEMBERED_DELIVERIES:
                del self._slow_attempts[next(iter(self._slow_attempts))]
            if attempts < MAX_SLOW_ATTEMPTS:
                raise TransientDeliveryError("a step after the post took too long", reason="") from None
            _log.warning("a step after the post of delivery %d took too long, and is left out", delivery.id)
        except discord.HTTPException as error:
            if error.status >= 500:
                raise
            _log.info("a step after the post of delivery %d was refused: %s", delivery.id, error)

    async def announce_pause(self, schedule: Schedule, reason: str) -> None:
        """Notifies the moderators' channel, else the member who created the digest, else the channel where it
        was created, else Discord's channel for system notices."""
        config = schedule.plan
        if config.direct:  # the member sees the pause in the list of follows
            return
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


def direct_card(bot: NewsdeskClient, post: DigestPost, chart: bytes | None = None) -> Card:
    """A digest as a member gets it by direct message."""
    card = post_card.render(post, chart)
    guild = bot.get_guild(post.plan.guild)
    card.add_text(small(msg("digest-from-server", server=truncate(guild.name, 100))) if guild else "")
    return for_direct_message(card, post.plan.guild, "open")


def _without_missing_role(post: DigestPost, guild: discord.Guild) -> DigestPost:
    """The post without the mention of a role that was deleted."""
    role = post.plan.posts.role
    if role is None or guild.get_role(role) is not None:
        return post
    return replace(post, plan=replace(post.plan, posts=replace(post.plan.posts, role=None)))


async def _forum_post(
    forum: discord.ForumChannel,
    card: Card,
    name: str,
    post: DigestPost,
    mentions: discord.AllowedMentions,
) -> int:
    """Creates a forum post. Returns its id, which is also the id of its first message."""
    try:
        tags = channels.post_tags(forum, post.tags)
    except BadInput as error:
        raise PermanentDeliveryError(error.key) from error
    with send_once():  # Discord supports no nonce for forum posts
        created = await forum.create_thread(
            name=name,
            view=card,
            files=card.attachments(),
            applied_tags=tags,
            silent=post.plan.posts.silent,
            allowed_mentions=mentions,
        )
    return created.thread.id


async def _pin(channel: Channel, number: int, *, pinned: bool) -> None:
    """Pins or unpins a message, or a forum post."""
    if isinstance(channel, discord.ForumChannel):
        post = channel.get_thread(number) or await channel.guild.fetch_channel(number)
        if isinstance(post, discord.Thread):
            await post.edit(pinned=pinned)
    elif pinned:
        await channel.get_partial_message(number).pin()
    else:
        await channel.get_partial_message(number).unpin()
