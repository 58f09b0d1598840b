"""Which comments say something of their own."""

from __future__ import annotations

import pytest

from bot.text.discussion.bots import is_bot
from bot.text.discussion.comment_filter import filter_comments, is_deleted
from bot.text.language.markup import own_text
from tests.support.comment_threads import comment, comments

LONG = (
    "The clerk read the numbers out twice and nobody in the gallery believed her the first time, I saw it. "
    "They counted hands by the light of one lamp while the mayor was looking for his glasses under the table."
)


@pytest.mark.parametrize(
    "text", ["[deleted]", " [removed] ", "", "\n", "[removed by moderator]", "[ deleted by user ]"]
)
def test_nothing_left_is_deleted(text: str) -> None:
    assert is_deleted(comment(1, text))


@pytest.mark.parametrize(
    "text", ["[deleted] is all that is left of it", "deleted", "[removed] and [deleted]"]
)
def test_speaking_of_deletion_is_not_deleted(text: str) -> None:
    assert not is_deleted(comment(1, text))


@pytest.mark.parametrize(
    "name", ["AutoModerator", "remind_bot", "sum-bot", "QuoteBot", "HaikuBot2", "bot_of_tides"]
)
def test_bots_by_name(name: str) -> None:
    assert is_bot(name, "Here is a summary of the page.")


@pytest.mark.parametrize("name", ["abbot", "talbot", "robothead", "Lobot_fan", "botany", "turbot"])
def test_people_with_bot_in_their_name(name: str) -> None:
    assert not is_bot(name, "Here is what I think of it.")


def test_bots_by_their_own_word() -> None:
    assert is_bot("tides", "*I am a bot, and this action was performed automatically.*")
    assert is_bot("tides", "^(Beep boop) two links found")
    assert is_bot("tides", "I'm a bot. [Source](https://a.example) | [PM me](https://b.example)")
    assert is_bot("wordbot", "^I ^am ^a ^bot ^| ^contact")
    assert not is_bot("tides", "Robots cannot gut a fish.")


def test_people_who_quote_bots_or_joke_about_them() -> None:
    footer = "I am a bot, and this action was performed automatically."
    assert not is_bot("tides", f"> {footer}\n\nGo away, machine.")
    assert not is_bot("tides", "I am a bot, lol")
    assert not is_bot("abbot", "this bot is annoying")
    for name in ("definitely_not_a_bot", "I_Am_Not_A_Bot", "IAmARobot", "not_bot"):
        assert not is_bot(name, "Trust me, I am human.")


def test_quoted_lines_and_links_are_not_own_words() -> None:
    text = "> It rains.\n&gt; It pours.\nNo, see [the log](https://a.example/b_(c)) and www.d.example today."
    own = own_text(text)
    assert len(own) == len(text)
    assert own.split() == ["No,", "see", "the", "log", "and", "today."]


def test_copies_are_counted_once() -> None:
    near = LONG.replace("believed her", "trusted her")
    reading = filter_comments(
        comments(LONG, LONG, LONG.upper(), near, "Something else entirely is said here.")
    )
    assert [each.id for each in reading.substantive] == [1, 5]
    assert reading.copies == 3


def test_the_same_few_words_by_two_people_are_two_voices() -> None:
    thread = [
        comment(1, "It is a bribe."),
        comment(2, "It is a bribe."),
        comment(3, "It is a bribe.", "reader1"),
    ]
    reading = filter_comments(thread)
    assert [each.id for each in reading.substantive] == [1, 2]
    assert reading.copies == 1


def test_a_nod_is_brief() -> None:
    reading = filter_comments(
        comments("This.", "+1", "> quoted words of another person\n\nlol", "Not like this.")
    )
    assert [each.id for each in reading.brief] == [1, 2, 3]
    assert [each.id for each in reading.substantive] == [4]
