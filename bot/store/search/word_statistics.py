"""The words of the search index with their stems and counts, read from the index itself after a big load.

Costs grow with the number of different words, which hardly grows any more in a large archive, and memory is
that of one batch of them.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import chain
from sqlite3 import Connection

from bot.store.search.ports import TextAnalyzer, TextStatistics
from bot.store.sqlite.connection import transaction

WORDS_PER_TRANSACTION = 50_000
"""Words of one transaction: a fraction of a second."""
MAX_WORD_LENGTH = 40
"""Longer ones are addresses and noise, and get no forms."""
_ROWS_PER_STATEMENT = 20
_INSERT = (
    "INSERT INTO form (language, stem, word, rows) VALUES {}"
    " ON CONFLICT (language, stem, word) DO UPDATE SET rows = excluded.rows"
)


def rebuild_word_statistics(
    db: Connection, analyzer: TextAnalyzer, statistics: TextStatistics, on_batch: Callable[[], None]
) -> None:
    """Lets what the index says of all words replace what was known of those of comments and of forms. What
    `on_batch` raises, after any transaction, leaves the rest as it was."""
    statistics.reset_comments()
    (comments,) = db.execute("SELECT count(*) FROM comment").fetchone()
    statistics.add_comments(comments, {})
    languages = statistics.main_languages()
    for comment_counts, rows in _batches(db):
        known = {language: analyzer.stems(list(rows), language) for language in languages}
        statistics.add_comments(0, _count_stems(comment_counts, list(rows), list(known.values())))
        with transaction(db):
            for language, stems in known.items():
                forms = sorted(
                    (stem, word, count)
                    for stem, (word, count) in zip(stems, rows.items(), strict=True)
                    if len(word) <= MAX_WORD_LENGTH and analyzer.has_forms(word, language)
                )
                _write_forms(db, language, forms)
        on_batch()


def _batches(db: Connection) -> Iterator[tuple[dict[str, int], dict[str, int]]]:
    """For some words at a time, in their order: how many comments hold each, and how many rows of any
    kind."""
    comment_words = db.execute("SELECT term, doc FROM comment_words")
    article_words = db.execute("SELECT term, doc FROM article_words")
    held: list[tuple[str, int]] = []
    while True:
        comments = dict(comment_words.fetchmany(WORDS_PER_TRANSACTION))
        last = next(reversed(comments), None)
        articles: dict[str, int] = {}
        while held or (held := article_words.fetchmany(1_000)):
            inside = len(held) if last is None else sum(word <= last for word, _ in held)
            articles.update(held[:inside])
            held = held[inside:]
            if held or (last is None and len(articles) >= WORDS_PER_TRANSACTION):
                break
        if not comments and not articles:
            return
        rows = dict(comments)
        for word, count in articles.items():
            rows[word] = rows.get(word, 0) + count
        yield comments, rows


def _count_stems(
    comment_counts: Mapping[str, int], words: Sequence[str], readings: Sequence[Sequence[str]]
) -> Counter[str]:
    """In how many comments a stem stands, where each of its forms stands in so many; at most that."""
    stem_counts: Counter[str] = Counter()
    for word, *stems in zip(words, *(readings or [words]), strict=True):
        count = comment_counts.get(word)
        if count is not None:
            for stem in stems if len(stems) == 1 else set(stems):
                stem_counts[stem] += count
    return stem_counts


def _write_forms(db: Connection, language: str, forms: Sequence[tuple[str, str, int]]) -> None:
    # Many rows a statement: that is cheaper by a third than a statement for each.
    whole = len(forms) // _ROWS_PER_STATEMENT * _ROWS_PER_STATEMENT
    db.executemany(
        _INSERT.format(", ".join(["(?1, ?, ?, ?)"] * _ROWS_PER_STATEMENT)),
        (
            (language, *chain.from_iterable(forms[place : place + _ROWS_PER_STATEMENT]))
            for place in range(0, whole, _ROWS_PER_STATEMENT)
        ),
    )
    db.executemany(_INSERT.format("(?1, ?, ?, ?)"), ((language, *form) for form in forms[whole:]))
