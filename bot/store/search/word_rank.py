"""Ranks comments by all words of a query, which the index only does for the rarer ones, to select those that
are scored."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence

from bot.domain.search import Query
from bot.store.search.match_query import for_comments, optional_terms
from bot.store.search.ports import TextScorer
from bot.store.search.term_scoring import K1, saturation, term_weight

MAX_CHARACTERS = 1_000
"""The characters of a comment that are compared: its beginning."""
_MEAN_WORDS = 40
"""About the words of a comment."""


class WordRank:
    """BM25 by the words of one query; `forms` returns other forms of a word, `beginnings` has the words for
    prefixes."""

    def __init__(
        self,
        query: Query,
        languages: Sequence[str],
        scorer: TextScorer,
        forms: Callable[[str], Sequence[str]],
        beginnings: Mapping[str, Sequence[str]],
    ) -> None:
        self._weights: list[float] = []
        self._numbers: dict[str, int] = {}
        comments = scorer.total[1]
        for term in optional_terms(for_comments(query)):
            for place, word in enumerate(term.words):
                begins = term.prefix and place == len(term.words) - 1
                words = beginnings.get(word, ()) if begins else (word, *(() if term.exact else forms(word)))
                for form in words:
                    self._numbers.setdefault(form, len(self._weights))
                self._weights.append(term_weight(scorer.rows((word,), languages)[1], comments))

    def sorted(self, texts: Iterable[tuple[int, Sequence[str]]]) -> list[int]:
        """The ids of texts, given with their words, the best first; among equals as they are given."""
        ranks = [(self._rank(words), row) for row, words in texts]
        return [row for _, row in sorted(ranks, key=lambda rank: -rank[0])]

    def _rank(self, words: Sequence[str]) -> float:
        counts: dict[int, int] = {}
        for number in map(self._numbers.get, words):
            if number is not None:
                counts[number] = counts.get(number, 0) + 1
        length = saturation(len(words) / _MEAN_WORDS)
        return sum(
            self._weights[number] * count * (K1 + 1) / (count + length) for number, count in counts.items()
        )
