"""Digests managed with buttons, menus and a form."""

from __future__ import annotations

import pytest
import simcord

from tests.support.schedules import plan, state
from tests.support.simulated_discord import World
from tests.support.world import buttons, card_of, list_id, options, reply_of, text_of

pytestmark = pytest.mark.slow


async def listed(world: World) -> simcord.ResponseMessage:
    return card_of(await world.moderator.slash(world.channel, "digest list"))


async def shown(world: World, number: int = 1) -> simcord.ResponseMessage:
    return card_of(await world.moderator.slash(world.channel, "digest show", digest=number))


async def pressed(world: World, card: simcord.ResponseMessage, label: str) -> simcord.ResponseMessage:
    return card_of(await world.moderator.click(card, label=label))


async def test_a_digest_is_opened_from_the_list_and_left_again(world: World) -> None:
    await plan(world, world.channel.id)
    card = await listed(world)
    route = next(value for label, value in options(card).items() if label.startswith("1. "))
    opened = card_of(await world.moderator.select(card, [route], custom_id=list_id(card, "go")))
    assert buttons(opened)[:6] == ["Edit…", "Pause", "Run now", "History", "Delete…", "All digests"]
    assert buttons(opened)[6:] == ["Posts…", "Template…", "Leave out…"]
    back = await pressed(world, opened, "All digests")
    assert text_of(back).startswith("**Scheduled digests** · 1")


async def test_a_digest_is_paused_and_resumed(world: World) -> None:
    await plan(world, world.channel.id)
    paused = await pressed(world, await shown(world), "Pause")
    assert "**Status** paused" in text_of(paused)
    assert "Resume" in buttons(paused)
    resumed = await pressed(world, paused, "Resume")
    assert "**Status** active" in text_of(resumed) or "paused" not in text_of(resumed)
    assert "Pause" in buttons(resumed)


async def test_a_digest_runs_now_and_has_a_history(world: World) -> None:
    await plan(world, world.channel.id)
    card = await shown(world)
    ran = await world.moderator.click(card, label="Run now")
    assert "Digest 1 will post in" in reply_of(ran)
    assert "Digest 1" in text_of(await pressed(world, card, "History"))


async def test_deleting_asks_first_and_can_be_declined(world: World) -> None:
    await plan(world, world.channel.id)
    asked = await pressed(world, await shown(world), "Delete…")
    assert "Delete digest 1? What it has posted stays." in text_of(asked)
    kept = await pressed(world, asked, "Keep as it is")
    assert "Delete…" in buttons(kept)
    gone = await pressed(world, await pressed(world, kept, "Delete…"), "Delete digest")
    assert "Digest 1 deleted." in text_of(gone)
    assert await world.services.digests.schedules(world.guild.id) == ()


async def test_several_are_paused_at_once(world: World) -> None:
    for late in range(3):
        await plan(world, world.channel.id, late=late)
    card = await listed(world)
    after = card_of(await world.moderator.select(card, ["1", "3"], custom_id=list_id(card, "pausing")))
    states = [schedule.state for schedule in await world.services.digests.schedules(world.guild.id)]
    assert states == ["paused", "active", "paused"]
    assert text_of(after).count("paused") == 2


async def test_a_form_plans_a_new_digest(world: World) -> None:
    form = await world.moderator.click(await listed(world), label="New digest…")
    filled = {"when": ["weekly"], "time": "Friday 18:30", "what": ["search"], "query": "rail yard"}
    preview = await world.moderator.submit_modal(form, filled | {"style": ["summaries"]})
    assert preview.ephemeral
    assert "Digest 1 saved." in text_of(await pressed(world, card_of(preview), "Save"))
    (one,) = await world.services.digests.schedules(world.guild.id)
    assert (one.plan.timing.every, one.plan.timing.day, one.plan.timing.minute) == ("weekly", 4, 18 * 60 + 30)
    assert (one.plan.choice.what, one.plan.choice.text) == ("search", "rail yard")
    assert one.plan.style == "summaries"
    assert one.plan.channel == world.channel.id


@pytest.mark.parametrize(
    ("time", "minute", "when"),
    [("8 pm", 1200, "daily"), ("7:05", 425, "weekdays"), ("", 480, "daily"), ("3 9 pm", 1260, "monthly")],
)
async def test_the_form_reads_times_as_people_write_them(
    world: World, time: str, minute: int, when: str
) -> None:
    form = await world.moderator.click(await listed(world), label="New digest…")
    preview = await world.moderator.submit_modal(
        form, {"when": [when], "time": time, "what": ["newest"], "style": ["headlines"]}
    )
    await pressed(world, card_of(preview), "Save")
    (one,) = await world.services.digests.schedules(world.guild.id)
    assert (one.plan.timing.minute, one.plan.timing.every) == (minute, when)


async def test_the_form_of_a_digest_has_its_settings_and_changes_them(world: World) -> None:
    form = await world.moderator.click(await listed(world), label="New digest…")
    cron = {"when": ["cron"], "time": "30 8 * * 1-5", "what": ["newest"], "style": ["headlines"]}
    await pressed(world, card_of(await world.moderator.submit_modal(form, cron)), "Save")
    form = await world.moderator.click(await shown(world), label="Edit…")
    assert "30 8 * * 1-5" in str(form.modal)
    changed = await world.moderator.submit_modal(form, cron | {"when": ["daily"], "time": "9:15"})
    assert "Digest 1 changed." in text_of(await pressed(world, card_of(changed), "Save"))
    (one,) = await world.services.digests.schedules(world.guild.id)
    assert (one.plan.timing.every, one.plan.timing.minute, one.plan.timing.cron) == ("daily", 555, None)


async def test_a_form_with_a_fault_says_what_to_mend(world: World) -> None:
    form = await world.moderator.click(await listed(world), label="New digest…")
    refused = await world.moderator.submit_modal(
        form, {"when": ["daily"], "time": "soon", "what": ["newest"], "style": ["headlines"]}
    )
    assert "soon" in reply_of(refused)
    assert await world.services.digests.schedules(world.guild.id) == ()


async def test_what_is_gone_meanwhile_is_said(world: World) -> None:
    await plan(world, world.channel.id)
    card = await shown(world)
    await world.services.digests.delete(world.guild.id, 1)
    for label in ("Edit…", "Pause", "Run now", "Delete…"):
        assert "digest 1" in reply_of(await world.moderator.click(card, label=label)).casefold()
    assert await state(world) == []
