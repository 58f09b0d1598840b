"""Quality of article summaries against human highlights: ROUGE of several methods, and speed.

Reads `summaries/cnn_dailymail.jsonl` of the development data (NEWSDESK_SHARED, or ../shared). ROUGE is that
of the `rouge-score` package with stemming; sentences and highlights are separated by line ends."""

from __future__ import annotations

import time
from functools import partial

from benchmarks.support.measure import Option, parse_options
from bot.text.summary.summarize import summarise
from tests.support.summary_data import articles_with_highlights, lead, rouge


def main() -> None:
    given = parse_options(__doc__, articles=Option(500, 5, "articles to summarise"))
    items = articles_with_highlights()[: given.articles]
    print(f"{'first three sentences':<24}{rouge(items, lead)}")
    print(f"{'newsdesk':<24}{rouge(items, summarise)}")
    for count in (1, 5):
        print(f"{f'newsdesk, {count} sentences':<24}{rouge(items, partial(summarise, sentences=count))}")
    started = time.process_time()
    for item in items:
        summarise(item.article)
    print(f"{len(items) / (time.process_time() - started):.0f} articles a CPU-second")


if __name__ == "__main__":
    main()
