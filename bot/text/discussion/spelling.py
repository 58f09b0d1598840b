"""Recognises badly written English sentences, so that they are not quoted."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Hashable, Iterable, Iterator, Sequence
from itertools import chain, pairwise
from typing import TypeVar

from bot.text.discussion.grammar_slips import has_slip
from bot.text.discussion.quotes import CommentSentence, CommentText, is_neat
from bot.text.discussion.word_usage import WordUsage
from bot.text.language.comment_tokens import comment_words
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
MIN_STEMS_BESIDE_TITLE = 2
"""How many stems that are not in the title a sentence needs: fewer say no more than it."""
MIN_USUAL_SHARE, MAX_USUAL_SHARE, MIN_QUANTILE = 0.4, 0.7, 0.75
"""A sentence that is not neat is quotable if the share of its word pairs that other comments have is that of
the best quarter of the thread's sentences, and within these bounds: of 120 sentences with a share of at
least 0.7, 4 in 100 have a slip, 9 in 100 of the others of the best quarter, and 18 in 100 of all."""
MAX_COMMENTS_COMPARED = 800
"""So many comments show which share is usual in a thread."""
MIN_LETTERS_OF_BASE = 2
UNCHANGED_END = 2
"""A change in the last letters is another form of a word."""
_Part = TypeVar("_Part", bound=Hashable)
_PLAIN = re.compile(r"\w[^\n]*[\w.!%)\"'”’]")
_LOWER_CASE = re.compile(r"\b[a-z]+\b")
_LETTERS_ONLY = re.compile(r"[^\W\d_]+")


class Spelling:
    """Knows the words of one thread, those that are usual there, and if there is one, of a table of
    vectors."""

    def __init__(
        self,
        usual: Collection[str],
        vectors: Vectors | None,
        language: str,
        usual_pairs: Collection[tuple[str, str]] = frozenset(),
        names: Collection[str] = (),
        title: Collection[str] = (),
    ) -> None:
        """`usual` words and `usual_pairs` of neighbours are those that several comments have; `names` are the
        words in lower case that have a capital letter within sentences; `title` are the stems of the
        article's title."""
        self._is_english = language == "en"
        table = vectors.vocabulary() if vectors is not None and self._is_english else ()
        self._known = frozenset((*usual, *table))
        self._usual_pairs = usual_pairs
        self._names = names
        self._title = frozenset(title)
        self._least_share = MAX_USUAL_SHARE

    @classmethod
    def of_thread(
        cls, texts: Sequence[CommentText], usage: WordUsage, vectors: Vectors | None, title: str
    ) -> Spelling:
        """Returns what is known of the spelling in a thread: what two comments write is no slip."""
        stemmer = usage.stemmer
        words = _of_several(text.words for text in texts)
        pairs = _of_several(pairwise(text.words) for text in texts)
        names = usage.names(words) | _names_of_title(title)
        spelling = cls(words, vectors, stemmer.language, pairs, names, stemmer.stems(comment_words(title)))
        compared = texts[:: max(1, len(texts) // MAX_COMMENTS_COMPARED)]
        shares = sorted(map(spelling.usual_share, chain(*(text.sentences(stemmer) for text in compared))))
        if shares:
            usual = shares[int(MIN_QUANTILE * len(shares))]
            spelling._least_share = min(max(usual, MIN_USUAL_SHARE), MAX_USUAL_SHARE)
        return spelling

    def is_quotable(self, sentence: CommentSentence) -> bool:
        """Whether a sentence is well written and whole. An English one is also short, without
        a word that is not known and like a known one, and if it is not neat, worded as the thread usually is;
        others are neat."""
        text = sentence.text
        if not self.is_well_written(sentence) or text.count("(") != text.count(")"):
            return False
        if not self._is_english:
            return is_neat(text)
        if len(text) > MAX_QUOTABLE_CHARACTERS or any(map(self._is_doubtful, sentence.words)):
            return False
        return is_neat(text) or self._is_plain(sentence)

    def says_more_than_title(self, sentence: CommentSentence) -> bool:
        """Whether a sentence has more than one stem that the article's title has not."""
        return len(sentence.stems - self._title) >= MIN_STEMS_BESIDE_TITLE

    def _is_plain(self, sentence: CommentSentence) -> bool:
        """Whether a sentence without its capital letter or full stop can be quoted within another one."""
        return (
            _PLAIN.fullmatch(sentence.text) is not None
            and self.usual_share(sentence) >= self._least_share
            and self.count_unknown(sentence) == 0
            and not any(word in self._names for word in _LOWER_CASE.findall(sentence.text))
        )

    def usual_share(self, sentence: CommentSentence) -> float:
        """Returns the share of the pairs of neighbouring words of a sentence that other comments have, too:
        of two sentences, the one with more of them is more often free of slips."""
        pairs = [*pairwise(sentence.words)]
        return sum(pair in self._usual_pairs for pair in pairs) / len(pairs) if pairs else 0.0

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


def _names_of_title(title: str) -> frozenset[str]:
    """Returns the words with a capital letter, in lower case, of a title in which most have none."""
    words = _LETTERS_ONLY.findall(title)[1:]
    names = [word for word in words if word[0].isupper()]
    return frozenset(map(str.casefold, names)) if 2 * len(names) < len(words) else frozenset()


def _of_several(texts: Iterable[Iterable[_Part]]) -> frozenset[_Part]:
    """Returns what more than one of the texts has."""
    counts = Counter(part for text in texts for part in set(text))
    return frozenset(part for part, count in counts.items() if count > 1)


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
