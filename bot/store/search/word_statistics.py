"""The words of the search index with their stems and counts, read from the index itself after a big load.

Costs grow with the number of different words, which hardly grows any more in a large archive, and memory is
that of one batch of them.
"""

from __future__ import annotations

import sqlite3
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import chain
from typing import Protocol

from bot.store.sqlite.connection import transaction

WORDS = 50_000
"""Words of one transaction: a fraction of a second."""
LONGEST_WORD = 40
"""Longer ones are addresses and noise, and get no forms."""
_TOGETHER = 20
_INSERT = (
    "INSERT INTO form (language, stem, word, rows) VALUES {}"
    " ON CONFLICT (language, stem, word) DO UPDATE SET rows = excluded.rows"
)


class Knowledge(Protocol):
    """The part of `bot.text.search.corpus_statistics.CorpusStatistics` that counts words of comments."""

    def add_comments(self, comments: int, stems: Mapping[str, int]) -> None: ...
    def reset_comments(self) -> None: ...
    def main_languages(self) -> tuple[str, ...]: ...


class Analysis(Protocol):
    """The part of `bot.text.search.analyzer.Analyzer` that knows stems."""

    def stems(self, words: Sequence[str], language: str) -> Sequence[str]: ...
    def has_forms(self, word: str, language: str) -> bool: ...


def read_index(
    db: sqlite3.Connection, analysis: Analysis, knowledge: Knowledge, on_batch: Callable[[], None]
) -> None:
    """Lets what the index says of all words replace what was known of those of comments and of forms. What
    `on_batch` raises, after any transaction, leaves the rest as it was."""
    knowledge.reset_comments()
    (comments,) = db.execute("SELECT count(*) FROM comment").fetchone()
    knowledge.add_comments(comments, {})
    languages = knowledge.main_languages()
    for said, rows in _batches(db):
        known = {language: analysis.stems(list(rows), language) for language in languages}
        knowledge.add_comments(0, _counted(said, list(rows), list(known.values())))
        with transaction(db):
            for language, stems in known.items():
                forms = sorted(
                    (stem, word, count)
                    for stem, (word, count) in zip(stems, rows.items(), strict=True)
                    if len(word) <= LONGEST_WORD and analysis.has_forms(word, language)
                )
                _write(db, language, forms)
        on_batch()


def _batches(db: sqlite3.Connection) -> Iterator[tuple[dict[str, int], dict[str, int]]]:
    """For some words at a time, in their order: how many comments hold each, and how many rows of any
    kind."""
    said = db.execute("SELECT term, doc FROM comment_words")
    written = db.execute("SELECT term, doc FROM article_words")
    held: list[tuple[str, int]] = []
    while True:
        comments = dict(said.fetchmany(WORDS))
        last = next(reversed(comments), None)
        articles: dict[str, int] = {}
        while held or (held := written.fetchmany(1_000)):
            inside = len(held) if last is None else sum(word <= last for word, _ in held)
            articles.update(held[:inside])
            held = held[inside:]
            if held or (last is None and len(articles) >= WORDS):
                break
        if not comments and not articles:
            return
        rows = dict(comments)
        for word, count in articles.items():
            rows[word] = rows.get(word, 0) + count
        yield comments, rows


def _counted(
    said: Mapping[str, int], words: Sequence[str], readings: Sequence[Sequence[str]]
) -> Counter[str]:
    """In how many comments a stem stands, where each of its forms stands in so many; at most that."""
    found: Counter[str] = Counter()
    for word, *stems in zip(words, *(readings or [words]), strict=True):
        count = said.get(word)
        if count is not None:
            for stem in stems if len(stems) == 1 else set(stems):
                found[stem] += count
    return found


def _write(db: sqlite3.Connection, language: str, forms: Sequence[tuple[str, str, int]]) -> None:
    # Many rows a statement: that is cheaper by a third than a statement for each.
    whole = len(forms) // _TOGETHER * _TOGETHER
    db.executemany(
        _INSERT.format(", ".join(["(?1, ?, ?, ?)"] * _TOGETHER)),
        (
            (language, *chain.from_iterable(forms[place : place + _TOGETHER]))
            for place in range(0, whole, _TOGETHER)
        ),
    )
    db.executemany(_INSERT.format("(?1, ?, ?, ?)"), ((language, *form) for form in forms[whole:]))
