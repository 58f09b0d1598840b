"""What is read aloud: real articles, threads and questions of the development data, as one archive.

News articles have a line of their human highlights as a headline; search snippets are short articles;
the comments of a thread are a part of the arguments on one topic, or those of a thread on Reddit."""

from __future__ import annotations

import csv
import io
import json
import random
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from html import unescape
from itertools import cycle, islice, zip_longest
from pathlib import Path
from typing import Any

from zstandard import ZstdDecompressor

from bot.domain.dump import ParsedComment, ParsedThread
from bot.dumps.formats.page import parse_page
from bot.text.language.sentences import sentence_spans
from tests.support.question_data import WHEN, article_thread, squad_articles

MIN_COMMENTS = 25
"""A thread with fewer comments has few themes."""
SIZES = ((120, 60, 40), (150, 40, 30), (100, 70, 45))
"""The sizes of the threads into which the arguments on a topic are divided."""
LANGUAGES = ("de", "ru", "tr")


@dataclass(frozen=True, slots=True)
class ReadQuestion:
    """A question, its kind, and what a person answered: "" for one that the archive does not answer."""

    text: str
    kind: str
    gold: str


def news(data: Path, deal: str = "") -> list[ParsedThread]:
    """Articles: news agencies' and the mirror's, in turns. With a `deal`, only the first ones, in another
    order, with the last line of their highlights as a headline."""
    rows = _json_lines(data / "summaries" / "cnn_dailymail.jsonl")
    line = -1 if deal else 0
    articles = [
        article_thread(row["highlights"].split("\n")[line], _paragraphs(row["article"])) for row in rows
    ]
    paths = [] if deal else sorted((data / "pages/rendered").glob("*.txt"))
    pages = [parse_page(path.read_bytes()) for path in paths]
    random.Random(deal or 1).shuffle(articles)
    shuffled = [thread for pair in zip_longest(articles, pages) for thread in pair if thread]
    # Articles are found by their headlines.
    return list({thread.title: thread for thread in reversed(shuffled)}.values())[::-1]


def discussions(data: Path, dumps: Sequence[Path] = (), deal: str = "") -> list[ParsedThread]:
    """Threads with MIN_COMMENTS or more: of `dumps`, of Reddit, and arguments of both sides on one topic.
    Each argument is in one thread only; another `deal` divides them into other threads."""
    threads = [thread for path in (data / "reddit").glob("RC_*.zst") for thread in dumped(path)]
    topics: defaultdict[str, list[str]] = defaultdict(list)
    for part in ("train", "dev"):
        with (data / "comments" / "argkp" / f"arguments_{part}.csv").open(
            encoding="utf-8", newline=""
        ) as file:
            for row in csv.DictReader(file):
                topics[row["topic"]].append(row["argument"])
    for sizes, (topic, arguments) in zip(cycle(SIZES), topics.items(), strict=False):
        random.Random(topic + deal).shuffle(arguments)
        left = iter(arguments)
        for number, size in enumerate(sizes, 1):
            comments = tuple(
                ParsedComment(f"reader{reader}", WHEN + timedelta(minutes=7 * reader), text)
                for reader, text in enumerate(islice(left, size), 1)
            )
            if len(comments) >= MIN_COMMENTS:
                threads.append(replace(article_thread(f"{topic} (part {number})", []), comments=comments))
    random.Random(2).shuffle(threads)
    return [*(thread for path in dumps for thread in dumped(path)), *threads]


def dumped(path: Path) -> list[ParsedThread]:
    """The threads of a dump of Reddit's comments, in JSON lines, called by their ids."""
    comments: defaultdict[str, list[ParsedComment]] = defaultdict(list)
    with path.open("rb") as file:
        unpacked = ZstdDecompressor(max_window_size=2**31).stream_reader(file)
        for line in io.TextIOWrapper(unpacked if path.suffix == ".zst" else file, "utf-8"):
            row = json.loads(line)
            posted = datetime.fromtimestamp(float(row["created_utc"]), UTC)
            key, parent = f"t1_{row['id']}", str(row["parent_id"])
            comments[row["link_id"]].append(
                ParsedComment(row["author"], posted, unescape(row["body"]), key, parent, row.get("score"))
            )
    return [
        replace(article_thread(key, []), comments=tuple(found), key=key)
        for key, found in comments.items()
        if len(found) >= MIN_COMMENTS
    ]


def snippets(data: Path) -> list[ParsedThread]:
    """Search snippets as articles; their headlines are their first words."""
    rows = _json_lines(data / "qa" / "rgb" / "en_fact_first50.jsonl")
    texts = [text for row in rows for text in [*row["positive"], *row["negative"][:3]]]
    return [article_thread(f"{' '.join(text.split()[:7])} ...", [text]) for text in texts]


def encyclopedia(data: Path) -> list[ParsedThread]:
    """Encyclopedia articles: English ones whole, and paragraphs in other languages."""
    threads = [
        article_thread(
            article["title"].replace("_", " "), [paragraph["context"] for paragraph in article["paragraphs"]]
        )
        for article in squad_articles(data / "qa" / "squad2_dev.json")
    ]
    for language in LANGUAGES:
        for article in squad_articles(data / "qa" / "xquad" / f"{language}.json"):
            title = f"{article['title'].replace('_', ' ')} ({language})"
            threads.append(
                article_thread(title, [paragraph["context"] for paragraph in article["paragraphs"]])
            )
    return threads


def questions(data: Path, deal: str = "") -> list[ReadQuestion]:
    """Questions of all kinds, in turns. With a `deal`, others than without, which leave none on news."""
    kinds: dict[str, list[ReadQuestion]] = {
        "news": [
            ReadQuestion(row["query"], "news", str(row["answer"]))
            for row in _json_lines(data / "qa" / "rgb" / "en_fact_first50.jsonl")
        ],
        "answerable": [],
        "impossible": [],
        "other languages": [],
    }
    for row in _asked(data / "qa" / "squad2_dev.json"):
        kind = "impossible" if row.get("is_impossible") else "answerable"
        kinds[kind].append(_question(row, kind))
    for language in LANGUAGES:
        kinds["other languages"] += [
            _question(row, language) for row in _asked(data / "qa" / "xquad" / f"{language}.json")
        ]
    for number, asked in enumerate(kinds.values()):
        random.Random(number).shuffle(asked)
    if deal:
        used = len(kinds.pop("news"))
        kinds = {kind: asked[used:] for kind, asked in kinds.items()}
        for asked in kinds.values():
            random.Random(deal).shuffle(asked)
    return [question for turn in zip(*kinds.values(), strict=False) for question in turn]


def _question(row: Mapping[str, Any], kind: str) -> ReadQuestion:
    return ReadQuestion(row["question"], kind, row["answers"][0]["text"] if row["answers"] else "")


def _asked(path: Path) -> Iterator[dict[str, Any]]:
    for article in squad_articles(path):
        for paragraph in article["paragraphs"]:
            yield from paragraph["qas"]


def _json_lines(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text("utf-8").splitlines()]


def _paragraphs(text: str) -> list[str]:
    """Two sentences each: the data has no paragraphs."""
    spans = sentence_spans(text)
    return [
        text[start : spans[min(n + 1, len(spans) - 1)][1]] for n, (start, _) in enumerate(spans) if n % 2 == 0
    ]
