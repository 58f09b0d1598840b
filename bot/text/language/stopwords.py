"""Stop words, for the languages that they help to detect."""

from __future__ import annotations

from bot.text.language.word_lists import WordLists

STOP_WORDS = WordLists(__file__, "stopwords.txt")
"""Stop words by ISO 639-1 code, in lower case, with straight apostrophes."""
SEARCH_STOP_WORDS = WordLists(__file__, "search_stopwords.txt")
"""Stop words for search, for the languages where they differ."""
