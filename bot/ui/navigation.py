"""The buttons and lists of every card: all they need stands in their custom_id, so that they work for as long
as their message is there, also after a restart."""

from __future__ import annotations

import re
from typing import Any, Self

import discord
from discord import ui

from bot.ui import router
from bot.ui.kit.context import Interaction, Viewer
from bot.ui.kit.responses import reply_error, respond, share, update


class DynamicComponent(ui.DynamicItem[ui.Item[Any]], template=r"(?!)"):
    """What can be pressed or chosen; `found` is what its template found in the custom_id. Whatever happens,
    who presses gets an answer."""

    def __init__(self, item: ui.Item[Any], found: re.Match[str]) -> None:
        super().__init__(item)
        self.match = found

    @classmethod
    async def from_custom_id(
        cls, interaction: discord.Interaction[Any], item: ui.Item[Any], match: re.Match[str], /
    ) -> Self:
        return cls(item, match)

    async def callback(self, interaction: discord.Interaction[Any]) -> None:
        try:
            await self.on_press(interaction)
        except Exception as error:
            await reply_error(interaction, error)

    async def on_press(self, interaction: Interaction) -> None:
        """What a press does; may raise anything."""
        raise NotImplementedError


class NavigationButton(DynamicComponent, template=r"(?P<verb>turn|share)\d+:(?P<address>.+)"):
    """A button that shows another card, or shares this one."""

    async def on_press(self, interaction: Interaction) -> None:
        address = self.match["address"]
        if self.match["verb"] == "share":
            await share(interaction, address)
        else:
            await update(interaction, lambda viewer: router.open_route(viewer, address))


class NavigationSelect(DynamicComponent, template=r"(?P<verb>jump|go)\d+:(?:-|\..*)"):
    """A list of cards: one is opened, or shown in place."""

    async def on_press(self, interaction: Interaction) -> None:
        assert isinstance(self.item, ui.Select)  # noqa: S101 - only lists have such an id
        address = self.item.values[0]

        async def draw(viewer: Viewer) -> Any:
            return await router.open_route(viewer, address)

        await (update if self.match["verb"] == "go" else respond)(interaction, draw)
