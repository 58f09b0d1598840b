"""How long searches take in a big archive, beside plain FTS5 and tantivy asked for their ten best comments.

    python -m benchmarks.search_speed [--comments 300000] [--queries 200] [--keep FOLDER]

The archive is synthetic: Zipf-distributed words over a vocabulary of 321,000, twenty comments to an article.
It is written straight into the tables and then learnt from as after a load. Every kind of query has its own
line: words are drawn by how many of the comments hold them. Times are of one search at a time, first page of
ten."""

from __future__ import annotations

import argparse
import asyncio
import sqlite3
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from benchmarks.measure import percentile
from bot.models import Filters, Query
from bot.store.candidates import Bounds
from bot.store.connect import CORPUS, open_reader, open_writer
from bot.store.learning import learn
from bot.store.search import SearchIndex
from bot.text.analysis import Analysis
from bot.text.query import parse_query

# After the program, which has settings for it.
import numpy as np  # isort: skip

VOCABULARY = 321_000
THREAD = 20
BATCH = 20_000
SHARES = {"common": (0.05, 1.0), "middling": (0.002, 0.05), "rare": (0.00002, 0.002)}
KINDS = (
    ("the commonest word", ("most",)),
    ("two common", ("common", "common")),
    ("common and rare", ("common", "rare")),
    ("one middling", ("middling",)),
    ("three middling", ("middling", "middling", "middling")),
    ("one rare", ("rare",)),
    ("sentence of eight", ("common", "common", "common", "middling", "middling", "middling", "rare", "rare")),
)


def words() -> list[str]:
    """Different made-up words, the frequent ones shorter."""
    letters = "etaoinshrdlcumwfgypbvk"
    found = []
    for rank in range(VOCABULARY):
        number, word = rank + 22, ""
        while number:
            number, letter = divmod(number, 22)
            word += letters[letter]
        found.append(f"{word}q")
    return found


def texts(rng: np.random.Generator, length: float) -> Iterator[str]:
    """Endless texts of about so many words."""
    known = np.array(words())
    shares = np.cumsum(1 / (np.arange(VOCABULARY) + 2.7) ** 1.07)
    while True:
        sizes = rng.poisson(length, BATCH) + 1
        drawn = known[np.searchsorted(shares, rng.random(int(sizes.sum())) * shares[-1])].tolist()
        at = 0
        for size in sizes.tolist():
            yield " ".join(drawn[at : at + size])
            at += size


def build(data: Path, comments: int) -> None:
    """Fills the shared archive and lets search learn."""
    rng = np.random.default_rng(1)
    titles, bodies, said = texts(rng, 9), texts(rng, 300), texts(rng, 30)
    db = open_writer(data, CORPUS)
    for first in range(0, comments, BATCH):
        rows = range(first + 1, min(first + BATCH, comments) + 1)
        articles = range(first // THREAD + 1, (rows[-1] - 1) // THREAD + 2)
        db.execute("BEGIN")
        db.executemany(
            "INSERT INTO article (id, fingerprint, title, source, posted_at, score, language, body)"
            " VALUES (?, ?, ?, ?, ?, ?, 'en', ?)",
            [
                (n, n, next(titles), f"paper{n % 40}.example", 1_500_000_000 + n * 600, n % 997, next(bodies))
                for n in articles
            ],
        )
        db.executemany(
            "INSERT INTO comment (id, article, author, posted_at, score, text) VALUES (?, ?, ?, ?, ?, ?)",
            [
                (n, (n - 1) // THREAD + 1, f"user{n % 5003}", 1_500_000_000 + n * 30, n % 313, next(said))
                for n in rows
            ],
        )
        db.execute(
            "INSERT INTO article_fts (rowid, title, body) SELECT id, title, body FROM article"
            " WHERE id BETWEEN ? AND ?",
            (articles[0], articles[-1]),
        )
        db.execute(
            "INSERT INTO comment_fts (rowid, text) SELECT id, text FROM comment WHERE id BETWEEN ? AND ?",
            (rows[0], rows[-1]),
        )
        db.execute("COMMIT")
    for table in ("article_fts", "comment_fts"):
        db.execute(f"INSERT INTO {table} ({table}) VALUES ('optimize')")  # noqa: S608 - a constant
    db.execute(
        "UPDATE archive SET next_article = ?, next_comment = ?", (comments // THREAD + 2, comments + 1)
    )
    start = time.perf_counter()
    learn(db, Analysis())
    print(f"learnt in {time.perf_counter() - start:.1f} s")
    db.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
    db.close()


def queries(data: Path, count: int) -> dict[str, list[str]]:
    """For each kind `count` queries, the same for the same archive."""
    db = open_reader(data, CORPUS)
    total = db.execute("SELECT count(*) FROM comment").fetchone()[0]
    vocabulary = db.execute("SELECT term, doc FROM comment_words").fetchall()
    db.close()
    by_share = {
        name: [word for word, rows in vocabulary if low <= rows / total < high]
        for name, (low, high) in SHARES.items()
    }
    by_share["most"] = [max(vocabulary, key=lambda row: row[1])[0]]
    rng = np.random.default_rng(2)
    return {
        kind: [" ".join(str(rng.choice(by_share[part])) for part in parts) for _ in range(count)]
        for kind, parts in KINDS
    }


def plain(db: sqlite3.Connection, query: Query) -> float:
    """Milliseconds of FTS5's ten best comments with any of the words."""
    match = " OR ".join(f'"{term.words[0]}"' for group in query.groups for term in group)
    sql = "SELECT rowid FROM comment_fts WHERE comment_fts MATCH ? ORDER BY rank LIMIT 10"
    start = time.perf_counter()
    db.execute(sql, (match,)).fetchall()
    return 1000 * (time.perf_counter() - start)


class Peer:
    """tantivy over the same comments, where it is installed; its ten best with any of the words."""

    def __init__(self, data: Path) -> None:
        self._index = None
        try:
            import tantivy
        except ImportError:
            return
        schema = tantivy.SchemaBuilder()
        schema.add_text_field("text", stored=False)
        self._index = tantivy.Index(schema.build())
        writer = self._index.writer(256_000_000, 1)
        db = open_reader(data, CORPUS)
        for (text,) in db.execute("SELECT text FROM comment"):
            writer.add_document(tantivy.Document(text=[text]))
        writer.commit()
        writer.wait_merging_threads()
        self._index.reload()
        db.close()

    def search(self, text: str) -> float:
        """Milliseconds; not a number where it is not installed."""
        if self._index is None:
            return float("nan")
        start = time.perf_counter()
        self._index.searcher().search(self._index.parse_query(text, ["text"]), 10)
        return 1000 * (time.perf_counter() - start)


async def timed(index: SearchIndex, query: Query, **options: Any) -> float:
    """Milliseconds of one search."""
    start = time.perf_counter()
    await index.search((0,), query, **options)
    return 1000 * (time.perf_counter() - start)


async def overlap(index: SearchIndex, unbounded: SearchIndex, asked: list[str]) -> float:
    """The mean share of the ten best that the bounds leave."""
    shares = []
    for query in map(parse_query, asked):
        best = (await unbounded.ranking((0,), query))[:10]
        found = (await index.ranking((0,), query))[:10]
        shares.append(len(set(best) & set(found)) / len(best) if best else 1.0)
    return sum(shares) / len(shares)


async def measure(data: Path, count: int) -> None:
    """Prints a line for each kind of query."""
    index = SearchIndex.open(data, Analysis(), budget=60)
    everything = Bounds(readable=0, rankable=10**9)
    unbounded = SearchIndex.open(data, Analysis(), budget=600, bounds=everything)
    db = open_reader(data, CORPUS)
    peer = Peer(data)
    await index.search((0,), parse_query("warm up"))
    columns = ("p50", "p99", "newest p99", "source p99", "overlap", "FTS5 p50", "p99", "tantivy p50", "p99")
    print(f"{'milliseconds':20}" + "".join(f"{name:>12}" for name in columns))
    for kind, asked in queries(data, count).items():
        parsed = [parse_query(text) for text in asked]
        ours = [await timed(index, query) for query in parsed]
        newest = [await timed(index, query, order="newest") for query in parsed]
        source = [await timed(index, query, filters=Filters(source="paper7.example")) for query in parsed]
        few = asked[: max(5, count // 10)]
        theirs = [plain(db, parse_query(text)) for text in few]
        peers = [peer.search(text) for text in asked]
        figures = [
            *(percentile(ours, share) for share in (0.5, 0.99)),
            percentile(newest, 0.99),
            percentile(source, 0.99),
            await overlap(index, unbounded, few) if "rare" in kind else float("nan"),
            *(percentile(times, share) for times in (theirs, peers) for share in (0.5, 0.99)),
        ]
        print(f"{kind:20}" + "".join(f"{figure:12.2f}" for figure in figures), flush=True)
    db.close()
    await index.close()
    await unbounded.close()


def main() -> None:
    """Builds, asks and prints."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--comments", type=int, default=300_000)
    parser.add_argument("--queries", type=int, default=100, help="of each kind")
    parser.add_argument("--keep", type=Path, help="build the archive here, or use the one that is there")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        data = options.keep or Path(folder)
        if not (data / CORPUS.file).exists():
            build(data, options.comments)
        asyncio.run(measure(data, options.queries))


if __name__ == "__main__":
    main()
