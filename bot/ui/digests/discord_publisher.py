"""Discord as the runner of digests needs it: posts once, finds what was posted, tells a moderator."""

from __future__ import annotations

import logging
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager, suppress
from datetime import datetime, timedelta

import aiohttp
import discord

from bot.domain.digests import Delivery, Plan, Post, Schedule, Target
from bot.errors import BadInput
from bot.services.digests.publisher import Poster
from bot.services.outbox_worker import Refused, Unreachable
from bot.ui.digests import post_card, strings
from bot.ui.kit import channels
from bot.ui.kit.card import Card
from bot.ui.kit.channels import Place, Room
from bot.ui.kit.context import Desk, may_post
from bot.ui.kit.rate_limit import not_again
from bot.ui.kit.truncate import label

MAX_SEARCHED_MESSAGES = 2000
"""Messages of a channel among which a lost one is looked for."""
MIN_SEARCHED_MESSAGES = 300
"""So many of them whatever their times are: this machine's clock may be wrong by more than SLACK."""
MAX_SEARCHED_POSTS = 50
"""The bot's own posts of a forum among which a lost one is looked for."""
MIN_SEARCHED_POSTS = 10
"""So many of them whatever their times are. Each is a request."""
MAX_CLOCK_ERROR = timedelta(hours=1)
MAX_THREAD_NAME = 100
MAX_NONCE = 25
_ARCHIVED = 50083

_log = logging.getLogger(__name__)


class DiscordDigestSender(Poster):
    """Posts with the client's permissions and within its rate limits."""

    def __init__(self, bot: Desk) -> None:
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
            of = await self._bot.library.digests.store.schedule(delivery.schedule)
            name = strings.post_title(of.plan, delivery.due_at) if of else str(delivery.due_at.date())
            with delivery_errors():
                await _open_thread(place.get_partial_message(found), label(name, MAX_THREAD_NAME))
        return found

    async def tell(self, schedule: Schedule, reason: str) -> None:
        text = strings.PAUSED_ITSELF.format(
            number=schedule.id,
            channel=schedule.plan.channel,
            reason=strings.reason(reason),
            resume=self._bot.mention("digest resume"),
            why=self._bot.mention("digest why"),
        )
        # One pause comes before one slot: Discord drops what is told of it a second time.
        mark = f"p{schedule.id}-{int(schedule.next_at.timestamp()) if schedule.next_at else 0:x}"[:MAX_NONCE]
        guild = self._bot.get_guild(schedule.plan.guild)
        with delivery_errors():
            if guild is not None:
                chosen = (await self._bot.library.settings(guild.id)).moderator_channel
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

    async def _channel(self, delivery: Delivery) -> Place:
        return await resolve_channel(self._bot, delivery.guild, delivery.channel, delivery.target)


async def resolve_channel(bot: Desk, guild_id: int, channel_id: int, target: Target = "channel") -> Place:
    """A channel, after a look at what the bot may do there. Raises Refused and Unreachable."""
    guild = bot.get_guild(guild_id)
    if not bot.is_ready() or (guild is not None and guild.unavailable):
        raise Unreachable("the servers are not known yet")
    if guild is None:
        with delivery_errors("bot-removed"):
            await bot.fetch_guild(guild_id)
        raise Unreachable("the server is not known yet")
    channel = guild.get_channel_or_thread(channel_id)
    if channel is None:
        with delivery_errors():
            channel = await guild.fetch_channel(channel_id)
    if not isinstance(channel, Place) or (target == "forum") != isinstance(channel, discord.ForumChannel):
        raise Refused("discord-refused")
    reason = channels.refusal(channel, target)
    if reason is not None:
        raise Refused(reason)
    return channel


async def resolve_message_channel(bot: Desk, guild_id: int, channel_id: int) -> Room:
    """`place_of` where there are messages."""
    place = await resolve_channel(bot, guild_id, channel_id)
    if isinstance(place, discord.ForumChannel):
        raise Refused("discord-refused")
    return place


async def find_message(
    channel: Place | discord.DMChannel, nonce: str, since: datetime, bot: Desk
) -> int | None:
    """The bot's own message with this mark, sent about `since` or later, if it is there; a forum's post has
    the number of its thread. Raises Refused and Unreachable."""
    with delivery_errors():
        if isinstance(channel, discord.ForumChannel):
            async for message in _first_messages(channel, since, bot):
                if _carries(message, nonce, bot):
                    return message.channel.id
            return None
        searched = 0
        async for message in channel.history(limit=MAX_SEARCHED_MESSAGES):
            searched += 1
            if searched > MIN_SEARCHED_MESSAGES and message.created_at < since - MAX_CLOCK_ERROR:
                break
            if _carries(message, nonce, bot):
                return message.id
    return None


def _carries(message: discord.Message, nonce: str, bot: Desk) -> bool:
    if bot.user is not None and message.author.id != bot.user.id:
        return False
    return any(nonce in str(part.to_dict()) for part in message.components)


async def _first_messages(
    forum: discord.ForumChannel, since: datetime, bot: Desk
) -> AsyncIterator[discord.Message]:
    """The first messages of the bot's own last posts in a forum."""
    posts = [one for one in await forum.guild.active_threads() if one.parent_id == forum.id]
    posts += [one async for one in forum.archived_threads(limit=MAX_SEARCHED_POSTS)]
    own = [one for one in posts if bot.user is None or one.owner_id == bot.user.id]
    own.sort(key=lambda one: one.id, reverse=True)
    for number, post in enumerate(own[:MAX_SEARCHED_POSTS]):
        if number >= MIN_SEARCHED_POSTS and discord.utils.snowflake_time(post.id) < since - MAX_CLOCK_ERROR:
            break
        async for message in post.history(limit=1, oldest_first=True):
            yield message


async def _forum_post(forum: discord.ForumChannel, card: Card, name: str, plan: Plan) -> int:
    """The number of a new post, which Discord gives to its first message too."""
    try:
        tags = channels.tags(forum, plan.tag)
    except BadInput as error:
        raise Refused(error.key) from error
    with not_again():  # Discord knows no nonce of a forum's posts
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


async def send_text(guild: discord.Guild, channel_id: int | None, text: str, nonce: str) -> bool:
    """Whether it could be said in that channel."""
    channel = None if channel_id is None else guild.get_channel_or_thread(channel_id)
    if not isinstance(channel, Room) or not may_post(channel.permissions_for(guild.me), channel):
        return False
    await channel.send(text, nonce=nonce)
    return True


@contextmanager
def delivery_errors(not_found_key: str = "channel-gone") -> Iterator[None]:
    """Turns Discord's errors into Refused, which names what to mend, and Unreachable."""
    try:
        yield
    except discord.NotFound as error:
        raise Refused(not_found_key) from error
    except discord.Forbidden as error:
        raise Refused("bot-removed" if not_found_key == "bot-removed" else "may-not-post") from error
    except discord.HTTPException as error:
        if error.status >= 500 or error.status in (401, 408, 429):
            raise Unreachable(str(error)) from error
        raise Refused("thread-archived" if error.code == _ARCHIVED else "discord-refused") from error
    except (discord.RateLimited, aiohttp.ClientError, OSError) as error:
        raise Unreachable(str(error)) from error
