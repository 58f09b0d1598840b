"""Edits posted messages on Discord after an undo or an erasure, or deletes them."""

from __future__ import annotations

import discord

from bot.domain.posts import PostedMessage
from bot.errors import NotFound, UserError
from bot.i18n import msg, use_language
from bot.services.outbox_worker import PermanentDeliveryError
from bot.services.posts.redactor import PostEditor
from bot.ui import router
from bot.ui.ask import views
from bot.ui.ask.question_state import question_of
from bot.ui.digests import post_card
from bot.ui.digests.discord_publisher import direct_card
from bot.ui.follows.discord_notifier import notice_card
from bot.ui.kit import post_strings, routes
from bot.ui.kit.card import Card
from bot.ui.kit.channels import MessageChannel
from bot.ui.kit.context import NewsdeskClient, Viewer, public_language, public_viewer
from bot.ui.kit.delivery import delivery_errors, notify_moderators, resolve_direct_messages
from bot.ui.kit.format import small

EditableChannel = MessageChannel | discord.DMChannel
NO_MENTIONS = discord.AllowedMentions.none()
_UNKNOWN_MESSAGE = 10008


class DiscordEditor(PostEditor):
    """Edits with the client's permissions, within its rate limits."""

    def __init__(self, bot: NewsdeskClient) -> None:
        self._bot = bot

    async def edit(self, post: PostedMessage) -> bool:
        channel = await self._channel(post)
        viewer = await public_viewer(self._bot, post.guild, channel)
        with use_language(viewer.language):
            card = await self._card(post, channel, viewer)
        message = channel.get_partial_message(post.message)
        with delivery_errors():
            try:
                if card is None:
                    await message.delete()
                else:
                    await message.edit(
                        view=card, attachments=card.attachments(), allowed_mentions=NO_MENTIONS
                    )
            except discord.NotFound as error:
                raise PermanentDeliveryError(
                    "message-gone" if error.code == _UNKNOWN_MESSAGE else "channel-gone"
                ) from error
        return card is not None

    async def announce_failure(self, post: PostedMessage, reason: str) -> None:
        if post.direct:
            return
        with use_language(await public_language(self._bot, post.guild)):
            text = msg("post-edit-failed", link=post.link, reason=post_strings.edit_reason(reason))
        with delivery_errors():
            nonce = f"e{post.id}-{int(post.due_at.timestamp()):x}"
            await notify_moderators(self._bot, post.guild, text, nonce)

    async def _card(self, post: PostedMessage, channel: EditableChannel, viewer: Viewer) -> Card | None:
        """The new card of the message; None if nothing is left of it."""
        if post.kind == "delivery":
            return await self._digest(post)
        if post.kind == "notice":
            return await self._notice(post)
        if post.ref == routes.ANSWER:
            return await self._answer(post, channel, viewer)
        try:
            card = await router.open_route(viewer, post.ref)
        except NotFound:
            return None
        except UserError as error:
            raise PermanentDeliveryError("discord-refused") from error
        if post.by:
            who = f"<@{post.by}>"
            card.add_text(msg("shared-by" if post.kind == "shared" else "posted-by", who=who))
        return card

    async def _answer(self, post: PostedMessage, channel: EditableChannel, viewer: Viewer) -> Card | None:
        """The current answer to the question in the message; None if there is none."""
        with delivery_errors():
            try:
                question = question_of(await channel.fetch_message(post.message))
            except discord.NotFound as error:
                raise PermanentDeliveryError("message-gone") from error
        if question is None:
            return None
        try:
            card = await views.again(viewer, question)
        except NotFound:
            return None
        card.add_text(views.asked_by(question, post.by) if post.by else "")
        return card

    async def _digest(self, post: PostedMessage) -> Card | None:
        shown = await self._bot.services.digests.shown_now(int(post.ref))
        if shown is None or not shown[1].entries:
            return None
        delivery, content = shown
        card = direct_card(self._bot, content) if delivery.direct else post_card.render(content)
        card.add_text(_removed_line(len(delivery.articles) - len(content.entries)))
        return card

    async def _notice(self, post: PostedMessage) -> Card | None:
        shown = await self._bot.services.follows.shown_now(int(post.ref))
        if shown is None or not shown[1]:
            return None
        notice, updates = shown
        card = await notice_card(self._bot, notice, updates)
        before = sum(len(match.articles) for match in notice.matches)
        card.add_text(_removed_line(before - sum(len(update.articles) for update in updates)))
        return card

    async def _channel(self, post: PostedMessage) -> EditableChannel:
        """The channel of the message. The bot can edit and delete its own messages in any channel that it
        sees."""
        if post.direct:
            return await resolve_direct_messages(self._bot, post.where)
        with delivery_errors("bot-removed"):
            guild = self._bot.get_guild(post.guild) or await self._bot.fetch_guild(post.guild)
        channel = guild.get_channel_or_thread(post.where)
        if channel is None or isinstance(channel, discord.ForumChannel):
            # The first message of a forum's post has the id of its thread.
            with delivery_errors():
                channel = await guild.fetch_channel(post.where if channel is None else post.message)
        if not isinstance(channel, EditableChannel):
            raise PermanentDeliveryError("discord-refused")
        return channel


def _removed_line(count: int) -> str:
    return small(msg("post-items-removed", count=count)) if count > 0 else ""
