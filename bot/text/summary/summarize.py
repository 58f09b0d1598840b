"""Summarises an article by selecting the sentences most likely to match a person's summary of it.

`bot.text.summary.salience` predicts for each word and each pair of adjacent words how likely a summary has
it. The selected sentences together have the most of them for their length, each counted once, which penalises
long, empty and repeating sentences. A sentence that refers to the previous one ("But he ...") is penalised if
that is left out."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from bot.domain.answers import Sentence, Summary
from bot.domain.articles import Article
from bot.text.language.context_dependence import depends_on_context, has_open_quotation, is_fragment
from bot.text.language.markup import secret_spans
from bot.text.language.sentences import article_sentences
from bot.text.language.word_patterns import count_words
from bot.text.summary.salience import (
    ArticleWords,
    Pair,
    SalienceWeights,
    count_article_words,
    pair_logits,
    probability,
    salience_weights,
    sentence_values,
    word_logits,
)

WORDS_PER_MINUTE = 230

_CANDIDATES = 20
_PAIR_SHARE = 3.0
"""The weight of a pair of words relative to a single word."""
_SUMMARY_WORDS = 12.0
"""The number of words of a person's summary per sentence; the length of ours is added to it."""
_DEPENDENT_COST = 0.01
_OPEN_QUOTATION_COST = 0.02


@dataclass(frozen=True, slots=True)
class _Candidate:
    number: int
    length: int
    words: dict[str, float]
    pairs: dict[Pair, float]
    is_dependent: bool
    cost: float


def summarise(article: Article, sentences: int = 3, weights: SalienceWeights | None = None) -> Summary:
    """Returns the `sentences` best sentences in reading order: fewer if the article has fewer, none if it has
    no body. Deterministic. Excludes boilerplate, captions and datelines."""
    headline = _normalized(article.title)
    own_sentences = [s for s in article_sentences(article) if _normalized(s.text) != headline]
    chosen: list[int] = []
    if sentences > 0:
        chosen = sorted(_choose(article, own_sentences, sentences, weights or salience_weights()))
    best = tuple(replace(s, masks=secret_spans(s.text)) for s in map(own_sentences.__getitem__, chosen))
    return Summary(article.id, best, len(own_sentences), reading_minutes(article))


def reading_minutes(article: Article) -> int:
    """Returns the time in minutes to read the article's own words: at least 1, or 0 if there are none."""
    words = sum(count_words(p.text) for p in article.paragraphs if not p.furniture)
    return math.ceil(words / WORDS_PER_MINUTE)


def _normalized(text: str) -> str:
    """Returns the text in lower case with single spaces, without final punctuation, to recognise a headline
    repeated in the body."""
    return " ".join(text.lower().split()).rstrip(" .!?")


def _choose(
    article: Article, sentences: Sequence[Sentence], count: int, weights: SalienceWeights
) -> list[int]:
    if len(sentences) <= count:
        return list(range(len(sentences)))
    language = article.language or "en"
    article_words = count_article_words((s.text for s in sentences), language)
    candidates = _candidates(article, sentences, article_words, count, weights)
    return [c.number for c in _best(candidates, count)]


def _candidates(
    article: Article,
    sentences: Sequence[Sentence],
    article_words: ArticleWords,
    count: int,
    weights: SalienceWeights,
) -> list[_Candidate]:
    language = article.language or "en"
    logits = word_logits(article_words, article.title, weights.words, weights.common.get(language, {}))
    probabilities = {key: probability(logit) for key, logit in logits.items()}
    values = sentence_values(article_words, probabilities)
    max_candidates = max(_CANDIDATES, 3 * count)
    whole = [n for n, s in enumerate(sentences) if not is_fragment(s.text, language)]
    fragments = sorted(set(range(len(sentences))) - set(whole)) if len(whole) < count else []
    order = [*sorted(whole, key=lambda n: (-values[n], n))[:max_candidates], *fragments]
    pairs = pair_logits(
        article_words,
        logits,
        probabilities,
        order,
        weights.pairs,
        weights.common_pairs.get(language, ({}, {})),
    )
    return [
        _Candidate(
            number,
            len(article_words.keys[number]),
            {key: probabilities[key] for key in article_words.keys[number]},
            {pair: probability(logit) for pair, logit in logits_of_pairs.items()},
            number > 0 and depends_on_context(sentences[number].text, language),
            _OPEN_QUOTATION_COST * has_open_quotation(sentences[number].text),
        )
        for number, logits_of_pairs in zip(order, pairs, strict=True)
    ]


def _best(candidates: Sequence[_Candidate], count: int) -> list[_Candidate]:
    """Returns the `count` candidates with the best objective: selected greedily, then improved by
    exchanges."""
    objective = _objective(count)
    chosen: list[_Candidate] = []
    while len(chosen) < count:
        left = [c for c in candidates if c not in chosen]
        chosen.append(max(left, key=lambda c: objective([*chosen, c])))
    best = objective(chosen)
    improved = True
    while improved:
        improved = False
        for place in range(count):
            for candidate in candidates:
                if candidate in chosen:
                    continue
                trial = [*chosen[:place], candidate, *chosen[place + 1 :]]
                value = objective(trial)
                if value > best + 1e-12:
                    chosen, best, improved = trial, value, True
    return chosen


def _objective(count: int) -> Callable[[Sequence[_Candidate]], float]:
    """Returns the function to maximise: the expected overlap with a person's summary, as twice the common
    words divided by the sum of both lengths."""
    expected = _SUMMARY_WORDS * count

    def objective(chosen: Sequence[_Candidate]) -> float:
        words: dict[str, float] = {}
        pairs: dict[Pair, float] = {}
        length, cost = 0, 0.0
        numbers = {c.number for c in chosen}
        for candidate in chosen:
            words.update(candidate.words)
            pairs.update(candidate.pairs)
            length += candidate.length
            cost += candidate.cost
            if candidate.is_dependent and candidate.number - 1 not in numbers:
                cost += _DEPENDENT_COST
        total = length + expected
        return sum(words.values()) / total + _PAIR_SHARE * sum(pairs.values()) / max(total - 4, 1) - cost

    return objective
