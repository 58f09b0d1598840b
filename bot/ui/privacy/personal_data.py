"""The card of what is stored about a member, with the file of all of it."""

from __future__ import annotations

import msgspec

from bot.domain.privacy import DataKind, PersonalData
from bot.i18n import msg
from bot.ui.kit.card import Button, Card, Colour, keep_button
from bot.ui.kit.context import Viewer
from bot.ui.kit.format import small
from bot.ui.kit.limits import MAX_ATTACHMENT_BYTES

FILE = "newsdesk-about-you.json"


async def personal_data(viewer: Viewer) -> Card:
    """Everything that is stored under the viewer's id, in all servers."""
    assert viewer.member is not None  # noqa: S101 - commands are used by somebody
    data = await viewer.services.privacy.data(viewer.member)
    request = viewer.mention_command("privacy request")
    if data.is_empty:
        return Card(Colour.ABOUT, msg("mine-nothing"), small(msg("mine-authors", request=request)))
    card = Card(Colour.ABOUT, msg("mine-title"), *_facts(data))
    card.add_text(small(msg("mine-kept")), small(msg("mine-authors", request=request)))
    content = msgspec.json.format(msgspec.json.encode(data.records), indent=1)
    if len(content) <= MAX_ATTACHMENT_BYTES:
        card.add_file(FILE, content)
    if data.can_delete:
        card.add_buttons(Button(msg("mine-delete"), "ask", "mine", danger=True))
    return card


async def deletion_question(viewer: Viewer) -> Card:
    """Asks before the viewer's data are deleted."""
    card = Card(Colour.ABOUT, msg("mine-question"), msg("mine-effect"))
    card.add_buttons(Button(msg("mine-confirm"), "delete", "mine", danger=True), keep_button())
    return card


async def deleted(viewer: Viewer) -> Card:
    """Deletes the viewer's data."""
    assert viewer.member is not None  # noqa: S101 - buttons are pressed by somebody
    data = await viewer.services.privacy.delete(viewer.member)
    card = Card(Colour.ABOUT, msg("mine-deleted"))
    card.add_text(small(msg("mine-kept")) if data.loads or data.records["audit"] else "")
    return card


def _facts(data: PersonalData) -> list[str]:
    counts: dict[DataKind, int] = {kind: len(records) for kind, records in data.records.items()}
    facts = [
        msg("mine-follows", count=counts["follows"]) if counts["follows"] else "",
        msg("mine-own-digests", count=counts["own_digests"]) if counts["own_digests"] else "",
        msg("mine-channel-follows", count=counts["channel_follows"]) if counts["channel_follows"] else "",
        msg("mine-digests", count=counts["digests"]) if counts["digests"] else "",
        msg("mine-shared", count=counts["shared"]) if counts["shared"] else "",
        msg("mine-messages", count=counts["messages"]) if counts["messages"] else "",
        msg("mine-searches", count=counts["searches"]) if counts["searches"] else "",
        msg("mine-visits", count=counts["visits"]) if counts["visits"] else "",
        msg("mine-requests", count=counts["requests"]) if counts["requests"] else "",
        msg("mine-tokens") if counts["tokens"] else "",
        msg("mine-audit", count=counts["audit"]) if counts["audit"] else "",
        msg("mine-loads", count=data.loads) if data.loads else "",
    ]
    return [f"- {fact}" for fact in facts if fact]
