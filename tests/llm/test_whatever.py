"""Whatever a model says: what is shown is proven, and has no link, mention or markup of its own."""

from __future__ import annotations

import json
import random

import pytest

from bot.domain.answers import Citation, Written
from bot.llm.writer import source_text
from bot.text.verification import verify
from bot.ui.kit.llm_text import lines
from tests.support.llm import PASSAGES, Desk, passage
from tests.support.model_server import says

PIECES = (
    "The council voted 7 to 4",
    "The council did not vote",
    "to move the market",
    "to the old rail yard",
    "by spring.",
    "on Tuesday",
    "on Monday",
    "A commenter says that",
    "Commenters say that",
    "free rent for a year is a bribe",
    "free rent is good",
    "“a bribe, and a cheap one”",
    "“a bribe",
    "Stallholders will pay no rent",
    "Stallholders will pay rent",
    "in the first year.",
    "@everyone",
    "<@1>",
    "<#2>",
    "<t:1:R>",
    "https://evil.example",
    "[so](https://evil.example)",
    "courier.example",
    "evil.example",
    "**so**",
    "||so||",
    "`so`",
    "\n# So",
    "\u202eso",
    "\u200bso",
    "8 to 4",
    "Mayor Ellis",
    "¹",
    "😀",
)
TRUE = (
    ("The council voted 7 to 4 to move the market.", [1]),
    ("On Tuesday the council voted to move the market to the old rail yard.", [1]),
    ("Stallholders will pay no rent in the first year.", [2]),
    ("A commenter says that free rent for a year is a bribe.", [3]),
)
HARMFUL = ("<@", "<#", "<t:", "https:", "evil", "**", "||", "`", "@", "\u202e", "\u200b", "](", "# So")


def reply(rng: random.Random) -> str:
    """The form it was told, mostly, with pieces of true, false and hostile sentences."""
    kind = rng.randrange(12)
    if kind == 0:
        return "".join(rng.choice('{}[]":,0123456789 abc\n\\') for _ in range(rng.randrange(200)))
    sentences = []
    for _ in range(rng.randrange(5)):
        text, named = rng.choice(TRUE)
        if rng.random() < 0.5:
            named = [rng.randrange(-1, 6) for _ in range(rng.randrange(4))]
        if rng.random() < 0.3:
            text = f"{text[:-1]} {rng.choice(PIECES)}"
        elif rng.random() < 0.5:
            text = rng.choice((" ", ", ", ". ")).join(rng.choices(PIECES, k=rng.randrange(1, 6)))
        sentences.append({"text": text, "passages": named})
    text = json.dumps({"sentences": sentences})
    return text[: rng.randrange(len(text))] if kind == 1 else text


def assert_harmless(written: Written, passages: tuple[Citation, ...]) -> int:
    """Returns how many sentences are shown."""
    for sentence in written.sentences:
        assert sentence.citations
        assert set(sentence.citations) <= set(passages)
        assert verify(sentence.text, [source_text(one) for one in sentence.citations]).failure is None
    said, sources = lines(written, lambda one: one.author or "")
    assert not any(mark in said for mark in HARMFUL), said
    assert not any(mark in sources.replace("\\", "") for mark in ("evil", "<@")), sources
    return len(written.sentences)


MORE = (passage("The council voted 7 to 4 on Monday to close the quay.", "gullfan"),)


@pytest.mark.slow
async def test_whatever_it_says_only_what_is_proven_is_shown(desk: Desk) -> None:
    rng = random.Random(5)
    shown = 0
    for number in range(200):
        desk.server.then(says(reply(rng), tokens=1))
        task = (*PASSAGES, *MORE, passage(f"Number {number} is a count of nothing.", "clerk"))
        shown += assert_harmless(await desk.write(task), task)
    assert shown > 10
