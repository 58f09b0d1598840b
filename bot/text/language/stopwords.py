"""The words that every text of a language has, for the languages that are detected by them."""

from __future__ import annotations

from bot.text.language.word_lists import WordLists

STOP_WORDS = WordLists(__file__, "stopwords.txt")
"""By ISO 639-1 code the words that say nothing of a subject, in lower case, with straight apostrophes."""
SEARCH_STOP_WORDS = WordLists(__file__, "search_stopwords.txt")
"""The same for languages where a search needs another list."""
