"""Answers: kinds of questions, what leads, who disagrees, and when there is none."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.domain.answers import Answer, Citation, Evidence, QuestionType
from bot.domain.articles import Paragraph
from bot.text.discussion import comment_digest
from bot.text.discussion.comment_digest import build_comment_digest
from bot.text.qa.answerer import Answerer
from bot.text.qa.question import parse_question
from bot.ui.ask.refusals import refusal
from tests.support.evidence import ARCHIVE, FERRY, MARKET, START, article, ask, comment, material


def cited(answer: Answer) -> list[Citation]:
    return [*(c for claim in answer.claims for c in claim.citations), *answer.closest]


def assert_quoted(answer: Answer, found: Evidence) -> None:
    """Every citation is what is stored, to the character, and every lead is inside its quote."""
    articles = {one.id: one for one in (*found.articles, *found.threads)}
    comments = {one.id: one for one in found.comments}
    for one in cited(answer):
        if one.comment is not None:
            text = comments[one.comment].text
        elif one.kind == "title":
            text = articles[one.article].title
        else:
            assert one.paragraph is not None
            text = articles[one.article].paragraphs[one.paragraph].text
        assert text[one.start : one.end] == one.quote
        assert one.quote.strip() == one.quote != ""
    for claim in answer.claims:
        if claim.answer_span is not None:
            start, end = claim.answer_span
            assert 0 <= start < end <= len(claim.citations[0].quote)


@pytest.mark.parametrize(
    ("text", "asks"),
    [
        ("Who won?", "who"),
        ("When was the vote?", "when"),
        ("In what year did it open?", "when"),
        ("Where is the yard?", "where"),
        ("How many names has the petition?", "count"),
        ("How did they vote?", "how"),
        ("Why did it close?", "why"),
        ("What is a gull?", "what"),
        ("Is the ferry late?", "yesno"),
        ("Is the ferry red or blue?", "what"),
        ("What do people think of the market?", "opinion"),
        ("What do people think?", "opinion"),
        ("opinions on the rent", "opinion"),
        ("What was the mayor's reaction to the vote?", "what"),
        ("latest on the ferry", "latest"),
        ("What's the latest news about the ferry?", "latest"),
        ("Was kostet die Fähre?", "what"),
    ],
)
def test_what_a_question_asks(text: str, asks: QuestionType) -> None:
    assert parse_question(text).question_type == asks


def test_the_words_that_only_ask_are_not_looked_for() -> None:
    assert parse_question("What do people think of the fish market?").words == ("fish", "market")
    assert parse_question("latest on the night ferry").words == ("night", "ferry")
    assert parse_question("?!").words == ()


@pytest.mark.parametrize(
    ("text", "lead"),
    [
        ("How many names does the petition against the move have?", "3,100"),
        ("How many cars does the night ferry carry?", "90"),
        ("When did the council vote to move the fish market?", "Tuesday"),
        ("Which mayor called the vote a fresh start?", "Mayor Ada Quill"),
    ],
)
def test_the_fact_leads(text: str, lead: str) -> None:
    answer = ask(text)
    assert answer.refused is None
    claim = answer.claims[0]
    assert claim.answer_span is not None
    assert claim.citations[0].quote[slice(*claim.answer_span)] == lead
    assert_quoted(answer, ARCHIVE)


def test_what_nothing_says_is_refused_with_what_is_closest() -> None:
    answer = ask("Who is the zeppelin king of the fish market?")
    assert answer.refused == "not-said"
    assert answer.claims == ()
    assert answer.closest
    assert "zeppelin" in answer.missing_words
    assert "market" in answer.matched_words
    assert_quoted(answer, ARCHIVE)


@pytest.mark.parametrize(
    ("text", "missing"),
    [
        ("How many zeppelins did the capital of France get?", ("zeppelins", "capital", "France")),
        ("Is it true that zeppelins will land?", ("zeppelins", "land")),
    ],
)
def test_what_is_missing_is_named_as_asked_without_words_that_say_nothing(
    text: str, missing: tuple[str, ...]
) -> None:
    assert ask(text).missing_words == missing


def test_only_what_stands_nowhere_is_said_to_be_absent() -> None:
    answer = ask("Who is the king of the zeppelin council in Norrby?")
    assert "Norrby" in answer.missing_words
    assert answer.absent_words == ("king", "zeppelin")
    assert said(answer) == "**The archive doesn't say.** No mention of king or zeppelin."


def test_what_is_missing_stands_above_the_closest_passage() -> None:
    answer = replace(ask("Who is the zeppelin king of the fish market?"), absent_words=())
    assert answer.closest
    assert said(replace(answer, lacking_words=("Norrby",))).endswith(
        "The closest passage doesn't mention Norrby:"
    )
    assert said(replace(answer, lacking_words=(), lacks_fact=True)).endswith(
        "The closest passage doesn't say who:"
    )
    sure = replace(answer, confidence=0.4, lacking_words=(), lacks_fact=False)
    assert said(sure) == "**No clear answer.** Closest passage:"
    assert said(replace(sure, unmet=("1990",))) == ("**No answer for 1990 was found.** Closest passage:")
    assert said(replace(sure, unmet=("best",))) == (
        "**The archive doesn't say.** The closest passage doesn't mention best:"
    )
    assert said(replace(sure, in_other_language=True)) == (
        "**No clear answer.** Closest passage, in another language than the question:"
    )
    apart = replace(answer, closest=(), apart_words=("king", "Norrby"))
    assert said(apart) == "**The archive doesn't say.** No passage found mentions both king and Norrby."


def said(answer: Answer) -> str:
    return refusal(answer, 0, str)


def test_without_any_word_nothing_is_close() -> None:
    answer = ask("Who plays the zither?")
    assert (answer.refused, answer.closest) == ("nothing-found", ())
    assert ask("...").refused == "no-question"


def test_a_headline_answers_where_the_text_does_not() -> None:
    bare = article(8, "Lighthouse keeper Mo Tarn retires after 41 years", day=2)
    for text in ((), ("There was cake for everybody who came.",)):
        found = material([replace(bare, paragraphs=tuple(map(Paragraph, text))), MARKET])
        answer = ask("Which lighthouse keeper retires after 41 years?", found)
        (first, *_) = cited(answer)
        assert (first.kind, first.article, first.paragraph) == ("title", 8, None)
        assert first.quote == bare.title
        assert_quoted(answer, found)


def test_a_headline_does_not_repeat_what_its_text_says() -> None:
    answer = ask("How did the council vote on moving the fish market?")
    kinds = [one.kind for one in cited(answer) if one.article == 1]
    assert kinds[0] == "article"
    assert "title" not in kinds


def test_a_vote_against_is_no_vote_for() -> None:
    found = material([article(9, "Tower", "The council voted for the tower on Monday.")])
    answer = ask("Did the council vote against the tower?", found)
    assert [claim.role for claim in answer.claims] == ["against"]


def test_an_age_is_no_count_and_a_possessive_nobody() -> None:
    found = material(
        [article(9, "Rovers", "Dennis Vail, 19, is the goalkeeper whom Norrby's rovers signed.")]
    )
    for text in ("How many goalkeepers have the rovers signed?", "Who signed the goalkeeper?"):
        for claim in ask(text, found).claims:
            said = claim.citations[0].quote[slice(*claim.answer_span)] if claim.answer_span else ""
            assert said not in ("19", "Norrby's")
    answer = ask("How old is the goalkeeper whom the rovers signed?", found)
    assert answer.claims[0].answer_span is not None
    assert answer.claims[0].citations[0].quote[slice(*answer.claims[0].answer_span)] == "19"


@pytest.mark.parametrize(
    ("question", "text"),
    [
        ("Who voted against the move?", "The votes against the move came from the two Quayside members."),
        ("Who is the mayor?", "The mayor has lived in the town since March."),
        ("Who is the mayor?", "(TIDE SHEET) - Nobody may come near the mayor."),
    ],
)
def test_a_capital_is_not_always_somebody(question: str, text: str) -> None:
    answer = ask(question, material([article(9, "Town", text)]))
    assert [claim.answer_span for claim in answer.claims] == [None] * ("Quayside" in text)


def test_who_is_answered_by_a_name_in_the_next_best_passage() -> None:
    found = material(
        [
            article(9, "Regatta", "The winner of the Norrby regatta cup will be announced on Sunday."),
            article(10, "Cup", "Otto Marlowe won the regatta cup in Norrby."),
            article(11, "Live", "View maps and live winners of the Norrby regatta cup from Saltmere."),
        ]
    )
    assert ask("Who is the winner of the Norrby regatta cup?", found).claims[0].citations[0].article == 10


def test_who_voted_against_is_not_answered_by_the_vote() -> None:
    text = (
        "The council voted to move the fish market to Norrby. The three votes against came from the Greens."
    )
    (claim,) = ask("Who voted against moving the fish market?", material([article(9, "Town", text)])).claims
    assert claim.text == "The three votes against came from the Greens."


def test_an_amount_keeps_what_limits_it() -> None:
    (claim,) = ask(
        "How many cars does the ferry carry?", material([article(9, "F", "The ferry carries up to 90 cars.")])
    ).claims
    assert claim.answer_span is not None
    assert claim.text[slice(*claim.answer_span)] == "up to 90"


def test_a_sentence_without_its_subject_follows_the_one_that_names_it() -> None:
    text = "The lugger Petrel lies at Norrby. She was repaired by Ada Marlowe in 1931."
    (claim,) = ask("Who repaired the lugger Petrel?", material([article(9, "Town", text)])).claims
    assert claim.text == text


def test_somebody_leads_wherever_they_stand() -> None:
    for text in ("Marlowe repaired the clock.", "The clock was repaired by Marlowe."):
        (claim,) = ask("Who repaired the clock?", material([article(9, "Town", text)])).claims
        assert claim.answer_span is not None
        assert text[slice(*claim.answer_span)] == "Marlowe"


def test_the_latest_is_told_in_headlines() -> None:
    found = material([FERRY], [comment(7, 2, "The night ferry woke my cat.")])
    answer = ask("latest on the night ferry", found)
    assert [(one.kind, one.quote) for one in cited(answer)] == [("title", "Night ferry returns")]


def test_sources_that_disagree_are_both_shown() -> None:
    other = article(
        3, "Fish market to go", "The council voted 6 to 5 to move the fish market to the old rail yard."
    )
    found = material([MARKET, other])
    answer = ask("How did the council vote on moving the fish market?", found)
    roles = [claim.role for claim in answer.claims]
    assert "differs" in roles
    assert {one.article for one in cited(answer)} == {1, 3}
    assert_quoted(answer, found)


def test_a_commenter_who_disagrees_is_told_apart() -> None:
    found = material([MARKET], [comment(7, 1, "The council voted 6 to 5 to move it, I counted the hands.")])
    answer = ask("How did the council vote on moving the fish market?", found)
    assert answer.claims[0].citations[0].kind == "article"
    differs = [claim for claim in answer.claims if claim.role == "differs"]
    assert [one.citations[0].author for one in differs] == ["netmender7"]
    assert_quoted(answer, found)


def test_the_same_report_twice_is_one_claim_with_two_sources() -> None:
    copy = article(4, "Ferry again", "The night ferry sails again from June. Tickets are dear.")
    found = material([FERRY, copy])
    answer = ask("When does the night ferry sail again?", found)
    assert {one.article for one in answer.claims[0].citations} == {2, 4}


def test_the_latest_comes_first() -> None:
    found = material(
        [
            article(n, f"Ferry report {n}", f"The night ferry was late by {n} minutes.", day=n)
            for n in range(1, 6)
        ]
    )
    answer = ask("latest on the night ferry", found)
    days = [one.posted_at for one in cited(answer)]
    assert [claim.role for claim in answer.claims] == ["latest"] * 3
    assert days == sorted(days, reverse=True)  # type: ignore[type-var]
    assert days[0] == START + timedelta(days=5)


def test_yes_and_no_are_shown_and_not_decided() -> None:
    found = material(
        [
            article(5, "Clock", "The town clock is to be repaired in May."),
            article(6, "No repair", "The town clock will not be repaired, the mason said."),
        ]
    )
    answer = ask("Will the town clock be repaired?", found)
    assert {(claim.role, claim.citations[0].article) for claim in answer.claims} == {
        ("for", 5),
        ("against", 6),
    }


def test_opinions_are_shares_and_quotes_of_the_comments() -> None:
    texts = (
        "Free rent for a whole year is a bribe, and a cheap one.",
        "My stall paid forty years of rent without being late once.",
        "Nobody else in this town gets a year of rent for nothing.",
        "The bus to the old yard takes an hour when it rains.",
    )
    said = [comment(n, 1, text) for n, text in enumerate(texts, 10)]
    found = material([MARKET], said)
    answerer = Answerer()
    question = answerer.parse_question("What do people think about the rent?")
    about = answerer.find_discussed_article(question, found)
    assert about == MARKET
    answer = answerer.answer_opinion(question, found, MARKET, said, build_comment_digest(MARKET, said))
    first = answer.claims[0]
    assert (first.text, first.supporters) == ("Rent", 3)
    assert {one.kind for one in cited(answer)} == {"comment"}
    assert_quoted(answer, found)


def test_shares_are_of_the_comments_that_the_digest_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(comment_digest, "MAX_READ_COMMENTS", 20)
    names = [2 * first + last for first in "abcdefgh" for last in "abcdefgh"]
    said = [comment(n, 1, f"The rent of {name} is a scandal to all.") for n, name in enumerate(names)]
    answerer = Answerer()
    question = answerer.parse_question("What do people think about the rent?")
    digest = build_comment_digest(MARKET, said)
    answer = answerer.answer_opinion(question, material([MARKET], said), MARKET, said, digest)
    assert {claim.commenters for claim in answer.claims} == {digest.read}
    assert answer.claims[0].supporters == digest.read == 20


def test_what_an_article_says_is_nobodys_opinion() -> None:
    answerer = Answerer()
    question = answerer.parse_question("What do people think about the night ferry?")
    assert answerer.find_discussed_article(question, ARCHIVE) is None
    answer = answerer.answer(question, ARCHIVE)
    assert answer.refused == "not-said"
    assert answer.closest


def test_what_others_are_quoted_with_is_not_the_commenters_claim() -> None:
    quoting = comment(8, 1, "> The ferry carries 200 goats to Norrby.\n\nNobody believes that.")
    found = material([MARKET], [quoting])
    answer = ask("How many goats does the ferry carry to Norrby?", found)
    assert all("goats" not in one.quote for one in cited(answer))


@settings(max_examples=60)
@given(st.text(max_size=80), st.lists(st.text(max_size=200), max_size=4))
def test_any_text_is_quoted_to_the_character(question: str, texts: list[str]) -> None:
    own = [article(n, "Any " + text[:20], text + " " + question) for n, text in enumerate(texts, 1) if text]
    said = [comment(n, one.id, question + " " + texts[0]) for n, one in enumerate(own, 100)]
    found = material(own, said)
    assert_quoted(ask(question, found), found)


def test_irregular_forms_of_a_verb_match() -> None:
    text = "The divers have sought the bell for years. The divers find the bell in the harbour on most days."
    (claim,) = ask("Where was the bell found?", material([article(9, "Divers", text)])).claims
    assert claim.text.startswith("The divers find the bell in the harbour")
