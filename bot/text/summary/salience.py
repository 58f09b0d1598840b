"""Predicts how likely each word and each pair of adjacent words of an article are to be in its summary.

Two small logistic models, one for words and one for pairs, use a word's first position, its frequency,
whether it is a name, a number or a stop word, and the length of the article. Their weights were learned by
`benchmarks/fit_summary.py` and are stored in `salience_weights.json`."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import NamedTuple

from bot.text.language.index_tokens import index_words, is_unspaced
from bot.text.language.stems import stop_words

_WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)?")
_KEY_LENGTH = 6
_USUAL_LENGTH = 3.2
"""The logarithm of the number of sentences of an average article."""
_LENGTH_COST = 0.15
"""The cost of each word of a sentence, in expected words of a summary, when sentences are ranked alone."""

WEIGHTS_FILE = Path(__file__).with_name("salience_weights.json")

Pair = tuple[str, str]
CommonPairs = tuple[Mapping[str, float], Mapping[str, float]]
"""The additions to the log-odds of a pair for very common keys: as its first, and as its second."""


class WordWeights(NamedTuple):
    """The weights of the word model; those from `grammar` on are for stop words."""

    bias: float
    often: float
    spread: float
    lead: float
    early: float
    late: float
    name: float
    name_spread: float
    name_lead: float
    number: float
    title: float
    long: float
    long_lead: float
    long_early: float
    long_late: float
    long_spread: float
    long_long: float
    grammar: float
    grammar_often: float
    grammar_spread: float
    grammar_late: float
    grammar_long: float
    grammar_long_late: float
    grammar_long_spread: float


class PairWeights(NamedTuple):
    """The weights of the pair model; `first` and `second` weight the logits of the two words."""

    bias: float
    first: float
    second: float
    both: float
    grammar_first: float
    grammar_second: float
    grammar_both: float
    often: float
    lead: float
    late: float
    name: float
    long: float
    long_lead: float
    long_late: float
    long_first: float
    long_second: float
    long_long: float
    density: float
    rank: float
    length: float
    worth: float


@dataclass(frozen=True, slots=True)
class SalienceWeights:
    """The learned weights of both models; `common` and `common_pairs` are by ISO 639-1 code."""

    words: WordWeights
    pairs: PairWeights
    common: Mapping[str, Mapping[str, float]]
    """Additions to the log-odds of some very common keys."""
    common_pairs: Mapping[str, CommonPairs]


@cache
def salience_weights() -> SalienceWeights:
    """Returns the weights shipped with Newsdesk."""
    data = json.loads(WEIGHTS_FILE.read_text("utf-8"))
    words, pairs = WordWeights(**data["words"]), PairWeights(**data["pairs"])
    return SalienceWeights(words, pairs, data["common"], data["common_pairs"])


@dataclass(slots=True)
class _Word:
    stop: bool
    first: int
    last: int = -1
    times: int = 0
    sentences: int = 0
    inside: int = 0
    capitals: int = 0


@dataclass(slots=True)
class ArticleWords:
    """The words of an article: `keys` has the key of each word of each sentence, shared by all forms of a
    word; `capitals` says which of them are capitalised."""

    keys: list[list[str]] = field(default_factory=list)
    capitals: list[list[bool]] = field(default_factory=list)
    words: dict[str, _Word] = field(default_factory=dict)

    @property
    def scale(self) -> float:
        """The logarithm of the article's length relative to an average one; negative for a short one."""
        return math.log(max(len(self.keys), 1)) - _USUAL_LENGTH


def count_article_words(sentences: Iterable[str], language: str) -> ArticleWords:
    """Splits sentences into words and counts them; words of scripts without spaces are pairs of
    characters."""
    article, stops = ArticleWords(), stop_words(language)
    known: dict[str, tuple[str, bool, _Word]] = {}
    for number, sentence in enumerate(sentences):
        keys: list[str] = []
        capitals: list[bool] = []
        raws: Sequence[str] = _WORD.findall(sentence)
        if is_unspaced(sentence):
            raws = index_words(sentence)
        for raw in raws:
            entry = known.get(raw)
            if entry is None:
                key, capital, stop = _entry(raw, stops)
                word = article.words.setdefault(key, _Word(stop, number))
                entry = known[raw] = key, capital, word
            key, capital, word = entry
            word.times += 1
            if word.last != number:
                word.last = number
                word.sentences += 1
            if keys:
                word.inside += 1
                word.capitals += capital
            keys.append(key)
            capitals.append(capital)
        article.keys.append(keys)
        article.capitals.append(capitals)
    return article


def key_of(word: str) -> str:
    """Returns the key of a word: its beginning, which its forms share in any language."""
    key = word.lower()
    if key.endswith(("'s", "’s")):
        key = key[:-2]
    if len(key) > _KEY_LENGTH:
        return key[:_KEY_LENGTH]
    return key[:-1] if len(key) > 3 and key[-1] == "s" else key


def keys_of(text: str) -> list[str]:
    """Returns the keys of the words of a text in a script with spaces."""
    return [key_of(word) for word in _WORD.findall(text)]


def _entry(raw: str, stops: frozenset[str]) -> tuple[str, bool, bool]:
    key = key_of(raw)
    stop = raw.lower() in stops or "'" in key or "’" in key
    return key, raw[0].isupper(), stop


def word_logits(
    article: ArticleWords, title: str, weights: WordWeights, common: Mapping[str, float]
) -> dict[str, float]:
    """Returns the log-odds of each key of the article to be in a summary; `common` adds to those of some
    keys."""
    w, scale = weights, article.scale
    title_keys = set(keys_of(title))
    logs = [
        0.0,
        *(math.log(n) for n in range(1, 2 + max((x.times for x in article.words.values()), default=0))),
    ]
    places, grammar_places = _places(len(article.keys), scale, w)
    spread = w.spread + w.long_spread * scale
    grammar_spread = w.grammar_spread + w.grammar_long_spread * scale
    logits: dict[str, float] = {}
    for key, word in article.words.items():
        times, sentences = logs[word.times], logs[word.sentences]
        if word.stop:
            logit = grammar_places[word.first]
            logit += w.grammar_often * times + grammar_spread * sentences
        else:
            capital = word.capitals / word.inside if word.inside else 0.5
            logit = places[word.first] + w.often * times + spread * sentences
            logit += capital * (
                w.name + w.name_spread * sentences + (w.name_lead if word.first == 0 else 0.0)
            )
            if key in title_keys:
                logit += w.title
            if key.isdigit():
                logit += w.number
        logits[key] = logit + common.get(key, 0.0)
    return logits


def _places(count: int, scale: float, w: WordWeights) -> tuple[list[float], list[float]]:
    """Returns the effect of the position of a word's first sentence, for content words and for stop words."""
    base = w.bias + w.long * scale + w.long_long * scale * scale
    grammar_base = w.grammar + w.grammar_long * scale
    places: list[float] = []
    grammar_places: list[float] = []
    for number in range(count):
        late = math.log1p(number)
        place = base + (w.late + w.long_late * scale) * late
        if number == 0:
            place += w.lead + w.long_lead * scale
        if number <= 2:
            place += w.early + w.long_early * scale
        places.append(place)
        grammar_places.append(grammar_base + (w.grammar_late + w.grammar_long_late * scale) * late)
    return places, grammar_places


def probability(logit: float) -> float:
    """Converts log-odds to a probability."""
    return 1.0 / (1.0 + math.exp(-logit)) if logit > -30 else 0.0


def sentence_values(article: ArticleWords, probabilities: Mapping[str, float]) -> list[float]:
    """Returns, for each sentence, the expected number of words of a summary in it, minus the cost of its
    length."""
    return [sum(probabilities[key] for key in set(keys)) - _LENGTH_COST * len(keys) for keys in article.keys]


def pair_logits(
    article: ArticleWords,
    logits: Mapping[str, float],
    values: Sequence[float],
    sentences: Iterable[int],
    weights: PairWeights,
    common: CommonPairs = ({}, {}),
) -> list[dict[Pair, float]]:
    """Returns, for each index in `sentences`, the log-odds of its pairs to be in a summary, where all
    sentences have these `values`; `common` adds to those of pairs by their first and their second key."""
    w, scale = weights, article.scale
    counts, firsts = _count_pairs(article.keys)
    ranks = {n: r for r, n in enumerate(sorted(range(len(values)), key=lambda n: (-values[n], n)))}
    base = w.bias + w.long * scale + w.long_long * scale * scale
    first_weight, second_weight = w.first + w.long_first * scale, w.second + w.long_second * scale
    late_weight, lead = w.late + w.long_late * scale, w.lead + w.long_lead * scale
    late = [math.log1p(n) * late_weight + (0.0 if n else lead) for n in range(len(values))]
    as_first, as_second = common
    pair_logits_by_sentence: list[dict[Pair, float]] = []
    for number in sentences:
        keys, capitals = article.keys[number], article.capitals[number]
        size = len(keys)
        density = (values[number] + _LENGTH_COST * size) / max(len(set(keys)), 1)
        here = base + w.density * density + w.rank * math.log1p(ranks[number])
        here += w.length * size + w.worth * values[number]
        pairs: dict[Pair, float] = {}
        for place, pair in enumerate(pairwise(keys)):
            first, second = logits[pair[0]], logits[pair[1]]
            logit = here + first_weight * first + second_weight * second
            logit = logit + w.both * first * second + late[firsts[pair]]
            logit += as_first.get(pair[0], 0.0) + as_second.get(pair[1], 0.0)
            if article.words[pair[0]].stop:
                logit += w.grammar_first + (w.grammar_both if article.words[pair[1]].stop else 0.0)
            if article.words[pair[1]].stop:
                logit += w.grammar_second
            if counts[pair] > 1:
                logit += w.often * math.log(counts[pair])
            if capitals[place] and capitals[place + 1]:
                logit += w.name
            pairs[pair] = logit
        pair_logits_by_sentence.append(pairs)
    return pair_logits_by_sentence


def _count_pairs(keys_by_sentence: Sequence[Sequence[str]]) -> tuple[dict[Pair, int], dict[Pair, int]]:
    """Returns the frequency of each pair, and the index of the first sentence with it."""
    counts: dict[Pair, int] = {}
    firsts: dict[Pair, int] = {}
    for number, keys in enumerate(keys_by_sentence):
        for pair in pairwise(keys):
            counts[pair] = counts.get(pair, 0) + 1
            firsts.setdefault(pair, number)
    return counts, firsts
