"""What a member sees of /search and of the look-up of a message."""

from __future__ import annotations

import pytest
from simcord import ResponseMessage

from bot.domain.articles import Scope
from bot.domain.dump import ParsedThread
from bot.store.ingest.writer import CorpusWriter
from tests.support.engines import engine_at
from tests.support.keyed_comments import keyed
from tests.support.simulated_discord import World
from tests.support.world import (
    BY,
    START,
    buttons,
    card_of,
    comment,
    lines,
    list_id,
    load,
    options,
    reply_of,
    text_of,
    thread,
)

pytestmark = pytest.mark.slow


async def search(world: World, query: str, **more: str) -> ResponseMessage:
    result = await world.member.slash(world.channel, "search", query=query, **more)
    assert result.response is not None
    assert result.ephemeral
    return result.response


def many(count: int) -> list[ParsedThread]:
    return [
        thread(
            f"Tram line {n} opens",
            f"The tram runs past house number {n}.",
            comments=[comment("rider", "Rails at last.", n)],
            source=f"paper{n % 3}.example",
        )
        for n in range(1, count + 1)
    ]


async def test_hits_have_a_title_a_source_a_time_and_the_words_in_bold(world: World) -> None:
    shown = text_of(await search(world, "stallholders rent"))
    assert shown.splitlines() == [
        "**1 thread for “stallholders rent”** · best matches first",
        "-# “stallholders” in 1 text · “rent” in 3 texts",
        "**1. Harbour council votes to move the fish market**",
        "-# courier.example · <t:1710234840:D>",
        "> **Stallholders** will pay no **rent** in the first year. "
        "A petition against the move has 3,100 names.",
        "-# 1 of 1",
    ]


async def test_a_comment_that_matches_is_quoted_with_its_author(world: World) -> None:
    shown = text_of(await search(world, "gulls"))
    assert shown.splitlines()[1:-1] == [
        "-# “gulls” in 1 text",
        "**1. Harbour council votes to move the fish market**",
        "-# courier.example · <t:1710234840:D>",
        "> Nobody asked the **gulls** about the rail yard.",
        "-# *pierpoet*, <t:1710243600:f>",
    ]


async def test_a_headline_that_has_the_words_is_not_repeated(world: World) -> None:
    load(world.data, world.guild.id, [thread("Walrus seen", "Big.")])
    assert text_of(await search(world, "walrus")).splitlines()[2:-1] == [
        "**1. Walrus seen**",
        "-# courier.example",
    ]
    long = "Moorings of the season are listed " * 8
    load(world.data, world.guild.id, [thread(f"{long}for the walrus", "Big.")])
    assert text_of(await search(world, "walrus")).count("**walrus**") == 1


async def test_a_single_page_has_no_buttons_to_turn_it(world: World) -> None:
    card = await search(world, "gulls")
    assert buttons(card) == ["Newest", "Highest score", "Only comments", "Follow", "Save", "Share"]
    found = (await world.member.slash(world.channel, "comments list", title=str(world.article))).response
    assert not {"‹", "›"} & set(buttons(found))


async def test_hits_and_comments_are_parted_by_lines(world: World) -> None:
    load(world.data, world.guild.id, many(12))
    assert lines(await search(world, "tram")) == 6
    found = (await world.member.slash(world.channel, "comments list", title=str(world.article))).response
    assert lines(found) == 4


async def test_pages_are_turned_in_place(world: World) -> None:
    load(world.data, world.guild.id, many(12))
    card = await search(world, "tram")
    assert "12 threads" in text_of(card)
    assert "-# 1–5 of 12" in text_of(card)
    first = text_of(card)
    turned = await world.member.click(card, label="›")
    assert turned.response is not None
    assert turned.response.id == card.id
    assert "-# 6–10 of 12" in text_of(turned.response)
    turned = await world.member.click(card, label="›")
    assert "-# 11–12 of 12" in text_of(turned.response)
    assert "›" not in buttons(turned.response)
    for _ in range(2):
        turned = await world.member.click(card, label="‹")
    assert text_of(turned.response) == first
    assert "‹" not in buttons(turned.response)


async def test_order_and_place_are_switched_with_a_press(world: World) -> None:
    load(world.data, world.guild.id, many(3))
    card = await search(world, "rail OR rails")
    newest = await world.member.click(card, label="Newest")
    assert "newest first" in text_of(newest.response)
    comments = await world.member.click(card, label="Only comments")
    assert "newest first · comments only" in text_of(comments.response)
    back = await world.member.click(card, label="Everything")
    best = await world.member.click(card, label="Best matches")
    assert "comments only" not in text_of(back.response)
    assert "best matches first" in text_of(best.response)


async def test_a_list_opens_the_article_or_the_comment(world: World) -> None:
    card = await search(world, "gulls")
    ways = options(card)
    assert list(ways) == [
        "1. Harbour council votes to move the fish market",
        "1. pierpoet: Nobody asked the gulls about the rail yard.",
    ]
    article, one_comment = ways.values()
    opened = await world.member.select(card, [article], custom_id=list_id(card, "jump"))
    assert opened.ephemeral
    assert opened.response is not None
    assert opened.response.id != card.id
    assert "### Harbour council votes to move the fish market" in text_of(opened.response)
    opened = await world.member.select(card, [one_comment], custom_id=list_id(card, "jump"))
    assert "**pierpoet** · <t:1710243600:f>\nNobody asked the gulls" in text_of(opened.response)


@pytest.mark.parametrize(
    ("narrowed", "hits", "words"),
    [
        ({"place": "comments"}, "1 thread", "comments only"),
        ({"place": "articles"}, "1 thread", "articles only"),
        ({"source": "courier.example"}, "1 thread", "from courier.example"),
        ({"author": "pierpoet"}, "1 thread", "by pierpoet"),
        ({"after": "2024-03-12"}, "1 thread", "since 12 Mar 2024"),
        ({"before": "12 Mar 2025"}, "1 thread", "before 12 Mar 2025"),
    ],
)
async def test_options_narrow_and_are_named(
    world: World, narrowed: dict[str, str], hits: str, words: str
) -> None:
    narrowed = {"in" if name == "place" else name: value for name, value in narrowed.items()}
    first = text_of(await search(world, "rail yard", **narrowed)).splitlines()[0]
    assert first == f"**{hits} for “rail yard”** · best matches first · {words}"


async def test_nothing_found_says_what_was_searched(world: World) -> None:
    card = await search(world, "zeppelin")
    assert text_of(card) == "Nothing about “zeppelin” in this archive (1 thread, 2024)."
    narrowed = await search(world, "gulls", **{"in": "articles", "source": "other.example"})
    assert text_of(narrowed) == (
        "Nothing found for “gulls” (articles only · from other.example). This archive has 1 thread, 2024."
    )
    assert buttons(narrowed) == ["Search everything", "Follow"]


@pytest.mark.parametrize("words", ["gulls", "gulls OR " + "zeppelin " * 10])
async def test_everything_is_searched_without_any_option(world: World, words: str) -> None:
    narrowed = await search(world, words, source="other.example")
    everything = await world.member.click(narrowed, label="Search everything")
    assert "**1. Harbour council votes to move the fish market**" in reply_of(everything)


async def test_an_empty_archive_says_so(world: World) -> None:
    guild = world.env.create_guild("Empty")
    channel = guild.create_text_channel("general")
    member = guild.add_member(world.env.create_user("zoe"))
    load_command = world.env.bot.mention_command("archive load")  # type: ignore[attr-defined]
    found = await member.slash(channel, "search", query="gulls")
    message = await member.send(channel, "Harbour council votes")
    about = await member.slash(channel, "about")
    looked_up = await member.context_menu(channel, "Find in the archive", message)
    for result in (found, about, looked_up):
        empty = f"No articles here yet. Moderators can add some with {load_command}."
        assert empty in text_of(result.response)
        assert "0 threads" not in text_of(result.response)
    for command, given in (("article show", {"title": "gulls"}), ("article random", {})):
        result = await member.slash(channel, command, **given)
        assert result.ephemeral
        assert text_of(result.response) == "This archive is empty. Load some articles first."


async def test_an_archive_that_has_only_comments_says_what_to_load(world: World) -> None:
    guild = world.env.create_guild("Comments first")
    channel = guild.create_text_channel("general")
    member = guild.add_member(world.env.create_user("zoe"))
    with CorpusWriter(engine_at(world.data)) as writer:
        number = writer.begin_load(guild.id, "RC_2021-08.zst", BY, START)
        writer.add(number, [], [keyed(1), keyed(2)])
        writer.finish(number, "done", 0.5)
    for command, given in (("search", {"query": "gulls"}), ("ask", {"question": "Who fed the gulls?"})):
        result = await member.slash(channel, command, **given)
        assert "2 comments wait for their articles and are not shown yet." in reply_of(result)


async def test_a_misspelt_word_is_searched_in_its_nearest_spelling_and_said_so(world: World) -> None:
    card = await search(world, "stalholders")
    assert (
        text_of(card).splitlines()[0]
        == "No threads for “stalholders”. Showing **1 for “stallholders”** · best matches first"
    )


@pytest.mark.parametrize(
    "query", ['"', "()", "a:b", "NEAR(", "-", "*", "' OR 1=1 --", "𝒳", "c++", "AND OR NOT"]
)
async def test_nothing_that_can_be_typed_fails(world: World, query: str) -> None:
    assert text_of(await search(world, query))


async def test_a_date_that_cannot_be_read_is_explained(world: World) -> None:
    shown = text_of(await search(world, "rail", after="last @everyone"))
    assert shown.startswith("“last \\@everyone” isn't a date.")


async def test_long_searches_have_buttons_that_work(world: World) -> None:
    load(world.data, world.guild.id, many(7))
    query = "tram OR " + " OR ".join(f"trolley{n}" for n in range(20))
    card = await search(world, query)
    turned = await world.member.click(card, label="›")
    assert "-# 6–7 of 7" in text_of(turned.response)
    article = next(iter(options(turned.response).values()))
    assert (await world.services.archive.article(Scope(world.guild.id), int(article[1:]))).title.startswith(
        "Tram"
    )


async def test_titles_complete_a_search(world: World) -> None:
    choices = await world.member.autocomplete(world.channel, "search", "query", "harbour cou")
    assert choices == [
        {"name": "Search for “harbour cou”", "value": "harbour cou"},
        {
            "name": "Harbour council votes to move the fish market · courier.example · 2024",
            "value": '"Harbour council votes to move the fish market"',
        },
    ]
    assert "1 thread" in text_of(await search(world, choices[1]["value"]))


async def test_sources_are_completed(world: World) -> None:
    load(world.data, world.guild.id, many(6))
    offered = await world.member.autocomplete(world.channel, "search", "source", "Pap", query="x")
    assert sorted(choice["value"] for choice in offered) == [
        "paper0.example",
        "paper1.example",
        "paper2.example",
    ]
    offered = await world.member.autocomplete(world.channel, "search", "source", "example", query="x")
    assert "courier.example" in [choice["value"] for choice in offered]
    other = world.env.create_guild("Other")
    stranger = other.add_member(world.env.create_user("kim"))
    channel = other.create_text_channel("general")
    assert await stranger.autocomplete(channel, "search", "source", "", query="x") == []


async def test_a_message_with_a_headline_is_looked_up(world: World) -> None:
    message = await world.moderator.send(world.channel, "Look: harbour council votes to move the fish market")
    found = await world.member.context_menu(world.channel, "Find in the archive", message)
    assert found.ephemeral
    assert "**1. Harbour council votes to move the fish market**" in text_of(found.response)
    opened = await world.member.select(card_of(found), list(options(found.response).values()))
    assert "### Harbour council" in text_of(opened.response)


async def test_a_message_with_a_link_is_looked_up(world: World) -> None:
    link = "https://paper.example/2024/bridge"
    load(world.data, world.guild.id, [thread("A bridge opens", "It opened.", link=link)])
    message = await world.member.send(world.channel, f"Has anybody read <{link}>?")
    found = await world.member.context_menu(world.channel, "Find in the archive", message)
    assert "A bridge opens" in text_of(found.response)


async def test_a_message_about_nothing_here_says_so(world: World) -> None:
    message = await world.member.send(world.channel, "What is for lunch")
    found = await world.member.context_menu(world.channel, "Find in the archive", message)
    assert found.ephemeral
    assert (
        text_of(found.response)
        == "No article in this archive matches the links or the headline in that message."
    )
