"""Commands for moderators that load dumps and undo loads."""

from __future__ import annotations

from contextlib import suppress
from datetime import datetime

import discord
from discord import app_commands
from discord.ext import commands

from bot.clock import system_clock
from bot.domain.exports import ExportFormat
from bot.domain.loads import LoadFilter
from bot.errors import NotFound, UserError
from bot.i18n import msg, use_language
from bot.ui.exports import views as exports
from bot.ui.kit import autocomplete
from bot.ui.kit.autocomplete import DATES_HELP, TITLE, When
from bot.ui.kit.card import Card
from bot.ui.kit.component import DynamicComponent
from bot.ui.kit.context import Interaction, NewsdeskClient, moderated_guild, person, viewer_of
from bot.ui.kit.error_reply import reply
from bot.ui.kit.language import localized, localized_choices
from bot.ui.kit.responses import replace_card, respond
from bot.ui.kit.routes import custom_id_pattern
from bot.ui.loads import cards, views
from bot.ui.loads.message import message_language, refresh
from bot.ui.loads.request import LoadRequest
from bot.ui.loads.views import StatsBy
from bot.ui.privacy import erasure, requests
from bot.ui.privacy.cards import MAX_NAME

EXPORT_FORMATS = localized_choices(
    {
        "markdown": "choice-export-markdown",
        "csv": "choice-export-csv",
        "ndjson": "choice-export-ndjson",
    }
)
STATS_CHOICES = localized_choices(
    {
        "month": "choice-browse-month",
        "source": "choice-browse-source",
        "subreddit": "choice-browse-subreddit",
    }
)


@app_commands.default_permissions(manage_guild=True)
@app_commands.guild_only()
class ArchiveCommands(commands.GroupCog, name="archive", description=localized("command-archive")):
    """Discord shows these commands to members with Manage Server; the permission is checked again on use."""

    def __init__(self, bot: NewsdeskClient) -> None:
        self._bot = bot

    async def cog_unload(self) -> None:
        await self._bot.load_tracker.close()

    @app_commands.command(description=localized("command-archive-load"))
    @app_commands.describe(
        file=localized("option-file"),
        path=localized("option-path"),
        subreddit=localized("option-subreddit"),
        **DATES_HELP,
        min_score=localized("option-min-score"),
        over_18=localized("option-over-18"),
        dry_run=localized("option-dry-run"),
    )
    @app_commands.autocomplete(path=autocomplete.drops)
    async def load(
        self,
        interaction: Interaction,
        file: discord.Attachment | None = None,
        path: app_commands.Range[str, 1, 400] | None = None,
        subreddit: app_commands.Range[str, 1, 400] | None = None,
        after: app_commands.Transform[datetime, When] | None = None,
        before: app_commands.Transform[datetime, When] | None = None,
        min_score: int | None = None,
        over_18: bool = False,
        dry_run: bool = False,
    ) -> None:
        guild = await moderated_guild(interaction)
        load_filter = LoadFilter(autocomplete.names(subreddit), after, before, min_score, over_18=over_18)
        request = LoadRequest(guild, person(interaction), file, path, load_filter, dry_run)
        request.check(interaction)
        events = request.events(interaction.client.services)
        await interaction.client.load_tracker.start(interaction, request.name, events)

    @app_commands.command(description=localized("command-archive-loads"))
    async def loads(self, interaction: Interaction) -> None:
        await respond(interaction, views.loads)

    @app_commands.command(description=localized("command-archive-undo"))
    @app_commands.describe(load=localized("option-load"))
    @app_commands.autocomplete(load=autocomplete.loads)
    async def undo(self, interaction: Interaction, load: app_commands.Range[int, 1]) -> None:
        await respond(interaction, lambda viewer: views.undo_question(viewer, load))

    @app_commands.command(description=localized("command-archive-export"))
    @app_commands.describe(
        format=localized("option-format"),
        title=localized("option-title-to-export"),
        query=localized("option-query-to-export"),
    )
    @app_commands.choices(format=EXPORT_FORMATS)
    @app_commands.autocomplete(title=autocomplete.titles)
    async def export(
        self,
        interaction: Interaction,
        format: ExportFormat,
        title: TITLE | None = None,
        query: app_commands.Range[str, 1, 400] | None = None,
    ) -> None:
        await exports.export(await viewer_of(interaction), interaction, format, title, query)

    @app_commands.command(name="forget", description=localized("command-archive-forget"))
    @app_commands.describe(author=localized("option-author-to-forget"))
    async def erase(self, interaction: Interaction, author: app_commands.Range[str, 1, MAX_NAME]) -> None:
        await respond(interaction, lambda viewer: erasure.question(viewer, " ".join(author.split())))

    @app_commands.command(name="requests", description=localized("command-archive-requests"))
    async def erasure_requests(self, interaction: Interaction) -> None:
        await respond(interaction, requests.open_requests)

    @app_commands.command(description=localized("command-archive-stats"))
    @app_commands.describe(by=localized("option-stats-by"))
    @app_commands.choices(by=STATS_CHOICES)
    async def stats(self, interaction: Interaction, by: StatsBy | None = None) -> None:
        await respond(interaction, lambda viewer: views.stats(viewer, by))


class LoadButton(
    DynamicComponent,
    template=custom_id_pattern(
        ("pause", "resume", "cancel", "undo", "retract", "halt"), r"(?P<load>\d+)(\.(?P<message>\d+))?"
    ),
):
    """The buttons of a load: Pause and Cancel while it runs, Resume, Undo on its receipt, the confirmation of
    that, and Cancel during the undo."""

    async def on_press(self, interaction: Interaction) -> None:
        guild = await moderated_guild(interaction)
        load, message = int(self.match["load"]), int(self.match["message"] or 0)
        match self.match["verb"]:
            case "pause":
                await _pause(interaction, guild, load)
            case "resume":
                await _resume(interaction, guild, load)
            case "cancel" if not load:
                await _cancel_waiting(interaction)
            case "cancel":
                await _cancel(interaction, guild, load)
            case "undo":
                await _ask(interaction, load)
            case "halt":
                await _cancel_undo(interaction, guild, load)
            case _:
                await _undo(interaction, guild, load, message)


class CancelExportButton(DynamicComponent, template=r"export-cancel\d+:-"):
    """The button that cancels the export of a server."""

    async def on_press(self, interaction: Interaction) -> None:
        guild = await moderated_guild(interaction)
        if not interaction.client.services.exports.cancel(guild):
            raise NotFound("export-not-running")
        await interaction.response.defer()


async def _pause(interaction: Interaction, guild: int, load: int) -> None:
    services = interaction.client.services
    if not await services.loads.pause(guild, load):
        raise NotFound("load-not-running", load=load)
    await services.audit.record(guild, "load-paused", load=load)
    await reply(interaction, msg("load-pausing", load=str(load)))


async def _resume(interaction: Interaction, guild: int, load: int) -> None:
    services = interaction.client.services
    name = (await services.loads.receipt(guild, load)).name
    events = services.loads.resume(guild, load, person(interaction))
    await interaction.client.load_tracker.resume(interaction, load, name, events)


async def _cancel_waiting(interaction: Interaction) -> None:
    pressed = interaction.message
    if pressed is None or not interaction.client.load_tracker.cancel_waiting(pressed.id):
        raise NotFound("load-not-waiting")
    await interaction.response.defer()


async def _cancel(interaction: Interaction, guild: int, load: int) -> None:
    services = interaction.client.services
    if await services.loads.cancel(guild, load):
        await reply(interaction, msg("load-cancelling", load=str(load)))
        return
    if (await services.loads.receipt(guild, load)).state != "paused":
        raise NotFound("load-not-running", load=load)
    await interaction.response.defer()
    receipt = await services.loads.abandon(guild, load, person(interaction))
    with use_language(await message_language(interaction)):
        card = await views.receipt_card(services, receipt)
    await replace_card(interaction, card)


async def _ask(interaction: Interaction, load: int) -> None:
    pressed = interaction.message
    message = pressed.id if pressed is not None and not pressed.flags.ephemeral else 0
    await respond(interaction, lambda viewer: views.undo_question(viewer, load, message))


async def _cancel_undo(interaction: Interaction, guild: int, load: int) -> None:
    await interaction.client.services.loads.receipt(guild, load)
    if not interaction.client.load_tracker.cancel(load):
        raise NotFound("load-not-undoing", load=load)
    await interaction.response.defer()


async def _undo(interaction: Interaction, guild: int, load: int, message: int) -> None:
    await interaction.response.defer()
    services, by = interaction.client.services, person(interaction)
    receipt = await services.loads.receipt(guild, load)
    in_progress = False

    async def show(card: Card) -> None:
        with suppress(discord.HTTPException):  # the interaction's token may have expired
            await replace_card(interaction, card)

    async def show_progress() -> None:
        nonlocal in_progress
        in_progress = True
        await show(cards.undoing(receipt, await services.loads.comments_left(load)))

    try:
        work = services.loads.undo(guild, load, by)
        undone = await interaction.client.load_tracker.run_cancellable(load, work, show_progress)
    except UserError:
        if in_progress:
            await show(cards.undo_question(receipt, message))
        raise
    await show(cards.undone(undone, by, await services.posts.marked(guild, system_clock())))
    await refresh(interaction, message, await services.loads.receipt(guild, load))


async def setup(bot: NewsdeskClient) -> None:
    bot.add_dynamic_items(LoadButton, CancelExportButton)
    await bot.add_cog(ArchiveCommands(bot))
