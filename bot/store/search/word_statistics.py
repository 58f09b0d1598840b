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


def rebuild_word_statistics(
    db: Connection, analyzer: TextAnalyzer, statistics: TextStatistics, on_batch: Callable[[], None]
) -> None:
    """Replaces the counts of comments' words and of forms by those of the full-text index. When `on_batch`,
    which is called after each transaction, raises, the rest stays as it was."""
    statistics.reset_comments()
    (comments,) = db.execute("SELECT count(*) FROM comment").fetchone()
    statistics.add_comments(comments, {})
    languages = statistics.main_languages()
    for comment_counts, rows in _batches(db):
        known = {language: analyzer.stems(list(rows), language) for language in languages}
        statistics.add_comments(0, count_stems(comment_counts, list(rows), list(known.values())))
        with transaction(db):
            for language, stems in known.items():
                write_forms(db, language, forms_of(analyzer, language, stems, rows))
        on_batch()


def _batches(db: Connection) -> Iterator[tuple[dict[str, int], dict[str, int]]]:
    """For some words at a time, in their order: how many comments have each, and how many rows of any
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


def forms_of(
    analyzer: TextAnalyzer, language: str, stems: Sequence[str], rows: Mapping[str, int]
) -> list[tuple[str, str, int]]:
    """Stem, word and rows of those of these words, with their stems, that can be words of the language."""
    return sorted(
        (stem, word, count)
        for stem, (word, count) in zip(stems, rows.items(), strict=True)
        if len(word) <= MAX_WORD_LENGTH and analyzer.has_forms(word, language)
    )


def count_stems(
    rows: Mapping[str, int], words: Sequence[str], stems_by_language: Sequence[Sequence[str]]
) -> Counter[str]:
    """How many rows have a stem, at most: the sum of those that have each of its words. Without languages a
    word is its stem."""
    stem_counts: Counter[str] = Counter()
    for word, *stems in zip(words, *(stems_by_language or [words]), strict=True):
        count = rows.get(word)
        if count is not None:
            for stem in stems if len(stems) == 1 else set(stems):
                stem_counts[stem] += count
    return stem_counts


def write_forms(
    db: Connection, language: str, forms: Sequence[tuple[str, str, int]], rows: str = "excluded.rows"
) -> None:
    """Stores the forms (stem, word, rows) of a language; those that are stored get `rows`, an SQL
    expression."""
    insert = (
        "INSERT INTO form (language, stem, word, rows) VALUES {}"
        f" ON CONFLICT (language, stem, word) DO UPDATE SET rows = {rows}"
    )
    # Many rows a statement: that is cheaper by a third than a statement for each.
    whole = len(forms) // _ROWS_PER_STATEMENT * _ROWS_PER_STATEMENT
    db.executemany(
        insert.format(", ".join(["(?1, ?, ?, ?)"] * _ROWS_PER_STATEMENT)),
        (
            (language, *chain.from_iterable(forms[place : place + _ROWS_PER_STATEMENT]))
            for place in range(0, whole, _ROWS_PER_STATEMENT)
        ),
    )
    db.executemany(insert.format("(?1, ?, ?, ?)"), ((language, *form) for form in forms[whole:]))
