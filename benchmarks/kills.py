"""Kills a loader at random moments until its load is done, and compares the result with an uninterrupted
load."""

from __future__ import annotations

import json
import random
import shutil
import sqlite3
import subprocess
import sys
import time
import zipfile
from contextlib import closing
from pathlib import Path
from typing import Any

from benchmarks.support import pages, reddit_dump
from benchmarks.support.measure import Option, Rows, environment, parse_options, table, workspace
from bot.store.engines import engine_of
from tests.support.corpus_state import is_sound, load_rows, rows_of

PROGRAM = """
import sys
from bot.store.ingest import pending_index
pending_index.MAX_ROWS = int(sys.argv.pop(1))
from bot.cli import main
sys.exit(main())
"""
"""The loader with small transactions, so that a short dump has many points at which to kill it."""
COMMENTS_AT_ONCE = 300
OVER = "after its receipt"
TABLES = (
    *("article", "comment", "version", "extent", "rejection", "archive", "forgotten"),
    *("article_words", "comment_words"),
)
"""What a load adds to, and every word of the search indexes with its number of rows and of occurrences."""
LEARNT = (("article", "language"), ("archive", "next_learnt"))
"""The columns in which search notes what it has learnt."""
COMMENT_KEY = "coalesce(key, article || ' ' || posted_at || ' ' || author || ' ' || text)"


def main() -> None:
    given = parse_options(
        __doc__,
        kills=Option(200, 2, "kills: half while loading Reddit dumps, half while loading pages"),
        comments=Option(40_000, 1_000, "comments in the Reddit dump"),
        pages=Option(600, 20, "number of pages"),
        seed=Option(1, 1, "seed for the moments of the kills"),
    )
    half = given.kills // 2
    for kind, kills in (("Reddit", given.kills - half), ("pages", half)):
        with workspace() as folder:
            if kind == "pages":
                dumps = [write_pages(folder, given.pages, given.seed)]
            else:
                dumps = write_reddit(folder, given.comments, given.seed)
            print(f"{kind} dumps")
            table(Trial(folder, dumps, random.Random(given.seed)).run(kills))


def write_pages(folder: Path, count: int, seed: int) -> Path:
    """Writes pages, some of them twice, and some files that are not pages."""
    packed = folder / "pages.zip"
    written = list(pages.pages(count, seed=seed))
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as file:
        for number, page in enumerate([*written, *written[::20], *(["Buy milk."] * 20)]):
            file.writestr(f"{number:05}.txt", page)
    return packed


def write_reddit(folder: Path, comments: int, seed: int) -> list[Path]:
    """Writes comments out of order, some repeated, some broken, and the submissions of half of their
    threads."""
    rng = random.Random(seed)
    lines = list(reddit_dump.lines(comments, seed))
    threads = sorted({json.loads(line)["link_id"] for line in lines})
    lines += rng.sample(lines, comments // 20)
    for place in range(0, len(lines) - 500, 500):
        part = lines[place : place + 500]
        rng.shuffle(part)
        lines[place : place + 500] = [*part, b'{"id": "broken"' * rng.randrange(1, 9)]
    reddit_dump.pack(folder / "RC.zst", lines)
    submissions = [
        {"id": link[3:], "title": f"Headline of {link}", "author": "tern", "created_utc": 1564617600}
        for link in threads[::2]
    ]
    (folder / "RS.ndjson").write_text("".join(json.dumps(submission) + "\n" for submission in submissions))
    return [folder / "RC.zst", folder / "RS.ndjson"]


class Trial:
    """Loads the dumps repeatedly into a separate data folder, killing the loader."""

    def __init__(self, folder: Path, dumps: list[Path], rng: random.Random) -> None:
        self._dumps = dumps
        self._rng = rng
        self._data = folder / "killed"
        whole = folder / "whole"
        begun = time.monotonic()
        process = self._start(whole, "load", *map(str, dumps))
        await_write(process, whole, 0)
        written = time.monotonic()
        while stage(whole) != OVER:
            assert process.poll() in (None, 0), "the load that nobody touched has failed"
            time.sleep(0.01)
        self._load_seconds = time.monotonic() - begun
        self._writing_seconds = time.monotonic() - written
        process.communicate()
        self._expected = contents(whole)

    def run(self, kills: int) -> Rows:
        """Kills the loader `kills` times, then lets the last load finish. Returns the rows of the table."""
        done = compared = different = unsound = 0
        stages = dict.fromkeys(("before it began", "while it loaded", OVER), 0)
        while done < kills or self._data.exists():
            if stage(self._data) == OVER:
                compared += 1
                different += not self._same()
                shutil.rmtree(self._data)
            elif self._interrupted(kill=done < kills):
                done += 1
                stages[stage(self._data)] += 1
                unsound += not sound(self._data)
        rows = len(self._expected["comment"])
        assert not different, "a load that was killed is not the load that was not"
        assert not unsound, "a kill left something that is not whole"
        return [
            ("kills", f"{done}: " + ", ".join(f"{count} {stage}" for stage, count in stages.items())),
            ("loads", f"{compared} of {rows:,} comments, each against one that nobody touched"),
            ("different", f"{different} in any row, number, receipt, checkpoint or rejected line"),
            ("unsound", f"{unsound} after a kill: counters, references or the search index wrong"),
        ]

    def _interrupted(self, kill: bool) -> bool:
        """Starts or resumes the load and kills it at a random moment; returns False if it finished before."""
        begun = stage(self._data) == "while it loaded"
        argv = ("load", "--resume") if begun else ("load", *map(str, self._dumps))
        before = last_write(self._data)
        process = self._start(self._data, *argv)
        try:
            process.wait(self._moment(process, before) if kill else None)
        except subprocess.TimeoutExpired:
            process.kill()
            process.communicate()
            return True
        assert process.returncode == 0
        return False

    def _moment(self, process: subprocess.Popen[bytes], before: float) -> float:
        """Returns the seconds until the kill: a fifth of the kills come at any time, as it starts and after
        its receipt too. The others first wait until it writes, as a start takes longer than a short load, and
        come in half the time of writing, as a load that is resumed has less left to write."""
        if self._rng.random() < 0.2:
            return self._rng.uniform(0, self._load_seconds)
        await_write(process, self._data, before)
        return self._rng.uniform(0, self._writing_seconds / 2)

    def _start(self, data: Path, *argv: str) -> subprocess.Popen[bytes]:
        command = [sys.executable, "-c", PROGRAM, str(COMMENTS_AT_ONCE), "--data", str(data), *argv]
        env = {**environment(), "NEWSDESK_VECTORS": "off"}
        return subprocess.Popen(command, env=env, stdout=subprocess.DEVNULL)

    def _same(self) -> bool:
        return sound(self._data) and contents(self._data) == self._expected


def stage(data: Path) -> str:
    """Returns the stage of the load in a data folder."""
    if not (data / "corpus.db").exists():
        return "before it began"
    with closing(sqlite3.connect(data / "corpus.db")) as db:
        try:
            row = db.execute("SELECT state FROM load").fetchone()
        except sqlite3.OperationalError:  # the schema does not exist yet
            row = None
    if row is None:
        return "before it began"
    return OVER if row[0] == "done" else "while it loaded"


def last_write(data: Path) -> float:
    """Returns when the database was last written to; 0 if there is none."""
    try:
        return (data / "corpus.db-wal").stat().st_mtime
    except FileNotFoundError:  # a process that ends removes it
        return 0.0


def await_write(process: subprocess.Popen[bytes], data: Path, before: float) -> None:
    """Waits until the process has written to the database, or has ended."""
    while process.poll() is None and last_write(data) == before:
        time.sleep(0.005)


def contents(data: Path) -> dict[str, list[Any]]:
    """Returns all rows that a load adds, its receipt without times, and its rejected lines; without what is
    only learnt after the receipt."""
    rejected = data / "rejects" / "1.ndjson"
    lines = rejected.read_bytes().splitlines() if rejected.exists() else []
    rows = rows_of(data, TABLES)
    for table_name, column in LEARNT:
        with closing(sqlite3.connect(data / "corpus.db")) as db:
            columns = [name for _, name, *_ in db.execute(f"PRAGMA table_info({table_name})")]
        place = columns.index(column)
        rows[table_name] = [(*row[:place], *row[place + 1 :]) for row in rows[table_name]]
    return {**rows, "load": load_rows(data), "rejects": lines}


def sound(data: Path) -> bool:
    """Whether nothing is lost, duplicated or orphaned after a kill: the receipt agrees with the rows, every
    reference leads to a row, and the search index agrees with the texts."""
    if not (data / "corpus.db").exists():
        return True
    with closing(sqlite3.connect(data / "corpus.db", isolation_level=None)) as db:
        if not db.execute("PRAGMA user_version").fetchone()[0]:
            return True
        (stored, different) = db.execute(
            f"SELECT count(*), count(DISTINCT {COMMENT_KEY}) FROM comment"  # noqa: S608
        ).fetchone()
        (counted,) = db.execute("SELECT coalesce(sum(comments_new), 0) FROM load").fetchone()
        (listed,) = db.execute(
            "SELECT coalesce(sum(last - first + 1), 0) FROM extent WHERE kind = 'comment'"
        ).fetchone()
        (hanging,) = db.execute("SELECT coalesce(sum(comments), 0) FROM article").fetchone()
        if not stored == different == counted == listed == hanging:
            return False
    with closing(engine_of(data).open_writer("corpus")) as db:
        return is_sound(db)


if __name__ == "__main__":
    main()
