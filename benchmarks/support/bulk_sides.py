"""The alternatives of `bulk.py` to Newsdesk's loader, each run in a separate process."""

from __future__ import annotations

import gc
import io
import json
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from itertools import chain, islice
from pathlib import Path

import msgspec
import zstandard

from benchmarks.support.reddit_dump import submissions_of

BATCH = 20_000
WINDOW = 2**31


class CommentLine(msgspec.Struct, gc=False):
    """The fields of a dump's comment that the hand-tuned script reads."""

    id: str
    link_id: str
    parent_id: str
    author: str
    body: str
    created_utc: int
    score: int


class SubmissionLine(msgspec.Struct, gc=False):
    """The same of a submission."""

    id: str
    title: str
    domain: str
    author: str
    created_utc: int
    score: int
    url: str
    selftext: str


def lines(dump: Path) -> Iterator[bytes]:
    """Returns a stream of the decompressed lines."""
    stream = zstandard.ZstdDecompressor(max_window_size=WINDOW).stream_reader(dump.open("rb"))
    return io.BufferedReader(stream, 1 << 20)


HAND_TUNED = """
PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA cache_size = -65536;
PRAGMA temp_store = MEMORY; PRAGMA wal_autocheckpoint = 8000;
CREATE TABLE comment (id INTEGER PRIMARY KEY, article INTEGER, key INTEGER, parent INTEGER,
    author TEXT, posted_at INTEGER, score INTEGER, text TEXT);
CREATE TABLE article (id INTEGER PRIMARY KEY, title TEXT, source TEXT, submitter TEXT,
    posted_at INTEGER, score INTEGER, link TEXT, body TEXT);
CREATE VIRTUAL TABLE article_fts USING fts5 (title, body, content='article', content_rowid='id',
    tokenize="unicode61 remove_diacritics 2");
INSERT INTO article_fts (article_fts, rank) VALUES ('hashsize', 268435456);
CREATE VIRTUAL TABLE comment_fts USING fts5 (text, content='comment', content_rowid='id',
    tokenize="unicode61 remove_diacritics 2");
INSERT INTO comment_fts (comment_fts, rank) VALUES ('hashsize', 268435456);
"""
"""Settings and tables of the hand-tuned side."""


def hand_tuned(comments: Path, submissions: Path, folder: Path) -> dict[str, float]:
    """Only parses, inserts and indexes: no duplicates, receipt, resumption after a crash, undo, or index for
    reading a thread. It uses the fastest settings known for a file that is read meanwhile and survives a
    kill: typed decoding, batches of 20,000 rows, a write-ahead log that is rarely synchronised, and the
    full-text index built at the end in one step with a hash as large as the loader's memory limit. (No
    journal is 5% cheaper; many rows per statement or larger pages are not.)"""
    db = sqlite3.connect(folder / "hand.db", isolation_level=None)
    db.executescript(HAND_TUNED)
    articles: dict[str, int] = {}
    source, submission = iter(lines(submissions)), msgspec.json.Decoder(SubmissionLine).decode
    while posts := [submission(line) for line in islice(source, BATCH)]:
        rows = []
        for post in posts:
            number = articles[f"t3_{post.id}"] = len(articles) + 1
            own = (post.title, post.domain, post.author, post.created_utc, post.score, post.url)
            rows.append((number, *own, post.selftext))
        db.execute("BEGIN")
        db.executemany("INSERT INTO article VALUES (?, ?, ?, ?, ?, ?, ?, ?)", rows)
        db.execute("COMMIT")
    stored = len(articles)
    number, source = 0, iter(lines(comments))
    decode = msgspec.json.Decoder(CommentLine).decode
    while batch := [decode(line) for line in islice(source, BATCH)]:
        db.execute("BEGIN")
        db.executemany(
            "INSERT INTO comment VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            [
                (
                    number,
                    articles.setdefault(comment.link_id, len(articles) + 1),
                    int(comment.id, 36),
                    int(comment.parent_id[3:], 36),
                    comment.author,
                    comment.created_utc,
                    comment.score,
                    comment.body,
                )
                for number, comment in enumerate(batch, number + 1)
            ],
        )
        number += len(batch)
        db.execute("COMMIT")
    db.execute("INSERT INTO article_fts (article_fts) VALUES ('rebuild')")
    db.execute("INSERT INTO comment_fts (comment_fts) VALUES ('rebuild')")
    db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    db.close()
    return {"rows": stored + number}


def tantivy(comments: Path, submissions: Path, folder: Path) -> dict[str, float]:
    """Indexes the texts with tantivy; parsing is excluded from its cost, and only the index is written."""
    from tantivy import Document, Index, SchemaBuilder

    builder = SchemaBuilder()
    builder.add_integer_field("id", stored=True)
    builder.add_text_field("text", stored=False)
    (folder / "tantivy").mkdir()
    index = Index(builder.build(), path=str(folder / "tantivy"))
    writer = index.writer(heap_size=256 << 20, num_threads=1)
    comment, submission = msgspec.json.Decoder(CommentLine), msgspec.json.Decoder(SubmissionLine)
    sources = (
        (f"{post.title}\n{post.selftext}" for post in map(submission.decode, lines(submissions))),
        (reply.body for reply in map(comment.decode, lines(comments))),
    )
    number, source, parsing = 0, chain(*sources), 0.0
    begun = time.process_time()
    while True:
        start = time.thread_time()
        texts = list(islice(source, BATCH))
        parsing += time.thread_time() - start
        if not texts:
            break
        for text in texts:
            number += 1
            writer.add_document(Document(id=number, text=text))
    writer.commit()
    writer.wait_merging_threads()
    return {"rows": number, "cpu": time.process_time() - begun - parsing}


def sqlite_utils(comments: Path, submissions: Path, folder: Path) -> dict[str, float]:
    """Unpacks, then follows the manual: `sqlite-utils insert --nl`, then `enable-fts`."""
    table = folder / "utils.db"
    program = str(Path(sys.executable).with_name("sqlite-utils"))
    texts = {"posts": ["title", "selftext"], "comments": ["body"]}
    for name, dump in (("posts", submissions), ("comments", comments)):
        unpacked = folder / f"{name}.ndjson"
        with dump.open("rb") as packed, unpacked.open("wb") as out:
            zstandard.ZstdDecompressor(max_window_size=WINDOW).copy_stream(packed, out)
        subprocess.run([program, "insert", table, name, unpacked, "--nl", "--silent"], check=True)
        subprocess.run([program, "enable-fts", table, name, *texts[name]], check=True)
    with sqlite3.connect(table) as db:
        counts = db.execute("SELECT (SELECT count(*) FROM posts) + (SELECT count(*) FROM comments)")
        return {"rows": counts.fetchone()[0]}


SIDES = {"hand-tuned": hand_tuned, "tantivy": tantivy, "sqlite-utils": sqlite_utils}


def main() -> None:
    """`bulk_sides.py SIDE COMMENTS FOLDER`: prints the number of stored rows, and the cost if it is not
    that of the process, as JSON."""
    side, comments, folder = sys.argv[1:]
    gc.disable()
    print(json.dumps(SIDES[side](Path(comments), submissions_of(Path(comments)), Path(folder))))


if __name__ == "__main__":
    main()
