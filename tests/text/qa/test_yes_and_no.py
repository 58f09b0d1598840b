"""Yes and no are shown only where a sentence says so plainly."""

from __future__ import annotations

import pytest

from tests.support.evidence import article, ask, material


@pytest.mark.parametrize(
    ("question", "text", "roles"),
    [
        ("Did Quill lie?", "Ada Quill lied about the rent.", ["for"]),
        ("Did Quill lie?", "Ada Quill did not lie, the judge found.", ["against"]),
        ("Did Quill lie?", "Ada Quill denied that she lied.", ["answer"]),
        ("Is the ferry late?", "Nobody knows whether the ferry is late.", ["answer"]),
        ("Will the clock be repaired?", "The clock may be repaired if there is money.", ["answer"]),
        ("Will the clock be repaired?", "The clock is to be repaired in May.", ["for"]),
        ("Ist die Fähre spät?", "Die Fähre ist heute nicht spät.", ["against"]),
        ("Does Polar Air fly to Stornsay?", "Polar Air no longer flies to Stornsay.", ["against"]),
        ("Ist die Fähre spät?", "Die Fähre ist nicht mehr spät.", ["against"]),
        ("Le bac est-il fermé ?", "Le bac n’est plus fermé.", ["against"]),
        ("¿Está cerrado el puerto?", "El puerto ya no está cerrado.", ["against"]),
        (
            "Wurde die Hafenbrücke in Altdorf eröffnet?",
            "Die Hafenbrücke in Altdorf wurde am 4. Mai 2021 statt der alten Fähre eröffnet.",
            ["for"],
        ),
        ("Did the council reject the plan?", "The council rejected the plan on 4 May 2024.", ["for"]),
        (
            "Did the council move the fish market?",
            "The council moved the fair instead of the fish market.",
            ["answer"],
        ),
    ],
)
def test_a_side_is_said_plainly(question: str, text: str, roles: list[str]) -> None:
    claims = ask(question, material([article(9, "Town", text)])).claims
    assert [claim.role for claim in claims] == roles


def test_what_nothing_speaks_of_is_not_answered() -> None:
    found = material([article(9, "Missing plane", "Another CoastAir plane skidded off the runway.")])
    answer = ask("Was the CoastAir plane hijacked?", found)
    assert answer.refused == "not-said"
    assert answer.missing_words == ("hijacked",)


def test_a_reason_that_is_not_given_is_refused() -> None:
    found = material([article(9, "Harbour", "The harbour bridge closed on Monday. Nobody was hurt.")])
    assert ask("Why did the harbour bridge close?", found).refused == "not-said"
