"""What every card is checked for, and texts that no card may break on."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from hypothesis import strategies as st
from simcord.components import validate_message_state, walk_components

from bot.ui.kit.card import Card
from bot.ui.kit.truncate import utf16_length

V2 = 1 << 15


AT = datetime(2024, 3, 12, 9, tzinfo=UTC)


BIG = 2**52


WILD = st.one_of(
    st.text(max_size=60),
    st.sampled_from(
        ["*" * 3000, "word " * 3000, "\n".join("> " * 50 + "x" for _ in range(50)), "𝒳" * 5000, " "]
    ),
)


NAME = st.one_of(WILD, st.just("[deleted]"))


def components_of(card: Card) -> list[dict[str, Any]]:
    """The card as it is sent."""
    components: list[dict[str, Any]] = card.to_components()  # type: ignore[no-untyped-call] # discord.py's
    return components


def check(card: Card, files: int = 0) -> None:
    """Fails where Discord would refuse the card."""
    components = components_of(card)
    uploads = [{"filename": file.filename} for file in card.attachments()]
    validate_message_state(components, flags=V2, content=None, embeds=[], attachments=uploads)
    parts = list(walk_components(components))
    assert len(parts) <= 40
    assert sum(utf16_length(part.get("content", "")) for part in parts) <= 4000
    ids = [part["custom_id"] for part in parts if "custom_id" in part]
    assert len(ids) == len(set(ids))
    assert all(utf16_length(one) <= 100 for one in ids)
    assert len(uploads) == files
