"""Follows: searches and threads of which a channel or a member is told when a load brings something new."""

from __future__ import annotations

from typing import Any, Literal

import discord
from discord import app_commands, ui
from discord.ext import commands

from bot.clock import Clock, system_clock
from bot.domain.follows import MOST_NAME, MOST_QUERY, Follow, Watch
from bot.domain.search import Filters
from bot.errors import NotAllowed
from bot.services.follows.notifier import Notifier
from bot.ui import router
from bot.ui.digests.channel_choice import choose_message_channel
from bot.ui.follows import cards, direct_messages, strings, views
from bot.ui.follows.discord_notifier import DiscordNoticeSender
from bot.ui.kit import autocomplete
from bot.ui.kit.autocomplete import Destination
from bot.ui.kit.card import Card
from bot.ui.kit.channels import ChosenChannel
from bot.ui.kit.component import DynamicComponent
from bot.ui.kit.context import Interaction, NewsdeskClient, Viewer, is_moderator, person, viewer_of
from bot.ui.kit.limits import MAX_OPTION_TEXT, MAX_OPTIONS
from bot.ui.kit.responses import respond, update
from bot.ui.kit.truncate import label

Number = app_commands.Range[int, 1]


@app_commands.guild_only()
class FollowCommands(
    commands.GroupCog, name="follow", description="Be told when a load brings something new"
):
    """Members follow for themselves; for a channel moderators do, and who may manage it."""

    def __init__(self, bot: NewsdeskClient, clock: Clock = system_clock) -> None:
        self._clock = clock
        self._notifier = Notifier(
            bot.services.follows, bot.services.posts, DiscordNoticeSender(bot), clock=clock
        )
        self._started = False

    @commands.Cog.listener()
    async def on_ready(self) -> None:
        if not self._started:
            self._started = True
            self._notifier.start()

    async def cog_unload(self) -> None:
        await self._notifier.end()

    @app_commands.command()
    @app_commands.rename(place="in")
    @app_commands.describe(
        query='Words, "these in a row", -without, one OR other, begin*',
        place="Where to look; both if not given",
        source="Only articles of this site",
        author="Only what this person posted or wrote",
        channel="Tell this channel instead of you; for moderators and who may manage it",
    )
    @app_commands.autocomplete(query=autocomplete.queries, source=autocomplete.sources)
    async def add(
        self,
        interaction: Interaction,
        query: app_commands.Range[str, 1, MOST_QUERY] | None = None,
        place: Literal["articles", "comments", "both"] = "both",
        source: app_commands.Range[str, 1, MOST_NAME] | None = None,
        author: app_commands.Range[str, 1, MOST_NAME] | None = None,
        channel: app_commands.Transform[ChosenChannel, Destination] | None = None,
    ) -> None:
        """Follow a search: you, or a channel, are told when a load brings new threads for it"""
        watch = Watch((query or "").strip(), Filters(source, author), place)

        async def draw(viewer: Viewer) -> Card:
            by = person(interaction)
            if channel is None:
                return await views.follow(viewer, interaction.user.id, watch, by, self._clock(), direct=True)
            if not (viewer.moderator or channel.permissions.manage_channels):
                raise NotAllowed("follow-needs-manage")
            there = await choose_message_channel(interaction, channel)
            return await views.follow(viewer, there.id, watch, by, self._clock(), direct=False)

        await respond(interaction, draw)

    @app_commands.command(name="list")
    async def list_follows(self, interaction: Interaction) -> None:
        """List what you and this channel follow, to mute or remove it"""

        async def draw(viewer: Viewer) -> Card:
            channel = None if viewer.moderator else interaction.channel_id
            return await views.listing(viewer, interaction.user.id, channel, self._clock())

        await respond(interaction, draw)

    @app_commands.command()
    @app_commands.describe(follow="Which follow")
    async def remove(self, interaction: Interaction, follow: Number) -> None:
        """Stop following"""

        async def draw(viewer: Viewer) -> Card:
            return await _change(interaction, viewer, "unfollow", follow)

        await respond(interaction, draw)

    @remove.autocomplete("follow")
    async def _follows(self, interaction: Interaction, typed: str) -> list[app_commands.Choice[int]]:
        guild = interaction.guild_id or 0
        services = interaction.client.services
        found = [
            *await services.follows.follows(guild, interaction.user.id),
            *[of for of in await services.follows.follows(guild) if await _may_change(interaction, of)],
        ]
        scope = (await viewer_of(interaction)).scope
        titles = [await views.title(services, scope, of) for of in found]
        named = [
            (f"{of.id}. {strings.option_label(of.watch, title)}", of.id)
            for of, title in zip(found, titles, strict=True)
        ]
        wanted = typed.casefold()
        return [
            app_commands.Choice(name=label(name, MAX_OPTION_TEXT), value=number)
            for name, number in named
            if wanted in name.casefold()
        ][:MAX_OPTIONS]


async def _may_change(interaction: Interaction, follow: Follow) -> bool:
    """Whether the asker may change a follow: their own, or one of a channel that they look after."""
    if follow.direct:
        return follow.where == interaction.user.id
    settings = await interaction.client.services.settings.get(follow.guild)
    if interaction.guild_id == follow.guild and is_moderator(interaction, settings):
        return True
    return _manages(interaction, follow.where)


def _manages(interaction: Interaction, channel: int) -> bool:
    if interaction.channel_id == channel:
        return interaction.permissions.manage_channels
    guild, user = interaction.guild, interaction.user
    place = guild.get_channel_or_thread(channel) if guild is not None else None
    return (
        place is not None and isinstance(user, discord.Member) and place.permissions_for(user).manage_channels
    )


async def _change(interaction: Interaction, viewer: Viewer, verb: str, number: int) -> Card:
    """Does it to a follow that the asker may change. Raises NotFound("no-such-follow"),
    NotAllowed("not-your-follow")."""
    follows = viewer.services.follows
    guild = viewer.scope.guild
    if guild is None:  # a direct message: the follow tells the server
        guild = await follows.guild_of(number) or 0
    follow = await follows.follow(guild, number)
    if not await _may_change(interaction, follow):
        raise NotAllowed("not-your-follow")
    what = await views.describe(
        viewer.services, (await _reader_in_server(interaction, viewer, follow)).scope, follow
    )
    match verb:
        case "mute":
            await follows.mute(guild, number)
            return cards.text(strings.MUTED.format(what=what, list=viewer.mention_command("follow list")))
        case "unmute":
            await follows.resume(guild, number)
            return cards.text(strings.RESUMED.format(what=what))
        case _:
            await follows.remove(guild, number)
            return cards.text(strings.REMOVED.format(what=what))


async def _reader_in_server(interaction: Interaction, viewer: Viewer, follow: Follow) -> Viewer:
    return (
        viewer
        if viewer.scope.guild == follow.guild
        else await direct_messages.member_viewer(interaction, follow.guild)
    )


class FollowButton(DynamicComponent, template=r"(?P<verb>follow|here)\d+:(?P<address>.+)"):
    """Follows what a card shows: for the presser, or for this channel."""

    async def on_press(self, interaction: Interaction) -> None:
        where, here = self.match["address"], self.match["verb"] == "here"

        async def draw(viewer: Viewer) -> Card:
            if viewer.scope.guild is None:
                raise NotAllowed("server-only")
            watch = await views.watch_at(viewer.services, where)
            may = viewer.moderator or interaction.permissions.manage_channels
            by, now = person(interaction), system_clock()
            if not here:
                offered = where if may else None
                user = interaction.user.id
                return await views.follow(viewer, user, watch, by, now, direct=True, here=offered)
            if not may:
                raise NotAllowed("follow-needs-manage")
            place = await choose_message_channel(interaction, None)
            return await views.follow(viewer, place.id, watch, by, now, direct=False)

        await respond(interaction, draw)


class FollowChange(
    DynamicComponent, template=r"(?P<verb>mute|unmute|unfollow)\d+:(?P<follow>\d+)(\.[0-9a-f]{16})?"
):
    """Mute, Go on and Remove; on a notice its id is also the mark by which the message is found again."""

    async def on_press(self, interaction: Interaction) -> None:
        verb, number = self.match["verb"], int(self.match["follow"])
        await respond(interaction, lambda viewer: _change(interaction, viewer, verb, number))


class FollowChoice(DynamicComponent, template=r"(?P<verb>mutes|follows)\d+:.+"):
    """Lists of follows: one is muted, or shown."""

    async def on_press(self, interaction: Interaction) -> None:
        assert isinstance(self.item, ui.Select)  # noqa: S101 - only lists have such an id
        number = int(self.item.values[0])

        async def draw(viewer: Viewer) -> Card:
            if self.match["verb"] == "mutes":
                return await _change(interaction, viewer, "mute", number)
            of = await viewer.services.follows.follow(viewer.scope.guild or 0, number)
            if not await _may_change(interaction, of):
                raise NotAllowed("not-your-follow")
            return await views.show(viewer, of)

        await respond(interaction, draw)


class DirectMessageItem(DynamicComponent, template=r"(?P<verb>home|open)\d+:(?P<guild>\d+)\.(?P<address>.+)"):
    """Buttons and lists of a server's cards in a direct message."""

    async def on_press(self, interaction: Interaction) -> None:
        guild, address = (
            int(self.match["guild"]),
            direct_messages.chosen_address(self.item, self.match["address"]),
        )

        async def draw(_: Viewer) -> Any:
            return direct_messages.for_direct_message(
                await router.open_route(await direct_messages.member_viewer(interaction, guild), address),
                guild,
            )

        await (update if self.match["verb"] == "home" else respond)(interaction, draw)


async def setup(bot: NewsdeskClient) -> None:
    bot.add_dynamic_items(FollowButton, FollowChange, FollowChoice, DirectMessageItem)
    await bot.add_cog(FollowCommands(bot))
