"""Compares texts with a query as they are written: by character n-grams, and by the proximity of words.

Runs of four letters match what stemming misses (compounds, endings, names in other cases); in scripts without
spaces pairs of characters do, of which the words by which texts are found leave out some. Words that are
neighbours in the query and in the text are rarely so by chance, rare words least of all. A text of which one
passage has most of the query is rather about it than one where the words are far apart."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from bot.domain.index_words import fold
from bot.text.language.index_tokens import raw_words
from bot.text.language.word_arrays import distinct
from bot.text.search.term_vector import stems_of, term_ids

MAX_CHARACTERS = 6_000
"""The number of characters that are compared: news begins with its subject."""
TITLE_WEIGHT = 2
MAX_DISTANCE = 3
"""The greatest distance of two neighbours, in content words."""
PASSAGE_WORDS = 8
"""The length of a passage, in content words: about a sentence."""
_K1, _B = 1.2, 0.75
_BITS = 16
_LETTERS, _UNSPACED_LETTERS = 4, 2
"""The lengths of n-grams."""
_UNSPACED = ((0x0E00, 0x0EFF), (0x1000, 0x109F), (0x1780, 0x17FF), (0x2E80, 0xFAFF), (0x20000, 0x3134F))
_BETWEEN = re.compile(r"[\W_]+")
_ASCII_LETTERS = bytes(code if code < 128 and chr(code).isalnum() else 32 for code in range(256)).lower()
_BLANK = ord(" ")
_MULTIPLIERS = (0x9E3779B1, 0x85EBCA77, 0xC2B2AE3D, 0x27D4EB2F)

Numbers = NDArray[np.float64]


class NgramStatistics:
    """How many of a sample of texts have each character n-gram, by its hash."""

    def __init__(self, texts: Sequence[str]) -> None:
        counts = np.zeros(1 << _BITS)
        length = 0
        for text in texts:
            ngrams = _ngrams(text[:MAX_CHARACTERS])
            counts[distinct(ngrams)] += 1
            length += len(ngrams)
        self.weights: Numbers = np.log1p((len(texts) - counts + 0.5) / (counts + 0.5))
        self.mean_length = max(1.0, length / max(1, len(texts)))


def ngram_scores(words: Sequence[str], texts: Sequence[tuple[str, str]], known: NgramStatistics) -> Numbers:
    """Returns BM25 over character n-grams for each text (title, body), at most 1."""
    ngrams, counts = np.unique(_ngrams(" ".join(words)), return_counts=True)
    weights = counts * known.weights[ngrams]
    number_of = np.full(1 << _BITS, len(ngrams))
    number_of[ngrams] = np.arange(len(ngrams))
    scores = np.zeros(len(texts))
    for place, (title, body) in enumerate(texts):
        own = _ngrams(f"{f'{title} ' * TITLE_WEIGHT}{body}"[:MAX_CHARACTERS])
        occurrences = np.bincount(number_of[own], minlength=len(ngrams) + 1)[:-1]
        saturation = _K1 * (1 - _B + _B * len(own) / known.mean_length)
        scores[place] = weights @ (occurrences * (_K1 + 1) / (occurrences + saturation))
    return scores / max(float(scores.max(initial=0)), 1e-9)


def proximity_scores(
    words: Sequence[str],
    texts: Sequence[tuple[str, str]],
    languages: Sequence[str],
    weights: NDArray[np.float32],
    term_vectors: Sequence[bytes],
) -> tuple[Numbers, Numbers]:
    """Returns for each text the share of the pairs of neighbours in the query's words that are close together
    in it, the more often the higher; and the greatest share of the query's words in one passage. Both count
    by the `weights` of their terms; `term_vectors` are those of the texts."""
    pairs, passages = np.zeros(len(texts)), np.zeros(len(texts))
    known = {language: _Terms(words, language, weights) for language in set(languages)}
    for place, ((title, body), language) in enumerate(zip(texts, languages, strict=True)):
        query = known[language]
        held = stems_of(term_vectors[place])
        shares = [share for term, share in zip(query.terms, query.shares, strict=True) if term in held]
        passages[place] = max(shares, default=0.0)
        if len(shares) > 1:  # only these texts are read
            occurrences = query.find(f"{title}\n{body}"[:MAX_CHARACTERS])
            pairs[place] = query.pairs_share(occurrences)
            passages[place] = max(query.passage_share(occurrences), float(passages[place]))
    return pairs, passages


class _Terms:
    """The different terms of a query as texts in one language have them."""

    def __init__(self, words: Sequence[str], language: str, weights: NDArray[np.float32]) -> None:
        self._ids = term_ids(language)
        asked = list(filter(None, self._ids.look_up(words)))
        self.terms = list(dict.fromkeys(asked))
        self._number_of = {term: number for number, term in enumerate(self.terms)}
        own = [float(weights[term]) for term in self.terms]
        total = max(sum(own), 1e-9)
        self.shares = [weight / total for weight in own]
        neighbours = dict.fromkeys(
            (a, b) for a, b in pairwise(map(self._number_of.__getitem__, asked)) if a != b
        )
        paired = [math.sqrt(own[a] * own[b]) for a, b in neighbours]
        total = max(sum(paired), 1e-9)
        self._pairs = [
            ((min(pair), max(pair)), weight / total) for pair, weight in zip(neighbours, paired, strict=True)
        ]

    def find(self, text: str) -> list[tuple[int, int]]:
        """The places of these terms among the text's content words, each with the term's number."""
        number_of = self._number_of
        content = filter(None, self._ids.look_up(raw_words(text)))
        return [(place, number_of[term]) for place, term in enumerate(content) if term in number_of]

    def pairs_share(self, occurrences: Sequence[tuple[int, int]]) -> float:
        """The share of the pairs of neighbours that are close together, by how often they are."""
        close: dict[tuple[int, int], int] = {}
        for index, (place, number) in enumerate(occurrences):
            for later, other in occurrences[index + 1 : index + 1 + MAX_DISTANCE]:
                if later - place > MAX_DISTANCE:
                    break
                pair = (number, other) if number < other else (other, number)
                close[pair] = close.get(pair, 0) + 1
        return sum(share * times / (times + _K1) for pair, share in self._pairs if (times := close.get(pair)))

    def passage_share(self, occurrences: Sequence[tuple[int, int]]) -> float:
        """The greatest share of the terms in a passage of so many content words."""
        best = 0.0
        for index, (place, _) in enumerate(occurrences):
            near = occurrences[index : index + PASSAGE_WORDS]
            held = {number for later, number in near if later < place + PASSAGE_WORDS}
            best = max(best, sum(map(self.shares.__getitem__, held)))
        return best


def _ngrams(text: str) -> NDArray[np.uint32]:
    """Returns the hash of each character n-gram within a word, whose ends count as letters; n is _LETTERS, in
    scripts without spaces _UNSPACED_LETTERS."""
    if text.isascii():
        plain = b" " + text.encode().translate(_ASCII_LETTERS) + b" "
        codes = np.frombuffer(plain, np.uint8).astype(np.uint32)
    else:
        spaced = f" {_BETWEEN.sub(' ', fold(text))} "
        codes = np.frombuffer(spaced.encode("utf-32-le", "surrogatepass"), "<u4")
    hashes, columns = _hashes(codes, _LETTERS)
    inside = (columns[1] != _BLANK) & (columns[2] != _BLANK)
    ngrams: NDArray[np.uint32] = hashes[inside]
    if text.isascii() or not (unspaced := _is_unspaced(codes)).any():
        return ngrams
    for first in range(_LETTERS):
        inside &= ~unspaced[first : first + len(hashes)]
    pairs, _ = _hashes(codes, _UNSPACED_LETTERS)
    return np.concatenate([hashes[inside], pairs[unspaced[:-1] & unspaced[1:]]])


def _hashes(codes: NDArray[np.uint32], letters: int) -> tuple[NDArray[np.uint32], list[NDArray[np.uint32]]]:
    """Returns the hash of each run of so many characters, and their first, second ... characters."""
    size = max(0, len(codes) - letters + 1)
    columns = [codes[first : first + size] for first in range(letters)]
    hashes = np.zeros(size, np.uint32)
    for column, multiplier in zip(columns, _MULTIPLIERS, strict=False):
        hashes = (hashes ^ column) * np.uint32(multiplier)
    return hashes >> np.uint32(32 - _BITS), columns


def _is_unspaced(codes: NDArray[np.uint32]) -> NDArray[np.bool_]:
    unspaced = np.zeros(len(codes), np.bool_)
    for first, last in _UNSPACED:
        unspaced |= (codes >= first) & (codes <= last)
    return unspaced
