"""Recognises badly written English sentences, so that they are not quoted."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from bot.text.discussion.grammar_slips import has_slip
from bot.text.discussion.quotes import CommentSentence, is_neat
from bot.text.language.word_lists import WordLists
from bot.text.language.word_vectors import Vectors

_MISSPELLINGS = WordLists(__file__, "misspellings.txt")

_LETTERS = "abcdefghijklmnopqrstuvwxyz"
_VOWELS = frozenset("aeiouy")
_ENDINGS = ("s", "es", "ed", "ing", "ings", "er", "ers", "ly")
MIN_LETTERS = 6
"""Shorter words are too often names, abbreviations and slang."""
MIN_LETTERS_OF_DOUBT = 4
MIN_LETTERS_WITH_OTHER_VOWEL, MIN_LETTERS_WITH_OTHER_LENGTH, MIN_LETTERS_WITH_OTHER_LETTER = 7, 8, 9
"""Shorter words that differ so from a known word are mostly words that are not known: "hiring" and "firing".
Of what is called misspelled in 6,200 comments, 68 in 100 are in no dictionary; with 6 for all, 30 in 100."""
MIN_LETTERS_OF_UNKNOWN = 3
MAX_QUOTABLE_CHARACTERS = 100
"""The more words, the more slips that no rule knows: of 108 neat arguments in which none was found, 18 of the
67 that are longer have one, and 4 of the others."""
MIN_LETTERS_OF_BASE = 2
UNCHANGED_END = 2
"""A change in the last letters is another form of a word."""


class Spelling:
    """Knows the words of one thread, those that are usual there, and if there is one, of a table of
    vectors. English sentences of more than `max_characters` are not quoted."""

    def __init__(
        self,
        usual: Collection[str],
        vectors: Vectors | None,
        language: str,
        max_characters: int = MAX_QUOTABLE_CHARACTERS,
    ) -> None:
        self._is_english = language == "en"
        self._max_characters = max_characters
        table = vectors.vocabulary() if vectors is not None and self._is_english else ()
        self._known = frozenset((*usual, *table))

    def is_quotable(self, sentence: CommentSentence) -> bool:
        """Whether a sentence is neat and well written, and if it is English, short and without a word that is
        not known and like a known one."""
        if not is_neat(sentence.text) or not self.is_well_written(sentence):
            return False
        return not self._is_english or (
            len(sentence.text) <= self._max_characters and not any(map(self._is_doubtful, sentence.words))
        )

    def is_well_written(self, sentence: CommentSentence) -> bool:
        """Whether a sentence has no misspelled word and no obvious slip; always if it is not English."""
        if not self._is_english:
            return True
        return not has_slip(sentence.text) and not any(map(self.is_misspelled, sentence.words))

    def count_unknown(self, sentence: CommentSentence) -> int:
        """Returns the number of words of an English sentence that nobody else in the thread has and the table
        does not know: slips, and rare words."""
        if not self._is_english:
            return 0
        words = (word for word in sentence.words if len(word) >= MIN_LETTERS_OF_UNKNOWN and word.isalpha())
        return sum(not self._knows(word) for word in words)

    def is_misspelled(self, word: str) -> bool:
        """Whether a word in lower case is a usual misspelling, or no form of a known word, and a known one
        with a letter more, less or other, or with two letters in another order."""
        if word in _MISSPELLINGS["en"]:
            return True
        if len(word) < MIN_LETTERS or not (word.isascii() and word.isalpha()) or self._knows(word):
            return False
        return any(variant in self._known for variant in _variants(word, len(word)))

    def _is_doubtful(self, word: str) -> bool:
        """Whether a word in lower case may be misspelled: of any length, though most that are so like another
        are only rare."""
        if len(word) < MIN_LETTERS_OF_DOUBT or not (word.isascii() and word.isalpha()) or self._knows(word):
            return False
        variants = (
            *_variants(word, MIN_LETTERS_WITH_OTHER_LETTER),
            *(f"{word[:-1]}{letter}{word[-1]}" for letter in _LETTERS),
        )
        return any(variant in self._known for variant in variants)

    def _knows(self, word: str) -> bool:
        return any(form in self._known for form in _other_forms(word))


def _other_forms(word: str) -> Iterator[str]:
    """Yields the word, in British and American spelling, and what it may be a form of."""
    for spelling in (word, word.replace("is", "iz"), word.replace("our", "or")):
        yield spelling
        for ending in _ENDINGS:
            base = spelling.removesuffix(ending)
            if len(spelling) > len(base) >= MIN_LETTERS_OF_BASE:
                yield base
                if ending not in ("s", "ly"):
                    yield f"{base}e"
                if base.endswith("i"):
                    yield f"{base[:-1]}y"
                if base[-1] == base[-2]:
                    yield base[:-1]


def _variants(word: str, size: int) -> Iterator[str]:
    """Yields what a slip may have made the word of; of a short one, by its `size`, only what slips often
    do."""
    for n in range(1, len(word) - UNCHANGED_END + 1):
        start, letter, end = word[:n], word[n], word[n + 1 :]
        yield start + word[n - 1] + letter + end
        if letter == word[n - 1]:
            yield start + end
        if end:
            yield start + end[0] + letter + end[1:]
        if size >= MIN_LETTERS_WITH_OTHER_LENGTH:
            yield start + end
            yield from (start + other + letter + end for other in _LETTERS)
        if size >= MIN_LETTERS_WITH_OTHER_LETTER:
            yield from (start + other + end for other in _LETTERS)
        elif letter in _VOWELS and size >= MIN_LETTERS_WITH_OTHER_VOWEL:
            yield from (start + other + end for other in _VOWELS)
