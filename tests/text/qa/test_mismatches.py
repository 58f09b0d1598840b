"""What says something else than what is asked is no answer, and what is shown can be read alone."""

from __future__ import annotations

import pytest

from tests.support.evidence import article, ask, material


@pytest.mark.parametrize(
    ("question", "text"),
    [
        (
            "Which boats were not sold to the harbour master?",
            "The red boats were sold to the harbour master.",
        ),
        (
            "What is generally not allowed under harbour law?",
            "Although it is generally allowed to fish under harbour law, not all boats have harbour law.",
        ),
        ("How are the harbour lamps lit synchronously?", "The harbour lamps are lit asynchronously at dusk."),
        ("What does a masterless harbour need?", "A harbour with a master needs a pier."),
        ("Who opened the northern pier?", "Ada Quill opened the southern pier."),
        (
            "What is the largest boat in the harbour?",
            "The smallest boat in the harbour is the lugger Petrel.",
        ),
        ("Who called the rent of the pier legal?", "Ada Quill called the rent of the pier illegal."),
        ("Who was harbour master since 1978?", "Ada Quill was harbour master since 2008."),
        ("Who crowned Olaf II at Norrby?", "Ada Quill crowned Olaf III at Norrby."),
        (
            "When was the harbour master Ada Quill born?",
            "Ada Quill has been the harbour master since May 2019.",
        ),
        ("How many boats did the storm sink?", "The storm killed 12 people on the pier, and all boats sank."),
        ("How much did the harbour pier cost?", "The harbour pier cost 3% more than pier 12."),
        (
            "Who won the Norrby harbour regatta?",
            "Ada Quill and Otto Linn race in the Norrby harbour regatta.",
        ),
        ("Who is the winner of the Quill Award?", "Otto Linn is the winner of the Marlowe Award."),
        (
            "Who has won the harbour regatta?",
            "After decades of trying, a Norrbyan has won the harbour regatta.",
        ),
        (
            "What did a spill from a Danish ship pollute?",
            "A spill from a Norwegian ship polluted the beach of the harbour.",
        ),
        ("Who accused Otto Linn of theft?", "Otto Linn accused Ada Quill of theft."),
        ("Who defeated Quill in the regatta?", "Ada Quill narrowly defeated Otto Linn in the regatta."),
        ("What did Quill say about Linn?", "Linn said that Quill was wrong about the pier. The pier is old."),
        ("What did Linn call Quill?", "Quill, who called Linn a liar, lives on the pier."),
        ("When was the Petrel 2 released?", "The Petrel 2's map of the harbour was released in May 2019."),
        ("When was the Petrel 2 released?", "The Petrel 2, episode 3 was later released in May 2019."),
        ("When was Norrby founded?", "Norrby's school was founded in May 2019."),
        ("When did Ada Quill sign the order?", "Otto Quill signed the order on 3 May 2019."),
        ("When did Danish troops leave Norrby?", "Swedish troops left Norrby on 3 May 2019."),
        ("When did Danish troops leave Norrby?", "Stockholm's troops left Norrby on 3 May 2019."),
        ("Who accused Otto Linn?", "Otto Linn, who had often accused Ada Quill, left Norrby."),
        (
            "Who won the Marlowe Prize in Botany?",
            "The Marlowe Prize in Physics was won by Ada Quill of Norrby.",
        ),
        (
            "Who is the Marlowe Award winner?",
            "The Spring List is no condition for a poet to win the Marlowe Award.",
        ),
        ("When did Quill repair the harbour clock?", "In 1998 Otto Linn repaired the harbour clock."),
        (
            "What is Quill's view of the harbour pier?",
            "Linn's view of the harbour pier is that it is too short.",
        ),
        (
            "Which company of the harbour has its office in San Marlo?",
            "The ferry company of the harbour has its office in San Petro.",
        ),
    ],
)
def test_what_excludes_what_is_asked_is_no_answer(question: str, text: str) -> None:
    answer = ask(question, material([article(9, "Town", text)]))
    assert answer.refused == "not-said"


def test_a_name_of_two_words_is_not_another_one_whose_first_word_the_headline_has() -> None:
    text = "The Swedish Union owns the harbour pier."
    found = material([article(9, "A Danish town", text)])
    assert ask("What does the Danish Union own?", found).refused == "not-said"
    assert ask("What does the Swedish Union own?", found).refused is None


@pytest.mark.parametrize(
    ("question", "text"),
    [
        (
            "Which boats were not sold to the harbour master?",
            "The red boats were never sold to the harbour master.",
        ),
        (
            "Why did Norrby not send boats to Saltmere?",
            "Boats were not sent to Saltmere by Norrby because the harbour master was against it.",
        ),
        ("Who opened the northern pier?", "Ada Quill opened the northern pier, not the southern one."),
        ("Who was harbour master since 1978?", "Ada Quill was harbour master from 1978 to 2008."),
        ("How many boats did the storm sink?", "The storm sank 12 fishing boats."),
        ("How many boats were sunk by the storm?", "12 boats were sunk by the storm."),
        ("Who mended the harbour pier in the 1970s?", "Ada Quill mended the harbour pier in 1974."),
    ],
)
def test_what_says_it_in_other_words_is_an_answer(question: str, text: str) -> None:
    (claim,) = ask(question, material([article(9, "Town", text)])).claims
    assert claim.text == text


@pytest.mark.parametrize(
    ("before", "text"),
    [
        ("The lugger Petrel lies at Norrby.", "This lugger was repaired by Ada Marlowe."),
        ("The lugger Petrel was old.", "Similarly, the lugger at Norrby was repaired by Ada Marlowe."),
    ],
)
def test_a_sentence_that_points_back_is_quoted_with_the_one_before(before: str, text: str) -> None:
    question = "Who repaired the lugger at Norrby?"
    (claim,) = ask(question, material([article(9, "Town", f"{before} {text}")])).claims
    assert claim.text == f"{before} {text}"
    alone = ask(question, material([article(9, "Town", text)]))
    assert alone.refused == "not-said"


def test_a_list_without_a_verb_is_no_answer() -> None:
    text = "Norrby Harbour Regatta 2019 Winners & Boats"
    assert ask("Who won the Norrby harbour regatta 2019?", material([article(9, "Sport", text)])).claims == ()


def test_the_first_word_that_asks_says_what_is_asked() -> None:
    text = "Harbour masters can close the pier when storms come."
    answer = ask("Who can close the harbour pier when storms come?", material([article(9, "Town", text)]))
    assert answer.question_type == "who"
    assert ask("What happens when the pier closes?").question_type == "what"


def test_what_shares_no_whole_name_is_not_close() -> None:
    text = "The parliament of Norrby will elect a new speaker."
    found = material([article(9, "Town", text)])
    assert ask("Who elects the members of the Saltmere Parliament?", found).closest == ()
    assert (
        ask("Who elects the speaker of the parliament of Norby?", found).closest
        or ask("Who elects the speaker of the parliament of Norby?", found).claims
    )


def test_a_name_with_one_other_letter_is_not_missing() -> None:
    found = material(
        [article(9, "Town", "The council of Norrby heard Lothar Maizieres of the ferry company.")]
    )
    answer = ask("Who heard Lothar Maiziere of the zeppelin and the tram?", found)
    assert "Maiziere" not in answer.missing_words


def test_an_amount_keeps_its_unit() -> None:
    text = "The harbour pier cost 6 million lira to build."
    (claim,) = ask("How much money did the harbour pier cost?", material([article(9, "Town", text)])).claims
    assert claim.answer_span is not None
    assert claim.text[slice(*claim.answer_span)] == "6 million lira"


@pytest.mark.parametrize(
    ("question", "text"),
    [
        ("Who married Ada Quill?", "Ada Quill met Otto Linn on Wednesday in Marrakesh."),
        ("Who won the harbour regatta?", "Ada Quill and Otto Linn saw the harbour regatta from a window."),
        (
            "Who won the harbour regatta?",
            "The harbour regatta of Ada Quill is in winter, with wine.",
        ),
        ("Who sang the harbour hymn?", "The harbour hymn of Singapore is a single of Otto Linn."),
        ("Who killed the harbour master?", "Otto Linn met the harbour master before the deadline on a diet."),
        ("Who wrote the harbour hymn?", "The harbour authorities and Otto Linn like the hymn of Norrby."),
        ("Who owns the harbour pier?", "Otto Linn saw the harbour pier from his own boat."),
        ("When did Ada Quill die?", "Ada Quill met the executive board with a deadline in May 2019."),
        (
            "Which boats were not sold in Norrby?",
            "The bank and the band of Norrby saw the boats sold in Norrby.",
        ),
    ],
)
def test_a_word_that_only_begins_like_what_was_done_does_not_say_it(question: str, text: str) -> None:
    assert ask(question, material([article(9, "Town", text)])).claims == ()


@pytest.mark.parametrize(
    ("question", "text"),
    [
        ("Who married Ada Quill?", "Otto Linn, the husband of Ada Quill, spoke."),
        ("Who won the harbour regatta?", "Otto Linn is the winner of the harbour regatta."),
        ("Who sang the harbour hymn?", "The singer of the harbour hymn is Otto Linn."),
        ("Who founded the harbour school?", "Otto Linn set up the harbour school."),
        ("Who owns the harbour pier?", "The owner of the harbour pier is Otto Linn."),
    ],
)
def test_every_form_of_what_was_done_says_it(question: str, text: str) -> None:
    (claim,) = ask(question, material([article(9, "Town", text)])).claims
    assert claim.text == text


@pytest.mark.parametrize(
    ("question", "text", "is_bold"),
    [
        (
            "How much did the harbour pier cost?",
            "The harbour pier cost 12 European towns their peace.",
            False,
        ),
        ("How much did the harbour pier cost?", "The harbour pier cost 5 centres their peace.", False),
        ("How much did the harbour pier cost?", "The harbour pier cost 5 euros to build.", True),
        ("How long is the harbour pier?", "The harbour pier is 12 milestones long.", False),
        ("How long is the harbour pier?", "The harbour pier is 12 miles long.", True),
    ],
)
def test_a_unit_is_a_whole_word(question: str, text: str, is_bold: bool) -> None:
    claims = ask(question, material([article(9, "Town", text)])).claims
    assert any(claim.answer_span for claim in claims) is is_bold


def test_a_number_before_a_word_that_begins_like_a_month_is_no_day() -> None:
    found = material([article(9, "Town", "The harbour prize went to 12 Marines and 9 Mayors.")])
    assert ask("Who won harbour prize 12?", found).unmet == ()
    found = material([article(9, "Town", "The harbour prize went to Otto Linn on 12 May.")])
    assert ask("Who won harbour prize 12?", found).unmet == ("12",)


@pytest.mark.parametrize(
    ("question", "text"),
    [
        (
            "What did the harbour council not open?",
            "The harbour council, which nobody likes, opened the pier.",
        ),
        ("Who won the harbour regatta?", "Ada Quill won the second stage of the harbour regatta."),
        ("Who won the harbour regatta?", "Will it be Otto Linn? See who is winning the harbour regatta."),
        ("Who acquired the harbour pier?", "Otto Linn saw the harbour pier with Acquire Norrby."),
        ("Who won the Quill Award?", "Otto Linn won the Marlowe Award before he met Ada Quill."),
        ("Who won the Norrby Quill Award?", "Otto Linn of Norrby won the Marlowe Award. Ada Quill came."),
    ],
)
def test_something_else_denied_or_won_is_no_answer(question: str, text: str) -> None:
    answer = ask(question, material([article(9, "Town", text, "The Norrby Quill Award is old.")]))
    assert [claim.text for claim in answer.claims if claim.text in text] == []


@pytest.mark.parametrize(
    ("question", "text"),
    [
        ("What did the harbour council not open?", "The harbour council refused to open the pier."),
        ("Who won the second stage of the regatta?", "Ada Quill won the second stage of the regatta."),
        ("Who won the harbour regatta?", "Ada Quill won the harbour regatta on the last day of the race."),
        ("Who won the Quill Award?", "Otto Linn won the Ada Quill Award."),
        ("Who won the Norrby Quill Award?", "Otto Linn won the Norrby and Quill Award."),
    ],
)
def test_what_is_denied_or_won_itself_is_an_answer(question: str, text: str) -> None:
    (claim,) = ask(question, material([article(9, "Town", text)])).claims
    assert claim.text == text


@pytest.mark.parametrize(
    ("question", "text"),
    [
        (
            "What did a spill from a Danish ship pollute?",
            "A spill from a Danish-owned ship polluted the beach of the harbour.",
        ),
        (
            "When did the US repair the harbour clock?",
            "The United States repaired the harbour clock in 1998.",
        ),
        (
            "When did Quill repair the harbour clock?",
            "Ada Quill leads Norrby. In 1998 the Norrby mayor repaired the harbour clock.",
        ),
        ("What did the Harbour Talk report?", "The HarbourTalk magazine reported a storm."),
        ("Who accused Linn of theft?", "Linn was accused of theft by Ada Quill."),
        ("Who defeated Quill in the regatta?", "Quill led the regatta until Otto Linn defeated Quill."),
        ("What did Quill say about Linn?", "Ada Quill said that Otto Linn was wrong about the pier."),
        ("What did Linn call Quill?", "Quill was called a liar by Linn."),
        ("When was Petrel 2 released?", "Petrel 2 was released in May 2019, and Petrel 2's map in June."),
        ("When was Petrel 2 released?", "Petrel 2's makers say it was released in May 2019."),
        ("Who won the Marlowe Prize in Botany?", "Ada Quill won the Marlowe Prize in Botany."),
        ("Who won the Marlowe Prize in Botany?", "Ada Quill won the 2019 Marlowe Botany Prize."),
        (
            "Who won the Marlowe Prize in Botany?",
            "Ada Quill won the Marlowe Prize in Zoology or Botany.",
        ),
        ("When did Ada Quill sign the order?", "President Quill signed the order on 3 May 2019."),
        ("When did Ada Quill sign the order?", "Former Mayor Quill signed the order on 3 May 2019."),
        ("When did President Quill sign the order?", "Ada Quill signed the order on 3 May 2019."),
        ("When did Judge Quill sentence Linn?", "Justice Quill sentenced Linn on 3 May 2019."),
        ("When did Hurricane Quilla hit Norrby?", "Storm Quilla hit Norrby on 3 May 2019."),
        ("When did Queen Ada II open the pier?", "Norrby's Ada II opened the pier on 3 May 2019."),
        ("When did Danish troops leave Norrby?", "Denmark's troops left Norrby on 3 May 2019."),
        ("When did Danish troops leave Norrby?", "Copenhagen's troops left Norrby on 3 May 2019."),
        ("When did US troops leave Norrby?", "American troops left Norrby on 3 May 2019."),
        ("When did American troops leave Norrby?", "US troops left Norrby on 3 May 2019."),
        ("How did the Dutch government answer?", "The Netherlands government answered with new talks."),
        (
            "What did the Danish president say about the harbour pier?",
            "Ada Quill, President of Denmark, said about the harbour pier that it is new.",
        ),
        (
            "When did Ada Quill repair the harbour clock?",
            "Ada Quill leads Norrby. A ferry comes daily. The pier is long. It is old. "
            "In 1998 Saltmere's Quill repaired the harbour clock.",
        ),
        ("Who founded Linnea?", "Linnea, founded by Ada Quill and Otto Linn, builds boats."),
        ("Who owns Linnea?", "Linnea, owned by Ada Quill since 2022, builds boats."),
        ("Who owns Linnea?", "Linnea, bought by Ada Quill, builds boats."),
        ("When did Quillco acquire Linnea?", "Linnea, acquired by Quillco in May 2019, builds boats."),
        ("Who attacked Norrby?", "The Norrby attack was launched by Saltmere on Friday."),
        ("Who defeated Quill in the regatta?", "Quill, defeated by Otto Linn in the regatta, left."),
        ("Who accused Linn of theft?", "Linn accused of theft by Ada Quill in Norrby"),
        ("When did Quill meet Marlowe?", "The Marlowe meeting with Quill took place on 5 May 2019."),
        ("When was Petrel 2 released?", "Petrel 2's release came in May 2019."),
        ("When was Norrby founded?", "Norrby's founding dates to May 2019."),
        ("When was Norrby founded?", "Norrby's mayor said the town was founded in May 2019."),
        ("When is Norrby voting?", "Norrby's election is on 5 May 2019."),
        ("How old is Ada Quill now?", "Ada Quill's age is 80."),
        ("How is Norrby responding to the strike?", "Norrby's response to the strike was a new bus."),
        ("Who is No 1 of the harbour regatta?", "Ada Quill is No. 1 of the harbour regatta."),
    ],
)
def test_a_name_in_another_form_is_the_same(question: str, text: str) -> None:
    assert ask(question, material([article(9, "Town", text)])).refused is None


def test_a_worse_sentence_does_not_answer_for_one_of_another_name() -> None:
    text = (
        "A spill from a Norwegian ship polluted the beach of the harbour. Oil of the spill covers the beach."
    )
    answer = ask("What did a spill from a Danish ship pollute?", material([article(9, "Town", text)]))
    assert answer.refused == "not-said"
