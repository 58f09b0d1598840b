"""How a sentence answers a question, in numbers: words shared with it and around it, meanings, form."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from bot.text.language.word_vectors import Vectors, normalize_rows
from bot.text.qa.answer_types import TYPED, Span, facts, fits
from bot.text.qa.passages import Passage, PassageSentence, StemTable
from bot.text.qa.question import Question

Numbers = NDArray[np.float32]
Places = NDArray[np.int64]

NEAR = 0.8
"""What a word counts that begins like one of the question's, or that stands only in the title."""
AHEAD, BEHIND = 2, 4
"""So many words before and behind a number may say what it counts."""
ANYBODY = frozenset(("peopl", "person", "other"))
ONLY_PEOPLE = 0.5
HEADLINE = 0.5
"""What a word of the headline counts for a sentence below it, which need not say it again."""
MANY = 5
LEAST_DEVIATION = 0.05
_TINY = 1e-6
_LEANS = re.compile(r"(?:He|She|It|They|This|These|That|Those|His|Her|Their|Its|The)\b")

SENTENCE_FEATURES = (
    "covered",  # the share of the question's words, by rarity, that the sentence has
    "first",  # what the passage's first sentence adds to that
    "after",  # what the next sentence adds
    "leaning",  # what the sentence before adds, where this one begins with a pronoun or an article
    "order",  # pairs of words that follow each other as in the question
    "names",
    "names_near",  # names anywhere in the passage or in its title
    "fits",  # has the form of an answer
    "fits_typed",
    "counted",  # what "how many" counts comes behind a number
    "bm25",
    "best_covered",  # the best sentence of the passage
)
SENTENCE_VECTOR_FEATURES = ("soft2", "soft_best", "like", "like_window", "like_passage")
"""The features of a sentence in their order; those of MEANT, which rest on word vectors, only where there are
any: coverage with similar words counting by their similarity (squared; beside the best), and the likeness of
the question to the sentence, to it and its neighbours, and to the passage."""
QUESTION_FEATURES = (
    "best",  # the highest coverage of any sentence
    "around",  # by the best sentence, its neighbours and its title; so are all that follow
    "names",  # names and numbers
    "mass_matched",  # rarity of what is covered, not as a share
    "mass_missing",
    "surprise",  # how little one would expect to find so much by chance among so many texts
    "matched",  # how many words
    "length",
    "order",
    "fits",
)
QUESTION_VECTOR_FEATURES = (
    "soft_window",
    "soft_mean",
    "like_window",
    "like_many",
    "soft_usual",  # the coverage by similar words that half of the sentences have: what chance gives here
    "soft_apart",  # how far the best one stands out from all
    "passage_apart",  # the same of passages, by their likeness
)
"""The features of a question as a whole, which tell whether anything answers it; those of WHOLE_MEANT only
where there are word vectors."""
ANSWERABILITY_FEATURES = ("names", "mass_matched", "surprise", *QUESTION_VECTOR_FEATURES)
"""Those that count where there are word vectors: with all of them the decision fits the articles that it was
made from better, and others worse (`benchmarks/ask_quality.py --fit` prints both)."""


@dataclass(slots=True)
class AnswerCandidate:
    """One sentence with its passage, and the spans of it that could be the fact asked for."""

    passage: Passage
    sentence: PassageSentence
    answer_spans: list[Span]


@dataclass(slots=True)
class ExtractedFeatures:
    """Everything that a decision about one question rests on: sentences, a row of features for each (PLAIN,
    then MEANT), and the features of the question as a whole."""

    candidates: list[AnswerCandidate]
    rows: Numbers
    question_row: Numbers


class WordVectorCache:
    """Unit rows of words, kept between questions."""

    MAX_WORDS = 16_384

    def __init__(self, vectors: Vectors) -> None:
        self._vectors = vectors
        self._known: dict[str, int] = {}
        self._rows = np.zeros((self.MAX_WORDS, vectors.dims), np.float32)
        self._lengths = np.zeros((self.MAX_WORDS, 1), np.float32)

    def rows(self, words: Sequence[str]) -> tuple[Numbers, Numbers]:
        """One unit row a word, zeros for an unknown one, and the length that the table gives it."""
        new = [word for word in dict.fromkeys(words) if word not in self._known]
        if len(self._known) + len(new) > self.MAX_WORDS:
            self._known.clear()
            new = list(dict.fromkeys(words))[: self.MAX_WORDS]
        if new:
            start = len(self._known)
            rows = self._vectors.words(new)
            self._known.update((word, start + n) for n, word in enumerate(new))
            self._rows[start : start + len(new)] = normalize_rows(rows)
            self._lengths[start : start + len(new)] = np.linalg.norm(rows, axis=1, keepdims=True)
        at = [self._known[word] for word in words]
        return self._rows[at], self._lengths[at]


class FeatureExtractor:
    """Works out the evidence for one question over its best passages."""

    def __init__(
        self,
        question: Question,
        passages: Sequence[Passage],
        idf: Mapping[str, float],
        words: StemTable,
        meanings: WordVectorCache | None,
        rows: int = 1,
    ) -> None:
        self._question = question
        self._passages = [p for p in passages if p.sentences(words)]
        self._words = words
        self._meanings = meanings
        self._rows = max(rows, 1)
        self._stems = list(dict.fromkeys(question.stems))
        self._idf = np.array([idf[stem] for stem in self._stems], np.float32)
        self._share = self._idf / max(float(self._idf.sum()), 1e-6)
        self._sentences = [(p, s) for p in self._passages for s in p.sentences(words)]
        self._sizes = np.array([len(p.sentences(words)) for p in self._passages], np.int64)
        self._starts = np.cumsum(self._sizes) - self._sizes
        self._index()

    def _index(self) -> None:
        """Every different word of the sentences, and how each asked stem matches it: exactly, by its
        beginning, by its meaning."""
        vocabulary: dict[str, int] = {}
        empty = self._words.empty
        texts = [sentence.raw_words for _, sentence in self._sentences]
        texts += [passage.title_words for passage in self._passages]
        used = [[vocabulary.setdefault(r, len(vocabulary)) for r in raw if r not in empty] for raw in texts]
        nothing = [len(vocabulary)]
        self._used = [one or nothing for one in used[: len(self._sentences)]]
        self._titles = [one or nothing for one in used[len(self._sentences) :]]
        self._vocabulary = list(vocabulary)
        stems = [self._words[raw] for raw in vocabulary]
        at = {stem: n for n, stem in enumerate(self._stems)}
        self._exact = np.zeros((len(self._stems), len(stems) + 1), np.float32)
        self._near = np.zeros_like(self._exact)
        for column, stem in enumerate(stems):
            if stem in at:
                self._exact[at[stem], column] = self._near[at[stem], column] = 1
                continue
            for row, asked in enumerate(self._stems):
                if asked[:4] == stem[:4] and _alike(asked, stem):
                    self._near[row, column] = NEAR
        if self._meanings is not None:
            self._mean(self._meanings)

    def _mean(self, meanings: WordVectorCache) -> None:
        asked = dict(zip(self._question.stems, self._question.words, strict=True))
        own, lengths = meanings.rows([asked[stem] for stem in self._stems])
        units, theirs = meanings.rows([raw.lower() for raw in self._vocabulary])
        self._soft = self._near.copy()
        self._soft[:, :-1] = np.maximum(self._near[:, :-1], own @ units.T)
        self._own = own * lengths
        self._units = np.concatenate([units, np.zeros((1, units.shape[1]), np.float32)])
        self._lengths = np.append(theirs, np.float32(0))

    def extract(self) -> ExtractedFeatures:
        """The features of every sentence and of the question."""
        if not self._sentences:
            width = len(SENTENCE_FEATURES) + (len(SENTENCE_VECTOR_FEATURES) if self._meanings else 0)
            whole = len(QUESTION_FEATURES) + (len(QUESTION_VECTOR_FEATURES) if self._meanings else 0)
            return ExtractedFeatures([], np.zeros((0, width), np.float32), np.zeros(whole, np.float32))
        exact = _most(self._exact, self._used)
        near = _most(self._near, self._used)
        of = np.repeat(np.arange(len(self._passages)), self._sizes)
        plain, scored = self._plain(exact, near, of)
        parts = [plain]
        if self._meanings is not None:
            parts.append(self._meant(of))
        rows = np.concatenate(parts, axis=1)
        return ExtractedFeatures(scored, rows, self._whole(near, of, rows))

    def _plain(self, exact: Numbers, near: Numbers, of: Places) -> tuple[Numbers, list[AnswerCandidate]]:
        question, share = self._question, self._share
        around = np.maximum(
            np.maximum.reduceat(near, self._starts, axis=0), NEAR * _most(self._near, self._titles)
        )
        near = np.maximum(near, HEADLINE * _most(self._near, self._titles)[of])
        covered = near @ share
        missing = 1 - near
        before, after = self._beside(near)
        first = near[self._starts[of]]
        leaning = np.array([_LEANS.match(s.text) is not None for _, s in self._sentences], np.float32)
        bm25 = np.array([p.score for p in self._passages], np.float32)
        names = self._part(question.names)
        forms, scored = self._forms()
        half = np.full(len(near), 0.5, np.float32)
        columns = [
            covered,
            (first * missing) @ share,
            (after * missing) @ share,
            (before * missing) @ share * leaning,
            forms[:, 0],
            exact @ names if names.any() else half,
            (around @ names)[of] if names.any() else half,
            forms[:, 1],
            forms[:, 1] * (question.question_type in TYPED),
            forms[:, 2],
            (bm25 / max(float(bm25.max()), _TINY))[of],
            np.maximum.reduceat(covered, self._starts)[of],
        ]
        return np.stack(columns, axis=1).astype(np.float32), scored

    def _part(self, stems: frozenset[str]) -> Numbers:
        chosen = np.array([stem in stems for stem in self._stems], np.float32)
        return chosen / max(float(chosen.sum()), 1.0)

    def _forms(self) -> tuple[Numbers, list[AnswerCandidate]]:
        """Order, form, and whether the counted thing follows a number."""
        question = self._question
        asked = set(self._stems)
        pairs = set(pairwise(question.stems))
        percent = "percent" in question.text.lower() or "%" in question.text
        out, scored = [], []
        for passage, sentence in self._sentences:
            spans = facts(question.question_type, sentence.text, question.all_stems, question.language)
            said = [stem for stem in sentence.stems if stem in asked]
            fitting = fits(question.question_type, sentence.text, spans, percent=percent)
            counted = fitting if percent else self._counts(sentence, spans)
            out.append((len(pairs & set(pairwise(said))) / max(1, len(pairs)), fitting, counted))
            scored.append(AnswerCandidate(passage, sentence, spans))
        return np.array(out, np.float32), scored

    def _counts(self, sentence: PassageSentence, spans: Sequence[Span]) -> float:
        """1 where what is counted stands beside a number, less where only that people are counted does."""
        if not self._question.counted_stems or not spans:
            return 0.0
        at, places = 0, []
        for raw in sentence.raw_words:
            places.append(sentence.text.find(raw, at))
            at = places[-1] + len(raw)
        beside: set[str] = set()
        for start, end in spans:
            first = next((n for n, place in enumerate(places) if place >= start), len(places))
            behind = next((n for n, place in enumerate(places) if place >= end), len(places))
            beside |= self._question.counted_stems.intersection(
                (*sentence.stems[max(0, first - AHEAD) : first], *sentence.stems[behind : behind + BEHIND])
            )
        return 1.0 if beside - ANYBODY else ONLY_PEOPLE * bool(beside)

    def _meant(self, of: Places) -> Numbers:
        counts = np.zeros((len(self._used), len(self._lengths)), np.float32)
        for row, used in enumerate(self._used):
            np.add.at(counts[row], used, 1)
        sums = (counts * self._lengths) @ self._units
        before, after = self._beside(sums)
        wholes = np.add.reduceat(sums, self._starts, axis=0)
        asked = normalize_rows(self._own.sum(axis=0)[None])[0]
        headlines = _most(self._soft, self._titles)[of]
        covered = np.maximum(_most(self._soft, self._used), HEADLINE * headlines) @ self._share
        columns = [
            covered**2,
            covered / max(float(covered.max()), _TINY),
            normalize_rows(sums) @ asked,
            normalize_rows(sums + 0.5 * before + 0.5 * after) @ asked,
            (normalize_rows(wholes) @ asked)[of],
        ]
        return np.stack(columns, axis=1).astype(np.float32)

    def _beside(self, rows: Numbers) -> tuple[Numbers, Numbers]:
        """For each sentence the rows of those before and behind it in its passage, or zeros."""
        before, after = np.roll(rows, 1, axis=0), np.roll(rows, -1, axis=0)
        before[self._starts] = 0
        after[np.append(self._starts[1:], len(rows)) - 1] = 0
        return before, after

    def _whole(self, near: Numbers, of: Places, rows: Numbers) -> Numbers:
        """By the one sentence, with its neighbours and its title, that has most."""
        question, share = self._question, self._share
        windows = np.maximum(near, np.maximum(*self._beside(near)))
        around = np.maximum(windows, NEAR * _most(self._near, self._titles)[of])
        worth = windows @ share + around.mean(axis=1)
        like = (
            rows[:, len(SENTENCE_FEATURES) + SENTENCE_VECTOR_FEATURES.index("like_window")]
            if self._meanings is not None
            else None
        )
        if like is not None:
            worth = worth + 2 * like
        best = int(worth.argmax())
        at = around[best]
        mass = float(at @ self._idf)
        names = self._part(question.names | question.numbers)
        found = [
            float((near @ share).max()),
            float(at @ share),
            float(at @ names) if names.any() else 0.5,
            mass / 10,
            float((1 - at) @ self._idf) / 10,
            (mass - math.log(self._rows)) / 10,
            math.log1p(float((at >= NEAR).sum())),
            math.log1p(len(self._sentences[best][1].stems)),
            float(rows[best, SENTENCE_FEATURES.index("order")]),
            float(rows[best, SENTENCE_FEATURES.index("fits")]) if question.question_type in TYPED else 0.5,
        ]
        if like is not None:
            soft = _most(self._soft, self._used)
            soft = np.maximum(np.maximum(soft, np.maximum(*self._beside(soft)))[best], at)
            meant = rows[:, len(SENTENCE_FEATURES) :]
            covered = np.sqrt(np.maximum(meant[:, SENTENCE_VECTOR_FEATURES.index("soft2")], 0))
            found += [
                float(soft @ share),
                float(soft.mean()),
                float(like[best]),
                float(np.sort(like)[-MANY:].mean()),
                float(np.median(covered)),
                _apart(covered),
                _apart(meant[:, SENTENCE_VECTOR_FEATURES.index("like_passage")]),
            ]
        return np.array(found, np.float32)


def _most(matches: Numbers, used: Sequence[Sequence[int]]) -> Numbers:
    """For each text, given by the columns of its words, the highest value in each row."""
    sizes = np.array([len(one) for one in used])
    columns = np.fromiter((column for one in used for column in one), np.int64, int(sizes.sum()))
    found: Numbers = np.maximum.reduceat(matches[:, columns], np.cumsum(sizes) - sizes, axis=1).T
    return found


def _apart(values: Numbers) -> float:
    """How far the highest is from the mean, in standard deviations; 0 for one value."""
    return float((values.max() - values.mean()) / (values.std() + LEAST_DEVIATION))


def _alike(one: str, other: str) -> bool:
    """Whether two stems begin alike enough to be of one family."""
    shorter, longer = sorted((len(one), len(other)))
    if shorter < 4:
        return False
    same = 0
    while same < shorter and one[same] == other[same]:
        same += 1
    return (same >= 5 and same >= 0.6 * longer) or (same >= 4 and same == shorter and longer - same <= 4)
