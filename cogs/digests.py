"""Digests that Newsdesk posts by itself: planned, listed and explained, and one for whoever asks now."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from discord import app_commands
from discord.ext import commands

from bot.clock import Clock, system_clock
from bot.domain.digests import (
    MOST_ARTICLES,
    MOST_DAYS,
    MOST_LATE,
    MOST_TAG,
    MOST_TEXT,
    Choice,
    Every,
    Plan,
    Style,
    Timing,
    What,
)
from bot.services.digests.publisher import Runner
from bot.ui.digests import options as planning
from bot.ui.digests import strings, views
from bot.ui.digests.discord_publisher import DiscordDigestSender
from bot.ui.digests.views import DigestDraft
from bot.ui.help.command_list import FOR_MODERATORS
from bot.ui.kit import autocomplete, notices
from bot.ui.kit.autocomplete import TITLE, Destination, When
from bot.ui.kit.card import Card
from bot.ui.kit.channels import ChosenChannel
from bot.ui.kit.component import DynamicComponent
from bot.ui.kit.context import (
    Interaction,
    NewsdeskClient,
    Viewer,
    is_age_restricted,
    moderated_guild,
    person,
    viewer_of,
)
from bot.ui.kit.responses import replace_card, respond

Number = app_commands.Range[int, 1]
OPTIONS = {
    "query": "The search, source or subreddit, where `what` is one of these",
    "channel": "Where to post: a channel, thread or forum; the digest channel or here if not given",
    "at": "Local time, such as 8:30; 08:00 if not given",
    "day": "Weekly: monday to sunday. Monthly: 1 to 31",
    "cron": "For experts: five fields, such as 30 8 * * 1-5; goes before `when`",
    "zone": "Time zone, such as Europe/Berlin; the server's if not given",
    "count": "How many articles at most; 5 if not given",
    "style": "How much of each",
    "days": "Most discussed of so many days; 0 is all time",
    "late": "Post a missed one up to so many hours late; 0 skips it",
    "skip_empty": "Post nothing when there is nothing",
    "quiet": "Hours in which nothing is posted, such as 22:00-7:00, or off",
    "thread": "Open a thread on each post",
    "tag": "In a forum: the tag of each post",
}
"""What the options say that `create` and `edit` have in common."""
WHAT = [
    app_commands.Choice(name="what came in since the last one", value="newest"),
    app_commands.Choice(name="on this day in earlier years", value="on-this-day"),
    app_commands.Choice(name="most discussed of a period", value="most-discussed"),
    app_commands.Choice(name="a saved search", value="search"),
    app_commands.Choice(name="a source", value="source"),
    app_commands.Choice(name="a subreddit", value="subreddit"),
    app_commands.Choice(name="a random pick", value="random"),
]
STYLE = [
    app_commands.Choice(name="headlines", value="headlines"),
    app_commands.Choice(name="summaries", value="summaries"),
    app_commands.Choice(name="with comment digests", value="digests"),
]


@app_commands.guild_only()
class DigestCommands(commands.GroupCog, name="digest", description="Digests that are posted by themselves"):
    """Planning is for moderators; `now` is for everybody."""

    def __init__(self, bot: NewsdeskClient, clock: Clock = system_clock) -> None:
        self._clock = clock
        self._publisher = Runner(
            bot.services.digests, bot.services.posts, DiscordDigestSender(bot), clock=clock
        )
        self._started = False

    @commands.Cog.listener()
    async def on_ready(self) -> None:
        if not self._started:
            self._started = True
            self._publisher.start()

    async def cog_unload(self) -> None:
        await self._publisher.end()

    @app_commands.command(extras=FOR_MODERATORS)
    @app_commands.describe(when="How often", what="What to post", **OPTIONS)
    @app_commands.choices(what=WHAT, style=STYLE)
    @app_commands.autocomplete(zone=planning.complete_zone, query=planning.complete_query)
    async def create(
        self,
        interaction: Interaction,
        when: Every,
        what: What,
        query: app_commands.Range[str, 1, MOST_TEXT] | None = None,
        channel: app_commands.Transform[ChosenChannel, Destination] | None = None,
        at: app_commands.Range[str, 1, 20] | None = None,
        day: app_commands.Range[str, 1, 20] | None = None,
        cron: app_commands.Range[str, 1, 100] | None = None,
        zone: app_commands.Range[str, 1, 60] | None = None,
        count: app_commands.Range[int, 1, MOST_ARTICLES] | None = None,
        style: Style | None = None,
        days: app_commands.Range[int, 0, MOST_DAYS] | None = None,
        late: app_commands.Range[int, 0, MOST_LATE] | None = None,
        skip_empty: bool | None = None,
        quiet: app_commands.Range[str, 1, 40] | None = None,
        thread: bool | None = None,
        tag: app_commands.Range[str, 1, MOST_TAG] | None = None,
    ) -> None:
        """Plan a digest: see it, its next runs and its last days before it is saved"""
        given = planning.DigestOptions(
            when, what, query, at, day, cron, zone, count, style, days, late, skip_empty, quiet, thread, tag
        )

        async def draw(viewer: Viewer) -> Card:
            guild = viewer.moderated_guild()
            settings = await viewer.services.settings.get(guild)
            place = await planning.choose_channel(
                interaction, channel, settings.digest_channel, thread=bool(thread)
            )
            fresh = Plan(guild, place.id, Timing("daily", zone=settings.zone), Choice("newest"))
            plan = replace(planning.apply(fresh, given, place), planned_in=interaction.channel_id)
            draft = DigestDraft(plan, str(interaction.id), self._clock(), is_age_restricted(place))
            return await views.preview(viewer.services, draft)

        await respond(interaction, draw)

    @app_commands.command(extras=FOR_MODERATORS)
    @app_commands.describe(digest="Which digest", when="How often", what="What to post", **OPTIONS)
    @app_commands.choices(what=WHAT, style=STYLE)
    @app_commands.autocomplete(digest=planning.complete_digest)
    @app_commands.autocomplete(zone=planning.complete_zone, query=planning.complete_query)
    async def edit(
        self,
        interaction: Interaction,
        digest: Number,
        when: Every | None = None,
        what: What | None = None,
        query: app_commands.Range[str, 1, MOST_TEXT] | None = None,
        channel: app_commands.Transform[ChosenChannel, Destination] | None = None,
        at: app_commands.Range[str, 1, 20] | None = None,
        day: app_commands.Range[str, 1, 20] | None = None,
        cron: app_commands.Range[str, 1, 100] | None = None,
        zone: app_commands.Range[str, 1, 60] | None = None,
        count: app_commands.Range[int, 1, MOST_ARTICLES] | None = None,
        style: Style | None = None,
        days: app_commands.Range[int, 0, MOST_DAYS] | None = None,
        late: app_commands.Range[int, 0, MOST_LATE] | None = None,
        skip_empty: bool | None = None,
        quiet: app_commands.Range[str, 1, 40] | None = None,
        thread: bool | None = None,
        tag: app_commands.Range[str, 1, MOST_TAG] | None = None,
    ) -> None:
        """Change a digest: see it as it would be before it is saved; what is left out stays"""
        given = planning.DigestOptions(
            when, what, query, at, day, cron, zone, count, style, days, late, skip_empty, quiet, thread, tag
        )

        async def draw(viewer: Viewer) -> Card:
            was = (await viewer.services.digests.schedule(viewer.moderated_guild(), digest)).plan
            place = await planning.edited_channel(interaction, was, channel, given)
            plan = planning.apply(was, given, place)
            draft = DigestDraft(
                plan, str(interaction.id), self._clock(), is_age_restricted(place), digest, was
            )
            return await views.preview(viewer.services, draft)

        await respond(interaction, draw)

    @app_commands.command(name="list", extras=FOR_MODERATORS)
    async def list_schedules(self, interaction: Interaction) -> None:
        """List what is scheduled here"""
        await respond(interaction, views.listing)

    @app_commands.command(extras=FOR_MODERATORS)
    @app_commands.describe(digest="Which digest")
    @app_commands.autocomplete(digest=planning.complete_digest)
    async def show(self, interaction: Interaction, digest: Number) -> None:
        """Show all that was chosen for a digest, and how it stands"""
        await respond(interaction, lambda viewer: views.show(viewer, digest))

    @app_commands.command(extras=FOR_MODERATORS)
    @app_commands.describe(digest="Which digest")
    @app_commands.autocomplete(digest=planning.complete_digest)
    async def pause(self, interaction: Interaction, digest: Number) -> None:
        """Stop a digest until it is resumed"""

        async def draw(viewer: Viewer) -> Card:
            await viewer.services.digests.pause(viewer.moderated_guild(), digest)
            resume = viewer.mention_command("digest resume")
            return notices.text(strings.PAUSED.format(number=digest, resume=resume))

        await respond(interaction, draw)

    @app_commands.command(extras=FOR_MODERATORS)
    @app_commands.describe(digest="Which digest")
    @app_commands.autocomplete(digest=planning.complete_digest)
    async def resume(self, interaction: Interaction, digest: Number) -> None:
        """Go on with a paused digest"""

        async def draw(viewer: Viewer) -> Card:
            plan = (await viewer.services.digests.schedule(viewer.moderated_guild(), digest)).plan
            await planning.require_channel(interaction, plan, digest)
            return await views.resume(viewer, digest, self._clock())

        await respond(interaction, draw)

    @app_commands.command(extras=FOR_MODERATORS)
    @app_commands.describe(digest="Which digest")
    @app_commands.autocomplete(digest=planning.complete_digest)
    async def delete(self, interaction: Interaction, digest: Number) -> None:
        """Delete a digest; what it posted stays"""
        await respond(interaction, lambda viewer: views.delete(viewer, digest))

    @app_commands.command(extras=FOR_MODERATORS)
    @app_commands.describe(digest="Which digest")
    @app_commands.autocomplete(digest=planning.complete_digest)
    async def run(self, interaction: Interaction, digest: Number) -> None:
        """Post a digest now, beside its own times"""

        async def draw(viewer: Viewer) -> Card:
            plan = (await viewer.services.digests.schedule(viewer.moderated_guild(), digest)).plan
            await planning.require_channel(interaction, plan, digest)
            return await views.run_now(viewer, digest, self._clock())

        await respond(interaction, draw)

    @app_commands.command(extras=FOR_MODERATORS)
    @app_commands.describe(digest="Which digest")
    @app_commands.autocomplete(digest=planning.complete_digest)
    async def history(self, interaction: Interaction, digest: Number) -> None:
        """What became of the last posts, each with its link"""
        await respond(interaction, lambda viewer: views.history(viewer, digest))

    @app_commands.command(extras=FOR_MODERATORS)
    @app_commands.describe(
        digest="Which digest",
        article="Why this article was posted or not",
        at="Why the post nearest to this time was as it was, such as 2024-03-12 08:00",
    )
    @app_commands.autocomplete(digest=planning.complete_digest)
    @app_commands.autocomplete(article=autocomplete.titles)
    async def why(
        self,
        interaction: Interaction,
        digest: Number,
        article: TITLE | None = None,
        at: app_commands.Transform[datetime, When] | None = None,
    ) -> None:
        """Why something was posted or was not, and when its next chance is"""

        async def draw(viewer: Viewer) -> Card:
            plan = (await viewer.services.digests.schedule(viewer.moderated_guild(), digest)).plan
            place = await planning.current_channel(interaction, plan)
            adult = is_age_restricted(place)
            return await views.why(viewer, digest, self._clock(), article, at, adult=adult)

        await respond(interaction, draw)

    @app_commands.command()
    @app_commands.describe(topic="Words, as for a search")
    async def now(self, interaction: Interaction, topic: app_commands.Range[str, 1, 200]) -> None:
        """A digest of one topic, for you"""
        await respond(interaction, lambda viewer: views.topic(viewer, topic))


class DraftButton(DynamicComponent, template=r"plan\d+:(?P<draft>[0-9a-f]{20}|-)"):
    """Save and Cancel of a preview."""

    async def on_press(self, interaction: Interaction) -> None:
        guild = await moderated_guild(interaction)
        name = self.match["draft"]
        if name == "-":
            await replace_card(interaction, notices.text(strings.NOT_SAVED))
            return
        await interaction.response.defer()
        viewer = await viewer_of(interaction)
        draft = await views.load_draft(viewer.services, name, guild)
        await planning.recheck_channel(interaction, draft.plan, changing=draft.changes is not None)
        card = await views.save(viewer, draft, name, person(interaction), system_clock())
        await replace_card(interaction, card)


class WhyButton(DynamicComponent, template=r"picked\d+:(?P<delivery>\d+)\.(?P<mark>[0-9a-f]{16})"):
    """Why a post shows what it shows; its id is also the mark by which the post is found again."""

    async def on_press(self, interaction: Interaction) -> None:
        await respond(interaction, lambda viewer: views.why_delivery(viewer, int(self.match["delivery"])))


async def setup(bot: NewsdeskClient) -> None:
    bot.add_dynamic_items(DraftButton, WhyButton)
    await bot.add_cog(DigestCommands(bot))
