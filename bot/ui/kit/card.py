"""A message as a card: a coloured bar, text within Discord's limits, and rows of buttons below it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import IntEnum
from io import BytesIO
from typing import Any

import discord
from discord import ui

from bot.i18n import msg
from bot.ui.kit.limits import (
    MAX_ALT_TEXT,
    MAX_CARD_TEXT,
    MAX_COMPONENTS,
    MAX_OPTION_TEXT,
    MAX_OPTIONS,
    MAX_ROW_BUTTONS,
)
from bot.ui.kit.routes import PageRoute
from bot.ui.kit.truncate import clip, label, utf16_length


class Colour(IntEnum):
    """The colours of the bars, one for each kind of card."""

    ARTICLE = 0x2F6F9F
    SEARCH = 0x6B7280
    COMMENTS = 0x3F8F6B
    LOAD = 0xB7791F
    ABOUT = 0x7C5CBF
    ANSWER = 0xA34F6B


@dataclass(frozen=True, slots=True)
class Button:
    """A button. Its `verb` is applied to `route`; it is disabled without a route. `turn` shows the route in
    place of the presser's own card, `share` posts it for everybody; other verbs belong to the cogs, which
    parse `route` as their own arguments."""

    label: str
    route: str | None
    verb: str = "turn"
    danger: bool = False


@dataclass(frozen=True, slots=True)
class RouteOption:
    """An option of a select menu that opens the card at `route`."""

    label: str
    route: str
    description: str = ""


class Card(ui.LayoutView):
    """A message that starts with these lines. Text is measured and truncated to the limit, and lines between
    its parts give way to what needs their place, so that Discord accepts every card."""

    def __init__(self, colour: Colour, *lines: str) -> None:
        super().__init__(timeout=None)
        self._box: ui.Container[Any] = ui.Container(accent_colour=int(colour))
        self._items = 0
        self._filled = False
        self._files: list[tuple[str, bytes]] = []
        self.remaining_text = MAX_CARD_TEXT
        self.add_text(*lines)

    def is_finished(self) -> bool:
        """Always true: custom_ids are self-contained, so discord.py need not keep cards."""
        return True

    def add_text(self, *lines: str) -> None:
        """Adds a block of these lines, which must be markdown; skips empty ones."""
        text = clip("\n".join(filter(None, lines)), self.remaining_text)
        if text.strip():
            self.remaining_text -= utf16_length(text)
            self._add(ui.TextDisplay(text))

    def add_mention(self, mention: str) -> None:
        """Adds a mention above everything else of a card that is still empty."""
        self.remaining_text -= utf16_length(mention)
        self.add_item(ui.TextDisplay(mention))

    def add_separator(self) -> None:
        """Adds a thin line, if there is room for it now and later."""
        if self._filled and self.total_children_count < MAX_COMPONENTS:
            self._add(ui.Separator())

    def add_gap(self) -> None:
        """Adds a small gap."""
        self._add(ui.Separator(visible=False))

    def add_file(self, name: str, content: bytes) -> None:
        """Adds a file."""
        self._files.append((name, content))
        self._add(ui.File(f"attachment://{name}"))

    def add_image(self, name: str, content: bytes, alt_text: str) -> None:
        """Adds a picture with its description."""
        self._files.append((name, content))
        description = label(alt_text, MAX_ALT_TEXT)
        self._add(ui.MediaGallery(discord.MediaGalleryItem(f"attachment://{name}", description=description)))

    def attachments(self) -> list[discord.File]:
        """Creates the attachments; discord.File objects can be sent only once."""
        return [discord.File(BytesIO(content), filename=name) for name, content in self._files]

    def add_buttons(self, *buttons: Button | None, link: tuple[str, str] | None = None) -> None:
        """Adds the buttons that are not None, five to a row; `link` is the label and the address of a link
        button."""
        items = [self._button(button) for button in buttons if button is not None]
        if link is not None:
            items.append(ui.Button(label=link[0], url=link[1]))
        for start in range(0, len(items), MAX_ROW_BUTTONS):
            self._add(ui.ActionRow(*items[start : start + MAX_ROW_BUTTONS]))

    def add_select(
        self, prompt: str, options: Sequence[RouteOption], verb: str = "jump", *, carries: str = "-"
    ) -> None:
        """Adds a select menu of at most 25 options, without duplicates: `jump` opens one as a new message,
        `go` shows it in place of the presser's own card. `carries` is a part of the state that the buttons of
        the card share."""
        unique = {option.route: option for option in reversed(options)}
        shown = [
            discord.SelectOption(
                label=label(option.label, MAX_OPTION_TEXT) or option.route,
                value=option.route,
                description=label(option.description, MAX_OPTION_TEXT) or None,
            )
            for option in list(reversed(unique.values()))[:MAX_OPTIONS]
        ]
        if shown:
            custom_id = self._custom_id(verb, carries)
            self.add_row(ui.Select(custom_id=custom_id, placeholder=prompt, options=shown))

    def remove_rows(self) -> None:
        """Removes all buttons and select menus."""
        for item in list(self._box.children):
            if isinstance(item, ui.ActionRow):
                self._box.remove_item(item)

    def add_row(self, item: ui.Item[Any]) -> None:
        """Adds a row with one item."""
        self._add(ui.ActionRow(item))

    def _button(self, button: Button) -> ui.Button[Any]:
        return ui.Button(
            label=button.label,
            style=discord.ButtonStyle.danger if button.danger else discord.ButtonStyle.secondary,
            custom_id=self._custom_id(button.verb, button.route or "-"),
            disabled=button.route is None,
        )

    def _custom_id(self, verb: str, argument: str) -> str:
        """A custom_id with a number: ids must be unique within a message, even for items with the same
        route."""
        self._items += 1
        return f"{verb}{self._items}:{argument}"

    def _add(self, item: ui.Item[Any]) -> None:
        size = 1 + len(item.children) if isinstance(item, ui.ActionRow) else 1
        lines = [part for part in self._box.children if isinstance(part, ui.Separator)]
        while lines and self.total_children_count + size > MAX_COMPONENTS:
            self._box.remove_item(lines.pop())
        # Discord rejects empty containers: add it to the view with its first part.
        self._box.add_item(item)
        if not self._filled:
            self._filled = True
            self.add_item(self._box)


def page_buttons(page: int, count: int, route: PageRoute) -> list[Button | None]:
    """Buttons to the previous and next pages; none if there is only one page."""
    if count < 2:
        return []
    return [
        Button("‹", route(page - 1) if page else None),
        Button("›", route(page + 1) if page + 1 < count else None),
    ]


def share_button(route: str, can_share: bool) -> Button | None:
    """The button that posts the card at a route for everybody, or None if the viewer cannot share."""
    return Button(msg("button-share"), route, "share") if can_share else None


def keep_button(what: str = "-") -> Button:
    """The button that declines what a question offers; `what` it keeps: "posts", or everything."""
    return Button(msg("button-keep"), what, "keep")
