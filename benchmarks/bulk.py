"""Cost of Reddit's dumps of submissions and of comments, from `.zst` to searchable: the loader compared with
alternatives."""

from __future__ import annotations

import argparse
import importlib.util
import json
import os
import resource
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import time
from contextlib import closing
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

from benchmarks.support.measure import FOLDER, Option, environment, parse_options, processor, table, workspace
from benchmarks.support.reddit_dump import dump, submissions_of
from bot.domain.loads import Person, Receipt
from bot.loading import protocol
from bot.loading.process import HEAP_ENVIRONMENT, WORKER
from bot.text.language.word_vectors import OFF, SHIPPED

SIDES = ("hand-tuned", "sqlite-utils", "tantivy")
PACKAGES = {"sqlite-utils": "sqlite_utils", "tantivy": "tantivy"}
DESCRIPTIONS = {
    "ours": "the loader as the bot starts it, until the receipt: all can be found",
    "ours, with what comes after": "the same until the process ends: learnt, merged, tidied",
    "hand-tuned": "an sqlite3 script that only parses, inserts and builds the FTS5 index",
    "sqlite-utils": "`sqlite-utils insert --nl` and `enable-fts`",
    "tantivy": "tantivy's indexing of the texts alone, without parsing",
}
VECTORS = SHIPPED if importlib.util.find_spec("wordllama") else OFF
"""The bot's default, if it is installed."""
ENVIRONMENT = {**HEAP_ENVIRONMENT, **environment()}
"""The loader's environment, used for all sides, since large pages may help the others as well."""


@dataclass(frozen=True)
class Run:
    """The cost of one side: seconds of CPU (including children) and of wall clock, and its peak memory."""

    rows: int
    cpu: float
    seconds: float
    megabytes: float


@dataclass(frozen=True)
class Loaded(Run):
    """The cost of our own side, measured until its receipt arrives."""

    whole: float
    """Seconds of CPU until the process ends."""
    bytes: int
    text: int
    """Bytes of all comments, headlines, articles and commenters' names, in UTF-8."""


def main() -> None:
    given = parse_options(
        __doc__,
        comments=Option([200_000], [300, 600], "comments in each dump"),
        sides=Option([*SIDES], [*SIDES], "loaders to compare"),
        repeat=Option(1, 1, "runs of each loader, in turn; the fastest counts"),
        folder=FOLDER,
        keep=Option(None, None, "keep our archive of the last dump in this folder, as search_speed's"),
    )
    with workspace(given.folder) as folder, workspace() as scratch:
        ours = {
            count: compare(dump(folder, count), count, scratch, given) for count in sorted(given.comments)
        }
        for small, large in pairwise(ours):
            ratio, whole = ours[large].cpu / ours[small].cpu, ours[large].whole / ours[small].whole
            print(
                f"\n{large:,} comments take {ratio:.2f} times the processor time of {small:,}"
                f" ({whole:.2f} times with what comes after)"
            )


def compare(packed: Path, count: int, scratch: Path, given: argparse.Namespace) -> Loaded:
    """Runs every side on one dump, alternately, and prints the comparison."""
    sides: list[str] = given.sides
    installed = [side for side in sides if side not in PACKAGES or importlib.util.find_spec(PACKAGES[side])]
    runs: dict[str, list[Run]] = {}
    for _ in range(given.repeat):
        for side in ("ours", *installed):
            folder = Path(tempfile.mkdtemp(dir=scratch))
            run = load(packed, folder) if side == "ours" else other(side, packed, folder)
            runs.setdefault(side, []).append(run)
            if given.keep and side == "ours" and count == max(given.comments):
                shutil.rmtree(given.keep, ignore_errors=True)
                folder.rename(given.keep)
            else:
                shutil.rmtree(folder)
    [rows_stored] = {run.rows for side in runs.values() for run in side}
    ours = min((run for run in runs["ours"] if isinstance(run, Loaded)), key=lambda run: run.cpu)
    size = sum(path.stat().st_size for path in (packed, submissions_of(packed)))
    print(
        f"\n{count:,} comments and {rows_stored - count:,} submissions, {size / 1e6:,.0f} MB packed,"
        f" {ours.text / 1e6:,.0f} MB of text; seconds of processor"
    )
    rows = [
        (
            "ours",
            f"{ours.cpu:7.1f}  {ours.seconds:.1f} s, peak {ours.megabytes:,.0f} MB  ({DESCRIPTIONS['ours']})",
        ),
        ("", f"{ours.whole:7.1f}  ({DESCRIPTIONS['ours, with what comes after']})"),
    ]
    for side in installed:
        best = min(runs[side], key=lambda run: run.cpu)
        rows.append((side, f"{best.cpu:7.1f}  peak {best.megabytes:,.0f} MB  ({DESCRIPTIONS[side]})"))
        ratios = f"{best.cpu / ours.cpu:7.2f}  times ours; {best.cpu / ours.whole:.2f} with what comes after"
        rows.append(("", ratios))
    rows.append(("database", f"{ours.bytes / 1e6:,.0f} MB, {ours.bytes / ours.text:.2f} times the text"))
    missing = [side for side in sides if side not in installed]
    rows += [(side, "is not installed: pip install 'newsdesk[benchmarks]'") for side in missing]
    table(rows)
    return ours


def other(side: str, packed: Path, folder: Path) -> Run:
    """Runs one of the other sides."""
    argv = [sys.executable, "-m", "benchmarks.support.bulk_sides", side, str(packed), str(folder)]
    begun = time.perf_counter()
    process = subprocess.Popen(argv, stdout=subprocess.PIPE, env=ENVIRONMENT)
    assert process.stdout is not None
    output = process.stdout.read()
    _, status, usage = os.wait4(process.pid, 0)
    seconds = time.perf_counter() - begun
    assert status == 0, side
    figures = json.loads(output)
    cpu = figures.get("cpu", usage.ru_utime + usage.ru_stime)
    return Run(figures["rows"], cpu, seconds, usage.ru_maxrss / 1000)


def load(packed: Path, folder: Path) -> Loaded:
    """Runs the loader as the bot does: a process that gets its job through a pipe, measured from its start,
    imports included."""
    data = folder / "data"
    receipt, cpu, seconds, usage = loader(data, submissions_of(packed), packed)
    assert receipt.state == "done", receipt.problem
    with closing(sqlite3.connect(data / "corpus.db")) as db:
        comments = "SELECT sum(length(CAST(text AS BLOB)) + length(CAST(author AS BLOB))) FROM comment"
        titles = "SELECT sum(length(CAST(title AS BLOB)) + length(CAST(body AS BLOB))) FROM article"
        text = sum(db.execute(sql).fetchone()[0] for sql in (comments, titles))
    size = sum(path.stat().st_size for path in data.iterdir() if path.name.startswith("corpus"))
    whole = usage.ru_utime + usage.ru_stime
    rows = receipt.articles.new + receipt.comments.new
    return Loaded(rows, cpu, seconds, usage.ru_maxrss / 1000, whole, size, text)


def loader(data: Path, *packed: Path) -> tuple[Receipt, float, float, resource.struct_rusage]:
    """Runs one loader. Returns its receipt, the seconds of CPU and of wall clock until the receipt, and the
    resource usage of the whole process."""
    job = protocol.LoadJob(
        data=data,
        guild=None,
        by=Person(None, "benchmark"),
        paths=packed,
        name="dump",
        load_max_mb=100,
        vectors=VECTORS,
    )
    begun = time.perf_counter()
    process = subprocess.Popen(
        WORKER,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env=ENVIRONMENT,
    )
    assert process.stdin is not None
    assert process.stdout is not None
    process.stdin.write(protocol.encode_job(job))
    process.stdin.flush()
    events = iter(map(protocol.decode_event, process.stdout))
    receipt = next(event for event in events if isinstance(event, Receipt))
    seconds, cpu = time.perf_counter() - begun, processor(process.pid)
    process.stdout.read()  # until it ends: the work after the receipt is then done
    _, status, usage = os.wait4(process.pid, 0)
    process.stdin.close()
    assert status == 0
    return receipt, cpu, seconds, usage


if __name__ == "__main__":
    main()
