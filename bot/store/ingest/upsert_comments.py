"""Stores keyed comments by the hundred thousand: what is new in bulk, what is known by comparing."""

from __future__ import annotations

import json
import sqlite3
from bisect import bisect_right
from collections import Counter
from collections.abc import Callable, Sequence
from itertools import islice
from operator import itemgetter, lt
from typing import TypeAlias

from bot.domain.column_table import Table
from bot.domain.loads import Counts
from bot.store.corpus.rows import COMMENT, CommentRow, first_id, last_id
from bot.store.ingest import merge
from bot.store.ingest.upsert_threads import extend, rewrite_comments, write_versions

KeyedComment: TypeAlias = tuple[int, int, int | None, str, int, int | None, str]
"""(key, article's key, parent comment's key, author, unix seconds, score, text)."""
Grams: TypeAlias = Callable[[str], str | None]

MOST_ARTICLES = 400_000
"""Article numbers kept at hand, about 40 MB; past it they are looked up again."""

TOGETHER = 20
_COLUMNS = ", ".join(f"c.{name}" for name in COMMENT.split(", "))
_first = itemgetter(0)


class Bulk:
    """Comments of one load on their way into one archive, inside transactions of the caller.

    After any number of `add`, `flush` must be called before the transaction is committed: the search index is
    written once for all of them, which is what makes a big load as fast as it is.
    """

    def __init__(self, db: sqlite3.Connection, load: int, archive: int, grams: Grams | None = None) -> None:
        self._db = db
        self._load = load
        self._archive = archive
        self._range = (first_id(archive), last_id(archive))
        self._grams = grams
        self._articles: dict[int, int] = {}
        self.begin()

    def begin(self) -> None:
        """Takes up the sequences, at the start of every transaction: others may have moved them."""
        row = self._db.execute(
            "SELECT next_article, next_comment, top_key FROM archive WHERE no = ?", (self._archive,)
        ).fetchone()
        self._next_article = self._first_article = self._range[0] + row[0]
        self._next = self._first = self._range[0] + int(row[1])
        self._top: int = row[2]
        self._own = self._db.execute(
            "SELECT first, last FROM extent WHERE load = ? AND kind = 'comment' ORDER BY first", (self._load,)
        ).fetchall()
        self._grown: Counter[int] = Counter()
        self.characters = 0

    @property
    def pending(self) -> int:
        """Comments stored since `begin` and not yet in the search index."""
        return self._next - self._first

    def forget(self) -> None:
        """After a rollback: article numbers at hand may never have been stored."""
        self._articles.clear()

    def add(self, comments: Sequence[KeyedComment]) -> Counts:
        """Stores comments of any order; those that are stored already are brought up to date."""
        if not comments:
            return Counts()
        # Column by column, as no step of this is done for each row in Python.
        table = Table.of(comments)
        keys, links = table.columns[:2]
        ascending = all(map(lt, keys, islice(keys, 1, None)))
        # Dumps are in the order of their ids, nearly: then nothing needs to be looked up to be known as new.
        if ascending and keys[0] > self._top:
            self._find_articles(set(links))
            self._insert(table)
            return Counts(len(comments))
        # Of comments with one key the last counts, and its article alone.
        once = {comment[0]: comment for comment in comments}
        self._find_articles({comment[1] for comment in once.values()})
        fresh, updated = self._compare(once)
        if fresh:
            self._insert(Table.of(fresh))
        return Counts(len(fresh), updated, len(comments) - len(fresh) - updated)

    def flush(self) -> None:
        """Indexes what was added since `begin`, and writes counters and sequences."""
        db, first, last = self._db, self._first, self._next - 1
        if last >= first:
            db.execute(
                "INSERT INTO comment_fts (rowid, text, grams) SELECT id, text, grams FROM comment_text"
                " WHERE id BETWEEN ? AND ? ORDER BY id",
                (first, last),
            )
            extend(db, self._load, "comment", first, last)
        if self._next_article > self._first_article:
            extend(db, self._load, "article", self._first_article, self._next_article - 1)
        db.executemany(
            "UPDATE article SET comments = comments + ? WHERE id = ?",
            [(count, article) for article, count in sorted(self._grown.items())],
        )
        db.execute(
            "UPDATE archive SET next_article = ?, next_comment = ?, top_key = ? WHERE no = ?",
            (
                self._next_article - self._range[0],
                self._next - self._range[0],
                self._top,
                self._archive,
            ),
        )

    def _insert(self, table: Table[KeyedComment]) -> None:
        """Stores comments, by ascending key."""
        keys, links, *others = table.columns
        articles = list(map(self._articles.__getitem__, links))
        texts = others[-1]
        numbers = range(self._next, self._next + len(texts))
        values: list[Sequence[object]] = [numbers, articles, keys, *others]
        if self._grams is not None and not all(map(str.isascii, texts)):
            values.append([None if text.isascii() else self._grams(text) for text in texts])
        self._write(values)
        self._next += len(texts)
        self._top = max(self._top, keys[-1])
        self._grown.update(articles)
        self.characters += sum(map(len, texts))

    def _write(self, columns: Sequence[Sequence[object]]) -> None:
        width = len(columns)
        values: list[object] = [None] * (width * len(columns[0]))
        for place, column in enumerate(columns):
            values[place::width] = column
        # Nearly all that say no bigrams: a NULL that is written out costs less than one that is bound.
        marks = ", ".join(["?"] * width + ["NULL"] * (len(CommentRow._fields) - width))
        # Twenty rows at once are a fifth cheaper than each by itself. OR FAIL, as else SQLite would keep a
        # copy of every page to undo the statement alone; what fails here is rolled back with its transaction.
        several = f"INSERT OR FAIL INTO comment VALUES {', '.join([f'({marks})'] * TOGETHER)}"
        whole = len(values) - len(values) % (width * TOGETHER)
        self._db.executemany(several, zip(*[iter(values)] * (width * TOGETHER), strict=False))
        rest = values[whole:]
        self._db.executemany(f"INSERT INTO comment VALUES ({marks})", zip(*[iter(rest)] * width, strict=True))

    def _find_articles(self, links: set[int]) -> None:
        """Knows the articles of these keys; makes hidden ones for those that have not come yet."""
        missing = sorted(links.difference(self._articles))
        if not missing:
            return
        if len(self._articles) > MOST_ARTICLES:
            self._articles.clear()
            missing = sorted(links)
        db = self._db
        self._articles.update(
            db.execute(
                "SELECT key, min(id) FROM article WHERE key IN (SELECT value FROM json_each(?))"
                " AND id BETWEEN ? AND ? GROUP BY key",
                (json.dumps(missing), *self._range),
            )
        )
        new = [key for key in missing if key not in self._articles]
        numbers = range(self._next_article, self._next_article + len(new))
        db.executemany(
            "INSERT INTO article (id, key, fingerprint) VALUES (?, ?, 0)", zip(numbers, new, strict=True)
        )
        self._articles.update(zip(new, numbers, strict=True))
        self._next_article += len(new)

    def _compare(self, once: dict[int, KeyedComment]) -> tuple[list[KeyedComment], int]:
        """Brings known comments up to date; returns the others, by ascending key, and how many changed."""
        maybe = [(self._articles[one[1]], key) for key, one in once.items() if key <= self._top]
        stored = [
            CommentRow(*row)
            for row in self._db.execute(
                f"SELECT {_COLUMNS} FROM json_each(?) AS known CROSS JOIN comment AS c"
                " ON c.article = known.value ->> 0 AND c.key = known.value ->> 1 ORDER BY c.id",
                (json.dumps(maybe),),
            )
        ]
        changes = []
        for old in stored:
            assert old.key is not None  # noqa: S101 - it was found by it
            coming = self._row(old, once.pop(old.key))
            new = merge.merged_comment(old, coming)
            if merge.comment_changed(old, new):
                changes.append((old, new if new.text == old.text else new._replace(grams=coming.grams)))
        return [once[key] for key in sorted(once)], self._update(changes)

    def _row(self, old: CommentRow, comment: KeyedComment) -> CommentRow:
        key, _, parent, author, when, score, text = comment
        grams = self._grams(text) if self._grams is not None and not text.isascii() else None
        return CommentRow(old.id, old.article, key, parent, author, when, score, text, grams)

    def _update(self, changes: list[tuple[CommentRow, CommentRow]]) -> int:
        # What this transaction stored is not in the search index yet.
        unseen = [(old, new) for old, new in changes if old.id >= self._first]
        self._db.executemany(
            "UPDATE comment SET author = ?, posted_at = ?, score = ?, parent = ?, text = ?, grams = ?"
            " WHERE id = ?",
            [
                (new.author, new.posted_at, new.score, new.parent, new.text, new.grams, new.id)
                for _, new in unseen
            ],
        )
        seen = [(old, new) for old, new in changes if old.id < self._first]
        rewrite_comments(self._db, seen)
        # A dump that says the same twice updates nothing: what counts must not hang on where one transaction
        # ended, which is another place when a load was interrupted.
        others = [(old, new) for old, new in seen if not self._brought(old.id)]
        write_versions(self._db, self._load, "comment", others)
        return len(others)

    def _brought(self, row: int) -> bool:
        """Whether a stored comment came with this load."""
        place = bisect_right(self._own, row, key=_first) - 1
        return place >= 0 and row <= self._own[place][1]
