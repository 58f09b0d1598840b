"""Makes the tsvector of a row, in the binary format of COPY and of tsvectorsend."""

from __future__ import annotations

from collections.abc import Iterable
from struct import Struct

from bot.domain.index_words import folded_words

MAX_WORD_BYTES = 2_046
"""The bytes of a word that a tsvector has room for. Longer ones are cut: those that begin alike are taken for
the same."""
MAX_PLACES = 255
"""The places that a tsvector keeps of one word."""
MAX_PLACE = 16_381
"""Words behind this place are all at `_FAR`, which is adjacent to none: they are found, but no phrases."""
MAX_BYTES = 1_000_000
"""The bytes of all words that a tsvector has room for; those behind are not found."""
_FAR = (1 << 14) - 1
_MAX_CHARACTER_BYTES = 10
"""The most bytes that a character adds: four of its own, and six of what it is the only one of."""
_WEIGHTS = {"A": 3 << 14, "B": 2 << 14, "C": 1 << 14}
_COUNT = Struct(">i")


class _Place(dict[int, bytes]):
    """Maps the place of a word that has no other to what stands behind the word."""

    def __missing__(self, place: int) -> bytes:
        self[place] = packed = b"\0" + _packed([place])
        return packed


_PLACE = _Place()


def word_vector(columns: Iterable[tuple[str, str | None]]) -> bytes:
    """The tsvector of the texts of a row, each with the weight (A, B, C) that tells its column apart."""
    places: dict[str, list[int]] = {}
    first = 1
    characters = 0
    for name, text in columns:
        if text is None:
            continue
        weight = _WEIGHTS[name]
        words = index_words(text)
        characters += len(text)
        for place, word in enumerate(words, first):
            at = weight | (place if place <= MAX_PLACE else _FAR)
            if word not in places:
                places[word] = [at]
            elif (places[word][-1] ^ at) & _FAR:
                places[word].append(at)
        first += len(words) + 1  # not adjacent: phrases do not reach from one column to the next
    entries = [(word.encode(), at) for word, at in places.items()]
    if characters * _MAX_CHARACTER_BYTES > MAX_BYTES:
        entries = _cut(entries)
    packed = [
        word + (_PLACE[at[0]] if len(at) == 1 else b"\0" + _packed(at[:MAX_PLACES]))
        for word, at in sorted(entries)
    ]
    return _COUNT.pack(len(packed)) + b"".join(packed)


def index_words(text: str) -> list[str]:
    """The words of a text as the index has them."""
    words = folded_words(text)
    if 4 * len(text) <= MAX_WORD_BYTES:
        return words
    return [
        word if 4 * len(word) <= MAX_WORD_BYTES else word.encode()[:MAX_WORD_BYTES].decode(errors="ignore")
        for word in words
    ]


def _packed(places: list[int]) -> bytes:
    return b"".join(number.to_bytes(2) for number in (len(places), *places))


def _cut(entries: list[tuple[bytes, list[int]]]) -> list[tuple[bytes, list[int]]]:
    """The first entries, as many as there is room for."""
    kept, left = [], MAX_BYTES
    for word, at in entries:
        left -= len(word) + 2 * min(len(at), MAX_PLACES) + 4
        if left < 0:
            break
        kept.append((word, at))
    return kept
