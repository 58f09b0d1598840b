"""Pressed buttons whose ids were forged are expired buttons."""

from __future__ import annotations

from typing import Any

import pytest

from tests.support.simulated_discord import World
from tests.support.world import load, said, thread

pytestmark = pytest.mark.slow

HUGE = str(2**63)
FORGED = [
    *(
        f"turn1:{route}"
        for route in (f"a{HUGE}", f"t1.{HUGE}", f"m{HUGE}0", "a-1", "c1.-5", "a１", "g1", "z")
    ),
    *(f"{verb}1:{HUGE}" for verb in ("mute", "undo", "pause", "cancel", "about", "discuss")),
    f"follow1:a{HUGE}",
    f"here1:a{HUGE}",
    f"picked1:{HUGE}.0123456789abcdef",
    f"home1:{HUGE}.a1",
    "turn1:s1.zz.||||gulls",
    f"turn1:s{HUGE}.br.||||gulls",
]


async def test_forged_ids_are_expired_buttons(world: World, caplog: pytest.LogCaptureFixture) -> None:
    load(world.data, world.guild.id, [thread("Market", "The market opens.")])
    card: Any = (await world.moderator.slash(world.channel, "article show", title="Market")).response
    stored: Any = world.env.backend.get_message(world.channel.id, card.id)
    row = next(part for part in stored.components[0]["components"] if part["type"] == 1)
    for forged in FORGED:
        row["components"][0]["custom_id"] = forged
        result = await world.moderator.click(card, custom_id=forged)
        assert "expired" in said(result.response), forged
    assert "fault" not in caplog.text
