"""Builds the archive for timing searches: a Reddit dump loaded as a moderator would load it."""

from __future__ import annotations

import json
import random
from collections.abc import Iterator
from pathlib import Path

from benchmarks.support.measure import load
from benchmarks.support.reddit_dump import COMMENTS_PER_THREAD, FIRST_LINK, START, dump, pack, texts
from bot.domain.base36 import base36
from bot.store.sqlite.connection import CORPUS, open_writer

CHINESE = 0x4E00
"""One comment in a hundred has characters from here on: 2,500 of them, some far more frequent than others."""
FIRST_KEY = 36**6 * 20
BATCH = 20_000


def build(folder: Path, comments: int) -> Path:
    """Returns the data folder below `folder`, after building an archive of `comments` comments unless it
    exists: articles directly in their tables, then comments from a dump."""
    data = folder / "data"
    if not (data / CORPUS.file).exists():
        articles(data, comments)
        in_chinese = folder / f"chinese-{comments}.zst"
        pack(in_chinese, chinese(comments // 100))
        load(data, dump(folder, comments), in_chinese)
    return data


def articles(data: Path, comments: int, seed: int = 1) -> None:
    """Adds a thread for each link in `reddit_dump.lines(comments, seed)`, and for the ids between them, which
    have no comments: about one for four comments. One in twenty has a text."""
    rng = random.Random(seed)
    bodies = texts(rng, comments)
    last = FIRST_LINK + comments // COMMENTS_PER_THREAD * 20
    db = open_writer(data, CORPUS)
    for first in range(FIRST_LINK, last, BATCH):
        rows = []
        for link in range(first, min(first + BATCH, last)):
            title = " ".join(next(bodies) for _ in range(2)).split(" ")[: rng.randint(5, 14)]
            own = " ".join(next(bodies) for _ in range(8)) if link % 20 == 0 else ""
            at = START + (link - FIRST_LINK) * (comments // 40) // (last - FIRST_LINK)
            source = f"paper{int(40 * rng.random() ** 2)}.example"
            score = int(rng.paretovariate(0.8))
            key = (link - FIRST_LINK + 1, link, link, " ".join(title).capitalize())
            rows.append((*key, source, f"user_{rng.randrange(1000):x}", at, score, own))
        with db.transaction():
            db.executemany(
                "INSERT INTO article (id, key, fingerprint, title, source, submitter, posted_at, score, body)"
                " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
                rows,
            )
            for table, columns in (("article_fts", "title, body"), ("title_fts", "title")):
                db.execute(
                    f"INSERT INTO {table} (rowid, {columns}) SELECT id, {columns}"  # noqa: S608 - constants
                    " FROM article WHERE id BETWEEN ? AND ?",
                    (rows[0][0], rows[-1][0]),
                )
            db.execute("UPDATE archive SET next_article = ?", (rows[-1][0] + 1,))
    for table in ("article_fts", "title_fts"):
        db.execute(f"INSERT INTO {table} ({table}) VALUES ('optimize')")  # noqa: S608 - a constant
    db.close()


def chinese(comments: int, seed: int = 2) -> Iterator[bytes]:
    """Yields comments in a script without spaces, in the oldest threads."""
    rng = random.Random(seed)
    for number in range(comments):
        text = "".join(chr(CHINESE + int(2500 * rng.random() ** 3)) for _ in range(rng.randint(4, 60)))
        link = base36(FIRST_LINK + rng.randrange(2 * comments))
        yield json.dumps(
            {
                "author": f"user_{rng.randrange(1000):x}",
                "body": f"{text}。",
                "created_utc": START + number,
                "id": base36(FIRST_KEY + number),
                "link_id": f"t3_{link}",
                "parent_id": f"t3_{link}",
                "score": 1,
                "subreddit": "worldnews",
            },
            ensure_ascii=False,
            separators=(",", ":"),
        ).encode()
