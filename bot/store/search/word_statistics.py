"""Counts the words of the search index and their stems, after a large load, from the index itself.

The cost depends on the number of different words, which hardly grows in a large archive; memory is bounded by
one batch.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing
from itertools import chain, islice, repeat

from bot.store.engine import Connection, Rows
from bot.store.search.ports import TextAnalyzer, TextStatistics

WORDS_PER_TRANSACTION = 50_000
"""Words per transaction, which takes a fraction of a second."""
MAX_WORD_LENGTH = 40
"""Longer words are URLs and noise, and have no forms."""
UNACCENTED = ""
"""The language of the forms that `unaccent` changes, whose stem is what it returns."""
MAX_COUNTED_LENGTH = 1_000
"""Longer words are not counted: SQLite cuts words of 32,768 bytes, perhaps within a letter, and then
cannot return them as text."""
_ROWS_PER_STATEMENT = 20


def rebuild_word_statistics(
    db: Connection, analyzer: TextAnalyzer, statistics: TextStatistics, on_batch: Callable[[], None]
) -> None:
    """Replaces the word counts of comments and of forms by those of the full-text index. `on_batch` is called
    after each transaction; if it raises, the remaining words keep their old counts."""
    statistics.reset_comments()
    (comments,) = db.execute("SELECT count(*) FROM comment").fetchone()
    statistics.add_comments(comments, {})
    languages = statistics.main_languages()
    with (
        closing(db.text_index.word_counts("comment", MAX_COUNTED_LENGTH)) as comment_words,
        closing(db.text_index.word_counts("article", MAX_COUNTED_LENGTH)) as article_words,
    ):
        for comment_counts, rows in _batches(comment_words, article_words):
            known = {language: analyzer.stems(list(rows), language) for language in languages}
            statistics.add_comments(0, count_stems(comment_counts, list(rows), list(known.values())))
            with db.transaction():
                for language, stems in known.items():
                    write_forms(db, language, forms_of(analyzer, language, stems, rows))
                write_forms(db, UNACCENTED, unaccented(analyzer, rows))
            on_batch()


def _batches(comment_words: Rows, article_words: Rows) -> Iterator[tuple[dict[str, int], dict[str, int]]]:
    """Yields, for a batch of words at a time in sorted order, the number of comments that contain each word,
    and the number of rows of any kind."""
    held: list[tuple[str, int]] = []
    while True:
        comments = dict(islice(comment_words, WORDS_PER_TRANSACTION))
        last = next(reversed(comments), None)
        articles: dict[str, int] = {}
        while held or (held := [*islice(article_words, 1_000)]):
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
    """(stem, word, rows) of the words that can belong to the language; `stems` are those of the words of
    `rows`."""
    return sorted(
        (stem, word, count)
        for stem, (word, count) in zip(stems, rows.items(), strict=True)
        if len(word) <= MAX_WORD_LENGTH and analyzer.has_forms(word, language)
    )


def unaccented(analyzer: TextAnalyzer, rows: Mapping[str, int]) -> list[tuple[str, str, int]]:
    """(plain spelling, word, rows) of the words that have letters such as ł."""
    plain = ((analyzer.unaccent(word), word, count) for word, count in rows.items() if not word.isascii())
    return sorted(form for form in plain if form[0] != form[1] and len(form[1]) <= MAX_WORD_LENGTH)


def count_stems(
    rows: Mapping[str, int], words: Sequence[str], stems_by_language: Sequence[Sequence[str]]
) -> Mapping[str, int]:
    """An upper bound of the number of rows that contain each stem: the sum over its words. Without languages
    a word is its own stem."""
    counts = list(map(rows.get, words, repeat(0)))
    stem_counts: dict[str, int] = {}
    if len(stems_by_language) <= 1:
        for stem, count in zip((stems_by_language or [words])[0], counts, strict=True):
            if count:
                stem_counts[stem] = stem_counts.get(stem, 0) + count
        return stem_counts
    for stems, count in zip(zip(*stems_by_language, strict=True), counts, strict=True):
        for stem in set(stems) if count else ():
            stem_counts[stem] = stem_counts.get(stem, 0) + count
    return stem_counts


def write_forms(
    db: Connection, language: str, forms: Sequence[tuple[str, str, int]], rows: str = "excluded.rows"
) -> None:
    """Stores the forms (stem, word, rows) of a language; `rows` is the SQL expression for the count of forms
    that exist already."""
    insert = (
        "INSERT INTO form (language, stem, word, rows) VALUES {}"
        f" ON CONFLICT (language, stem, word) DO UPDATE SET rows = {rows}"
    )
    # Many rows per statement: a third cheaper than one statement per row.
    whole = len(forms) // _ROWS_PER_STATEMENT * _ROWS_PER_STATEMENT
    db.executemany(
        insert.format(", ".join(["(?1, ?, ?, ?)"] * _ROWS_PER_STATEMENT)),
        (
            (language, *chain.from_iterable(forms[place : place + _ROWS_PER_STATEMENT]))
            for place in range(0, whole, _ROWS_PER_STATEMENT)
        ),
    )
    db.executemany(insert.format("(?1, ?, ?, ?)"), ((language, *form) for form in forms[whole:]))
