"""Word lists for verification, such as words that only report."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from functools import cache
from pathlib import Path

from bot.domain.calendar_names import CALENDAR_NAMES
from bot.text.language.word_lists import WordLists, read_lists

WORDS = WordLists(__file__, "word_lists.txt")
CALENDAR = CALENDAR_NAMES | {"today", "yesterday"}
"""Names that can occur anywhere in a sentence."""
UNSPACED_NEGATIONS = (*"不没沒无無未非否勿莫", "ない", "ません", "なかった", "ず、")
"""Negations in scripts without spaces: characters, and Japanese endings."""


@cache
def opposites() -> Mapping[str, set[str]]:
    """Maps English words to their opposites."""
    words: defaultdict[str, set[str]] = defaultdict(set)
    for pair in read_lists(Path(__file__).with_name("opposites.txt"), ";")["opposites"]:
        first, second = pair.split()
        words[first].add(second)
        words[second].add(first)
    return dict(words)
