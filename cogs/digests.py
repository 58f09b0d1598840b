"""Scheduled digests: commands to plan, list and explain them."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Any

from discord import app_commands
from discord.ext import commands

from bot.clock import Clock, system_clock
from bot.domain.digests import Frequency, SourceKind
from bot.i18n import msg
from bot.ui.digests import drafts, option_forms, views
from bot.ui.digests.discord_publisher import DiscordDigestSender
from bot.ui.digests.form import submitted_options
from bot.ui.digests.options import DigestNumber, DigestOptions, with_digest_number, with_digest_options
from bot.ui.kit import autocomplete, leave_out, notices
from bot.ui.kit.autocomplete import TITLE, When
from bot.ui.kit.component import DynamicComponent
from bot.ui.kit.context import Interaction, NewsdeskClient, viewer_of
from bot.ui.kit.error_reply import reply_error
from bot.ui.kit.language import localized, speak_members_language
from bot.ui.kit.responses import replace_card, respond
from bot.ui.kit.routes import number

DIGESTS = r"n\d+|[0-9a-f]{20}"
"""Digests and drafts, as the forms of further settings name them."""


@app_commands.default_permissions(manage_guild=True)
@app_commands.guild_only()
class DigestCommands(commands.GroupCog, name="digest", group_description=localized("command-digest")):
    """All of it is for moderators."""

    def __init__(self, bot: NewsdeskClient, clock: Clock = system_clock) -> None:
        self._clock = clock
        self._publisher = bot.services.workers.digests(DiscordDigestSender(bot), clock=clock)
        self._started = False

    @commands.Cog.listener()
    async def on_ready(self) -> None:
        if not self._started:
            self._started = True
            self._publisher.start()

    async def cog_unload(self) -> None:
        await self._publisher.end()

    @commands.Cog.listener()
    async def on_interaction(self, interaction: Interaction) -> None:
        speak_members_language(interaction)
        try:
            submitted = submitted_options(interaction)
            if submitted is not None:
                await respond(
                    interaction,
                    lambda viewer: drafts.preview_form(viewer, interaction, *submitted, self._clock()),
                )
            changed = option_forms.submitted(interaction)
            filters = leave_out.submitted(interaction, DIGESTS)
            if filters is not None:
                ref, exclusions = filters
                changed = ref, lambda config: replace(config, leave_out=exclusions)
            if changed is not None:
                await respond(
                    interaction,
                    lambda viewer: drafts.preview_options(viewer, interaction, *changed, self._clock()),
                )
        except Exception as error:
            await reply_error(interaction, error)

    @app_commands.command(description=localized("command-digest-create"))
    @with_digest_options
    async def create(
        self, interaction: Interaction, when: Frequency, what: SourceKind, **options: Any
    ) -> None:
        given = DigestOptions(when, what, **options)
        await respond(interaction, lambda viewer: drafts.create(viewer, interaction, given, self._clock()))

    @app_commands.command(description=localized("command-digest-edit"))
    @with_digest_number
    @with_digest_options
    async def edit(self, interaction: Interaction, digest: DigestNumber, **options: Any) -> None:
        given = DigestOptions(**options)
        await respond(
            interaction, lambda viewer: drafts.edit(viewer, interaction, digest, given, self._clock())
        )

    @app_commands.command(name="list", description=localized("command-digest-list"))
    async def list_schedules(self, interaction: Interaction) -> None:
        await respond(interaction, views.listing)

    @app_commands.command(description=localized("command-digest-show"))
    @with_digest_number
    async def show(self, interaction: Interaction, digest: DigestNumber) -> None:
        await respond(interaction, lambda viewer: views.show(viewer, digest))

    @app_commands.command(description=localized("command-digest-pause"))
    @with_digest_number
    async def pause(self, interaction: Interaction, digest: DigestNumber) -> None:
        await respond(interaction, lambda viewer: views.pause(viewer, digest))

    @app_commands.command(description=localized("command-digest-resume"))
    @with_digest_number
    async def resume(self, interaction: Interaction, digest: DigestNumber) -> None:
        await respond(interaction, lambda viewer: views.resume(viewer, interaction, digest, self._clock()))

    @app_commands.command(description=localized("command-digest-delete"))
    @with_digest_number
    async def delete(self, interaction: Interaction, digest: DigestNumber) -> None:
        await respond(interaction, lambda viewer: views.delete(viewer, digest))

    @app_commands.command(description=localized("command-digest-run"))
    @with_digest_number
    async def run(self, interaction: Interaction, digest: DigestNumber) -> None:
        await respond(interaction, lambda viewer: views.run_now(viewer, interaction, digest, self._clock()))

    @app_commands.command(description=localized("command-digest-history"))
    @with_digest_number
    async def history(self, interaction: Interaction, digest: DigestNumber) -> None:
        await respond(interaction, lambda viewer: views.history(viewer, digest))

    @app_commands.command(description=localized("command-digest-why"))
    @with_digest_number
    @app_commands.describe(
        article=localized("option-article"),
        at=localized("option-at-of-post"),
    )
    @app_commands.autocomplete(article=autocomplete.titles)
    async def why(
        self,
        interaction: Interaction,
        digest: DigestNumber,
        article: TITLE | None = None,
        at: app_commands.Transform[datetime, When] | None = None,
    ) -> None:
        await respond(
            interaction, lambda viewer: views.why(viewer, interaction, digest, self._clock(), article, at)
        )


class ScheduleButton(
    DynamicComponent,
    template=r"schedule\d+:(?P<what>new|edit|pause|resume|run|ask|delete)\.(?P<digest>\d+)",
):
    """The buttons of one digest, and the one for a new digest."""

    async def on_press(self, interaction: Interaction) -> None:
        digest, now = number(self.match["digest"]), system_clock()
        viewer = await viewer_of(interaction)
        match self.match["what"]:
            case "new" | "edit":
                await interaction.response.send_modal(await drafts.form(viewer, digest))
                return
            case "run":
                await respond(interaction, lambda viewer: views.run_now(viewer, interaction, digest, now))
                return
            case "pause":
                await views.pause(viewer, digest)
            case "resume":
                await views.resume(viewer, interaction, digest, now)
            case "ask":
                await replace_card(interaction, await views.confirm_deletion(viewer, digest))
                return
            case _:
                await replace_card(interaction, await views.delete(viewer, digest))
                return
        await replace_card(interaction, await views.show(viewer, digest))


class OptionsButton(
    DynamicComponent,
    template=r"options\d+:(?P<form>posts|template|filters)\.(?P<ref>n\d+|[0-9a-f]{20})",
):
    """The buttons that open the forms of further settings, of a digest or a draft."""

    async def on_press(self, interaction: Interaction) -> None:
        viewer = await viewer_of(interaction)
        form = await drafts.option_form(viewer, self.match["form"], self.match["ref"])
        await interaction.response.send_modal(form)


class PauseMenu(DynamicComponent, template=r"pausing\d+:-"):
    """The menu of digests to pause."""

    async def on_press(self, interaction: Interaction) -> None:
        viewer = await viewer_of(interaction)
        await replace_card(interaction, await views.pause_several(viewer, self.chosen_numbers))


class DraftButton(DynamicComponent, template=r"plan\d+:(?P<draft>[0-9a-f]{20}|-)"):
    """The buttons Save and Cancel of a preview."""

    async def on_press(self, interaction: Interaction) -> None:
        name = self.match["draft"]
        if name == "-":
            await replace_card(interaction, notices.text(msg("digest-not-saved")))
            return
        await interaction.response.defer()
        viewer = await viewer_of(interaction)
        await replace_card(interaction, await drafts.save(viewer, interaction, name, system_clock()))


class WhyButton(DynamicComponent, template=r"picked\d+:(?P<delivery>\d+)\.(?P<mark>[0-9a-f]{16})"):
    """The button that explains a post; its custom_id contains the nonce that identifies the post."""

    async def on_press(self, interaction: Interaction) -> None:
        await respond(interaction, lambda viewer: views.why_delivery(viewer, int(self.match["delivery"])))


async def setup(bot: NewsdeskClient) -> None:
    bot.add_dynamic_items(ScheduleButton, OptionsButton, PauseMenu, DraftButton, WhyButton)
    await bot.add_cog(DigestCommands(bot))
