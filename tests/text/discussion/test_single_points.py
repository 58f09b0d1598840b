"""What single comments say in threads with few themes, and claims that their authors withdraw."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.domain.answers import CommentDigest
from bot.domain.articles import Comment
from bot.text.discussion.comment_digest import build_comment_digest
from bot.text.discussion.headings import can_head, is_about_oneself
from bot.text.discussion.quotes import CommentText
from bot.text.discussion.withdrawals import withdrawn_comments
from bot.text.language.comment_tokens import CommentStemmer
from tests.support.comment_threads import APART, FARE, MARKET, comments

FRUITS = (
    "apple pear quince medlar cherry damson plum currant sloe rowan fig date olive lemon lime melon peach"
    " apricot grape mango guava papaya banana kiwi"
)
QUESTIONS = [f"Who would buy a {fruit} at the inn?" for fruit in FRUITS.split()]


def digest(*texts: str) -> CommentDigest:
    return build_comment_digest(MARKET, comments(*texts))


def test_a_thread_without_common_words_shows_what_single_comments_say() -> None:
    found = digest(FARE, FARE.replace("doctor", "teacher"), *APART, *(f"Well {n}, lol." for n in range(14)))
    said = [quote.text for quote in found.single_points]
    assert len(found.themes) < 3
    assert len(said) + len(found.quotable_themes) == 4
    assert set(said) <= set(APART)
    assert said == [text for text in APART if text in said]
    quoted = {quote.comment for quote in found.single_points}
    listed = [number for group in found.groups for number in group.every_comment]
    assert quoted & {number for group in found.rest for number in group.comments}
    assert sorted(set(listed)) == list(range(1, found.read + 1))


def test_a_thread_with_themes_shows_no_single_points() -> None:
    texts = [
        f"{subject} {what} for the {who}, said all of us at home."
        for who in ("market", "island", "school", "harbour", "library", "museum")
        for subject, what in (
            ("The rent is too high", "and ruinous"),
            ("The bus is always late", "and useless"),
            ("A new roof leaks rain", "and costs money"),
            ("These gulls steal bread", "and scream"),
        )
    ]
    found = digest(*texts)
    assert len(found.themes) >= 3
    assert found.single_points == ()


def texts_of(*said: tuple[str, str, int | None]) -> list[CommentText]:
    parsed: list[Comment] = []
    for number, (comment, (author, _text, parent)) in enumerate(
        zip(comments(*(text for _author, text, _parent in said)), said, strict=True), 1
    ):
        parsed.append(
            Comment(
                number,
                1,
                None,
                author,
                comment.posted_at,
                comment.text,
                None,
                parent,
                None if parent is None else "",
            )
        )
    return [CommentText.from_comment(comment) for comment in parsed]


def test_what_an_author_withdraws_is_found() -> None:
    claim = "They ran her through the ice to save fuel."
    back = "I didn't know that. I withdraw it."
    assert withdrawn_comments(
        texts_of(("gannet", claim, None), ("moe", "No.", None), ("gannet", back, None))
    ) == {1}
    below = texts_of(
        ("gannet", claim, None), ("gannet", "Rain.", None), ("moe", "No.", 1), ("gannet", back, 3)
    )
    assert withdrawn_comments(below) == {1}


@pytest.mark.parametrize(
    "text",
    [
        "I was wrong.",
        "Sorry, I was completely wrong about that.",
        "The chart says otherwise. I stand corrected, thanks.",
        "Fair enough. I take that back!",
        "OK, I retract my claim and apologise.",
        "I admit that I was mistaken.",
        "Edit: I was wrong, the ferry runs on Sundays.",
        "That was rude; I take it all back.",
    ],
)
def test_forms_of_withdrawing(text: str) -> None:
    assert withdrawn_comments(texts_of(("gannet", "Claim.", None), ("gannet", text, None))) == {1}


def test_nothing_else_is_withdrawn() -> None:
    for text in (
        "I was wrong if it rains.",
        "They withdraw it.",
        "He said he stands corrected.",
        "> I withdraw it.",
        "You claim I was wrong; show me where.",
        "I never said I was wrong.",
        "People said I was wrong. I was not.",
        "I thought I was wrong, but I was right.",
        "I cannot take it back to the shop.",
        "I take it back to the shop tomorrow.",
        "I withdraw my savings, and I withdraw this money today.",
        "I was wrong to trust the timetable.",
        "I was wrong about nothing.",
        "I was wrong, you say?",
        "I was wrong? Never.",
        "Nobody believes that I take that back.",
        "If the fare falls, I take it back.",
        "I will not retract my words, and I won't take that back.",
        'The captain said: "No. I was wrong." And now?',
    ):
        assert not withdrawn_comments(texts_of(("gannet", "Claim.", None), ("gannet", text, None)))
    assert not withdrawn_comments(texts_of(("gannet", "Claim.", None), ("pete", "I withdraw it.", None)))
    assert not withdrawn_comments(
        texts_of(("[deleted]", "Claim.", None), ("[deleted]", "I withdraw it.", None))
    )


def test_a_short_comment_is_quoted_whole() -> None:
    first = "Accounts belong on the table before anybody votes."
    apart = [text for text in APART if not text.startswith(first[:30])]
    for rest, is_whole in (
        (" They are ten years old. Nobody has read them.", True),
        (" Why are they secret?", False),
        (" You are a fool and so is your dog.", False),
        (" Thanks for the award, dear reader!", False),
        ("\n\nNobody has read them.", False),
        (" Edit: Mended a slip in the sums.", False),
        (" Edit 2: Mended a slip in the sums.", False),
        (" Source: https://example.net/ledger/4.", False),
        (" Nobody has **seen all of them.", False),
        (" As u/netmender wrote, they are thin.", False),
        (" They are ten years old. 🤣", False),
        (" They are ten years old. >!Eleven.!<", False),
    ):
        found = digest(*apart[:3], first + rest, *QUESTIONS)
        said = [quote.text for quote in found.single_points]
        assert (first + rest in said) == is_whole


def test_what_members_do_themselves_and_what_they_tell_each_other_heads_nothing() -> None:
    opinion, deed, answer = texts_of(
        ("oysterjo", "I think the ferry to the island should be free for all.", None),
        ("netmender", "I play the double bass in the band of the island.", None),
        ("pierpoet", "The ferry is only free for you and your family.", 1),
    )
    stemmer = CommentStemmer.for_texts([opinion.words], "en")
    assert can_head(opinion.sentences(stemmer)[0])
    assert not can_head(deed.sentences(stemmer)[0])
    assert not can_head(answer.sentences(stemmer)[0])


@pytest.mark.parametrize(
    "text",
    [
        "I really think the ferry to the island needs a second boat.",
        "I just don't think the ferry to the island needs a second boat.",
        "I personally believe the ferry to the island should be free.",
        "I firmly support a free ferry to the island for pupils.",
        "I completely disagree with the fare on the island ferry.",
        "I never trust the harbour office with a budget.",
        "I suspect the ferry will sail late until the winter.",
        "I guess the ferry will sail late until the winter.",
        "I bet the ferry will sail late until the winter.",
        "I know the ferry will sail late until the winter.",
        "I trust the pilots more than the harbour office.",
        "I might be mistaken, but the ferry fare hurts the island.",
        "I am opposed to a fare on the island ferry.",
        "I'm strongly opposed to a fare on the island ferry.",
        "I am all for a fare on the island ferry.",
        "I refuse to pay a fare on the island ferry.",
    ],
)
def test_an_opinion_heads_a_theme_whatever_its_verb(text: str) -> None:
    assert not is_about_oneself(text)


@pytest.mark.parametrize(
    "text",
    [
        "I usually row to the island.",
        "I never ate an oyster.",
        "I am all ears.",
        "I really play the bass.",
        "I know a sailor on the island.",
        "I know how to row to the island.",
    ],
)
def test_what_somebody_does_is_no_opinion(text: str) -> None:
    assert is_about_oneself(text)


PLAIN = "the ferry to the island should be free for all who work on the quay"
ALIKE = (
    "the ferry to the island should be free for all, lol",
    "who work on the quay? the ferry to the island",
    "should be free for all who work on the quay, lol",
)


def quoted(found: CommentDigest) -> list[str]:
    quotes = [*(quote for theme in found.quotable_themes for quote in theme.quotes), *found.single_points]
    return [quote.text for quote in quotes]


def test_a_sentence_worded_as_the_thread_is_quoted_without_its_capital_letter() -> None:
    assert quoted(digest(PLAIN, *ALIKE, *QUESTIONS)) == [PLAIN]
    for other in (
        PLAIN.replace("quay", "Quay").replace("island", "isle on the Thursday of a gale"),
        PLAIN.replace("free for all", "feree for all"),
        f"({PLAIN}",
        f"{PLAIN} of Norrby and also for their children and whoever comes with them",
    ):
        assert quoted(digest(other, *ALIKE, *QUESTIONS)) == []


def test_a_name_without_its_capital_letter_is_a_slip() -> None:
    town = PLAIN.replace("island", "norrby")
    for title, is_quoted in (("A free ferry for Norrby is asked", False), ("Ferries", True)):
        thread = comments(
            town,
            *(text.replace("island", "norrby") for text in ALIKE),
            *QUESTIONS,
        )
        found = build_comment_digest(replace(MARKET, title=title), thread)
        assert quoted(found) == [town] * is_quoted


def test_a_reply_is_no_point_of_its_own() -> None:
    thread = comments(*APART[:3], *QUESTIONS)
    assert len(build_comment_digest(MARKET, thread).single_points) == 3
    answer = replace(thread[0], parent=thread[5].id)
    found = build_comment_digest(MARKET, [answer, *thread[1:]])
    assert [quote.text for quote in found.single_points] == [*APART[1:3]]
