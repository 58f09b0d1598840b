"""Digests that Newsdesk posts by itself: planned, listed and explained, and one for whoever asks now."""

from __future__ import annotations

from datetime import datetime
from typing import Literal, cast

import msgspec
from discord import app_commands
from discord.ext import commands

from bot.clock import Clock, system_clock
from bot.digests import MOST_ARTICLES, MOST_LATE, Plan, Style, What
from bot.errors import NotAllowed
from bot.library.runner import Runner
from bot.ui import options, pages, planning, schedule_cards, schedule_pages, schedule_phrases
from bot.ui.answer import answer, replace
from bot.ui.card import Card
from bot.ui.desk import Desk, Interaction, Reader, moderated_guild, person
from bot.ui.options import TITLE, Destination, When
from bot.ui.post import Chosen
from bot.ui.poster import DiscordPoster
from bot.ui.press import Pressed

Number = app_commands.Range[int, 1]


@app_commands.guild_only()
class Schedules(commands.GroupCog, name="digest", description="Digests that are posted by themselves"):
    """Planning is for moderators; `now` is for everybody."""

    def __init__(self, bot: Desk, clock: Clock = system_clock) -> None:
        self._clock = clock
        self._runner = Runner(bot.library.digests, DiscordPoster(bot), clock=clock)
        self._started = False

    @commands.Cog.listener()
    async def on_ready(self) -> None:
        if not self._started:
            self._started = True
            self._runner.start()

    async def cog_unload(self) -> None:
        await self._runner.end()

    @app_commands.command()
    @app_commands.describe(
        when="How often",
        what="What to post",
        query="The search, source or subreddit, where `what` is one of these",
        channel="Where to post; here if not given",
        at="Local time, such as 8:30; 08:00 if not given",
        day="Weekly: monday to sunday. Monthly: 1 to 31",
        cron="For experts: five fields, such as 30 8 * * 1-5; goes before `when`",
        zone="Time zone, such as Europe/Berlin; the server's if not given",
        count="How many articles at most",
        style="How much of each",
        days="Most discussed of so many days; 0 is all time",
        late="Post a missed one up to so many hours late; 0 skips it",
        skip_empty="Post nothing when there is nothing",
    )
    @app_commands.choices(
        what=[
            app_commands.Choice(name="what came in since the last one", value="newest"),
            app_commands.Choice(name="on this day in earlier years", value="on-this-day"),
            app_commands.Choice(name="most discussed of a period", value="most-discussed"),
            app_commands.Choice(name="a saved search", value="search"),
            app_commands.Choice(name="a source", value="source"),
            app_commands.Choice(name="a subreddit", value="subreddit"),
            app_commands.Choice(name="a random pick", value="random"),
        ],
        style=[
            app_commands.Choice(name="headlines", value="headlines"),
            app_commands.Choice(name="summaries", value="summaries"),
            app_commands.Choice(name="with comment digests", value="digests"),
        ],
    )
    @app_commands.autocomplete(zone=planning.zones)
    async def create(
        self,
        interaction: Interaction,
        when: Literal["daily", "weekdays", "weekly", "monthly", "cron"],
        what: str,
        query: app_commands.Range[str, 1, 200] | None = None,
        channel: app_commands.Transform[Chosen, Destination] | None = None,
        at: app_commands.Range[str, 1, 20] = "08:00",
        day: app_commands.Range[str, 1, 20] | None = None,
        cron: app_commands.Range[str, 1, 100] | None = None,
        zone: app_commands.Range[str, 1, 60] | None = None,
        count: app_commands.Range[int, 1, MOST_ARTICLES] = 5,
        style: str = "headlines",
        days: app_commands.Range[int, 0, 3660] = 7,
        late: app_commands.Range[int, 0, MOST_LATE] = 2,
        skip_empty: bool = True,
    ) -> None:
        """Plan a digest: see it and its next runs before it is saved"""

        async def draw(reader: Reader) -> Card:
            guild = pages.moderated(reader)
            place = await planning.place(interaction, channel)
            known = zone or (await reader.library.settings(guild)).zone
            plan = Plan(
                guild=guild,
                channel=place.id,
                timing=planning.timing(when, at, day or "", cron, known),
                choice=planning.choice(cast(What, what), query, days, count),
                style=cast(Style, style),
                late=late,
                skip_empty=skip_empty,
            )
            return await schedule_pages.preview(
                reader.library, plan, self._clock(), str(interaction.id), adult=place.is_nsfw()
            )

        await answer(interaction, draw)

    @app_commands.command(name="list")
    async def list_schedules(self, interaction: Interaction) -> None:
        """List what is scheduled here"""
        await answer(interaction, schedule_pages.listing)

    @app_commands.command()
    @app_commands.describe(digest="Which digest")
    @app_commands.autocomplete(digest=planning.schedules)
    async def show(self, interaction: Interaction, digest: Number) -> None:
        """Show all that was chosen for a digest, and how it stands"""
        await answer(interaction, lambda reader: schedule_pages.show(reader, digest))

    @app_commands.command()
    @app_commands.describe(digest="Which digest")
    @app_commands.autocomplete(digest=planning.schedules)
    async def pause(self, interaction: Interaction, digest: Number) -> None:
        """Stop a digest until it is resumed"""

        async def draw(reader: Reader) -> Card:
            await reader.library.digests.pause(pages.moderated(reader), digest)
            resume = reader.command("digest resume")
            return schedule_cards.text(schedule_phrases.PAUSED.format(number=digest, resume=resume))

        await answer(interaction, draw)

    @app_commands.command()
    @app_commands.describe(digest="Which digest")
    @app_commands.autocomplete(digest=planning.schedules)
    async def resume(self, interaction: Interaction, digest: Number) -> None:
        """Go on with a paused digest"""
        await answer(interaction, lambda reader: schedule_pages.resume(reader, digest, self._clock()))

    @app_commands.command()
    @app_commands.describe(digest="Which digest")
    @app_commands.autocomplete(digest=planning.schedules)
    async def delete(self, interaction: Interaction, digest: Number) -> None:
        """Delete a digest; what it posted stays"""
        await answer(interaction, lambda reader: schedule_pages.delete(reader, digest))

    @app_commands.command()
    @app_commands.describe(digest="Which digest")
    @app_commands.autocomplete(digest=planning.schedules)
    async def run(self, interaction: Interaction, digest: Number) -> None:
        """Post a digest now, beside its own times"""
        await answer(interaction, lambda reader: schedule_pages.run_now(reader, digest, self._clock()))

    @app_commands.command()
    @app_commands.describe(digest="Which digest")
    @app_commands.autocomplete(digest=planning.schedules)
    async def history(self, interaction: Interaction, digest: Number) -> None:
        """What became of the last posts, each with its link"""
        await answer(interaction, lambda reader: schedule_pages.history(reader, digest))

    @app_commands.command()
    @app_commands.describe(
        digest="Which digest",
        article="Why this article was posted or not",
        at="Why the post nearest to this time was as it was, such as 2024-03-12 08:00",
    )
    @app_commands.autocomplete(digest=planning.schedules)
    @app_commands.autocomplete(article=options.titles)
    async def why(
        self,
        interaction: Interaction,
        digest: Number,
        article: TITLE | None = None,
        at: app_commands.Transform[datetime, When] | None = None,
    ) -> None:
        """Why something was posted or was not, and when its next chance is"""
        await answer(interaction, lambda reader: schedule_pages.why(reader, digest, article, at))

    @app_commands.command()
    @app_commands.describe(topic="Words, as for a search")
    async def now(self, interaction: Interaction, topic: app_commands.Range[str, 1, 200]) -> None:
        """A digest of one topic, for you"""
        await answer(interaction, lambda reader: schedule_pages.topic(reader, topic))


class PlanButton(Pressed, template=r"plan\d+:(?P<draft>[0-9a-f]{20}|-)"):
    """Save and Cancel of a preview."""

    async def pressed(self, interaction: Interaction) -> None:
        guild = await moderated_guild(interaction)
        draft = self.found["draft"]
        if draft == "-":
            await replace(interaction, schedule_cards.text(schedule_phrases.NOT_SAVED))
            return
        await interaction.response.defer()
        library = interaction.client.library
        plan = msgspec.json.decode(await library.kept(draft), type=schedule_pages.Draft).plan
        if plan.guild != guild:
            raise NotAllowed("moderators-only")
        saved = await library.digests.create(plan, person(interaction), system_clock(), draft)
        await replace(interaction, schedule_pages.saved(saved))


class PickedButton(Pressed, template=r"picked\d+:(?P<delivery>\d+)\.(?P<mark>[0-9a-f]{16})"):
    """Why a post shows what it shows; its id is also the mark by which the post is found again."""

    async def pressed(self, interaction: Interaction) -> None:
        await answer(interaction, lambda reader: schedule_pages.picked(reader, int(self.found["delivery"])))


async def setup(bot: Desk) -> None:
    bot.add_dynamic_items(PlanButton, PickedButton)
    await bot.add_cog(Schedules(bot))
