"""Article summaries measured against people's highlights: the data and ROUGE."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from rouge_score.rouge_scorer import RougeScorer

from bot.domain.answers import Summary
from bot.domain.articles import Article, Paragraph
from bot.text.language.sentences import article_sentences
from tests.support.paths import SHARED

METRICS = ("rouge1", "rouge2", "rougeLsum")


@dataclass(frozen=True, slots=True)
class Item:
    """An article and what a person said of it."""

    article: Article
    highlights: str


def articles_with_highlights(data: Path | None = None) -> list[Item]:
    """The articles of the development data, whose folder is `data`."""
    folder = data or SHARED / "data"
    lines = (folder / "summaries" / "cnn_dailymail.jsonl").read_text("utf-8").splitlines()
    rows = [json.loads(line) for line in lines]
    return [Item(_article(n, row["article"]), row["highlights"]) for n, row in enumerate(rows)]


def rouge(items: Sequence[Item], choose: Callable[[Article], Summary]) -> dict[str, float]:
    """The mean F1 of each metric in per cent."""
    scorer = RougeScorer(METRICS, use_stemmer=True)
    totals = dict.fromkeys(METRICS, 0.0)
    for item in items:
        text = "\n".join(sentence.text for sentence in choose(item.article).sentences)
        for metric, score in scorer.score(item.highlights, text).items():
            totals[metric] += 100 * score.fmeasure / len(items)
    return {metric: round(total, 2) for metric, total in totals.items()}


def lead(article: Article, sentences: int = 3) -> Summary:
    """The first sentences, which are hard to beat in news."""
    found = article_sentences(article)
    return Summary(article.id, tuple(found[:sentences]), len(found), 1)


def _article(number: int, text: str) -> Article:
    return Article(number, None, "", None, None, None, False, (Paragraph(text),), 0, language="en")
