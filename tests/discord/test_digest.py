"""What a member sees of a comment digest: themes on a screen, the rest behind buttons, the picture."""

from __future__ import annotations

import codecs
from typing import Any

import discord
import pytest
import simcord
from simcord.components import walk_components

from bot.domain.articles import Scope
from bot.domain.dump import ParsedComment
from bot.errors import NotFound
from bot.ui import router
from bot.ui.kit import routes
from bot.ui.kit.context import Viewer
from tests.support.comment_threads import BUSES, GULLS, RENT, REST
from tests.support.simulated_discord import World
from tests.support.world import MARKET, buttons, comment, list_id, load, options, text_of, thread

pytestmark = pytest.mark.slow

TITLE = "Much said about a market"
MEDIA_GALLERY = 12
ASIDES = (
    "See https://minutes.example/2024/march for the vote.",
    "Who pays for the soil of the rail yard?",
    "More stalls than boats these days.",
)
SLUR = codecs.decode("fcvp", "rot13")


def discussion(minutes: int = 40) -> list[ParsedComment]:
    """Twelve comments at once, the others this long after one another."""
    texts = [*RENT, *BUSES, *GULLS, *REST, *ASIDES]
    return [comment(f"reader{n}", text, max(0, n - 12) * minutes) for n, text in enumerate(texts, 1)]


def pictures(message: Any) -> list[dict[str, Any]]:
    roots = message.components
    if isinstance(message, discord.Message):
        roots = [component.to_dict() for component in message.components]
    return [one for one in walk_components(roots) if one["type"] == MEDIA_GALLERY]


@pytest.fixture
async def card(world: World) -> simcord.ResponseMessage:
    load(world.data, world.guild.id, [thread(TITLE, *MARKET, comments=discussion())])
    result = await world.member.slash(world.channel, "comments digest", title=TITLE)
    assert result.response is not None
    return result.response


async def press(world: World, card: Any, label: str) -> simcord.ResponseMessage:
    result = await world.member.click(card, label=label)
    assert result.response is not None
    return result.response


def last_way(card: Any) -> str:
    """The button of a digest's last page, before those that every page has."""
    return buttons(card)[-5]


async def test_the_first_card_fits_a_phone_and_leads_to_the_rest(
    world: World, card: simcord.ResponseMessage
) -> None:
    first = text_of(card)
    assert len(first) < 1_400
    opening = "-# 17 of 23 comments mention “rent”, “bus” or “gulls”\n"
    assert first.startswith(f"### What people say: {TITLE}\n{opening}")
    assert "\n**“Free rent for a year is a bribe, and the council knows it.”** — *" in first
    assert "\n-# 7 comments mention “rent”\n" in first
    assert " other comments, among them 2 short remarks\n" in first
    assert "Also mentioned" not in first
    event = "-# 1 other thread covers the same subject."
    assert first.endswith(f"-# Based on all 23 comments\n{event}")
    *ways, article, comments, timeline, share = buttons(card)
    assert (article, comments, timeline, share) == ("Article", "Comments", "Timeline", "Share")
    shown = card
    everything = first
    for way in ways:
        shown = await press(world, shown, way)
        assert shown.id == card.id
        assert len(text_of(shown)) < 1_400
        everything += text_of(shown)
    assert "**One commenter disputes the article:** 6 to 5, not 7 to 4\n“It was 6 to 5" in everything
    assert f"The article: “{MARKET[0]}”" in everything
    assert "**Open questions**\n“" in everything
    assert "[minutes.example/2024/march](<https://minutes.example/2024/march>) · 1 comment" in everything
    assert text_of(await press(world, shown, "Overview")) == first


async def test_all_comments_of_a_theme_can_be_read(world: World, card: simcord.ResponseMessage) -> None:
    name, way = next(iter(options(card).items()))
    assert name == "7 comments mention “rent”"
    opened = await world.member.select(card, [way], custom_id=list_id(card, "go"))
    shown = opened.response
    assert shown is not None
    assert shown.id == card.id
    first, counts = text_of(shown).splitlines()[:2]
    assert first.startswith("### “Free rent for a year is a bribe, and the council knows it.”")
    mentions, *_others, title = counts.removeprefix("-# ").split(" · ")
    every = int(mentions.removesuffix(" comments mention “rent”"))
    assert title == f"on {TITLE}"
    texts = [text_of(shown)]
    while "›" in buttons(shown):
        shown = await press(world, shown, "›")
        texts.append(text_of(shown))
    assert sum(text.count("**reader") for text in texts) == every
    assert f" of {every}" in texts[-1]
    assert "### What people say" in text_of(await press(world, shown, "What people say"))


async def test_a_theme_that_a_load_took_away_is_explained(
    world: World, card: simcord.ResponseMessage
) -> None:
    more = [comment("reader", f"The boats {n}.", 500) for n in range(3)]
    load(world.data, world.guild.id, [thread("Three", *MARKET, comments=more)])
    number = (await world.services.archive.article(Scope(world.guild.id), "Three")).id
    asker = Viewer(world.services, Scope(world.guild.id), False, False, str)
    with pytest.raises(NotFound) as caught:
        await router.open_route(asker, routes.theme(number, 0))
    assert caught.value.key == "stale-button"


async def test_busy_times_are_a_picture_with_words_for_those_who_do_not_see_it(
    world: World, card: simcord.ResponseMessage
) -> None:
    assert pictures(card) == []
    around = await press(world, card, last_way(card))
    (gallery,) = pictures(around)
    (item,) = gallery["items"]
    assert item["description"].startswith("Bar chart of 23 comments from 12 Mar 2024, 09:00 UTC to ")
    assert "**Busiest time:** " in text_of(around)
    assert len(around.attachments) == 1
    posted = await _shared(world, around)
    assert pictures(posted)[0]["items"][0]["description"] == item["description"]
    assert len(posted.attachments) == 1
    back = await press(world, around, "Overview")
    assert list(back.attachments) == []


async def _shared(world: World, card: Any) -> Any:
    await world.member.click(card, label="Share")
    posted = world.channel.last_message
    assert posted is not None
    return posted


async def test_a_thread_that_was_over_at_once_has_no_picture(world: World) -> None:
    load(world.data, world.guild.id, [thread(TITLE, *MARKET, comments=discussion(minutes=0))])
    result = await world.member.slash(world.channel, "comments digest", title=TITLE)
    pages = [result.response]
    pages += [
        await press(world, pages[0], name) for name in ("More", "More themes") if name in buttons(pages[0])
    ]
    assert not any(map(pictures, pages))
    assert any("**Open questions**" in text_of(page) for page in pages)


async def test_what_insults_is_shown_to_those_who_choose_to_see_it(world: World) -> None:
    few = [
        comment("ann", f"The councillor is a {SLUR}, they say.", 1),
        comment("bob", "I do not like that word.", 2),
    ]
    load(world.data, world.guild.id, [thread("Few words", *MARKET, comments=few)])
    result = await world.member.slash(world.channel, "comments digest", title="Few words")
    assert f"“The councillor is a ||{SLUR}||, they say.”" in text_of(result.response)


@pytest.mark.parametrize(
    ("link", "shown"),
    [
        ("https://www.paper.example/a_b", "[paper.example/a\\_b](<https://www.paper.example/a_b>)"),
        ("https://bank.example@evil.example/a", "evil.example"),
        ("https://evil.example/a)[bank](https://b.example", "[evil.example/a](<https://evil.example/a>)"),
        ("https://paper.example/" + "x" * 600, "paper.example/" + "x" * 45 + "…"),
    ],
)
async def test_a_link_shows_where_it_leads(world: World, link: str, shown: str) -> None:
    few = [comment("ann", f"Read {link} first.", 1), comment("bob", "I did not read it.", 2)]
    load(world.data, world.guild.id, [thread("Few words", *MARKET, comments=few)])
    result = await world.member.slash(world.channel, "comments digest", title="Few words")
    assert f"**Links shared**\n{shown} · 1 comment" in text_of(result.response)
