"""One message as a card: a coloured bar, text within Discord's limits, and rows of buttons below."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import IntEnum
from io import BytesIO
from typing import Any

import discord
from discord import ui

from bot.ui.kit import truncate

MOST_TEXT = 4000
"""Characters of text in one message, all its parts together."""
MOST_PARTS = 40
"""Components of one message, nested ones too."""
RESERVED_COMPONENTS = 20
"""Components that lines between things leave free for what follows."""
MOST_ALT = 256
"""Characters of a picture's description; discord.py documents fewer than Discord takes."""
IN_A_ROW = 5


class Colour(IntEnum):
    """The bar of each kind of card, the same everywhere."""

    ARTICLE = 0x2F6F9F
    SEARCH = 0x6B7280
    COMMENTS = 0x3F8F6B
    LOAD = 0xB7791F
    ABOUT = 0x7C5CBF
    ANSWER = 0xA34F6B


@dataclass(frozen=True, slots=True)
class Button:
    """A button: its `verb` is done to `address`; without an address it is greyed out. `turn` shows the
    address in place of a card that is the presser's own, `share` posts it for all to see; other verbs belong
    to the cogs."""

    label: str
    route: str | None
    verb: str = "turn"
    danger: bool = False


@dataclass(frozen=True, slots=True)
class Option:
    """One line of a list to jump from: opens the card at `address`."""

    label: str
    route: str
    description: str = ""


class Card(ui.LayoutView):
    """What is said is measured: past the limit it is cut, so that Discord takes every card."""

    def __init__(self, colour: Colour) -> None:
        super().__init__(timeout=None)
        self._box: ui.Container[Any] = ui.Container(accent_colour=int(colour))
        self._slots = 0
        self._filled = False
        self._files: list[tuple[str, bytes]] = []
        self.remaining_text = MOST_TEXT

    def is_finished(self) -> bool:
        """Always: what a press means stands in its custom_id, so that discord.py need not remember cards."""
        return True

    def add_text(self, *lines: str) -> None:
        """Adds a block of these lines, which are markdown already; empty ones are left out."""
        text = "\n".join(part for part in lines if part)
        if truncate.utf16_length(text) > self.remaining_text:
            text = truncate.clip(text, self.remaining_text)
        if text.strip():
            self.remaining_text -= truncate.utf16_length(text)
            self._add(ui.TextDisplay(text))

    def add_separator(self) -> None:
        """Adds a thin line between what was said and what follows, while there are components to spare."""
        if self._filled and self.total_children_count < MOST_PARTS - RESERVED_COMPONENTS:
            self._add(ui.Separator())

    def add_gap(self) -> None:
        """Adds a little room between what was said and what follows."""
        self._add(ui.Separator(visible=False))

    def add_file(self, name: str, content: bytes) -> None:
        """Adds a file."""
        self._files.append((name, content))
        self._add(ui.File(f"attachment://{name}"))

    def add_image(self, name: str, content: bytes, described: str) -> None:
        """Adds a picture, and for those who do not see it what it shows."""
        self._files.append((name, content))
        item = discord.MediaGalleryItem(
            f"attachment://{name}", description=truncate.label(described, MOST_ALT)
        )
        self._add(ui.MediaGallery(item))

    def attachments(self) -> list[discord.File]:
        """The files, anew for each message that carries them."""
        return [discord.File(BytesIO(content), filename=name) for name, content in self._files]

    def add_buttons(self, *buttons: Button | None, link: tuple[str, str] | None = None) -> None:
        """Adds those buttons that are there, five in a row; `link` is the text and address of one that leads
        out of Discord."""
        items = [self._button(button) for button in buttons if button is not None]
        if link is not None:
            items.append(ui.Button(label=link[0], url=link[1]))
        for start in range(0, len(items), IN_A_ROW):
            self._add(ui.ActionRow(*items[start : start + IN_A_ROW]))

    def add_select(
        self, prompt: str, options: Sequence[Option], verb: str = "jump", *, carries: str = "-"
    ) -> None:
        """Adds a list of at most 25 cards, each once: `jump` opens one as a message of its own, `go` shows it
        in place of a card that is the presser's own. `carries` is for the buttons beside it."""
        unique = {option.route: option for option in reversed(options)}
        shown = [
            discord.SelectOption(
                label=truncate.label(option.label, 100) or option.route,
                value=option.route,
                description=truncate.label(option.description, 100) or None,
            )
            for option in reversed(unique.values())
        ][:25]
        if shown:
            self.add_row(
                ui.Select(custom_id=self._custom_id(verb, carries), placeholder=prompt, options=shown)
            )

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

    def _custom_id(self, verb: str, address: str) -> str:
        """Numbered: every item of a message needs an id of its own, also where two show the same."""
        self._slots += 1
        return f"{verb}{self._slots}:{address}"

    def _add(self, item: ui.Item[Any]) -> None:
        # An empty container is not a valid message: it joins the view with its first part.
        self._box.add_item(item)
        if not self._filled:
            self._filled = True
            self.add_item(self._box)
