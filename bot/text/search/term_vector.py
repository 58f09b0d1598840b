"""Term vectors: the stems of a text as numbers, small enough to store beside the text, for ranking."""

from __future__ import annotations

import struct
from binascii import crc32
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from functools import lru_cache
from itertools import repeat

from bot.text.language.index_tokens import fold, raw_words
from bot.text.language.stems import DEFAULT_LANGUAGE, stem, stop_words

TERM_ID_BITS = 20
"""The bits of a term id: of 300,000 stems one in a hundred shares its id with one of the 10,000 most
common."""
MAX_WORDS = 20_000
"""The maximum number of words counted in a text; it bounds the cost."""
_MAX_CACHED_WORDS = 100_000
"""Of one language; twice as many are kept, of which the older half goes."""


def term_id(word: str) -> int:
    """Returns the id of a stem, from 1 to 2**TERM_ID_BITS - 1."""
    return (crc32(word.encode("utf-8", "surrogatepass")) & ((1 << TERM_ID_BITS) - 1)) or 1


class _TermIds(dict[str, int]):
    """Maps each word of one language, as written in a text, to its term id; 0 for stop words."""

    def __init__(self, language: str) -> None:
        super().__init__()
        self._language = language
        self._stops = stop_words(language)
        self._older: dict[str, int] = {}

    def __missing__(self, raw: str) -> int:
        if len(self) >= _MAX_CACHED_WORDS:
            self._older = dict(self)
            self.clear()
        term = self._older.get(raw)
        if term is None:
            word = fold(raw)
            term = 0 if word in self._stops else term_id(stem(word, self._language))
        self[raw] = term
        return term


@lru_cache(maxsize=16)
def term_ids(language: str) -> Mapping[str, int]:
    """Returns the term id of every word, as written, of a text in this language; 0 for stop words."""
    return _TermIds(language)


def vectorize(title: str, body: str, language: str | None) -> bytes:
    """Returns the term vector of a text: a count n, n term ids (uint32), the frequency of each in the title,
    and in the body (uint8 each, at most 255; little-endian). Stop words are left out."""
    id_of = term_ids(language or DEFAULT_LANGUAGE).__getitem__
    heading = list(filter(None, map(id_of, raw_words(title))))
    rest = list(filter(None, map(id_of, raw_words(body)[:MAX_WORDS]))) if body else []
    different = dict.fromkeys(rest + heading)
    packed = struct.pack(f"<{len(different) + 1}I", len(different), *different)
    return packed + _frequencies(heading, different) + _frequencies(rest, different)


def stems_of(term_vector: bytes) -> set[int]:
    """Returns the ids of the stems in a term vector."""
    return set(struct.unpack_from(f"<{int.from_bytes(term_vector[:4], 'little')}I", term_vector, 4))


def _frequencies(terms: Sequence[int], different: Collection[int]) -> bytes:
    if not terms:
        return bytes(len(different))
    once = frozenset(terms)
    if len(once) == len(terms):  # as in most headlines, for a third of the time
        return bytes(map(once.__contains__, different))
    frequencies = list(map(Counter(terms).get, different, repeat(0)))
    return bytes(frequencies if max(frequencies) < 256 else [min(n, 255) for n in frequencies])
