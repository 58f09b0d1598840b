"""Maintains the search tables beside the full-text index, after each load.

Articles get the languages that their texts are in, of which a load is sure only if they are plainly English.
`signature` contains the term vector and the embedding vector of every article, so that ranking does not read
texts; `archive` says from which article on there are none, and a trigger empties the row of one that changes.
`form` contains the stem of every word of the index in the archives' main languages, to expand the words of
queries; `shelf` contains the same words for spelling correction. `zone` contains the times of rows by ranges
of ids. `knowledge` contains how common stems are. `story` contains which articles are the same story or
report the same event. All of them can be rebuilt from the articles and comments, and search works while they
are outdated.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from contextlib import closing
from itertools import chain, islice

from bot.store.corpus.rows import first_id
from bot.store.engine import Connection
from bot.store.ingest.bulk_insert import insert_rows
from bot.store.search import language_update, spelling_dictionary, stories, zone_map
from bot.store.search.ports import TextAnalyzer
from bot.store.search.word_statistics import (
    MAX_COUNTED_LENGTH,
    UNACCENTED,
    count_stems,
    forms_of,
    rebuild_word_statistics,
    unaccented,
    write_forms,
)

ARTICLES_PER_READ = 500
ARTICLES_PER_TRANSACTION = 2_000
CHARACTERS_PER_TRANSACTION = 1_000_000
"""A transaction ends with the rows with which it has one of these, and takes a fraction of a second. Short
texts cost less together; long ones would take memory."""
ARTICLES_PER_SAVE = 50_000
"""The statistics of articles are saved after this many; those learnt since are counted again if the process
is killed."""
MAX_ADDED_WORDS = 20_000
"""With more new words than this, the spelling dictionary is rebuilt."""
MIN_INDEX_COMMENTS = 20_000
MAX_INDEX_COMMENTS = 200_000
"""Up to MIN_INDEX_COMMENTS new articles and comments are read for their words; beyond that the vocabulary of
the index is read. In a large archive, where that takes longer, the limit is 2% of all comments, at most
MAX_INDEX_COMMENTS."""

CACHE_KIB = 24 << 10
"""The page cache while much is learnt, for which more would bring nothing: it is read in the order of ids."""

_Article = tuple[int, str | None, str, str | None]
"""The id, title, body and language of an article."""
_OUTDATED, _UNIDENTIFIED = "words", "languages"
"""Keys among the archives' numbers in the column `heard`."""


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
        known: dict[str, int] = json.loads(read_until)
        self._unidentified = known.pop(_UNIDENTIFIED, None)
        """The id from which on articles have languages that an earlier version identified."""
        self._languages_changed = False
        self._read_until = {} if failed else known
        self._failed = failed is not None
        # An object: language to its number of articles; earlier versions wrote a list.
        self._languages = list[str](json.loads(languages))
        self._words_outdated = self._read_until.pop(_OUTDATED, 0) > 0
        """Whether there are texts whose words have to be read from the vocabulary of the index."""
        self._timed_zones: set[int] = set()
        self._stopped = False
        self._new_words: dict[str, None] = {}

    def run(self) -> None:
        """Updates every part, even if others fail; raises the first failure at the end. After a failure
        the next update reads everything again."""
        new = self._new_comments()
        is_large = self._is_large(new)
        self._rebuild_words(self._failed or self._words_outdated or is_large)
        failures: dict[str, Exception] = {}
        parts: dict[str, Callable[[], None]] = {
            "languages": self._update_languages,
            "articles": self._update_articles,
            "times": lambda: self._update_times(new),
            "words": lambda: self._update_words(new),
            "spelling": self._update_dictionary,
            "stories": self._update_stories,
        }
        for name, update in parts.items():
            if is_large:  # what the load, or the part before, has used
                self._db.release_memory(CACHE_KIB)
            try:
                update()
            except Exception as error:
                if self._stopped:
                    raise
                failures[name] = error
        with self._db.transaction():
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
        articles = {language: self._statistics.languages[language] for language in self._languages}
        with self._db.transaction():
            self._db.execute(
                "UPDATE knowledge SET packed = ?, heard = ?, languages = ?, version = version + 1",
                (self._statistics.serialized(), self._progress(), json.dumps(articles)),
            )

    def _progress(self) -> str:
        unidentified = {} if self._unidentified is None else {_UNIDENTIFIED: self._unidentified}
        return json.dumps(
            {**self._read_until, **unidentified, **({_OUTDATED: 1} if self._words_outdated else {})}
        )

    def _rebuild_words(self, needed: bool) -> None:
        """Decides that words are counted by the index and not by text, which a kill must not lose."""
        if needed and not self._words_outdated:
            self._words_outdated = True
            with self._db.transaction():
                self._db.execute("UPDATE knowledge SET heard = ?", (self._progress(),))

    def _update_times(self, new: Mapping[str, tuple[int, int]]) -> None:
        for no, (first, last) in new.items():
            if first < last:
                base = first_id(int(no))
                zone_map.add_comments(self._db, base + first + 1, base + last)

    def _update_words(self, new: Mapping[str, tuple[int, int]]) -> None:
        languages = list(self._statistics.main_languages())
        self._rebuild_words(languages != self._languages)
        if self._words_outdated:
            rebuild_word_statistics(self._db, self._analyzer, self._statistics, self._step)
        elif not self._read_comments(new):
            return
        self._languages = languages
        self._read_until = {no: last for no, (_, last) in new.items()}
        self._save()

    def _update_dictionary(self) -> None:
        if self._words_outdated or len(self._new_words) > MAX_ADDED_WORDS:
            spelling_dictionary.rebuild(self._db)
            self._words_outdated = False
            with self._db.transaction():
                self._db.execute("UPDATE knowledge SET heard = ?", (self._progress(),))
        elif self._new_words:
            spelling_dictionary.add_words(self._db, self._new_words)

    def _update_stories(self) -> None:
        if stories.has_work(self._db):
            (packed,) = self._db.execute("SELECT packed FROM knowledge").fetchone()
            stories.update_stories(self._db, self._analyzer.report_comparison(packed), self._step)

    # Articles.

    def _update_languages(self) -> None:
        while self._unidentified is not None:
            with self._db.transaction():
                self._unidentified = language_update.identify_again(
                    self._db, self._analyzer, self._unidentified
                )
                self._db.execute("UPDATE knowledge SET heard = ?", (self._progress(),))
            self._languages_changed = True
            self._step()

    def _update_articles(self) -> None:
        changed = self._reset_if_stale()
        if self._vectorize_articles() or changed:
            self._save()

    def _reset_if_stale(self) -> bool:
        """Resets the statistics of articles if they were computed with other embedding vectors or languages,
        or include many deleted articles; returns whether it did."""
        # Counted by small indexes: `signature` is large.
        (articles,) = self._db.execute("SELECT count(*) FROM article WHERE title IS NOT NULL").fetchone()
        known = articles - self._unlearnt_articles()
        vectors = self._analyzer.vectors_name
        if self._statistics.vectors != vectors:
            with self._db.transaction():
                self._db.execute("UPDATE signature SET terms = NULL, vector = NULL WHERE terms IS NOT NULL")
            self._statistics.reset_articles(vectors)
            return True
        if self._languages_changed or abs(self._statistics.articles - known) > max(10, known // 50):
            self._statistics.reset_articles(vectors)
            with self._db.transaction(writing=False):
                rows = self._db.stream(
                    "SELECT s.terms, a.language, s.vector FROM signature s JOIN article a ON a.id = s.id"
                    " WHERE s.terms IS NOT NULL",
                    (),
                )
                while articles := [*islice(rows, ARTICLES_PER_READ)]:
                    self._statistics.add_articles(articles)
            return True
        return False

    def _vectorize_articles(self) -> bool:
        """Returns whether there were any."""
        done = 0
        while True:
            with self._db.transaction():
                rows = self._new_articles() or self._changed_articles()
                if not rows:
                    return done > 0
                done += len(rows)
                articles = self._identify(rows)
                # Rows are replaced, as one UPDATE for each takes longer.
                ids = rows[0][0], rows[-1][0]
                self._db.execute("DELETE FROM signature WHERE terms IS NULL AND id BETWEEN ? AND ?", ids)
                self._vectorize(articles)
            if done % ARTICLES_PER_SAVE < len(rows):
                self._save()
            self._step()

    def _changed_articles(self) -> list[_Article]:
        """The articles of the next transaction whose vectors a change has removed."""
        return self._read_articles(
            "SELECT a.id, a.title, a.body, a.language FROM signature s JOIN article a ON a.id = s.id"
            " WHERE s.terms IS NULL ORDER BY s.id"
        )

    def _new_articles(self) -> list[_Article]:
        """The next new articles, which it marks as known and lets wait for their stories."""
        for no, first, following in self._unlearnt_archives():
            base = first_id(no)
            rows = self._read_articles(
                "SELECT id, title, body, language FROM article"
                " WHERE id BETWEEN ? AND ? AND title IS NOT NULL ORDER BY id",
                *(base + first, base + following - 1),
            )
            last = rows[-1][0] if rows else base + following - 1
            self._db.execute("UPDATE archive SET next_learnt = ? WHERE no = ?", (last - base + 1, no))
            stories.add_to_queue(self._db, base + first, last)
            if rows:
                return rows
        return []

    def _read_articles(self, sql: str, *values: int) -> list[_Article]:
        rows: list[_Article] = []
        characters = 0
        for row in self._db.execute(f"{sql} LIMIT ?", (*values, ARTICLES_PER_TRANSACTION)):
            rows.append(row)
            characters += len(row[2])
            if characters >= CHARACTERS_PER_TRANSACTION:
                break
        return rows

    def _identify(self, rows: Sequence[_Article]) -> list[language_update.Article]:
        """Those with a title, with their languages."""
        articles = [(no, title, body, language) for no, title, body, language in rows if title is not None]
        unsure = [article for article in articles if article[3] != language_update.SURE_LANGUAGE]
        identified = language_update.identify_articles(self._db, self._analyzer, unsure)
        known = {article[0]: article for article in identified}
        return [known.get(article[0], article) for article in articles]

    def _vectorize(self, rows: Sequence[language_update.Article]) -> None:
        texts = [row[1:] for row in rows]
        vectors = self._analyzer.text_vectors(texts)
        ids = [row[0] for row in rows]
        # Adds the times of all articles in a zone.
        first_in_zone = {row >> zone_map.SHIFT: row for row in ids}
        zone_map.add_articles(
            self._db, [first_in_zone[no] for no in first_in_zone.keys() - self._timed_zones]
        )
        self._timed_zones.update(first_in_zone)
        values = list(chain.from_iterable((no, *pair) for no, pair in zip(ids, vectors, strict=True)))
        insert_rows(self._db, "signature", values, 3)
        languages = [language for _, _, language in texts]
        self._statistics.add_articles(
            [(terms, language, vector) for (terms, vector), language in zip(vectors, languages, strict=True)]
        )
        if not self._words_outdated:
            words: Counter[str] = Counter()
            for title, body, _ in texts:
                words.update(set(self._analyzer.words(f"{title}\n{body}")))
            self._add_words(words)

    def _unlearnt_articles(self) -> int:
        """How many articles have no vectors, those included that have been deleted since they were loaded."""
        (articles,) = self._db.execute("SELECT count(*) FROM signature WHERE terms IS NULL").fetchone()
        waiting = (
            f"SELECT count(*) FROM article {self._db.read_by('article_waiting')}"
            " WHERE title IS NULL AND id BETWEEN ? AND ?"
        )
        for no, first, following in self._unlearnt_archives():
            ids = first_id(no) + first, first_id(no) + following - 1
            articles += following - first - self._db.execute(waiting, ids).fetchone()[0]
        return int(articles)

    def _unlearnt_archives(self) -> list[tuple[int, int, int]]:
        """The archives with new articles, the sequence number of the first, and the next to be assigned."""
        return self._db.execute(
            "SELECT no, next_learnt, next_article FROM archive WHERE next_learnt < next_article ORDER BY no"
        ).fetchall()

    # Words.

    def _new_comments(self) -> dict[str, tuple[int, int]]:
        """For each archive the last comment sequence number that was read, and the last that was assigned."""
        return {
            str(no): (self._read_until.get(str(no), 0), following - 1)
            for no, following in self._db.execute("SELECT no, next_comment FROM archive")
        }

    def _is_large(self, new: Mapping[str, tuple[int, int]]) -> bool:
        incoming = sum(last - first for first, last in new.values()) + self._unlearnt_articles()
        known = sum(last for _, last in new.values())
        return bool(incoming > max(MIN_INDEX_COMMENTS, min(MAX_INDEX_COMMENTS, known // 50)))

    def _read_comments(self, new: Mapping[str, tuple[int, int]]) -> bool:
        """Adds the words of a small number of new comments; returns whether there were any."""
        counts: Counter[str] = Counter()
        comments = 0
        for no, (first, last) in new.items():
            base = first_id(int(no))
            sql = "SELECT text FROM comment WHERE id > ? AND id <= ?"
            with closing(self._db.stream(sql, (base + first, base + last))) as rows:
                for (text,) in rows:
                    different = set(self._analyzer.words(text))
                    counts.update(word for word in different if len(word) <= MAX_COUNTED_LENGTH)
                    comments += 1
        if comments:
            words = list(counts)
            languages = self._statistics.main_languages()
            stems = [self._analyzer.stems(words, language) for language in languages]
            self._statistics.add_comments(comments, count_stems(counts, words, stems))
            with self._db.transaction():
                self._add_words(counts)
        return comments > 0

    def _add_words(self, rows: Mapping[str, int]) -> None:
        """Adds the number of new rows that contain each word to the forms."""
        known = "SELECT 1 FROM form WHERE language = ? AND stem = ? AND word = ?"
        for language in sorted(self._statistics.main_languages()):
            stems = self._analyzer.stems(list(rows), language)
            forms = forms_of(self._analyzer, language, stems, rows)
            if len(self._new_words) <= MAX_ADDED_WORDS:
                for stem, word, _ in forms:
                    if self._db.execute(known, (language, stem, word)).fetchone() is None:
                        self._new_words[word] = None
            write_forms(self._db, language, forms, "form.rows + excluded.rows")
        write_forms(self._db, UNACCENTED, unaccented(self._analyzer, rows), "form.rows + excluded.rows")
