"""What cards say of what a language model wrote."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import get_args

from bot.domain.answers import Citation, Spending, Unwritten, Written, WrittenSentence
from bot.ui.kit import llm_text
from bot.ui.kit.truncate import utf16_length

NOON = datetime(2024, 3, 12, 12, 0, tzinfo=UTC)


def quote(text: str, number: int = 1) -> Citation:
    return Citation("comment", 1, number, None, 0, len(text), text, "Title", None, f"reader{number}", NOON)


def author(one: Citation) -> str:
    return f"*{one.author}*"


def test_each_quote_has_one_number_in_the_order_of_the_text() -> None:
    one, two, three = quote("One.", 1), quote("Two.", 2), quote("Three.", 3)
    text = Written("model", (WrittenSentence("First.", (two, one)), WrittenSentence("Second.", (one, three))))
    said, sources = llm_text.lines(text, author)
    assert said == "First.¹ ² Second.² ³"
    assert sources.splitlines() == [
        "-# ¹ “Two.” *reader2*",
        "-# ² “One.” *reader1*",
        "-# ³ “Three.” *reader3*",
    ]
    assert llm_text.cited(text) == [two, one, three]


def test_long_texts_stay_within_their_bounds() -> None:
    sentences = tuple(WrittenSentence("word " * 400, (quote("q" * 900, n),)) for n in range(12))
    said, sources = llm_text.lines(Written("m", sentences), author, 500)
    assert utf16_length(said) <= 12 * (llm_text.MAX_SENTENCE + 4)
    assert utf16_length(sources) <= 500
    assert sources.count("\n") == 2


def test_nothing_that_was_written_or_quoted_is_markup() -> None:
    bad = "**a** <@1> https://evil.example [x](https://evil.example) `c` ||d|| @here"
    said, sources = llm_text.lines(Written("m", (WrittenSentence(bad, (quote(bad),)),)), author)
    assert "<https" not in said
    for text in (said, sources):
        assert "<@1>" not in text
        assert "[x](" not in text
        assert "**" not in text


def test_without_sentences_there_are_no_lines() -> None:
    for text in (None, Written("m"), Written("m", unwritten="unproven", dropped=3)):
        assert llm_text.lines(text, author) == ("", "")
        assert llm_text.cited(text) == []


def test_every_way_has_its_words() -> None:
    assert set(llm_text.QUOTED) == set(get_args(Unwritten))
    assert llm_text.provenance(None) == ""
    for why in get_args(Unwritten):
        assert llm_text.provenance(Written("m", (), 0, why)).startswith("Quoted word for word: ")
    told = llm_text.provenance(Written("*m*", (WrittenSentence("So.", (quote("So."),)),), 2))
    assert told.startswith("Written by \\*m\\* from these quotes")
    assert told.endswith("(2 unproven sentences left out)")


def test_about_tells_what_is_spent() -> None:
    model, spent = llm_text.about(Spending("m", "llm.example", 1200, 50_000, 300, 20_000, NOON))
    assert "(m, llm.example)" in model
    assert spent.startswith("Tokens used here today: 1,200 of 50,000, by you: 300 of 20,000. Resets <t:")
