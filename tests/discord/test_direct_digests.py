"""Digests by direct message: a member plans one, gets it, manages it, and nobody else sees it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
import simcord

from bot.domain.digests import MAX_DIRECT_SCHEDULES, Schedule
from bot.services.outbox_worker import TransientDeliveryError
from bot.ui.digests.discord_publisher import DiscordDigestSender
from tests.support.follows import Fay
from tests.support.schedules import TITLE, runner
from tests.support.simulated_discord import World
from tests.support.world import buttons, card_of, list_id, load, options, reply_of, text_of, thread

pytestmark = pytest.mark.slow


async def planned(world: World, fay: Fay, **more: Any) -> Schedule:
    given = {"when": "daily", "what": "newest", "at": "8:30"} | more
    card = card_of(await fay.member.slash(world.channel, "follow digest", **given))
    assert "**Sent** to you by DM" in text_of(card)
    assert buttons(card) == ["Save", "Cancel", "Template…", "Leave out…"]
    saved = text_of(card_of(await fay.member.click(card, label="Save")))
    assert "saved." in saved
    return (await world.services.digests.schedules_of(world.guild.id, fay.user.id))[-1]


async def send(world: World, schedule: Schedule) -> None:
    assert schedule.next_at is not None
    await runner(world, schedule.next_at).run_once()
    await world.env.settle()


def messages(fay: Fay) -> list[Any]:
    return [message for message in fay.user.dm_channel.history() if message.components]


async def shown(world: World, fay: Fay) -> simcord.ResponseMessage:
    listed = card_of(await fay.member.slash(world.channel, "follow list"))
    route = next(value for label, value in options(listed).items() if label.startswith("1. new"))
    return card_of(await fay.member.select(listed, [route], custom_id=list_id(listed, "go")))


async def test_it_is_sent_once_and_its_buttons_work(world: World, fay: Fay) -> None:
    schedule = await planned(world, fay)
    await send(world, schedule)
    await send(world, schedule)
    [message] = messages(fay)
    assert f"**1. {TITLE}**" in text_of(message)
    assert "Your digest from The Reading Room" in text_of(message)
    why = await fay.user.click(message, label="Why these?")
    assert f"**{TITLE}** · picked" in reply_of(why)
    assert world.channel.history() == []


async def test_a_lost_answer_is_found_and_nothing_is_sent_twice(
    world: World, fay: Fay, monkeypatch: pytest.MonkeyPatch
) -> None:
    schedule = await planned(world, fay)
    assert schedule.next_at is not None
    real = DiscordDigestSender.send

    async def lost(self: DiscordDigestSender, *given: Any) -> int:
        await real(self, *given)
        raise TransientDeliveryError("the answer was lost")

    with monkeypatch.context() as patch:
        patch.setattr(DiscordDigestSender, "send", lost)
        await runner(world, schedule.next_at).run_once()
    await runner(world, schedule.next_at + timedelta(minutes=10)).run_once()
    assert len(messages(fay)) == 1


async def test_its_member_manages_it_and_nobody_else_sees_it(world: World, fay: Fay) -> None:
    await planned(world, fay)
    card = await shown(world, fay)
    assert buttons(card)[:5] == ["Edit…", "Pause", "Run now", "History", "Delete…"]
    paused = card_of(await fay.member.click(card, label="Pause"))
    assert "**Status** paused" in text_of(paused)
    resumed = card_of(await fay.member.click(paused, label="Resume"))
    ran = await fay.member.click(resumed, label="Run now")
    assert "Digest 1 will be sent to you" in reply_of(ran)
    form = await fay.member.click(resumed, label="Edit…")
    changed = await fay.member.submit_modal(
        form, {"when": ["weekly"], "time": "friday 9:00", "what": ["random"], "style": ["headlines"]}
    )
    assert "changed" in text_of(card_of(await fay.member.click(card_of(changed), label="Save")))
    assert "No digests yet" in reply_of(await world.moderator.slash(world.channel, "digest list"))
    for command in ("show", "history", "pause", "run", "why", "delete"):
        refused = await world.moderator.slash(world.channel, f"digest {command}", digest=1)
        assert "There is no digest 1 in this server." in reply_of(refused), command
    assert "Digest 1" not in reply_of(await world.moderator.slash(world.channel, "status"))
    exported = await world.services.settings_transfer.export(world.guild.id)
    assert b"direct" not in exported
    asked = card_of(await fay.member.click(card, label="Delete…"))
    await fay.member.click(asked, label="Delete digest")
    assert await world.services.digests.schedules_of(world.guild.id, fay.user.id) == ()


async def test_a_member_who_takes_no_messages_or_left_finds_it_paused(world: World, fay: Fay) -> None:
    schedule = await planned(world, fay)
    fay.user.block_dms() if hasattr(fay.user, "block_dms") else None
    await world.services.digests._store.pause(schedule.id, "direct-refused")
    assert "paused: DMs from Newsdesk are blocked" in reply_of(
        await fay.member.slash(world.channel, "follow list")
    )


async def test_each_article_can_have_a_message_and_limits_hold(world: World, fay: Fay) -> None:
    load(world.data, world.guild.id, [thread("Red light district", "Text.", over_18=True)])
    for _ in range(MAX_DIRECT_SCHEDULES):
        schedule = await planned(world, fay)
    given = {"when": "daily", "what": "random"}
    card = card_of(await fay.member.slash(world.channel, "follow digest", **given))
    refused = await fay.member.click(card, label="Save")
    assert "You already get 5 digests by DM here, the limit." in reply_of(refused)
    await send(world, schedule)
    assert all("Red light" not in text_of(message) for message in messages(fay))
