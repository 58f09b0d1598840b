"""Quality of search: nDCG@10 and MAP on three research collections, for plain FTS5 and for Newsdesk.

Newsdesk is measured through the product: documents are loaded as threads and every query is a search."""

from __future__ import annotations

import asyncio
import time
from dataclasses import replace
from itertools import islice

from benchmarks.support.measure import Option, parse_options, workspace
from bot.text.language.word_vectors import SHIPPED, load_vectors
from bot.text.search.analyzer import Analyzer
from tests.support.paths import SHARED
from tests.support.search_data import (
    COLLECTIONS,
    Collection,
    figures,
    plain_fts5,
    rankings,
    read_collection,
    store,
)


def main() -> None:
    given = parse_options(
        __doc__,
        collections=Option(len(COLLECTIONS), 1, "number of collections"),
        queries=Option(1_000, 5, "maximum queries from each collection"),
    )
    collections = []
    for name in COLLECTIONS[: given.collections]:
        collection = read_collection(SHARED / "data" / "search", name)
        queries = dict(islice(collection.queries.items(), given.queries))
        collections.append(replace(collection, queries=queries))
    print(f"{'':24}" + "".join(f"{c.name:>18}" for c in collections))
    print(f"{'':24}" + f"{'nDCG@10    MAP':>18}" * len(collections))
    _print("plain FTS5", [figures(c, plain_fts5(c)) for c in collections])
    _print("Newsdesk, no vectors", [_ours(c, Analyzer()) for c in collections])
    _print("Newsdesk", [_ours(c, Analyzer(lambda: load_vectors(SHIPPED))) for c in collections])


def _ours(collection: Collection, analysis: Analyzer) -> tuple[float, float]:
    with workspace() as folder:
        store(folder, collection, analysis)
        start = time.process_time()
        ranked = asyncio.run(rankings(folder, collection, analysis))
        spent = (time.process_time() - start) / len(collection.queries)
        print(f"  {collection.name}: {1000 * spent:.0f} ms a query", flush=True)
    return figures(collection, ranked)


def _print(name: str, rows: list[tuple[float, float]]) -> None:
    print(f"{name:24}" + "".join(f"{ndcg:>11.3f}{mean:>7.3f}" for ndcg, mean in rows), flush=True)


if __name__ == "__main__":
    main()
