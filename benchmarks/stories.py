"""Precision and recall of joining articles into stories, and of grouping reports of one event.

Every pair of articles of an archive is judged. What is the same story is known by construction: pages and
articles of the development data are loaded again as submissions of links, under addresses and headlines that
differ as they do in dumps, beside decoys. Which reports are of one event was judged by reading. The weights
are fitted on four fifths of the events and measured on the rest, in turn: no event is in both."""

from __future__ import annotations

import json
import random
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from itertools import combinations
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from benchmarks.support.measure import Option, parse_options, table, workspace
from benchmarks.support.story_labels import EDITIONS, SAGAS
from bot.domain.articles import Paragraph
from bot.domain.dump import ParsedThread
from bot.domain.loads import Person
from bot.domain.stories import Report
from bot.loading.context import ANNOTATOR
from bot.store.engines import engine_of
from bot.store.ingest.writer import CorpusWriter
from bot.text.language.word_vectors import Vectors, load_vectors
from bot.text.search.analyzer import Analyzer
from bot.text.search.report_likeness import Features, ReportComparison
from tests.support.paths import SHARED

START = datetime(2015, 3, 10, tzinfo=UTC)
FOLDS = 5
MIN_PRECISION = 0.9
"""What the bias is chosen for, on the events of the fit."""


@dataclass(frozen=True)
class Source:
    """A report: its number, its headline, another headline in other words, and its paragraphs."""

    number: int
    title: str
    other_title: str
    paragraphs: tuple[str, ...]


@dataclass(frozen=True)
class Judged:
    """A pair of reports: in what they are alike, whether they report one event, and the fold of its saga."""

    features: Features
    same: bool
    fold: int


def main() -> None:
    given = parse_options(
        __doc__,
        articles=Option(500, 12, "maximum articles of each kind"),
        vectors=Option(["shipped", "off"], ["off"], "values of NEWSDESK_VECTORS"),
    )
    reports = list(_reports(given.articles))
    print(f"the same story, {min(given.articles, 60)} pages and {len(reports)} articles")
    table(_same_stories([*_pages(given.articles), *reports]))
    for value in given.vectors:
        vectors = load_vectors(value)
        print(f"\nreports of one event, vectors {value}")
        table(_same_events(reports, vectors))


def _reports(limit: int) -> Iterator[Source]:
    lines = (SHARED / "data/summaries/cnn_dailymail.jsonl").read_text("utf-8").splitlines()
    for number, line in enumerate(lines[:limit]):
        record = json.loads(line)
        first, *others = record["highlights"].split("\n")
        yield Source(number, first, (others or [first])[0], (record["article"],))


def _pages(limit: int) -> Iterator[Source]:
    lines = (SHARED / "data/pages/rendered/truth.jsonl").read_text("utf-8").splitlines()
    for number, line in enumerate(lines[:limit]):
        record = json.loads(line)
        yield Source(-1 - number, record["title"], record["title"], tuple(record["paragraphs"]))


# The same story.


def _same_stories(sources: Sequence[Source]) -> list[tuple[str, str]]:
    """Loads each report several times as one story and, beside it, others that only seem to be the same."""
    rng = random.Random(17)
    threads: list[ParsedThread] = []
    truth: list[object] = []
    for place, source in enumerate(sources):
        at = START + timedelta(hours=7 * place)
        for kind, thread in _captures(source, at, place, rng):
            threads.append(thread)
            truth.append(kind or (place, len(threads)))
    with workspace() as folder:
        assigned = _assigned(folder, threads, "story", None)
    return _figures(assigned, truth)


def _captures(
    source: Source, at: datetime, place: int, rng: random.Random
) -> Iterator[tuple[object, ParsedThread]]:
    site, path = f"paper{place % 9}.example", f"/news/{place}/report"
    page = _thread(source.title, source.paragraphs, at, source=site)
    link = rng.choice(
        ("https://www.{}{}?utm_source=x&utm_medium=y", "http://m.{}{}/", "https://amp.{}{}#top")
    )
    yield place, page
    yield place, _submission(place, 1, source.title, site, f"https://{site}{path}", at + timedelta(hours=3))
    yield (
        place,
        _submission(place, 2, source.other_title, site, link.format(site, path), at + timedelta(hours=9)),
    )
    half = tuple(text[: max(400, 2 * len(text) // 3)] for text in source.paragraphs)
    yield (
        place,
        replace(_thread(f"{source.title} - Wire", half, at + timedelta(hours=2), source="wire.example")),
    )
    # Decoys: another report under the same headline, the headline a week later, and another of the paper.
    other = tuple(reversed(" ".join(source.paragraphs).split()))
    yield None, _thread(source.title, (" ".join(other),), at + timedelta(days=1), source="other.example")
    yield None, _submission(place, 3, source.title, site, f"https://{site}{path}/2", at + timedelta(days=8))
    yield None, _submission(place, 4, "Live updates", site, f"https://{site}/live/{place}", at)


def _thread(title: str, paragraphs: Sequence[str], at: datetime, *, source: str) -> ParsedThread:
    texts = tuple(Paragraph(text) for text in paragraphs)
    return ParsedThread(title, source, "reader", at, False, texts, ())


def _submission(place: int, number: int, title: str, site: str, link: str, at: datetime) -> ParsedThread:
    thread = _thread(title, (), at, source=site)
    return replace(thread, key=f"t3_{place}x{number}", link=link, subreddit=f"news{number}")


def _assigned(
    folder: Path, threads: Sequence[ParsedThread], column: str, vectors: Vectors | None
) -> list[int]:
    """The number of each thread's story or event."""
    with CorpusWriter(engine_of(folder), annotator=ANNOTATOR) as writer:
        load = writer.begin_load(None, "stories", Person(None, "benchmark"), START)
        for thread in threads:
            writer.add(load, [thread])
        writer.finish(load, "done", 1.0)
        writer.update_statistics(Analyzer(lambda: vectors))
    with closing(sqlite3.connect(folder / "corpus.db")) as db:
        rows = db.execute(
            "SELECT coalesce(story, id), coalesce(event, id) FROM article LEFT JOIN story ON article = id"
            " ORDER BY id"
        ).fetchall()
    assert len(rows) == len(threads)
    return [row[column == "event"] for row in rows]


# Reports of one event.


def _same_events(reports: Sequence[Source], vectors: Vectors | None) -> list[tuple[str, str]]:
    groups = {
        number: (saga, group)
        for saga, groups in enumerate(SAGAS)
        for group in range(len(groups))
        for number in groups[group]
    }
    titled = [
        replace(
            _thread(
                report.title,
                report.paragraphs,
                START + timedelta(hours=report.number / 9),
                source="wire.example",
            ),
            key=f"t3_e{report.number}",
        )
        for report in reports
    ]
    with workspace() as folder:
        assigned = _assigned(folder, titled, "event", vectors)
    truth: list[object] = [groups.get(report.number, (report.number, None)) for report in reports]
    whole = _figures(assigned, truth)
    rows = [("as shipped, in one archive of three days", ""), *whole]
    for name, headline in (("both with a text", False), ("a headline and a text", True)):
        judged = list(_judged(reports, groups, vectors, headline=headline))
        if len({pair.same for pair in judged}) == 2:
            rows += [(f"{name}: events left out of the fit", ""), *_held_out(judged)]
    return rows


def _judged(
    reports: Sequence[Source], groups: dict[int, tuple[int, int]], vectors: Vectors | None, *, headline: bool
) -> Iterator[Judged]:
    """Every judged pair that shares enough to be compared."""
    analyzer = Analyzer(lambda: vectors)
    texts = [(report.title, " ".join(report.paragraphs), "en") for report in reports]
    full = _as_reports(analyzer, texts)
    statistics = analyzer.statistics(None)
    statistics.add_articles([(report.terms, "en", report.vector) for report in full])
    comparison = ReportComparison(statistics)
    others = full
    if headline:
        others = _as_reports(analyzer, [(report.other_title, "", "en") for report in reports], len(reports))
    for first, second in (
        combinations(range(len(reports)), 2) if not headline else np.ndindex(len(full), len(full))
    ):
        number, other = reports[first].number, reports[second].number
        same = number == other or (number in groups and groups[number] == groups.get(other))
        if not same and number in groups and other in groups and groups[number][0] == groups[other][0]:
            continue
        if EDITIONS.issuperset({number, other}) or (
            reports[first].title == reports[second].title and not headline
        ):
            continue
        features = comparison.features(full[first], others[second])
        if features is None or (not same and max(features.cosine, features.share) < 0.1):
            continue
        saga = groups.get(number, groups.get(other, (number, 0)))[0]
        yield Judged(features, same, saga % FOLDS)


def _as_reports(analyzer: Analyzer, texts: Sequence[tuple[str, str, str]], base: int = 0) -> list[Report]:
    return [Report(base + number, 1, *own) for number, own in enumerate(analyzer.text_vectors(texts))]


def _held_out(judged: Sequence[Judged]) -> list[tuple[str, str]]:
    inputs = np.array([[*pair.features[1:3], pair.features.meaning or 0.0, 1.0] for pair in judged])
    expected = np.array([pair.same for pair in judged], np.float64)
    folds = np.array([pair.fold for pair in judged])
    scores = np.zeros(len(judged))
    for fold in range(FOLDS):
        weights = _fit(inputs[folds != fold], expected[folds != fold])
        scores[folds == fold] = inputs[folds == fold] @ weights
    shipped = np.array([pair.features.weigh() for pair in judged])
    fitted = ", ".join(f"{weight:.2f}" for weight in _fit(inputs, expected))
    return [
        ("fitted on the others", _precision_and_recall(scores >= 0, expected)),
        ("with the shipped weights", _precision_and_recall(shipped >= 0, expected)),
        ("weights fitted on all", fitted),
    ]


def _fit(inputs: NDArray[np.float64], expected: NDArray[np.float64]) -> NDArray[np.float64]:
    """Logistic regression; the pairs of one event, of which there are few, count more. The bias is moved to
    where MIN_PRECISION is reached."""
    weights = np.zeros(inputs.shape[1])
    importance = np.where(
        expected > 0, max(1.0, min(8.0, (expected == 0).sum() / max(1, expected.sum()) / 8)), 1.0
    )
    for _ in range(3_000):
        chance = 1 / (1 + np.exp(-inputs @ weights))
        weights -= 0.3 * (inputs.T @ ((chance - expected) * importance) / importance.sum())
    # The bias that is right often enough: a wrong group hides an article under another.
    scores = inputs @ weights
    order = np.argsort(-scores)
    precise = np.cumsum(expected[order]) / np.arange(1, len(order) + 1) >= MIN_PRECISION
    if precise.any():
        weights[-1] -= scores[order][np.flatnonzero(precise)[-1]] - 1e-6
    return weights


def _precision_and_recall(chosen: NDArray[np.bool_], expected: NDArray[np.float64]) -> str:
    right = float((chosen * expected).sum())
    return (
        f"precision {right / max(1, chosen.sum()):.3f}, recall {right / max(1, expected.sum()):.3f}"
        f" of {int(expected.sum())} pairs"
    )


def _figures(assigned: Sequence[int], truth: Sequence[object]) -> list[tuple[str, str]]:
    """Precision and recall over all pairs; those of one saga, but not of one event, are not judged."""
    right = wrong = missed = 0
    for first, second in combinations(range(len(assigned)), 2):
        same, joined = truth[first] == truth[second], assigned[first] == assigned[second]
        if not same and joined and _of_one_saga(truth[first], truth[second]):
            continue
        right += same and joined
        wrong += joined and not same
        missed += same and not joined
    recall = f"recall {right / max(1, right + missed):.3f} of {right + missed} pairs"
    return [("all pairs", f"precision {right / max(1, right + wrong):.3f}, {recall}")]


def _of_one_saga(first: object, second: object) -> bool:
    return (
        isinstance(first, tuple)
        and isinstance(second, tuple)
        and None not in (*first, *second)
        and first[0] == second[0]
    )


if __name__ == "__main__":
    main()
