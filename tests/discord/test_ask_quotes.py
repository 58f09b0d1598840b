"""Every reply to every kind of question: what is quoted is stored, to the character, and harmless."""

from __future__ import annotations

import re

import pytest

from bot.client import NewsdeskBot
from bot.domain.articles import Scope
from bot.ui.kit.cooldown import Cooldown
from bot.ui.kit.markdown import escape, one_line
from bot.ui.kit.source_text import excerpt
from tests.support.simulated_discord import World
from tests.support.world import buttons, comment, load, text_of, thread

pytestmark = pytest.mark.slow


FORMS = (
    "{}",
    "Who {}?",
    "How many {}?",
    "When was {}?",
    "Where is {}?",
    "Was {} so?",
    "latest on {}",
    "What do people think about {}?",
)
MARKUP = (
    "# Big > quote [click](https://evil.example) **b** `c` ||d|| <@1> <@&2> <#3> <t:1:R> @everyone 7 gulls"
)
SUBJECTS = ("the fish market vote", "gulls", "the rail yard rent", MARKUP)
HOSTILE = (
    "",
    '"',
    "NOT",
    "a* OR (b",
    "NEAR(gulls market)",
    "' OR 1=1 --",
    "{question} {0} %s",
    "@everyone <@1> **gulls**",
    "\u202egulls\u2066",
    "[gulls](https://evil.example)",
    "| . ~ |gulls| +%2B%25",
    "𝒳 gulls 𝒳",
    "ask0:.market",
)
QUOTED = re.compile(r"“([^”]*)”")


@pytest.fixture
async def talkative(world: World) -> World:
    """No limit on questions, and an archive in which strangers wrote what they liked."""
    await world.env.restart_bot(NewsdeskBot(world.services, Cooldown(0, 0)))
    said_by = [comment(f"{MARKUP[:60]} {n}", f"{MARKUP} said {n} of the gulls.", n) for n in range(6)]
    hostile = thread(MARKUP, f"{MARKUP} at the market.", f"The gulls, said {MARKUP}.", comments=said_by)
    load(world.data, world.guild.id, [hostile])
    return world


async def stored(world: World) -> list[str]:
    """All texts of the archive as a card quotes them: on one line, escaped."""
    scope = Scope(world.guild.id, shared=False)
    texts = []
    for hit in (await world.services.archive.search(scope, "", limit=50)).hits:
        article = await world.services.archive.article(scope, hit.article)
        comments = await world.services.archive.all_comments(scope, article.id)
        texts.append(escape(one_line(article.title)))
        bodies = [*(one.text for one in article.paragraphs), *(one.text for one in comments)]
        texts += [excerpt(body, 90_000, one_line=True) for body in bodies]
    return [text.replace("**", "") for text in texts]


def bare(text: str) -> str:
    """Without the marks that a card sets and the escapes before the text's own."""
    return re.sub(r"\\(.)|\*\*|\|\||^-# |[<>]", r"\1", text)


async def test_every_quote_is_stored(talkative: World) -> None:
    world = talkative
    texts = [bare(text) for text in await stored(world)]
    counted = 0
    for subject in SUBJECTS:
        for form in FORMS:
            question = form.format(subject)
            card = (await world.member.slash(world.channel, "ask", question=question[:300])).response
            assert card is not None
            cards = [card]
            if "Why this?" in buttons(card):
                why = await world.member.click(card, label="Why this?")
                assert why.response is not None
                cards.append(why.response)
            for line in "\n".join(map(text_of, cards)).splitlines():
                if line.startswith(("-# Nothing", "-# quoted", "Nothing", "### ")):
                    continue
                for quote in QUOTED.findall(line):
                    shown = bare(quote)
                    whole = shown.rstrip("…")
                    assert any(whole in text for text in texts), (question, quote)
                    counted += 1
    assert counted > 60


@pytest.mark.parametrize("text", HOSTILE)
async def test_no_question_breaks_anything(talkative: World, text: str) -> None:
    """What Discord would refuse fails in the simulation, what could ping in the check of all requests."""
    world = talkative
    question = text or "the gulls"
    cards = [(await world.member.slash(world.channel, "ask", question=question)).response]
    me = world.env.bot.user
    assert me is not None
    await world.member.send(world.channel, f"{me.mention} {question}")
    cards.append(world.channel.last_message)  # type: ignore[arg-type]
    for label in ("Why this?", "Related", "Share"):
        if cards[0] is not None and label in buttons(cards[0]):
            result = await world.member.click(cards[0], label=label)
            cards.append(result.response)
    cards.append(world.channel.last_message)  # type: ignore[arg-type]
    for card in cards:
        shown = text_of(card)
        assert shown
        bare_marks = shown.replace("\\<", "").replace("\\@", "").replace("\\[", "").replace("\\]", "")
        asker = world.member.mention
        for mark in ("<@1>", "<@&2>", "<#3>", "<t:1:R>", "@everyone", "](https", "\u202e", "\u2066"):
            assert mark not in bare_marks.replace(asker, ""), shown


async def test_further_sources_are_other_articles(world: World) -> None:
    says = "The night ferry carries 90 cars to Norrby."
    again = [comment(name, says, number) for number, name in enumerate(("ann", "bo"))]
    load(world.data, world.guild.id, [thread("Night ferry returns", says, comments=again)])
    load(world.data, world.guild.id, [thread("What the ferry carries", says, comments=again)])
    reply = await world.member.slash(
        world.channel, "ask", question="How many cars does the night ferry carry?"
    )
    shown = text_of(reply.response)
    assert shown.count("-# also in ") == 1
    assert shown.count("Night ferry returns") == shown.count("What the ferry carries") == 1
