"""The view of /audit."""

from __future__ import annotations

from bot.domain.audit import KINDS, AuditEntry, AuditKind
from bot.errors import NotFound
from bot.i18n import msg
from bot.ui.audit import strings
from bot.ui.kit import routes
from bot.ui.kit.card import Card, Colour, page_buttons
from bot.ui.kit.context import Viewer
from bot.ui.kit.format import dotted, small
from bot.ui.kit.markdown import time
from bot.ui.kit.truncate import truncate
from bot.ui.loads.cards import person

PAGE_SIZE = 10
ALL = len(KINDS)
"""The number that stands for all kinds in a route."""


async def audit(viewer: Viewer, page: int = 0, kind: int = ALL) -> Card:
    """A page of the server's audit list, newest first, of the kind with this number in KINDS. Raises
    NotAllowed("moderators-only") and NotFound("stale-button")."""
    guild = viewer.moderated_guild()
    if kind > ALL:
        raise NotFound("stale-button")
    chosen = None if kind == ALL else list(KINDS)[kind]
    total, entries = await viewer.services.audit.page(guild, chosen, PAGE_SIZE, page * PAGE_SIZE)
    pages = -(-total // PAGE_SIZE)
    if not entries:
        return Card(Colour.ABOUT, msg("audit-none"), small(msg("audit-note")))
    card = Card(Colour.ABOUT, msg("audit-title", count=total))
    for entry in entries:
        card.add_text(*_lines(entry))
    card.add_text(small(msg("audit-note")))
    card.add_buttons(*page_buttons(page, pages, lambda number: routes.audit(number, kind)))
    return card


def kind_number(kind: AuditKind | None) -> int:
    """The number of a kind in a route."""
    return ALL if kind is None else list(KINDS).index(kind)


def _lines(entry: AuditEntry) -> tuple[str, str]:
    what = strings.what(entry, lambda name: truncate(name, 80))
    return what, small(dotted(person(entry.by), time(entry.at, "f")))
