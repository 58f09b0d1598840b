"""Cards that members share or post for everybody, recorded with their threads."""

from __future__ import annotations

import logging
from collections.abc import Callable

import discord

from bot.clock import system_clock
from bot.domain.posts import PostKind
from bot.errors import NotAllowed, UserError
from bot.i18n import use_language
from bot.ui.kit import routes
from bot.ui.kit.card import Card
from bot.ui.kit.context import Interaction, NewsdeskClient, server_of, viewer_of
from bot.ui.kit.permissions import check_can_post, check_may_post
from bot.ui.kit.responses import Render, is_own, replace_card

_log = logging.getLogger(__name__)


async def share(interaction: Interaction, render: Render, route: str, credit: Callable[[], str]) -> None:
    """Posts the card at a route for everybody in the channel, with a line of credit in its language, and
    removes the Share button from the private card. Raises NotAllowed if the member or the bot cannot post."""
    channel, guild = interaction.channel, server_of(interaction)
    if guild is None or channel is None or isinstance(channel, discord.abc.PrivateChannel):
        raise NotAllowed("server-only")
    check_may_post(await interaction.client.services.settings.get(guild), channel)
    check_can_post(channel, interaction.permissions, interaction.app_permissions)
    if not isinstance(channel, discord.abc.Messageable):
        raise NotAllowed("bot-may-not-post", where=channel.name)
    await interaction.response.defer()
    viewer = (await viewer_of(interaction)).in_public()
    with use_language(viewer.language):
        card = await render(viewer)
        card.add_text(credit())
    message = await channel.send(view=card, files=card.attachments())
    await record_card(interaction, card, message, "shared", route)
    if is_own(interaction):
        await replace_card(interaction, await render(viewer))


async def record_card(
    interaction: Interaction, card: Card, message: discord.Message, kind: PostKind, route: str
) -> None:
    """Records the threads on a card that a member posted for everybody."""
    assert interaction.guild_id is not None  # noqa: S101 - cards are posted in servers only
    await record(interaction.client, interaction.guild_id, card, message, kind, route, interaction.user.id)


async def record(
    client: NewsdeskClient,
    guild: int,
    card: Card,
    message: discord.Message,
    kind: PostKind = "posted",
    route: str = routes.ANSWER,
    by: int | None = None,
) -> None:
    """Records the threads on a message's card, so that it can be edited when they are erased or undone."""
    posts = client.services.posts
    shown = routes.targets(card.to_components())  # type: ignore[no-untyped-call]
    articles, comments = ([id_ for kind_, id_ in shown if kind_ == name] for name in ("article", "comment"))
    try:
        snapshots = await posts.snapshots(guild, articles, comments)
        channel, now = message.channel.id, system_clock()
        await posts.add(guild, channel, message.id, kind, route, snapshots, now, by=by)
    except UserError as error:  # the card has been posted anyway
        _log.warning("message %d is not recorded: %s", message.id, error.key)
