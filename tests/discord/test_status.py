"""/status: moderators see their server, the bot's owner all of them."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.support.schedules import DUE, plan, runner
from tests.support.simulated_discord import World
from tests.support.world import card_of, load, reply_of, text_of, thread

pytestmark = pytest.mark.slow

NAME = "elsewhere.txt"


@pytest.fixture
def elsewhere(world: World) -> int:
    """A load of another server, and a trouble of the machine."""
    world.services.status.troubles.note("model", model="small-model")
    return load(world.data, 77, [thread("The tram is late", "It waits.")], NAME).load


async def test_moderators_see_their_server_only(world: World, elsewhere: int) -> None:
    await plan(world)
    result = await world.moderator.slash(world.channel, "status")
    assert result.ephemeral
    shown = text_of(card_of(result))
    assert "1. sample.txt · loaded · <t:" in shown
    assert f"Digest 1 · <#{world.channel.id}> · <t:" in shown
    assert "Failed in the last 24 hours: 0" in shown
    assert "Language model: none" in shown
    assert "Last backup: never" in shown
    assert NAME not in shown
    assert "small-model" not in shown


async def test_members_see_nothing(world: World) -> None:
    shown = reply_of(await world.env.create_user("ann").slash("status"))
    assert "moderator" in shown
    assert "sample.txt" not in shown


async def test_the_owner_sees_all_servers(world: World, elsewhere: int) -> None:
    owner = world.env.create_user("olive")
    world.env.bot.owner_id = owner.id  # type: ignore[attr-defined]  # as Discord tells it
    shown = reply_of(await owner.slash("status"))
    assert NAME in shown
    assert "sample.txt" in shown
    assert "The language model small-model can't be reached" in shown


async def test_posts_that_fail_are_a_trouble_until_one_is_sent(world: World) -> None:
    status = world.services.status
    schedule = await plan(world)
    path = f"/channels/{world.channel.id}/messages"
    world.env.inject_error("POST", path, status=403, code=50013, message="No")
    await runner(world).run_once()
    [failure] = (await status.status(world.guild.id)).failures
    assert (failure.kind, failure.number, failure.place) == ("digest", schedule.id, world.channel.id)
    shown = text_of(card_of(await world.moderator.slash(world.channel, "status")))
    assert "Failed in the last 24 hours: 1" in shown
    assert f"Digest 1 · <#{world.channel.id}> · <t:" in shown
    await status.check(1)
    assert [trouble.kind for trouble in status.troubles.all()] == ["posts"]
    await world.services.digests.resume(world.guild.id, schedule.id, DUE)
    await runner(world, DUE + timedelta(hours=1)).run_once()
    assert [text_of(message) for message in world.channel.history()] != []
    await status.check(1)
    assert status.troubles.all() == ()
