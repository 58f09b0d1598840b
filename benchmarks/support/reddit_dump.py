"""Generates a pair of Reddit dumps: comments of realistic length, vocabulary and fields, and their
submissions, reproducible by seed."""

from __future__ import annotations

import json
import random
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

import zstandard

from benchmarks.support.measure import child
from benchmarks.support.words import SYLLABLES, vocabulary, zipf
from bot.domain.base36 import base36

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
WORDS_PER_COMMENT = 40
"""A small dump has no more different words than this for each of its comments."""
GROWTH = 1.4
COMMENTS_PER_THREAD = 85
FIRST_KEY = 36**6 * 14  # comment ids of 2019 begin with "e"
FIRST_LINK = 36**5 * 12
LINK = b'"link_id":"t3_'
START = 1_564_617_600  # 1 August 2019

# As in the dumps of 2019: 44 fields; the loader reads eight.
TEMPLATE = (
    b'{"all_awardings":[],"associated_award":null,"author":"%(author)s","author_created_utc":1392849890,'
    b'"author_flair_background_color":"","author_flair_css_class":null,"author_flair_richtext":[],'
    b'"author_flair_template_id":null,"author_flair_text":null,"author_flair_text_color":"dark",'
    b'"author_flair_type":"text","author_fullname":"t2_%(fullname)s","author_patreon_flair":false,"awarders":[],'
    b'"body":"%(body)s","can_gild":true,"can_mod_post":false,"collapsed":false,"collapsed_reason":null,'
    b'"controversiality":0,"created_utc":%(created)d,"distinguished":null,"edited":false,"gilded":0,'
    b'"gildings":{},"id":"%(id)s","is_submitter":false,"link_id":"t3_%(link)s","locked":false,'
    b'"no_follow":true,"parent_id":"%(parent)s",'
    b'"permalink":"/r/worldnews/comments/%(link)s/a_headline_of_some_length/%(id)s/","quarantined":false,'
    b'"removal_reason":null,"retrieved_on":1573370605,"score":%(score)d,"send_replies":true,'
    b'"steward_reports":[],"stickied":false,"subreddit":"worldnews","subreddit_id":"t5_2qh13",'
    b'"subreddit_name_prefixed":"r/worldnews","subreddit_type":"public","total_awards_received":0}'
)


def words(rng: random.Random, comments: int) -> list[str]:
    """Returns the vocabulary of so many comments."""
    return vocabulary(rng, min(VOCABULARY, comments * WORDS_PER_COMMENT), GROWTH, [*SYLLABLES, "qu"])


def texts(rng: random.Random, comments: int) -> Iterator[str]:
    """Yields endless comment bodies of the vocabulary of so many comments: Zipf-distributed words, log-normal
    lengths around 30 words."""
    known = words(rng, comments)
    weights = zipf(len(known))
    pool: list[str] = []
    while True:
        pool = rng.choices(known, cum_weights=weights, k=400_000)
        at = 0
        while at < len(pool) - 600:
            length = min(600, max(1, int(rng.lognormvariate(2.9, 0.95))))
            yield " ".join(pool[at : at + length]).capitalize() + "."
            at += length


def lines(count: int, seed: int = 1) -> Iterator[bytes]:
    """Yields `count` comments as NDJSON lines in time order, with the fields of the 2019 dumps."""
    rng = random.Random(seed)
    bodies = texts(rng, count)
    live: list[int] = [FIRST_LINK]
    last_link = FIRST_LINK
    authors = [b"user_%x" % number for number in range(max(100, count // 12))]
    for number in range(count):
        if rng.random() < 1 / COMMENTS_PER_THREAD:
            last_link += rng.randrange(1, 40)
            live.append(last_link)
            del live[:-400]
        link = base36(live[int(len(live) * rng.random() ** 0.5)])
        deleted = rng.random() < 0.08
        key = base36(FIRST_KEY + number * 3)
        parent = f"t3_{link}"
        if rng.random() >= 0.4:
            parent = f"t1_{base36(FIRST_KEY + max(0, number - 9) * 3)}"
        yield TEMPLATE % {
            b"author": b"[deleted]" if deleted else authors[int(len(authors) * rng.random() ** 2)],
            b"fullname": b"%x" % rng.randrange(36**5),
            b"body": b"[removed]" if deleted and number % 2 else next(bodies).encode(),
            b"created": START + number // 40,
            b"id": key.encode(),
            b"link": link.encode(),
            b"parent": parent.encode(),
            b"score": int(rng.paretovariate(1.1)),
        }


def submissions(links: Iterable[str], comments: int, seed: int = 1) -> Iterator[bytes]:
    """Yields the submissions of these ids as NDJSON lines, with headlines whose generated words resemble
    English: links to news, and one in five with a text of its own."""
    rng = random.Random(seed)
    bodies = texts(rng, comments)
    for number, link in enumerate(links):
        rare = [word for word in next(bodies).split() if len(word) > 3][:6] or ["harbour"]
        title = " ".join(f"{word} {rng.choice(BETWEEN)}" for word in rare)
        is_self = rng.random() < 0.2
        yield json.dumps(
            {
                "author": f"user_{rng.randrange(9999):x}",
                "created_utc": START + number,
                "domain": "news.example",
                "id": link,
                "is_self": is_self,
                "link_flair_text": None,
                "num_comments": COMMENTS_PER_THREAD,
                "over_18": False,
                "permalink": f"/r/worldnews/comments/{link}/a_headline_of_some_length/",
                "score": int(rng.paretovariate(0.8)),
                "selftext": next(bodies) if is_self else "",
                "subreddit": "worldnews",
                "title": f"The {title} it",
                "url": f"https://news.example/{link}/{rng.randrange(10**9)}",
            },
            separators=(",", ":"),
        ).encode()


def write(path: Path, count: int, seed: int = 1) -> None:
    """Writes a .zst dump of `count` comments, and one of the submissions of the same time beside it: a fourth
    as many, most of which nobody commented on."""
    last = FIRST_LINK

    def noted() -> Iterator[bytes]:
        nonlocal last
        for line in lines(count, seed):
            start = line.index(LINK) + len(LINK)
            last = max(last, int(line[start : line.index(b'"', start)], 36))
            yield line

    pack(path, noted())
    pack(submissions_of(path), submissions(map(base36, range(FIRST_LINK, last + 1)), count, seed))


def dump(folder: Path, count: int) -> Path:
    """Returns a dump of `count` comments, with its submissions beside it; a separate process makes it unless
    it exists: a child's peak memory is never below that of its parent."""
    path = folder / f"comments-{count}.zst"
    if not path.exists():
        folder.mkdir(parents=True, exist_ok=True)
        child("-m", "benchmarks.support.reddit_dump", path, str(count))
    return path


def submissions_of(path: Path) -> Path:
    """Returns the path of the submissions of a dump of comments."""
    return path.with_name(f"submissions-of-{path.name}")


def pack(path: Path, lines: Iterable[bytes]) -> None:
    """Writes lines as a .zst file."""
    with path.open("wb") as file, zstandard.ZstdCompressor(level=3).stream_writer(file) as out:
        for line in lines:
            out.write(line + b"\n")


if __name__ == "__main__":
    write(Path(sys.argv[1]), int(sys.argv[2]))
