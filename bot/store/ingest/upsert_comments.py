"""Stores keyed comments in batches of up to hundreds of thousands: new ones in bulk, known ones after a
comparison."""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter
from collections.abc import Sequence
from itertools import chain, islice, repeat
from operator import itemgetter, lt
from typing import TypeAlias

from bot.domain.column_table import ColumnTable
from bot.domain.loads import Counts
from bot.store.corpus.rows import COMMENT, CommentRow, first_id, last_id
from bot.store.engine import Connection
from bot.store.ingest import merge
from bot.store.ingest.bulk_insert import insert_rows
from bot.store.ingest.merge import TextFunction
from bot.store.ingest.pending_index import PendingIndex
from bot.store.ingest.upsert_threads import extend_extent, rewrite_comments, write_versions

KeyedComment: TypeAlias = tuple[int, int, int | None, str, int, int | None, str, int | None]
"""(key, article's key, parent comment's key, author, unix seconds, score, text, `ParsedThread.captured`)."""

MAX_CACHED_ARTICLES = 400_000
"""Maximum number of cached article ids, about 40 MB; beyond that they are looked up again."""

_COLUMNS = ", ".join(f"c.{name}" for name in COMMENT.split(", "))
_INSERTED = (*CommentRow._fields[:8], "captured", "grams")
_first = itemgetter(0)


class CommentUpserter:
    """Writes the comments of one load into one archive, inside the caller's transactions.

    After any number of `add` calls, `flush` must be called before the transaction is committed.
    """

    def __init__(
        self, db: Connection, load: int, archive: int, bigrams: TextFunction, pending: PendingIndex
    ) -> None:
        self._db = db
        self._load = load
        self._archive = archive
        self._id_range = (first_id(archive), last_id(archive))
        self._bigrams = bigrams
        self._pending = pending
        self._article_ids: dict[int, int] = {}
        self.begin()

    def begin(self) -> None:
        """Reads the sequences; called when others may have advanced them, as at the start of a
        transaction."""
        row = self._db.execute(
            "SELECT next_article, next_comment, top_key FROM archive WHERE no = ?", (self._archive,)
        ).fetchone()
        self._next_article = self._first_article = self._id_range[0] + row[0]
        self._next_comment = self._first_comment = self._id_range[0] + int(row[1])
        self._highest_key: int = row[2]
        self._own_extents = self._db.execute(
            "SELECT first, last FROM extent WHERE load = ? AND kind = 'comment' ORDER BY first", (self._load,)
        ).fetchall()
        self._comments_by_article: Counter[int] = Counter()

    def roll_back(self) -> None:
        """Must be called after a rollback: cached article numbers may never have been stored."""
        self._article_ids.clear()

    def add(self, comments: Sequence[KeyedComment]) -> Counts:
        """Stores comments in any order; updates those that are stored already."""
        if not comments:
            return Counts()
        # Column by column, to avoid a Python loop over rows.
        table = ColumnTable.from_rows(comments)
        keys, links = table.columns[:2]
        ascending = all(map(lt, keys, islice(keys, 1, None)))
        # Dumps are nearly sorted by id: comments above the highest key are new without a lookup.
        if ascending and keys[0] > self._highest_key:
            self._resolve_articles(set(links))
            self._insert(table)
            return Counts(len(comments))
        # Of comments with the same key only the last capture is stored, and only its article resolved.
        by_key: dict[int, KeyedComment] = {}
        for comment in comments:
            known = by_key.setdefault(comment[0], comment)
            if known is not comment and not merge.is_older_time(comment[7], known[7]):
                by_key[comment[0]] = comment
        self._resolve_articles({comment[1] for comment in by_key.values()})
        new, updated, older = self._update_known(by_key)
        if new:
            self._insert(ColumnTable.from_rows(new))
        return Counts(len(new), updated, len(comments) - len(new) - updated - older, older)

    def flush(self) -> None:
        """Writes counters and sequences."""
        db, first, last = self._db, self._first_comment, self._next_comment - 1
        if last >= first:
            extend_extent(db, self._load, "comment", first, last)
        if self._next_article > self._first_article:
            extend_extent(db, self._load, "article", self._first_article, self._next_article - 1)
        db.executemany(
            f"UPDATE {db.or_fail} article SET comments = comments + ? WHERE id = ?",
            [(count, article) for article, count in sorted(self._comments_by_article.items())],
        )
        db.execute(
            "UPDATE archive SET next_article = ?, next_comment = ?, top_key = ? WHERE no = ?",
            (
                self._next_article - self._id_range[0],
                self._next_comment - self._id_range[0],
                self._highest_key,
                self._archive,
            ),
        )

    def _insert(self, table: ColumnTable[KeyedComment]) -> None:
        """Stores comments, sorted by ascending key."""
        keys, links, *others, texts, captured = table.columns
        articles = list(map(self._article_ids.__getitem__, links))
        numbers = range(self._next_comment, self._next_comment + len(texts))
        values: list[Sequence[object]] = [numbers, articles, keys, *others, texts, captured]
        if not all(map(str.isascii, texts)):
            values.append([None if text.isascii() else self._bigrams(text) for text in texts])
        self._write(values)
        self._next_comment += len(texts)
        self._highest_key = max(self._highest_key, keys[-1])
        self._comments_by_article.update(articles)
        self._pending.add(len(texts), sum(map(len, texts)))

    def _write(self, columns: Sequence[Sequence[object]]) -> None:
        width = len(columns)
        values: list[object] = [None] * (width * len(columns[0]))
        for place, column in enumerate(columns):
            values[place::width] = column
        # Most comments have no bigrams, the last of these columns.
        into = f"comment ({', '.join(_INSERTED)})"
        insert_rows(self._db, into, values, width, len(_INSERTED) - width)

    def _resolve_articles(self, links: set[int]) -> None:
        """Caches the article ids of these keys; creates hidden articles for unknown ones."""
        missing = sorted(links.difference(self._article_ids))
        if not missing:
            return
        if len(self._article_ids) > MAX_CACHED_ARTICLES:
            self._article_ids.clear()
            missing = sorted(links)
        db = self._db
        self._article_ids.update(
            db.execute(
                f"SELECT key, min(id) FROM article WHERE key {db.in_list}"
                " AND id BETWEEN ? AND ? GROUP BY key",
                (self._db.list_value(missing), *self._id_range),
            )
        )
        new = [key for key in missing if key not in self._article_ids]
        numbers = range(self._next_article, self._next_article + len(new))
        hidden = list(chain.from_iterable(zip(numbers, new, repeat(0), strict=False)))
        insert_rows(db, "article (id, key, fingerprint)", hidden, 3)
        self._article_ids.update(zip(new, numbers, strict=True))
        self._next_article += len(new)

    def _update_known(self, by_key: dict[int, KeyedComment]) -> tuple[list[KeyedComment], int, int]:
        """Updates known comments; returns the others, by ascending key, and the number of updated ones, and
        of those whose stored capture is newer."""
        known_keys = [
            (self._article_ids[comment[1]], key)
            for key, comment in by_key.items()
            if key <= self._highest_key
        ]
        stored = [
            CommentRow(*row)
            for row in self._db.execute(
                f"SELECT {_COLUMNS} FROM {self._db.pair_table} AS known"
                f" {self._db.ordered_join} comment AS c"
                " ON c.article = known.first AND c.key = known.second ORDER BY c.id",
                (self._db.pairs_value(known_keys),),
            )
        ]
        changes = []
        older = 0
        for old in stored:
            assert old.key is not None  # noqa: S101 - selected by key
            incoming = self._row(old, by_key.pop(old.key))
            new = merge.merge_comment(old, incoming)
            if merge.comment_changed(old, new):
                changes.append((old, new if new.text == old.text else new._replace(grams=incoming.grams)))
            elif merge.is_older(incoming, old) and not self._is_own(old.id):
                older += 1
        return [by_key[key] for key in sorted(by_key)], self._write_changes(changes), older

    def _row(self, old: CommentRow, comment: KeyedComment) -> CommentRow:
        key, _, parent, author, when, score, text, captured = comment
        bigrams = self._bigrams(text)
        return CommentRow(old.id, old.article, key, parent, author, when, score, text, bigrams, captured)

    def _write_changes(self, changes: list[tuple[CommentRow, CommentRow]]) -> int:
        rewrite_comments(self._db, changes, self._pending.first_comment)
        # A repeated comment in one dump is not an update: counts must not depend on where a transaction
        # ended, which differs when a load was interrupted.
        others = [(old, new) for old, new in changes if not self._is_own(old.id)]
        write_versions(self._db, self._load, "comment", others)
        return len(others)

    def _is_own(self, row: int) -> bool:
        """Whether this load added the stored comment."""
        place = bisect_right(self._own_extents, row, key=_first) - 1
        return row >= self._pending.first_comment or (place >= 0 and row <= self._own_extents[place][1])
