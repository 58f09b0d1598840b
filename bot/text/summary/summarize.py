"""The sentences that carry an article: those that most likely say what a person's summary of it would say.

For each word and each pair of neighbouring words `bot.text.summary.salience` knows how likely a summary has
it. The sentences chosen are those that together promise the most of them for their length, each counted once,
so that long, empty and repeating sentences lose. A sentence that leans on the one before ("But he ...") pays
for it where that one is left out."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from bot.domain.answers import Sentence, Summary
from bot.domain.articles import Article
from bot.text.discussion.comment_filter import count_words
from bot.text.language.context_dependence import depends_on_context, has_open_quotation, is_fragment
from bot.text.language.sentences import article_sentences
from bot.text.summary.salience import (
    Pair,
    SalienceWeights,
    WordCounts,
    pair_logits,
    probability,
    salience_weights,
    sentence_values,
    word_counts,
    word_logits,
)

WORDS_PER_MINUTE = 230

_CANDIDATES = 20
_PAIR_SHARE = 3.0
"""How much a pair of words counts beside a single one."""
_SUMMARY_WORDS = 12.0
"""Words of a person's summary for each sentence wanted: what the length of ours is added to."""
_LEANING_COST = 0.01
_OPEN_COST = 0.02


@dataclass(frozen=True, slots=True)
class _Candidate:
    number: int
    length: int
    words: dict[str, float]
    pairs: dict[Pair, float]
    leans: bool
    cost: float


def summarise(article: Article, sentences: int = 3, weights: SalienceWeights | None = None) -> Summary:
    """Return the `sentences` sentences that carry the article, in reading order: fewer where it has fewer,
    none where it has no body.

    Deterministic. Furniture, captions, datelines and the like are never among them.
    """
    headline = _bare(article.title)
    found = [s for s in article_sentences(article) if _bare(s.text) != headline]
    chosen: list[int] = []
    if sentences > 0:
        chosen = sorted(_choose(article, found, sentences, weights or salience_weights()))
    return Summary(article.id, tuple(found[i] for i in chosen), len(found), reading_minutes(article))


def reading_minutes(article: Article) -> int:
    """Return how many minutes the article's own words take to read: at least 1, or 0 where there are none."""
    words = sum(count_words(p.text) for p in article.paragraphs if not p.furniture)
    return math.ceil(words / WORDS_PER_MINUTE)


def _bare(text: str) -> str:
    """Small letters and single blanks, without the marks at the end: a headline repeated in the body."""
    return " ".join(text.lower().split()).rstrip(" .!?")


def _choose(article: Article, found: Sequence[Sentence], wanted: int, weights: SalienceWeights) -> list[int]:
    if len(found) <= wanted:
        return list(range(len(found)))
    language = article.language or "en"
    page = word_counts((s.text for s in found), language)
    candidates = _candidates(article, found, page, wanted, weights)
    return [c.number for c in _best(candidates, wanted)]


def _candidates(
    article: Article, found: Sequence[Sentence], page: WordCounts, wanted: int, weights: SalienceWeights
) -> list[_Candidate]:
    language = article.language or "en"
    logits = word_logits(page, article.title, weights.words, weights.common.get(language, {}))
    chances = {key: probability(logit) for key, logit in logits.items()}
    values = sentence_values(page, chances)
    most = max(_CANDIDATES, 3 * wanted)
    whole = [n for n, s in enumerate(found) if not is_fragment(s.text, language)]
    pieces = sorted(set(range(len(found))) - set(whole)) if len(whole) < wanted else []
    order = [*sorted(whole, key=lambda n: (-values[n], n))[:most], *pieces]
    pairs = pair_logits(
        page, logits, chances, order, weights.pairs, weights.common_pairs.get(language, ({}, {}))
    )
    return [
        _Candidate(
            number,
            len(page.keys[number]),
            {key: chances[key] for key in page.keys[number]},
            {pair: probability(logit) for pair, logit in found_pairs.items()},
            number > 0 and depends_on_context(found[number].text, language),
            _OPEN_COST * has_open_quotation(found[number].text),
        )
        for number, found_pairs in zip(order, pairs, strict=True)
    ]


def _best(candidates: Sequence[_Candidate], wanted: int) -> list[_Candidate]:
    """The set of `wanted` candidates that promises most: built one by one, then bettered by exchanges."""
    promise = _promise(wanted)
    chosen: list[_Candidate] = []
    while len(chosen) < wanted:
        left = [c for c in candidates if c not in chosen]
        chosen.append(max(left, key=lambda c: promise([*chosen, c])))
    best = promise(chosen)
    bettered = True
    while bettered:
        bettered = False
        for place in range(wanted):
            for candidate in candidates:
                if candidate in chosen:
                    continue
                trial = [*chosen[:place], candidate, *chosen[place + 1 :]]
                value = promise(trial)
                if value > best + 1e-12:
                    chosen, best, bettered = trial, value, True
    return chosen


def _promise(wanted: int) -> Callable[[Sequence[_Candidate]], float]:
    """How much of a person's summary a set of sentences promises, twice shared by both their lengths."""
    expected = _SUMMARY_WORDS * wanted

    def promise(chosen: Sequence[_Candidate]) -> float:
        words: dict[str, float] = {}
        pairs: dict[Pair, float] = {}
        length, cost = 0, 0.0
        numbers = {c.number for c in chosen}
        for candidate in chosen:
            words.update(candidate.words)
            pairs.update(candidate.pairs)
            length += candidate.length
            cost += candidate.cost
            if candidate.leans and candidate.number - 1 not in numbers:
                cost += _LEANING_COST
        total = length + expected
        return sum(words.values()) / total + _PAIR_SHARE * sum(pairs.values()) / max(total - 4, 1) - cost

    return promise
