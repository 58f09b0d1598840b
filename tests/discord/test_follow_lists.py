"""Lists of follows, and what a followed thread is called where it is named."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from bot.domain.follows import MAX_FOLLOWS, FollowTarget
from bot.domain.loads import Person
from bot.domain.search import Filters
from tests.support.follows import Fay, add, brings, gulls, tell
from tests.support.simulated_discord import World
from tests.support.world import buttons, options, reply_of, text_of

pytestmark = pytest.mark.slow


TITLE = "Harbour council votes to move the fish market"


async def follows_the_article(world: World, who: int) -> int:
    by = Person(who, "fay")
    watch, now = FollowTarget(article=world.article), datetime.now(UTC)
    of, _ = await world.services.follows.add(world.guild.id, who, watch, by, now, direct=True)
    return of.id


async def test_a_followed_article_goes_by_its_title(world: World, fay: Fay) -> None:
    number = await follows_the_article(world, fay.user.id)
    listed = (await fay.member.slash(world.channel, "follow list")).response
    assert f"{number}. new comments on “{TITLE}”" in options(listed)
    (choice,) = await fay.member.autocomplete(world.channel, "follow remove", "follow", "fish")
    assert choice["name"] == f"{number}. new comments on “{TITLE}”"


async def test_catching_up_names_a_paused_follow_of_an_article(world: World, fay: Fay) -> None:
    number = await follows_the_article(world, fay.user.id)
    await world.services.follows._store.pause(number, "direct-refused")
    shown = reply_of(await fay.member.slash(world.channel, "catchup"))
    assert (
        f"Your follow {number} (new comments on “{TITLE}”) is paused: DMs from Newsdesk are blocked." in shown
    )
    assert "was removed" not in shown


@pytest.mark.parametrize("channels", [0, 4])
async def test_a_long_list_has_whole_lines(world: World, fay: Fay, channels: int) -> None:
    by, now = Person(fay.user.id, "fay"), datetime.now(UTC)
    places = [(fay.user.id, True)]
    places += [(world.guild.create_text_channel(f"c{n}").id, False) for n in range(channels)]
    for place, direct in places:
        for number in range(MAX_FOLLOWS):
            watch = FollowTarget(
                f"*{number}* " + "herring and ferry " * 8, Filters("northern.courier.example", "ann")
            )
            await world.services.follows.add(world.guild.id, place, watch, by, now, direct=direct)
    reader = world.moderator if channels else fay.member
    if channels:
        for number in range(MAX_FOLLOWS):
            await reader.slash(world.channel, "follow add", query=f"*{number}* " + "herring and ferry " * 8)
    shown = text_of((await reader.slash(world.channel, "follow list")).response)
    lines = [one for one in shown.splitlines() if one.startswith("**") and "“" in one]
    assert len(lines) >= MAX_FOLLOWS
    assert all(one.endswith("· active") for one in lines)
    assert len(shown) <= 4000
    if channels:
        assert "-# and 75 more" in shown


async def test_in_a_direct_message_no_button_leads_to_another_archive(world: World, fay: Fay) -> None:
    await add(world, fay, query="gulls")
    brings(world, gulls(1))
    await tell(world)
    (message,) = fay.user.dm_channel.history()
    (number, *_) = [value for name, value in options(message).items() if "number 1" in name]
    opened = await fay.user.select(message, [number])
    assert opened.response is not None
    assert "Full text" in buttons(opened.response)
    assert "Ask" not in buttons(opened.response)
