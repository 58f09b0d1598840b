"""Floors under search on three research collections, through the product: only to rise.

Plain FTS5 (porter stems, stop words dropped, any word will do) has nDCG@10 / MAP of .389 / .313 on cranfield,
.709 / .531 on med and .335 / .185 on cisi. Before queries about one document were told from those about many,
the floors were .450 / .378, .780 / .672 and .457 / .283 less .012 for a busy machine, and questions about
single paragraphs ranked worse than with plain BM25."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.text.language.word_vectors import SHIPPED, load_vectors
from bot.text.search.analyzer import Analyzer
from tests.support.corpus_engines import corpus_engine, dropped_corpora, only_sqlite
from tests.support.search_data import figures, plain_fts5, rankings, read_collection, store

__all__ = ["corpus_engine", "dropped_corpora"]

FLOORS = {
    "cranfield": (0.440, 0.368),
    "med": (0.783, 0.663),
    "cisi": (0.458, 0.278),
}
WITHOUT_VECTORS = {
    "cranfield": (0.450, 0.368),
    "med": (0.744, 0.613),
    "cisi": (0.415, 0.248),
}
PLAIN = {
    "cranfield": (0.389, 0.313),
    "med": (0.709, 0.531),
    "cisi": (0.335, 0.185),
}


MAX_LESS = {"sqlite": 0.0, "postgres": 0.01}
"""How much less an engine may have: each chooses the texts that are ranked by its own measure."""


@pytest.mark.slow
@pytest.mark.parametrize(
    ("engine", "name"),
    [*(("sqlite", name) for name in FLOORS), ("postgres", "med"), ("postgres", "cisi")],
    indirect=["engine"],
)
async def test_search_is_as_good_as_it_was(shared_data: Path, tmp_path: Path, engine: str, name: str) -> None:
    vectors = load_vectors(SHIPPED)
    if vectors is None:
        pytest.skip("needs the table of word vectors (the `vectors` extra)")
    collection = read_collection(shared_data / "search", name)
    analysis = Analyzer(lambda: vectors)
    store(tmp_path, collection, analysis)
    found = figures(collection, await rankings(tmp_path, collection, analysis))
    assert found[0] >= FLOORS[name][0] - MAX_LESS[engine], found
    assert found[1] >= FLOORS[name][1] - MAX_LESS[engine], found


@pytest.mark.slow
@only_sqlite
@pytest.mark.usefixtures("engine")
@pytest.mark.parametrize("name", WITHOUT_VECTORS)
async def test_search_is_good_without_vectors(shared_data: Path, tmp_path: Path, name: str) -> None:
    collection = read_collection(shared_data / "search", name)
    store(tmp_path, collection, Analyzer())
    found = figures(collection, await rankings(tmp_path, collection, Analyzer()))
    assert found[0] >= WITHOUT_VECTORS[name][0], found
    assert found[1] >= WITHOUT_VECTORS[name][1], found


@pytest.mark.parametrize("name", PLAIN)
def test_the_measure_is_the_one_that_is_compared_with(shared_data: Path, name: str) -> None:
    collection = read_collection(shared_data / "search", name)
    found = figures(collection, plain_fts5(collection))
    assert found == pytest.approx(PLAIN[name], abs=0.001)
