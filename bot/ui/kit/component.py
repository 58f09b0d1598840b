"""Buttons and lists whose whole state stands in their custom_id, so that they work after a restart."""

from __future__ import annotations

import re
from typing import Any, Self

import discord
from discord import ui

from bot.ui.kit.context import Interaction
from bot.ui.kit.error_reply import reply_error


class DynamicComponent(ui.DynamicItem[ui.Item[Any]], template=r"(?!)"):
    """What can be pressed or chosen; `match` is what its template matched in the custom_id. Whatever happens,
    the member gets a reply."""

    def __init__(self, item: ui.Item[Any], match: re.Match[str]) -> None:
        super().__init__(item)
        self.match = match

    @classmethod
    async def from_custom_id(
        cls, interaction: discord.Interaction[Any], item: ui.Item[Any], match: re.Match[str], /
    ) -> Self:
        return cls(item, match)

    @property
    def chosen(self) -> str:
        """The value that was chosen from a list."""
        assert isinstance(self.item, ui.Select)  # noqa: S101 - only lists have such an id
        return self.item.values[0]

    async def callback(self, interaction: discord.Interaction[Any]) -> None:
        try:
            await self.on_press(interaction)
        except Exception as error:
            await reply_error(interaction, error)

    async def on_press(self, interaction: Interaction) -> None:
        """What a press does; may raise anything."""
        raise NotImplementedError
