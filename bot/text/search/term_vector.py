"""A text as the numbers of its stems: all that ranking needs of it, small enough to keep beside the text."""

from __future__ import annotations

import struct
from binascii import crc32
from collections import Counter
from functools import lru_cache

from bot.text.language.index_tokens import fold, raw_words
from bot.text.language.stems import DEFAULT_LANGUAGE, stem, stop_words

TERM_ID_BITS = 20
"""Stems are told apart by so many bits: with 300,000 of them one in a hundred shares its number with one of
the 10,000 commonest."""
MAX_WORDS = 20_000
"""Words of one text that count; it bounds what a text costs."""
_MAX_CACHED_WORDS = 200_000


def term_id(word: str) -> int:
    """The number of a stem, from 1 to 2**BITS - 1."""
    return (crc32(word.encode("utf-8", "surrogatepass")) & ((1 << TERM_ID_BITS) - 1)) or 1


class _Numbers(dict[str, int]):
    """The number of every word of one language as it stands in a text; 0 for stop words."""

    def __init__(self, language: str) -> None:
        super().__init__()
        self._language = language
        self._stops = stop_words(language)

    def __missing__(self, raw: str) -> int:
        if len(self) > _MAX_CACHED_WORDS:
            self.clear()
        word = fold(raw)
        found = 0 if word in self._stops else term_id(stem(word, self._language))
        self[raw] = found
        return found


@lru_cache(maxsize=16)
def _numbers(language: str) -> _Numbers:
    return _Numbers(language)


def vectorize(title: str, body: str, language: str | None) -> bytes:
    """The signature of a text: a count n, n stem numbers (uint32), how often each stands in the title, and
    how often in the body (uint8 each, little-endian). Stop words are left out."""
    table = _numbers(language or DEFAULT_LANGUAGE)
    heading = Counter([table[raw] for raw in raw_words(title)])
    rest = Counter([table[raw] for raw in raw_words(body)[:MAX_WORDS]])
    stems = [found for found in {**rest, **heading} if found]
    return struct.pack(
        f"<I{len(stems)}I{2 * len(stems)}B",
        len(stems),
        *stems,
        *[min(heading[found], 255) for found in stems],
        *[min(rest[found], 255) for found in stems],
    )
