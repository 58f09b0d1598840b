"""Discord as the runner of digests needs it: posts once, finds what was posted, tells a moderator."""

from __future__ import annotations

import logging
from contextlib import suppress

import discord

from bot.domain.digests import Delivery, Plan, Post, Schedule
from bot.errors import BadInput
from bot.services.digests.publisher import Poster
from bot.services.outbox_worker import Refused
from bot.ui.digests import post_card, strings
from bot.ui.kit import channels
from bot.ui.kit.card import Card
from bot.ui.kit.channels import Channel
from bot.ui.kit.context import NewsdeskClient
from bot.ui.kit.delivery import delivery_errors, find_message, resolve_channel, send_text
from bot.ui.kit.limits import MAX_NONCE, MAX_THREAD_NAME
from bot.ui.kit.rate_limit import send_once
from bot.ui.kit.truncate import label

_log = logging.getLogger(__name__)


class DiscordDigestSender(Poster):
    """Posts with the client's permissions and within its rate limits."""

    def __init__(self, bot: NewsdeskClient) -> None:
        self._bot = bot

    async def adult(self, delivery: Delivery) -> bool:
        place = await self._channel(delivery)
        return place.is_nsfw()

    async def send(self, delivery: Delivery, post: Post) -> int:
        place = await self._channel(delivery)
        may = place.permissions_for(place.guild.me)
        pictured = may.attach_files or may.administrator
        card = post_card.render(post, await post_card.draw_chart(post) if pictured else None)
        name = label(strings.post_title(post.plan, delivery.due_at), MAX_THREAD_NAME)
        with delivery_errors():
            if isinstance(place, discord.ForumChannel):
                return await _forum_post(place, card, name, post.plan)
            if isinstance(place, discord.Thread) and place.archived and place.locked:
                await place.edit(archived=False)
            # discord.py asks Discord to enforce a nonce that it is given.
            message = await place.send(view=card, files=card.attachments(), nonce=delivery.mark)
            if delivery.target == "thread" and isinstance(place, discord.TextChannel):
                await _open_thread(message, name)
        return message.id

    async def find(self, delivery: Delivery) -> int | None:
        place = await self._channel(delivery)
        found = await find_message(place, delivery.mark, delivery.due_at, self._bot)
        if found is not None and delivery.target == "thread" and isinstance(place, discord.TextChannel):
            # A process may have been killed before it opened the thread.
            of = await self._bot.services.digests.schedule_of(delivery)
            name = strings.post_title(of.plan, delivery.due_at) if of else str(delivery.due_at.date())
            with delivery_errors():
                await _open_thread(place.get_partial_message(found), label(name, MAX_THREAD_NAME))
        return found

    async def tell(self, schedule: Schedule, reason: str) -> None:
        text = strings.PAUSED_ITSELF.format(
            number=schedule.id,
            channel=schedule.plan.channel,
            reason=strings.reason(reason),
            resume=self._bot.mention_command("digest resume"),
            why=self._bot.mention_command("digest why"),
        )
        # One pause comes before one slot: Discord drops what is told of it a second time.
        mark = f"p{schedule.id}-{int(schedule.next_at.timestamp()) if schedule.next_at else 0:x}"[:MAX_NONCE]
        guild = self._bot.get_guild(schedule.plan.guild)
        with delivery_errors():
            if guild is not None:
                chosen = (await self._bot.services.settings.get(guild.id)).moderator_channel
                if await send_text(guild, chosen, text, mark):
                    return
            if schedule.by.id is not None:
                # Takes no direct messages, or is gone.
                with suppress(discord.Forbidden, discord.NotFound):
                    await (await self._bot.fetch_user(schedule.by.id)).send(text, nonce=mark)
                    return
            if guild is not None and not await send_text(guild, schedule.plan.planned_in, text, mark):
                updates = guild.public_updates_channel or guild.system_channel
                await send_text(guild, updates.id if updates else None, text, mark)

    async def _channel(self, delivery: Delivery) -> Channel:
        return await resolve_channel(self._bot, delivery.guild, delivery.channel, delivery.target)


async def _forum_post(forum: discord.ForumChannel, card: Card, name: str, plan: Plan) -> int:
    """The number of a new post, which Discord gives to its first message too."""
    try:
        tags = channels.tags(forum, plan.tag)
    except BadInput as error:
        raise Refused(error.key) from error
    with send_once():  # Discord knows no nonce of a forum's posts
        made = await forum.create_thread(name=name, view=card, files=card.attachments(), applied_tags=tags)
    return made.thread.id


async def _open_thread(message: discord.Message | discord.PartialMessage, name: str) -> None:
    """Opens the thread of a message that is posted, whether or not Discord lets it; it may have one, where a
    process was killed before it could say so."""
    try:
        await message.create_thread(name=name)
    except discord.HTTPException as error:
        if error.status >= 500:
            raise
        _log.info("no thread on message %d: %s", message.id, error)
