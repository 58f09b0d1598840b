"""Loads and searches of SQLite beside PostgreSQL, in turns.

The archives are the same: words of a vocabulary of 321,000, as frequent as in natural text, and one article
for 85 comments. Each engine loads them by the loader's own calls in this process, without reading a dump,
and then learns. The searches are those of `search_speed`, whose words are drawn from the archive, one at a
time, with the time of the clock: PostgreSQL is another process. It runs with its usual settings but for
`shared_buffers`, and as durable as it comes."""

from __future__ import annotations

import asyncio
import random
import time
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from itertools import islice
from pathlib import Path

from benchmarks.search_speed import KINDS, Kind, Words
from benchmarks.support.database import durable_server
from benchmarks.support.measure import Option, Rows, parse_options, spread, table, workspace
from benchmarks.support.reddit_dump import COMMENTS_PER_THREAD, texts
from bot.domain.articles import Paragraph
from bot.domain.dump import ParsedComment, ParsedThread
from bot.domain.loads import Person
from bot.store.databases import CorpusEngine
from bot.store.ingest.writer import CorpusWriter
from bot.store.search.index import SearchIndex
from bot.store.sqlite.sqlite_engine import SqliteEngine
from bot.text.search.analyzer import Analyzer
from bot.text.search.query import parse_query
from tests.support.corpus_engines import postgres_corpus

START = datetime(2024, 1, 1, tzinfo=UTC)
THREADS_PER_BATCH = 200
SETTINGS = ("shared_buffers=256MB",)


def main() -> None:
    given = parse_options(
        __doc__,
        comments=Option(100_000, 2_000, "comments in the archive"),
        queries=Option(10, 1, "queries of each kind"),
    )
    rows: Rows = []
    with workspace() as folder, durable_server(rows, SETTINGS) as server:
        engines: dict[str, CorpusEngine] = {"SQLite": SqliteEngine(folder)}
        if server is not None:
            engines["PostgreSQL"] = postgres_corpus(server.url(server.new_database()), folder)
        for name, engine in engines.items():
            rows += loaded(name, engine, given.comments)
        queries = drawn(folder, given.queries)
        for name, seconds in asyncio.run(searched(engines, queries)).items():
            rows.append((f"{name}, searches: {len(queries)}", spread(seconds)))
    table(rows)


def loaded(name: str, engine: CorpusEngine, comments: int) -> Rows:
    """Loads an archive; returns the rate until it can be searched, until search has learnt from it, and its
    size."""
    threads = made(comments)
    seconds = 0.0
    with CorpusWriter(engine) as writer:
        load = writer.begin_load(None, name, Person(None, "benchmark"), START)
        while batch := [*islice(threads, THREADS_PER_BATCH)]:
            start = time.perf_counter()
            writer.add_threads(load, batch)
            seconds += time.perf_counter() - start
        start = time.perf_counter()
        writer.finish(load, "done", 0.0)
        searchable = seconds + time.perf_counter() - start
        start = time.perf_counter()
        writer.update_statistics(Analyzer())
        learnt = time.perf_counter() - start
    with closing(engine.open_reader("corpus")) as db:
        size = db.disk.size()
    return [
        (f"{name}, searchable", f"{comments / searchable:,.0f} comments a second"),
        (f"{name}, learnt", f"{comments / (searchable + learnt):,.0f} comments a second"),
        (f"{name}, size", f"{size / 1e6:,.0f} MB"),
    ]


def made(comments: int) -> Iterator[ParsedThread]:
    """Threads with so many comments, the same in every call."""
    rng = random.Random(1)
    bodies = texts(rng, comments)
    for number in range(max(1, comments // COMMENTS_PER_THREAD)):
        at = START + timedelta(minutes=number)
        replies = tuple(
            ParsedComment(
                f"user_{rng.randrange(1000):x}",
                at + timedelta(seconds=place),
                next(bodies),
                score=int(rng.paretovariate(0.8)),
            )
            for place in range(COMMENTS_PER_THREAD)
        )
        title = " ".join(next(bodies).split()[:12])
        source = f"paper{int(40 * rng.random() ** 2)}.example"
        body = (Paragraph(" ".join(next(bodies) for _ in range(8))),)
        yield ParsedThread(title, source, "poster", at, False, body, replies, key=f"t3_{number + 1:x}")


def drawn(data: Path, count: int) -> list[tuple[str, Kind]]:
    """So many queries of each kind that the archive has words for, in a random order."""
    words = Words(data)
    kinds = [kind for kind in KINDS if words.can_draw(kind.pattern)]
    queries = [(words.draw(kind.pattern), kind) for kind in kinds for _ in range(count)]
    random.Random(2).shuffle(queries)
    return queries


async def searched(
    engines: dict[str, CorpusEngine], queries: list[tuple[str, Kind]]
) -> dict[str, list[float]]:
    """The time of each search, first of one engine and then of the other."""
    indexes = {name: SearchIndex.open(engine, Analyzer()) for name, engine in engines.items()}
    seconds: dict[str, list[float]] = {name: [] for name in engines}
    for index in indexes.values():  # the first search reads what was learnt
        await index.search((0,), parse_query("first"))
    for text, kind in queries:
        query = parse_query(text)
        for name, index in indexes.items():
            start = time.perf_counter()
            await index.search((0,), query, kind.filters, order=kind.order)
            seconds[name].append(time.perf_counter() - start)
    for index in indexes.values():
        await index.close()
    return seconds


if __name__ == "__main__":
    main()
