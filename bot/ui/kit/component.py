"""Buttons and select menus with all of their state in the custom_id, so that they work after a restart."""

from __future__ import annotations

import re
from typing import Any, Self, TypeVar

import discord
from discord import ui

from bot.errors import NotFound
from bot.ui.kit.context import Interaction
from bot.ui.kit.error_reply import reply_error
from bot.ui.kit.language import speak_members_language
from bot.ui.kit.routes import number

Menu = TypeVar("Menu", bound=ui.Item[Any])


class DynamicComponent(ui.DynamicItem[ui.Item[Any]], template=r"(?!)"):
    """A button or select menu; `match` is the match of its template in the custom_id. The member always gets
    a reply."""

    def __init__(self, item: ui.Item[Any], match: re.Match[str]) -> None:
        super().__init__(item)
        self.match = match

    @classmethod
    async def from_custom_id(
        cls, interaction: discord.Interaction[Any], item: ui.Item[Any], match: re.Match[str], /
    ) -> Self:
        return cls(item, match)

    def menu(self, kind: type[Menu]) -> Menu:
        """The select menu; raises NotFound("stale-button") for another component, which is forged."""
        if not isinstance(self.item, kind):
            raise NotFound("stale-button")
        return self.item

    @property
    def chosen(self) -> str:
        """The chosen value of a select menu. Raises NotFound("stale-button") if it is forged."""
        values: list[str] = self.menu(ui.Select).values
        if not values:
            raise NotFound("stale-button")
        return values[0]

    @property
    def chosen_numbers(self) -> list[int]:
        """The chosen values as numbers of the database. Raises NotFound("stale-button") if one is forged."""
        try:
            return [number(value) for value in self.menu(ui.Select).values]
        except ValueError:
            raise NotFound("stale-button") from None

    @property
    def chosen_number(self) -> int:
        """The chosen value as a number. Raises NotFound("stale-button") if it is forged."""
        numbers = self.chosen_numbers
        if not numbers:
            raise NotFound("stale-button")
        return numbers[0]

    async def callback(self, interaction: discord.Interaction[Any]) -> None:
        speak_members_language(interaction)
        try:
            self._refuse_forged()
            await self.on_press(interaction)
        except Exception as error:
            await reply_error(interaction, error)

    def _refuse_forged(self) -> None:
        """Raises NotFound("stale-button") for what no card of ours has: half characters, and numbers that no
        database can hold."""
        values = [value for value in self.match.groupdict().values() if value is not None]
        values += self.item.values if isinstance(self.item, ui.Select) else ()
        try:
            "".join((self.match.string, *values)).encode()
            for value in filter(str.isdecimal, values):
                number(value)
        except ValueError:
            raise NotFound("stale-button") from None

    async def on_press(self, interaction: Interaction) -> None:
        """Handles a press; can raise any exception."""
        raise NotImplementedError
