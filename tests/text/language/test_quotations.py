"""Quotations that go on beyond a sentence, in the marks of many languages."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.text.language.quotations import has_open_quotation, within_quotations

WHOLE = [
    "„Wir werden den Fischmarkt schließen“, sagte Bürgermeister Karl Brand.",
    "„Zamkniemy targ rybny”, powiedział burmistrz Karl Brand.",
    '„Wir werden den Fischmarkt schließen", sagte Bürgermeister Karl Brand.',
    "»Wir werden den Fischmarkt schließen«, sagte Bürgermeister Karl Brand.",
    '„Er nannte es ‚Unsinn‘ und "Verrat"“, sagte Karl Brand.',
    "Jeho „plán“ byl zamítnut.",
    "„Ще затворим пазара“, каза кметът Карл Бранд.",
    "Jis pasakė: „Uždarysime turgų.“",
    "”Vi stänger fiskmarknaden”, sade borgmästaren Karl Brand.",
    "»Suljemme kalatorin», sanoi pormestari Karl Brand.",
    "« Nous fermons le marché », a dit le maire Karl Brand.",
    "«Мы закроем „Порт“ в мае», — сказал мэр.",
    "“We will close the market,” said Karl Brand.",
    'The bakery of Ines Pohl sold a 12" pizza to every child on Tuesday.',
    "Karl Brand, who is 6'2\" tall, rows for Norway.",
    'The frames measure 12" by 14" by 3.5".',
    "The 12” disc of the choir was sold out.",
    'ארה"ב סגרה את השוק ביום שלישי.',
    "市長は「市場を閉める」と言った。",
]


@pytest.mark.parametrize("sentence", WHOLE)
def test_what_a_sentence_opens_and_closes_leaves_nothing_open(sentence: str) -> None:
    assert not has_open_quotation(sentence)
    assert within_quotations([sentence, "The market is old.", "It has a roof.", f"{sentence}"]) == set()


@pytest.mark.parametrize(
    ("opening", "closing"),
    [
        ("„Wir gehen.", "Das Schiff wartet“, sagte er."),
        ("„Wir gehen.", 'Das Schiff wartet", sagte er.'),
        ("»Wir gehen.", "Das Schiff wartet«, sagte er."),
        ("« Nous partons.", "Le bateau attend », dit-il."),
        ("”Vi går.", "Skeppet väntar”, sade han."),
        ("“We go.", "The ship waits,” he said."),
        ('"We go.', 'The ship waits," he said.'),
        ('He said, "We go.', 'We stay until 2012," he added.'),
        ('"We go.', '"The ship waits," he said.'),
        ("「行きます。", "船が待っています。」"),
    ],
)
def test_what_goes_on_is_open_until_it_is_closed(opening: str, closing: str) -> None:
    assert has_open_quotation(opening)
    assert within_quotations([opening, "Within.", "Within.", closing, "Behind."]) == {1, 2}


@pytest.mark.parametrize(
    "opening", ['"We will sail, he said.', "“We will sail, he said.", 'It cost 12 " a day.']
)
def test_a_mark_that_nobody_closed_opens_nothing(opening: str) -> None:
    plain = ["The port is closed."] * 6
    assert within_quotations([opening, *plain]) == set()
    assert within_quotations([opening, *plain, "Ferries need pilots,” she said."]) == set()
    assert within_quotations([opening, "The port is closed.", 'He called it "a rock" on Tuesday.']) == set()


@given(st.lists(st.text(alphabet="a1 .,\"“”„«»「」'(", max_size=12), max_size=8))
def test_any_marks_are_read(sentences: list[str]) -> None:
    assert within_quotations(sentences) <= set(range(len(sentences)))
