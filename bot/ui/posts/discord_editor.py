"""Discord as the redactor of posts needs it: shows in a message what is still there, or deletes it."""

from __future__ import annotations

from collections.abc import Sequence

import discord

from bot.domain.follows import Told
from bot.domain.posts import Posted
from bot.errors import NotFound, UserError
from bot.services.outbox_worker import Refused
from bot.services.posts.redactor import Editor
from bot.ui import router
from bot.ui.ask import views
from bot.ui.ask.question_state import carried
from bot.ui.digests import post_card
from bot.ui.digests.discord_publisher import say_in, translated
from bot.ui.follows.discord_notifier import notice_card
from bot.ui.kit import format, post_strings, routes
from bot.ui.kit.card import Card
from bot.ui.kit.context import Desk, Reader, for_adults

Messages = (
    discord.TextChannel | discord.VoiceChannel | discord.StageChannel | discord.Thread | discord.DMChannel
)
QUIET = discord.AllowedMentions.none()
_UNKNOWN_MESSAGE = 10008


class DiscordEditor(Editor):
    """Edits with the client's permissions and within its rate limits."""

    def __init__(self, bot: Desk) -> None:
        self._bot = bot

    async def edit(self, one: Posted) -> bool:
        place = await self._place(one)
        card = await self._card(one, place)
        message = place.get_partial_message(one.message)
        with translated():
            try:
                if card is None:
                    await message.delete()
                else:
                    await message.edit(view=card, attachments=card.attachments(), allowed_mentions=QUIET)
            except discord.NotFound as error:
                raise Refused("message-gone" if error.code == _UNKNOWN_MESSAGE else "channel-gone") from error
        return card is not None

    async def tell(self, one: Posted, reason: str) -> None:
        guild = self._bot.get_guild(one.guild)
        if guild is None or one.direct:
            return
        chosen = (await self._bot.library.settings(guild.id)).moderator_channel
        text = post_strings.TOLD.format(link=one.link, reason=post_strings.REASONS.get(reason, reason))
        with translated():
            await say_in(guild, chosen, text, f"e{one.id}-{int(one.due_at.timestamp()):x}")

    async def _card(self, one: Posted, place: Messages) -> Card | None:
        """What the message shows from now on; None where nothing is left of it."""
        if one.kind == "delivery":
            return await self._digest(one)
        if one.kind == "notice":
            return await self._notice(one)
        settings = await self._bot.library.settings(one.guild)
        scope = settings.scope(adult=for_adults(place))
        reader = Reader(self._bot.library, scope, False, False, self._bot.mention)
        if one.ref == routes.ANSWER:
            return await self._answer(one, place, reader)
        try:
            card = await router.at(reader, one.ref)
        except NotFound:
            return None
        except UserError as error:
            raise Refused("discord-refused") from error
        said = format.SHARED_BY if one.kind == "shared" else format.POSTED_BY
        card.say(said.format(who=f"<@{one.by}>") if one.by else "")
        return card

    async def _answer(self, one: Posted, place: Messages, reader: Reader) -> Card | None:
        """What the archive says now to the question in the message."""
        with translated():
            try:
                asked = carried(await place.fetch_message(one.message))
            except discord.NotFound as error:
                raise Refused("message-gone") from error
        if asked is None:
            return None
        try:
            card = await views.again(reader, asked)
        except NotFound:
            return None
        card.say(views.asked_by(asked, one.by) if one.by else "")
        return card

    async def _digest(self, one: Posted) -> Card | None:
        digests = self._bot.library.digests
        delivery = await digests.store.delivery(int(one.ref))
        plan = await digests.store.plan(delivery.schedule) if delivery is not None else None
        if delivery is None or plan is None:
            return None
        post = await digests.post(plan, delivery.articles, delivery.id, delivery.mark)
        if not post.entries:
            return None
        card = post_card.post(post)
        card.say(_removed(len(delivery.articles) - len(post.entries)))
        return card

    async def _notice(self, one: Posted) -> Card | None:
        follows = self._bot.library.follows
        notice = await follows.store.one_notice(int(one.ref))
        if notice is None:
            return None
        of = await follows.store.ever([match.follow for match in notice.matches])
        told = await follows.told(notice, of)
        if not told:
            return None
        card = await notice_card(self._bot, notice, told)
        card.say(_removed(sum(len(match.articles) for match in notice.matches) - _shown(told)))
        return card

    async def _place(self, one: Posted) -> Messages:
        """Where the message is. Its own messages the bot may edit and delete wherever it sees them."""
        if one.direct:
            with translated("direct-refused"):
                user = await self._bot.fetch_user(one.where)
                return user.dm_channel or await user.create_dm()
        with translated("bot-removed"):
            guild = self._bot.get_guild(one.guild) or await self._bot.fetch_guild(one.guild)
        channel = guild.get_channel_or_thread(one.where)
        if channel is None or isinstance(channel, discord.ForumChannel):
            # The first message of a forum's post has the number of its thread.
            with translated():
                channel = await guild.fetch_channel(one.where if channel is None else one.message)
        if not isinstance(channel, Messages):
            raise Refused("discord-refused")
        return channel


def _shown(told: Sequence[Told]) -> int:
    return sum(len(part.articles) for part in told)


def _removed(count: int) -> str:
    return f"-# {post_strings.removed(count)}" if count > 0 else ""
