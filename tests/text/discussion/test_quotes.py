"""Sentences worth quoting."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.text.discussion.headings import can_head
from bot.text.discussion.quotes import (
    has_quotable_length,
    is_neat,
    make_quote,
    pick_distinct,
    quality,
    quote_comment,
)
from bot.text.discussion.spelling import MAX_QUOTABLE_CHARACTERS, Spelling
from bot.text.language.slurs import mask_slurs
from tests.support.comment_threads import comment, comment_texts

GOOD = "Free rent for a year is a bribe, and a cheap one."


def worth(text: str) -> float:
    (comment_text,), stems = comment_texts(text)
    return quality(comment_text.sentences(stems)[0])


@pytest.mark.parametrize(
    "worse",
    [
        "But free rent for a year is a bribe, and a cheap one.",
        "Is free rent for a year a bribe, and a cheap one?",
        "free rent for a year is a bribe and a cheap one",
        "FREE RENT FOR A YEAR IS A BRIBE, AND A CHEAP ONE.",
        "Hanna, free rent for a year is a bribe, a cheap one.",
        "Your free rent for a year is a bribe, thanks.",
        "Free rent for a year is a **bribe**, and a [cheap] one.",
        "A bribe, cheap.",
        GOOD[:-1] + " and then some more words that nobody needs" * 6 + ".",
    ],
)
def test_a_sentence_that_reads_alone_is_better(worse: str) -> None:
    assert worth(GOOD) > worth(worse)


def test_sentences_keep_their_place_in_the_comment() -> None:
    text = "> Not mine.\n\n- Dr. Dray kept 3.5 boxes. See https://a.example/x for more!\n2) The rest is gone."
    (comment_text,), stems = comment_texts(text)
    found = [sentence.text for sentence in comment_text.sentences(stems)]
    assert found == ["Dr. Dray kept 3.5 boxes.", "See https://a.example/x for more!", "The rest is gone."]


def test_quotes_are_of_different_people_and_say_different_things() -> None:
    found, stems = comment_texts(
        GOOD, GOOD.replace("cheap", "poor"), "The bus never reaches the rail yard anyway."
    )
    ranked = [sentence for comment_text in found for sentence in comment_text.sentences(stems)]
    assert [sentence.comment.id for sentence in pick_distinct(ranked, 3)] == [1, 3]


def test_somebody_is_quoted_twice_only_where_nobody_else_will_do() -> None:
    texts = (
        GOOD,
        "The bus never reaches the rail yard anyway.",
        "Gulls follow every boat that lands at dawn.",
    )
    found, stems = comment_texts(*texts)
    ranked = [sentence for comment_text in found for sentence in comment_text.sentences(stems)]
    ranked = [replace(sentence, comment=replace(sentence.comment, author="rita")) for sentence in ranked]
    assert [sentence.comment.id for sentence in pick_distinct(ranked, 2)] == [1]
    assert pick_distinct(ranked[1:], 1, ranked[:1]) == []
    assert [
        sentence.comment.id for sentence in pick_distinct(ranked[1:], 1, ranked[:1], any_author=True)
    ] == [2]


def test_the_length_of_a_quote_is_bounded() -> None:
    found, stems = comment_texts("Too short.", GOOD, "Long " * 80 + "words.")
    assert [has_quotable_length(comment_text.sentences(stems)[0]) for comment_text in found] == [
        False,
        True,
        False,
    ]


def test_a_whole_comment_is_quoted_without_the_space_around_it() -> None:
    stored = comment(1, "  One.\n\nTwo. \n")
    [quote] = quote_comment(stored)
    assert quote.text == "One.\n\nTwo." == stored.text[quote.start : quote.end]
    assert quote_comment(comment(1, "   ")) == []


def test_what_a_comment_quotes_stands_between_its_quotes() -> None:
    stored = comment(1, "> Is it safe?\n\nIt is.\n\n> Says who?\nThe port,\nof course.")
    quotes = quote_comment(stored)
    assert [quote.text for quote in quotes] == ["It is.", "The port,\nof course."]
    assert all(quote.text == stored.text[quote.start : quote.end] for quote in quotes)
    assert quote_comment(comment(1, "> It is.\n&gt; It was.")) == []


def test_what_spoilers_hide_is_marked_and_in_no_sentence() -> None:
    stored = comment(1, "The gulls win in the end. I saw that >!the tern drowns!< before anybody else did.")
    [quote] = quote_comment(stored)
    assert [quote.text[start:end] for start, end in quote.masks] == ["the tern drowns"]
    [text], stems = comment_texts(stored.text)
    assert [sentence.text for sentence in text.sentences(stems)] == ["The gulls win in the end."]


def test_a_quote_has_the_whole_of_its_links() -> None:
    [text], stems = comment_texts(
        "[The log](https://a.example/b_(c)) says so. Read [it all](https://d.example)"
    )
    assert [sentence.text for sentence in text.sentences(stems)] == [
        "[The log](https://a.example/b_(c)) says so.",
        "Read [it all](https://d.example)",
    ]


def test_only_slurs_are_marked() -> None:
    quote = make_quote(comment(1, "Damn those Retards and their shitty tardy snigger."), 0, 50)
    assert [quote.text[start:end] for start, end in quote.masks] == ["Retards"]


def test_a_hidden_slur_keeps_its_first_letter_and_its_length() -> None:
    text = "Damn those Retards and their shitty snigger."
    assert mask_slurs(text) == "Damn those R****** and their shitty snigger."


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("es", "No hay ninguna razón para pagar un alquiler tan alto en el muelle."),
        ("de", "Um die alte Halle zu retten, müssen die Händler weniger Miete zahlen."),
        ("fr", "Sure de sa victoire, la mairie refuse un parent de trop au conseil du port."),
    ],
)
def test_english_words_are_other_words_in_other_languages(language: str, text: str) -> None:
    (comment_text,), stems = comment_texts(text)
    sentence = comment_text.sentences(stems)[0]
    there = replace(sentence, language=language)
    assert quality(there) > quality(sentence)
    assert can_head(there)
    assert not can_head(sentence)


@pytest.mark.parametrize(
    "text",
    [
        "*Rent is high.*",
        "(Rent is high.)",
        "‹Rent› is high.",
        "—La renta es alta.",
        "– Die Miete ist hoch.",
        "»Die Miete ist hoch.«",
        "¿Por qué no bajan los precios?",
        "5% of people smoke!",
        "“rent” is a strange word for it.",
        "Ջուրը շատ թանկ է։",
        "ქირა ძალიან მაღალია",
        "किराया बहुत ज्यादा है",
        "قیمت بہت زیادہ ہے۔",
        "ዋጋው ከፍተኛ ነው።",
        "『家賃』が高いと彼は言った",
        "ค่าเช่าตลาดแพงเกินไป",
    ],
)
def test_neat_texts_of_any_script(text: str) -> None:
    assert is_neat(text)


@pytest.mark.parametrize(
    "text",
    [
        "rent is high.",
        "Rent is high",
        "*rent is high.*",
        "—la renta es alta.",
        "Ջուրը շատ թանկ է",
        "—",
        "5 ö",
    ],
)
def test_careless_texts(text: str) -> None:
    assert not is_neat(text)


def test_long_sentences_of_scripts_without_capitals_are_quotable() -> None:
    text = "家賃が高すぎて小さな店はもう続けられないと市場の人たちは言う" * 5
    (comment_text,), stems = comment_texts(text)
    (sentence,) = comment_text.sentences(stems)
    assert len(text) > MAX_QUOTABLE_CHARACTERS
    assert Spelling((), None, "ja").is_quotable(sentence)


def test_no_script_is_worse_for_its_letters_or_marks() -> None:
    assert worth("ქირა ბაზარში ძალიან მაღალია და ყოველ წელს იზრდება") == worth(
        "ქირა ბაზარში ძალიან მაღალია და ყოველ წელს იზრდება."
    )
