"""Questions in other languages: what they ask, the words that are looked for, and the facts that lead."""

from __future__ import annotations

import pytest

from bot.domain.answers import Answer, Evidence, QuestionType
from bot.text.language.context_dependence import points_back
from bot.text.language.index_tokens import index_words
from bot.text.language.stems import stem
from bot.text.qa.answerer import Answerer
from bot.text.qa.question import parse_question
from tests.support.evidence import article


@pytest.mark.parametrize(
    ("text", "language", "asks", "words"),
    [
        ("Wie viele Namen hat die Petition?", "de", "count", ("namen", "petition")),
        ("Welche Stadt baute den Kai?", "de", "where", ("baute", "kai")),
        ("Was kostet die Fähre?", "de", "what", ("kostet", "fahre")),
        ("Ist die Fähre zurück?", "de", "yesno", ("fahre", "zuruck")),
        ("Was sagen die Leute zu der Fähre?", "de", "opinion", ("fahre",)),
        ("¿Cuándo se abrió el muelle?", "es", "when", ("abrio", "muelle")),
        ("cuando se abrio el muelle", "es", "when", ("abrio", "muelle")),
        ("Qui a gagné la régate ?", "fr", "who", ("gagne", "regate")),
        ("Est-ce que le bac est en retard ?", "fr", "yesno", ("bac", "retard")),
        ("Que pensent les gens du marché ?", "fr", "opinion", ("marche",)),
        ("Сколько имён в петиции?", "ru", "count", ("имён", "петиции")),
        ("Вернулся ли паром?", "ru", "yesno", ("вернулся", "паром")),
        ("Gurular kimleri kontrol eder?", "tr", "who", ("gurular", "kontrol", "eder")),
        ("İskele ne zaman açıldı?", "tr", "when", ("iskele", "acıldı")),
        (
            "Norrby ve Pello arası feribot nereye gider?",
            "tr",
            "where",
            ("norrby", "pello", "arası", "feribot"),
        ),
        ("Feribot döndü mü?", "tr", "yesno", ("feribot", "dondu")),
        ("Was CoastAir hijacked?", "en", "yesno", ("coastair", "hijacked")),
        ("Who is Wo Fat?", "en", "who", ("wo", "fat")),
        ("Lin Un Quill age", "en", "what", ("lin", "un", "quill", "age")),
        ("Will Quill medal", "en", "yesno", ("quill", "medal")),
        ("Will Quill", "en", "what", ("quill",)),
        ("Die Quillbund concert", "en", "what", ("die", "quillbund", "concert")),
        ("Mis Quill trial", "en", "what", ("mis", "quill", "trial")),
        ("Ada Wie golf", "en", "what", ("ada", "wie", "golf")),
        ("Wie alt ist Kim?", "de", "count", ("kim",)),
        ("WO IST DIE BANK", "de", "where", ("bank",)),
        ("Will der Kapitän gehen?", "de", "yesno", ("kapitan",)),
        ("Kim Norrby'ye gitti?", "tr", "who", ("norrby", "ye")),
    ],
)
def test_what_is_asked_and_looked_for(
    text: str, language: str, asks: QuestionType, words: tuple[str, ...]
) -> None:
    question = parse_question(text)
    assert (question.language, question.question_type, question.words) == (language, asks, words)


def ask(question: str, text: str) -> Answer:
    parsed = parse_question(question)
    found = article(1, "Hafen", text)
    stems = {stem(word, parsed.language) for word in index_words(f"{found.title} {text}")}
    return Answerer().answer(parsed, Evidence((found,), (), (), dict.fromkeys(stems, 1), 300))


@pytest.mark.parametrize(
    ("question", "text", "fact"),
    [
        ("Wie viele Autos trägt die Fähre?", "Die Fähre nach Norrby trägt 90 Autos.", "90"),
        ("Wann wurde der Kai eröffnet?", "Der Kai wurde am 3. Mai 2019 eröffnet.", "3. Mai 2019"),
        ("¿Cuántos coches lleva el ferry?", "El ferry lleva 1.250 coches a Norrby.", "1.250"),
        ("¿Cuándo se abrió el muelle?", "El muelle se abrió el 3 de mayo de 2019.", "3 de mayo de 2019"),
        ("Combien de voitures porte le bac ?", "Le bac porte deux mille voitures.", "deux mille"),
        ("Quand le quai a-t-il ouvert ?", "Le quai a ouvert le 3 mai 2019.", "3 mai 2019"),
        ("Сколько машин везёт паром?", "Паром везёт 90 машин.", "90"),
        ("Когда открыли причал?", "Причал открыли 3 мая 2019 года.", "3 мая 2019"),
        ("Feribot kaç araba taşır?", "Feribot 90 araba taşır.", "90"),
        ("İskele ne zaman açıldı?", "İskele 3 Mayıs 2019 tarihinde açıldı.", "3 Mayıs 2019"),
    ],
)
def test_numbers_and_dates_lead_in_every_language(question: str, text: str, fact: str) -> None:
    (claim,) = ask(question, text).claims
    assert claim.answer_span is not None
    assert claim.text[slice(*claim.answer_span)] == fact


def test_a_word_is_not_missing_that_is_there_with_another_ending() -> None:
    answer = ask("Nesnenin hacmindeki kesit nasıl boyanır?", "Bir nesne ve hacim çizildi.")
    assert answer.refused == "not-said"
    assert "Nesnenin" not in answer.missing_words


def test_a_question_in_another_language_says_so() -> None:
    answer = ask("Wann hat Ada Quill die Regatta gewonnen?", "Ada Quill has never been to any of the races.")
    assert answer.refused == "not-said"
    assert answer.in_other_language
    assert answer.closest
    assert not ask("Wann war die Regatta in Norrby?", "Die Boote in Norrby waren schnell.").in_other_language


def test_a_refusal_is_unclear_where_nothing_is_missing() -> None:
    answer = ask("When was the bridge closed to walkers?", "The bridge was closed to walkers.")
    assert answer.is_unclear
    assert not ask("Who is the king of Samarkand on the bridge?", "The bridge is shut.").is_unclear


@pytest.mark.parametrize(
    ("question", "text"),
    [
        ("Wie viele Boote liegen im Hafen?", "Es liegt am Kai. Es gab 45 Boote, die im Hafen liegen."),
        ("Combien de bateaux sont au port ?", "Il reste au quai. Il y a 45 bateaux, qui sont au port."),
    ],
)
def test_a_pronoun_that_stands_for_nothing_needs_no_sentence_before_it(question: str, text: str) -> None:
    (claim,) = ask(question, text).claims
    assert claim.text == text.partition(". ")[2]


@pytest.mark.parametrize(
    ("question", "text"),
    [
        ("Wann wurde das Fährhaus gebaut?", "Das Fährhaus am Kai ist neu. Es wurde 1990 gebaut."),
        (
            "Wann wurde das Zollhaus gebaut?",
            "Am Kai steht das Zollhaus, daneben das Fährhaus. Es wurde 1890 gebaut.",
        ),
        ("Wie hoch ist das Zollhaus?", "Das Zollhaus steht am Kai. Es ist 30 Meter hoch und hat ein Dach."),
        (
            "Wann entstand das Bootshaus?",
            "Das Bootshaus ist neu. Es war ein Haus, das 1990 entstand.",
        ),
        (
            "Quand le pont de Norrby a-t-il ouvert ?",
            "Le pont de Norrby est vieux. C'est un pont de bois ouvert en 1975.",
        ),
    ],
)
def test_a_pronoun_that_stands_for_something_needs_the_sentence_before_it(question: str, text: str) -> None:
    (claim,) = ask(question, text).claims
    assert claim.text == text


@pytest.mark.parametrize(
    ("text", "language", "needs"),
    [
        ("Es handelte sich um 45 Boote.", "de", False),
        ("Es kam zu einem Brand im Hafen.", "de", False),
        ("Es war Ada Quill, die den Hafen baute.", "de", False),
        ("Es ist ein Glück, dass der Hafen offen ist.", "de", False),
        ("Es kam aus Norrby in den Hafen.", "de", True),
        ("C'est Ada Quill qui a ouvert le port.", "fr", False),
        ("C'est le port le plus vieux de la baie.", "fr", True),
    ],
)
def test_a_cleft_needs_no_sentence_before_it(text: str, language: str, needs: bool) -> None:
    assert points_back(text, language) is needs
