"""Latency of questions: percentiles over a large archive of synthetic articles, through the services.

Questions are made of words of one sentence of the archive, without the most frequent ones, which represent
function words. Vectors are used if they are installed."""

from __future__ import annotations

import asyncio
import random
import time
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path

from benchmarks.support.measure import FOLDER, Option, parse_options, percentile, table, workspace
from benchmarks.support.pages import GRAMMAR, Writer, pages
from bot.domain.articles import Scope
from bot.domain.loads import Person
from bot.dumps.formats.page import parse_page
from bot.services import open_services
from bot.store.engines import engine_of
from bot.store.ingest.writer import CorpusWriter
from bot.store.sqlite.connection import CORPUS
from bot.text.search.analyzer import Analyzer

OPENINGS = ("Who", "When did", "Where was", "How many", "What is", "Why did", "Which")
WARM = 20
SEED = 1


def main() -> None:
    given = parse_options(
        __doc__,
        articles=Option(100_000, 100, "articles in the archive"),
        comments=Option(3, 3, "average comments per article"),
        questions=Option(500, 10, "questions to ask"),
        folder=FOLDER,
    )
    with workspace(given.folder) as folder:
        data = folder / "data"
        if not (data / CORPUS.file).exists():
            _store(data, given.articles, given.comments)
        walls, cpus = asyncio.run(_ask(data, given.questions))
    rows = [("questions", str(len(walls)))]
    for name, share in (("median", 0.5), ("p95", 0.95), ("p99", 0.99), ("slowest", 1.0)):
        wall, cpu = 1000 * percentile(walls, share), 1000 * percentile(cpus, share)
        rows.append((name, f"{wall:.1f} ms ({cpu:.1f} ms of processor)"))
    table(rows)


def _store(data: Path, articles: int, comments: int) -> None:
    start = time.perf_counter()
    source = pages(articles, comments, SEED)
    with CorpusWriter(engine_of(data)) as writer:
        load = writer.begin_load(None, "synthetic", Person(None, "benchmark"), datetime.now(UTC))
        while batch := [parse_page(page) for page in islice(source, 2_000)]:
            writer.add_threads(load, batch)
        writer.update_statistics(Analyzer())
        writer.finish(load, "done", 0.0)
    print(f"stored {articles:,} articles in {time.perf_counter() - start:.0f} s", flush=True)


async def _ask(data: Path, count: int) -> tuple[list[float], list[float]]:
    rng = random.Random(2)
    grammar = set(Writer(SEED).vocabulary[:GRAMMAR])
    walls, cpus = [], []
    async with open_services(data, rng=rng) as services:
        for number in range(WARM + count):
            article = await services.archive.random(Scope())
            paragraph = rng.choice(article.paragraphs).text
            words = rng.choice(paragraph.rstrip(".").split(". ")).lower().split()
            words = [word for word in words if word not in grammar] or words
            chosen = rng.sample(words, min(len(words), rng.randint(3, 8)))
            question = f"{rng.choice(OPENINGS)} {' '.join(chosen)}?"
            wall, cpu = time.perf_counter(), time.process_time()
            await services.answers.ask(Scope(), question)
            if number >= WARM:
                walls.append(time.perf_counter() - wall)
                cpus.append(time.process_time() - cpu)
    return walls, cpus


if __name__ == "__main__":
    main()
