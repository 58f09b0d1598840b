"""Calculates how well a sentence answers a question: shared words, context, word vectors, form."""

from __future__ import annotations

import math
import re
from bisect import bisect_left
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from bot.domain.index_words import fold
from bot.text.language.word_vectors import Vectors, normalize_rows, sum_rows
from bot.text.qa.answer_types import SPAN_TYPES, Span, answer_spans, form_score
from bot.text.qa.fact_forms import unit_stems
from bot.text.qa.passages import Passage, PassageSentence, StemTable
from bot.text.qa.question import Question
from bot.text.verification.irregular import base_forms

Numbers = NDArray[np.float32]

PARTIAL_MATCH = 0.8
"""The weight of a word that begins like one of the question's, or that occurs only in the title."""
HEADLINE_MATCH = 0.5
"""The weight of a word of the headline for a sentence below it, which need not repeat it."""
MAX_WORDS_BEFORE, MAX_WORDS_AFTER = 2, 4
"""Words around a number that may name the counted thing."""
PEOPLE_STEMS = frozenset(("peopl", "person", "other"))
ONLY_PEOPLE = 0.5
"""The value of a number that counts people of any kind."""
MAX_SIMILAR_SENTENCES = 5
"""The number of sentences whose mean similarity shows how much of the archive is about the question."""
MIN_DEVIATION = 0.05
_TINY = 1e-6
_CONTEXT_DEPENDENT = re.compile(r"(?:He|She|It|They|This|These|That|Those|His|Her|Their|Its|The)\b")

SENTENCE_FEATURES = (
    "covered",  # the share of the question's words, weighted by rarity, that the sentence has
    "first",  # what the passage's first sentence adds to that
    "after",  # what the next sentence adds
    "leaning",  # what the previous sentence adds, if this one begins with a pronoun or an article
    "order",  # pairs of words adjacent as in the question
    "names",
    "names_near",  # names anywhere in the passage or in its title
    "fits",  # has the form of an answer
    "fits_typed",
    "counted",  # the counted thing of "how many" follows a number
    "bm25",
    "best_covered",  # the best sentence of the passage
)
SENTENCE_VECTOR_FEATURES = ("soft2", "soft_best", "like", "like_window", "like_passage")
"""The features of a sentence in order. Those of SENTENCE_VECTOR_FEATURES need word vectors: the coverage with
similar words weighted by their squared similarity, the same relative to the best sentence, and the similarity
of the question to the sentence, to it and its neighbours, and to the passage."""
QUESTION_FEATURES = (
    "best",  # the highest coverage of any sentence
    "around",  # of the best sentence, its neighbours and its title, as are all that follow
    "names",  # names and numbers
    "mass_matched",  # the rarity of the covered words, not as a share
    "mass_missing",
    "surprise",  # how improbable this match is by chance in so large an archive
    "matched",  # the number of covered words
    "length",
    "order",
    "fits",
)
QUESTION_VECTOR_FEATURES = (
    "soft_window",
    "soft_mean",
    "like_window",
    "like_many",
    "soft_usual",  # the median coverage by similar words: the chance level
    "soft_apart",  # how far the best sentence exceeds the others
    "passage_apart",  # the same for passages, by their similarity
)
"""The features of a question as a whole, which show whether anything answers it. Those of
QUESTION_VECTOR_FEATURES need word vectors."""
ANSWERABILITY_FEATURES = ("names", "mass_matched", "surprise", *QUESTION_VECTOR_FEATURES)
"""The features used when there are word vectors: with all features the decision overfits the articles from
which it was learned (`benchmarks/ask_quality.py --fit` prints both)."""


@dataclass(slots=True)
class AnswerCandidate:
    """A sentence with its passage, and the spans in it that could be the fact asked for."""

    passage: Passage
    sentence: PassageSentence
    answer_spans: list[Span]

    def joined(self, first: PassageSentence, last: PassageSentence, stem_table: StemTable) -> AnswerCandidate:
        """Returns the candidate with the sentences from the first to the last one around it."""
        joined = self.passage.joined(first, last, stem_table)
        shift = self.sentence.start - joined.start
        spans = [(start + shift, end + shift) for start, end in self.answer_spans]
        return AnswerCandidate(self.passage, joined, spans)


@dataclass(slots=True)
class ExtractedFeatures:
    """The basis of a decision about one question: the candidates, a row of features for each
    (SENTENCE_FEATURES, then SENTENCE_VECTOR_FEATURES), and the features of the question as a whole."""

    candidates: list[AnswerCandidate]
    rows: Numbers
    question_row: Numbers


class WordVectorCache:
    """Caches unit rows of words between questions. Of more than MAX_WORDS words, the others are unknown."""

    MAX_WORDS = 16_384

    def __init__(self, vectors: Vectors) -> None:
        self._vectors = vectors
        self._indexes: dict[str, int] = {}
        self._rows = np.zeros((self.MAX_WORDS + 1, vectors.dims), np.float32)
        self._lengths = np.zeros((self.MAX_WORDS + 1, 1), np.float32)

    def rows(self, words: Sequence[str]) -> tuple[Numbers, Numbers]:
        """Returns a unit row for each word (zeros for an unknown one), and the length of each row in the
        table."""
        new = [word for word in dict.fromkeys(words) if word not in self._indexes]
        if len(self._indexes) + len(new) > self.MAX_WORDS:
            self._indexes.clear()
            new = list(dict.fromkeys(words))[: self.MAX_WORDS]
        if new:
            start = len(self._indexes)
            rows = self._vectors.words(new)
            self._indexes.update((word, start + n) for n, word in enumerate(new))
            self._rows[start : start + len(new)] = normalize_rows(rows)
            self._lengths[start : start + len(new)] = np.linalg.norm(rows, axis=1, keepdims=True)
        indexes = [self._indexes.get(word, self.MAX_WORDS) for word in words]
        return self._rows[indexes], self._lengths[indexes]


class FeatureExtractor:
    """Calculates the features of one question over its best passages."""

    def __init__(
        self,
        question: Question,
        passages: Sequence[Passage],
        idf: Mapping[str, float],
        stem_table: StemTable,
        vectors: WordVectorCache | None,
        document_count: int = 1,
    ) -> None:
        self._question = question
        self._passages = [p for p in passages if p.sentences(stem_table)]
        self._stem_table = stem_table
        self._vectors = vectors
        self._document_count = max(document_count, 1)
        self._stems = list(dict.fromkeys(question.stems))
        self._idf = np.array([idf[stem] for stem in self._stems], np.float32)
        self._share = self._idf / max(float(self._idf.sum()), 1e-6)
        self._sentences = [(p, s) for p in self._passages for s in p.sentences(stem_table)]
        sizes = np.array([len(p.sentences(stem_table)) for p in self._passages], np.int64)
        self._starts = np.cumsum(sizes) - sizes
        self._passage_of = np.repeat(np.arange(len(sizes)), sizes)
        self._match_words()

    def _match_words(self) -> None:
        """Collects the distinct words of the sentences, and how each asked stem matches them: exactly, by its
        beginning, or by its vector."""
        vocabulary: dict[str, int] = {}
        empty = self._stem_table.empty
        texts = [sentence.raw_words for _, sentence in self._sentences]
        texts += [passage.title_words for passage in self._passages]
        used = [[vocabulary.setdefault(r, len(vocabulary)) for r in raw if r not in empty] for raw in texts]
        no_word = [len(vocabulary)]
        used = [columns or no_word for columns in used]
        self._used, self._titles = used[: len(self._sentences)], used[len(self._sentences) :]
        stems = [self._stem_table[raw] for raw in vocabulary]
        bases = [self._base_stem(raw) for raw in vocabulary]
        indexes = {stem: n for n, stem in enumerate(self._stems)}
        asked_bases = [
            self._base_stem(word)
            for word in dict(zip(self._question.stems, self._question.words, strict=True)).values()
        ]
        self._exact = np.zeros((len(self._stems), len(stems) + 1), np.float32)
        self._near = np.zeros_like(self._exact)
        for column, stem in enumerate(stems):
            if stem in indexes:
                self._exact[indexes[stem], column] = self._near[indexes[stem], column] = 1
                continue
            for row, asked in enumerate(self._stems):
                if is_one_family(asked, stem) or asked_bases[row] == bases[column]:
                    self._near[row, column] = PARTIAL_MATCH
        if self._vectors is not None:
            self._match_meanings(self._vectors, list(vocabulary))

    def _base_stem(self, raw: str) -> str:
        """Returns the stem of a word, or in English of the base of an irregular form: find for found."""
        irregular = base_forms() if self._stem_table.language == "en" else {}
        return self._stem_table[irregular.get(fold(raw), raw)]

    def _match_meanings(self, vectors: WordVectorCache, vocabulary: Sequence[str]) -> None:
        asked = dict(zip(self._question.stems, self._question.words, strict=True))
        asked_rows, asked_lengths = vectors.rows([asked[stem] for stem in self._stems])
        units, lengths = vectors.rows([raw.lower() for raw in vocabulary])
        self._soft = self._near.copy()
        self._soft[:, :-1] = np.maximum(self._near[:, :-1], asked_rows @ units.T)
        self._asked_vectors = asked_rows * asked_lengths
        self._units = np.concatenate([units, np.zeros((1, units.shape[1]), np.float32)])
        self._lengths = np.append(lengths, np.zeros((1, 1), np.float32), axis=0)

    def extract(self) -> ExtractedFeatures:
        """Returns the features of every sentence and of the question."""
        if not self._sentences:
            with_vectors = self._vectors is not None
            width = len(SENTENCE_FEATURES) + with_vectors * len(SENTENCE_VECTOR_FEATURES)
            question_width = len(QUESTION_FEATURES) + with_vectors * len(QUESTION_VECTOR_FEATURES)
            return ExtractedFeatures(
                [], np.zeros((0, width), np.float32), np.zeros(question_width, np.float32)
            )
        near = _best_match(self._near, self._used)
        titles = _best_match(self._near, self._titles)
        columns, candidates = self._word_features(near, titles)
        if self._vectors is not None:
            columns += self._vector_features()
        rows = np.stack(columns, axis=1).astype(np.float32)
        return ExtractedFeatures(candidates, rows, self._question_features(near, titles, rows))

    def _word_features(self, near: Numbers, titles: Numbers) -> tuple[list[Numbers], list[AnswerCandidate]]:
        share, passage_of = self._share, self._passage_of
        around = np.maximum(np.maximum.reduceat(near, self._starts, axis=0), PARTIAL_MATCH * titles)
        near = np.maximum(near, HEADLINE_MATCH * titles[passage_of])
        covered = near @ share
        missing = 1 - near
        before, after = self._neighbours(near)
        first = near[self._starts[passage_of]]
        depends = [_CONTEXT_DEPENDENT.match(sentence.text) is not None for _, sentence in self._sentences]
        bm25 = np.array([p.score for p in self._passages], np.float32)
        names = self._share_of(self._question.names)
        forms, candidates = self._forms()
        order, fits, counted = forms.T
        half = np.full(len(near), 0.5, np.float32)
        exact = _best_match(self._exact, self._used)
        columns = [
            covered,
            (first * missing) @ share,
            (after * missing) @ share,
            (before * missing) @ share * np.array(depends, np.float32),
            order,
            exact @ names if names.any() else half,
            (around @ names)[passage_of] if names.any() else half,
            fits,
            fits * (self._question.question_type in SPAN_TYPES),
            counted,
            (bm25 / max(float(bm25.max()), _TINY))[passage_of],
            np.maximum.reduceat(covered, self._starts)[passage_of],
        ]
        return columns, candidates

    def _share_of(self, stems: frozenset[str]) -> Numbers:
        """Returns equal weights for these asked stems, with the sum 1."""
        chosen = np.array([stem in stems for stem in self._stems], np.float32)
        return chosen / max(float(chosen.sum()), 1.0)

    def _forms(self) -> tuple[Numbers, list[AnswerCandidate]]:
        """Returns, for each sentence, its word order, its form, and whether the counted thing follows a
        number."""
        question = self._question
        asked = set(self._stems)
        asked_pairs = set(pairwise(question.stems))
        percent = "percent" in question.text.lower() or "%" in question.text
        forms, candidates = [], []
        for passage, sentence in self._sentences:
            spans = answer_spans(question.question_type, sentence.text, question.all_stems, question.language)
            fits = form_score(
                question.question_type, sentence.text, spans, question.language, percent=percent
            )
            counted = fits if percent else counts_asked(question, sentence, spans)
            pairs = set(pairwise(stem for stem in sentence.stems if stem in asked))
            forms.append((len(asked_pairs & pairs) / max(1, len(asked_pairs)), fits, counted))
            candidates.append(AnswerCandidate(passage, sentence, spans))
        return np.array(forms, np.float32), candidates

    def _vector_features(self) -> list[Numbers]:
        sums = sum_rows(self._units * self._lengths, self._used)
        before, after = self._neighbours(sums)
        passages = np.add.reduceat(sums, self._starts, axis=0)
        asked = normalize_rows(self._asked_vectors.sum(axis=0)[None])[0]
        headlines = _best_match(self._soft, self._titles)[self._passage_of]
        matches = np.maximum(_best_match(self._soft, self._used), HEADLINE_MATCH * headlines)
        covered = matches @ self._share
        return [
            covered**2,
            covered / max(float(covered.max()), _TINY),
            normalize_rows(sums) @ asked,
            normalize_rows(sums + 0.5 * before + 0.5 * after) @ asked,
            (normalize_rows(passages) @ asked)[self._passage_of],
        ]

    def _neighbours(self, rows: Numbers) -> tuple[Numbers, Numbers]:
        """Returns, for each sentence, the rows of the previous and next one in its passage, or zeros."""
        before, after = np.roll(rows, 1, axis=0), np.roll(rows, -1, axis=0)
        before[self._starts] = 0
        after[np.append(self._starts[1:], len(rows)) - 1] = 0
        return before, after

    def _question_features(self, near: Numbers, titles: Numbers, rows: Numbers) -> Numbers:
        """Returns the features by the sentence that covers most together with its neighbours and its
        title."""
        question, share = self._question, self._share
        vector_rows = dict(zip(SENTENCE_VECTOR_FEATURES, rows[:, len(SENTENCE_FEATURES) :].T, strict=False))
        likeness = vector_rows.get("like_window")
        windows = np.maximum(near, np.maximum(*self._neighbours(near)))
        around = np.maximum(windows, PARTIAL_MATCH * titles[self._passage_of])
        scores = windows @ share + around.mean(axis=1)
        if likeness is not None:
            scores = scores + 2 * likeness
        best = int(scores.argmax())
        match = around[best]
        mass = float(match @ self._idf)
        names = self._share_of(question.names | question.numbers)
        has_form = question.question_type in SPAN_TYPES
        features = [
            float((near @ share).max()),
            float(match @ share),
            float(match @ names) if names.any() else 0.5,
            mass / 10,
            float((1 - match) @ self._idf) / 10,
            (mass - math.log(self._document_count)) / 10,
            math.log1p(float((match >= PARTIAL_MATCH).sum())),
            math.log1p(len(self._sentences[best][1].stems)),
            float(rows[best, SENTENCE_FEATURES.index("order")]),
            float(rows[best, SENTENCE_FEATURES.index("fits")]) if has_form else 0.5,
        ]
        if likeness is not None:
            soft = _best_match(self._soft, self._used)
            soft = np.maximum(np.maximum(soft, np.maximum(*self._neighbours(soft)))[best], match)
            covered = np.sqrt(np.maximum(vector_rows["soft2"], 0))
            features += [
                float(soft @ share),
                float(soft.mean()),
                float(likeness[best]),
                float(np.sort(likeness)[-MAX_SIMILAR_SENTENCES:].mean()),
                float(np.median(covered)),
                _deviation_of_highest(covered),
                _deviation_of_highest(vector_rows["like_passage"]),
            ]
        return np.array(features, np.float32)


def counts_asked(question: Question, sentence: PassageSentence, spans: Sequence[Span]) -> float:
    """Returns 1 if the counted thing occurs beside a number, ONLY_PEOPLE if only people in general do,
    else 0."""
    counted = question.counted_stems
    if not counted or not spans:
        return 0.0
    starts = sentence.word_starts()
    beside: set[str] = set()
    for span in spans:
        first, behind = (bisect_left(starts, edge) for edge in span)
        beside.update(sentence.stems[max(0, first - MAX_WORDS_BEFORE) : first])
        beside.update(sentence.stems[behind : behind + MAX_WORDS_AFTER])
    beside = (beside | unit_stems(beside)) & (counted | unit_stems(counted))
    return 1.0 if beside - PEOPLE_STEMS else ONLY_PEOPLE * bool(beside)


def _best_match(matches: Numbers, used: Sequence[Sequence[int]]) -> Numbers:
    """Returns the highest value in each row for each text, given by the columns of its words."""
    sizes = np.array([len(columns) for columns in used])
    columns = np.fromiter((column for columns in used for column in columns), np.int64, int(sizes.sum()))
    best: Numbers = np.maximum.reduceat(matches[:, columns], np.cumsum(sizes) - sizes, axis=1).T
    return best


def _deviation_of_highest(values: Numbers) -> float:
    """Returns how many standard deviations the highest value is above the mean; 0 for one value."""
    return float((values.max() - values.mean()) / (values.std() + MIN_DEVIATION))


def is_same(stem: str, other: str) -> bool:
    """Whether two stems are of one word, or of one family of words."""
    return stem == other or is_one_family(stem, other)


def is_one_family(stem: str, other: str) -> bool:
    """Whether two stems share a beginning long enough to belong to one family of words."""
    if stem[:4] != other[:4]:
        return False
    shorter, longer = sorted((len(stem), len(other)))
    if shorter < 4:
        return False
    pairs = zip(stem, other, strict=False)
    same = next((n for n, (mine, theirs) in enumerate(pairs) if mine != theirs), shorter)
    return (same >= 5 and same >= 0.6 * longer) or (same >= 4 and same == shorter and longer - same <= 4)
