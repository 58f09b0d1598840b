"""What is close to the question is no answer, and what is bold is the fact."""

from __future__ import annotations

import pytest

from bot.text.qa.question import parse_question
from bot.text.qa.requirements import requirements
from tests.support.evidence import START, article, ask, comment, material


def test_one_sentence_answers() -> None:
    text = (
        "The council voted on the market on Tuesday. The council promised a free bus to the market for 2025."
    )
    (claim,) = ask("When did the council vote on the market?", material([article(9, "Town", text)])).claims
    assert claim.text == "The council voted on the market on Tuesday."


def test_a_question_answers_no_question() -> None:
    text = "Question for the keeper: who repaired the clock?"
    answer = ask("Who repaired the clock?", material([article(9, "Town", text)]))
    assert answer.refused == "not-said"


@pytest.mark.parametrize(
    ("question", "unmet"),
    [
        ("Who won the regatta in 2019?", ()),
        ("Who won the regatta in 1989?", ("1989",)),
        ("Who won the first regatta in 1989?", ("first", "1989")),
        ("Who won the regatta for the second time?", ("second",)),
        ("Who won the longest race of the regatta?", ()),
        ("Who won the 2nd regatta?", ("2nd",)),
        ("Who won the shortest race of the regatta?", ("shortest",)),
    ],
)
def test_another_year_or_rank_is_no_answer(question: str, unmet: tuple[str, ...]) -> None:
    text = "Ada Quill won the regatta in 2019. It was the longest race so far."
    answer = ask(question, material([article(9, "Harbour", text)]))
    assert answer.unmet == unmet
    assert (answer.refused == "not-said") is bool(unmet)


def test_a_word_that_only_may_rank_requires_nothing() -> None:
    assert requirements(parse_question("Who won the final for the record on the top deck?")) == []


def test_the_date_of_an_article_is_the_year_of_its_text() -> None:
    found = material([article(9, "Harbour", "Ada Quill won the regatta on Tuesday.")])
    (article_,) = found.articles
    assert article_.posted_at is not None
    year = article_.posted_at.year
    assert ask(f"Who won the regatta in {year}?", found).refused is None
    assert ask(f"Who won the regatta in {year - 3}?", found).unmet == (str(year - 3),)


@pytest.mark.parametrize(
    ("question", "text", "fact"),
    [
        ("Who won the regatta?", "Ada Quill easily won the regatta.", "Ada Quill"),
        ("Who won the regatta?", "Ada Quill watched as Otto Linn won the regatta.", "Otto Linn"),
        ("Who built the pier?", "The pier was built by the engineer Otto Linn.", "Otto Linn"),
        ("Who is the mayor?", "Mayor Ada Quill spoke first.", None),
        ("Who is the harbour master?", "Otto Linn, the harbour master, spoke first.", "Otto Linn"),
        ("Who won the regatta?", "Otto Linn came to see the regatta.", None),
        ("Where was the bell cast?", "The bell was cast in Norrby by two brothers.", "Norrby"),
        ("Which town cast the bell?", "Saltmere paid for the bell, which was cast in Norrby.", None),
        ("How much did the pier cost?", "Pier 7 cost the town £3,000 last spring.", "£3,000"),
        ("How much did the pier cost?", "The pier cost a third of what pier 12 did.", None),
        ("When was the pier opened?", "May 3, 2019 ... The pier was opened to walkers.", None),
        ("When was the pier opened?", "The pier was opened on 3 May 2019.", "3 May 2019"),
    ],
)
def test_a_fact_leads_only_where_the_words_around_it_say_so(
    question: str, text: str, fact: str | None
) -> None:
    answer = ask(question, material([article(9, "Town", text)]))
    span = answer.claims[0].answer_span if answer.claims else None
    assert (text[slice(*span)] if span else None) == fact


def test_a_headline_that_answers_is_shown_before_other_articles() -> None:
    found = material(
        [
            article(1, "Ada Quill wins the harbour regatta in 2019"),
            article(2, "Harbour news", "The regatta of 2019 was long. Otto Linn came to see the harbour."),
        ]
    )
    (claim, *_) = ask("Who wins the harbour regatta in 2019?", found).claims
    assert claim.text == "Ada Quill wins the harbour regatta in 2019"


def test_the_year_of_a_comment_is_its_own() -> None:
    old = article(1, "Harbour regatta", "The regatta begins.", comments=1)
    found = material([old], [comment(7, 1, "Ada Quill won the regatta, I saw it.")])
    assert ask(f"Who won the regatta in {START.year}?", found).claims[0].citations[0].comment == 7


def test_a_snippet_is_quoted_from_where_it_leaves_something_out() -> None:
    text = "Jul 9, 2022 ... Ada Quill won the harbour regatta ... since 2018, was the youngest ..."
    found = material([article(9, "Sport", text)])
    (claim,) = ask("Who won the harbour regatta in 2022?", found).claims
    assert claim.text == "Ada Quill won the harbour regatta"
    assert ask("Who won the harbour regatta in 2018?", found).unmet == ("2018",)


def test_the_sentence_with_the_fact_is_before_the_one_with_the_words() -> None:
    text = "The harbour bridge: when was it opened to walkers? They opened the harbour bridge in May 2019."
    (claim,) = ask("When was the harbour bridge opened?", material([article(9, "Town", text)])).claims
    assert claim.text == "They opened the harbour bridge in May 2019."


@pytest.mark.parametrize(
    ("question", "text"),
    [
        ("When did the harbour bridge close?", "The harbour bridge closed. That was on 3 May 2019."),
        ("Why did the harbour bridge close?", "The harbour bridge closed. It was due to a barge."),
        ("How much did the harbour bridge cost?", "It took a year. The harbour bridge cost a lot: £3,000."),
    ],
)
def test_the_next_sentence_is_quoted_if_it_has_the_fact(question: str, text: str) -> None:
    (claim,) = ask(question, material([article(9, "Town", text)])).claims
    assert text.endswith(claim.text)


def test_a_time_that_nothing_says_is_refused() -> None:
    text = "The harbour bridge was closed to walkers."
    answer = ask("When was the harbour bridge closed to walkers?", material([article(9, "Town", text)]))
    assert answer.refused == "not-said"
    assert answer.closest[0].quote == text


def test_the_day_of_a_date_is_no_other_number() -> None:
    text = "Ada Quill won the harbour regatta on 2 May 2024."
    found = material([article(9, "Harbour", text)])
    assert ask("Who won harbour regatta 2?", found).unmet == ("2",)
    assert ask("Who won the harbour regatta on 2 May 2024?", found).refused is None


def test_a_number_is_named_whole() -> None:
    found = material([article(9, "Harbour", "The harbour pier cost £3,000 to repair.")])
    assert ask("Who paid £38,500 for the harbour pier?", found).unmet == ("£38,500",)


@pytest.mark.parametrize(
    ("question", "text"),
    [
        ("Where was the bell first recorded?", "The bell is recorded in the books of Norrby for 1690."),
        ("What is the bell most commonly called?", "The bell is commonly called Old Tom."),
        ("What is the most important part of the bell?", "The important part of the bell is its rim."),
        ("What did Ada Quill build in the late 1950's?", "In the late 1950s Ada Quill built the pier."),
        ("Which towns had harbours in the 1600s?", "Norrby had harbours in the 17th century."),
        ("Who was a bell founder of the 15th century?", "Otto Linn, a bell founder, died in 1455."),
        ("How many stalls burned by September 17?", "By 17 September, almost 25 stalls had burned."),
        ("What did the 2 parties in Norrby settle?", "Both parties in Norrby settled the rent."),
    ],
)
def test_words_for_manner_and_other_ways_to_write_a_time_are_met(question: str, text: str) -> None:
    assert ask(question, material([article(9, "Town", text)])).unmet == ()


@pytest.mark.parametrize(
    ("question", "text"),
    [
        ("Who won the most medals?", "Ada Quill won medals in Norrby."),
        ("Who was a bell founder of the 15th century?", "Otto Linn, a bell founder, died in 1655."),
        ("Which towns had harbours in the 1600s?", "Norrby had harbours in the 19th century."),
    ],
)
def test_other_ranks_and_centuries_are_not_met(question: str, text: str) -> None:
    assert ask(question, material([article(9, "Town", text)])).unmet != ()


def test_a_time_beside_another_number_is_not_the_one_asked_for() -> None:
    text = "Harbour 1 opened in 2015 and so will harbour 2 later."
    assert ask("When did harbour 2 open?", material([article(9, "Town", text)])).claims == ()


def test_this_network_is_quoted_with_the_sentence_before_it() -> None:
    text = "Otto Linn built a network of canals. The plans of this network influenced the harbour of Norrby."
    (claim,) = ask("What influenced the harbour of Norrby?", material([article(9, "Town", text)])).claims
    assert claim.text == text


@pytest.mark.parametrize(
    ("question", "text"),
    [
        (
            "When did Ada Quill open five harbour centres?",
            "Ada Quill opened four harbour centres in May 2019.",
        ),
        (
            "When did Ada Quill open 5 harbour centres?",
            "Ada Quill opened four harbour centres in May 2019.",
        ),
        ("When did Ada Quill open five centres?", "Ada Quill opened centres in May 2019."),
        ("Wann öffneten die fünf Häfen?", "Die vier Häfen öffneten im Mai 2019."),
        ("Quand les cinq ports ont-ils ouvert ?", "Les quatre ports ont ouvert en mai 2019."),
        ("¿Cuándo abrieron los cinco puertos?", "Los cuatro puertos abrieron en mayo de 2019."),
        ("Когда открылись пять портов?", "Четыре порта открылись в мае 2019 года."),
        ("Beş liman ne zaman açıldı?", "Dört liman Mayıs 2019'da açıldı."),
    ],
)
def test_another_number_in_words_is_no_answer(question: str, text: str) -> None:
    assert ask(question, material([article(9, "Town", text)])).claims == ()


@pytest.mark.parametrize(
    ("question", "text"),
    [
        (
            "When did Ada Quill open five harbour centres?",
            "Ada Quill opened 5 harbour centres in May 2019.",
        ),
        (
            "When did Ada Quill open 5 harbour centres?",
            "Ada Quill opened five harbour centres in May 2019.",
        ),
        ("What are the two parts of the harbour?", "The parts of the harbour are the pier and the basin."),
        ("Wann öffneten die fünf Häfen?", "Die 5 Häfen öffneten im Mai 2019."),
    ],
)
def test_a_number_is_met_in_words_or_digits(question: str, text: str) -> None:
    (claim,) = ask(question, material([article(9, "Town", text)])).claims
    assert claim.text == text


@pytest.mark.parametrize(
    ("question", "text", "fact"),
    [
        ("How many boats had the harbour in 2021?", "The harbour has 18 boats, up from those in 2021.", None),
        (
            "How many boats had the harbour in 2021?",
            "The harbour had 18 boats in 2021, up from the year before.",
            "18",
        ),
        (
            "How many boats had the harbour in 2021 compared with 2019?",
            "The harbour had 18 boats in 2021, up from 12 in 2019.",
            "18",
        ),
        ("How many kilometres long is the pier?", "The pier is 12 km long.", "12 km"),
        ("How many kilometers long is the pier?", "The pier is 12 kilometres long.", "12 kilometres"),
        ("How many feet tall is the harbour tower?", "The harbour tower is 300 ft tall.", "300 ft"),
        ("How many metres tall is the harbour tower?", "The harbour tower is 300 ft tall.", None),
        ("How many pounds did the whale weigh?", "The whale weighed 30,000 lbs.", "30,000"),
        (
            "How many square metres has the harbour library?",
            "The harbour library has 4,000 sq m of floor.",
            "4,000",
        ),
        (
            "How many holiday days do the harbour workers have?",
            "The harbour workers have 4 weeks of holiday in days of rain.",
            None,
        ),
    ],
)
def test_an_amount_of_another_time_or_unit_is_not_bold(question: str, text: str, fact: str | None) -> None:
    (claim,) = ask(question, material([article(9, "Harbour", text)])).claims
    assert (claim.text[slice(*claim.answer_span)] if claim.answer_span else None) == fact


def test_the_date_with_its_year_comes_first() -> None:
    short, full = (
        "The northern pier was opened on 4 May.",
        "The northern pier was opened in rain on 4 May 2021.",
    )
    other = "The northern pier was opened for boats on 9 June 2022."
    articles = [article(8, "A", short), article(9, "B", full), article(10, "C", other)]
    claim = ask("When was the northern pier opened?", material(articles)).claims[0]
    assert claim.text == full
    assert claim.answer_span is not None
    assert claim.text[slice(*claim.answer_span)] == "4 May 2021"


@pytest.mark.parametrize(
    ("question", "best", "other"),
    [
        (
            "When was the ferry company founded?",
            "The ferry company was founded in 2021.",
            "The ferry company, founded on a farm, opened its second shop in May 2021.",
        ),
        (
            "When did the council vote on the market?",
            "The council voted on the market on 3 May.",
            "The council voted on the market hall's roof on 3 May 2016.",
        ),
        (
            "When did the bridge open?",
            "The bridge opened on 3 May.",
            "The old bridge did open on 3 May 1911.",
        ),
        ("When did the bridge open?", "The bridge opened in May.", "The bridge was opened in May 1911."),
        (
            "When did the fire start?",
            "The fire started on 4 May.",
            "The mayor recalled how a fire started on 4 May 1998 in the same barn.",
        ),
        (
            "Wann öffnete die Brücke?",
            "Die Brücke öffnete am 4. Mai.",
            "Die alte Brücke öffnete am 4. Mai 1911.",
        ),
        (
            "¿Cuándo se abrió el puente?",
            "El puente se abrió el 4 de mayo.",
            "El puente viejo se abrió el 4 de mayo de 1911.",
        ),
        (
            "Quand le pont a-t-il ouvert ?",
            "Le pont a ouvert le 4 mai.",
            "Le musée du pont a ouvert le 4 mai 2021.",
        ),
    ],
)
def test_the_same_date_of_something_else_does_not_come_first(question: str, best: str, other: str) -> None:
    found = material([article(8, "A", best), article(9, "B", other)])
    assert ask(question, found).claims[0].text == best


@pytest.mark.parametrize(
    ("question", "short", "full"),
    [
        (
            "Wann öffnete die Brücke?",
            "Die Brücke öffnete am 4. Mai.",
            "Die Brücke öffnete am 4. Mai 2021.",
        ),
        (
            "¿Cuándo se abrió el puente?",
            "El puente se abrió el 4 de mayo.",
            "El puente se abrió el 4 de mayo de 2021.",
        ),
        (
            "Quand le pont a-t-il ouvert ?",
            "Le pont a ouvert le 4 mai.",
            "Le pont a ouvert le 4 mai 2021.",
        ),
    ],
)
def test_the_date_with_its_year_comes_first_in_other_languages(question: str, short: str, full: str) -> None:
    found = material([article(8, "A", short), article(9, "B", full)])
    assert ask(question, found).claims[0].text == full


def test_a_round_number_is_met_by_its_word() -> None:
    text = "Die alte Mole wurde vor hundert Jahren in Norrby gebaut."
    answer = ask("Was wurde vor 100 Jahren in Norrby gebaut?", material([article(9, "Hafen", text)]))
    assert [claim.text for claim in answer.claims] == [text]
