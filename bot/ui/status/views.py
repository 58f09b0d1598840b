"""The view of /status."""

from __future__ import annotations

from bot.ui.kit.card import Card, Colour
from bot.ui.kit.context import Viewer
from bot.ui.kit.markdown import time
from bot.ui.kit.truncate import truncate
from bot.ui.status.strings import Style, sections

_STYLE = Style(
    lambda name: truncate(name, 80), lambda moment: time(moment, "f"), lambda channel: f"<#{channel}>"
)


async def status(viewer: Viewer, *, owner: bool) -> Card:
    """The status of the server for its moderators, of all servers for the bot's owner."""
    guild = None if owner else viewer.moderated_guild()
    (heading, lines), *others = sections(await viewer.services.status.status(guild), _STYLE)
    card = Card(Colour.ABOUT, f"### {heading}", *lines)
    for heading, lines in others:
        card.add_text(f"**{heading}**", *lines)
    return card
