"""What the numbers of a comment digest are said of."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from itertools import islice

import pytest
from simcord.components import walk_components

from bot.domain.answers import CommentDigest, Quote, Rest, Theme
from bot.i18n import LANGUAGES, use_language
from bot.text.discussion.comment_digest import build_comment_digest
from bot.ui.articles import comment_digest_card, strings
from bot.ui.kit.card import Card
from tests.support.cards import components_of
from tests.support.comment_threads import APART, MARKET, comments

FRUITS = "apple pear quince medlar cherry damson plum currant sloe rowan fig date olive lemon"
NOW = datetime(2024, 3, 12, 9, tzinfo=UTC)


def quote(number: int, text: str, score: int | None = None) -> Quote:
    return Quote(number, f"reader{number}", NOW, text, 0, len(text), score)


def theme(first: int, comments: tuple[int, ...], score: int | None = None) -> Theme:
    said = quote(first, f"Rent number {first} is too high for a fishmonger.", score)
    return Theme((first,), (said,), 90, (), ("rent",), comments)


def digest(*themes: Theme, rest: tuple[Rest, ...] = ()) -> CommentDigest:
    return CommentDigest(1, "Market", 12_048, 48, 0, themes, rest, unread=12_000)


def texts(card: Card) -> list[str]:
    return [part["content"] for part in walk_components(components_of(card)) if "content" in part]


def labels(card: Card) -> list[str]:
    return [
        option["label"] for part in walk_components(components_of(card)) for option in part.get("options", [])
    ]


def mentioning(**counts: int) -> CommentDigest:
    """A digest of these words, of which each is mentioned by other comments."""
    ids = iter(range(1, 1000))
    mentioned = (Rest("mentions", tuple(islice(ids, count)), word) for word, count in counts.items())
    return replace(digest(), mentioned=tuple(mentioned))


def test_shares_are_of_the_comments_that_were_read() -> None:
    assert strings.opening(mentioning(bus=4, rent=20)) == "24 of 48 comments mention “rent” or “bus”"


def test_the_opening_says_only_what_is_known_of_few() -> None:
    opening = strings.opening(mentioning(rent=6, bus=3))
    assert opening == "No one subject dominates: 9 of 48 comments mention “rent” or “bus”"
    opening = strings.opening(mentioning(rent=1))
    assert opening == "No one subject dominates: 1 of 48 comments mentions “rent”"


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_opening_begins_like_a_sentence(language: str) -> None:
    """It has a line of its own."""
    for count in (1, 3, 9, 24):
        with use_language(language):
            first = strings.opening(mentioning(rent=count))[0]
        assert not first.islower()


def test_the_opening_names_the_three_words_that_most_comments_mention() -> None:
    assert strings.opening(mentioning(a=9, b=8, c=7, d=6)) == "24 of 48 comments mention “a”, “b” or “c”"
    assert strings.opening(mentioning(**{f"w{n}": 3 for n in range(9)})) == (
        "No one subject dominates: 9 of 48 comments mention “w0”, “w1” or “w2”"
    )


def test_a_comment_in_two_themes_counts_once() -> None:
    shown = strings.more_themes([theme(1, (1, 2, 3)), theme(4, (3, 4))])
    assert shown == "2 more themes follow, with 4 comments"


def test_the_points_are_those_of_the_quoted_comment() -> None:
    found = digest(replace(theme(1, (1, 2), score=7), comments=(1, 2)))
    shown = texts(comment_digest_card.theme(found, 0, [], 0, share=False))
    assert shown[0].splitlines() == [
        "### “Rent number 1 is too high for a fishmonger.” · 7 points",
        "-# 2 comments mention “rent” · 1 other says much the same · on Market",
    ]


def test_a_sentence_heads_a_theme_above_who_mentions_its_words() -> None:
    said = theme(1, (1, 2, 3))
    mentions = "-# 3 comments mention “rent”"
    for saying, counts in (((1,), mentions), ((1, 2, 3), f"{mentions} · 2 others say much the same")):
        found = replace(mentioning(bus=4), themes=(replace(said, comments=saying),))
        shown = texts(comment_digest_card.comment_digest(found, share=False))
        first, second = shown[1].splitlines()
        assert first.startswith("**“Rent number 1 is too high for a fishmonger.”** — ")
        assert second == counts
    point = replace(said, words=(), mentioning=(), replies=(2, 3))
    shown = texts(comment_digest_card.comment_digest(digest(point), share=False))[1].splitlines()
    assert shown[1:] == ["-# 2 replies"]


def test_a_quote_that_is_not_written_as_a_sentence_stands_within_one() -> None:
    small, second = quote(1, "free rent is a bribe", 7), quote(2, "the rent is fair")
    found = digest(replace(theme(1, (1, 2, 3)), quotes=(small, second)))
    found = replace(found, single_points=(quote(9, "the quay is cold"),))
    at = "<t:1710234000:f>"
    shown = texts(comment_digest_card.comment_digest(found, share=False))
    assert shown[1].splitlines() == [
        f"*reader1* says **“free rent is a bribe”** — 7 points, {at}",
        f"*reader2* says “the rent is fair” — {at}",
    ]
    assert shown[2] == f"**Also said**\n*reader9* says “the quay is cold”\n-# {at}"
    listed = texts(comment_digest_card.theme(found, 0, (), 0, share=False))
    assert listed[0].splitlines()[0] == "### *reader1* says “free rent is a bribe” · 7 points"


def test_words_are_listed_only_where_few_comments_are_quoted() -> None:
    mentioned = (Rest("mentions", (31, 32, 33), "roof"),)
    rest = (Rest("points", (34, 35)), Rest("jokes", (36,)))
    themes = [replace(theme(n, (n, n + 1)), words=(f"w{n}",)) for n in (1, 11, 21)]
    few = replace(digest(*themes[:2], rest=rest), mentioned=mentioned)
    shown = "\n".join(texts(comment_digest_card.comment_digest(few, share=False)))
    assert "-# Also mentioned: “roof” (3 comments)\n-# 3 other comments, among them 1 joke\n" in shown
    many = replace(digest(*themes, rest=rest), mentioned=mentioned)
    shown = "\n".join(texts(comment_digest_card.comment_digest(many, share=False)))
    assert "Also mentioned" not in shown
    assert "-# 6 other comments, among them 1 joke\n" in shown


def test_points_of_single_comments_follow_the_themes_as_far_as_they_fit() -> None:
    points = tuple(quote(number, f"Point {number}: {'the quay is cold. ' * 9}") for number in range(20, 26))
    found = replace(digest(theme(1, (1, 2))), single_points=points)
    shown = texts(comment_digest_card.comment_digest(found, share=False))
    said = next(text for text in shown if text.startswith("**Also said**"))
    assert 1 < said.count("Point 2") < 6
    assert "“Point 20" in said


def test_points_that_do_not_fit_are_counted_and_in_a_list() -> None:
    points = tuple(quote(number, f"Point {number}: {'the quay is cold. ' * 9}") for number in range(20, 26))
    rest = (Rest("points", (*range(20, 26), 30)), Rest("jokes", (31,)))
    found = replace(digest(theme(1, (1, 2)), rest=rest), single_points=points)
    card = comment_digest_card.comment_digest(found, share=False)
    shown = "\n".join(texts(card))
    left = 7 - sum(f"“Point {number}" in shown for number in range(20, 26))
    assert left > 1
    assert f"-# {left + 1} other comments, among them 1 joke\n" in shown
    assert {"7 longer comments", "1 joke"} <= set(labels(card))


def test_every_comment_is_in_a_list() -> None:
    tails = (
        "Nobody ever waited on a frozen quay beside old people in January wind and in heavy snow.",
        "A rope for it costs less than printing one ticket on the machine beside the eastern gate.",
        "The minister promised thirty months earlier that lessons would continue until spring.",
        "Captains earn that in four summers of carrying visitors between lighthouses.",
        "An honest treasurer would print each invoice in the newspaper for ordinary readers.",
        "Somebody could paint the benches and sell coffee, waffles or herring beneath a shelter.",
        "Steel has become three times cheaper than it was when that drawing left the architect.",
    )
    long = [f"{text} {tail}" for text, tail in zip(APART[1:], tails, strict=True)]
    jokes = (f"Well {fruit}, lol." for fruit in FRUITS.split())
    thread = comments(*long, *jokes)
    thread = [replace(each, author=f"{each.author} of the {20 * 'very '}old quay") for each in thread]
    found = build_comment_digest(MARKET, thread)
    card = comment_digest_card.comment_digest(found, share=False)
    said = next(text for text in texts(card) if text.startswith("**Among the comments**"))
    assert 0 < said.count("“") < len(found.single_points)
    listed = [number for group in found.groups for number in group.every_comment]
    assert sorted(listed) == [comment.id for comment in thread]
    assert {strings.rest_counts(group) for group in found.rest} <= set(labels(card))


def test_a_theme_without_a_good_sentence_is_counted_and_not_quoted() -> None:
    poor = replace(theme(4, (4, 5)), words=("bus", "tram"), is_quotable=False)
    mentioned = (Rest("mentions", (6, 7, 8), "roof"),)
    found = replace(digest(theme(1, (1, 2, 3)), poor), mentioned=mentioned)
    card = comment_digest_card.comment_digest(found, share=False)
    shown = "\n".join(texts(card))
    assert "Rent number 1" in shown
    assert "Rent number 4" not in shown
    assert "more theme" not in shown
    assert "-# Also mentioned: “roof” (3 comments) and “bus” or “tram” (2 comments)\n" in shown
    assert "2 comments mention “bus” or “tram”" in labels(card)
    without = comment_digest_card.comment_digest(replace(found, themes=(poor,)), share=False)
    assert "-# Mentioned most: “roof” (3 comments) and" in "\n".join(texts(without))
    listed = comment_digest_card.theme(found, 1, (), 0, share=False)
    assert texts(listed)[0].splitlines()[0] == "### 2 comments mention “bus” or “tram”"
    alone = replace(found, themes=(poor,), single_points=(quote(9, "The quay is cold."),))
    card = comment_digest_card.comment_digest(alone, share=False)
    assert "**Among the comments**" in "\n".join(texts(card))


def test_only_the_words_that_most_mention_are_listed() -> None:
    mentioned = tuple(Rest("mentions", tuple(range(n + 1)), f"w{n}") for n in range(1, 9))
    listed = strings.other_subjects(replace(digest(), mentioned=mentioned))
    assert listed.startswith("Mentioned most: “w8” (9 comments), ")
    assert listed.count("comments") == 5


def test_the_only_theme_does_not_repeat_the_opening() -> None:
    found = digest(theme(1, (1, 2, 3)))
    opening, shown = texts(comment_digest_card.comment_digest(found, share=False))[:2]
    assert "No one subject dominates: 3 of 48 comments mention “rent”" in opening
    assert "mention" not in shown
    saying = replace(found, themes=(replace(found.themes[0], comments=(1, 2)),))
    shown = texts(comment_digest_card.comment_digest(saying, share=False))[1]
    assert shown.endswith("\n-# 1 other says much the same")


def test_no_label_shows_what_a_quote_hides() -> None:
    hidden = "The rent >!will double!< and every fishmonger in the yard will leave."
    found = digest(Theme((1,), (quote(1, hidden),), replies=(2,)))
    card = comment_digest_card.comment_digest(found, share=False)
    assert any(label.startswith("The rent ▒▒▒▒▒ and") for label in labels(card))
    assert not any("double" in label for label in labels(card))
