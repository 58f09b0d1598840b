"""Follows: searches and threads about whose new matches in a load a channel or a member is notified."""

from __future__ import annotations

from discord import app_commands, ui
from discord.ext import commands

from bot.clock import Clock, system_clock
from bot.domain.digests import MAX_ARTICLES, MAX_SOURCE_TEXT, Frequency, SourceKind, Style
from bot.domain.follows import MAX_NAME, MAX_QUERY, FollowTarget
from bot.domain.search import Filters, SearchField
from bot.ui import router
from bot.ui.digests import drafts
from bot.ui.digests.options import (
    DESCRIPTIONS,
    FREQUENCIES,
    SOURCES,
    STYLES,
    DigestOptions,
    complete_query,
    complete_zone,
)
from bot.ui.follows import views
from bot.ui.follows.direct_messages import for_direct_message, member_viewer
from bot.ui.follows.discord_notifier import DiscordNoticeSender
from bot.ui.kit import autocomplete, leave_out
from bot.ui.kit.autocomplete import SEARCH_FIELDS, SEARCH_HELP, Destination
from bot.ui.kit.card import Card
from bot.ui.kit.channels import ChosenChannel
from bot.ui.kit.component import DynamicComponent
from bot.ui.kit.context import Interaction, NewsdeskClient, Viewer
from bot.ui.kit.error_reply import reply_error
from bot.ui.kit.language import localized, localized_choices, speak_members_language
from bot.ui.kit.responses import respond, update
from bot.ui.kit.routes import number as parse_number

DIRECT_OPTIONS = ("when", "what", "query", "at", "day", "count", "style", "zone")
"""The options of a digest by direct message."""
Number = app_commands.Range[int, 1]


@app_commands.guild_only()
class FollowCommands(commands.GroupCog, name="follow", group_description=localized("command-follow")):
    """Members manage their own follows; moderators, and members who can manage a channel, those of the
    channel."""

    def __init__(self, bot: NewsdeskClient, clock: Clock = system_clock) -> None:
        self._clock = clock
        self._notifier = bot.services.workers.notices(DiscordNoticeSender(bot), clock=clock)
        self._started = False

    @commands.Cog.listener()
    async def on_ready(self) -> None:
        if not self._started:
            self._started = True
            self._notifier.start()

    async def cog_unload(self) -> None:
        await self._notifier.end()

    @commands.Cog.listener()
    async def on_interaction(self, interaction: Interaction) -> None:
        speak_members_language(interaction)
        try:
            filters = leave_out.submitted(interaction, r"f\d+")
            if filters is not None:
                number = parse_number(filters[0][1:])
                await respond(
                    interaction, lambda viewer: views.leave_out(viewer, interaction, number, filters[1])
                )
        except Exception as error:
            await reply_error(interaction, error)

    @app_commands.command(description=localized("command-follow-add"))
    @app_commands.rename(place="in")
    @app_commands.describe(**SEARCH_HELP, channel=localized("option-channel"))
    @app_commands.choices(place=SEARCH_FIELDS)
    @app_commands.autocomplete(query=autocomplete.queries, source=autocomplete.sources)
    async def add(
        self,
        interaction: Interaction,
        query: app_commands.Range[str, 1, MAX_QUERY] | None = None,
        place: SearchField = "both",
        source: app_commands.Range[str, 1, MAX_NAME] | None = None,
        author: app_commands.Range[str, 1, MAX_NAME] | None = None,
        channel: app_commands.Transform[ChosenChannel, Destination] | None = None,
    ) -> None:
        watch = FollowTarget((query or "").strip(), Filters(source, author), place)
        now = self._clock()
        if channel is None:
            await respond(interaction, lambda viewer: views.follow(viewer, interaction, watch, now))
        else:
            await respond(
                interaction,
                lambda viewer: views.follow_in_channel(viewer, interaction, watch, channel, now),
            )

    @app_commands.command(description=localized("command-follow-digest"))
    @app_commands.describe(**{name: localized(DESCRIPTIONS[name]) for name in DIRECT_OPTIONS})
    @app_commands.choices(
        when=localized_choices(FREQUENCIES), what=localized_choices(SOURCES), style=localized_choices(STYLES)
    )
    @app_commands.autocomplete(query=complete_query, zone=complete_zone)
    async def digest(
        self,
        interaction: Interaction,
        when: Frequency,
        what: SourceKind,
        query: app_commands.Range[str, 1, MAX_SOURCE_TEXT] | None = None,
        at: app_commands.Range[str, 1, 20] | None = None,
        day: app_commands.Range[str, 1, 20] | None = None,
        count: app_commands.Range[int, 1, MAX_ARTICLES] | None = None,
        style: Style | None = None,
        zone: app_commands.Range[str, 1, 60] | None = None,
    ) -> None:
        options = DigestOptions(when, what, query=query, at=at, day=day, count=count, style=style, zone=zone)
        await respond(
            interaction, lambda viewer: drafts.create_direct(viewer, interaction, options, self._clock())
        )

    @app_commands.command(name="list", description=localized("command-follow-list"))
    async def list_follows(self, interaction: Interaction) -> None:
        await respond(interaction, lambda viewer: views.listing(viewer, interaction, self._clock()))

    @app_commands.command(description=localized("command-follow-remove"))
    @app_commands.describe(follow=localized("option-follow"))
    @app_commands.autocomplete(follow=views.complete_follow)
    async def remove(self, interaction: Interaction, follow: app_commands.Range[int, 1]) -> None:
        await respond(interaction, lambda viewer: views.change(viewer, interaction, "unfollow", follow))


class FollowButton(DynamicComponent, template=r"(?P<verb>follow|here)\d+:(?P<address>.+)"):
    """The buttons that follow a card's subject: for the member, or for this channel."""

    async def on_press(self, interaction: Interaction) -> None:
        route, in_channel = self.match["address"], self.match["verb"] == "here"
        await respond(
            interaction,
            lambda viewer: views.follow_route(
                viewer, interaction, route, system_clock(), in_channel=in_channel
            ),
        )


class FollowChange(
    DynamicComponent, template=r"(?P<verb>mute|unmute|unfollow)\d+:(?P<follow>\d+)(\.[0-9a-f]{16})?"
):
    """The buttons Mute, Resume and Remove; on a notice the custom_id contains the nonce that identifies
    it."""

    async def on_press(self, interaction: Interaction) -> None:
        verb, number = self.match["verb"], int(self.match["follow"])
        await respond(interaction, lambda viewer: views.change(viewer, interaction, verb, number))


class LeaveOutButton(DynamicComponent, template=r"omit\d+:(?P<follow>\d+)"):
    """The button that asks what a follow leaves out."""

    async def on_press(self, interaction: Interaction) -> None:
        form = await views.leave_out_form(interaction, int(self.match["follow"]))
        await interaction.response.send_modal(form)


class FollowChoice(DynamicComponent, template=r"(?P<verb>mutes|follows)\d+:.+"):
    """Select menus of follows: the chosen one is muted, or shown."""

    async def on_press(self, interaction: Interaction) -> None:
        number = self.chosen_number
        if self.match["verb"] == "mutes":
            await respond(interaction, lambda viewer: views.change(viewer, interaction, "mute", number))
        else:
            await respond(interaction, lambda viewer: views.show(viewer, interaction, number))


class DirectMessageItem(DynamicComponent, template=r"(?P<verb>home|open)\d+:(?P<guild>\d+)\.(?P<address>.+)"):
    """Buttons and select menus of a server's cards in a direct message."""

    async def on_press(self, interaction: Interaction) -> None:
        guild = int(self.match["guild"])
        route = self.chosen if isinstance(self.item, ui.Select) else self.match["address"]

        async def render(_: Viewer) -> Card:
            viewer = await member_viewer(interaction, guild)
            return for_direct_message(await router.open_route(viewer, route), guild)

        await (update if self.match["verb"] == "home" else respond)(interaction, render)


async def setup(bot: NewsdeskClient) -> None:
    bot.add_dynamic_items(FollowButton, FollowChange, LeaveOutButton, FollowChoice, DirectMessageItem)
    await bot.add_cog(FollowCommands(bot))
