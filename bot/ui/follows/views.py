"""Views of `/follow` and the Follow buttons: carry out what was requested and render its card."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress
from datetime import datetime

import discord
from discord import app_commands

from bot.domain.exclusions import Exclusions
from bot.domain.follows import Follow, FollowTarget
from bot.errors import NotAllowed, NotFound
from bot.i18n import msg
from bot.services import Services
from bot.ui.digests import cards as digest_cards
from bot.ui.digests.channel_choice import choose_message_channel
from bot.ui.follows import cards, strings
from bot.ui.follows.direct_messages import member_viewer
from bot.ui.kit import routes
from bot.ui.kit.card import Card, Colour
from bot.ui.kit.channels import ChosenChannel
from bot.ui.kit.context import Interaction, Viewer, is_moderator, person, viewer_of
from bot.ui.kit.format import dotted
from bot.ui.kit.leave_out import LeaveOutForm
from bot.ui.kit.limits import MAX_OPTION_TEXT, MAX_OPTIONS
from bot.ui.kit.stored_searches import load_search
from bot.ui.kit.truncate import label


async def _watch_of(services: Services, route: str) -> FollowTarget:
    """The subject of the Follow button on the card at this route. Raises NotFound("stale-button")."""
    try:
        kind, values = routes.parse(route)
    except ValueError:
        raise NotFound("stale-button") from None
    if kind is routes.article:
        return FollowTarget(article=values[0])
    if kind is not routes.search:
        raise NotFound("stale-button")
    _, how, serialized = values
    search, query, filters = await load_search(services.key_value, how, serialized)
    return FollowTarget(query, filters, search.place)


async def follow(viewer: Viewer, interaction: Interaction, watch: FollowTarget, now: datetime) -> Card:
    """Adds a follow for the member."""
    return await _add(viewer, interaction, watch, now)


async def follow_in_channel(
    viewer: Viewer, interaction: Interaction, watch: FollowTarget, chosen: ChosenChannel | None, now: datetime
) -> Card:
    """Adds a follow for the chosen channel, or the current one. Raises NotAllowed("follow-needs-manage"), and
    what `choose_message_channel` raises."""
    permissions = interaction.permissions if chosen is None else chosen.permissions
    if not (viewer.moderator or permissions.manage_channels):
        raise NotAllowed("follow-needs-manage")
    channel = await choose_message_channel(interaction, chosen)
    return await _add(viewer, interaction, watch, now, channel=channel.id)


async def follow_route(
    viewer: Viewer, interaction: Interaction, route: str, now: datetime, *, in_channel: bool
) -> Card:
    """Follows the subject of the card at a route: for the member, with an offer to follow it in this channel
    if they can manage that, or for this channel. Raises NotAllowed("server-only"), NotFound("stale-button")
    and what `follow_in_channel` raises."""
    if viewer.scope.guild is None:
        raise NotAllowed("server-only")
    watch = await _watch_of(viewer.services, route)
    if in_channel:
        return await follow_in_channel(viewer, interaction, watch, None, now)
    may = viewer.moderator or interaction.permissions.manage_channels
    return await _add(viewer, interaction, watch, now, here=route if may else None)


async def _add(
    viewer: Viewer,
    interaction: Interaction,
    watch: FollowTarget,
    now: datetime,
    *,
    channel: int | None = None,
    here: str | None = None,
) -> Card:
    guild, where = viewer.scope.guild or 0, channel or interaction.user.id
    if watch.article is not None:
        # Members cannot follow what they cannot see.
        await viewer.services.archive.article(viewer.scope, watch.article)
    follow, new = await viewer.services.follows.add(
        guild, where, watch, person(interaction), now, direct=channel is None
    )
    what = await _describe(viewer, follow)
    if channel is None:
        text = msg("follow-added" if new else "follow-known", what=what)
    else:
        channel_name = f"<#{channel}>"
        text = msg("follow-added-here" if new else "follow-known-here", what=what, channel=channel_name)
    return cards.follow_card(follow, text, here=here)


async def show(viewer: Viewer, interaction: Interaction, number: int) -> Card:
    """One follow. Raises NotFound("no-such-follow"), NotAllowed("not-your-follow")."""
    follow = await _changeable(interaction, viewer.scope.guild or 0, number)
    what = await _describe(viewer, follow)
    channel = "" if follow.direct else f"<#{follow.where}>"
    text = f"**{follow.id}** {dotted(channel, what, strings.state(follow))}"
    return cards.follow_card(follow, text, here=None)


async def leave_out_form(interaction: Interaction, number: int) -> LeaveOutForm:
    """The form of what a follow leaves out. Raises what `show` raises."""
    follow = await _changeable(interaction, interaction.guild_id or 0, number)
    return LeaveOutForm(f"f{number}", follow.leave_out)


async def leave_out(viewer: Viewer, interaction: Interaction, number: int, exclusions: Exclusions) -> Card:
    """Changes what a follow leaves out. Raises what `show` raises."""
    guild = viewer.scope.guild or 0
    await _changeable(interaction, guild, number)
    await viewer.services.follows.leave_out(guild, number, exclusions)
    return await show(viewer, interaction, number)


async def change(viewer: Viewer, interaction: Interaction, verb: str, number: int) -> Card:
    """Mutes, resumes (`unmute`) or removes (`unfollow`) a follow. Raises NotFound("no-such-follow"),
    NotAllowed("not-your-follow" | "not-a-member")."""
    follows = viewer.services.follows
    # In a direct message, the follow determines the server.
    guild = viewer.scope.guild or await follows.guild_of(number) or 0
    follow = await _changeable(interaction, guild, number)
    if viewer.scope.guild != guild:
        viewer = await member_viewer(interaction, guild)
    what = await _describe(viewer, follow)
    if verb == "mute":
        await follows.mute(guild, number)
        text = msg("follow-now-muted", what=what, list=viewer.mention_command("follow list"))
    elif verb == "unmute":
        await follows.resume(guild, number)
        text = msg("follow-now-resumed", what=what)
    else:
        await follows.remove(guild, number)
        text = msg("follow-now-removed", what=what)
    return Card(Colour.SEARCH, text)


async def listing(viewer: Viewer, interaction: Interaction, now: datetime) -> Card:
    """The follows of the member and of this channel; for moderators, of every channel of the server."""
    guild, member = viewer.scope.guild or 0, interaction.user.id
    follows = viewer.services.follows
    own = await follows.follows(guild, member)
    channels = await follows.follows(guild, None if viewer.moderator else interaction.channel_id)
    held = await follows.held_back(guild, member, now)
    nothing = msg("follow-none", add=viewer.mention_command("follow add"))
    more = msg("follow-held-back", count=held, catchup=viewer.mention_command("catchup")) if held else ""
    waiting = await follows.waiting(viewer.scope)
    early = msg("load-waiting", count=waiting) if waiting else ""
    titled = await with_titles(viewer, own), await with_titles(viewer, channels)
    card = cards.listing(*titled, nothing, dotted(more, early))
    digest_cards.add_direct(card, await viewer.services.digests.schedules_of(guild, member))
    return card


async def complete_follow(interaction: Interaction, typed: str) -> list[app_commands.Choice[int]]:
    """Completes the follows that the member can change."""
    guild = interaction.guild_id or 0
    follows = interaction.client.services.follows
    own = await follows.follows(guild, interaction.user.id)
    channels = [follow for follow in await follows.follows(guild) if await _may_change(interaction, follow)]
    named = [
        (f"{follow.id}. {strings.unescaped(follow.watch, title)}", follow.id)
        for follow, title in await with_titles(await viewer_of(interaction), [*own, *channels])
    ]
    return [
        app_commands.Choice(name=label(name, MAX_OPTION_TEXT), value=number)
        for name, number in named
        if typed.casefold() in name.casefold()
    ][:MAX_OPTIONS]


async def with_titles(viewer: Viewer, follows: Iterable[Follow]) -> list[cards.TitledFollow]:
    """Pairs each follow with the title of the article that it follows, or None."""
    return [(follow, await _title(viewer, follow)) for follow in follows]


async def _title(viewer: Viewer, follow: Follow) -> str | None:
    if follow.watch.article is not None:
        with suppress(NotFound):
            return (await viewer.services.archive.article(viewer.scope, follow.watch.article)).title
    return None


async def _describe(viewer: Viewer, follow: Follow) -> str:
    return strings.describe_watch(follow.watch, await _title(viewer, follow))


async def _changeable(interaction: Interaction, guild: int, number: int) -> Follow:
    """A follow that the member can change. Raises what `show` raises."""
    follow = await interaction.client.services.follows.follow(guild, number)
    if not await _may_change(interaction, follow):
        raise NotAllowed("not-your-follow")
    return follow


async def _may_change(interaction: Interaction, follow: Follow) -> bool:
    """Whether the follow is the member's own, or belongs to a channel that they can manage."""
    if follow.direct:
        return follow.where == interaction.user.id
    settings = await interaction.client.services.settings.get(follow.guild)
    if interaction.guild_id == follow.guild and is_moderator(interaction, settings):
        return True
    if interaction.channel_id == follow.where:
        return interaction.permissions.manage_channels
    guild, user = interaction.guild, interaction.user
    channel = guild.get_channel_or_thread(follow.where) if guild is not None else None
    if channel is None or not isinstance(user, discord.Member):
        return False
    return channel.permissions_for(user).manage_channels
