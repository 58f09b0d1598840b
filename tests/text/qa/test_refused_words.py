"""Tests of the words that a refusal names, and of those that neither refuse a question nor are named."""

from __future__ import annotations

import pytest

from bot.domain.answers import Answer, Evidence
from bot.i18n import use_language
from bot.text.language.index_tokens import index_words
from bot.text.language.stems import stem
from bot.text.qa.answerer import Answerer
from bot.text.qa.question import parse_question
from bot.ui.ask.refusals import refusal
from tests.support.evidence import article

FERRY = "The night ferry to Norrby, built in 1987, carries 90 cars across the bay."


def ask(question: str, text: str, title: str = "Norrby", elsewhere: str = "") -> Answer:
    parsed = parse_question(question)
    found = article(1, title, text)
    stems = {stem(word, parsed.language) for word in index_words(f"{found.title} {text}")}
    others = {stem(word, parsed.language): 9 for word in index_words(elsewhere)}
    counts = others | dict.fromkeys(stems, 1)
    return Answerer().answer(parsed, Evidence((found,), (), (), counts, 300, frozenset()))


def said(answer: Answer) -> str:
    assert answer.refused
    return refusal(answer, 0, str)


@pytest.mark.parametrize(
    ("question", "text", "word"),
    [
        (
            "When did the ferry carry zebras to Norrby?",
            "The ferry carries cars to Norrby.",
            "zebras",
        ),
        ("Wie heißt der Kapitän der Fähre?", "Die Fähre trägt nachts 90 Autos.", "Kapitän"),
        ("Wer malte den Hafen?", "Die Fähre trägt nachts 90 Autos.", "malte"),
        ("Qui a peint le bac de Norrby ?", "Le bac porte deux mille voitures.", "peint"),
        ("Кто нарисовал паром в Норби?", "Паром везёт 90 машин в Норби.", "нарисовал"),
    ],
)
def test_a_refusal_names_the_rarest_word_that_is_missing(question: str, text: str, word: str) -> None:
    line = said(ask(question, text))
    assert word in line
    assert line.startswith("**The archive doesn't say.** ")


@pytest.mark.parametrize(
    ("short", "long"),
    [("EU", "European Union"), ("WHO", "World Health Organization"), ("U.K.", "United Kingdom")],
)
def test_an_abbreviation_is_not_missing_where_its_long_form_stands(short: str, long: str) -> None:
    answer = ask(
        f"Why did the {short} close the fish market?", f"The {long} closed the fish market on Monday."
    )
    assert short not in said(answer)
    assert "EUR" in said(
        ask("Why did the EUR close the fish market?", "The European Union closed the fish market.")
    )


def test_a_passage_that_has_only_the_name_of_the_headline_is_not_shown() -> None:
    answer = ask("Who painted Norrby?", "Norrby has a harbour. The bay is wide.")
    assert answer.closest == ()


@pytest.mark.parametrize(("articles_with_word", "is_shown"), [(1, False), (150, True)])
def test_a_passage_that_lacks_the_rarest_word_is_not_shown(articles_with_word: int, is_shown: bool) -> None:
    parsed = parse_question("When did the bakery of the harbour lend the sailors lanterns?")
    text = "The bakery sells bread to sailors at the harbour, which many lend."
    counts = {stem(word, "en"): 150 for word in index_words(f"Norrby {text}")}
    counts[stem("lanterns", "en")] = articles_with_word
    answer = Answerer().answer(
        parsed, Evidence((article(1, "Norrby", text),), (), (), counts, 300, frozenset())
    )
    assert answer.refused
    assert bool(answer.closest) == is_shown


def test_a_pair_of_words_is_the_subject_but_not_a_name_of_two() -> None:
    text = "The fish market of Little Norrby sells bread."
    assert ask("Who is the hooded king of the fish market?", text).closest
    assert not ask("Who is the hooded king whose boats left Little Norrby?", text).closest


def test_a_long_passage_is_not_shown_with_a_refusal() -> None:
    names = ", ".join(["the grey heron", "the reed bunting"] * 12)
    assert ask("When was the ferry bell cast?", "The ferry bell is loud.").closest
    assert not ask("When was the ferry bell cast?", f"The ferry bell is louder than {names}.").closest


@pytest.mark.parametrize(
    ("question", "text"),
    [
        ("What famous and allegedly notable ferry went to Norrby?", FERRY),
        ("In what particular year was the well-known night ferry built?", FERRY),
        ("Welche berühmte Fähre trägt angeblich Autos?", "Die Fähre nach Norrby trägt 90 Autos."),
        ("¿Qué famoso ferry lleva supuestamente coches?", "El ferry lleva 1.250 coches a Norrby."),
        ("Quel célèbre bac porte vraiment des voitures ?", "Le bac porte deux mille voitures."),
        ("Какой известный паром якобы везёт машины?", "Паром везёт 90 машин в Норби."),
        ("Hangi ünlü feribot sözde araba taşır?", "Feribot 90 araba taşır."),
    ],
)
def test_words_that_say_nothing_of_the_subject_are_not_missing(question: str, text: str) -> None:
    answer = ask(question, text)
    assert answer.missing_words == answer.lacking_words == answer.apart_words == ()


def test_a_word_of_a_name_and_what_is_counted_are_looked_for() -> None:
    assert parse_question("Who wrote The Famous Five?").words == ("wrote", "famous", "five")
    assert "years" in parse_question("How many years did the ferry run?").words
    assert parse_question("Which mayor called the vote a farce?").verb == "call"


SAVES = "Ada Quill of Norrby was elected in May."


@pytest.mark.parametrize(
    ("question", "lacking"),
    [
        ("How many boats did Ada Quill save?", ()),
        ("How many boats did Ada Quill save with Bea Norrby?", ("Bea",)),
        ("How many boats did Ada Quill save with Bea Linn?", ("Bea Linn",)),
        ("How many boats did Ada Quill save in 1999?", ("1999",)),
    ],
)
def test_a_name_is_not_lacking_where_its_last_word_stands_for_it(
    question: str, lacking: tuple[str, ...]
) -> None:
    answer = ask(question, f"{SAVES} Quill saved the boats and the pier of Norrby.", elsewhere="Bea Linn")
    assert [citation.quote for citation in answer.closest] == [
        "Quill saved the boats and the pier of Norrby."
    ]
    assert answer.lacking_words == lacking


def test_only_what_no_passage_meets_is_said_to_be_in_none() -> None:
    text = "Ada Quill won the regatta in 1999. The harbour was calm. In 2004 nobody came."
    assert ask("Who won the regatta in 2004?", text).unmet == ()
    assert ask("Who won the regatta in 2005?", text).unmet == ("2005",)


@pytest.mark.parametrize(
    ("language", "line"),
    [
        ("en", "doesn't give the figure asked for:"),
        ("de", "steht die gesuchte Zahl nicht:"),
        ("fr", "ne donne pas le chiffre demandé :"),
        ("es-ES", "no da la cifra que se pide:"),
        ("pt-BR", "não traz o número pedido:"),
        ("ru", "не сказано сколько:"),
        ("tr", "ne kadar olduğu yazmıyor:"),
        ("ja", "お尋ねの数字は書かれていません："),
        ("zh-CN", "没有说是多少："),
    ],
)
def test_a_passage_with_other_numbers_is_not_said_to_have_none(language: str, line: str) -> None:
    answer = ask("How old is Ada Quill?", "Ada Quill of Norrby spoke to 90 people.")
    assert answer.lacks_fact
    with use_language(language):
        assert said(answer).endswith(line)


def test_what_only_names_the_kind_that_is_asked_for_is_not_lacking() -> None:
    answer = ask(
        "In which century did Ada Quill build the pier?", "Ada Quill liked the old pier. She built boats."
    )
    assert answer.closest
    assert "century" not in answer.lacking_words


@pytest.mark.parametrize(
    ("verb", "lacking"),
    [("scrape", ("scrape",)), *((verb, ()) for verb in ("call", "refers", "tried", "uses", "expect"))],
)
def test_a_verb_that_names_no_one_act_is_not_lacking(verb: str, lacking: tuple[str, ...]) -> None:
    answer = ask(f"When did Ada Quill {verb} the pier?", "Ada Quill painted the pier.")
    assert answer.closest
    assert answer.lacking_words == lacking


def test_two_words_that_no_passage_has_together_are_named() -> None:
    answer = ask(
        "Who sold the lantern, the barrel and the anchor?", "A lantern fell.", elsewhere="The barrel leaks"
    )
    assert (answer.closest, len(answer.apart_words)) == ((), 2)


def test_words_in_small_letters_are_named_one_by_one() -> None:
    answer = ask("Кого игрока критиковали за то, что он не прыгнул в кучу?", "Игрок уехал.")
    assert "критиковали" in answer.apart_words
    assert all(" " not in words for words in answer.apart_words)


@pytest.mark.parametrize(
    ("question", "text"),
    [
        ("Why did the divers find the harbour bell?", "The divers found the harbour bell on Monday."),
        ("Why was the harbour bell stolen in Norrby?", "They steal the harbour bell in Norrby."),
    ],
)
def test_an_irregular_form_of_a_verb_is_not_missing(question: str, text: str) -> None:
    answer = ask(question, text)
    assert answer.refused
    assert answer.lacking_words == ()


def test_a_large_number_is_named_whole() -> None:
    text = "Families with incomes below $60,000 pay nothing for the night ferry."
    answer = ask("What do families with incomes below $38,000 pay for the night ferry?", text)
    assert answer.lacking_words == ("$38,000",)


def test_an_adverb_or_an_example_is_never_what_is_missing() -> None:
    answer = ask(
        "What is an example of a boat that typically carries zebras to Norrby?",
        "The ferry carries cars to Norrby.",
    )
    named = (*answer.missing_words, *answer.lacking_words, *answer.apart_words)
    assert "zebras" in named
    assert {"typically", "example"}.isdisjoint(named)


@pytest.mark.parametrize("word", ["italy", "sicily", "emily", "dragonfly", "timely", "scholarly"])
def test_a_name_or_an_adjective_that_ends_like_an_adverb_can_be_missing(word: str) -> None:
    answer = ask(f"What is the captain of {word}?", "The captain of Norrby is Ada Quill.")
    assert word in answer.missing_words
    assert word in said(answer)


@pytest.mark.parametrize("word", ["briefly", "stiffly", "notably"])
def test_an_adverb_is_not_missing(word: str) -> None:
    assert word not in ask(f"Who {word} steered zebras?", "Ada Quill steered boats.").missing_words


def test_a_unit_is_not_missing_where_its_long_form_stands() -> None:
    answer = ask("What is the mpg of the ferry?", "The ferry makes 12 miles per gallon.")
    assert "mpg" not in answer.missing_words
