"""Reads texts once for both of their vectors: that of their stems, and that of their meaning."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any, Protocol, runtime_checkable

from bot.text.language.index_tokens import fold, raw_words
from bot.text.language.stems import DEFAULT_LANGUAGE, stop_words
from bot.text.language.word_arrays import WordArrays, batches
from bot.text.language.word_patterns import without_typography
from bot.text.search.term_vector import count_terms, plain_terms, split_plain_texts, vectorize

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
    if isinstance(vectors, WordSums):
        short = [place for place, text in enumerate(texts) if _is_short_and_plain(text)]
        sizes = [len(texts[place][0]) + len(texts[place][1]) + 2 for place in short]
        for places in batches(short, sizes) if len(short) >= MIN_TOGETHER else ():
            read.update(_read_together(texts, places, vectors))
    others = [place for place in range(len(texts)) if place not in read]
    rest = [texts[place] for place in others]
    read.update(zip(others, zip(vectorize(rest), _encode(rest, vectors), strict=True), strict=True))
    return [read[place] for place in range(len(texts))]


def _is_short_and_plain(text: Text) -> bool:
    title, body, language = text
    most = LEAD_CHARACTERS if title else COMMENT_LEAD_CHARACTERS
    is_default = language is None or language == DEFAULT_LANGUAGE
    return is_default and len(title) + len(body) < most and title.isascii() and body.isascii()


def _read_together(
    texts: Sequence[Text], places: Sequence[int], vectors: WordSums
) -> Iterator[tuple[int, TextVectors]]:
    """The vectors of the texts at these places, but for those with very long words."""
    import numpy as np

    from bot.text.language.word_vectors import normalize_rows
    from bot.text.search.corpus_statistics import serialize_vectors

    words = split_plain_texts([texts[place][:2] for place in places])
    terms = plain_terms(words, DEFAULT_LANGUAGE)
    content = np.flatnonzero(terms)
    # The title first: vectors are summed in the order of the text.
    content = content[np.argsort(words.owners[content] ^ 1, kind="stable")]
    sums, long = vectors.sum_words(words.select(content, words.owners[content] >> 1), len(places))
    pairs = zip(
        count_terms(terms, words.owners, len(places)), serialize_vectors(normalize_rows(sums)), strict=True
    )
    left = set(long)
    return ((places[number], pair) for number, pair in enumerate(pairs) if number not in left)


def _encode(texts: Sequence[Text], vectors: Vectors | None) -> Sequence[bytes | None]:
    if vectors is None:
        return [None] * len(texts)
    from bot.text.search.corpus_statistics import serialize_vectors

    content = [
        _content_words(f"{title}\n{body}"[: LEAD_CHARACTERS if title else COMMENT_LEAD_CHARACTERS], language)
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
