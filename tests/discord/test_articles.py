"""What a member sees of /article and /comments."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from simcord import InteractionResult

from bot.domain.articles import Paragraph
from bot.domain.dump import ParsedThread
from tests.support.simulated_discord import World
from tests.support.world import MARKET, buttons, card_of, comment, list_id, load, options, text_of, thread

pytestmark = pytest.mark.slow

TITLE = "Harbour council votes to move the fish market"


async def show(world: World, command: str, **given: object) -> InteractionResult:
    result = await world.member.slash(world.channel, command, **given)
    assert result.ephemeral
    return result


@pytest.mark.parametrize("typed", [TITLE, "harbour council", "number"])
async def test_an_article_is_shown_by_title_or_number(world: World, typed: str) -> None:
    result = await show(world, "article show", title=str(world.article) if typed == "number" else typed)
    assert text_of(result.response).splitlines() == [
        f"### {TITLE}",
        "courier.example · *tidewatcher* · first comment <t:1710234840:D>",
        MARKET[0],
        "Stallholders will pay no rent in the first year. A petition against the move has 3,100 names.",
        "-# 1 min read · 3 comments",
    ]
    assert buttons(result.response) == [
        "Full text",
        "Comments",
        "What people say",
        "Ask",
        "Follow",
        "Share",
        "Discuss",
    ]


async def test_titles_complete_to_the_number_of_the_article(world: World) -> None:
    choices = await world.member.autocomplete(world.channel, "article show", "title", "fish")
    assert choices == [{"name": f"{TITLE} · courier.example · 2024", "value": str(world.article)}]
    assert (await world.member.autocomplete(world.channel, "comments digest", "title", "zzz")) == []


async def test_very_long_titles_complete_within_the_limits(world: World) -> None:
    titles = ["Quay " + "extension " * 30, "Quay " + "𝒳" * 290, "Quay\u202e <@12> **bold**"]
    load(world.data, world.guild.id, [thread(title, "Text.", source="s" * 200) for title in titles])
    choices = await world.member.autocomplete(world.channel, "article show", "title", "quay")
    assert len(choices) == 3
    assert any("<@12> **bold**" in choice["name"] for choice in choices)
    assert all("\u202e" not in choice["name"] for choice in choices)


async def test_the_cards_of_an_article_lead_to_one_another_in_place(world: World) -> None:
    card = card_of(await show(world, "article show", title=TITLE))
    assert card is not None
    for label, text in (
        ("Full text", "\n\n".join(MARKET)),
        ("Article", "-# 1 min read · 3 comments"),
        ("Comments", "-# 1–3 of 3 · newest first"),
        ("What people say", "### What people say: Harbour council"),
        ("Comments", "### Comments: Harbour council"),
    ):
        result = await world.member.click(card, label=label)
        assert result.response is not None
        assert result.response.id == card.id
        assert text in text_of(result.response)


async def test_a_summary_has_no_more_sentences_than_asked_for(world: World) -> None:
    words = ("first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth")
    text = " ".join(f"The council met for the {word} time." for word in words)
    load(world.data, world.guild.id, [thread("Nine meetings", text)])
    result = await show(world, "article summary", title="Nine meetings", length=3)
    assert 0 < text_of(result.response).count("The council met for the ") <= 3
    assert buttons(result.response) == ["Longer", "Full text", "Ask", "Follow", "Share", "Discuss"]
    for press, shown, offered in (
        ("Longer", 6, ["Shorter", "Longer"]),
        ("Longer", 9, ["Shorter"]),
        ("Shorter", 6, ["Shorter", "Longer"]),
        ("Shorter", 3, ["Longer"]),
    ):
        result = await world.member.click(card_of(result), label=press)
        told = text_of(result.response).count("The council met for the ")
        assert told == shown if shown > 3 else 0 < told <= 3
        assert buttons(result.response) == [
            *offered,
            "Full text",
            "Ask",
            "Follow",
            "Share",
            "Discuss",
        ]
    await world.member.click(card_of(await show(world, "article summary", title="Nine")), label="Share")
    assert text_of(world.channel.last_message).count("The council met for the ") == 6


async def test_random_offers_another(world: World) -> None:
    result = await show(world, "article random")
    assert f"### {TITLE}" in text_of(result.response)
    load(world.data, world.guild.id, [thread(f"Story {n}", "It was told.") for n in range(8)])
    seen = set()
    for _ in range(8):
        assert result.response is not None
        result = await world.member.click(result.response, label="Another one")
        seen.add(text_of(result.response).splitlines()[0])
    assert len(seen) > 2


async def test_furniture_is_small_in_the_full_text_and_nowhere_else(world: World) -> None:
    story = ParsedThread(
        title="Bridge closes",
        source=None,
        submitter=None,
        posted_at=None,
        inferred=False,
        paragraphs=(
            Paragraph("The bridge closes in May."),
            Paragraph("CLICK HERE FOR MORE", furniture=True),
            Paragraph("Boats will cross until then."),
        ),
        comments=(),
    )
    load(world.data, world.guild.id, [story])
    card = card_of(await show(world, "article show", title="Bridge closes"))
    assert "CLICK" not in text_of(card)
    assert buttons(card) == ["Full text", "Ask", "Follow", "Share", "Discuss"]
    full = await world.member.click(card, label="Full text")
    assert "The bridge closes in May.\n\n-# CLICK HERE FOR MORE\n\nBoats will" in text_of(full.response)


async def test_an_article_without_a_body_says_so(world: World) -> None:
    load(world.data, world.guild.id, [thread("Only a headline", posted_at=None, inferred=False)])
    card = card_of(await show(world, "article show", title="Only a headline"))
    assert "-# We only have the headline for this one." in text_of(card)
    assert buttons(card) == ["Ask", "Follow", "Share", "Discuss"]
    said_by_none = await show(world, "comments list", title="Only a headline")
    empty = "-# No comments on this article yet. They appear here once they are loaded."
    assert empty in text_of(said_by_none.response)
    digest = await show(world, "comments digest", title="Only a headline")
    assert empty in text_of(digest.response)


async def test_a_long_text_has_pages(world: World) -> None:
    text = [f"Paragraph {n}. " + "It goes on. " * 20 for n in range(40)]
    load(world.data, world.guild.id, [thread("A long read", *text)])
    card = card_of(await show(world, "article show", title="A long read"))
    result = await world.member.click(card, label="Full text")
    pages = [text_of(result.response)]
    while "›" in buttons(result.response):
        result = await world.member.click(card_of(result), label="›")
        pages.append(text_of(result.response))
    assert f"-# page {len(pages)} of {len(pages)}" in pages[-1]
    for n in range(40):
        assert sum(f"Paragraph {n}." in page for page in pages) == 1


async def test_a_link_button_leads_to_the_original(world: World) -> None:
    link = "https://paper.example/bridge"
    load(world.data, world.guild.id, [thread("A bridge", "It opened.", link=link)])
    card = card_of(await show(world, "article show", title="A bridge"))
    assert "Original" in buttons(card)
    load(world.data, world.guild.id, [thread("Another bridge", "Closed.", link="javascript:alert(1)")])
    card = card_of(await show(world, "article show", title="Another bridge"))
    assert "Original" not in buttons(card)


async def test_comments_are_paged_and_opened(world: World) -> None:
    said_by = [comment(f"reader{n}", f"Remark number {n}.", n) for n in range(1, 64)]
    load(world.data, world.guild.id, [thread("Much said", "Text.", comments=said_by)])
    card = card_of(await show(world, "comments list", title="Much said"))
    assert "**reader63** · <t:1710237780:f>\nRemark number 63." in text_of(card)
    assert "-# 1–5 of 63 · newest first" in text_of(card)
    turned = await world.member.click(card, label="›")
    assert "-# 6–10 of 63" in text_of(turned.response)
    gone = await world.member.select(
        card, [options(card)["Comments 61–63"]], custom_id=list_id(turned.response, "go")
    )
    assert card_of(gone).id == card.id
    assert "-# 61–63 of 63" in text_of(gone.response)
    way = options(gone.response)["reader1: Remark number 1."]
    opened = await world.member.select(card_of(gone), [way], custom_id=list_id(gone.response, "jump"))
    assert text_of(opened.response).splitlines()[:2] == ["**reader1** · <t:1710234060:f>", "Remark number 1."]
    back = await world.member.click(card_of(opened), label="Surrounding comments")
    assert "-# 61–63 of 63" in text_of(back.response)


async def test_an_answer_leads_to_what_it_answers(world: World) -> None:
    first = comment("ann", "Is it true?", 1, key="t1_aa", score=3)
    second = comment("bob", "It is.", 2, key="t1_ab", parent_key="t1_aa", score=1)
    story = thread("Asked and answered", "Text.", comments=[first, second], key="t3_zz")
    load(world.data, world.guild.id, [story])
    card = card_of(await show(world, "comments list", title="t3_zz"))
    way = options(card)["bob: It is."]
    opened = await world.member.select(card, [way], custom_id=list_id(card, "jump"))
    assert "**bob** · replying to *ann* · <t:1710234120:f> · 1 point" in text_of(opened.response)
    asked = await world.member.click(card_of(opened), label="Parent comment")
    assert (
        "**ann** · <t:1710234060:f> · 3 points · [↗](<https://www.reddit.com/comments/zz/_/aa/>)\nIs it true?"
        in text_of(asked.response)
    )


async def test_a_digest_quotes_themes_with_their_share(world: World) -> None:
    views = ["The rent is a bribe for the stalls.", "The buses never reach the yard on time."]
    comments = [comment(f"reader{n}", views[n % 2], n) for n in range(2)]
    comments += [comment(f"more{n}", f"{views[n % 2]} And number {n} says so.", 10 + n) for n in range(20)]
    load(world.data, world.guild.id, [thread("Two views", "Text.", comments=comments)])
    result = await show(world, "comments digest", title="Two views")
    shown = text_of(result.response)
    assert "### What people say: Two views" in shown
    assert "The rent is a bribe" in shown
    assert "-# Based on 4 of 22 comments (skipped 18 repeated)" in shown
    way = next(iter(options(result.response).values()))
    opened = await world.member.select(card_of(result), [way])
    assert "-# on Two views" in text_of(opened.response)


async def test_an_article_that_is_not_there_is_explained_without_markup(world: World) -> None:
    result = await show(world, "article show", title="**nothing** <@1> @everyone")
    assert text_of(result.response) == (
        "No article here matches “\\*\\*nothing\\*\\* \\<\\@1\\> \\@everyone”. "
        "Try its number or part of its title."
    )


async def test_several_titles_that_fit_are_named(world: World) -> None:
    load(world.data, world.guild.id, [thread("The ferry left", "Text."), thread("The ferry came", "Text.")])
    result = await show(world, "article show", title="the ferry")
    assert "Several articles match “the ferry”: " in text_of(result.response)
    assert "The ferry left (" in text_of(result.response)


async def test_related_articles_say_what_they_share_and_lead_to_it(world: World) -> None:
    sequel = thread(
        "Who pays for the fish market's move?",
        "The fish market will open in the old rail yard in May. The harbour council voted for it in March.",
        "Stallholders ask for a promise on rent in the first year.",
        source="gazette.example",
    )
    load(world.data, world.guild.id, [sequel])
    result = await show(world, "article related", title=str(world.article))
    text = text_of(result.response)
    assert text.startswith(f"### Related to: {TITLE}\n**1.** Who pays for the fish market's move?\n")
    (reasons,) = [line for line in text.splitlines() if line.startswith("Both mention ")]
    assert "**fish market**" in reasons
    card = card_of(result)
    (route,) = options(card).values()
    opened = await world.member.select(card, [route], custom_id=list_id(card, "jump"))
    assert text_of(opened.response).startswith("### Who pays for the fish market's move?")


async def test_an_article_without_relatives_says_so(world: World) -> None:
    result = await show(world, "article related", title=str(world.article))
    assert text_of(result.response) == (f"### Related to: {TITLE}\nNo related articles in this archive yet.")


LINK = "https://www.courier.example/fish-market?utm_source=feed"


def submission(key: str, title: str, **more: Any) -> ParsedThread:
    """A submission of a link to the page of the market."""
    values: dict[str, Any] = {"source": "courier.example", "subreddit": "saltmere", **more}
    return thread(title, key=key, posted_at=datetime(2024, 3, 12, 12, tzinfo=UTC), inferred=False, **values)


async def test_one_story_is_one_hit_and_one_place(world: World) -> None:
    report = thread(
        "Saltmere: harbour council votes to move the fish market to the rail yard",
        "The fish market moves to the old rail yard by spring: the harbour council voted 7 to 4 for it. A"
        " petition against the move has 3,100 names, and stallholders will pay no rent in the first year.",
        source="herald.example",
        posted_at=datetime(2024, 3, 13, 9, tzinfo=UTC),
        inferred=False,
    )
    load(
        world.data,
        world.guild.id,
        [
            submission("t3_a1", TITLE, score=212),
            submission("t3_b2", "They did it", link=LINK),
            submission("t3_c3", TITLE, link="https://m.courier.example/fish-market/", subreddit="news"),
            report,
        ],
    )
    found = await show(world, "search", query="fish market")
    text = text_of(found.response)
    assert "1 thread for “fish market”" in text
    assert "5 threads, 2 papers" in text
    opened = await show(world, "article show", title="They did it")
    assert MARKET[0] in text_of(opened.response)
    assert "5 threads, 2 papers" in text_of(opened.response)
    assert "Full text" in buttons(opened.response)
    timeline = await world.member.click(card_of(opened), label="Timeline")
    lines = text_of(timeline.response).splitlines()
    assert lines[:3] == ["### Timeline: They did it", "5 threads, 2 papers", "**The same story**"]
    assert "**Other threads on the same subject**" in lines
    assert any("r/saltmere" in line and "212 points" in line for line in lines)
    (first, *_) = options(card_of(timeline)).values()
    chosen = await world.member.select(
        card_of(timeline), [first], custom_id=list_id(card_of(timeline), "jump")
    )
    assert text_of(chosen.response).startswith(f"### {TITLE}")
    assert (
        text_of((await show(world, "article timeline", title="They did it")).response).splitlines() == lines
    )


async def test_a_story_of_one_thread_says_so(world: World) -> None:
    result = await show(world, "article timeline", title=TITLE)
    assert (
        text_of(result.response) == f"### Timeline: {TITLE}\nNo other thread of this story is in the archive."
    )
