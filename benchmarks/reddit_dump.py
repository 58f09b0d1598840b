"""Write a synthetic pair of Reddit dumps: comments of realistic length, vocabulary and fields, and the
submissions that they stand under, fixed by their seed."""

from __future__ import annotations

import argparse
import json
import math
import random
import sys
from collections.abc import Iterable, Iterator
from itertools import accumulate
from pathlib import Path

import zstandard

BETWEEN = (
    "of the",
    "in the",
    "after",
    "says that",
    "and the",
    "with a",
    "as the",
    "for",
    "about the",
    "over",
)
VOCABULARY = 321_000
COMMENTS_PER_THREAD = 85
FIRST_KEY = 36**6 * 14  # comment ids of 2019 begin with "e"
FIRST_LINK = 36**5 * 12
LINK = b'"link_id":"t3_'
START = 1_564_617_600  # 1 August 2019
SYLLABLES = [c + v for c in "bcdfghjklmnprstvwz" for v in "aeiou"] + [
    "an",
    "er",
    "in",
    "on",
    "st",
    "th",
    "qu",
]


def words(rng: random.Random) -> list[str]:
    """`VOCABULARY` different pronounceable words, the frequent ones short, as in natural text."""
    seen: dict[str, None] = {}
    while len(seen) < VOCABULARY:
        length = 1 + min(5, int(math.log10(1 + len(seen)) / 1.4) + rng.choice((0, 0, 1)))
        seen["".join(rng.choices(SYLLABLES, k=length))] = None
    return list(seen)


def texts(rng: random.Random) -> Iterator[str]:
    """Endless comment bodies: Zipf-distributed words, log-normal lengths around 30 words."""
    vocabulary = words(rng)
    weights = list(accumulate(1 / (rank + 2.7) for rank in range(VOCABULARY)))
    pool: list[str] = []
    while True:
        pool = rng.choices(vocabulary, cum_weights=weights, k=400_000)
        at = 0
        while at < len(pool) - 600:
            length = min(600, max(1, int(rng.lognormvariate(2.9, 0.95))))
            yield " ".join(pool[at : at + length]).capitalize() + "."
            at += length


def lines(count: int, seed: int = 1) -> Iterator[bytes]:
    """`count` comments as NDJSON lines in time order, in the field set of the 2019 dumps."""
    rng = random.Random(seed)
    bodies = texts(rng)
    live: list[int] = [FIRST_LINK]
    last_link = FIRST_LINK
    authors = [f"user_{number:x}" for number in range(max(100, count // 12))]
    for number in range(count):
        if rng.random() < 1 / COMMENTS_PER_THREAD:
            last_link += rng.randrange(1, 40)
            live.append(last_link)
            del live[:-400]
        link = base36(live[int(len(live) * rng.random() ** 0.5)])
        deleted = rng.random() < 0.08
        yield json.dumps(
            {
                "all_awardings": [],
                "author": "[deleted]" if deleted else authors[int(len(authors) * rng.random() ** 2)],
                "author_created_utc": 1392849890,
                "author_flair_richtext": [],
                "author_flair_type": "text",
                "author_fullname": f"t2_{rng.randrange(36**5):x}",
                "body": "[removed]" if deleted and number % 2 else next(bodies),
                "can_gild": True,
                "collapsed": False,
                "controversiality": 0,
                "created_utc": START + number // 40,
                "distinguished": None,
                "edited": False,
                "gildings": {},
                "id": base36(FIRST_KEY + number * 3),
                "is_submitter": False,
                "link_id": f"t3_{link}",
                "parent_id": f"t3_{link}"
                if rng.random() < 0.4
                else f"t1_{base36(FIRST_KEY + max(0, number - 9) * 3)}",
                "permalink": f"/r/worldnews/comments/{link}/a_headline_of_some_length/{number:x}/",
                "retrieved_on": 1573370605,
                "score": int(rng.paretovariate(1.1)),
                "subreddit": "worldnews",
                "subreddit_id": "t5_2qh13",
                "total_awards_received": 0,
            },
            separators=(",", ":"),
        ).encode()


def submissions(links: Iterable[str], seed: int = 1) -> Iterator[bytes]:
    """The submissions of these numbers as NDJSON lines: links to news, with headlines that are as much
    English as made-up words can be."""
    rng = random.Random(seed)
    bodies = texts(rng)
    for number, link in enumerate(links):
        rare = [word for word in next(bodies).split() if len(word) > 3][:6] or ["harbour"]
        title = " ".join(f"{word} {rng.choice(BETWEEN)}" for word in rare)
        yield json.dumps(
            {
                "author": f"user_{rng.randrange(9999):x}",
                "created_utc": START + number,
                "domain": "news.example",
                "id": link,
                "is_self": False,
                "link_flair_text": None,
                "num_comments": COMMENTS_PER_THREAD,
                "over_18": False,
                "permalink": f"/r/worldnews/comments/{link}/a_headline_of_some_length/",
                "score": int(rng.paretovariate(0.8)),
                "selftext": "",
                "subreddit": "worldnews",
                "title": f"The {title} it",
                "url": f"https://news.example/{link}/{rng.randrange(10**9)}",
            },
            separators=(",", ":"),
        ).encode()


def base36(number: int) -> str:
    """A positive number in Reddit's notation."""
    digits = ""
    while number:
        number, digit = divmod(number, 36)
        digits = "0123456789abcdefghijklmnopqrstuvwxyz"[digit] + digits
    return digits


def write(path: Path, count: int, seed: int = 1) -> Path:
    """Write a .zst dump of `count` comments, and one of their submissions beside it, which is returned."""
    links: dict[str, None] = {}

    def noted() -> Iterator[bytes]:
        for line in lines(count, seed):
            place = line.index(LINK) + len(LINK)
            links[line[place : line.index(b'"', place)].decode()] = None
            yield line

    _pack(path, noted())
    other = of_submissions(path)
    _pack(other, submissions(links, seed))
    return other


def of_submissions(path: Path) -> Path:
    """Where the submissions of a dump of comments are written."""
    return path.with_name(f"submissions-of-{path.name}")


def _pack(path: Path, lines: Iterable[bytes]) -> None:
    with path.open("wb") as file, zstandard.ZstdCompressor(level=3).stream_writer(file) as out:
        for line in lines:
            out.write(line + b"\n")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("path", type=Path)
    parser.add_argument("--comments", type=int, default=1_000_000)
    options = parser.parse_args()
    for written in (options.path, write(options.path, options.comments)):
        sys.stderr.write(f"{written}: {written.stat().st_size:,} bytes\n")
