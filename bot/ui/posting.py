"""Posting a card where a member chose: into a channel, a thread, a new thread, or a forum."""

from __future__ import annotations

import discord
from discord import app_commands

from bot.errors import BadInput, NotAllowed
from bot.ui import router
from bot.ui.ask import strings, views
from bot.ui.kit import format, routes
from bot.ui.kit.card import Card
from bot.ui.kit.channels import tags
from bot.ui.kit.context import Interaction, can_post, is_age_restricted, viewer_of
from bot.ui.kit.posted_cards import record_card
from bot.ui.kit.truncate import label

ChosenChannel = app_commands.AppCommandChannel | app_commands.AppCommandThread
Postable = (
    discord.TextChannel | discord.Thread | discord.ForumChannel | discord.VoiceChannel | discord.StageChannel
)
THREAD_NAME = 100


async def post_article(
    interaction: Interaction, ref: str, chosen: ChosenChannel | None, *, thread: bool
) -> None:
    """Posts an article's card in the chosen place, or here, and tells the member where it is. Raises
    NotAllowed where the member or the bot may not post."""
    await interaction.response.defer(ephemeral=True, thinking=True)
    if interaction.guild_id is None:
        raise NotAllowed("server-only")
    viewer = (await viewer_of(interaction)).in_public()
    article = await viewer.services.archive.article(viewer.scope, ref)
    channel = await _place(interaction, chosen, thread=thread)
    if article.over_18 and not is_age_restricted(channel):
        raise NotAllowed("not-for-adults", where=channel.name)
    card = await router.article(viewer, article.id)
    card.add_text(format.POSTED_BY.format(who=interaction.user.mention))
    if (thread or isinstance(channel, discord.ForumChannel)) and interaction.client.user is not None:
        card.add_text(strings.THREAD_OPENED.format(me=interaction.client.user.mention))
    message, link, opened = await _post(channel, card, article.title, thread=thread)
    await record_card(interaction, card, message, "posted", routes.article(article.id))
    if opened is not None:
        await views.about_thread(interaction.client, opened, article.id)
    await interaction.followup.send(format.POSTED.format(link=link), ephemeral=True)


async def _place(interaction: Interaction, chosen: ChosenChannel | None, *, thread: bool) -> Postable:
    """The chosen place, or this channel, after a look at what the member and the bot may do there. Raises
    NotAllowed or BadInput with the reason."""
    channel, member = await _resolved(interaction, chosen)
    where = channel.name
    bot = channel.permissions_for(channel.guild.me)
    if thread and isinstance(channel, discord.Thread):
        raise BadInput("thread-in-thread", where=where)
    opens = thread and isinstance(channel, discord.TextChannel)
    if thread and not opens and not isinstance(channel, discord.ForumChannel):
        raise BadInput("no-threads-there", where=where)
    for permissions, is_bot in ((member, False), (bot, True)):
        if not can_post(permissions, channel):
            raise NotAllowed("bot-may-not-post" if is_bot else "member-may-not-post", where=where)
        if opens and not permissions.create_public_threads:
            raise NotAllowed("bot-may-not-thread" if is_bot else "member-may-not-thread", where=where)
    return channel


async def _post(
    channel: Postable, card: Card, title: str, *, thread: bool
) -> tuple[discord.Message, str, int | None]:
    """Posts the card; a forum makes a thread of it by itself. Returns the message, the link to where it is,
    and the thread that was opened."""
    name = label(title, THREAD_NAME) or "Article"
    if isinstance(channel, discord.ForumChannel):
        made = await channel.create_thread(name=name, view=card, applied_tags=tags(channel, None))
        return made.message, made.message.jump_url, made.thread.id
    message = await channel.send(view=card)
    if thread and isinstance(channel, discord.TextChannel):
        opened = await message.create_thread(name=name)
        return message, opened.jump_url, opened.id
    return message, message.jump_url, None


async def _resolved(
    interaction: Interaction, chosen: ChosenChannel | None
) -> tuple[Postable, discord.Permissions]:
    if chosen is None:
        channel, member = interaction.channel, interaction.permissions
    else:
        channel, member = chosen.resolve(), chosen.permissions
        if channel is None and isinstance(chosen, app_commands.AppCommandThread):
            channel = await _fetched(chosen)
    if not isinstance(channel, Postable):
        name = getattr(chosen or channel, "name", None)
        raise BadInput("not-a-place-to-post", where=name or "here")
    return channel, member


async def _fetched(thread: app_commands.AppCommandThread) -> discord.Thread:
    try:
        return await thread.fetch()
    except discord.HTTPException:
        raise NotAllowed("bot-may-not-post", where=thread.name) from None
