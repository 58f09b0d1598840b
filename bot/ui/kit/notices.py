"""Cards that are text alone."""

from __future__ import annotations

from bot.ui.kit.card import Card, Colour


def text(content: str) -> Card:
    """A page of help, or that there is nothing yet; `content` is markdown."""
    return Card(Colour.ABOUT, content)
