"""How many words a text has."""

from __future__ import annotations

from bot.text.language.word_patterns import count_words


def test_two_characters_without_spaces_are_a_word() -> None:
    assert count_words("家賃が高い") == 3
    assert count_words("rent 家賃, 41") == 2
