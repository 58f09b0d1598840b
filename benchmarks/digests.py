"""Comment digests: processor time, memory, how long the event loop waits; word vectors: texts a second."""

from __future__ import annotations

import argparse
import asyncio
import json
import random
import re
import sys
import tempfile
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

from generate import Writer
from measure import child, percentile, table

from bot.demo.sample import sample_paths
from bot.domain.articles import Article, Comment, Paragraph, Scope
from bot.domain.dump import ParsedComment, ParsedThread
from bot.domain.loads import Person
from bot.dumps.formats.page import parse_page
from bot.services import open_services
from bot.store.ingest.writer import CorpusWriter
from bot.text.discussion.comment_digest import build_comment_digest
from bot.text.language.word_vectors import load_vectors

START = datetime(2024, 3, 12, 7, tzinfo=UTC)
TICK = 0.002
SHOWN = (20, 200)
"""Threads that the digests of all servers show, and comments of each."""
RARE = 0.1
"""So many words are made up, for the long tail of words that thousands of people use."""


def main() -> None:
    """`digests.py [--comments 1000 10000] [--servers 10]`; each size runs in a process of its own, on one
    core."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--comments", type=int, nargs="+", default=[1_000, 10_000])
    parser.add_argument("--vectors", default="shipped")
    parser.add_argument("--servers", type=int, default=10, help="that show the same threads")
    parser.add_argument("--shown", type=int, help=argparse.SUPPRESS)
    parser.add_argument("--one", type=int, help=argparse.SUPPRESS)
    parser.add_argument("--asked", type=int, help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.asked is not None:
        json.dump(asyncio.run(asked(given.asked, given.vectors)), sys.stdout)
        return
    if given.shown is not None:
        json.dump(asyncio.run(shown(given.shown, given.vectors)), sys.stdout)
        return
    if given.one is not None:
        json.dump(one(given.one, given.vectors), sys.stdout)
        return
    rows: list[tuple[str, str]] = []
    for size in given.comments:
        found = json.loads(child(__file__, "--one", str(size), "--vectors", given.vectors).out)
        rows.append(
            (f"digest of {size:,} comments", "{first:.2f} s of CPU, then {again:.2f} s".format(**found))
        )
        rows.append(
            ("  memory", "{before:.0f} MB before, {after:.0f} MB after, {peak:.0f} MB peak".format(**found))
        )
        rows.append(("  themes", "{themes}, {share:.0%} of comments in one".format(**found)))
        rows.append(("  word vectors", "{texts:,.0f} comments a second".format(**found)))
        waited = json.loads(child(__file__, "--asked", str(size), "--vectors", given.vectors).out)
        rows.append(("  asked again of the library", "{again:.3f} s; {grown:.1f} MB more".format(**waited)))
    if given.servers > 1:
        found = json.loads(child(__file__, "--shown", str(given.servers), "--vectors", given.vectors).out)
        rows += [
            ("digests of {} threads of {} comments".format(*SHOWN), f"{found['first']:.3f} s for one server"),
            ("  for each other server", f"{found['more']:.3f} s"),
            ("  for one after a load of other threads", f"{found['written']:.3f} s"),
            (f"  for {given.servers} servers", f"{found['saved']:.1f} times as fast as each by itself"),
        ]
    table(rows)


def one(size: int, vectors: str) -> dict[str, float]:
    """Figures of one size: seconds of CPU for the first digest, loading included, and for another one."""
    article, comments = thread(size, seed=1)
    before = memory("VmRSS")
    start = time.process_time()
    found = build_comment_digest(article, comments, load_vectors(vectors))
    first = time.process_time() - start
    after, peak = memory("VmRSS"), memory("VmHWM")
    loaded = load_vectors(vectors)
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
        "themes": len(found.themes),
        "share": 1 - found.other / found.read,
        "texts": len(comments) / (time.process_time() - start) if loaded is not None else 0.0,
    }


async def asked(size: int, vectors: str) -> dict[str, float]:
    """Figures of a digest asked of the archive while the event loop looks at the clock: seconds of the first
    and of the same again, its memory in MB, and the milliseconds by which the loop was late."""
    late: list[float] = []

    async def watch() -> None:
        while True:
            start = time.perf_counter()
            await asyncio.sleep(TICK)
            late.append(1000 * (time.perf_counter() - start - TICK))

    with tempfile.TemporaryDirectory(prefix="newsdesk-digests-") as name:
        keep(Path(name), [parsed_thread(size, seed=1)])
        async with open_services(Path(name), vectors=vectors) as services:
            before = memory("VmRSS")
            watching = asyncio.create_task(watch())
            taken = []
            for _ in range(2):
                start = time.perf_counter()
                await services.archive.comment_digest(Scope(), 1)
                taken.append(time.perf_counter() - start)
            watching.cancel()
            grown = memory("VmRSS") - before
    return {
        "first": taken[0],
        "again": taken[1],
        "grown": grown,
        "p99": percentile(late, 0.99),
        "most": max(late),
    }


async def shown(servers: int, vectors: str) -> dict[str, float]:
    """Seconds for the digests of the same threads, asked for by a server, by each of the others, and by one
    after something was written; and how many times as fast it is for all of them as for each by itself."""
    threads, size = SHOWN
    with tempfile.TemporaryDirectory(prefix="newsdesk-digests-") as name:
        keep(Path(name), [parsed_thread(size, seed) for seed in range(1, threads + 2)])
        async with open_services(Path(name), vectors=vectors) as services:
            await services.archive.comment_digest(Scope(), threads + 1)  # the process starts
            taken = []
            for guild in range(1, servers + 2):
                if guild > servers:
                    keep(Path(name), [parsed_thread(size, threads + 2)])
                start = time.perf_counter()
                for article in range(1, threads + 1):
                    await services.archive.comment_digest(Scope(guild), article)
                taken.append(time.perf_counter() - start)
    first, *others, written = taken
    more = sum(others) / len(others)
    return {
        "first": first,
        "more": more,
        "written": written,
        "saved": servers * first / (first + sum(others)),
    }


def parsed_thread(size: int, seed: int) -> ParsedThread:
    """`thread` as it comes from a dump; no two are one another's newer captures."""
    article, comments = thread(size, seed)
    said = tuple(ParsedComment(c.author, c.posted_at, c.text, score=c.score) for c in comments)
    title = " ".join(Writer(seed).words(12))
    return ParsedThread(title, None, None, START, False, article.paragraphs, said)


def keep(data: Path, threads: list[ParsedThread]) -> None:
    """Loads them."""
    with CorpusWriter(data) as writer:
        load = writer.begin_load(None, "threads", Person(None, "benchmark"), START)
        writer.add_threads(load, threads)
        writer.finish(load, "done", 0.0)


def memory(name: str) -> float:
    """This process's memory in MB as Linux tells it; 0 elsewhere."""
    try:
        with open("/proc/self/status", encoding="ascii") as file:
            found = re.search(rf"^{name}:\s+(\d+) kB", file.read(), re.MULTILINE)
    except OSError:
        return 0.0
    return int(found[1]) / 1000 if found else 0.0


def thread(size: int, seed: int) -> tuple[Article, list[Comment]]:
    """A thread of sentences of the sample archive, shuffled, with made-up rare words among them."""
    rng = random.Random(seed)
    writer = Writer(seed)
    threads = [parse_page(path.read_bytes(), path.name) for path in sample_paths()]
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
