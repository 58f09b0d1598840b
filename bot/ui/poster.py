"""Discord as the runner of digests needs it: posts once, finds what was posted, tells a moderator."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta

import aiohttp
import discord

from bot.digests import Delivery, Post, Schedule
from bot.library.once import Refused, Unreachable
from bot.library.runner import Poster
from bot.ui import digest_post, schedule_phrases
from bot.ui.desk import Desk, may_post

Place = discord.TextChannel | discord.VoiceChannel | discord.StageChannel | discord.Thread
"""Where digests can be posted."""
MOST_LOOKED_AT = 2000
"""Messages of a channel among which a lost one is looked for."""
ALWAYS_LOOKED_AT = 300
"""So many of them whatever their times are: this machine's clock may be wrong by more than SLACK."""
SLACK = timedelta(hours=1)
_ARCHIVED = 50083


class DiscordPoster(Poster):
    """Posts with the client's permissions and within its rate limits."""

    def __init__(self, bot: Desk) -> None:
        self._bot = bot

    async def adult(self, one: Delivery) -> bool:
        place = await self._place(one)
        return place.is_nsfw()

    async def send(self, one: Delivery, post: Post) -> int:
        place = await self._place(one)
        may = place.permissions_for(place.guild.me)
        pictured = may.attach_files or may.administrator
        card = digest_post.post(post, await digest_post.picture(post) if pictured else None)
        with translated():
            # discord.py asks Discord to enforce a nonce that it is given.
            message = await place.send(view=card, files=card.attachments(), nonce=one.mark)
        return message.id

    async def find(self, one: Delivery) -> int | None:
        return await look_for(await self._place(one), one.mark, one.due_at, self._bot)

    async def tell(self, of: Schedule, reason: str) -> None:
        text = schedule_phrases.TOLD.format(
            number=of.id,
            channel=of.plan.channel,
            reason=schedule_phrases.REASONS[reason],
            resume=self._bot.mention("digest resume"),
            why=self._bot.mention("digest why"),
        )
        with translated():
            if of.by.id is not None:
                try:
                    await (await self._bot.fetch_user(of.by.id)).send(text)
                except (discord.Forbidden, discord.NotFound):  # takes no direct messages, or is gone
                    pass
                else:
                    return
            guild = self._bot.get_guild(of.plan.guild)
            place = guild.public_updates_channel or guild.system_channel if guild else None
            if guild is not None and place is not None and may_post(place.permissions_for(guild.me), place):
                await place.send(text)

    async def _place(self, one: Delivery) -> Place:
        return await place_of(self._bot, one.guild, one.channel)


async def place_of(bot: Desk, guild_id: int, channel_id: int) -> Place:
    """A channel, after a look at what the bot may do there. Raises Refused and Unreachable."""
    guild = bot.get_guild(guild_id)
    if not bot.is_ready() or (guild is not None and guild.unavailable):
        raise Unreachable("the servers are not known yet")
    if guild is None:
        with translated("bot-removed"):
            await bot.fetch_guild(guild_id)
        raise Unreachable("the server is not known yet")
    channel = guild.get_channel_or_thread(channel_id)
    if channel is None:
        with translated():
            channel = await guild.fetch_channel(channel_id)
    if not isinstance(channel, Place):
        raise Refused("discord-refused")
    reason = refusal(channel, guild.me)
    if reason is not None:
        raise Refused(reason)
    return channel


async def look_for(place: Place | discord.DMChannel, mark: str, since: datetime, bot: Desk) -> int | None:
    """The bot's own message with this mark, sent about `since` or later, if it is there. Raises Refused and
    Unreachable."""
    with translated():
        looked = 0
        async for message in place.history(limit=MOST_LOOKED_AT):
            looked += 1
            if looked > ALWAYS_LOOKED_AT and message.created_at < since - SLACK:
                break
            if bot.user is not None and message.author.id != bot.user.id:
                continue
            if any(mark in str(part.to_dict()) for part in message.components):
                return message.id
    return None


def refusal(channel: Place, me: discord.Member) -> str | None:
    """Why digests cannot be posted there, or None. Without the history Discord shows an empty channel, in
    which nothing could be found again."""
    permissions = channel.permissions_for(me)
    if not may_post(permissions, channel):
        return "may-not-post"
    if not (permissions.read_message_history or permissions.administrator):
        return "may-not-look"
    if isinstance(channel, discord.Thread) and channel.archived and channel.locked:
        return "thread-archived"
    return None


@contextmanager
def translated(gone: str = "channel-gone") -> Iterator[None]:
    """Turns Discord's errors into Refused, which names what to mend, and Unreachable."""
    try:
        yield
    except discord.NotFound as error:
        raise Refused(gone) from error
    except discord.Forbidden as error:
        raise Refused("bot-removed" if gone == "bot-removed" else "may-not-post") from error
    except discord.HTTPException as error:
        if error.status >= 500 or error.status in (401, 408, 429):
            raise Unreachable(str(error)) from error
        raise Refused("thread-archived" if error.code == _ARCHIVED else "discord-refused") from error
    except (discord.RateLimited, aiohttp.ClientError, OSError) as error:
        raise Unreachable(str(error)) from error
