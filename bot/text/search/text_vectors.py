"""Reads texts once for both of their vectors: that of their stems, and that of their meaning."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any, Protocol, runtime_checkable

from bot.domain.index_words import fold
from bot.text.language.index_tokens import raw_words
from bot.text.language.stems import DEFAULT_LANGUAGE, stop_words
from bot.text.language.word_arrays import WordArrays, batches
from bot.text.language.word_patterns import without_typography
from bot.text.search.term_vector import (
    MAX_PLAIN_CHARACTERS,
    count_terms,
    plain_terms,
    split_plain_texts,
    vectorize,
)

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from bot.text.language.word_vectors import Vectors

LEAD_CHARACTERS = 2_000
"""The number of characters of an article that its vector is made from: news begins with its subject."""
COMMENT_LEAD_CHARACTERS = 400
"""The same for a comment, whose vector is calculated for each search."""
MIN_TOGETHER = 16
"""Fewer texts are faster one by one."""

Text = tuple[str, str, str | None]
"""The title, body and language of a text."""
TextVectors = tuple[bytes, bytes | None]
"""A term vector (see `bot.text.search.term_vector.vectorize`), and a serialised vector; None for a text
without one."""


@runtime_checkable
class WordSums(Protocol):
    """Vectors that sum the words of many plain texts at once."""

    def sum_words(self, words: WordArrays, texts: int) -> tuple[NDArray[Any], list[int]]:
        """See `bot.text.language.plain_words.PlainWordRows.sum_words`."""


def text_vectors(texts: Sequence[Text], vectors: Vectors | None) -> list[TextVectors]:
    """Returns the vectors of each text."""
    read: dict[int, TextVectors] = {}
    texts = [(without_typography(title), without_typography(body), known) for title, body, known in texts]
    if isinstance(vectors, WordSums):
        plain = [place for place, text in enumerate(texts) if _is_plain(text)]
        for is_long in (False, True):
            some = [place for place in plain if _is_long(texts[place]) is is_long]
            sizes = [len(texts[place][0]) + len(texts[place][1]) + 2 for place in some]
            for places in batches(some, sizes) if len(some) >= MIN_TOGETHER else ():
                read.update(_read_together(texts, places, vectors, is_long=is_long))
    others = [place for place in range(len(texts)) if place not in read]
    rest = [texts[place] for place in others]
    read.update(zip(others, zip(vectorize(rest), _encode(rest, vectors), strict=True), strict=True))
    return [read[place] for place in range(len(texts))]


def _is_plain(text: Text) -> bool:
    title, body, language = text
    is_default = language is None or language == DEFAULT_LANGUAGE
    is_short = len(title) + len(body) <= MAX_PLAIN_CHARACTERS
    return is_default and is_short and title.isascii() and body.isascii()


def _lead_characters(title: str) -> int:
    return LEAD_CHARACTERS if title else COMMENT_LEAD_CHARACTERS


def _is_long(text: Text) -> bool:
    """Whether only its beginning is read for the vector."""
    title, body, _ = text
    return len(title) + len(body) >= _lead_characters(title)


def _lead(text: Text) -> tuple[str, str]:
    """The parts of title and body of which its vector is made."""
    title, body, _ = text
    most = _lead_characters(title)
    return title[:most], body[: max(0, most - len(title) - 1)]


def _read_together(
    texts: Sequence[Text], places: Sequence[int], vectors: WordSums, *, is_long: bool
) -> Iterator[tuple[int, TextVectors]]:
    """The vectors of the texts at these places, but for those with very long words."""
    import numpy as np

    from bot.text.language.word_vectors import normalize_rows
    from bot.text.search.corpus_statistics import serialize_vectors

    words = split_plain_texts([texts[place][:2] for place in places])
    terms = plain_terms(words, DEFAULT_LANGUAGE)
    counted = count_terms(terms, words.owners, len(places))
    if is_long:
        words = split_plain_texts([_lead(texts[place]) for place in places])
        terms = plain_terms(words, DEFAULT_LANGUAGE)
    content = np.flatnonzero(terms)
    # The title first: vectors are summed in the order of the text.
    content = content[np.argsort(words.owners[content] ^ 1, kind="stable")]
    sums, long = vectors.sum_words(words.select(content, words.owners[content] >> 1), len(places))
    pairs = zip(list(counted), serialize_vectors(normalize_rows(sums)), strict=True)
    left = set(long)
    return ((places[number], pair) for number, pair in enumerate(pairs) if number not in left)


def _encode(texts: Sequence[Text], vectors: Vectors | None) -> Sequence[bytes | None]:
    if vectors is None:
        return [None] * len(texts)
    from bot.text.search.corpus_statistics import serialize_vectors

    content = [
        _content_words(f"{title}\n{body}"[: _lead_characters(title)], language)
        if vectors.knows((language or DEFAULT_LANGUAGE,))
        else ""
        for title, body, language in texts
    ]
    return serialize_vectors(vectors.encode(content))


def _content_words(text: str, language: str | None) -> str:
    stops = stop_words(language or DEFAULT_LANGUAGE)
    text = without_typography(text)
    if text.isascii():
        small = raw_words(text.lower())
        return " ".join(raw for raw, word in zip(raw_words(text), small, strict=True) if word not in stops)
    return " ".join(raw for raw in raw_words(text) if fold(raw) not in stops)
