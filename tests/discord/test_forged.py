"""Pressed buttons whose ids were forged are expired buttons."""

from __future__ import annotations

from typing import Any

import pytest

from tests.support.components import custom_ids
from tests.support.simulated_discord import World
from tests.support.world import load, text_of, thread

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
        assert "expired" in text_of(result.response), forged
    assert "fault" not in caplog.text


ARGUMENTS = ("-", "1", "0.0123456789abcdef", "1.a1", "a1", "digest", "on", "file", "posts", ".1.x")
WORKING = {"forget", "resume", "retract"}
"""These start a loader, which takes seconds."""
CHOSEN = ("x", "-1", HUGE, "１", "a" + HUGE)


def forged_ids() -> list[str]:
    """A custom_id of every kind, apart from those that start a loader."""
    ids = [made[0] for made in custom_ids(ARGUMENTS) if made]
    return [one for one in ids if one.partition("1:")[0] not in WORKING]


async def test_no_component_of_a_forged_kind_or_choice_is_a_fault(
    world: World, caplog: pytest.LogCaptureFixture
) -> None:
    load(world.data, world.guild.id, [thread("Market", "The market opens.")])
    card: Any = (await world.moderator.slash(world.channel, "article show", title="Market")).response
    stored: Any = world.env.backend.get_message(world.channel.id, card.id)

    def hold(component: dict[str, Any]) -> None:
        """Whatever the last press made of the message."""
        stored.components = [{"type": 17, "components": [{"type": 1, "components": [component]}]}]

    ids = forged_ids()
    assert {"follows1:-", "mutes1:-", "role1:-", "jump1:-"} <= set(ids)
    for number, custom_id in enumerate(ids):
        value = CHOSEN[number % len(CHOSEN)]
        options = [{"label": "x", "value": value}]
        hold({"type": 3, "custom_id": custom_id, "options": options})
        await world.moderator.select(card, [value], custom_id=custom_id)
        hold({"type": 2, "style": 2, "label": "x", "custom_id": custom_id})
        await world.moderator.click(card, custom_id=custom_id)
    faults = [record.getMessage() for record in caplog.records if "fault" in record.getMessage()]
    assert faults == []
