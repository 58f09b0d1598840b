"""Questions by command: what the answer says first, where it is from, and what its buttons do."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import simcord

from bot.client import NewsdeskBot
from bot.domain.articles import Scope
from bot.services import open_services
from bot.ui.ask.question_state import MAX_QUESTION
from tests.support.simulated_discord import World
from tests.support.world import buttons, comment, list_id, load, options, reply_of, text_of, thread

pytestmark = pytest.mark.slow


TITLE = "Harbour council votes to move the fish market"
VOTE = "How did the council vote on the fish market?"
QUOTE = "The council voted 7 to 4 on Tuesday to move the market to the old rail yard by spring."


async def ask(world: World, question: str, **more: Any) -> simcord.ResponseMessage:
    """What a member is answered, for them alone."""
    result = await world.member.slash(world.channel, "ask", question=question, **more)
    assert result.response is not None
    assert result.ephemeral
    return result.response


async def test_the_answer_comes_first_and_then_its_source(world: World) -> None:
    shown = text_of(await ask(world, VOTE)).splitlines()
    assert shown[0] == f"The article says: “{QUOTE}”"
    assert shown[1] == f"-# {TITLE} · courier.example · <t:1710234840:D>"
    assert shown[-1].startswith("-# Quoted word for word")


async def test_a_fact_leads(world: World) -> None:
    shown = text_of(await ask(world, "How many names does the petition against the move have?"))
    assert shown.startswith("### 3,100\nThe article says: “A petition against the move has **3,100** names.”")


async def test_a_commenter_is_told_apart(world: World) -> None:
    shown = text_of(await ask(world, "Who asked the gulls about the rail yard?"))
    assert "A commenter says: “Nobody asked the gulls about the rail yard.”" in shown
    assert f"-# *pierpoet*, <t:1710243600:f> · on {TITLE}" in shown


async def test_a_source_with_a_link_leads_there(world: World) -> None:
    link = "https://courier.example/2024/tram?a=1_2"
    load(world.data, world.guild.id, [thread("Tram [4] opens", "The tram opened on Friday.", link=link)])
    shown = text_of(await ask(world, "When did the tram open?"))
    assert shown.startswith("### Friday\n")
    assert f"-# [Tram \\[4\\] opens](<{link}>) · courier.example\n" in shown


async def test_what_two_sources_say_differently_is_shown_of_both(world: World) -> None:
    other = thread(
        "Market vote",
        "The council voted 6 to 5 to move the fish market to the old rail yard.",
        source="gazette.example",
    )
    load(world.data, world.guild.id, [other])
    shown = text_of(await ask(world, VOTE))
    assert "7 to 4" in shown
    assert "Another article says otherwise: “" in shown
    assert "6 to 5" in shown


async def test_yes_and_no_are_not_decided(world: World) -> None:
    load(
        world.data,
        world.guild.id,
        [
            thread("Clock", "The town clock is to be repaired in May."),
            thread("Mason", "The town clock is not to be repaired, said the mason."),
        ],
    )
    shown = text_of(await ask(world, "Is the town clock to be repaired?")).splitlines()
    assert shown[0] == "**Evidence for**"
    assert "**Evidence against**" in shown
    assert "-# Both sides are quoted; judge for yourself" in shown
    assert "yes" not in " ".join(shown).lower().split()


async def test_opinions_are_the_commenters_own(world: World) -> None:
    shown = text_of(await ask(world, "What do people think about the fish market?")).splitlines()
    assert shown[0] == "**What people say in 3 comments**"
    assert "“Free rent for a year is a bribe, and a cheap one.”" in shown
    assert "-# *netmender*, <t:1710234840:f>" in shown


async def test_the_latest_is_ordered_by_time(world: World) -> None:
    found = [
        thread(f"Ferry {n}", f"The night ferry was late by {n} minutes.", comments=[comment("a", "Aye.", n)])
        for n in (30, 90, 60)
    ]
    load(world.data, world.guild.id, found)
    lines = text_of(await ask(world, "latest on the night ferry")).splitlines()
    assert lines[0] == "**Newest first**"
    minutes = [line.split("late by ")[1][:2] for line in lines if "late by" in line]
    assert minutes == ["90", "60", "30"]


async def test_what_is_not_said_is_refused_with_what_is_closest(world: World) -> None:
    card = await ask(world, "Who is the zeppelin king of the fish market?")
    lines = text_of(card).splitlines()
    assert lines[0].startswith("**The archive doesn't say.** No mention of “")
    assert "“zeppelin”" in lines[0]
    assert lines[0].endswith(" Closest passage:")
    assert lines[1].startswith("> “")
    assert "Share" not in buttons(card)


async def test_what_only_shares_a_word_is_not_shown(world: World) -> None:
    card = await ask(world, "Who is the king of the zeppelin council in Samarkand?")
    assert text_of(card).splitlines()[0].startswith("**The archive doesn't say.**")
    assert ">" not in text_of(card)


async def test_what_stands_elsewhere_is_not_called_absent(world: World) -> None:
    load(world.data, world.guild.id, [thread("Hats", "A duchess wore a zebra hat in Norrby.")])
    card = await ask(world, "Who is the duchess of the council?")
    assert (
        text_of(card)
        == "**The archive doesn't say.** No passage found mentions both “duchess” and “council”."
    )


async def test_what_may_answer_is_shown_as_that(world: World) -> None:
    load(world.data, world.guild.id, [thread("Pier", "The old pier of Norrby was closed to walkers.")])
    card = await ask(world, "When was the old pier of Norrby closed to walkers?")
    assert text_of(card).startswith(
        "**The archive doesn't say.** The closest passage doesn't say when:\n"
        "> “The old pier of Norrby was closed to walkers.”"
    )


async def test_no_word_of_it_stands_anywhere(world: World) -> None:
    card = await ask(world, "Who plays the zither?")
    assert text_of(card) == "**The archive doesn't say.** No mention of “plays” or “zither”."
    assert buttons(card) == ["Why this?"]


async def test_nothing_asked_and_too_much_asked(world: World) -> None:
    assert text_of(await ask(world, "?!")).startswith("That doesn't look like a question.")
    assert text_of(await ask(world, "𝒳" * 200)) == (
        f"Questions can have at most {MAX_QUESTION} characters. Shorten yours."
    )


async def test_an_empty_archive_says_so(world: World) -> None:
    guild = world.env.create_guild("Empty")
    member = guild.add_member(world.env.create_user("zoe"))
    found = await member.slash(guild.create_text_channel("general"), "ask", question=VOTE)
    assert "No articles here yet. Moderators can add some with " in text_of(found.response)


async def test_options_narrow(world: World) -> None:
    load(world.data, world.guild.id, [thread("Tram", "The tram opened on Friday.", source="tram.example")])
    shown = text_of(await ask(world, VOTE, article="Tram"))
    assert shown.startswith("**The article and its comments don't say.**")
    assert "7 to 4" not in shown
    assert "7 to 4" not in text_of(await ask(world, VOTE, source="tram.example"))
    assert "7 to 4" not in text_of(await ask(world, VOTE, before="2020"))
    assert "7 to 4" in text_of(await ask(world, VOTE, after="2024-03-12", source="courier.example"))
    assert text_of(await ask(world, VOTE, article="zeppelin")).startswith("No article here matches")
    assert text_of(await ask(world, VOTE, after="soon")).startswith("“soon” isn't a date.")


async def test_titles_and_sources_are_completed(world: World) -> None:
    offered = await world.member.autocomplete(world.channel, "ask", "article", "harbour", question="x")
    assert [one["value"] for one in offered] == [str(world.article)]
    offered = await world.member.autocomplete(world.channel, "ask", "source", "cou", question="x")
    assert [one["value"] for one in offered] == ["courier.example"]


async def test_an_article_that_does_not_say_leads_to_the_whole_archive(world: World) -> None:
    load(world.data, world.guild.id, [thread("Tram", "The tram opened on Friday.")])
    card = await ask(world, VOTE, article="Tram")
    everywhere = await world.member.click(card, label="Ask the whole archive")
    assert QUOTE in text_of(everywhere.response)


async def test_share_shows_the_question_and_pings_nobody(world: World) -> None:
    card = await ask(world, f"{VOTE} @everyone **now**")
    result = await world.member.click(card, label="Share")
    assert result.followups == []
    posted = world.channel.last_message
    assert posted is not None
    assert not posted.flags.ephemeral
    assert QUOTE in text_of(posted)
    assert text_of(posted).splitlines()[-1] == (
        f"-# “{VOTE} \\@everyone \\*\\*now\\*\\*”, asked by {world.member.mention}"
    )
    assert "Share" not in buttons(posted)
    assert result.response is not None
    assert "Share" not in buttons(result.response)


async def test_why_this_tells_the_words_and_the_passages(world: World) -> None:
    card = await ask(world, "When did the council vote on the zeppelin market?")
    shown = await world.member.click(card, label="Why this?")
    lines = text_of(shown.response).splitlines()
    assert lines[0] == "### Why this answer: When did the council vote on the zeppelin market?"
    assert lines[1].startswith("**Found:** ")
    assert lines[2] == "**Not found:** zeppelin"
    assert "You asked when, so passages with dates and times count most." in lines
    assert f"“{QUOTE}”" in lines
    assert "Confidence that the archive answers this: " in text_of(shown.response)
    assert shown.response is not None
    back = await world.member.click(shown.response, label="Back to answer")
    assert text_of(back.response) == text_of(card)


async def test_related_lists_threads(world: World) -> None:
    load(world.data, world.guild.id, [thread("Market day", "The fish market opens."), thread("Tram", "No.")])
    found = await world.member.click(await ask(world, VOTE), label="Related")
    assert found.ephemeral
    assert "Market day" in text_of(found.response)
    assert "Tram" not in text_of(found.response)


async def test_ask_more_is_about_the_same_articles(world: World) -> None:
    load(world.data, world.guild.id, [thread("Ferry", "The ferry has a petition of 90 names.")])
    card = await ask(world, VOTE)
    form = await world.member.click(card, label="Ask more")
    answer = await world.member.submit_modal(form, {"question": "How many names has the petition?"})
    assert answer.ephemeral
    assert "3,100" in text_of(answer.response)
    assert "90" not in text_of(answer.response)


async def test_the_list_jumps_to_articles_and_comments(world: World) -> None:
    card = await ask(world, "Who asked the gulls about the rail yard?")
    ways = options(card)
    way = next(value for name, value in ways.items() if name.startswith("pierpoet: "))
    opened = await world.member.select(card, [way], custom_id=list_id(card, "jump"))
    assert "**pierpoet**" in text_of(opened.response)


@pytest.mark.parametrize(
    "question", [VOTE, f"{VOTE} {'and a little more of it ' * 10}", "100% + 1 = council vote market? | a.b"]
)
async def test_every_button_works_after_a_restart_and_nothing_is_kept(world: World, question: str) -> None:
    question = question[:MAX_QUESTION].strip()
    card = await ask(world, question)
    await world.env.restart_bot(NewsdeskBot(world.services))
    why = await world.member.click(card, label="Why this?")
    assert why.response is not None
    if len(question) < 100:
        assert f"Why this answer: {question}" in text_of(why.response).replace("\\", "")
    again = await world.member.click(why.response, label="Back to answer")
    first = text_of(again.response)
    await world.env.restart_bot(NewsdeskBot(world.services))
    if "Share" in buttons(again.response):
        await world.member.click(again.response, label="Share")  # type: ignore[arg-type]
        assert text_of(world.channel.last_message).startswith(first)
    form = await world.member.click(why.response, label="Ask more")
    await world.env.restart_bot(NewsdeskBot(world.services))
    answer = await world.member.submit_modal(form, {"question": VOTE})
    assert QUOTE in text_of(answer.response)
    kept = (world.data / "state.db").read_bytes() + (world.data / "state.db-wal").read_bytes()
    assert b"council vote" not in kept
    assert b"a.b" not in kept


async def test_others_get_their_own_copy(world: World) -> None:
    await world.member.click(await ask(world, VOTE), label="Share")
    posted = world.channel.last_message
    assert posted is not None
    why = await world.moderator.click(posted, label="Why this?")
    assert why.ephemeral
    assert f"Why this answer: {VOTE}" in text_of(why.response)
    assert QUOTE in text_of(world.channel.last_message)


async def test_the_article_card_asks_about_the_article(world: World) -> None:
    load(world.data, world.guild.id, [thread("Vote", "The council voted 9 to 1 on the zoo market.")])
    card = (await world.member.slash(world.channel, "article show", title=TITLE)).response
    assert card is not None
    form = await world.member.click(card, label="Ask")
    answer = await world.member.submit_modal(form, {"question": "How did the council vote on the market?"})
    assert "7 to 4" in text_of(answer.response)
    assert "9 to 1" not in text_of(answer.response)


async def test_one_server_is_not_told_of_another(world: World) -> None:
    guild = world.env.create_guild("Other")
    load(world.data, guild.id, [thread("Tram", "The tram opened on Friday.")])
    member = guild.add_member(world.env.create_user("kim"))
    channel = guild.create_text_channel("general")
    answer = await member.slash(channel, "ask", question=VOTE)
    assert "7 to 4" not in text_of(answer.response)
    answer = await member.slash(channel, "ask", question=VOTE, article=str(world.article))
    assert "7 to 4" not in reply_of(answer)


async def test_names_and_adult_articles_are_shown_as_the_server_wants(world: World) -> None:
    load(
        world.data,
        world.guild.id,
        [thread("Cellar", "The cellar club dances on Friday.", over_18=True)],
    )
    assert "dances" not in text_of(await ask(world, "When does the cellar club dance?"))
    await world.services.settings.change(world.guild.id, pseudonyms=True)
    card = await ask(world, "Who asked the gulls about the rail yard?")
    assert "-# *Commenter C*" in text_of(card)
    why = await world.member.click(card, label="Why this?")
    assert "pierpoet" not in text_of(card) + text_of(why.response) + str(options(card)) + str(
        options(why.response)
    )


async def test_about_counts_questions(world: World) -> None:
    assert "asked here" not in text_of((await world.member.slash(world.channel, "about")).response)
    await ask(world, VOTE)
    await ask(world, "Who plays the zither?")
    await ask(world, "?!")
    shown = text_of((await world.member.slash(world.channel, "about")).response)
    assert "2 questions asked here, 1 answered." in shown
    assert "Questions are counted, not kept." in shown


async def test_questions_are_kept_only_where_the_operator_says_so(tmp_path: Path) -> None:
    log = tmp_path / "asked.ndjson"
    async with open_services(tmp_path / "data", ask_log=log) as services:
        answer = await services.answers.ask(Scope(7), "Who plays the \ud800 zither?")
        await services.question_log.note(7, answer)
        assert services.question_log.writes_file
        assert await services.question_log.counts(7) == (1, 0)
    (line,) = log.read_text(encoding="utf-8").splitlines()
    assert '"question": "Who plays the ? zither?"' in line
    assert '"refused": "nothing-found"' in line


async def test_a_misspelt_word_is_asked_as_the_archive_spells_it(world: World) -> None:
    card = await ask(world, "How did the counsil vote on the fish market?")
    assert text_of(card).startswith(f"-# Asked as: {VOTE}\n")
    assert QUOTE in text_of(card).replace("*", "")
