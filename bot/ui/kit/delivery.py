"""Delivery exactly once: checks permissions, finds messages whose sending was not confirmed, and classifies
Discord's errors."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import datetime, timedelta

import aiohttp
import discord
from discord.utils import snowflake_time

from bot.domain.digests import DeliveryTarget
from bot.services.outbox_worker import PermanentDeliveryError, TransientDeliveryError
from bot.ui.kit import channels
from bot.ui.kit.card import Card
from bot.ui.kit.channels import Channel, MessageChannel
from bot.ui.kit.context import NewsdeskClient
from bot.ui.kit.permissions import can_post

MAX_SEARCHED_MESSAGES = 2000
"""The most messages of a channel that are searched for an unconfirmed one."""
MIN_SEARCHED_MESSAGES = 300
"""The messages that are searched regardless of their times: this machine's clock may be off by more than
MAX_CLOCK_ERROR."""
MAX_SEARCHED_POSTS = 50
"""The most own posts of a forum that are searched for an unconfirmed one."""
MIN_SEARCHED_POSTS = 10
"""The posts that are searched regardless of their times. Each costs a request."""
MAX_REMEMBERED_SEARCHES = 256
"""The most searches of forums of which it is remembered what they read."""
MAX_CLOCK_ERROR = timedelta(hours=1)
_ARCHIVED = 50083
"""Discord's error code for an archived thread."""


async def resolve_channel(
    bot: NewsdeskClient, guild_id: int, channel_id: int, target: DeliveryTarget = "channel"
) -> Channel:
    """Returns the channel after checking the bot's permissions. Raises PermanentDeliveryError and
    TransientDeliveryError."""
    guild = bot.get_guild(guild_id)
    if not bot.is_ready() or (guild is not None and guild.unavailable):
        raise TransientDeliveryError("the servers are not known yet")
    if guild is None:
        with delivery_errors("bot-removed"):
            await bot.fetch_guild(guild_id)
        raise TransientDeliveryError("the server is not known yet")
    channel = guild.get_channel_or_thread(channel_id)
    if channel is None:
        with delivery_errors():
            channel = await guild.fetch_channel(channel_id)
    if not isinstance(channel, Channel) or (target == "forum") != isinstance(channel, discord.ForumChannel):
        raise PermanentDeliveryError("discord-refused")
    reason = channels.refusal(channel, target)
    if reason is not None:
        raise PermanentDeliveryError(reason)
    return channel


async def resolve_message_channel(bot: NewsdeskClient, guild_id: int, channel_id: int) -> MessageChannel:
    """Like `resolve_channel`, for a channel with messages, which excludes forums."""
    channel = await resolve_channel(bot, guild_id, channel_id)
    if isinstance(channel, discord.ForumChannel):
        raise PermanentDeliveryError("discord-refused")
    return channel


async def find_message(
    channel: MessageChannel | discord.DMChannel, nonce: str, since: datetime, bot: NewsdeskClient
) -> int | None:
    """Returns the id of the bot's own message with this nonce in its buttons, sent at about `since` or later;
    None if there is none. Raises PermanentDeliveryError and TransientDeliveryError."""
    with delivery_errors():
        searched = 0
        async for message in channel.history(limit=MAX_SEARCHED_MESSAGES):
            searched += 1
            if searched > MIN_SEARCHED_MESSAGES and message.created_at < since - MAX_CLOCK_ERROR:
                break
            if _carries(message, nonce, bot):
                return message.id
    return None


class ForumSearch:
    """Finds the bot's own forum posts. Each costs a request, and Discord may fail any of them: a search that
    was interrupted continues with the posts that it has not read."""

    def __init__(self, bot: NewsdeskClient) -> None:
        self._bot = bot
        self._read: dict[str, set[int]] = {}

    async def find(self, forum: discord.ForumChannel, nonce: str, since: datetime) -> int | None:
        """Returns the id of the post with this nonce in its buttons, created at about `since` or later; None
        if there is none. Raises PermanentDeliveryError and TransientDeliveryError."""
        read = self._read.setdefault(nonce, set())
        if len(self._read) > MAX_REMEMBERED_SEARCHES:
            del self._read[next(iter(self._read))]
        with delivery_errors():
            for post in await self._candidates(forum, since):
                if post.id not in read:
                    async for message in post.history(limit=1, oldest_first=True):
                        if _carries(message, nonce, self._bot):
                            return post.id  # what follows a post may fail: it is looked for again
                    read.add(post.id)
        self._read.pop(nonce, None)
        return None

    async def _candidates(self, forum: discord.ForumChannel, since: datetime) -> list[discord.Thread]:
        """The bot's own posts that may be meant, newest first."""
        user = self._bot.user
        posts = [thread for thread in await forum.guild.active_threads() if thread.parent_id == forum.id]
        posts += [thread async for thread in forum.archived_threads(limit=MAX_SEARCHED_POSTS)]
        own = [post for post in posts if user is None or post.owner_id == user.id]
        own.sort(key=lambda post: post.id, reverse=True)
        return [
            post
            for number, post in enumerate(own[:MAX_SEARCHED_POSTS])
            if number < MIN_SEARCHED_POSTS or snowflake_time(post.id) >= since - MAX_CLOCK_ERROR
        ]


def _carries(message: discord.Message, nonce: str, bot: NewsdeskClient) -> bool:
    if bot.user is not None and message.author.id != bot.user.id:
        return False
    return any(nonce in str(part.to_dict()) for part in message.components)


async def send_text(guild: discord.Guild, channel_id: int | None, text: str, nonce: str) -> bool:
    """Sends a text to a channel of the server; returns False if there is none or the bot cannot post."""
    channel = None if channel_id is None else guild.get_channel_or_thread(channel_id)
    if not isinstance(channel, MessageChannel) or not can_post(channel.permissions_for(guild.me), channel):
        return False
    await channel.send(text, nonce=nonce)
    return True


async def notify_moderators(bot: NewsdeskClient, guild_id: int, text: str, nonce: str) -> bool:
    """Sends a text to the server's channel for moderators; returns False if there is none."""
    guild = bot.get_guild(guild_id)
    channel = (await bot.services.settings.get(guild_id)).moderator_channel
    return guild is not None and await send_text(guild, channel, text, nonce)


async def notify_user(bot: NewsdeskClient, user_id: int, message: str | Card, nonce: str) -> bool:
    """Sends a text or a card as a direct message; returns False if the user blocks those or no longer
    exists."""
    with suppress(discord.Forbidden, discord.NotFound):
        user = await bot.fetch_user(user_id)
        if isinstance(message, Card):
            await user.send(view=message, nonce=nonce)
        else:
            await user.send(message, nonce=nonce)
        return True
    return False


async def resolve_direct_messages(bot: NewsdeskClient, user_id: int) -> discord.DMChannel:
    """Returns the direct messages with a user. Raises PermanentDeliveryError("direct-refused" |
    "may-not-post" | "discord-refused") and TransientDeliveryError."""
    with delivery_errors("direct-refused"):
        user = await bot.fetch_user(user_id)
        return user.dm_channel or await user.create_dm()


@contextmanager
def delivery_errors(not_found_key: str = "channel-gone") -> Iterator[None]:
    """Converts Discord's errors to PermanentDeliveryError, whose key names the cause, and
    TransientDeliveryError; `not_found_key` is the key for a 404."""
    try:
        yield
    except discord.NotFound as error:
        raise PermanentDeliveryError(not_found_key) from error
    except discord.Forbidden as error:
        raise PermanentDeliveryError(
            "bot-removed" if not_found_key == "bot-removed" else "may-not-post"
        ) from error
    except discord.HTTPException as error:
        if error.status >= 500 or error.status in (401, 408, 429):
            raise TransientDeliveryError(str(error)) from error
        raise PermanentDeliveryError(
            "thread-archived" if error.code == _ARCHIVED else "discord-refused"
        ) from error
    except (discord.RateLimited, aiohttp.ClientError, OSError) as error:
        raise TransientDeliveryError(str(error)) from error
