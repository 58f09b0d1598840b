"""Maintains the search tables beside the full-text index, after each load.

`signature` contains the term vector and the embedding vector of every article, so that ranking does not read
texts; triggers record the articles whose row is missing or outdated. `form` contains the stem of every word
of the index in the archives' main languages, to expand the words of queries; `shelf` contains the same words
for spelling correction. `zone` contains the times of rows by ranges of ids. `knowledge` contains how common
stems are. All of them can be rebuilt from the articles and comments, and search works while they are
outdated.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from sqlite3 import Connection

from bot.store.corpus.rows import first_id
from bot.store.search import spelling_dictionary, zone_map
from bot.store.search.ports import TextAnalyzer
from bot.store.search.word_statistics import (
    MAX_COUNTED_LENGTH,
    count_stems,
    forms_of,
    rebuild_word_statistics,
    write_forms,
)
from bot.store.sqlite.connection import transaction

ARTICLES_PER_TRANSACTION = 500
"""Rows per transaction, which takes a fraction of a second."""
MAX_ADDED_WORDS = 20_000
"""With more new words than this, the spelling dictionary is rebuilt."""
MIN_INDEX_COMMENTS = 20_000
MAX_INDEX_COMMENTS = 200_000
"""Up to MIN_INDEX_COMMENTS new comments are read for their words; beyond that the vocabulary of the index is
read. In a large archive, where that takes longer, the limit is 2% of all comments, at most
MAX_INDEX_COMMENTS."""


def update_statistics(
    db: Connection, analyzer: TextAnalyzer, on_batch: Callable[[], None] | None = None
) -> None:
    """Updates all statistics in transactions of bounded size, on a connection that can write. `on_batch` is
    called after each; if it raises, the next call does the rest."""
    _StatisticsUpdate(db, analyzer, on_batch or (lambda: None)).run()


class _StatisticsUpdate:
    def __init__(self, db: Connection, analyzer: TextAnalyzer, on_batch: Callable[[], None]) -> None:
        self._db = db
        self._analyzer = analyzer
        self._on_batch = on_batch
        packed, read_until, languages, failed = db.execute(
            "SELECT packed, heard, languages, failed FROM knowledge"
        ).fetchone()
        self._statistics = analyzer.statistics(packed)
        self._read_until: dict[str, int] = {} if failed else json.loads(read_until)
        self._failed = failed is not None
        self._languages: list[str] = json.loads(languages)
        self._stopped = False
        self._new_words: dict[str, None] = {}
        self._rebuild_dictionary = False

    def run(self) -> None:
        """Updates every part, even if others fail; raises the first failure at the end. After a failure
        the next update reads everything again."""
        new = self._new_comments()
        self._rebuild_dictionary = self._failed or _is_large(new)
        failures: dict[str, Exception] = {}
        parts: dict[str, Callable[[], None]] = {
            "articles": self._update_articles,
            "times": lambda: self._update_times(new),
            "words": lambda: self._update_words(new),
            "spelling": self._update_dictionary,
        }
        for name, update in parts.items():
            try:
                update()
            except Exception as error:
                if self._stopped:
                    raise
                failures[name] = error
        with transaction(self._db):
            self._db.execute("UPDATE knowledge SET failed = ?", (", ".join(failures) or None,))
        for failure in failures.values():
            raise failure

    def _step(self) -> None:
        try:
            self._on_batch()
        except BaseException:
            self._stopped = True
            raise

    def _save(self) -> None:
        with transaction(self._db):
            self._db.execute(
                "UPDATE knowledge SET packed = ?, heard = ?, languages = ?, version = version + 1",
                (self._statistics.serialized(), json.dumps(self._read_until), json.dumps(self._languages)),
            )

    def _update_times(self, new: Mapping[str, tuple[int, int]]) -> None:
        for no, (first, last) in new.items():
            if first < last:
                base = first_id(int(no))
                zone_map.add_comments(self._db, base + first + 1, base + last)

    def _update_words(self, new: Mapping[str, tuple[int, int]]) -> None:
        languages = list(self._statistics.main_languages())
        if languages != self._languages or self._failed or _is_large(new):
            self._rebuild_dictionary = True
            rebuild_word_statistics(self._db, self._analyzer, self._statistics, self._step)
        elif not self._read_comments(new):
            return
        self._languages = languages
        self._read_until = {no: last for no, (_, last) in new.items()}
        self._save()

    def _update_dictionary(self) -> None:
        if self._rebuild_dictionary:
            spelling_dictionary.rebuild(self._db)
        elif self._new_words:
            spelling_dictionary.add_words(self._db, self._new_words)

    # Articles.

    def _update_articles(self) -> None:
        changed = self._reset_if_stale()
        if self._vectorize_articles() or changed:
            self._save()

    def _reset_if_stale(self) -> bool:
        """Resets the statistics of articles if they were computed with other embedding vectors, or include
        many deleted articles; returns whether it did."""
        (known,) = self._db.execute("SELECT count(*) FROM signature WHERE terms IS NOT NULL").fetchone()
        vectors = self._analyzer.vectors_name
        if self._statistics.vectors != vectors:
            with transaction(self._db):
                self._db.execute("UPDATE signature SET terms = NULL, vector = NULL WHERE terms IS NOT NULL")
            self._statistics.reset_articles(vectors)
            return True
        if abs(self._statistics.articles - known) > max(10, known // 50):
            self._statistics.reset_articles(vectors)
            for language, terms, vector in self._db.execute(
                "SELECT a.language, s.terms, s.vector FROM signature s JOIN article a ON a.id = s.id"
                " WHERE s.terms IS NOT NULL"
            ):
                self._statistics.add_article(terms, language, vector)
            return True
        return False

    def _vectorize_articles(self) -> bool:
        """Returns whether there were any."""
        changed = False
        while True:
            with transaction(self._db):
                rows = self._db.execute(
                    "SELECT a.id, a.title, a.body, a.language FROM signature s JOIN article a ON a.id = s.id"
                    " WHERE s.terms IS NULL ORDER BY s.id LIMIT ?",
                    (ARTICLES_PER_TRANSACTION,),
                ).fetchall()
                if not rows:
                    return changed
                changed = True
                self._vectorize([row for row in rows if row[1] is not None])
                self._db.executemany(
                    "DELETE FROM signature WHERE id = ?", [row[:1] for row in rows if row[1] is None]
                )
            self._step()

    def _vectorize(self, rows: Sequence[tuple[int, str, str, str | None]]) -> None:
        texts = [row[1:] for row in rows]
        term_vectors = [self._analyzer.vectorize(*text) for text in texts]
        vectors = self._analyzer.encode(texts)
        ids = [row[0] for row in rows]
        words: Counter[str] = Counter()
        for title, body, _ in texts:
            words.update(set(self._analyzer.words(f"{title}\n{body}")))
        zone_map.add_articles(self._db, ids)
        self._db.executemany(
            "UPDATE signature SET terms = ?, vector = ? WHERE id = ?",
            zip(term_vectors, vectors, ids, strict=True),
        )
        for (_, _, language), terms, vector in zip(texts, term_vectors, vectors, strict=True):
            self._statistics.add_article(terms, language, vector)
        self._add_words(words)

    # Words.

    def _new_comments(self) -> dict[str, tuple[int, int]]:
        """For each archive the last comment sequence number that was read, and the last that was assigned."""
        return {
            str(no): (self._read_until.get(str(no), 0), following - 1)
            for no, following in self._db.execute("SELECT no, next_comment FROM archive")
        }

    def _read_comments(self, new: Mapping[str, tuple[int, int]]) -> bool:
        """Adds the words of a small number of new comments; returns whether there were any."""
        counts: Counter[str] = Counter()
        comments = 0
        for no, (first, last) in new.items():
            base = first_id(int(no))
            for (text,) in self._db.execute(
                "SELECT text FROM comment WHERE id > ? AND id <= ?", (base + first, base + last)
            ):
                different = set(self._analyzer.words(text))
                counts.update(word for word in different if len(word) <= MAX_COUNTED_LENGTH)
                comments += 1
        if comments:
            words = list(counts)
            languages = self._statistics.main_languages()
            stems = [self._analyzer.stems(words, language) for language in languages]
            self._statistics.add_comments(comments, count_stems(counts, words, stems))
            with transaction(self._db):
                self._add_words(counts)
        return comments > 0

    def _add_words(self, rows: Mapping[str, int]) -> None:
        """Adds the number of new rows that contain each word to the forms."""
        known = "SELECT 1 FROM form WHERE language = ? AND stem = ? AND word = ?"
        for language in sorted(self._statistics.main_languages()):
            stems = self._analyzer.stems(list(rows), language)
            forms = forms_of(self._analyzer, language, stems, rows)
            if not self._rebuild_dictionary:
                for stem, word, _ in forms:
                    if self._db.execute(known, (language, stem, word)).fetchone() is None:
                        self._new_words[word] = None
                self._rebuild_dictionary = len(self._new_words) > MAX_ADDED_WORDS
            write_forms(self._db, language, forms, "rows + excluded.rows")


def _is_large(new: Mapping[str, tuple[int, int]]) -> bool:
    incoming = sum(last - first for first, last in new.values())
    known = sum(last for _, last in new.values())
    return incoming > max(MIN_INDEX_COMMENTS, min(MAX_INDEX_COMMENTS, known // 50))
