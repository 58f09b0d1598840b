"""Posts cards in a channel that a member chose: as a message, in a thread, in a new thread, or in a forum."""

from __future__ import annotations

import discord

from bot.errors import BadInput, NotAllowed
from bot.i18n import msg, use_language
from bot.ui.articles import views
from bot.ui.kit import routes
from bot.ui.kit.card import Card
from bot.ui.kit.channels import Channel, ChosenChannel, post_tags, resolve_chosen
from bot.ui.kit.context import Interaction, is_age_restricted, server_of, viewer_of
from bot.ui.kit.discussion_threads import record_thread
from bot.ui.kit.limits import MAX_THREAD_NAME
from bot.ui.kit.permissions import check_can_post, check_may_post
from bot.ui.kit.posted_cards import record_card
from bot.ui.kit.truncate import label


async def post_article(
    interaction: Interaction, ref: str, chosen: ChosenChannel | None, *, thread: bool
) -> None:
    """Posts an article's card in the chosen channel, or the current one, and replies with a link to it.
    Raises NotAllowed if the member or the bot cannot post."""
    await interaction.response.defer(ephemeral=True, thinking=True)
    guild = server_of(interaction)
    if guild is None:
        raise NotAllowed("server-only")
    viewer = (await viewer_of(interaction)).in_public()
    article = await viewer.services.archive.article(viewer.scope, ref)
    channel = await _channel(interaction, chosen, thread=thread)
    settings = await viewer.services.settings.get(guild)
    check_may_post(settings, channel)
    if article.over_18 and not is_age_restricted(channel):
        raise NotAllowed("not-for-adults", where=channel.name)
    with use_language(viewer.language):
        card = await views.article(viewer, article.id)
        card.add_text(msg("posted-by", who=interaction.user.mention))
        opens = (thread or isinstance(channel, discord.ForumChannel)) and settings.answers_mentions
        if opens and interaction.client.user is not None:
            card.add_text(msg("article-thread-hint", me=interaction.client.user.mention))
        message, link, opened = await _post(channel, card, article.title, thread=thread)
    await record_card(interaction, card, message, "posted", routes.article(article.id))
    if opened is not None:
        await record_thread(interaction.client, opened, article.id)
    await interaction.followup.send(msg("article-posted", link=link), ephemeral=True)


async def _channel(interaction: Interaction, chosen: ChosenChannel | None, *, thread: bool) -> Channel:
    """Returns the chosen channel, or the current one, if the member and the bot can post there. Raises
    NotAllowed or BadInput."""
    channel, permissions = await resolve_chosen(interaction, chosen)
    if not isinstance(channel, Channel):
        raise BadInput("not-a-place-to-post")
    if thread and isinstance(channel, discord.Thread):
        raise BadInput("thread-in-thread", where=channel.name)
    opens_thread = thread and isinstance(channel, discord.TextChannel)
    if thread and not opens_thread and not isinstance(channel, discord.ForumChannel):
        raise BadInput("no-threads-there", where=channel.name)
    bot = channel.permissions_for(channel.guild.me)
    check_can_post(channel, permissions, bot, opens_thread=opens_thread)
    return channel


async def _post(
    channel: Channel, card: Card, title: str, *, thread: bool
) -> tuple[discord.Message, str, int | None]:
    """Posts the card; in a forum this opens a thread. Returns the message, the link to it, and the opened
    thread."""
    name = label(title, MAX_THREAD_NAME) or msg("article-untitled")
    if isinstance(channel, discord.ForumChannel):
        created = await channel.create_thread(name=name, view=card, applied_tags=post_tags(channel, []))
        return created.message, created.message.jump_url, created.thread.id
    message = await channel.send(view=card)
    if thread and isinstance(channel, discord.TextChannel):
        opened = await message.create_thread(name=name)
        return message, opened.jump_url, opened.id
    return message, message.jump_url, None
