"""Finds words that show plainly whether a sentence is for or against its subject."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from bot.text.discussion.polarity_words import polarity_words
from bot.text.language.comment_tokens import CommentStemmer
from bot.text.language.negations import is_negation

MAX_WORDS_REVERSED = 4


@dataclass(frozen=True, slots=True)
class PolarWord:
    """A judging word: `sign` is 1 for approval and -1 for disapproval in its context; `words[start:index +
    1]` are the words to show, including a negation that reverses it."""

    index: int
    sign: int
    start: int


def find_polar_words(words: Sequence[str], stemmer: CommentStemmer) -> list[PolarWord]:
    """Returns the judging words of a sentence, given in lower case in the language of `stemmer`, each
    reversed by a negation up to four words before it. Empty for a language without a list."""
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
