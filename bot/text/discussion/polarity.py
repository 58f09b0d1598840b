"""Whether a sentence speaks for or against what it is about, where its words say so plainly."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from bot.text.discussion.polarity_words import polarity_words
from bot.text.language.comment_tokens import CommentStemmer
from bot.text.language.negations import is_negation

MAX_WORDS_REVERSED = 4


@dataclass(frozen=True, slots=True)
class PolarWord:
    """A word that judges: `sign` is 1 for and -1 against, as the sentence means it; `words[start:index + 1]`
    are the words to show, from the negation on where one reversed it."""

    index: int
    sign: int
    start: int


def find_polar_words(words: Sequence[str], stemmer: CommentStemmer) -> list[PolarWord]:
    """The words of a sentence (in lower case, in the language of `stemmer`) that judge, each reversed by a
    negation up to four words before it; none in a language whose words are not known."""
    known = polarity_words(stemmer.language)
    if known is None:
        return []
    polar_words: list[PolarWord] = []
    for index, word in enumerate(words):
        sign = known.signs.get(word if known.inflected else stemmer.stem(word) or "")
        if sign is None:
            continue
        before = range(max(index - MAX_WORDS_REVERSED, 0), index)
        reversers = [other for other in before if is_negation(words[other], known.reversers)]
        is_reversed = len(reversers) % 2 == 1
        start = reversers[-1] if is_reversed else index
        polar_words.append(PolarWord(index, -sign if is_reversed else sign, start))
    return polar_words
