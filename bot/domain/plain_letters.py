"""Letters that have no accent to remove, spelt plainly, and digits of other scripts."""

from __future__ import annotations

from collections.abc import Callable, Iterator

PLAIN_LETTERS = str.maketrans(
    {"ł": "l", "đ": "d", "ð": "d", "ø": "o", "ı": "i", "ħ": "h", "ŧ": "t"}
    | {"ß": "ss", "æ": "ae", "œ": "oe", "þ": "th", "ĳ": "ij", "ŋ": "n", "ĸ": "k"}
    | {chr(zero + digit): str(digit) for zero in (0x660, 0x6F0, 0x966, 0x9E6) for digit in range(10)}
)
"""For lower case; the digits are those of Arabic, Persian, Hindi and Bengali."""
_LETTERS = tuple((chr(letter), spelt) for letter, spelt in PLAIN_LETTERS.items())
MAX_SPELT_WORDS = 20_000
"""Words with such letters that are read to see how else a prefix is spelt: a short one is soon seen."""


def spelt_beginnings(plain: str) -> Iterator[str]:
    """Each text of these and of the letters of a plain one that spells it, or more by its last letter: ß for
    s. There are as many as the product of the ways to spell each letter."""
    if not plain:
        yield ""
        return
    for letter, spelt in ((plain[0], plain[0]), *_LETTERS):
        if spelt.startswith(plain):
            yield letter
        elif plain.startswith(spelt):
            yield from (letter + rest for rest in spelt_beginnings(plain[len(spelt) :]))


def shortest_beginning(word: str, plain: str, spelling: Callable[[str], str]) -> str:
    """The shortest beginning of a word whose plain `spelling` begins so: one letter may be two, as in æble,
    spelt aeble."""
    beginnings = (word[:size] for size in range(1, len(word)))
    return next((some for some in beginnings if spelling(some).startswith(plain)), word)
