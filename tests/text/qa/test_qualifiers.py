"""An answer keeps the conditions, denials and attributions of its source, and no bold fact denies them."""

from __future__ import annotations

import pytest

from bot.text.qa.qualifiers import begins_with_qualifier, belongs_to_sentence_before
from tests.support.evidence import article, ask, material


def quoted(question: str, text: str) -> str:
    (claim,) = ask(question, material([article(9, "Harbour", text)])).claims
    return claim.text


@pytest.mark.parametrize(
    "text",
    [
        "The harbour strike ends on Friday ... if the union agrees",
        "The harbour strike ends on Friday ... but only when the union agrees",
        "The harbour strike ends on Friday ... , said the mayor",
        "The union denied that ... the harbour strike ends on Friday",
        "The harbour strike ends on Friday. But only if the union agrees.",
        "The harbour strike ends on Friday. That is not true.",
        "The harbour strike ends on Friday. The union denied that.",
    ],
)
def test_what_changes_the_meaning_is_quoted_too(text: str) -> None:
    answer = ask("When does the harbour strike end?", material([article(9, "Harbour", text)]))
    (shown,) = [claim.text for claim in answer.claims] or [passage.quote for passage in answer.closest]
    assert shown == text


@pytest.mark.parametrize(
    ("text", "quote"),
    [
        (
            "The harbour strike ends on Friday, the union claims, and the port ...",
            "The harbour strike ends on Friday, the union claims",
        ),
        (
            "The harbour strike ends on Friday if the union agrees ...",
            "The harbour strike ends on Friday if the union agrees",
        ),
        (
            "The harbour strike ends on Friday, the union claims ...",
            "The harbour strike ends on Friday, the union claims",
        ),
        (
            "The harbour strike ends on Friday for those who have not ...",
            "The harbour strike ends on Friday for those who have not ...",
        ),
        (
            "The harbour strike ends on Friday ... If you sail, read our guide.",
            "The harbour strike ends on Friday",
        ),
        (
            "May 29, 2021 ... The harbour strike ends on Friday",
            "The harbour strike ends on Friday",
        ),
        (
            "The harbour strike ends on Friday. If it rains, the market moves.",
            "The harbour strike ends on Friday.",
        ),
    ],
)
def test_nothing_is_cut_off_that_changes_the_meaning(text: str, quote: str) -> None:
    assert quoted("When does the harbour strike end?", text) == quote


@pytest.mark.parametrize(
    ("text", "is_bold"),
    [
        ("The harbour strike ends on 5 May 2024.", True),
        ("The harbour strike, which nobody wanted, ends on 5 May 2024.", True),
        ("The harbour strike does not end on 5 May 2024.", False),
        ("The harbour strike ends on 5 May 2024 if the union agrees.", False),
        ("The union denied that the harbour strike ends on 5 May 2024.", False),
        ("The harbour strike ends on 5 May 2024. That is false.", False),
    ],
)
def test_what_is_denied_or_conditional_is_not_bold(text: str, is_bold: bool) -> None:
    answer = ask("When does the harbour strike end?", material([article(9, "Harbour", text)]))
    assert any(claim.answer_span for claim in answer.claims) is is_bold


@pytest.mark.parametrize(
    "text",
    [
        "The council will move the fish market, provided the union agrees.",
        "The council will move the fish market. That is false.",
        "The council will move the fish market ... only when it rains",
    ],
)
def test_a_condition_or_denial_is_neither_yes_nor_no(text: str) -> None:
    answer = ask("Will the council move the fish market?", material([article(9, "Harbour", text)]))
    assert {claim.role for claim in answer.claims} <= {"answer"}


@pytest.mark.parametrize(
    ("language", "condition", "denial", "plain"),
    [
        ("en", "if the union agrees", "That is not true.", "The town is quiet."),
        ("de", "wenn die Gewerkschaft zustimmt", "Das stimmt nicht.", "Die Stadt ist ruhig."),
        ("es", "si el sindicato acepta", "Eso es falso.", "La ciudad está tranquila."),
        ("fr", "si le syndicat accepte", "Ce n’est pas vrai.", "La ville est calme."),
        ("pt", "se o sindicato aceitar", "Isso é falso.", "A cidade está calma."),
        ("ru", "если профсоюз согласится", "Это неправда.", "В городе тихо."),
        ("tr", "eğer sendika kabul ederse", "Bu doğru değil.", "Kent sakin."),
        ("zh", "如果工会同意", "这不是真的。", "这座城市很安静。"),
        ("ja", "組合が同意すれば", "これは誤りです。", "町は静かです。"),
    ],
)
def test_conditions_and_denials_are_known_in_every_language(
    language: str, condition: str, denial: str, plain: str
) -> None:
    assert begins_with_qualifier(condition, language)
    assert belongs_to_sentence_before(denial, language)
    assert not belongs_to_sentence_before(plain, language)
    assert not begins_with_qualifier(plain, language)
