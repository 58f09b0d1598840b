"""An answer keeps the conditions, denials and attributions of its source, and no bold fact denies them."""

from __future__ import annotations

import pytest

from bot.text.qa.qualifiers import begins_with_qualifier, belongs_to_sentence_before, changes_meaning
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


@pytest.mark.parametrize(
    ("question", "text", "fact"),
    [
        (
            "When did the council reject the harbour bridge plan?",
            "The council rejected the harbour bridge plan on 4 May 2024.",
            "4 May 2024",
        ),
        (
            "When did the night train to Norrby leave?",
            "The night train to Norrby left from the wrong platform on 3 March 2024.",
            "3 March 2024",
        ),
        (
            "How many tonnes of herring did the cannery fail to deliver?",
            "The cannery failed to deliver 300 tonnes of herring.",
            "300 tonnes",
        ),
        (
            "Когда открыли новый мост через Неву?",
            "Кроме того, новый мост через Неву открыли 4 мая 2021 года.",
            "4 мая 2021",
        ),
        (
            "Wann wurde die Hafenbrücke in Altdorf eröffnet?",
            "Die Hafenbrücke in Altdorf wurde am 4. Mai 2021 statt der alten Fähre eröffnet.",
            "4. Mai 2021",
        ),
        (
            "When did the harbour bridge open?",
            "The council, which rejected the first plan, opened the harbour bridge on 4 May 2021.",
            "4 May 2021",
        ),
        (
            "When does the harbour strike end?",
            "The harbour strike, which would have cost millions, ends on 5 May 2024.",
            "5 May 2024",
        ),
        (
            "When does the harbour strike end?",
            "The harbour strike ends on 5 May 2024 even if it rains.",
            "5 May 2024",
        ),
    ],
)
def test_a_fact_that_nothing_denies_is_bold(question: str, text: str, fact: str) -> None:
    (claim,) = ask(question, material([article(9, "Harbour", text)])).claims
    assert claim.answer_span
    start, end = claim.answer_span
    assert claim.text[start:end] == fact


@pytest.mark.parametrize(
    "text",
    [
        "The rumour that the harbour strike ends on 5 May 2024 is false.",
        "The harbour strike ends on 5 May 2024, which the union denied.",
        "The harbour strike would have ended on 5 May 2024.",
        "Providing the union agrees, the harbour strike ends on 5 May 2024.",
    ],
)
def test_a_denial_or_condition_of_the_fact_is_found_in_any_place(text: str) -> None:
    answer = ask("When does the harbour strike end?", material([article(9, "Harbour", text)]))
    assert not any(claim.answer_span for claim in answer.claims)


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "The firm provided 300 tonnes."),
        ("es", "Si bien el puente abrió en mayo."),
        ("fr", "La mairie vous attend, s'il vous plaît."),
        ("pt", "O caso foi julgado em 2020."),
        ("ru", "Кроме того открыли детский сад."),
        ("tr", "Yeni köprü artık açıldı."),
        ("tr", "Köprünün yerine tünel yapıldı."),
        ("zh", "公司未来三年将投资50亿元。"),
        ("zh", "该公司建设不锈钢厂。"),
        ("zh", "不少居民参加了游行。"),
        ("zh", "数据显示人口增加。"),
        ("zh", "只有三人受伤。"),
        ("ja", "少ない予算で橋を建設した。"),
        ("ja", "開業条件は3月に決まった。"),
        ("ja", "市長は橋を見なければならない。"),
    ],
)
def test_everyday_words_change_no_meaning(language: str, text: str) -> None:
    assert not changes_meaning(text, language)


@pytest.mark.parametrize(
    ("language", "text", "belongs"),
    [
        ("pt", "Caso encerrado.", False),
        ("ru", "Кроме того открыли детский сад.", False),
        ("en", "Except for rain the day was dry.", False),
        ("en", "That is false alarm territory for its rivals.", False),
        ("en", "If the council agrees the market moves in May.", False),
        ("en", "The report denied that anyone was hurt.", False),
        ("es", "El cuadro es falso.", False),
        ("en", "Unless the union agrees.", True),
        ("en", "It is false, said the mayor.", True),
        ("en", "The mayor denied that.", True),
    ],
)
def test_only_a_denial_or_bare_condition_belongs_to_the_sentence_before(
    language: str, text: str, belongs: bool
) -> None:
    assert belongs_to_sentence_before(text, language) is belongs
