"""Answers as cards that Discord takes, questions as buttons carry them, and how often may be asked."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Literal, get_args

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.domain.answers import Answer, Citation, Claim, QuestionType, Refusal, Role
from bot.errors import BadInput, Busy
from bot.ui.ask import card as ask_card
from bot.ui.ask.question_state import MAX_ARTICLES, MAX_PART, MAX_QUESTION, QuestionState, deserialize
from bot.ui.kit.card import Card
from bot.ui.kit.cooldown import Cooldown
from bot.ui.kit.markdown import one_line
from bot.ui.kit.truncate import utf16_length
from tests.support.cards import AT, BIG, NAME, WILD, check

KINDS: tuple[Literal["article", "title", "comment"], ...] = ("article", "title", "comment")
LINK = st.none() | st.just("https://courier.example/a?b=c_d") | WILD


@st.composite
def citations(draw: st.DrawFn) -> Citation:
    quote = draw(WILD)
    kind = draw(st.sampled_from(KINDS))
    number = draw(st.integers(1, BIG)) if kind == "comment" else None
    masks = draw(st.sampled_from([(), ((0, 3),)]))
    at = draw(st.none() | st.just(AT))
    return Citation(
        kind,
        draw(st.integers(1, BIG)),
        number,
        0 if kind == "article" else None,
        0,
        len(quote),
        quote,
        draw(WILD),
        draw(st.none() | WILD),
        draw(st.none() | NAME),
        at,
        masks,
        draw(LINK),
    )


@st.composite
def answers(draw: st.DrawFn) -> Answer:
    asks: QuestionType = draw(st.sampled_from(get_args(QuestionType)))
    refused: Refusal | None = draw(st.none() | st.sampled_from(get_args(Refusal)))
    roles: dict[str, list[Role]] = {"opinion": ["opinion"], "latest": ["latest"], "yesno": ["for", "against"]}
    role = st.sampled_from(roles.get(asks, ["answer", "differs"]))
    some = st.lists(citations(), min_size=1, max_size=4)
    claims = [
        Claim(draw(role), draw(WILD), tuple(draw(some)), draw(st.none() | st.just((0, 2))), *counts)
        for counts in draw(st.lists(st.sampled_from([(None, 40), (3, 40)]), min_size=1, max_size=5))
    ]
    return Answer(
        question="?",
        question_type=asks,
        claims=() if refused else tuple(claims),
        refused=refused,
        closest=tuple(draw(some)) if refused == "not-said" else (),
        confidence=0.5,
        matched_words=tuple(draw(st.lists(WILD, max_size=3))),
        missing_words=tuple(draw(st.lists(WILD, max_size=9))),
        min_confidence=draw(st.sampled_from([0.0, 0.7])),
        passages=tuple(draw(st.lists(citations(), max_size=6))),
    )


@pytest.mark.slow
@settings(max_examples=80)
@given(answers(), WILD, st.booleans())
def test_every_answer_is_a_card_that_discord_takes(answer: Answer, question: str, share: bool) -> None:
    asked = QuestionState(
        question[: MAX_QUESTION // 2], tuple(range(BIG, BIG + MAX_ARTICLES)), "courier.example", AT, AT
    )
    check(ask_card.answer(answer, asked, share=share))
    check(ask_card.why(answer, asked))


def carriers(card: Card) -> list[str]:
    return [one.custom_id for one in card.walk_children() if hasattr(one, "custom_id")]


@settings(max_examples=200)
@given(
    st.text(max_size=MAX_QUESTION) | st.text("% +|.~2B5", max_size=MAX_QUESTION),
    st.lists(st.integers(1, BIG), max_size=9),
    st.none()
    | st.text(st.characters(exclude_characters="|", exclude_categories=["Cs"]), min_size=1, max_size=30),
    st.none() | st.integers(1, 4_000_000_000).map(lambda at: datetime.fromtimestamp(at, UTC)),
)
def test_buttons_carry_the_whole_question(
    text: str, articles: list[int], source: str | None, after: datetime | None
) -> None:
    if utf16_length(one_line(text)) > MAX_QUESTION:
        with pytest.raises(BadInput, match="question-too-long"):
            QuestionState.parse(text)
        return
    asked = QuestionState.parse(text, articles, source=source, after=after)
    parts = asked.parts(20)
    assert parts is not None
    assert all(utf16_length(part) <= MAX_PART + 1 for part in parts)
    back = deserialize(part.removeprefix(".") for part in parts)
    assert (back.question, back.articles, back.source) == (asked.question, asked.articles, source)
    assert back.after == after
    assert asked.everywhere().articles == ()


def test_a_question_too_long_for_its_buttons_has_none_of_them() -> None:
    quote = Citation("title", 1, None, None, 0, 4, "Gull", "Gull", None, None, None)
    answer = Answer("?", "what", (Claim("answer", "Gull", (quote,)),))
    fits = ask_card.answer(answer, QuestionState("x" * MAX_QUESTION), share=True)
    assert len(carriers(fits)) == 5
    long = ask_card.answer(answer, QuestionState("x" * 5 * MAX_QUESTION), share=True)
    assert [one.split(":")[1] for one in carriers(long)] == ["-"]


class Clock:
    """A clock that is set."""

    def __init__(self) -> None:
        self.now = datetime(2024, 3, 12, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now


async def test_who_asks_too_often_waits_for_the_rest_of_the_minute() -> None:
    clock = Clock()
    cooldown = Cooldown(2, 3, clock)
    await cooldown.count(1, 9)
    clock.now += timedelta(seconds=20)
    await cooldown.count(1, 9)
    for seconds in (40, 39):
        with pytest.raises(Busy) as caught:
            await cooldown.count(1, 8)
        assert (caught.value.key, caught.value.fields) == ("asked-too-often", {"most": 2, "seconds": seconds})
        clock.now += timedelta(seconds=1)
    await cooldown.count(2, 9)
    with pytest.raises(Busy) as caught:
        await cooldown.count(3, 9)
    assert caught.value.fields == {"most": 3, "seconds": 38}
    await cooldown.count(3, 8)
    clock.now += timedelta(seconds=38)
    await cooldown.count(1, 9)


async def test_no_limit_and_many_who_ask() -> None:
    clock = Clock()
    cooldown = Cooldown(0, 0, clock)
    for member in range(12_000):
        await cooldown.count(member % 3, member)
        clock.now += timedelta(milliseconds=20)
    assert cooldown.remembered < 12_000


def test_what_is_told_is_not_told_again_for_a_while() -> None:
    clock = Clock()
    cooldown = Cooldown(clock=clock)
    assert [cooldown.should_notify(1), cooldown.should_notify(1), cooldown.should_notify(2)] == [
        True,
        False,
        True,
    ]
    clock.now += timedelta(minutes=1)
    assert cooldown.should_notify(1)


async def test_a_clock_that_is_set_back_holds_nobody_up() -> None:
    clock = Clock()
    cooldown = Cooldown(1, 1, clock)
    await cooldown.count(1, 9)
    assert cooldown.should_notify(1)
    clock.now -= timedelta(days=365)
    await cooldown.count(1, 9)
    assert cooldown.should_notify(1)
