"""A server's cards in direct messages. Their buttons carry the server's id; a member who presses one must
still belong to the server."""

from __future__ import annotations

from typing import Literal

import discord
from discord import ui

from bot.errors import NotAllowed
from bot.services.outbox_worker import PermanentDeliveryError, TransientDeliveryError
from bot.ui.kit.card import Card
from bot.ui.kit.context import Interaction, NewsdeskClient, Viewer, public_viewer
from bot.ui.kit.delivery import delivery_errors, resolve_direct_messages
from bot.ui.kit.limits import MAX_CUSTOM_ID


def for_direct_message(card: Card, guild: int, verb: Literal["home", "open"] = "home") -> Card:
    """Makes the buttons and select menus of a card work in a direct message: they show other cards of the
    server in its place or, with `open`, as new messages; those that cannot are disabled."""
    for item in card.walk_children():
        if isinstance(item, ui.Button) and item.custom_id is not None:
            what, _, address = item.custom_id.partition(":")
            if what.startswith("turn"):
                item.custom_id = f"{verb}{what[4:]}:{guild}.{address}"
                item.disabled = item.disabled or len(item.custom_id) > MAX_CUSTOM_ID
            elif what.startswith(("follow", "share", "about")):
                item.disabled = True
        elif isinstance(item, ui.Select) and item.custom_id.startswith(("jump", "go")):
            number = item.custom_id.partition(":")[0].lstrip("jumpgo")
            item.custom_id = f"{verb}{number}:{guild}.-"
    return card


async def is_member(client: NewsdeskClient, guild: int, user: int) -> bool:
    """Whether a user is a member of a server that the bot is in, as Discord says now. Raises
    discord.HTTPException."""
    server = await client.find_server(guild)
    if server is None:
        return False
    try:
        await server.fetch_member(user)
    except discord.NotFound:
        return False
    return True


async def resolve_member(bot: NewsdeskClient, guild: int, user: int) -> discord.DMChannel:
    """Returns the direct messages with a member of a server. Raises PermanentDeliveryError and
    TransientDeliveryError."""
    with delivery_errors("bot-removed"):
        if bot.get_guild(guild) is None:
            await bot.fetch_guild(guild)
            raise TransientDeliveryError("the server is not known yet")
        if not await is_member(bot, guild, user):
            raise PermanentDeliveryError("left")
    return await resolve_direct_messages(bot, user)


async def member_viewer(interaction: Interaction, guild: int) -> Viewer:
    """The member as a viewer in this server. Raises NotAllowed("not-a-member")."""
    if not await is_member(interaction.client, guild, interaction.user.id):
        raise NotAllowed("not-a-member")
    return await public_viewer(interaction.client, guild, None)
