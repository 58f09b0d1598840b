"""What search keeps beside the full-text index, learnt after each load from what came in.

`signature` has for every article the numbers of its stems and its vector, so that ranking need not read
texts; triggers note the articles whose row is missing or out of date. `form` has for every word of the index
its stem in the archives' main languages: a query's word is looked for in all forms of its stem; `shelf` has
the same words for the nearest spelling. `zone` is when rows were posted. `knowledge` is how common stems
are. All of it can be made again from the articles and comments, and search works while it is behind."""

from __future__ import annotations

import json
import sqlite3
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Protocol

from bot.store.search import spelling_dictionary, zone_map
from bot.store.search.word_statistics import LONGEST_WORD, read_index
from bot.store.sqlite.connection import transaction
from bot.store.sqlite.corpus_schema import ID_SHIFT

ARTICLES = 500
"""Rows of one transaction: a fraction of a second."""
MANY_WORDS = 20_000
"""With more new words than this the shelves are made anew."""
FEW_COMMENTS = 20_000
MORE_COMMENTS = 200_000
"""With more new comments than `FEW_COMMENTS` the index's own list of words is read instead of them; in a
large archive, where that takes longer, with more than a fiftieth of all, or than `MORE_COMMENTS`."""


class Knowledge(Protocol):
    """`bot.text.search.corpus_statistics.CorpusStatistics`, as far as the store fills it."""

    articles: int
    vectors: str | None

    def pack(self) -> bytes: ...
    def add_article(self, signature: bytes, language: str | None, vector: bytes | None) -> None: ...
    def add_comments(self, comments: int, stems: Mapping[str, int]) -> None: ...
    def reset_articles(self, vectors: str | None) -> None: ...
    def reset_comments(self) -> None: ...
    def main_languages(self, also: Iterable[str] = ()) -> tuple[str, ...]: ...


class Analysis(Protocol):
    """The part of `bot.text.search.analyzer.Analyzer` that learning needs."""

    @property
    def vectors_name(self) -> str | None: ...
    def statistics(self, packed: bytes | None) -> Knowledge: ...
    def vectorize(self, title: str, body: str, language: str | None) -> bytes: ...
    def encode(self, texts: Sequence[tuple[str, str, str | None]]) -> Sequence[bytes | None]: ...
    def words(self, text: str) -> list[str]: ...
    def stem(self, word: str, language: str) -> str: ...
    def stems(self, words: Sequence[str], language: str) -> Sequence[str]: ...
    def has_forms(self, word: str, language: str) -> bool: ...


def learn(db: sqlite3.Connection, analysis: Analysis, on_batch: Callable[[], None] | None = None) -> None:
    """Brings it all up to date, in transactions of bounded size, with a connection that may write. What
    `on_batch` raises after one of them leaves the rest for the next time."""
    lesson = _Lesson(db, analysis, on_batch or (lambda: None))
    lesson.run()


class _Lesson:
    def __init__(self, db: sqlite3.Connection, analysis: Analysis, on_batch: Callable[[], None]) -> None:
        self._db = db
        self._analysis = analysis
        self._on_batch = on_batch
        packed, heard, languages = db.execute("SELECT packed, heard, languages FROM knowledge").fetchone()
        self._knowledge = analysis.statistics(packed)
        self._heard: dict[str, int] = json.loads(heard)
        self._languages: list[str] = json.loads(languages)
        self._changed = False
        self._new_words: dict[str, None] = {}
        self._refill = False

    def run(self) -> None:
        new = self._new_comments()
        self._refill = _many(new)
        self._check()
        self._sign()
        for no, (first, last) in new.items():
            if first < last:
                zone_map.add_comments(
                    self._db, (int(no) << ID_SHIFT) + first + 1, (int(no) << ID_SHIFT) + last
                )
        languages = list(self._knowledge.main_languages())
        if languages != self._languages or _many(new):
            self._changed = self._refill = True
            read_index(self._db, self._analysis, self._knowledge, self._on_batch)
        else:
            self._listen(new)
        if self._refill:
            spelling_dictionary.fill(self._db)
        elif self._new_words:
            spelling_dictionary.add(self._db, self._new_words)
        if not self._changed:
            return
        with transaction(self._db):
            heard = json.dumps({no: last for no, (_, last) in new.items()})
            self._db.execute(
                "UPDATE knowledge SET packed = ?, heard = ?, languages = ?, version = version + 1",
                (self._knowledge.pack(), heard, json.dumps(languages)),
            )

    # Articles.

    def _check(self) -> None:
        """Begins anew where what is known is of another table of vectors, or of many articles that are
        gone."""
        (signed,) = self._db.execute("SELECT count(*) FROM signature WHERE terms IS NOT NULL").fetchone()
        vectors = self._analysis.vectors_name
        if self._knowledge.vectors != vectors:
            with transaction(self._db):
                self._db.execute("UPDATE signature SET terms = NULL, vector = NULL WHERE terms IS NOT NULL")
            self._knowledge.reset_articles(vectors)
            self._changed = True
        elif abs(self._knowledge.articles - signed) > max(10, signed // 50):
            self._knowledge.reset_articles(vectors)
            self._changed = True
            for language, terms, vector in self._db.execute(
                "SELECT a.language, s.terms, s.vector FROM signature s JOIN article a ON a.id = s.id"
                " WHERE s.terms IS NOT NULL"
            ):
                self._knowledge.add_article(terms, language, vector)

    def _sign(self) -> None:
        while True:
            with transaction(self._db):
                rows = self._db.execute(
                    "SELECT a.id, a.title, a.body, a.language FROM signature s JOIN article a ON a.id = s.id"
                    " WHERE s.terms IS NULL ORDER BY s.id LIMIT ?",
                    (ARTICLES,),
                ).fetchall()
                if not rows:
                    return
                self._changed = True
                self._sign_some([row for row in rows if row[1] is not None])
                self._db.executemany(
                    "DELETE FROM signature WHERE id = ?", [row[:1] for row in rows if row[1] is None]
                )
            self._on_batch()

    def _sign_some(self, rows: Sequence[tuple[int, str, str, str | None]]) -> None:
        texts = [row[1:] for row in rows]
        signed = [self._analysis.vectorize(*text) for text in texts]
        vectors = self._analysis.encode(texts)
        ids = [row[0] for row in rows]
        zone_map.add_articles(self._db, ids)
        self._db.executemany(
            "UPDATE signature SET terms = ?, vector = ? WHERE id = ?", zip(signed, vectors, ids, strict=True)
        )
        words: Counter[str] = Counter()
        for (title, body, language), terms, vector in zip(texts, signed, vectors, strict=True):
            self._knowledge.add_article(terms, language, vector)
            words.update(set(self._analysis.words(f"{title}\n{body}")))
        self._write_forms(words.items(), "rows + excluded.rows")

    # Words.

    def _new_comments(self) -> dict[str, tuple[int, int]]:
        """For each archive the sequence up to which comments are known, and the last that there is."""
        return {
            str(no): (self._heard.get(str(no), 0), following - 1)
            for no, following in self._db.execute("SELECT no, next_comment FROM archive")
        }

    def _listen(self, new: Mapping[str, tuple[int, int]]) -> None:
        """Few comments: what they say is added to what is there."""
        heard: Counter[str] = Counter()
        comments = 0
        for no, (first, last) in new.items():
            base = int(no) << ID_SHIFT
            for (text,) in self._db.execute(
                "SELECT text FROM comment WHERE id > ? AND id <= ?", (base + first, base + last)
            ):
                heard.update(set(self._analysis.words(text)))
                comments += 1
        if comments:
            self._changed = True
            self._knowledge.add_comments(comments, self._stems(heard.items()))
            with transaction(self._db):
                self._write_forms(heard.items(), "rows + excluded.rows")

    def _stems(self, counts: Iterable[tuple[str, int]]) -> Counter[str]:
        """In how many comments a stem stands, where each of its forms stands in so many; at most that."""
        languages = self._knowledge.main_languages()
        found: Counter[str] = Counter()
        for word, count in counts:
            for stem in {self._analysis.stem(word, language) for language in languages} or {word}:
                found[stem] += count
        return found

    def _write_forms(self, counts: Iterable[tuple[str, int]], rows: str) -> None:
        languages = self._knowledge.main_languages()
        forms = sorted(
            (language, self._analysis.stem(word, language), word, count)
            for word, count in counts
            if len(word) <= LONGEST_WORD
            for language in languages
            if self._analysis.has_forms(word, language)
        )
        if not self._refill:
            known = "SELECT 1 FROM form WHERE language = ? AND stem = ? AND word = ?"
            new = (form[2] for form in forms if self._db.execute(known, form[:3]).fetchone() is None)
            self._new_words.update(dict.fromkeys(new))
            self._refill = len(self._new_words) > MANY_WORDS
        self._db.executemany(
            "INSERT INTO form (language, stem, word, rows) VALUES (?, ?, ?, ?)"
            f" ON CONFLICT (language, stem, word) DO UPDATE SET rows = {rows}",
            forms,
        )


def _many(new: Mapping[str, tuple[int, int]]) -> bool:
    coming = sum(last - first for first, last in new.values())
    known = sum(last for _, last in new.values())
    return coming > max(FEW_COMMENTS, min(MORE_COMMENTS, known // 50))
