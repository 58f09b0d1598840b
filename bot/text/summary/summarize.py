"""Summarises an article by selecting the sentences most likely to match a person's summary of it.

`bot.text.summary.salience` predicts for each word and each pair of adjacent words how likely a summary has
it. The selected sentences together have the most of them for their length, each counted once, which penalises
long, empty and repeating sentences. A sentence that needs another one to be understood ("But he ...") comes
with that or not at all: two sentences are better than a third that points to one left out."""

from __future__ import annotations

import math
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace
from functools import cache
from itertools import takewhile

from bot.domain.answers import Sentence, Summary
from bot.domain.articles import Article
from bot.text.language.markup import secret_spans
from bot.text.language.quotations import within_quotations
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
from bot.text.summary.standalone import (
    Needs,
    is_addressed,
    is_for_effect,
    is_quotable,
    sentence_needs,
)

WORDS_PER_MINUTE = 230

_CANDIDATES = 20
_PAIR_SHARE = 3.0
"""The weight of a pair of words relative to a single word."""
_SUMMARY_WORDS = 14.0
"""The number of words of a person's summary per sentence; the length of ours is added to it."""
_HEADLINE_SHARE = 0.25
"""The worth of having all words of the headline."""
_UNMET_COST = 1.0
"""More than any sentence is worth."""
_MIN_SHARED = 2
_MIN_SHARE = 1 / 3
"""The words of the headline, and the share of them, that a sentence has which says what the headline says."""
_FACTS = 4
_MIN_OF_BEST = 0.6
"""Another sentence may say what the headline says in this share of the best one's words of it."""
_MIN_NEW_SHARE = 1 / 3
"""The share of the words of a sentence that those before it do not have, unless it repeats them."""
_USUAL_SENTENCES = 3
_MIN_SENTENCES = 2
"""With fewer, a summary is chosen again from all sentences, on the headline's subject or not."""
_OPENING = 4
"""Behind so many first sentences, each says what the headline says, or follows one that is shown: the others
are often on something else."""
_ADDRESSED_COST = 0.02
_LEAD_WORTH = 0.02
_BREAK_COST = 0.02
"""The cost of each run of sentences behind the opening, after the first: a run reads better than scattered
sentences."""
_OFF_SUBJECT_COST = 0.03
"""The cost of a sentence without a word of the headline; half of it for the first one."""


@dataclass(frozen=True, slots=True, eq=False)
class _Candidate:
    number: int
    length: int
    words: dict[str, float]
    pairs: dict[Pair, float]
    needs: Needs
    cost: float


def summarise(article: Article, sentences: int = 3, weights: SalienceWeights | None = None) -> Summary:
    """Returns at most `sentences` sentences in reading order: fewer if no others can be read without those
    left out, none if the article has no body. Deterministic. Excludes boilerplate, captions and datelines."""
    headline = _normalized(article.title)
    own_sentences = [s for s in article_sentences(article) if _normalized(s.text) != headline]
    chosen: list[int] = []
    if sentences > 0 and own_sentences:
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
    language = article.language or "en"
    article_words = count_article_words((s.text for s in sentences), language)
    quoted = within_quotations([s.text for s in sentences])
    whole = [n for n, s in enumerate(sentences) if n not in quoted and is_quotable(s.text, language)]
    short: list[int] = []
    if article.title and whole:
        short = _short(sentences, quoted.union(whole), language)
        # Without a headline, an opening for effect is often the only sentence that says what it is about.
        whole = [n for n in whole if not is_for_effect(sentences[n].text, n == 0, language)] or whole
        whole = [*whole, *short]
    title = {key for keys in count_article_words([article.title], language).keys for key in keys}
    headline = {key for key in title if key in article_words.words and not article_words.words[key].stop}
    fact = _fact(article_words, whole, headline)
    candidates = _candidates(
        article,
        sentences,
        article_words,
        whole or range(len(sentences)),
        max(_CANDIDATES, 3 * count),
        weights,
        fact,
        headline,
    )
    candidates = [_behind(c) if c.number in short else c for c in candidates]
    first = _readable_fact(candidates, fact, count, title)
    objective = _objective(count, title, headline)
    chosen: list[_Candidate] = []
    if fact and len(headline) >= _MIN_SHARED and count <= _USUAL_SENTENCES:
        tied = [c if c in first else _tied(c, headline) for c in candidates]
        chosen = _readable(_best(tied, count, objective, first), title)
    if len(chosen) < min(_MIN_SENTENCES, count):
        chosen = _readable(_best(candidates, count, objective, first), title)
        opening = _first_readable([c for c in candidates if c.number not in short], count, title)
        enough = min(_shared(chosen, headline), _least_shared(headline))
        if headline and len(opening) > 1 and _shared(opening, headline) >= enough:
            chosen = opening
    # Whatever the first sentence needs, readers of an article meet it first.
    return [c.number for c in chosen] or [min(c.number for c in candidates)]


def _short(sentences: Sequence[Sentence], others: Collection[int], language: str) -> list[int]:
    """Returns the sentences besides `others` that are whole, but too short to stand without the one before
    them: "He was 63."."""
    return [
        n
        for n, s in enumerate(sentences)
        if n > 0
        and n not in others
        and is_quotable(s.text, language, behind_another=True)
        and not is_for_effect(s.text, False, language)
    ]


def _behind(candidate: _Candidate) -> _Candidate:
    """Returns the candidate, which needs the sentence before it."""
    return replace(candidate, needs=replace(candidate.needs, previous=True))


def _fact(article_words: ArticleWords, whole: Collection[int], headline: AbstractSet[str]) -> list[int]:
    """Returns the sentences that have enough words of the headline to say what it says, those with the most
    first."""
    shared = {number: len(headline & set(article_words.keys[number])) for number in whole}
    enough = _least_shared(headline)
    numbers = sorted((n for n in whole if shared[n] >= enough), key=lambda n: (-shared[n], n))
    return [n for n in numbers[:_FACTS] if shared[n] >= _MIN_OF_BEST * shared[numbers[0]]]


def _readable_fact(
    candidates: Sequence[_Candidate], fact: Sequence[int], count: int, title: Collection[str]
) -> list[_Candidate]:
    """Returns the first sentence of `fact` that can be read, alone, behind the one before it, or behind all
    from the first one on: then the article's opening is there too. Behind two others, which leave no room for
    the opening, it is shown only if that cannot be read."""
    by_number = {candidate.number: candidate for candidate in candidates}
    has_opening = 0 in by_number and all(_met([by_number[0]], title))
    for number in fact:
        for start in (number, number - 1, 0 if has_opening else number - 2):
            run = [by_number[n] for n in range(start, number + 1) if n in by_number]
            if len(run) == number + 1 - start <= count and all(_met(run, title)):
                return run
    return []


def _readable(chosen: list[_Candidate], title: Collection[str]) -> list[_Candidate]:
    """Returns those of the chosen sentences that can be read without the others."""
    while any(unmet := [not met for met in _met(chosen, title)]):
        chosen = [c for c, without in zip(chosen, unmet, strict=True) if not without]
    return chosen


def _first_readable(candidates: Sequence[_Candidate], count: int, title: Collection[str]) -> list[_Candidate]:
    """Returns the article's first sentences up to the first that cannot be read or repeats them."""
    by_number = {candidate.number: candidate for candidate in candidates}
    opening = [by_number[number] for number in takewhile(by_number.__contains__, range(count))]
    words: set[str] = set()
    for place, (candidate, met) in enumerate(zip(opening, _met(opening, title), strict=True)):
        if not met or len(candidate.words.keys() - words) < _MIN_NEW_SHARE * len(candidate.words):
            return opening[:place]
        words.update(candidate.words)
    return opening


def _least_shared(headline: AbstractSet[str]) -> float:
    """Returns how many words of the headline a text has that says what the headline says."""
    return max(_MIN_SHARED, _MIN_SHARE * len(headline))


def _shared(chosen: Sequence[_Candidate], headline: AbstractSet[str]) -> int:
    return len(headline & set().union(*(candidate.words for candidate in chosen)))


def _tied(candidate: _Candidate, headline: AbstractSet[str]) -> _Candidate:
    """Returns the candidate, which needs the sentence before it if it is not on the headline's subject and
    does not belong to the opening."""
    on_subject = len(headline & candidate.words.keys()) >= _least_shared(headline)
    if candidate.number < _OPENING or on_subject:
        return candidate
    return _behind(candidate)


def _candidates(
    article: Article,
    sentences: Sequence[Sentence],
    article_words: ArticleWords,
    numbers: Iterable[int],
    count: int,
    weights: SalienceWeights,
    fact: Sequence[int],
    headline: AbstractSet[str],
) -> list[_Candidate]:
    language = article.language or "en"
    logits = word_logits(article_words, article.title, weights.words, weights.common.get(language, {}))
    probabilities = {key: probability(logit) for key, logit in logits.items()}
    values = sentence_values(article_words, probabilities)
    before = {n for number in fact for n in (0, 1, number - 2, number - 1, number)}
    order = sorted(numbers, key=lambda n: (n not in before, -values[n], n))[: count + len(before)]
    pairs = pair_logits(
        article_words,
        logits,
        values,
        order,
        weights.pairs,
        weights.common_pairs.get(language, ({}, {})),
    )
    needs = sentence_needs([s.text for s in sentences], order, language, fact)
    return [
        _Candidate(
            number,
            len(article_words.keys[number]),
            {key: probabilities[key] for key in article_words.keys[number]},
            {pair: probability(logit) for pair, logit in logits_of_pairs.items()},
            needs[number],
            _cost(sentences[number].text, article_words.keys[number], number, headline, language),
        )
        for number, logits_of_pairs in zip(order, pairs, strict=True)
    ]


def _cost(text: str, keys: Collection[str], number: int, headline: AbstractSet[str], language: str) -> float:
    on_subject = not headline or not headline.isdisjoint(keys)
    return (
        _ADDRESSED_COST * is_addressed(text, language)
        + _OFF_SUBJECT_COST * (not on_subject) / (2 if number == 0 else 1)
        - _LEAD_WORTH * (number == 0 and on_subject)
    )


def _best(
    candidates: Sequence[_Candidate],
    count: int,
    objective: Callable[[Sequence[_Candidate]], float],
    first: Sequence[_Candidate],
) -> list[_Candidate]:
    """Returns at most `count` candidates with the best objective, in reading order, those of `first` among
    them: selected greedily, then improved by exchanges. A summary longer than usual is filled up with what
    can be read."""
    by_number = {candidate.number: candidate for candidate in candidates}
    kept = {candidate.number for candidate in first}

    @cache
    def rate(numbers: tuple[int, ...]) -> float:
        # Many exchanges were tried before: the last one added is exchanged for each that was not added.
        return objective([by_number[number] for number in numbers])

    chosen = tuple(sorted(kept))
    best = rate(chosen) if chosen else 0.0
    while True:
        others = [number for number in by_number if number not in chosen]
        added = [(*chosen, number) for number in others] if len(chosen) < count else []
        exchanged = [
            (*chosen[:place], number, *chosen[place + 1 :])
            for place in range(len(chosen))
            for number in others
            if chosen[place] not in kept
        ]
        trials = [tuple(sorted(trial)) for trial in (*added, *exchanged)]
        values = [rate(trial) for trial in trials]
        if values and max(values) > best + 1e-12:
            best = max(values)
            chosen = trials[values.index(best)]
        elif count > _USUAL_SENTENCES and added and max(values[: len(added)]) > best - _UNMET_COST / 2:
            best = max(values[: len(added)])
            chosen = trials[values.index(best)]
        else:
            return [by_number[number] for number in chosen]


def _met(chosen: Sequence[_Candidate], title: Collection[str]) -> Iterator[bool]:
    """Yields for each candidate, in reading order, whether what it needs comes before it."""
    previous = -2  # Nothing comes before the first sentence.
    for place, candidate in enumerate(chosen):
        known: Collection[str] = ()
        if candidate.needs.introductions or candidate.needs.surnames:
            known = set(title).union(*[before.words for before in chosen[:place]])
        yield candidate.needs.are_met(candidate.number - 1 == previous, known)
        previous = candidate.number


def _late_runs(chosen: Sequence[_Candidate]) -> int:
    """Returns how many runs of consecutive sentences begin behind the article's opening."""
    numbers = {candidate.number for candidate in chosen}
    return sum(number >= _OPENING and number - 1 not in numbers for number in numbers)


def _objective(
    count: int, title: Collection[str], headline: AbstractSet[str]
) -> Callable[[Sequence[_Candidate]], float]:
    """Returns the function to maximise: the expected overlap with a person's summary, as twice the common
    words divided by the sum of both lengths, and the share of the headline's words."""
    expected = _SUMMARY_WORDS * count

    def objective(chosen: Sequence[_Candidate]) -> float:
        words: dict[str, float] = {}
        pairs: dict[Pair, float] = {}
        length, cost = 0, 0.0
        for candidate in chosen:
            words.update(candidate.words)
            pairs.update(candidate.pairs)
            length += candidate.length
            cost += candidate.cost
        cost += _UNMET_COST * sum(not met for met in _met(chosen, title))
        if headline and count <= _USUAL_SENTENCES:
            cost += _BREAK_COST * max(0, _late_runs(chosen) - 1)
        total = length + expected
        value = sum(words.values()) / total + _PAIR_SHARE * sum(pairs.values()) / max(total - 4, 1) - cost
        if headline:
            value += _HEADLINE_SHARE * len(headline & words.keys()) / len(headline)
        return value

    return objective
