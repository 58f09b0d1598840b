"""What search keeps beside the full-text index, learnt after each load from what came in.

`signature` has for every article the numbers of its stems and its vector, so that ranking need not read
texts; triggers note the articles whose row is missing or out of date. `form` has for every word of the index
its stem in the archives' main languages: a query's word is looked for in all forms of its stem; `shelf` has
the same words for the nearest spelling. `zone` is when rows were posted. `knowledge` is how common stems
are. All of it can be made again from the articles and comments, and search works while it is behind."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from sqlite3 import Connection

from bot.store.search import spelling_dictionary, zone_map
from bot.store.search.ports import TextAnalyzer
from bot.store.search.word_statistics import MAX_WORD_LENGTH, rebuild_word_statistics
from bot.store.sqlite.connection import transaction
from bot.store.sqlite.migrations import ID_SHIFT

ARTICLES_PER_TRANSACTION = 500
"""Rows of one transaction: a fraction of a second."""
MAX_ADDED_WORDS = 20_000
"""With more new words than this the shelves are made anew."""
MIN_INDEX_COMMENTS = 20_000
MAX_INDEX_COMMENTS = 200_000
"""With more new comments than `FEW_COMMENTS` the index's own list of words is read instead of them; in a
large archive, where that takes longer, with more than a fiftieth of all, or than `MORE_COMMENTS`."""


def update_statistics(
    db: Connection, analyzer: TextAnalyzer, on_batch: Callable[[], None] | None = None
) -> None:
    """Brings it all up to date, in transactions of bounded size, with a connection that may write. What
    `on_batch` raises after one of them leaves the rest for the next time."""
    lesson = _StatisticsUpdate(db, analyzer, on_batch or (lambda: None))
    lesson.run()


class _StatisticsUpdate:
    def __init__(self, db: Connection, analyzer: TextAnalyzer, on_batch: Callable[[], None]) -> None:
        self._db = db
        self._analyzer = analyzer
        self._on_batch = on_batch
        packed, heard, languages = db.execute("SELECT packed, heard, languages FROM knowledge").fetchone()
        self._statistics = analyzer.statistics(packed)
        self._read_until: dict[str, int] = json.loads(heard)
        self._languages: list[str] = json.loads(languages)
        self._changed = False
        self._new_words: dict[str, None] = {}
        self._rebuild_dictionary = False

    def run(self) -> None:
        new = self._new_comments()
        self._rebuild_dictionary = _is_large(new)
        self._reset_if_stale()
        self._vectorize_articles()
        for no, (first, last) in new.items():
            if first < last:
                zone_map.add_comments(
                    self._db, (int(no) << ID_SHIFT) + first + 1, (int(no) << ID_SHIFT) + last
                )
        languages = list(self._statistics.main_languages())
        if languages != self._languages or _is_large(new):
            self._changed = self._rebuild_dictionary = True
            rebuild_word_statistics(self._db, self._analyzer, self._statistics, self._on_batch)
        else:
            self._read_comments(new)
        if self._rebuild_dictionary:
            spelling_dictionary.rebuild(self._db)
        elif self._new_words:
            spelling_dictionary.add_words(self._db, self._new_words)
        if not self._changed:
            return
        with transaction(self._db):
            heard = json.dumps({no: last for no, (_, last) in new.items()})
            self._db.execute(
                "UPDATE knowledge SET packed = ?, heard = ?, languages = ?, version = version + 1",
                (self._statistics.serialized(), heard, json.dumps(languages)),
            )

    # Articles.

    def _reset_if_stale(self) -> None:
        """Begins anew where what is known is of another table of vectors, or of many articles that are
        gone."""
        (signed,) = self._db.execute("SELECT count(*) FROM signature WHERE terms IS NOT NULL").fetchone()
        vectors = self._analyzer.vectors_name
        if self._statistics.vectors != vectors:
            with transaction(self._db):
                self._db.execute("UPDATE signature SET terms = NULL, vector = NULL WHERE terms IS NOT NULL")
            self._statistics.reset_articles(vectors)
            self._changed = True
        elif abs(self._statistics.articles - signed) > max(10, signed // 50):
            self._statistics.reset_articles(vectors)
            self._changed = True
            for language, terms, vector in self._db.execute(
                "SELECT a.language, s.terms, s.vector FROM signature s JOIN article a ON a.id = s.id"
                " WHERE s.terms IS NOT NULL"
            ):
                self._statistics.add_article(terms, language, vector)

    def _vectorize_articles(self) -> None:
        while True:
            with transaction(self._db):
                rows = self._db.execute(
                    "SELECT a.id, a.title, a.body, a.language FROM signature s JOIN article a ON a.id = s.id"
                    " WHERE s.terms IS NULL ORDER BY s.id LIMIT ?",
                    (ARTICLES_PER_TRANSACTION,),
                ).fetchall()
                if not rows:
                    return
                self._changed = True
                self._vectorize([row for row in rows if row[1] is not None])
                self._db.executemany(
                    "DELETE FROM signature WHERE id = ?", [row[:1] for row in rows if row[1] is None]
                )
            self._on_batch()

    def _vectorize(self, rows: Sequence[tuple[int, str, str, str | None]]) -> None:
        texts = [row[1:] for row in rows]
        signed = [self._analyzer.vectorize(*text) for text in texts]
        vectors = self._analyzer.encode(texts)
        ids = [row[0] for row in rows]
        zone_map.add_articles(self._db, ids)
        self._db.executemany(
            "UPDATE signature SET terms = ?, vector = ? WHERE id = ?", zip(signed, vectors, ids, strict=True)
        )
        words: Counter[str] = Counter()
        for (title, body, language), terms, vector in zip(texts, signed, vectors, strict=True):
            self._statistics.add_article(terms, language, vector)
            words.update(set(self._analyzer.words(f"{title}\n{body}")))
        self._write_forms(words.items(), "rows + excluded.rows")

    # Words.

    def _new_comments(self) -> dict[str, tuple[int, int]]:
        """For each archive the sequence up to which comments are known, and the last that there is."""
        return {
            str(no): (self._read_until.get(str(no), 0), following - 1)
            for no, following in self._db.execute("SELECT no, next_comment FROM archive")
        }

    def _read_comments(self, new: Mapping[str, tuple[int, int]]) -> None:
        """Few comments: what they say is added to what is there."""
        counts: Counter[str] = Counter()
        comments = 0
        for no, (first, last) in new.items():
            base = int(no) << ID_SHIFT
            for (text,) in self._db.execute(
                "SELECT text FROM comment WHERE id > ? AND id <= ?", (base + first, base + last)
            ):
                counts.update(set(self._analyzer.words(text)))
                comments += 1
        if comments:
            self._changed = True
            self._statistics.add_comments(comments, self._count_stems(counts.items()))
            with transaction(self._db):
                self._write_forms(counts.items(), "rows + excluded.rows")

    def _count_stems(self, counts: Iterable[tuple[str, int]]) -> Counter[str]:
        """In how many comments a stem stands, where each of its forms stands in so many; at most that."""
        languages = self._statistics.main_languages()
        stems: Counter[str] = Counter()
        for word, count in counts:
            for stem in {self._analyzer.stem(word, language) for language in languages} or {word}:
                stems[stem] += count
        return stems

    def _write_forms(self, counts: Iterable[tuple[str, int]], rows: str) -> None:
        languages = self._statistics.main_languages()
        forms = sorted(
            (language, self._analyzer.stem(word, language), word, count)
            for word, count in counts
            if len(word) <= MAX_WORD_LENGTH
            for language in languages
            if self._analyzer.has_forms(word, language)
        )
        if not self._rebuild_dictionary:
            known = "SELECT 1 FROM form WHERE language = ? AND stem = ? AND word = ?"
            new = (form[2] for form in forms if self._db.execute(known, form[:3]).fetchone() is None)
            self._new_words.update(dict.fromkeys(new))
            self._rebuild_dictionary = len(self._new_words) > MAX_ADDED_WORDS
        self._db.executemany(
            "INSERT INTO form (language, stem, word, rows) VALUES (?, ?, ?, ?)"
            f" ON CONFLICT (language, stem, word) DO UPDATE SET rows = {rows}",
            forms,
        )


def _is_large(new: Mapping[str, tuple[int, int]]) -> bool:
    incoming = sum(last - first for first, last in new.values())
    known = sum(last for _, last in new.values())
    return incoming > max(MIN_INDEX_COMMENTS, min(MAX_INDEX_COMMENTS, known // 50))
