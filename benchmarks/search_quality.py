"""Quality of search: nDCG@10 and MAP on research collections and on questions about paragraphs in several
languages, for plain FTS5, for BM25 over stems, and for Newsdesk.

Newsdesk is measured through the product: documents are loaded as threads and every query is a search. The
last row is the one to quote: each collection is ranked by the setting, of a few, that the others choose. That
is one with which the worst of them is .01 above the best plain ranking, or as near to that as possible; of
several, the one that is best on average. The product has the setting that all of them choose."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from itertools import islice
from pathlib import Path

from benchmarks.support.measure import Option, parse_options, workspace
from bot.text.language.word_vectors import SHIPPED, Vectors, load_vectors
from bot.text.search.analyzer import Analyzer
from bot.text.search.ranking import RankingParameters
from bot.text.search.scorer import RelevanceScorer
from tests.support.paths import SHARED
from tests.support.search_data import (
    COLLECTIONS,
    QUESTIONS,
    Collection,
    figures,
    plain_bm25,
    plain_fts5,
    rankings,
    read_collection,
    read_questions,
    store,
)

Figures = tuple[float, float]
SETTINGS = {
    f"{few}-{many}, {share}": RankingParameters(few=few, many=many, topical_share=share)
    for few, many in ((0.3, 0.6), (0.5, 0.8))
    for share in (0.4, 0.8)
}
"""From which queries on, and how much, feedback, vectors and neighbours count."""
GOAL = 0.01
"""How far above the best plain ranking every collection should be."""


class _Tuned(Analyzer):
    """Ranks with other parameters."""

    def __init__(self, vectors: Callable[[], Vectors | None], parameters: RankingParameters) -> None:
        super().__init__(vectors)
        self._table = vectors
        self._parameters = parameters

    def scorer(self, packed: bytes | None, sample: Sequence[str]) -> RelevanceScorer:
        return RelevanceScorer(self.statistics(packed), self._table(), sample, self._parameters)


def main() -> None:
    given = parse_options(
        __doc__,
        collections=Option(len(COLLECTIONS) + len(QUESTIONS), 2, "number of collections"),
        queries=Option(1_000, 5, "maximum queries from each collection"),
    )
    names = [*COLLECTIONS, *QUESTIONS][: given.collections]
    print(f"{'':24}" + "".join(f"{name:>18}" for name in names))
    print(f"{'':24}" + f"{'nDCG@10    MAP':>18}" * len(names))
    collections = [_read(name, given.queries) for name in names]
    plain = [figures(c, plain_fts5(c)) for c in collections]
    stems = [figures(c, plain_bm25(c, c.name if c.name in QUESTIONS else "en")) for c in collections]
    _print("plain FTS5", plain)
    _print("BM25 over stems", stems)
    best = [max(pair)[0] for pair in zip(plain, stems, strict=True)]
    table = load_vectors(SHIPPED)
    for name, vectors in (("Newsdesk, no vectors", None), ("Newsdesk", table)):
        by_setting = [_measure(collection, vectors) for collection in collections]
        _print(name, [measured[_DEFAULT] for measured in by_setting])
        _print(f"{name}, held out", _held_out(by_setting, best))


_DEFAULT = next(name for name, setting in SETTINGS.items() if setting == RankingParameters())


def _read(name: str, most: int) -> Collection:
    data = SHARED / "data"
    read = read_questions(data, name) if name in QUESTIONS else read_collection(data / "search", name)
    return replace(read, queries=dict(islice(read.queries.items(), most)))


def _measure(collection: Collection, vectors: Vectors | None) -> Mapping[str, Figures]:
    """The figures with each setting."""
    with workspace() as folder:
        store(folder, collection, Analyzer(lambda: vectors))
        return {name: _figures(folder, collection, vectors, given) for name, given in SETTINGS.items()}


def _figures(
    folder: Path, collection: Collection, vectors: Vectors | None, parameters: RankingParameters
) -> Figures:
    analysis = _Tuned(lambda: vectors, parameters)
    return figures(collection, asyncio.run(rankings(folder, collection, analysis)))


def _held_out(by_setting: Sequence[Mapping[str, Figures]], best: Sequence[float]) -> list[Figures]:
    """The figures of each collection with the setting that the others choose."""

    def merit(name: str, collections: Sequence[int]) -> tuple[float, float]:
        gains = [by_setting[n][name][0] - best[n] for n in collections]
        return min([GOAL, *gains]), sum(gains)

    rows = []
    for held, measured in enumerate(by_setting):
        others = [n for n in range(len(best)) if n != held]
        rows.append(measured[max(SETTINGS, key=lambda name: merit(name, others))])
    return rows


def _print(name: str, rows: Sequence[Figures]) -> None:
    print(f"{name:24}" + "".join(f"{ndcg:>11.3f}{mean:>7.3f}" for ndcg, mean in rows), flush=True)


if __name__ == "__main__":
    main()
