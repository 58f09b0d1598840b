"""Fits the weights of article summaries to articles with human highlights, and evaluates them.

It cross-validates fivefold by article; with `--write` it also fits on all of them and writes
`bot/text/summary/salience_weights.json`. Reads `summaries/cnn_dailymail.jsonl` of the development data
(NEWSDESK_SHARED, or ../shared). A few articles have highlights that only advertise their page: these are used
for evaluation, but not for fitting."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from itertools import pairwise

import numpy as np

from benchmarks.support.fitting import Reals, logistic
from benchmarks.support.measure import Option, parse_options
from bot.text.language.sentences import article_sentences
from bot.text.summary.salience import (
    WEIGHTS_FILE,
    ArticleWords,
    Pair,
    PairWeights,
    SalienceWeights,
    WordWeights,
    count_article_words,
    keys_of,
    pair_logits,
    probability,
    sentence_values,
    word_logits,
)
from bot.text.summary.summarize import summarise
from tests.support.summary_data import Item, articles_with_highlights, rouge

FOLDS = 5
COMMON_KEYS = 200
COMMON_IN_PAIRS = 60
WORD_PENALTY, PAIR_PENALTY, COMMON_PENALTY, COMMON_PAIR_PENALTY = 10.0, 10.0, 10.0, 30.0
TITLE = 0.6
"""Not fitted, as the articles have no titles: slightly less than the weight of the lead."""
SOURCE_NAMES = {"cnn"}
UNTAUGHT = re.compile(r"\bthis page\b|\btranscript\b", re.IGNORECASE)


def main() -> None:
    given = parse_options(
        __doc__,
        articles=Option(500, 10, "articles to learn from"),
        seeds=Option([0, 1], [0], "seeds; each splits the articles differently"),
        write=Option(False, False, "write the weights"),
    )
    items = articles_with_highlights()[: given.articles]
    pages = [count_article_words([s.text for s in article_sentences(i.article)], "en") for i in items]
    taught = [n for n, i in enumerate(items) if not UNTAUGHT.search(i.highlights)]
    print(f"{len(items)} articles, {len(taught)} of them taught")
    for seed in given.seeds:
        print(f"cross-validated, seed {seed}: {cross_validate(items, pages, taught, seed)}", flush=True)
    if given.write:
        weights = fit(items, pages, taught)
        print(f"all 500, learned from themselves: {rouge(items, lambda a: summarise(a, 3, weights))}")
        WEIGHTS_FILE.write_text(serialized(weights))


def cross_validate(
    items: Sequence[Item], pages: Sequence[ArticleWords], taught: Sequence[int], seed: int
) -> str:
    order = np.random.default_rng(seed).permutation(len(items))
    learned: dict[int, SalienceWeights] = {}
    for fold in range(FOLDS):
        held_out = set(order[fold::FOLDS].tolist())
        weights = fit(items, pages, [n for n in taught if n not in held_out])
        learned.update(dict.fromkeys(held_out, weights))
    by_article = {items[n].article.id: weights for n, weights in learned.items()}
    return str(rouge(items, lambda a: summarise(a, 3, by_article[a.id])))


def fit(items: Sequence[Item], pages: Sequence[ArticleWords], rows: Sequence[int]) -> SalienceWeights:
    """Fits both models to the articles of `rows`: first the word model, then the pair model, which uses
    it."""
    highlights = {n: keys_of(items[n].highlights) for n in rows}
    counted = Counter(key for n in rows for key in pages[n].words)
    known = [k for k, _ in counted.most_common() if k not in SOURCE_NAMES][:COMMON_KEYS]
    features, labels = zip(*(_words(pages[n], set(highlights[n]), known) for n in rows), strict=True)
    width = len(WordWeights._fields)
    penalties = np.r_[np.full(width, WORD_PENALTY), np.full(len(known), COMMON_PENALTY)]
    learned = fit_weights(np.vstack(features), np.concatenate(labels), penalties)
    words = WordWeights(*learned[:width])._replace(title=TITLE)
    common = dict(zip(known, learned[width:].tolist(), strict=True))
    grammar = known[:COMMON_IN_PAIRS]
    pairs, pair_labels = zip(
        *(_pairs(pages[n], set(pairwise(highlights[n])), words, common, grammar) for n in rows), strict=True
    )
    width = len(PairWeights._fields)
    penalties = np.r_[np.full(width, PAIR_PENALTY), np.full(2 * len(grammar), COMMON_PAIR_PENALTY)]
    learned = fit_weights(np.vstack(pairs), np.concatenate(pair_labels), penalties)
    as_first = dict(zip(grammar, learned[width : width + len(grammar)].tolist(), strict=True))
    as_second = dict(zip(grammar, learned[width + len(grammar) :].tolist(), strict=True))
    pair_weights = PairWeights(*learned[:width])
    return SalienceWeights(words, pair_weights, {"en": common}, {"en": (as_first, as_second)})


def _words(page: ArticleWords, highlights: set[str], known: Sequence[str]) -> tuple[Reals, Reals]:
    """Returns the features of the words, each calculated by the model itself with one weight set to 1, and
    their labels."""
    columns = [
        list(word_logits(page, "", WordWeights(*unit), {}).values())
        for unit in np.eye(len(WordWeights._fields))
    ]
    one_hot = [[float(key == k) for k in page.words] for key in known]
    labels = [float(key in highlights) for key in page.words]
    return np.array([*columns, *one_hot]).T, np.array(labels)


def _pairs(
    page: ArticleWords,
    highlights: set[tuple[str, str]],
    words: WordWeights,
    common: dict[str, float],
    grammar: Sequence[str],
) -> tuple[Reals, Reals]:
    logits = word_logits(page, "", words, common)
    chances = {key: probability(logit) for key, logit in logits.items()}
    values, everywhere = sentence_values(page, chances), range(len(page.keys))
    columns = []
    pairs: list[Pair] = []
    for unit in np.eye(len(PairWeights._fields)):
        rows = pair_logits(page, logits, values, everywhere, PairWeights(*unit))
        columns.append([value for row in rows for value in row.values()])
        pairs = [pair for row in rows for pair in row]
    for place in (0, 1):
        columns += [[float(pair[place] == key) for pair in pairs] for key in grammar]
    return np.array(columns).T, np.array([float(pair in highlights) for pair in pairs])


def fit_weights(features: Reals, labels: Reals, penalties: Reals) -> Reals:
    """Fits a logistic regression; the penalty applies to the weights of standardised features."""
    scale = features.std(axis=0)
    scale[scale == 0] = 1.0
    return np.asarray(logistic(features / scale, labels, penalties, steps=12) / scale)


def serialized(weights: SalienceWeights) -> str:
    """Returns the content of the weights file."""
    data = {
        "source": "benchmarks/fit_summary.py, 500 articles of CNN/DailyMail with human highlights",
        "words": {name: round(weight, 3) for name, weight in weights.words._asdict().items()},
        "pairs": {name: round(weight, 3) for name, weight in weights.pairs._asdict().items()},
        "common": {language: _kept(common) for language, common in weights.common.items()},
        "common_pairs": {language: [*map(_kept, pairs)] for language, pairs in weights.common_pairs.items()},
    }
    return json.dumps(data, indent=1) + "\n"


def _kept(weights: Mapping[str, float]) -> dict[str, float]:
    return {key: round(weight, 2) for key, weight in sorted(weights.items()) if abs(weight) >= 0.02}


if __name__ == "__main__":
    main()
