"""Comment lists and digests of a story of many threads, beside one thread with as many comments: CPU time."""

from __future__ import annotations

import argparse
import asyncio
import random
import time
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path

from benchmarks.comment_digests import START, keep, thread
from benchmarks.support.measure import Option, Rows, parse_options, table, workspace
from bot.domain.articles import COMMENT_ORDERS, Scope
from bot.domain.base36 import base36
from bot.domain.dump import ParsedComment, ParsedThread
from bot.services.comment_digests.worker import (
    CommentDigestWorker,
    DigestRequest,
    WorkerStart,
    decode_reply,
    encode,
)
from bot.store.corpus.reader import CorpusReader
from bot.store.engines import engine_of
from bot.store.ingest.writer import CorpusWriter
from bot.text.discussion.bots import is_bot
from bot.text.search.analyzer import Analyzer

SCOPE = Scope()
PAGE = 5
LINK = "https://paper.example/report"
ANSWERING = 0.6
"""The share of comments that reply to an earlier one."""


def main() -> None:
    given = parse_options(
        __doc__,
        comments=Option(50_000, 60, "comments of the story"),
        threads=Option(20, 3, "threads of the story"),
        vectors=Option("shipped", "off", "value of NEWSDESK_VECTORS"),
    )
    rows: Rows = []
    for name, threads in (
        ("one thread", parsed_threads(given, 1, pages=0)),
        (f"{given.threads} threads", parsed_threads(given, given.threads, pages=0)),
        (f"{given.threads} threads, one a page", parsed_threads(given, given.threads, pages=1)),
    ):
        with workspace() as data:
            keep(data, threads)
            with CorpusWriter(engine_of(data)) as writer:
                writer.update_statistics(Analyzer())
            rows += asyncio.run(figures(name, data, given))
    table(rows)


async def figures(name: str, data: Path, given: argparse.Namespace) -> Rows:
    """The CPU time of a page in the middle in each order, and of a digest, a first time and again."""
    reader = CorpusReader.open(engine_of(data))
    seconds = {}
    for order in COMMENT_ORDERS:
        start = time.process_time()
        page = await reader.comments(SCOPE, 1, given.comments // 2, PAGE, order, is_bot=is_bot)
        seconds[order] = time.process_time() - start
    await reader.close()
    worker = CommentDigestWorker(WorkerStart(data, given.vectors))
    digests = []
    for _ in range(2):
        start = time.process_time()
        digest = decode_reply(await worker.answer(encode(DigestRequest(SCOPE, 1))))
        digests.append(time.process_time() - start)
    await worker.close()
    listed = ", ".join(f"{order} {value:.2f} s" for order, value in seconds.items())
    return [
        (f"{name}, {page.total:,} comments of {max(1, len(digest.threads))}: a page", listed),
        (f"{name}: the digest, then again", f"{digests[0]:.2f} s, then {digests[1]:.3f} s"),
    ]


def parsed_threads(given: argparse.Namespace, count: int, *, pages: int) -> list[ParsedThread]:
    """Submissions of one link with as many comments together; the first `pages` are pages without keys."""
    article, comments = thread(given.comments, seed=3)
    texts = [(comment.author, comment.text, comment.score) for comment in comments]
    size = -(-len(texts) // count)
    rng = random.Random(5)
    threads = []
    for number in range(count):
        key = None if number < pages else f"t3_{base36(36**5 + number)}"
        part = texts[number * size : (number + 1) * size]
        threads.append(
            ParsedThread(
                f"{article.title} {number}",
                "paper.example",
                None,
                START + timedelta(minutes=number),
                False,
                article.paragraphs if number == 0 else (),
                tuple(_comments(part, number * size, key, rng)),
                key=key,
                link=LINK,
                subreddit=None if key is None else f"place{number}",
            )
        )
    return threads


def _comments(
    texts: Sequence[tuple[str, str, int | None]], first: int, thread_key: str | None, rng: random.Random
) -> list[ParsedComment]:
    parsed: list[ParsedComment] = []
    for place, (author, text, score) in enumerate(texts):
        at = START + timedelta(seconds=7 * place)
        if thread_key is None:
            parsed.append(ParsedComment(author, at, text, score=score))
            continue
        answered = parsed[rng.randrange(place)].key if place and rng.random() < ANSWERING else thread_key
        key = f"t1_{base36(36**5 + first + place)}"
        parsed.append(ParsedComment(author, at, text, key=key, parent_key=answered, score=score))
    return parsed


if __name__ == "__main__":
    main()
