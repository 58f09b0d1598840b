"""Term vectors: the stems of a text as numbers, small enough to store beside the text, for ranking."""

from __future__ import annotations

import struct
from binascii import crc32
from collections.abc import Iterator, Sequence
from functools import lru_cache
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from bot.domain.index_words import ASCII_WORDS, fold
from bot.text.language.index_tokens import raw_words
from bot.text.language.stems import DEFAULT_LANGUAGE, stems, stop_words
from bot.text.language.word_arrays import WordArrays, WordTable, batches, split_words
from bot.text.language.word_patterns import without_typography

if TYPE_CHECKING:
    from numpy.typing import NDArray

TERM_ID_BITS = 20
"""The bits of a term id: of 300,000 stems one in a hundred shares its id with one of the 10,000 most
common."""
MAX_WORDS = 20_000
"""The maximum number of words counted in a text; it bounds the cost."""
MAX_PLAIN_CHARACTERS = 20_000
"""Longer texts are counted word by word."""
_WORDS_AT_ONCE = 50_000
"""Texts are counted together until they have this many words, which bounds the memory."""
_TABLE_BITS, _OTHER_TABLE_BITS = 18, 16
"""The common words of the default language are found in a table of 3 MB, of each other in one of 0.8."""
_MAX_CACHED_WORDS = 100_000
"""Of one language; twice as many are kept, of which the older half goes."""
_SEPARATORS = ASCII_WORDS.lower()
_MASK = (1 << TERM_ID_BITS) - 1


def term_id(word: str) -> int:
    """Returns the id of a stem, from 1 to 2**TERM_ID_BITS - 1."""
    return (crc32(word.encode("utf-8", "surrogatepass")) & _MASK) or 1


def _term_ids(raws: Sequence[str], language: str) -> list[int]:
    stops = stop_words(language)
    words = list(map(fold, raws))
    pairs = zip(words, stems(words, language), strict=True)
    return [0 if word in stops else term_id(stem) for word, stem in pairs]


class TermIds(dict[str, int]):
    """Maps each word of one language, as written in a text, to its term id; 0 for stop words."""

    def __init__(self, language: str) -> None:
        super().__init__()
        self._language = language
        self._older: dict[str, int] = {}

    def __missing__(self, raw: str) -> int:
        self._learn([raw])
        return self[raw]

    def look_up(self, raws: Sequence[str]) -> list[int]:
        """Returns the term id of each word; new words are stemmed together, in a fourth of the time."""
        if new := [raw for raw in {*raws} if raw not in self]:
            self._learn(new)
        return list(map(self.__getitem__, raws))

    def _learn(self, raws: Sequence[str]) -> None:
        if len(self) >= _MAX_CACHED_WORDS:
            self._older = dict(self)
            self.clear()
        older = self._older
        self.update((raw, older[raw]) for raw in raws if raw in older)
        new = [raw for raw in raws if raw not in older]
        self.update(zip(new, _term_ids(new, self._language), strict=True))


@lru_cache(maxsize=16)
def term_ids(language: str) -> TermIds:
    """Returns the term id of every word, as written, of a text in this language; 0 for stop words."""
    return TermIds(language)


@lru_cache(maxsize=16)
def _table(language: str) -> WordTable:
    bits = _TABLE_BITS if language == DEFAULT_LANGUAGE else _OTHER_TABLE_BITS
    return WordTable(bits, lambda words: _term_ids(words, language))


def vectorize(texts: Sequence[tuple[str, str, str | None]]) -> list[bytes]:
    """Returns the term vector of each text (title, body, language): a count n, n term ids (uint32), the
    frequency of each in the title, and in the body (uint8 each, at most 255; little-endian). Stop words are
    left out."""
    vectors = [b""] * len(texts)
    read = [("", "")] * len(texts)
    plain: list[int] = []
    others: dict[str, list[int]] = {}
    languages = [language or DEFAULT_LANGUAGE for *_, language in texts]
    for place, (title, body, _) in enumerate(texts):
        read[place] = title, body = without_typography(title), without_typography(body)
        is_plain = len(body) + len(title) <= MAX_PLAIN_CHARACTERS and body.isascii() and title.isascii()
        (plain if is_plain else others.setdefault(languages[place], [])).append(place)
    for places in batches(plain, [sum(map(len, read[place])) + 2 for place in plain]):
        counted = _vectorize_plain([read[place] for place in places], [languages[place] for place in places])
        for place, vector in zip(places, counted, strict=True):
            vectors[place] = vector
    for language, places in others.items():
        counted = _vectorize_any([read[place] for place in places], language)
        for place, vector in zip(places, counted, strict=True):
            vectors[place] = vector
    return vectors


def stems_of(term_vector: bytes) -> set[int]:
    """Returns the ids of the stems in a term vector."""
    return set(struct.unpack_from(f"<{int.from_bytes(term_vector[:4], 'little')}I", term_vector, 4))


def split_plain_texts(texts: Sequence[tuple[str, str]]) -> WordArrays:
    """The words of texts (title, body) in plain letters, first those of a body, then those of its title: two
    owners for each text. See `bot.text.language.word_arrays.batches` for how many may be split at once."""
    return split_words([text for title, body in texts for text in (body, title)], _SEPARATORS)


def plain_terms(words: WordArrays, language: str) -> NDArray[Any]:
    """The term ids of words in small letters, 0 for stop words."""
    return _table(language).look_up(words)


def _vectorize_plain(texts: Sequence[tuple[str, str]], languages: Sequence[str]) -> Iterator[bytes]:
    """The term vectors of texts in plain letters, with the language of each."""
    import numpy as np

    words = split_plain_texts(texts)
    numbers = {language: number for number, language in enumerate(dict.fromkeys(languages))}
    spoken = np.array([numbers[language] for language in languages])[words.owners >> 1]
    terms = np.zeros(len(spoken), np.int32)
    for language, number in numbers.items():
        own = np.flatnonzero(spoken == number)
        terms[own] = plain_terms(words.select(own, words.owners[own]), language)
    return count_terms(terms, words.owners, len(texts))


def _vectorize_any(texts: Sequence[tuple[str, str]], language: str) -> Iterator[bytes]:
    ids = term_ids(language)
    terms: list[int] = []
    sizes: list[int] = []
    for place, (title, body) in enumerate(texts, 1):
        for words in (raw_words(body)[:MAX_WORDS], raw_words(title)):
            terms.extend(ids.look_up(words))
            sizes.append(len(words))
        if len(terms) >= _WORDS_AT_ONCE or place == len(texts):
            yield from count_terms(*_arrays(terms, sizes), len(sizes) // 2)
            terms, sizes = [], []


def _arrays(terms: Sequence[int], sizes: Sequence[int]) -> tuple[NDArray[Any], NDArray[Any]]:
    import numpy as np

    return np.array(terms, np.int64), np.repeat(np.arange(len(sizes)), sizes)


def count_terms(terms: NDArray[Any], parts: NDArray[Any], texts: int) -> Iterator[bytes]:
    """Yields the term vectors of texts from the term ids of their words; `parts` has for each word twice the
    number of its text, and one more if it is of the title."""
    import numpy as np

    content = np.flatnonzero(terms)
    parts = parts[content]
    codes, first, places = np.unique(
        (parts >> 1 << TERM_ID_BITS) | terms[content], return_index=True, return_inverse=True
    )
    order = np.argsort(first)  # of each text its terms in the order of their appearance
    in_title = np.bincount(places[parts & 1 == 1], minlength=len(codes))
    in_body = np.bincount(places, minlength=len(codes)) - in_title
    ids = (codes[order] & _MASK).astype("<u4").tobytes()
    heading, rest = (
        np.minimum(counts[order], 255).astype(np.uint8).tobytes() for counts in (in_title, in_body)
    )
    ends = np.cumsum(np.bincount(codes >> TERM_ID_BITS, minlength=texts)).tolist()
    for start, end in pairwise([0, *ends]):
        size = (end - start).to_bytes(4, "little")
        yield b"".join((size, ids[4 * start : 4 * end], heading[start:end], rest[start:end]))
