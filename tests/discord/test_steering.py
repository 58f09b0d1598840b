"""Searches that members steer: operators, parentheses, orders, and what the heading says."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from simcord import ResponseMessage

from tests.support.simulated_discord import World
from tests.support.world import START, buttons, comment, load, reply_of, text_of, thread

pytestmark = pytest.mark.slow


def archive(world: World) -> None:
    """Three threads beside the one about the market."""
    day = timedelta(days=1)
    load(
        world.data,
        world.guild.id,
        [
            thread(
                "Tram drivers strike",
                "The tram drivers want to be paid for waiting at the depot.",
                comments=[
                    comment("netmender", "Pay the drivers.", 1, score=40),
                    comment("gull_hater", "No tram, no gulls.", 2, score=-3),
                ],
                source="gazette.example",
                submitter="ferryman",
                posted_at=START + 10 * day,
                inferred=False,
                subreddit="harbour",
                flair="Live thread",
                score=120,
            ),
            thread(
                "Bus lane closes for the strike",
                "The bus lane to the depot closes on Monday.",
                source="gazette.example",
                posted_at=START + 20 * day,
                inferred=False,
                subreddit="Trams",
                score=7,
            ),
            thread(
                "Rail bridge painted",
                "Painters of the bridge strike a match for the tram museum.",
                posted_at=START + 30 * day,
                inferred=False,
                subreddit="trams",
                score=30,
            ),
        ],
    )


async def search(world: World, query: str, **more: object) -> ResponseMessage:
    result = await world.member.slash(world.channel, "search", query=query, **more)
    assert result.response is not None
    assert result.ephemeral
    return result.response


def titles(card: ResponseMessage) -> list[str]:
    """The titles of the hits, in order."""
    bold = [line.strip("*") for line in text_of(card).splitlines() if re.match(r"\*\*\d+\. ", line)]
    return [line.split(". ", 1)[1] for line in bold]


TRAM, BUS, RAIL = "Tram drivers strike", "Bus lane closes for the strike", "Rail bridge painted"
MARKET = "Harbour council votes to move the fish market"


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("strike author:FERRYMAN", {TRAM}),
        ("author:netmender", {TRAM, MARKET}),
        ("strike source:gazette.example", {TRAM, BUS}),
        ("strike -source:gazette.example", {RAIL}),
        ("strike r/trams", {BUS, RAIL}),
        ("r/trams -bus", {RAIL}),
        ('flair:"live thread"', {TRAM}),
        ("strike score:>10", {TRAM, RAIL}),
        ("strike score:1..30", {BUS, RAIL}),
        ("strike comments:>1", {TRAM}),
        ("strike after:2024-03-25", {BUS, RAIL}),
        ("strike after:2024-03-25 before:2024-04-05", {BUS}),
        ("title:strike", {TRAM, BUS}),
        ("title:tram gulls", {TRAM}),
        ("gulls -title:tram", {MARKET}),
        ("(tram OR bus) depot", {TRAM, BUS}),
        ("strike NOT (tram museum)", {TRAM, BUS}),
        ("strike (source:courier.example OR score:>100)", {TRAM, RAIL}),
        ("(bus lane) OR (bridge tram)", {BUS, RAIL}),
        # A word or an operator: OR binds more tightly than words side by side, also here.
        ("author:netmender OR bridge", {TRAM, RAIL, MARKET}),
        ("bridge OR source:gazette.example depot", {TRAM, BUS}),
        ("r/trams OR author:netmender OR zeppelin", {TRAM, BUS, RAIL, MARKET}),
        ("author:gull_hater OR (bus lane)", {TRAM, BUS}),
        ("(author:netmender OR museum) (score:>20 OR petition)", {TRAM, RAIL}),
        ("strike NOT (bus r/trams)", {TRAM, RAIL}),
        ("author:netmender OR bridge -bribe", {TRAM, RAIL}),
        ("author:netmender -bribe", {TRAM}),
        ("author:netmender NOT (cheap bribe)", {TRAM}),
        ("author:netmender NOT (cheap drivers)", {TRAM, MARKET}),
        ("score:>100 OR title:rail", {TRAM, RAIL}),
    ],
)
async def test_operators_narrow_a_search(world: World, query: str, found: set[str]) -> None:
    archive(world)
    card = await search(world, query)
    assert set(titles(card)[: _full(card)]) == found


def _full(card: ResponseMessage) -> int | None:
    """The number of hits that have everything, if others follow."""
    text = text_of(card)
    if "only the first has all the words" in text:
        return 1
    mark = text.find(" have all the words")
    return int(text[:mark].rsplit(" ", 1)[1]) if mark >= 0 else None


async def test_options_are_operators_too_and_are_completed(world: World) -> None:
    archive(world)
    card = await search(world, "strike", subreddit="trams", min_score=10, order="score")
    assert titles(card)[:1] == [RAIL]
    assert text_of(card).startswith(
        "**1 thread for “strike subreddit:trams score:\\>=10”** · highest score first"
    )
    card = await search(world, "depot", title="drivers", flair="Live thread", min_comments=2)
    assert titles(card) == [TRAM]
    for option, typed, offered in (("subreddit", "tr", "Trams"), ("flair", "live", "Live thread")):
        choices = await world.member.autocomplete(world.channel, "search", option, typed, query="x")
        assert offered in [choice["value"] for choice in choices]


async def test_the_heading_says_what_was_ignored_and_how_often_words_occur(world: World) -> None:
    archive(world)
    card = await search(world, "the strike of tram")
    assert (
        text_of(card).splitlines()[1] == "-# “strike” in 3 texts · “tram” in 3 texts · ignored: “the”, “of”"
    )
    card = await search(world, "zeppelin gulls")
    assert "“zeppelin” in no text · “gulls” in 2 texts" in text_of(card)


async def test_hits_are_ordered_by_score_with_a_press(world: World) -> None:
    archive(world)
    card = await search(world, "strike r/trams")
    pressed = await world.member.click(card, label="Highest score")
    assert pressed.response is not None
    assert titles(pressed.response)[:2] == [RAIL, BUS]
    assert "highest score first" in text_of(pressed.response)
    listed = await search(world, "r/trams")
    assert text_of(listed).startswith("**2 threads for “r/trams”** · newest first")
    assert buttons(listed) == ["Highest score", "Only comments", "Follow", "Save", "Share"]


async def test_word_or_operator_has_one_order_and_pages(world: World) -> None:
    archive(world)
    card = await search(world, "author:netmender OR bridge")
    assert text_of(card).startswith("**3 threads for “author:netmender OR bridge”** · best matches first")
    assert titles(card) == [RAIL, MARKET, TRAM], "those with the word first, then the newest"
    newest = await world.member.click(card, label="Newest")
    assert newest.response is not None
    assert titles(newest.response) == [RAIL, MARKET, TRAM]
    best = await world.member.click(card, label="Highest score")
    assert best.response is not None
    assert titles(best.response) == [TRAM, RAIL, MARKET]
    trend = await world.member.slash(world.channel, "trend", query="author:netmender OR drivers")
    assert "**“author:netmender OR drivers” in 3 texts**" in reply_of(trend), "each text counts once"


@pytest.mark.parametrize(
    ("query", "error"),
    [
        ("strike score:high", "“score:high” has no number. Write score:>10, score:<5 or score:10..20."),
        ("after:dawn", "“after:dawn” has no date. Write after:2024-03-12, after:2024 or after:yesterday."),
        (
            "author:[deleted]",
            '“author:\\[deleted\\]” names nothing. Write author:NAME, or author:"TWO WORDS" in',
        ),
        (
            "NOT (strike author:ann)",
            "OR can’t join only a word to leave out and an operator",
        ),
    ],
)
async def test_bad_values_are_told_in_one_sentence(world: World, query: str, error: str) -> None:
    assert text_of(await search(world, query)).startswith(error)


async def test_hidden_names_cannot_be_searched_with_operators(world: World) -> None:
    archive(world)
    await world.services.settings.change(world.guild.id, pseudonyms=True)
    for query in ("author:netmender", "gulls -author:pierpoet", "(author:a OR author:b)", "a OR author:b"):
        card = text_of(await search(world, query))
        assert "pierpoet" not in card
        assert card == "This server shows commenters as letters, so you can't search by name."


async def test_what_is_near_in_meaning_is_said_to_be_so(world: World) -> None:
    load(
        world.data,
        world.guild.id,
        [
            thread("New car plant opens", "The cars are electric."),
            thread(
                "Doctor wins prize",
                "The doctor saw 300 patients.",
                comments=[comment("ann", "My car is old.", 1)],
            ),
        ],
    )
    card = await search(world, "automobile")
    assert text_of(card).splitlines()[0] == (
        "**Nothing has “automobile”; nearest by meaning: 2 threads with “car”, “cars”** · best matches first"
    )
    assert set(titles(card)) == {"New car plant opens", "Doctor wins prize"}
    load(world.data, world.guild.id, [thread("Automobile club meets", "On Monday.")])
    lines = text_of(await search(world, "automobile")).splitlines()
    assert lines[0] == "**1 thread for “automobile”** · best matches first"
    assert lines.index("Nearest by meaning, with “car”, “cars”:") > lines.index(
        "**1. Automobile club meets**"
    )
