"""Exports in Discord: progress with a Cancel button, then the files, in messages that only the moderator
sees."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from pathlib import Path

import discord

from bot.domain.articles import Scope
from bot.domain.exports import NAMES, Exported, ExportFormat, ExportProgress
from bot.errors import BadInput
from bot.i18n import formats, msg
from bot.ui.kit.card import Button, Card, Colour
from bot.ui.kit.context import Interaction, Viewer
from bot.ui.kit.format import dotted, small

MAX_PARTS = 10
EDIT_INTERVAL_SECONDS = 3.0
TIMEOUT_SECONDS = 720.0
"""An interaction can be answered for 15 minutes; sending takes some of that."""
MARGIN_BYTES = 64_000
"""What a message needs beside its file."""


async def export(
    viewer: Viewer, interaction: Interaction, format_: ExportFormat, title: str | None, query: str | None
) -> None:
    """Exports a thread, a search, or the server's own archive for a moderator. Raises
    NotAllowed("moderators-only") and what `ExportService` raises."""
    guild, exports = viewer.moderated_guild(), viewer.services.exports
    if title is not None and query is not None:
        raise BadInput("export-one-subject")
    await interaction.response.defer(ephemeral=True, thinking=True)
    own = Scope(guild, shared=False, adult=viewer.scope.adult, pseudonyms=viewer.scope.pseudonyms)
    scope, ids, subject = own, None, "archive"
    if title is not None:
        scope, ids, subject = viewer.scope, await exports.thread(viewer.scope, title), "thread"
    elif query is not None:
        scope, ids, subject = viewer.scope, await exports.search(viewer.scope, query), "search"
    async with exports.folder(guild) as folder:
        exported = await _run(interaction, scope, ids, format_, folder, guild)
        # Before it is sent: of several parts some may arrive.
        await viewer.services.audit.record(
            guild,
            "export",
            what=subject,
            format=format_,
            articles=exported.articles,
            comments=exported.comments,
        )
        await _send(interaction, exported, format_)


async def _run(
    interaction: Interaction,
    scope: Scope,
    ids: tuple[int, ...] | None,
    format_: ExportFormat,
    folder: Path,
    guild: int,
) -> Exported:
    """Writes the files, and shows the progress every few seconds."""
    last = ExportProgress()

    def report(progress: ExportProgress) -> None:
        nonlocal last
        last = progress

    max_bytes = interaction.filesize_limit - MARGIN_BYTES
    work = interaction.client.services.exports.export(
        scope, ids, format_, folder, report, guild=guild, max_bytes=max_bytes, max_parts=MAX_PARTS
    )
    task = asyncio.create_task(asyncio.wait_for(work, TIMEOUT_SECONDS))
    try:
        while not (await asyncio.wait({task}, timeout=EDIT_INTERVAL_SECONDS))[0]:
            with suppress(discord.HTTPException):
                await interaction.edit_original_response(view=progress_card(last))
        return task.result()
    except TimeoutError:
        raise BadInput("export-too-slow") from None
    finally:
        task.cancel()


async def _send(interaction: Interaction, exported: Exported, format_: ExportFormat) -> None:
    await interaction.edit_original_response(view=exported_card(exported, format_))
    for part in exported.parts:
        # Its file is read while it is sent; cards hold theirs in memory.
        await interaction.followup.send(file=discord.File(part.path), ephemeral=True)


def progress_card(progress: ExportProgress) -> Card:
    """How far an export is."""
    share = min(0.99, progress.articles / progress.total) if progress.total else 0
    card = Card(
        Colour.LOAD,
        dotted(msg("export-running"), formats.percent(share)),
        dotted(
            msg("articles", count=progress.articles),
            msg("comments", count=progress.comments),
            formats.file_size(progress.bytes),
        ),
    )
    card.add_buttons(Button(msg("button-cancel"), "-", "export-cancel"))
    return card


def exported_card(exported: Exported, format_: ExportFormat) -> Card:
    """What was exported, above the files."""
    size = sum(part.bytes for part in exported.parts)
    card = Card(
        Colour.LOAD,
        msg("export-done", format=NAMES[format_], count=len(exported.parts)),
        dotted(
            msg("articles", count=exported.articles),
            msg("comments", count=exported.comments),
            formats.file_size(size),
        ),
    )
    card.add_text(small(msg("export-loads-again")) if format_ == "ndjson" else "")
    return card
