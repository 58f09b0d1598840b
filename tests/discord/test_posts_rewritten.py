"""Posts whose content a newer dump has deleted or edited at its source."""

from __future__ import annotations

from typing import Any

import pytest

from bot.domain.dump import ParsedThread
from tests.support.posts import look
from tests.support.simulated_discord import World
from tests.support.world import card_of, comment, load, text_of, thread

pytestmark = pytest.mark.slow

HOME = "My home address is Quay 4."


def capture(at: int, text: str, author: str = "bo", **more: Any) -> ParsedThread:
    """The thread as it was captured at that time."""
    said_so = comment(author, text, 3, key="t1_1z", captured=at, **more)
    other = comment("cleo", "The pier was closed all day.", 5, key="t1_20", captured=at)
    return thread("Ferry sails", "On time.", key="t3_1y", captured=at, comments=[said_so, other])


async def share_comments(world: World) -> Any:
    load(world.data, world.guild.id, [capture(100, HOME, score=1)])
    card = card_of(await world.member.slash(world.channel, "comments list", title="Ferry sails"))
    await world.member.click(card, label="Share")
    return world.channel.last_message


async def test_a_comment_deleted_at_its_source_leaves_the_shared_card(world: World) -> None:
    assert HOME in text_of(await share_comments(world))
    load(world.data, world.guild.id, [capture(200, "[deleted]", "[deleted]")])
    await look(world)
    shown = text_of(world.channel.last_message)
    assert HOME not in shown
    assert "The pier was closed all day." in shown
    assert "-# Shared by" in shown


async def test_a_comment_edited_at_its_source_is_shown_as_it_is_now(world: World) -> None:
    await share_comments(world)
    second = load(world.data, world.guild.id, [capture(200, "Late as ever.")])
    await look(world)
    assert HOME not in text_of(world.channel.last_message)
    assert "Late as ever." in text_of(world.channel.last_message)
    load(world.data, world.guild.id, [capture(300, "Later than ever.")])
    await look(world)
    assert "Later than ever." in text_of(world.channel.last_message)
    assert second.comments.updated == 1


async def test_a_new_score_edits_nothing(world: World) -> None:
    posted = await share_comments(world)
    load(world.data, world.guild.id, [capture(200, HOME, score=9)])
    await look(world)
    assert world.channel.history()[-1].edited_at == posted.edited_at


async def test_an_older_capture_edits_nothing(world: World) -> None:
    posted = await share_comments(world)
    load(world.data, world.guild.id, [capture(50, "My home is far away.")])
    await look(world)
    assert world.channel.history()[-1].edited_at == posted.edited_at
    assert HOME in text_of(world.channel.last_message)
