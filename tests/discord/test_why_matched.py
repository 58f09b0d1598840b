"""Why something matched, where the headline does not say so: what a member reads of topics, digests and
follows."""

from __future__ import annotations

import pytest
import simcord

from bot.domain.digests import ContentSource
from tests.support.follows import Fay, add, brings, tell
from tests.support.schedules import plan, runner
from tests.support.simulated_discord import World
from tests.support.world import MARKET, card_of, comment, list_id, load, options, reply_of, text_of, thread

pytestmark = pytest.mark.slow

DULL = "The harbour office lists the moorings of the season. " * 12
TITLE = "Harbour council votes to move the fish market"


async def topic(world: World, query: str) -> simcord.ResponseMessage:
    return card_of(await world.member.slash(world.channel, "news", topic=query))


async def test_a_topic_that_only_a_comment_has_is_shown_in_its_words(world: World) -> None:
    card = await topic(world, "gulls")
    *_, quote = text_of(card).splitlines()
    assert quote == "“Nobody asked the **gulls** about the rail yard.” *pierpoet*"
    assert f"**1. {TITLE}**" in text_of(card)
    assert MARKET[0] in text_of(card)
    chosen = options(card)["1. pierpoet: Nobody asked the gulls about the rail yard."]
    opened = await world.member.select(card, [chosen], custom_id=list_id(card, "jump"))
    assert "*pierpoet*" in reply_of(opened)


async def test_a_topic_that_the_article_has_is_shown_once(world: World) -> None:
    shown = text_of(await topic(world, "petition"))
    assert shown.count("petition") == 2  # the heading, and the line below
    assert "A **petition** against the move has 3,100 names.”" in shown


async def test_nothing_is_added_to_a_headline_that_has_the_words(world: World) -> None:
    load(
        world.data,
        world.guild.id,
        [thread("Zeppelins sighted", "Dull.", comments=[comment("ann", "A zeppelin!", 1)])],
    )
    shown = text_of(await topic(world, "zeppelin"))
    assert "**1. Zeppelins sighted**" in shown
    assert "ann" not in shown
    assert "**zeppelin**" not in shown


async def test_a_word_that_the_headline_lacks_is_shown(world: World) -> None:
    ferry = thread("Ferry sails", "On time.", comments=[comment("ann", "The ferry met a walrus.", 1)])
    load(world.data, world.guild.id, [ferry])
    assert "“The **ferry** met a **walrus**.” *ann*" in text_of(await topic(world, "ferry walrus"))


async def test_a_late_word_is_shown_in_the_room_of_five_long_entries(world: World) -> None:
    text = "moorings and the list of the season " * 5 + "with the walrus at the end of it"
    title = "Moorings of the season are listed " * 8
    threads = [thread(f"{n}. {title}", DULL, comments=[comment("ann", text, n)]) for n in range(5)]
    load(world.data, world.guild.id, threads)
    shown = text_of(await topic(world, "walrus"))
    assert shown.count("**walrus**") == 5
    assert shown.count("” *ann*") == 5
    assert len(shown) <= 4_000


async def test_a_shared_topic_says_why_to_all(world: World) -> None:
    await world.member.click(await topic(world, "gulls"), label="Share")
    assert "the **gulls** about the rail yard.” *pierpoet*" in text_of(world.channel.last_message)


async def test_markup_of_a_comment_stays_text_and_spoilers_stay_hidden(world: World) -> None:
    text = "@everyone **loud** >!the gull did it!< said the walrus."
    load(world.data, world.guild.id, [thread("Quiet day", "Dull.", comments=[comment("*ann*", text, 1)])])
    shown = text_of(await topic(world, "walrus"))
    assert shown.endswith("||the gull did it|| said the **walrus**.” *\\*ann\\**")
    assert "“\\@everyone \\*\\*loud\\*\\*" in shown


async def test_a_scheduled_search_says_why(world: World) -> None:
    await plan(world, choice=ContentSource("search", "gulls"))
    await runner(world).run_once()
    shown = text_of(world.channel.last_message)
    assert "the **gulls** about the rail yard.” *pierpoet*" in shown
    assert any("pierpoet: Nobody asked" in label for label in options(world.channel.last_message))


async def test_other_digests_and_headlines_with_the_words_have_no_excerpt(world: World) -> None:
    for choice in (ContentSource("newest"), ContentSource("search", "harbour market")):
        await plan(world, choice=choice)
    await runner(world).run_once()
    for message in world.channel.history():
        assert text_of(message).splitlines()[1:] == [
            f"**1. {TITLE}**",
            "-# courier.example · <t:1710234840:D> · 3 comments",
        ]


async def test_a_notice_quotes_the_comment_that_matched(world: World, fay: Fay) -> None:
    await add(world, fay, query="walrus")
    brings(
        world,
        thread("Ferry sails", "On time.", comments=[comment("ann", "I met a walrus there.", 1)]),
        thread("Walrus seen", "Big.", comments=[comment("bob", "No walrus, a seal.", 1)]),
        thread("Quiet day", "A walrus slept. Nobody woke it."),
    )
    await tell(world)
    (message,) = fay.user.dm_channel.history()
    shown = text_of(message)
    assert "“I met a **walrus** there.” *ann*" in shown
    assert "“A **walrus** slept. Nobody woke it.”" in shown
    assert shown.count("**walrus**") == 2
    chosen = options(message)["ann: I met a walrus there."]
    assert "I met a walrus there." in reply_of(await fay.user.select(message, [chosen]))


async def test_a_notice_of_many_long_matches_is_within_the_limit(world: World, fay: Fay) -> None:
    await add(world, fay, query="walrus")
    text = "moorings and the list of the season " * 5 + "with the walrus at the end of it"
    title = "Moorings of the season are listed " * 8
    brings(world, *(thread(f"{n}. {title}", DULL, comments=[comment("ann", text, n)]) for n in range(12)))
    await tell(world)
    (message,) = fay.user.dm_channel.history()
    shown = text_of(message)
    assert len(shown) <= 4_000
    assert shown.count("**walrus**") == 10
    assert "and 2 more" in shown


async def test_where_names_are_hidden_an_excerpt_hides_them_too(world: World, fay: Fay) -> None:
    await world.services.settings.change(world.guild.id, pseudonyms=True)
    await plan(world, choice=ContentSource("search", "gulls"))
    await runner(world).run_once()
    await add(world, fay, query="walrus")
    brings(world, thread("Ferry sails", "On time.", comments=[comment("ann", "I met a walrus there.", 1)]))
    await tell(world)
    (message,) = fay.user.dm_channel.history()
    for shown in (
        text_of(world.channel.last_message),
        text_of(await topic(world, "gulls")),
        text_of(message),
    ):
        assert "” *Commenter " in shown
        assert "pierpoet" not in shown
        assert "*ann*" not in shown
