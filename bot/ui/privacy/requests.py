"""Requests of authors to be erased: the card on which moderators decide, and the notice of their decision."""

from __future__ import annotations

import logging
from contextlib import suppress

import discord

from bot.domain.privacy import ErasureRequest
from bot.errors import NotAllowed
from bot.i18n import msg, use_language
from bot.services import Services
from bot.ui.kit.card import Button, Card, Colour
from bot.ui.kit.channels import MessageChannel
from bot.ui.kit.context import Interaction, NewsdeskClient, Viewer, public_language, server_of
from bot.ui.kit.delivery import notify_user
from bot.ui.kit.format import small
from bot.ui.kit.markdown import line, one_line, time
from bot.ui.kit.permissions import can_post
from bot.ui.kit.truncate import truncate
from bot.ui.privacy.strings import what_is_here

_log = logging.getLogger(__name__)


async def request(viewer: Viewer, interaction: Interaction, author: str, note: str) -> Card:
    """Stores a request of the member and shows it to the moderators. The reply is the same whether or not the
    archive has that author. Raises NotAllowed("server-only") and what `PrivacyService.request` raises."""
    guild, services = server_of(interaction), viewer.services
    if guild is None:
        raise NotAllowed("server-only")
    stored, new = await services.privacy.request(guild, interaction.user.id, author, note)
    if new:
        await _show_moderators(interaction.client, stored)
    contact = services.privacy.policy.contact
    shared = msg("request-shared-contact", contact=one_line(contact)) if contact else msg("request-shared")
    return Card(Colour.ABOUT, msg("request-sent", name=truncate(stored.author, 160)), small(shared))


async def open_requests(viewer: Viewer) -> Card:
    """The oldest undecided request, and how many others there are. Raises NotAllowed("moderators-only")."""
    guild = viewer.moderated_guild()
    requests = await viewer.services.privacy.open_requests(guild)
    if not requests:
        return Card(Colour.ABOUT, msg("request-none"))
    card = await request_card(viewer.services, requests[0])
    if len(requests) > 1:
        card.add_text(small(msg("request-more", count=len(requests) - 1)))
    return card


async def request_card(services: Services, request: ErasureRequest) -> Card:
    """A request with both buttons, in the current language."""
    preview = await services.erasure.preview(request.guild, request.author)
    name = truncate(request.author, 160)
    card = Card(Colour.ABOUT, msg("request-card", member=f"<@{request.member}>", name=name))
    card.add_text(f"> {line(request.note)}" if request.note else "")
    counts = what_is_here(preview, line)[:2]
    card.add_text(*counts, msg("privacy-effect"))
    card.add_text(small(msg("request-check")), small(time(request.made_at, "f")))
    number = str(request.id)
    card.add_buttons(
        Button(msg("request-grant"), f"grant.{number}", "request", danger=True),
        Button(msg("request-decline"), f"decline.{number}", "request"),
    )
    return card


def decided_card(member: int, by: str, *, granted: bool) -> Card:
    """A request that was decided; its name is not shown any more."""
    what = "granted" if granted else "declined"
    return Card(Colour.ABOUT, msg("request-decided", what=what, member=f"<@{member}>", by=by))


async def notify_member(interaction: Interaction, request: ErasureRequest, *, granted: bool) -> None:
    """Sends the member the decision as a direct message, if they take those."""
    server = interaction.guild.name if interaction.guild else str(request.guild)
    with use_language(await public_language(interaction.client, request.guild)):
        what = "granted" if granted else "declined"
        text = msg("request-answer", what=what, server=line(server))
    with suppress(discord.HTTPException):
        await notify_user(interaction.client, request.member, text, f"q{request.id}")


async def _show_moderators(bot: NewsdeskClient, request: ErasureRequest) -> None:
    """Sends the card to the channel for moderators, else a notice to the server's owner. If neither can be
    reached, the request waits in the list of open ones."""
    guild = bot.get_guild(request.guild)
    if guild is None:
        return
    with use_language(await public_language(bot, guild.id)):
        card = await request_card(bot.services, request)
        listed = msg(
            "request-owner", server=line(guild.name), command=bot.mention_command("archive requests")
        )
    settings = await bot.services.settings.get(guild.id)
    channel = guild.get_channel_or_thread(settings.moderator_channel or 0)
    try:
        if isinstance(channel, MessageChannel) and can_post(channel.permissions_for(guild.me), channel):
            await channel.send(view=card)
        elif guild.owner_id is not None:
            await notify_user(bot, guild.owner_id, listed, f"r{request.id}")
    except discord.HTTPException as error:
        _log.warning("a request to be erased waits in the list only: %s", error)
