"""A member's request to load a dump."""

from __future__ import annotations

from contextlib import aclosing
from dataclasses import dataclass

import discord

from bot.domain.loads import LoadFilter, Person
from bot.errors import BadInput
from bot.i18n import formats
from bot.services import Services
from bot.ui.kit.context import Interaction, LoadEvents


@dataclass(frozen=True, slots=True)
class LoadRequest:
    """An attached file, or a name in the drop folder. A dry run only previews it."""

    guild: int
    by: Person
    attachment: discord.Attachment | None
    path: str | None
    load_filter: LoadFilter
    dry_run: bool

    @property
    def name(self) -> str:
        return self.path or "" if self.attachment is None else self.attachment.filename

    def check(self, interaction: Interaction) -> None:
        """Raises BadInput("nothing-to-load" | "file-and-path" | "attachment-too-large")."""
        if self.attachment is None and self.path is None:
            raise BadInput("nothing-to-load")
        if self.attachment is None:
            return
        if self.path is not None:
            raise BadInput("file-and-path")
        size, limit = self.attachment.size, interaction.filesize_limit
        if size > limit:
            sizes = {"size": formats.file_size(size), "limit": formats.file_size(limit)}
            raise BadInput("attachment-too-large", **sizes)

    async def events(self, services: Services) -> LoadEvents:
        """Runs the load. Raises BadInput("attachment-gone") and what the loads service raises."""
        if self.attachment is None:
            if self.dry_run:
                yield await services.loads.preview_dropped(self.guild, self.name, self.by, self.load_filter)
                return
            events = services.loads.load_dropped(self.guild, self.name, self.by, self.load_filter)
            async with aclosing(events):
                async for event in events:
                    yield event
            return
        try:
            content = await self.attachment.read()
        except discord.HTTPException:
            raise BadInput("attachment-gone") from None
        async with services.uploads.hold(content) as path:
            if self.dry_run:
                yield await services.loads.preview(self.guild, [path], self.name, self.by, self.load_filter)
                return
            events = services.loads.load(self.guild, [path], self.name, self.by, self.load_filter)
            async with aclosing(events):
                async for event in events:
                    yield event
