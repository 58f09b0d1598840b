"""Follow-ups: replies to answers, questions in threads and direct messages, and "Ask more"."""

from __future__ import annotations

from typing import Any

import pytest

from bot.client import NewsdeskBot
from tests.support.simulated_discord import World
from tests.support.world import buttons, load, text_of, thread

pytestmark = pytest.mark.slow

BEFORE = "How many members voted for the ferry tax?"
AGAINST = "How many members voted against the ferry tax?"
TEXT = (
    "Nine members voted for the ferry tax on Monday.",
    "Five members voted against the ferry tax.",
)


@pytest.fixture
def ferry(world: World) -> World:
    load(world.data, world.guild.id, [thread("Ferry tax passes", *TEXT)])
    load(world.data, None, [thread("Ferry tax passes", *TEXT)])
    return world


async def ask(world: World, text: str, channel: Any = None, **more: Any) -> Any:
    user = world.env.bot.user
    assert user is not None
    channel = channel or world.channel
    await world.member.send(channel, f"{user.mention} {text}", **more)
    return channel.last_message


async def test_a_reply_says_how_it_was_understood_also_after_a_restart(ferry: World) -> None:
    first = await ask(ferry, BEFORE)
    assert "Nine" in text_of(first)
    assert "Asked as" not in text_of(first)
    await ferry.env.restart_bot(NewsdeskBot(ferry.services))
    answer = await ask(ferry, "And how many were against?", reply_to=first)
    assert text_of(answer).startswith(f"-# Asked as: {AGAINST}\n")
    assert "Five" in text_of(answer)
    await ferry.env.restart_bot(NewsdeskBot(ferry.services))
    second = await ask(ferry, "and for?", reply_to=answer)
    assert text_of(second).startswith(f"-# Asked as: {BEFORE}\n")
    whole = await ask(ferry, "Who moved the fish market?", reply_to=answer)
    assert "Asked as" not in text_of(whole)
    kept = b"".join(path.read_bytes() for path in ferry.data.glob("state.db*"))
    assert b"ferry tax?" not in kept


async def test_another_year_is_asked_of_everything(ferry: World) -> None:
    load(ferry.data, ferry.guild.id, [thread("Storm of 2019", "In 2019 the storm sank 40 boats.")])
    load(ferry.data, ferry.guild.id, [thread("Storm of 2021", "In 2021 the storm sank 12 boats.")])
    first = await ask(ferry, "How many boats did the storm sink in 2019?")
    assert "40" in text_of(first)
    answer = await ask(ferry, "and in 2021?", reply_to=first)
    assert text_of(answer).startswith("-# Asked as: How many boats did the storm sink in 2021?\n")
    assert "### 12\n" in text_of(answer)


async def test_ask_more_completes_from_the_answer_above_it(ferry: World) -> None:
    card = (await ferry.member.slash(ferry.channel, "ask", question=BEFORE)).response
    assert card is not None
    form = await ferry.member.click(card, label="Ask more")
    answer = await ferry.member.submit_modal(form, {"question": "and against?"})
    assert text_of(answer.response).startswith(f"-# Asked as: {AGAINST}\n")
    why = await ferry.member.click(answer.response, label="Why this?")  # type: ignore[arg-type]
    back = await ferry.member.click(why.response, label="Back to answer")  # type: ignore[arg-type]
    assert text_of(back.response).startswith(f"-# Asked as: {AGAINST}\n")
    if "Share" in buttons(back.response):
        await ferry.member.click(back.response, label="Share")  # type: ignore[arg-type]
        posted = text_of(ferry.channel.last_message)
        assert "Asked as" not in posted
        assert AGAINST in posted


async def test_a_question_in_a_thread_follows_the_last_answer_there(ferry: World) -> None:
    await ferry.member.slash(ferry.channel, "article post", title="Ferry tax passes", thread=True)
    (opened,) = ferry.channel.threads
    first = await ask(ferry, "And how many were against?", opened)
    assert "Asked as" not in text_of(first)
    await ask(ferry, BEFORE, opened)
    await ferry.member.send(opened, "nine is not many")
    answer = await ask(ferry, "And how many were against?", opened)
    assert text_of(answer).startswith(f"-# Asked as: {AGAINST}\n")
    elsewhere = await ask(ferry, "And how many were against?")
    assert "Asked as" not in text_of(elsewhere)


async def test_a_direct_message_follows_the_last_answer(ferry: World) -> None:
    for text in (BEFORE, "And against?"):
        await ferry.member.send_dm(text)
    answer = ferry.member.user.dm_channel.last_message
    assert text_of(answer).startswith(f"-# Asked as: {AGAINST}\n")
