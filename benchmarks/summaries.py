"""Measures article summaries against human highlights: ROUGE of several ways to choose, and speed.

    python -m benchmarks.summaries

Reads `summaries/cnn_dailymail.jsonl` of the development data (NEWSDESK_SHARED, or ../shared). ROUGE is that
of the `rouge-score` package with stemming; sentences and highlights are parted by line ends.
"""

from __future__ import annotations

import json
import os
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from rouge_score.rouge_scorer import RougeScorer

from bot.domain.answers import Summary
from bot.domain.articles import Article, Paragraph
from bot.text.language.sentences import article_sentences
from bot.text.summary.summarize import summarise

METRICS = ("rouge1", "rouge2", "rougeLsum")


@dataclass(frozen=True, slots=True)
class Item:
    """An article and what a person said of it."""

    article: Article
    highlights: str


def articles_with_highlights(data: Path | None = None) -> list[Item]:
    """The articles of the development data, whose folder is `data`."""
    root = Path(__file__).resolve().parent.parent.parent / "shared"
    folder = data or Path(os.environ.get("NEWSDESK_SHARED") or root) / "data"
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


def main() -> None:
    items = articles_with_highlights()
    print(f"{'first three sentences':<24}{rouge(items, lead)}")
    print(f"{'newsdesk':<24}{rouge(items, summarise)}")
    for count in (1, 5):
        print(f"{f'newsdesk, {count} sentences':<24}{rouge(items, lambda a, n=count: summarise(a, n))}")
    started = time.process_time()
    for item in items:
        summarise(item.article)
    print(f"{len(items) / (time.process_time() - started):.0f} articles a CPU-second")


if __name__ == "__main__":
    main()
