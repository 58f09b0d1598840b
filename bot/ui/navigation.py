"""The buttons and lists of every card: all they need stands in their custom_id, so that they work for as long
as their message is there, also after a restart."""

from __future__ import annotations

import re
from typing import Any, Self

import discord
from discord import ui

from bot.ui import router
from bot.ui.kit.context import Interaction, Reader
from bot.ui.kit.responses import answer, fail, share, turn


class Pressed(ui.DynamicItem[ui.Item[Any]], template=r"(?!)"):
    """What can be pressed or chosen; `found` is what its template found in the custom_id. Whatever happens,
    who presses gets an answer."""

    def __init__(self, item: ui.Item[Any], found: re.Match[str]) -> None:
        super().__init__(item)
        self.found = found

    @classmethod
    async def from_custom_id(
        cls, interaction: discord.Interaction[Any], item: ui.Item[Any], match: re.Match[str], /
    ) -> Self:
        return cls(item, match)

    async def callback(self, interaction: discord.Interaction[Any]) -> None:
        try:
            await self.pressed(interaction)
        except Exception as error:
            await fail(interaction, error)

    async def pressed(self, interaction: Interaction) -> None:
        """What a press does; may raise anything."""
        raise NotImplementedError


class Press(Pressed, template=r"(?P<verb>turn|share)\d+:(?P<address>.+)"):
    """A button that shows another card, or shares this one."""

    async def pressed(self, interaction: Interaction) -> None:
        address = self.found["address"]
        if self.found["verb"] == "share":
            await share(interaction, address)
        else:
            await turn(interaction, lambda reader: router.at(reader, address))


class Jump(Pressed, template=r"(?P<verb>jump|go)\d+:(?:-|\..*)"):
    """A list of cards: one is opened, or shown in place."""

    async def pressed(self, interaction: Interaction) -> None:
        assert isinstance(self.item, ui.Select)  # noqa: S101 - only lists have such an id
        address = self.item.values[0]

        async def draw(reader: Reader) -> Any:
            return await router.at(reader, address)

        await (turn if self.found["verb"] == "go" else answer)(interaction, draw)
