"""Cards with text only."""

from __future__ import annotations

from bot.ui.kit.card import Card, Colour


def text(content: str) -> Card:
    """A card with this markdown."""
    return Card(Colour.ABOUT, content)
