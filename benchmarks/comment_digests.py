"""Comment digests: CPU time, memory, event loop lag; word vectors: texts per second."""

from __future__ import annotations

import argparse
import asyncio
import json
import random
import re
import time
from collections.abc import Callable, Iterable
from datetime import UTC, datetime, timedelta
from pathlib import Path

from benchmarks.support.measure import (
    Option,
    Rows,
    child,
    event_loop_lag,
    memory,
    parse_options,
    percentile,
    table,
    workspace,
)
from benchmarks.support.pages import Writer
from bot.domain.articles import Article, Comment, Paragraph, Scope
from bot.domain.dump import ParsedComment, ParsedThread
from bot.domain.loads import Person
from bot.dumps.formats.page import parse_page
from bot.services import Services, open_services
from bot.services.sample import sample_paths
from bot.store.engines import engine_of
from bot.store.ingest.writer import CorpusWriter
from bot.text.discussion.comment_digest import build_comment_digest
from bot.text.language.word_vectors import load_vectors

START = datetime(2024, 3, 12, 7, tzinfo=UTC)
RARE = 0.1
"""The number of generated words, for the long tail of words that thousands of people use."""


def main() -> None:
    given = parse_options(
        __doc__,
        comments=Option([1_000, 10_000], [30], "comments in each thread"),
        servers=Option(10, 2, "servers that show the same threads"),
        threads=Option(20, 2, "number of these threads"),
        thread_comments=Option(200, 20, "comments in each of these threads"),
        vectors=Option("shipped", "shipped", "value of NEWSDESK_VECTORS"),
        only=Option("", "", f"one of {', '.join(FIGURES)}: print only its figures, as JSON"),
    )
    if given.only:
        print(json.dumps(FIGURES[given.only](given)))
        return
    rows: Rows = []
    for size in given.comments:
        alone, asked = of_a_child("alone", given, size), of_a_child("services", given, size)
        rows += [
            (f"digest of {size:,} comments", "{first:.2f} s of CPU, then {again:.2f} s".format(**alone)),
            ("  memory", "{before:.0f} MB before, {after:.0f} MB after, {peak:.0f} MB peak".format(**alone)),
            ("  themes", "{themes}, {share:.0%} of comments in one".format(**alone)),
            ("  word vectors", "{texts:,.0f} comments a second".format(**alone)),
            ("  asked again of the services", "{again:.3f} s; {grown:.1f} MB more".format(**asked)),
            ("  event loop late by", "p99 {p99:.1f} ms, at most {most:.1f} ms".format(**asked)),
        ]
    if given.servers > 1:
        servers = of_a_child("servers", given, given.thread_comments)
        rows += [
            (
                f"digests of {given.threads} threads of {given.thread_comments} comments",
                f"{servers['first']:.3f} s for one server",
            ),
            ("  for each other server", f"{servers['more']:.3f} s"),
            ("  for one after a load of other threads", f"{servers['written']:.3f} s"),
            (f"  for {given.servers} servers", f"{servers['saved']:.1f} times as fast as each by itself"),
        ]
    table(rows)


def of_a_child(figures: str, given: argparse.Namespace, size: int) -> dict[str, float]:
    """Returns the figures of one size, measured in a separate process."""
    options = [f"--{name}={getattr(given, name)}" for name in ("servers", "threads", "vectors")]
    argv = ("-m", "benchmarks.comment_digests", "--only", figures, "--comments", str(size), *options)
    measured: dict[str, float] = json.loads(child(*argv).out)
    return measured


def alone(given: argparse.Namespace) -> dict[str, float]:
    """Measures seconds of CPU for the first digest, including loading, and for a second one; memory; word
    vectors."""
    article, comments = thread(given.comments[0], seed=1)
    before = memory("VmRSS")
    start = time.process_time()
    digest = build_comment_digest(article, comments, load_vectors(given.vectors))
    first = time.process_time() - start
    after, peak = memory("VmRSS"), memory("VmHWM")
    loaded = load_vectors(given.vectors)
    start = time.process_time()
    build_comment_digest(article, comments[::-1], loaded)
    again = time.process_time() - start
    start = time.process_time()
    if loaded is not None:
        loaded.encode([comment.text for comment in comments])
    return {
        "first": first,
        "again": again,
        "before": before,
        "after": after,
        "peak": peak,
        "themes": len(digest.themes),
        "share": sum(len(theme.every_comment) for theme in digest.themes) / digest.read,
        "texts": len(comments) / (time.process_time() - start) if loaded is not None else 0.0,
    }


async def through_services(given: argparse.Namespace) -> dict[str, float]:
    """Measures the seconds of a digest through the archive service and of the same again, this process's
    memory in MB, and the event loop lag meanwhile in milliseconds."""
    with workspace() as data:
        keep(data, [parsed_thread(given.comments[0], seed=1)])
        async with open_services(data, vectors=given.vectors) as services:
            before = memory("VmRSS")
            async with event_loop_lag() as late:
                first = await seconds_of(services, Scope(), [1])
                again = await seconds_of(services, Scope(), [1])
            grown = memory("VmRSS") - before
    late_ms = [1000 * seconds for seconds in late]
    return {
        "first": first,
        "again": again,
        "grown": grown,
        "p99": percentile(late_ms, 0.99),
        "most": max(late_ms),
    }


async def of_servers(given: argparse.Namespace) -> dict[str, float]:
    """Measures the seconds for the digests of the same threads by one server, by each further server, and by
    one after a write; and the speed-up of all servers over separate calculation."""
    size, servers, articles = given.comments[0], given.servers, range(1, given.threads + 1)
    with workspace() as data:
        keep(data, [parsed_thread(size, seed) for seed in range(1, given.threads + 2)])
        async with open_services(data, vectors=given.vectors) as services:
            await services.archive.comment_digest(Scope(), given.threads + 1)  # starts the process
            first, *others = [
                await seconds_of(services, Scope(guild), articles) for guild in range(1, servers + 1)
            ]
            keep(data, [parsed_thread(size, given.threads + 2)])
            written = await seconds_of(services, Scope(servers + 1), articles)
    return {
        "first": first,
        "more": sum(others) / len(others),
        "written": written,
        "saved": servers * first / (first + sum(others)),
    }


async def seconds_of(services: Services, scope: Scope, articles: Iterable[int]) -> float:
    """Returns the seconds that the comment digests of these articles take."""
    start = time.perf_counter()
    for article in articles:
        await services.archive.comment_digest(scope, article)
    return time.perf_counter() - start


FIGURES: dict[str, Callable[[argparse.Namespace], dict[str, float]]] = {
    "alone": alone,
    "services": lambda given: asyncio.run(through_services(given)),
    "servers": lambda given: asyncio.run(of_servers(given)),
}


def parsed_thread(size: int, seed: int) -> ParsedThread:
    """Returns `thread` as parsed from a dump; no thread is a newer capture of another."""
    article, comments = thread(size, seed)
    parsed = tuple(ParsedComment(c.author, c.posted_at, c.text, score=c.score) for c in comments)
    title = " ".join(Writer(seed).words(12))
    return ParsedThread(title, None, None, START, False, article.paragraphs, parsed)


def keep(data: Path, threads: list[ParsedThread]) -> None:
    """Loads the threads."""
    with CorpusWriter(engine_of(data)) as writer:
        load = writer.begin_load(None, "threads", Person(None, "benchmark"), START)
        writer.add_threads(load, threads)
        writer.finish(load, "done", 0.0)


def thread(size: int, seed: int) -> tuple[Article, list[Comment]]:
    """Returns a thread of shuffled sentences of the sample archive, with generated rare words among them."""
    rng = random.Random(seed)
    writer = Writer(seed)
    threads = [parse_page(path.read_bytes()) for path in sample_paths()]
    sentences = [
        sentence
        for thread in threads
        for comment in thread.comments
        for sentence in re.split(r"(?<=[.!?])\s+", comment.text)
        if len(sentence) > 20
    ]

    def say() -> str:
        words = " ".join(rng.choices(sentences, k=rng.choice((1, 1, 2, 2, 3, 4, 6)))).split()
        rare = iter(writer.words(len(words)))
        return " ".join(next(rare) if rng.random() < RARE else word for word in words)

    comments = [
        Comment(
            n,
            1,
            None,
            f"user_{rng.randrange(size)}",
            START + timedelta(seconds=30 * n),
            say(),
            rng.randrange(90),
        )
        for n in range(1, size + 1)
    ]
    paragraphs = tuple(Paragraph(p.text) for thread in threads[:2] for p in thread.paragraphs)
    article = Article(1, None, threads[0].title, None, None, START, False, paragraphs, size, language="en")
    return article, comments


if __name__ == "__main__":
    main()
