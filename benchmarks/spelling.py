"""Quality of spelling correction: real typos from codespell's list, corrected to words of the archive, by
Newsdesk and by pyspellchecker.

Both know the same words and how common they are. A typo counts if it is no word of the texts, and the word
that was meant is in two of them at least. The weights of `bot.text.language.edit_distance` were fitted on
typos of other words."""

from __future__ import annotations

import json
import random
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from importlib.resources import files
from itertools import islice

from spellchecker import SpellChecker

from benchmarks.support.measure import Option, parse_options
from bot.text.language.edit_distance import nearest_words
from bot.text.language.index_tokens import index_words
from tests.support.paths import SHARED
from tests.support.search_data import COLLECTIONS

FITTED = 8_500
"""Typos from which the weights were chosen, with the seed; those of other words are measured."""
SEED = 5


def main() -> None:
    given = parse_options(
        __doc__,
        typos=Option(500, 20, "number of typos"),
        documents=Option(10_000, 300, "maximum documents of each collection"),
    )
    rows = Counter[str]()
    for text in _texts(given.documents):
        rows.update(set(index_words(text)))
    words = sorted((w for w in rows if not any(map(str.isdigit, w))), key=lambda word: (-rows[word], word))
    typos = list(_typos(rows))
    random.Random(SEED).shuffle(typos)
    fitted = {meant for _, meant in typos[:FITTED]}
    # With few documents all words are among the fitted ones.
    typos = [pair for pair in typos if pair[1] not in fitted][: given.typos] or typos[: given.typos]
    print(f"{len(typos)} typos, {len(words):,} words")
    print(f"{'':24}{'right':>8}{'wrong':>8}")
    for name, correct in (("Newsdesk", _newsdesk(words)), ("pyspellchecker", _pyspellchecker(rows, words))):
        corrected = [(correct(typo), meant) for typo, meant in typos]
        right = sum(word == meant for word, meant in corrected)
        wrong = sum(word not in (None, meant) for word, meant in corrected)
        print(f"{name:24}{right / len(typos):>8.3f}{wrong / len(typos):>8.3f}", flush=True)


def _texts(most: int) -> Iterator[str]:
    data = SHARED / "data"
    for line in islice((data / "summaries/cnn_dailymail.jsonl").open(encoding="utf-8"), most):
        yield json.loads(line)["article"]
    for name in COLLECTIONS:
        for line in islice((data / "search" / name / "docs.jsonl").open(encoding="utf-8"), most):
            row = json.loads(line)
            yield f"{row['title']} {row['text']}"


def _typos(rows: Counter[str]) -> Iterator[tuple[str, str]]:
    for line in (files("codespell_lib") / "data/dictionary.txt").read_text("utf-8").splitlines():
        typo, meant = line.lower().split("->")
        meant = meant.split(",")[0].strip()
        if typo.isalpha() and len(typo) > 3 and typo not in rows and rows[meant] > 1:
            yield typo, meant


def _newsdesk(words: Sequence[str]) -> Callable[[str], str | None]:
    by_length: dict[int, list[str]] = {}
    for word in words:
        by_length.setdefault(len(word), []).append(word)
    dictionary = {size: "".join(same) for size, same in by_length.items()}
    return lambda typo: next(iter(nearest_words(typo, dictionary)), None)


def _pyspellchecker(rows: Counter[str], words: Sequence[str]) -> Callable[[str], str | None]:
    checker = SpellChecker(language=None)
    checker.word_frequency.load_json({word: rows[word] for word in words})
    return checker.correction


if __name__ == "__main__":
    main()
