"""Texts that would break, bend or flood a message: the archive holds what strangers wrote."""

from __future__ import annotations

import itertools
import time
from typing import get_args

import pytest
import simcord

from bot.domain.digests import Style
from tests.support.follows import Fay, add, brings, tell
from tests.support.posts import digest
from tests.support.simulated_discord import World
from tests.support.world import MARKUP, TITLES, buttons, comment, list_id, load, options, text_of, thread

pytestmark = pytest.mark.slow


SIZE = 1_000_000
MAX_SECONDS = 1.0
"""Of processor time on the event loop, for a command and a button."""
LONG = "word " * 2999 + "end"
QUOTED = "\n".join(">" * depth + " deeper" for depth in range(50, 0, -1))


@pytest.mark.parametrize("title", TITLES.values(), ids=TITLES)
@pytest.mark.parametrize("text", [LONG, MARKUP, QUOTED, "𝒳" * 9000], ids=["long", "markup", "quoted", "wide"])
async def test_every_card_is_taken_by_discord_and_harmless(world: World, title: str, text: str) -> None:
    """What is refused fails in the simulation, what breaks a limit in the check of all requests."""
    said_by = [comment(f"{MARKUP[:60]} {n}", f"{text} {n}", n, score=n) for n in range(12)]
    (number,) = load(world.data, world.guild.id, [thread(title, text, text, comments=said_by)]).ids
    member, channel, ref = world.member, world.channel, str(number)
    cards = [
        await member.slash(channel, "article show", title=ref),
        await member.slash(channel, "article summary", title=ref, length=12),
        await member.slash(channel, "comments list", title=ref),
        await member.slash(channel, "comments digest", title=ref),
        await member.slash(channel, "search", query="word OR deeper OR quote OR click"),
    ]
    full = await member.click(_message(cards[0]), label="Full text")
    cards.append(full)
    way = next(value for value in options(cards[2].response).values() if value.startswith("m"))
    cards.append(await member.select(_message(cards[2]), [way], custom_id=list_id(cards[2].response, "jump")))
    for card in cards:
        shown = text_of(card.response)
        for mark in ("<@1>", "<@&2>", "<#3>", "<t:1:R>", "<:x:4>", "](https", "\u202e", "\u2066"):
            assert mark not in shown.replace("\\<", "").replace("\\[", "").replace("\\]", "")
        assert "\n# Big" not in shown
        assert "\n> # " not in shown


async def test_a_comment_of_three_thousand_words_is_read_to_its_end(world: World) -> None:
    load(world.data, world.guild.id, [thread("Long", "Text.", comments=[comment("ann", LONG, 1)])])
    listed = await world.member.slash(world.channel, "comments list", title="Long")
    assert "word…" in text_of(listed.response)
    way = next(iter(options(listed.response).values()))
    page = await world.member.select(_message(listed), [way])
    words = text_of(page.response).count("word")
    while "›" in buttons(page.response):
        page = await world.member.click(_message(page), label="›")
        words += text_of(page.response).count("word")
    assert words == 2999
    assert "end\n-# on Long · page" in text_of(page.response)


PIECES = {"signs": "*_~|`<>[]@\\", "links": "[a](https://x.example/("}


@pytest.mark.parametrize("piece", PIECES.values(), ids=PIECES)
async def test_a_megabyte_is_shared_posted_and_told_without_a_stall(
    world: World, fay: Fay, piece: str
) -> None:
    """Shares, posts, digests of each style and notices, each with at most a second of the event loop."""
    text = piece * (SIZE // len(piece))
    said_by = [comment("ann", f"A gull. {text}", 1), comment("bo", "Another gull.", 2)]
    await add(world, fay, query="gull")
    (number,) = brings(world, thread("Gull " + text, "A gull. " + text, text, comments=said_by)).ids
    member, channel, ref = world.member, world.channel, str(number)
    spent = [time.thread_time()]
    for command in ("article show", "comments list", "comments digest"):
        card = _message(await member.slash(channel, command, title=ref))
        await member.click(card, label="Share")
        spent.append(time.thread_time())
    await member.slash(channel, "article post", title=ref)
    await tell(world)
    spent.append(time.thread_time())
    for style in get_args(Style):
        await digest(world, style)
        spent.append(time.thread_time())
    assert len(channel.history()) == 4 + len(get_args(Style))
    assert "Gull" in text_of(fay.user.dm_channel.history()[0])
    assert max(b - a for a, b in itertools.pairwise(spent)) < MAX_SECONDS


async def test_a_share_of_hostile_text_pings_nobody(world: World) -> None:
    load(world.data, world.guild.id, [thread(f"Story {world.member.mention} @everyone", MARKUP)])
    card = _message(await world.member.slash(world.channel, "article show", title="Story"))
    await world.member.click(card, label="Share")
    posted = world.channel.last_message
    assert posted is not None
    assert not posted.mention_everyone
    assert f"\\{world.member.mention[:-1].replace('@', chr(92) + '@')}" in text_of(posted)


async def test_what_members_type_is_shown_as_typed(world: World) -> None:
    result = await world.member.slash(world.channel, "search", query="**x** <@1> ||y||")
    assert text_of(result.response).startswith(
        "Nothing about “\\*\\*x\\*\\* \\<\\@1\\> \\|\\|y\\|\\|” in this archive"
    )


def _message(result: simcord.InteractionResult) -> simcord.ResponseMessage:
    assert result.response is not None
    return result.response
