"""Compares articles by what they report: the pairs that report the same event in other words.

Only articles that share at least two of their most telling stems and stand close together in time are
compared. How likely two of them report one event is a weighted sum of their cosine, of how much of one
headline the other has, and of the cosine of their vectors; `benchmarks.stories` fits the weights and measures
them on events that the fit has not seen."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import sqrt
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from bot.domain.stories import Likeness, Report
from bot.text.search.corpus_statistics import CorpusStatistics, deserialize_vectors
from bot.text.search.term_vector import TERM_ID_BITS

MAX_KEYS = 12
"""The most telling stems of an article, by which those that may report the same are found."""
MIN_SHARED_KEYS = 2
MAX_NEIGHBOURS = 16
"""An article is found by each of its stems among at most this many that stand before it."""
MAX_COMPARED = 8
"""The most articles with which one is compared, those that share the most."""
REPORTS_AT_ONCE = 1_000
PAIRS_AT_ONCE = 4_000
"""The numbers that are read together, which bounds the memory."""
MAX_WEIGHED = 2_000
"""The most articles whose weighted stems are kept, of which long texts have many."""
OTHER_ARTICLES = 500
"""Without these a word of both articles of an archive of two would be a common one."""
TITLE_WEIGHT = 3
"""A word of the title counts as this many of the body."""
MIN_BODY_TERMS = 15
"""An article with fewer different stems in its body is compared by its headline."""
MIN_HEADLINE_TERMS = 3
"""Two headlines without texts report the same event only if they share this many stems."""

TEXT_WEIGHTS = (5.4, 4.0, 7.3, -7.0)
"""Of the cosine, the share of a headline's stems in the other headline, and the vectors' cosine; the bias."""
TEXT_WEIGHTS_WITHOUT_VECTORS = (9.5, 5.0, 0.0, -4.9)
HEADLINE_WEIGHTS = (0.0, 7.4, 4.7, -7.6)
"""Of the same, where the share is that of the shorter article's headline in the other article."""
HEADLINE_WEIGHTS_WITHOUT_VECTORS = (0.0, 8.9, 0.0, -8.3)


_MASK = (1 << TERM_ID_BITS) - 1


@dataclass(frozen=True, slots=True)
class _Terms:
    """The weighted stems of an article and of its headline."""

    weights: dict[int, float]
    length: float
    title: dict[int, float]
    has_text: bool


class Features(NamedTuple):
    """In what two reports are alike: the cosine of their stems, the share of a headline that the other has,
    and the cosine of their vectors, if there are any. The first counts only if both have a text."""

    has_texts: bool
    cosine: float
    share: float
    meaning: float | None

    def weigh(self) -> float:
        """The weighted sum."""
        if self.has_texts:
            weights = TEXT_WEIGHTS_WITHOUT_VECTORS if self.meaning is None else TEXT_WEIGHTS
        else:
            weights = HEADLINE_WEIGHTS_WITHOUT_VECTORS if self.meaning is None else HEADLINE_WEIGHTS
        return (
            weights[0] * self.cosine
            + weights[1] * self.share
            + weights[2] * (self.meaning or 0.0)
            + weights[3]
        )


class _Outlines(NamedTuple):
    """What of each report is read to find those that it may be alike: the ids of its most telling stems, with
    zeros after the last, and whether it has a text."""

    keys: NDArray[np.uint32]
    has_text: NDArray[np.bool_]


class ReportComparison:
    """Compares articles with those around them, given in windows of time that may overlap."""

    def __init__(self, statistics: CorpusStatistics) -> None:
        self._weights = _rarity(statistics)
        self._mean = statistics.mean()
        self._places: dict[int, int] = {}
        self._outlines = _Outlines(np.zeros((0, MAX_KEYS), np.uint32), np.zeros(0, np.bool_))
        """Of the reports that were compared last, and their places there by the ids of the articles."""
        self._terms: dict[int, _Terms] = {}

    def compare(self, reports: Sequence[Report], new: Collection[int], seconds: int) -> list[Likeness]:
        """Returns the pairs of reports of one event that are at most `seconds` apart, at least one of them
        among `new`. The reports are sorted by time; those without a time are left out by the caller."""
        self._outline(reports)
        likenesses = []
        for later, earlier in self._plausible(reports, self._pairs(reports, new, seconds)):
            likeness = self._likeness(reports[later], reports[earlier])
            if likeness >= 0:
                likenesses.append(Likeness(reports[later].article, reports[earlier].article, likeness))
        return likenesses

    def _outline(self, reports: Sequence[Report]) -> None:
        """Outlines the reports that were not among those compared last."""
        unknown = [report for report in reports if report.article not in self._places]
        places = self._places | {
            report.article: place for place, report in enumerate(unknown, len(self._places))
        }
        starts = range(0, len(unknown), REPORTS_AT_ONCE)
        parts = [
            self._outlines,
            *(self._outlined(unknown[start : start + REPORTS_AT_ONCE]) for start in starts),
        ]
        chosen = [places[report.article] for report in reports]
        keys, has_text = map(np.concatenate, zip(*parts, strict=True))
        self._outlines = _Outlines(keys[chosen], has_text[chosen])
        self._places = {report.article: place for place, report in enumerate(reports)}

    def _pairs(self, reports: Sequence[Report], new: Collection[int], seconds: int) -> list[tuple[int, int]]:
        """The indexes of the pairs to compare, the later one first."""
        if not reports:
            return []
        keys = self._outlines.keys
        codes = (keys.astype(np.int64) << 32) | np.arange(len(keys))[:, None]
        codes = codes[keys > 0]
        codes.sort()  # which takes a fifth of the time of argsort
        terms, places = codes >> 32, codes & 0xFFFF_FFFF
        times = np.fromiter((report.posted_at for report in reports), np.int64, len(reports))
        is_new = np.fromiter((report.article in new for report in reports), np.bool_, len(reports))
        shared = []
        for distance in range(1, min(MAX_NEIGHBOURS, len(terms) - 1) + 1):
            alike = np.flatnonzero(terms[distance:] == terms[:-distance])
            later, earlier = places[alike + distance], places[alike]
            close = (times[later] - times[earlier] <= seconds) & (is_new[later] | is_new[earlier])
            alike_pairs = later[close] * len(reports) + earlier[close]
            shared.append((alike_pairs << TERM_ID_BITS) | terms[alike[close]])
        if not shared:
            return []
        compared = [0] * len(reports)
        pairs = []
        for code in self._sharing(np.concatenate(shared)).tolist():
            place, other = divmod(code, len(reports))
            if compared[place] < MAX_COMPARED:
                compared[place] += 1
                pairs.append((place, other))
        return sorted(pairs)  # by time, so that the stems of few reports are needed at once

    def _sharing(self, shared: NDArray[np.int64]) -> NDArray[np.int64]:
        """The pairs that share enough of their most telling stems, those that share the most first; `shared`
        has the number of a pair for each of its stems, and the id of the stem."""
        shared.sort()
        pairs = shared >> TERM_ID_BITS
        first = np.flatnonzero(np.diff(pairs, prepend=-1))
        counts = np.diff(first, append=len(pairs))
        enough = counts >= MIN_SHARED_KEYS
        if not enough.any():
            return pairs[:0]
        weights = self._weights[shared[np.repeat(enough, counts)] & _MASK]
        counts = counts[enough]
        shares = np.add.reduceat(weights, np.cumsum(counts) - counts)
        chosen: NDArray[np.int64] = pairs[first[enough]][np.argsort(-shares, kind="stable")]
        return chosen

    def _plausible(
        self, reports: Sequence[Report], pairs: Sequence[tuple[int, int]]
    ) -> Iterator[tuple[int, int]]:
        """Leaves out pairs of headlines without texts that share too little, most of all pairs, in a fraction
        of the time of a comparison."""
        has_meaning = self._mean is not None
        weights = HEADLINE_WEIGHTS if has_meaning else HEADLINE_WEIGHTS_WITHOUT_VECTORS
        min_share = -(weights[2] + weights[3]) / weights[1]
        has_text = self._outlines.has_text
        for start in range(0, len(pairs), PAIRS_AT_ONCE):
            part = pairs[start : start + PAIRS_AT_ONCE]
            involved = sorted({place for pair in part for place in pair})
            titles = dict(zip(involved, _titles([reports[place] for place in involved]), strict=True))
            least = self._least_shares([(titles[later], titles[earlier]) for later, earlier in part])
            for pair, share in zip(part, least.tolist(), strict=True):
                later, earlier = pair
                if has_text[later] or has_text[earlier] or share >= min_share:
                    yield pair

    def _least_shares(self, pairs: Sequence[tuple[NDArray[np.uint32], NDArray[np.uint32]]]) -> NDArray[Any]:
        """How much of each of two headlines the other has, by the rarity of its stems: the lesser share, and
        0 if they share fewer stems than they must."""
        sides = [[pair[side] for pair in pairs] for side in (0, 1)]
        codes: list[NDArray[np.int64]] = []
        sizes = []
        for titles in sides:
            owners = np.repeat(np.arange(len(titles), dtype=np.int64), list(map(len, titles)))
            ids = np.concatenate(titles)
            codes.append((owners << TERM_ID_BITS) | ids)
            sizes.append(np.bincount(owners, self._weights[ids], len(titles)))
        common = np.intersect1d(codes[0], codes[1], assume_unique=True)
        sharing, stems = common >> TERM_ID_BITS, common & _MASK
        shared = np.bincount(sharing, self._weights[stems], len(pairs))
        shared[np.bincount(sharing, minlength=len(pairs)) < MIN_HEADLINE_TERMS] = 0
        least: NDArray[Any] = shared / np.maximum(np.maximum(*sizes), 1e-9)
        return least

    def _outlined(self, reports: Sequence[Report]) -> _Outlines:
        """The outlines of some reports, for a fraction of the time of one by one."""
        counts, ids, title, body = _unpack([report.terms for report in reports])
        owners = np.repeat(np.arange(len(reports)), counts)
        weights = np.log1p(TITLE_WEIGHT * title.astype(np.float32) + body) * self._weights[ids]
        order = np.lexsort((-weights, owners))
        ranks = np.arange(len(ids)) - (np.cumsum(counts) - counts)[owners]
        first = ranks < MAX_KEYS
        keys = np.zeros((len(reports), MAX_KEYS), np.uint32)
        keys[owners[first], ranks[first]] = ids[order[first]]
        return _Outlines(keys, np.bincount(owners[body > 0], minlength=len(reports)) >= MIN_BODY_TERMS)

    def _weighed(self, report: Report) -> _Terms:
        known = self._terms.get(report.article)
        if known is None:
            if len(self._terms) >= MAX_WEIGHED:
                self._terms.clear()
            _, ids, title, body = _unpack([report.terms])
            rarity = self._weights[ids]
            weights = np.log1p(TITLE_WEIGHT * title.astype(np.float32) + body) * rarity
            names = ids.tolist()
            heading = title > 0
            known = _Terms(
                dict(zip(names, weights.tolist(), strict=True)),
                sqrt(float(weights @ weights)),
                dict(zip(ids[heading].tolist(), rarity[heading].tolist(), strict=True)),
                int(np.count_nonzero(body)) >= MIN_BODY_TERMS,
            )
            self._terms[report.article] = known
        return known

    def _likeness(self, report: Report, other: Report) -> float:
        """Above zero if both are more likely to report one event than not."""
        features = self.features(report, other)
        return -1.0 if features is None else features.weigh()

    def features(self, report: Report, other: Report) -> Features | None:
        """Returns in what the two are alike; None if they have too little to compare."""
        first, second = self._weighed(report), self._weighed(other)
        meaning = self._same_meaning(report, other)
        shares = _share(first.title, second.title), _share(second.title, first.title)
        if first.has_text and second.has_text:
            return Features(True, _cosine(first, second), max(shares), meaning)
        if first.has_text or second.has_text:
            short, long = (second, first) if first.has_text else (first, second)
            return Features(False, 0.0, _share(short.title, long.weights), meaning)
        if len(first.title.keys() & second.title.keys()) < MIN_HEADLINE_TERMS:
            return None
        return Features(False, 0.0, min(shares), meaning)

    def _same_meaning(self, report: Report, other: Report) -> float | None:
        if report.vector is None or other.vector is None or self._mean is None:
            return None
        first, second = deserialize_vectors([report.vector, other.vector]) - self._mean
        size = float(np.linalg.norm(first) * np.linalg.norm(second))
        return float(first @ second) / size if size else None


def _rarity(statistics: CorpusStatistics) -> NDArray[np.float32]:
    """The weight of each term id by its rarity, in an archive that has some other articles besides."""
    holding = statistics.rows().sum(axis=0).astype(np.float32)
    others = statistics.articles + statistics.comments + OTHER_ARTICLES - holding
    weights: NDArray[np.float32] = np.log1p((np.maximum(others, 0) + 0.5) / (holding + 0.5))
    return weights


def _titles(reports: Sequence[Report]) -> Iterator[NDArray[np.uint32]]:
    """The ids of the stems of each headline."""
    counts, ids, title, _ = _unpack([report.terms for report in reports])
    heading = np.flatnonzero(title)
    ends = np.searchsorted(heading, np.cumsum(counts)).tolist()
    return (ids[heading[start:end]] for start, end in pairwise([0, *ends]))


def _unpack(
    vectors: Sequence[bytes],
) -> tuple[NDArray[np.int64], NDArray[np.uint32], NDArray[np.uint8], NDArray[np.uint8]]:
    """The numbers of terms of term vectors, the ids of all, and their frequencies in title and body."""
    counts = [int.from_bytes(terms[:4], "little") for terms in vectors]
    pairs = list(zip(vectors, counts, strict=True))
    return (
        np.array(counts, np.int64),
        np.frombuffer(b"".join([terms[4 : 4 + 4 * count] for terms, count in pairs]), "<u4"),
        np.frombuffer(b"".join([terms[4 + 4 * count : 4 + 5 * count] for terms, count in pairs]), np.uint8),
        np.frombuffer(b"".join([terms[4 + 5 * count : 4 + 6 * count] for terms, count in pairs]), np.uint8),
    )


def _cosine(first: _Terms, second: _Terms) -> float:
    size = first.length * second.length
    shared = first.weights.keys() & second.weights.keys()
    return sum(first.weights[term] * second.weights[term] for term in shared) / size if size else 0.0


def _share(title: dict[int, float], other: dict[int, float]) -> float:
    """How much of a headline the other has, by the rarity of its stems."""
    size = sum(title.values())
    return sum(weight for term, weight in title.items() if term in other) / size if size else 0.0
