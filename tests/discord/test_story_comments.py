"""The comments of a story of several threads, as a member reads them."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import discord
import pytest

from bot.domain.dump import ParsedThread
from bot.ui.kit.component_tree import walk
from bot.ui.kit.limits import MAX_COMPONENTS
from tests.support.posts import look
from tests.support.simulated_discord import World
from tests.support.world import buttons, card_of, comment, list_id, load, options, text_of, thread

pytestmark = pytest.mark.slow

TITLE = "Harbour council votes to move the fish market"
LINK = "https://www.courier.example/fish-market?utm_source=feed"


def submission(key: str, title: str, *remarks: tuple[str, str], **more: Any) -> ParsedThread:
    """A submission of a link to the page of the market, whose comments reply to the one before."""
    keys = [f"t1_{key[3:]}{number}" for number in range(len(remarks))]
    comments = [
        comment(
            author,
            text,
            200 + number,
            key=keys[number],
            captured=more.get("captured"),
            parent_key=keys[number - 1] if number else key,
        )
        for number, (author, text) in enumerate(remarks)
    ]
    values: dict[str, Any] = {"source": "courier.example", "subreddit": "saltmere", **more}
    when = datetime(2024, 3, 12, 12, tzinfo=UTC)
    return thread(title, key=key, posted_at=when, inferred=False, comments=comments, link=LINK, **values)


def parts(message: Any) -> int:
    roots = message.components
    if isinstance(message, discord.Message):
        roots = [component.to_dict() for component in message.components]
    return len(list(walk(roots)))


@pytest.fixture
def story(world: World) -> World:
    """The page of the market, three threads of its link, and a report of the event in other words."""
    report = thread(
        "Saltmere: harbour council votes to move the fish market to the rail yard",
        "The fish market moves to the old rail yard by spring: the harbour council voted 7 to 4 for it. A"
        " petition against the move has 3,100 names, and stallholders will pay no rent in the first year.",
        source="herald.example",
        posted_at=datetime(2024, 3, 13, 9, tzinfo=UTC),
        inferred=False,
        comments=[comment("herald_reader", "I read it in the Herald.", 2000)],
    )
    load(
        world.data,
        world.guild.id,
        [
            submission("t3_a1", "They did it", ("ann", "Who voted for it?"), ("ben", "The mayor did.")),
            submission("t3_b2", TITLE, ("cleo", "The bus stops there."), subreddit="news"),
            submission("t3_c3", "Well, well", ("gail", "Gulls will love it."), ("finn", "So will I.")),
            report,
        ],
    )
    return world


async def test_the_comments_of_a_story_stand_together_and_say_where_they_are_from(story: World) -> None:
    world = story
    shown = card_of(await world.member.slash(world.channel, "article show", title="They did it"))
    assert "8 comments · 5 threads, 2 papers" in text_of(shown)
    listed = card_of(await world.member.slash(world.channel, "comments list", title="They did it"))
    text = text_of(listed)
    headings = [line for line in text.splitlines() if line.startswith(("**", "↳"))]
    assert [line.partition(" · <t:")[0] for line in headings] == [
        "**netmender** · courier.example",
        "**oysterjo** · courier.example",
        "**pierpoet** · courier.example",
        "**ann** · r/saltmere",
        "↳ **ben** · replying to *ann* · r/saltmere",
    ]
    assert "-# 1–5 of 8 · from 4 threads · oldest first, replies below\n" in text
    assert "-# 1 other thread covers the same subject." in text
    assert "Timeline" in buttons(listed)
    assert "Herald" not in text
    rest = text_of((await world.member.click(listed, label="›")).response)
    assert "**cleo** · r/news" in rest
    assert "**finn** · replying to *gail* · r/saltmere (2)" in rest
    assert "-# 6–8 of 8" in rest
    newest = card_of(await world.member.click(listed, label="Newest first"))
    assert "**cleo** · r/news" in text_of(newest)
    assert "ann: 1 reply" in buttons(newest)
    assert parts(newest) <= MAX_COMPONENTS
    below = text_of((await world.member.click(newest, label="ann: 1 reply")).response)
    assert below.startswith("### 1 reply to ann")
    assert "**ben** · replying to *ann* · <t:" in below


async def test_one_thread_of_a_story_is_chosen_and_left_again(story: World) -> None:
    world = story
    listed = card_of(await world.member.slash(world.channel, "comments list", title="They did it"))
    threads = [name for name in options(listed) if "/" in name or "courier" in name or "All" in name]
    assert threads == [
        "All 4 threads of this story",
        "courier.example",
        "r/saltmere",
        "r/news",
        "r/saltmere (2)",
    ]
    where = list_id(listed, "go")
    chosen = await world.member.select(listed, [options(listed)["r/saltmere (2)"]], custom_id=where)
    text = text_of(chosen.response)
    assert text.startswith("### Comments: Well, well")
    assert "-# 1–2 of 2 · only r/saltmere (2) · oldest first, replies below" in text
    assert "**gail** · <t:" in text
    card = card_of(chosen)
    assert buttons((await world.member.click(card, label="Newest first")).response)
    every = options(card)["All 4 threads of this story"]
    again = await world.member.select(card, [every], custom_id=list_id(card, "go"))
    assert "-# 1–5 of 8 · from 4 threads" in text_of(again.response)
    alone = await world.member.slash(world.channel, "comments list", title="They did it", one_thread=True)
    assert "-# 1–2 of 2 · only r/saltmere · oldest first" in text_of(alone.response)


async def test_what_people_say_is_read_from_all_threads(story: World) -> None:
    world = story
    digest = card_of(await world.member.slash(world.channel, "comments digest", title="They did it"))
    text = text_of(digest)
    assert text.startswith("### What people say: They did it")
    assert "*netmender*, courier.example, <t:" in text
    assert "-# Based on all 8 comments · from 4 threads" in text
    assert "-# 1 other thread covers the same subject." in text
    assert "Herald" not in text
    shared = await world.member.click(digest, label="Share")
    assert "from 4 threads" in text_of(world.channel.last_message)
    assert shared
    listed = await world.member.click(digest, label="Comments")
    assert "1–5 of 8 · from 4 threads" in text_of(listed.response)


async def test_a_comment_of_another_thread_leaves_a_shared_card_when_it_is_deleted(story: World) -> None:
    world = story
    first, home = ("eve", "One more."), ("dora", "My home address is Quay 4.")
    told: dict[str, Any] = {"subreddit": "isles", "captured": 100}
    load(world.data, world.guild.id, [submission("t3_d4", "Once more", first, home, **told)])
    listed = card_of(await world.member.slash(world.channel, "comments list", title=TITLE, sort="newest"))
    assert "**dora** · replying to *eve* · r/isles" in text_of(listed)
    await world.member.click(listed, label="Share")
    assert home[1] in text_of(world.channel.last_message)
    told["captured"] = 200
    gone = submission("t3_d4", "Once more", first, ("[deleted]", "[deleted]"), **told)
    load(world.data, world.guild.id, [gone])
    await look(world)
    shown = text_of(world.channel.last_message)
    assert home[1] not in shown
    assert "-# Shared by" in shown
    assert "1 more was deleted" in shown


async def test_letters_stand_for_the_names_of_every_thread(story: World) -> None:
    world = story
    await world.services.settings.change(world.guild.id, pseudonyms=True)
    shown = text_of((await world.member.slash(world.channel, "comments list", title="They did it")).response)
    assert "**Commenter A** · courier.example" in shown
    assert "↳ **Commenter B** · replying to *Commenter A* · r/saltmere" in shown
    assert "netmender" not in shown
    assert "reddit.com" not in shown
