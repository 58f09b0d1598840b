"""Latency of searches in an archive of five million comments, compared with plain FTS5 and tantivy.

The archive is synthetic (`support/search_archive.py`): words of a vocabulary of 321,000, as frequent as in
natural text, without stop words; a million titles; one comment in a hundred is Chinese. Each kind of query
has a row, and its queries draw their words by the number of comments that have them. A search returns its
first ten threads; one runs at a time. `cpu` is this process's CPU time, `wall` is wall clock time. `overlap`
is the share of the ten best results that are also best without bounds, when every row of every word is
ranked. The alternatives return ten comments with any of the words. The last rows are for all searches
together, and for completing titles.

Results of earlier versions, in milliseconds of CPU for all kinds together, p50 and p99, on two busy cores:

    newest matches, FTS5's rank up to 10,000 rows, 100 comments read       45   122
    6,000 rows, 400 articles, 50 comments read, statements that give up    26    80
    one ranking for whole and partial matches, rarest words first          19    65
    no ranks read back, 64 MiB of the index kept, garbage frozen           17    53
    4,000 rows, six words to rank by                                       17    46

Only queries of thirty words take more than 50, and those that OR makes four searches of: p50 42 and p99 61
in 300,000 comments, where a word or an author takes 31 and 44. The overlap is at least .90 with one rare
word, several, or one beside or instead of a commoner one, since lengths are compared with the mean of the
archive (.8 before, with the mean of what was found); and .90 for eight words, of which the commoner ones
choose comments only beside the rarest: ranking by all of them takes FTS5 seconds. Wall clock times equal CPU
times on an idle machine."""

from __future__ import annotations

import asyncio
import gc
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from math import inf, nan
from pathlib import Path

import numpy as np

from benchmarks.support.measure import FOLDER, Option, parse_options, percentile, workspace
from benchmarks.support.search_archive import build
from benchmarks.support.search_peers import SearchCost, cost, peers_of
from bot.domain.search import Filters, Order, Query
from bot.store.corpus.title_completion import complete_titles
from bot.store.engines import engine_of
from bot.store.search.index import SearchIndex
from bot.store.search.limits import SearchLimits
from bot.store.sqlite.connection import CORPUS, open_reader
from bot.text.language.word_vectors import SHIPPED, load_vectors
from bot.text.search.analyzer import Analyzer
from bot.text.search.query import parse_query

SHARES = {"common": (0.05, 1.0), "middling": (0.002, 0.05), "rare": (0.00002, 0.002)}
"""The range of the share of comments in which a word of each sort occurs."""
MANY = 20
UNBOUNDED = SearchLimits(
    max_articles=1000,
    max_comments=500,
    max_ranked_rows=10**9,
    max_counted_rows=10**12,
    max_ranked_words=10**9,
    max_filtered_rows=10**9,
    statement_seconds=inf,
    usual_seconds=inf,
    search_seconds=inf,
)
OLD = datetime.fromtimestamp(1_564_617_600 + 3 * 3600, UTC)
"""Later than the first tenth of the comments."""


@dataclass(frozen=True)
class Kind:
    """A kind of query: a pattern in which `{common}` and the like are replaced by words, with its filters and
    order."""

    name: str
    pattern: str
    filters: Filters = Filters()  # noqa: RUF009 - frozen
    order: Order = "relevance"

    @property
    def compared(self) -> bool:
        """Whether it has a rare word, so that a search without bounds takes less than minutes."""
        plain = self.filters == Filters() and self.order == "relevance"
        return plain and "rare" in self.pattern and self.pattern.count("{") < MANY


KINDS = (
    Kind("the commonest word", "{most}"),
    Kind("one common", "{common}"),
    Kind("three common", "{common} {common} {common}"),
    Kind("common and rare", "{common} {rare}"),
    Kind("middling and rare", "{middling} {rare}"),
    Kind("one middling", "{middling}"),
    Kind("three middling", "{middling} {middling} {middling}"),
    Kind("one rare", "{rare}"),
    Kind("three rare", "{rare} {rare} {rare}"),
    Kind("eight words", "{common} {common} {common} {middling} {middling} {middling} {rare} {rare}"),
    Kind("thirty words", " ".join(["{common}"] * 12 + ["{middling}"] * 12 + ["{rare}"] * 6)),
    Kind("either", "{middling} OR {rare}"),
    Kind("without a common", "{middling} -{common}"),
    Kind("rare, not common", "{rare} -{common}"),
    Kind("phrase", '"{said}"'),
    Kind("phrase of common", '"{common} {common}"'),
    Kind("beginning, 1 letter", "{letter}*"),
    Kind("beginning, 3 letters", "{begun}*"),
    Kind("misspelt", "{slip}"),
    Kind("misspelt and common", "{slip} {common}"),
    Kind("Chinese", "{chinese}"),
    Kind("newest, common", "{common}", order="newest"),
    Kind("newest, rare", "{rare}", order="newest"),
    Kind("score, middling", "{middling}", order="score"),
    Kind("one source", "{middling}", Filters(source="paper7.example")),
    Kind("one source, common", "{common}", Filters(source="paper39.example")),
    Kind("one author", "{middling}", Filters(author="user_7")),
    Kind("oldest, common", "{common}", Filters(before=OLD)),
    Kind("oldest, rare", "{rare}", Filters(before=OLD)),
    Kind("oldest, newest first", "{middling}", Filters(before=OLD), "newest"),
    Kind("author or rare", "author:user_7 OR {rare}"),
    Kind("author or common", "author:user_7 OR {common}"),
    Kind("score or word, twice", "(score:>50 OR {middling}) (author:user_7 OR {rare})"),
    Kind("no words", ""),
    Kind("no words, by score", "", order="score"),
)


class Words:
    """Draws the words of queries, the same for the same archive."""

    def __init__(self, data: Path) -> None:
        self._rng = np.random.default_rng(2)
        db = open_reader(data, CORPUS)
        total = db.execute("SELECT count(*) FROM comment").fetchone()[0]
        known = [
            (word, rows)
            for word, rows in db.execute("SELECT term, doc FROM comment_words WHERE doc >= 2")
            if word.isascii()
        ]
        self._words = {
            name: [word for word, rows in known if low <= rows / total < high]
            for name, (low, high) in SHARES.items()
        }
        self._words["most"] = [max(known, key=lambda row: row[1])[0]]
        self._words["letter"] = sorted({word[0] for word, _ in known})
        self._words["begun"] = sorted({word[:3] for word in self._words["middling"] if len(word) > 3})
        there = {word for word, _ in known}
        slips = [word[:3] + word[4:] for word in self._words["rare"] if len(word) > 5]
        self._words["slip"] = [word for word in slips if word not in there]
        some = self._rng.integers(1, total, 2000).tolist()
        texts = [db.execute("SELECT text FROM comment WHERE id = ?", (row,)).fetchone() for row in some]
        sentences = [text.rstrip(".").split() for (text,) in filter(None, texts)]
        self._words["said"] = [" ".join(words[:2]) for words in sentences if len(words) > 1]
        chinese = db.execute("SELECT text FROM comment WHERE grams IS NOT NULL LIMIT 2000").fetchall()
        self._words["chinese"] = [text[:size] for n, (text,) in enumerate(chinese) for size in (2 + n % 3,)]
        db.close()

    def can_draw(self, pattern: str) -> bool:
        """Whether the archive has words of each sort; one of `benchmarks.bulk` has none in Chinese."""
        return all(words for name, words in self._words.items() if f"{{{name}}}" in pattern)

    def draw(self, pattern: str) -> str:
        """Returns one query of this pattern."""
        for name, words in self._words.items():
            while f"{{{name}}}" in pattern:
                pattern = pattern.replace(f"{{{name}}}", str(self._rng.choice(words)), 1)
        return pattern


async def ours(index: SearchIndex, query: Query, kind: Kind) -> SearchCost:
    """Measures one search."""
    wall, cpu = time.perf_counter(), time.process_time()
    await index.search((0,), query, kind.filters, order=kind.order)
    return SearchCost(1000 * (time.perf_counter() - wall), 1000 * (time.process_time() - cpu))


async def overlap(index: SearchIndex, unbounded: SearchIndex, asked: Sequence[Query]) -> float:
    """Returns the mean share of the ten best results that the bounds preserve."""
    shares = []
    for query in asked:
        best = (await unbounded.ranking((0,), query))[:10]
        bounded = (await index.ranking((0,), query))[:10]
        if best:
            shares.append(len(set(best) & set(bounded)) / len(best))
    return sum(shares) / len(shares)


def line(name: str, figures: Sequence[float]) -> None:
    """Prints one row of the table."""
    print(
        f"{name:22}" + "".join(f"{figure:9.2f}" if figure == figure else " " * 9 for figure in figures),
        flush=True,
    )


def spread(costs: Sequence[SearchCost]) -> list[float]:
    """Returns the 50th and 99th percentiles of CPU time, then of wall clock time."""
    return [
        percentile([getattr(cost, name) for cost in costs], share)
        for name in ("cpu", "wall")
        for share in (0.5, 0.99)
    ]


async def measure(data: Path, count: int, peers: int, only: str) -> None:
    """Prints a row for each kind of query."""
    table = load_vectors(SHIPPED)
    index = SearchIndex.open(engine_of(data), Analyzer(lambda: table), timeout=60)
    unbounded = SearchIndex.open(engine_of(data), Analyzer(lambda: table), timeout=600, limits=UNBOUNDED)
    others = peers_of(data) if peers else ()
    words = Words(data)
    await index.search((0,), parse_query("warm up"))
    gc.collect()
    gc.freeze()  # as the bot does after its start
    names = ("cpu p50", "p99", "wall p50", "p99", "overlap", "FTS5 p50", "p99", "tantivy", "p99")
    print(f"{'milliseconds':22}" + "".join(f"{name:>9}" for name in names))
    all_of_them: list[SearchCost] = []
    for kind in KINDS:
        if not words.can_draw(kind.pattern):
            continue
        parsed = [parse_query(words.draw(kind.pattern)) for _ in range(count)]
        if only not in kind.name:
            continue
        costs = [await ours(index, query, kind) for query in parsed]
        all_of_them += costs
        shared = nan
        if peers and kind.compared:
            shared = await overlap(index, unbounded, parsed[: 2 * peers])
        figures = [*spread(costs), shared]
        for other in others:
            taken = [
                cost(partial(other.search, query, kind.filters, kind.order))
                for query in parsed[:peers]
                if query.groups
            ]
            figures += spread(taken)[2:] if taken else (nan, nan)
        line(kind.name, figures)
    line("all", spread(all_of_them))
    await index.close()
    await unbounded.close()


def completions(data: Path, count: int, peers: int) -> None:
    """Prints the time to complete beginnings of titles, of 0 to 20 characters, and misspelt ones."""
    db = open_reader(data, CORPUS)
    rng = np.random.default_rng(3)
    (last,) = db.execute("SELECT max(id) FROM article").fetchone()
    typed = []
    for row in rng.integers(1, last, 10 * count).tolist():
        (title,) = db.execute("SELECT title FROM article WHERE id >= ? LIMIT 1", (row,)).fetchone()
        size = int(rng.integers(0, 21))
        typed.append((title[:size] + "x" * (size > 5 and row % 20 == 0)) if title else "")
    figures = [*spread([cost(partial(complete_titles, db, (0,), text, 25)) for text in typed]), nan]
    for other in peers_of(data) if peers else ():
        figures += spread([cost(partial(other.complete, text)) for text in typed[: 10 * peers]])[2:]
    line("completing a title", figures)
    db.close()


def main() -> None:
    given = parse_options(
        __doc__,
        comments=Option(5_000_000, 3_000, "comments in the archive"),
        queries=Option(100, 1, "queries of each kind"),
        peers=Option(10, 1, "how many of these to run on the alternatives too; 0 for none"),
        only=Option("", "", "only the kinds whose names contain this"),
        folder=FOLDER,
    )
    with workspace(given.folder) as folder:
        data = build(folder, given.comments)
        asyncio.run(measure(data, given.queries, given.peers, given.only))
        if given.only in "completing a title":
            completions(data, given.queries, given.peers)


if __name__ == "__main__":
    main()
