"""The full-text indexes of the corpus in FTS5. No other module contains a statement for FTS5."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from typing import Protocol

from bot.store.engine import Connection, IdRange, IndexEntry, Kind, Rows, Statement
from bot.store.text_match import MatchAll, MatchAny, MatchWords, TextMatch

PAGES_PER_MERGE = 4_000
"""Pages of the search index (4 kB) written in one transaction."""

_COLUMNS = {"article": ("title", "body", "grams"), "title": ("title",), "comment": ("text", "grams")}
_TABLES = ("article_fts", "title_fts", "comment_fts")
_UNUSED = (
    *(f"DROP TABLE {table}" for table in ("article_words", "comment_words")),
    *(f"DROP TABLE {table}" for table in _TABLES),
    *(f"DROP TRIGGER {trigger}" for trigger in ("article_changed", "article_gone")),
    *(f"DROP VIEW {view}" for view in ("article_text", "comment_text")),
    "CREATE VIEW article_text AS SELECT 0 AS id, '' AS title, '' AS body, '' AS grams WHERE 0",
    "CREATE VIEW comment_text AS SELECT 0 AS id, '' AS text, '' AS grams WHERE 0",
    "CREATE VIEW article_fts AS SELECT '' AS article_fts, 0 AS rowid, '' AS title, '' AS body, '' AS grams",
    "CREATE VIEW title_fts AS SELECT '' AS title_fts, 0 AS rowid, '' AS title",
    "CREATE VIEW comment_fts AS SELECT '' AS comment_fts, 0 AS rowid, '' AS text, '' AS grams",
    *(f"CREATE TRIGGER {table}_unused INSTEAD OF INSERT ON {table} BEGIN SELECT 1; END" for table in _TABLES),
)


class _Connection(Connection, Protocol):
    @property
    def total_changes(self) -> int: ...


class Fts5Index:
    """Implements `bot.store.engine.TextIndex`."""

    row = "fts.rowid"
    names: tuple[str, ...] = _TABLES

    def __init__(self, db: _Connection) -> None:
        self._db = db

    # Statements.

    def table(self, kind: Kind) -> str:
        """See `TextIndex.table`."""
        return f"{kind}_fts AS fts"

    def condition(self, kind: Kind, match: TextMatch) -> Statement:
        """See `TextIndex.condition`."""
        return Statement(f"{kind}_fts MATCH ?", (match_text(match),))

    def matching(
        self, kind: Kind, match: TextMatch, ids: IdRange | None = None, limit: int | None = None
    ) -> Statement:
        """See `TextIndex.matching`."""
        sql = f"SELECT rowid AS id FROM {kind}_fts WHERE {kind}_fts MATCH ?"
        sql += "" if ids is None else " AND rowid BETWEEN ? AND ?"
        sql += "" if limit is None else " LIMIT ?"
        return Statement(sql, (match_text(match), *(ids or ()), *(() if limit is None else (limit,))))

    def newest(self, kind: Kind, match: TextMatch, ids: IdRange, limit: int) -> Statement:
        """See `TextIndex.newest`."""
        sql, values = self.matching(kind, match, ids)
        return Statement(f"{sql} ORDER BY rowid DESC LIMIT ?", (*values, limit))

    def best(
        self, kind: Kind, match: TextMatch, ids: IdRange, weights: Sequence[float], limit: int
    ) -> Statement:
        """See `TextIndex.best`."""
        # Without the rank column, for which FTS5 would compute the rank again.
        sql, values = self.matching(kind, match, ids)
        return Statement(f"{sql} AND rank MATCH ? ORDER BY rank LIMIT ?", (*values, _bm25(weights), limit))

    def ranked(
        self,
        kind: Kind,
        match: TextMatch,
        ids: IdRange,
        weights: Sequence[float],
        limit: int,
        joins: str,
        where: Statement,
    ) -> Statement:
        """See `TextIndex.ranked`."""
        sql = (
            f"SELECT fts.rank, fts.rowid AS id FROM {kind}_fts AS fts{joins}"
            f" WHERE {kind}_fts MATCH ? AND fts.rank MATCH ? AND fts.rowid BETWEEN ? AND ?{where.sql}"
            " ORDER BY fts.rank LIMIT ?"
        )
        return Statement(sql, (match_text(match), _bm25(weights), *ids, *where.values, limit))

    def listed(self, kind: Kind, match: TextMatch, ids: IdRange) -> Statement:
        """See `TextIndex.listed`."""
        sql, values = self.matching(kind, match, ids)
        return Statement(f"SELECT json_group_array(id) FROM ({sql})", values)

    def sizes(self, kind: Kind, ids: Sequence[int]) -> Mapping[int, int]:
        """See `TextIndex.sizes`."""
        sql = f"SELECT d.id, d.sz FROM json_each(?) AS j CROSS JOIN {kind}_fts_docsize AS d ON d.id = j.value"
        return {row: _size(packed) for row, packed in self._db.execute(sql, (json.dumps(ids),))}

    def among(self, kind: Kind, match: TextMatch, ids: Sequence[int]) -> Statement:
        """See `TextIndex.among`."""
        sql = (
            f"SELECT fts.rowid AS id FROM json_each(?) AS j CROSS JOIN {kind}_fts AS fts"
            f" ON fts.rowid = j.value WHERE {kind}_fts MATCH ?"
        )
        return Statement(sql, (json.dumps(ids), match_text(match)))

    # Words.

    def word_counts(self, kind: Kind, max_length: int) -> Rows:
        """See `TextIndex.word_counts`."""
        return self._db.stream(f"SELECT term, doc FROM {kind}_words WHERE length(term) <= ?", (max_length,))

    def is_used(self, word: str) -> str:
        """See `TextIndex.is_used`."""
        for kind in ("article", "comment"):
            # Unlike the corpus' own tables of words, this one need not count how often a word occurs.
            self._db.execute(
                f"CREATE VIRTUAL TABLE IF NOT EXISTS temp.{kind}_uses"
                f" USING fts5vocab(main, {kind}_fts, instance)"
            )
        return " OR ".join(
            f"EXISTS (SELECT 1 FROM temp.{kind}_uses WHERE term = {word})" for kind in ("article", "comment")
        )

    # Writing.

    def add(self, kind: Kind, ids: IdRange) -> None:
        """See `TextIndex.add`."""
        for index in ("article", "title") if kind == "article" else (kind,):
            columns = ", ".join(_COLUMNS[index])
            self._db.execute(
                f"INSERT INTO {index}_fts (rowid, {columns})"
                f" SELECT id, {columns} FROM {kind}_text WHERE id BETWEEN ? AND ? ORDER BY id",
                ids,
            )

    def replace(self, kind: Kind, entries: Sequence[IndexEntry]) -> None:
        """See `TextIndex.replace`."""
        for index in ("article", "title") if kind == "article" else (kind,):
            self._replace(index, entries)

    def _replace(self, index: str, entries: Sequence[IndexEntry]) -> None:
        columns = _COLUMNS[index]
        width = len(columns)
        # One statement both deletes ('delete', with the indexed values) and adds (NULL), so that the row ids
        # of a batch ascend through both: FTS5 flushes its buffer whenever they descend.
        commands = [
            (command, row, *values[:width])
            for row, old, new in entries
            if old is None or new is None or old[:width] != new[:width]
            for command, values in (("delete", old), (None, new))
            if values is not None
        ]
        marks = ", ".join("?" * (width + 2))
        self._db.executemany(
            f"INSERT INTO {index}_fts ({index}_fts, rowid, {', '.join(columns)}) VALUES ({marks})", commands
        )

    def remove_comments(self, ids: Sequence[int]) -> None:
        """See `TextIndex.remove_comments`."""
        self._remove_comments("IN (SELECT value FROM json_each(?))", (json.dumps(ids),))

    def remove_comments_between(self, ids: IdRange) -> None:
        """See `TextIndex.remove_comments_between`."""
        self._remove_comments("BETWEEN ? AND ?", ids)

    def _remove_comments(self, condition: str, values: Sequence[object]) -> None:
        self._db.execute(
            "INSERT INTO comment_fts (comment_fts, rowid, text, grams)"
            f" SELECT 'delete', id, text, grams FROM comment_text WHERE id {condition} ORDER BY id",
            values,
        )

    # Maintenance.

    def segments(self) -> int:
        """See `TextIndex.segments`."""
        (count,) = self._db.execute("SELECT count(DISTINCT segid) FROM comment_fts_idx").fetchone()
        return int(count)

    def merge(self, on_step: Callable[[], None]) -> None:
        """See `TextIndex.merge`: in steps, unlike FTS5's `optimize`. The log is kept small: it would grow to
        the size of the indexes while others read."""
        db = self._db
        for table in _TABLES:
            # A negative number starts the merge: all segments are moved to one level.
            pages = -PAGES_PER_MERGE
            while True:
                before = db.total_changes
                with db.transaction():
                    db.execute(f"INSERT INTO {table} ({table}, rank) VALUES ('merge', ?)", (pages,))
                if db.total_changes - before >= 2:
                    db.disk.limit_log(on_step)
                    on_step()
                elif pages > 0:
                    break
                pages = PAGES_PER_MERGE

    def rebuild(self) -> None:
        """See `TextIndex.rebuild`."""
        for table in _TABLES:
            self._db.execute(f"INSERT INTO {table} ({table}) VALUES ('rebuild')")

    def mismatches(self) -> list[str]:
        """See `TextIndex.mismatches`."""
        return [table for table in _TABLES if not self._matches_texts(table)]

    def _matches_texts(self, table: str) -> bool:
        try:
            self._db.execute(f"INSERT INTO {table} ({table}, rank) VALUES ('integrity-check', 1)")
        except sqlite3.DatabaseError as error:
            if error.sqlite_errorcode & 0xFF != sqlite3.SQLITE_CORRUPT:
                raise
            return False
        return True

    def drop(self) -> None:
        """See `TextIndex.drop`; views take the place of the tables."""
        for statement in _UNUSED:
            self._db.execute(statement)


def match_text(match: TextMatch) -> str:
    """The match in FTS5's syntax. Every word is quoted, so that user input is never parsed as syntax."""
    if isinstance(match, MatchWords):
        phrase = " + ".join('"' + word.replace('"', '""') + '"' for word in match.words)
        return ("title : " if match.in_title else "") + phrase + "*" * match.prefix
    if isinstance(match, MatchAny):
        return " OR ".join(map(_operand, match.parts))
    if isinstance(match, MatchAll):
        return " AND ".join(map(_operand, match.parts))
    return f"{_operand(match.match)} NOT {_operand(match.unwanted)}"


@lru_cache(maxsize=4096)
def _size(packed: bytes) -> int:
    """The words of all columns of a row: FTS5 keeps the number of each as groups of seven bits, the highest
    first, of which the last has no eighth bit."""
    total = number = 0
    for byte in packed:
        number = number << 7 | byte & 0x7F
        if byte < 0x80:
            total, number = total + number, 0
    return total


def _operand(match: TextMatch) -> str:
    text = match_text(match)
    return text if isinstance(match, MatchWords) else f"({text})"


def _bm25(weights: Sequence[float]) -> str:
    return f"bm25({', '.join(map(str, weights))})"
