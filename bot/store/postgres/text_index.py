"""The full-text indexes of the corpus in PostgreSQL. The bot makes the vectors: words are those of SQLite."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import islice
from math import log
from typing import Any, Protocol

from bot.store.engine import IdRange, IndexEntry, Kind, Rows, StateConnection, Statement
from bot.store.postgres import tsquery
from bot.store.postgres.match_estimate import most_rows
from bot.store.postgres.word_vector import word_vector
from bot.store.text_match import TextMatch

_TABLES = {"article": "article_index", "title": "article_index", "comment": "comment_index"}
_TITLE, _TEXT, _BIGRAMS = "A", "B", "C"
"""The weights of words, which tell the columns apart."""
_COLUMNS = {"article": (_TITLE, _TEXT, _BIGRAMS), "comment": (_TEXT, _BIGRAMS)}
_TEXTS = {
    "article": "SELECT id, title, body, grams FROM article WHERE title IS NOT NULL",
    # Comments whose words are gone would all be found under "removed".
    "comment": "SELECT id, text, grams FROM comment WHERE text <> '[deleted]' AND text <> '[removed]'",
}
_ROWS_PER_COPY = 5_000
_BULK_MEMORY = "256MB"
_USUAL_LIMIT = 200
"""How many matching rows a caller usually wants. If one row in n matches, about n times as many are read from
the newest on until so many are met; to list all rows that match is better where they are fewer than that."""
_MAX_UNLEARNT = 100
"""While more than one in so many articles is not learnt from, the numbers of rows with a word say little."""
_MEASURED_ROWS = 1_000
"""The newest rows by which the usual length of a text is known."""
_K1, _B = 1.2, 0.75
"""The constants of BM25 that FTS5 has."""
_TIMES = "greatest(0, 1 / (1.645 - 1.644934 * ts_rank('{{{}}}', fts.words, CAST(? AS tsquery))) - 0.6079)"
"""About how often a row has a word in the columns with the weight 1. For a single word, ts_rank is the sum of
1/n^2 for its n-th place over the sum of all, of which 1 / (n + 1/2) is left after n places."""
_MAX_RANKED_WORDS = 12
"""Of so many words each is looked up in a row, which takes a microsecond or two; of more, a row's words are
listed, which takes some 25."""


class _Connection(StateConnection, Protocol):
    def run_script(self, script: str) -> None: ...
    def stream(self, sql: str, values: Sequence[Any], /) -> Rows: ...
    def copy_vectors(self, table: str, vectors: Iterable[tuple[int, bytes]]) -> None: ...


class PostgresTextIndex:
    """Implements `bot.store.engine.TextIndex`."""

    row = "fts.id"
    names: tuple[str, ...] = ("article_index", "comment_index")

    def __init__(self, db: _Connection) -> None:
        self._db = db

    # Statements.

    def table(self, kind: Kind) -> str:
        """See `TextIndex.table`."""
        return f"{_TABLES[kind]} AS fts"

    def condition(self, kind: Kind, match: TextMatch) -> Statement:
        """See `TextIndex.condition`. The rows of rare words are listed first: the server takes most words for
        more frequent than they are, and would look for them through all rows from the newest on."""
        condition, values = self._condition(kind, match)
        if not self._is_rare(kind, match):
            return Statement(condition, values)
        matching = f"SELECT fts.id FROM {self.table(kind)} WHERE {condition}"
        return Statement(f"fts.id = ANY(ARRAY({matching}))", values)

    def _condition(self, kind: Kind, match: TextMatch) -> Statement:
        query = tsquery.text(match, _TITLE, in_title=kind == "title")
        return Statement("fts.words @@ CAST(? AS tsquery)", (query,))

    def _is_rare(self, kind: Kind, match: TextMatch) -> bool:
        """Whether so few rows match that to list them takes less than to meet some of them among all."""
        words = [word for word, _ in tsquery.words(match)]
        sequence = "next_comment" if kind == "comment" else "next_article"
        total, is_learnt, counted = self._db.execute(
            f"SELECT sum({sequence}), {_MAX_UNLEARNT} * sum(next_article - next_learnt) <= sum(next_article),"
            " (SELECT CAST(json_object_agg(word, rows) AS text) FROM (SELECT word, max(rows) AS rows"
            f" FROM form WHERE word {self._db.in_list} GROUP BY word) AS counted) FROM archive",
            (self._db.list_value(words),),
        ).fetchone()
        most = most_rows(match, json.loads(counted or "{}")) if is_learnt else None
        return most is not None and most**2 <= _USUAL_LIMIT * total

    def matching(
        self, kind: Kind, match: TextMatch, ids: IdRange | None = None, limit: int | None = None
    ) -> Statement:
        """See `TextIndex.matching`."""
        condition = self._condition(kind, match) if limit is None else self.condition(kind, match)
        return self._matching(kind, condition, ids, "" if limit is None else " LIMIT ?", limit)

    def newest(self, kind: Kind, match: TextMatch, ids: IdRange, limit: int) -> Statement:
        """See `TextIndex.newest`."""
        condition = self.condition(kind, match)
        return self._matching(kind, condition, ids, " ORDER BY fts.id DESC LIMIT ?", limit)

    def _matching(
        self, kind: Kind, condition: Statement, ids: IdRange | None, end: str, limit: int | None
    ) -> Statement:
        sql = f"SELECT fts.id FROM {self.table(kind)} WHERE {condition.sql}"
        sql += ("" if ids is None else " AND fts.id BETWEEN ? AND ?") + end
        return Statement(sql, (*condition.values, *(ids or ()), *(() if limit is None else (limit,))))

    def best(
        self, kind: Kind, match: TextMatch, ids: IdRange, weights: Sequence[float], limit: int
    ) -> Statement:
        """See `TextIndex.best`."""
        sql, values = self.ranked(kind, match, ids, weights, limit, "", Statement("", ()))
        return Statement(f"SELECT id FROM ({sql}) AS best", values)

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
        """See `TextIndex.ranked`. How rare a word is comes from what search has learnt."""
        columns = dict(zip(_COLUMNS["comment" if kind == "comment" else "article"], weights, strict=False))
        words = [*dict.fromkeys(tsquery.words(match))]
        weighed, usual = self._weighed([word for word, _ in words], kind)
        condition, values = self._condition(kind, match)
        length = f"{_K1} * ({1 - _B} + {_B / usual} * length(fts.words))"
        parts: list[str] = []
        sought: list[object] = []
        listed = [word for word, prefix in words if not prefix] if len(words) > _MAX_RANKED_WORDS else []
        if listed:
            parts.append(_gain_of_words(columns, length))
            sought += [[weighed[word] for word in listed], listed, listed]
        for word, prefix in words:
            if not listed or prefix:
                times = []
                for weight in dict.fromkeys(columns.values()):
                    alike = ",".join(str(int(columns.get(column) == weight)) for column in "DCBA")
                    times.append(f"{float(weight)} * {_TIMES.format(alike)}")
                    sought.append(tsquery.word_text(word, prefix=prefix))
                parts.append(f"{weighed[word]} * {_saturated(' + '.join(times), length)}")
        sql = (
            f"SELECT -({' + '.join(parts) or '0'}) AS rank, fts.id AS id FROM {self.table(kind)}{joins}"
            f" WHERE {condition} AND fts.id BETWEEN ? AND ?{where.sql} ORDER BY rank LIMIT ?"
        )
        return Statement(sql, (*sought, *values, *ids, *where.values, None if limit < 0 else limit))

    def _weighed(self, words: Sequence[str], kind: Kind) -> tuple[Mapping[str, float], float]:
        """BM25's weight of each of these words, and the usual length of a text."""
        sequence = "next_comment" if kind == "comment" else "next_article"
        total, usual = self._db.execute(
            f"SELECT (SELECT sum({sequence}) FROM archive), (SELECT greatest(1, avg(length(words))) FROM"
            f" (SELECT words FROM {_TABLES[kind]} ORDER BY id DESC LIMIT {_MEASURED_ROWS}) AS newest)"
        ).fetchone()
        sql = f"SELECT word, max(rows) FROM form WHERE word {self._db.in_list} GROUP BY word"
        rows = dict(self._db.execute(sql, (self._db.list_value(words),)))
        counts = {word: min(rows.get(word, 1), total) for word in words}
        return {
            word: max(1e-6, log((total - count + 0.5) / (count + 0.5))) for word, count in counts.items()
        }, float(usual or 1)

    def listed(self, kind: Kind, match: TextMatch, ids: IdRange) -> Statement:
        """See `TextIndex.listed`."""
        sql, values = self.matching(kind, match, ids)
        return Statement(
            f"SELECT CAST(coalesce(json_agg(id), '[]') AS text) FROM ({sql}) AS matching", values
        )

    def sizes(self, kind: Kind, ids: Sequence[int]) -> Mapping[int, int]:
        """See `TextIndex.sizes`."""
        sql = (
            "SELECT id, (SELECT coalesce(sum(cardinality(positions)), 0) FROM unnest(words))"
            f" FROM {_TABLES[kind]} WHERE id {self._db.in_list}"
        )
        return {row: int(size) for row, size in self._db.execute(sql, (self._db.list_value(ids),))}

    def among(self, kind: Kind, match: TextMatch, ids: Sequence[int]) -> Statement:
        """See `TextIndex.among`."""
        condition, values = self._condition(kind, match)
        sql = f"SELECT fts.id FROM {self.table(kind)} WHERE {condition} AND fts.id {self._db.in_list}"
        return Statement(sql, (*values, self._db.list_value(ids)))

    # Words.

    def word_counts(self, kind: Kind, max_length: int) -> Rows:
        """See `TextIndex.word_counts`."""
        return self._db.stream(
            f"SELECT word, ndoc FROM ts_stat('SELECT words FROM {_TABLES[kind]}')"
            ' WHERE length(word) <= ? ORDER BY word COLLATE "C"',
            (max_length,),
        )

    def is_used(self, word: str) -> str:
        """See `TextIndex.is_used`."""
        sought = f"CAST(quote_literal({word}) AS tsquery)"
        return " OR ".join(f"EXISTS (SELECT 1 FROM {name} WHERE words @@ {sought})" for name in self.names)

    # Writing.

    def add(self, kind: Kind, ids: IdRange) -> None:
        """See `TextIndex.add`."""
        self._add(kind, f"{_TEXTS[kind]} AND id BETWEEN ? AND ? ORDER BY id", ids)

    def _add(self, kind: Kind, sql: str, values: Sequence[object]) -> None:
        """Adds the rows that a statement selects. What PostgreSQL first keeps aside of many is as much as
        fits into memory, so that each word is looked up once, as when an index is built."""
        table = _TABLES[kind]
        rows = self._db.stream(sql, values)
        added = 0
        while batch := [*islice(rows, _ROWS_PER_COPY)]:
            if not added and len(batch) == _ROWS_PER_COPY:
                self._db.run_script(f"SET LOCAL gin_pending_list_limit = '{_BULK_MEMORY}'")
            self._copy(kind, [(row, texts) for row, *texts in batch])
            added += len(batch)
        if added >= _ROWS_PER_COPY:
            self._db.run_script(
                f"SET LOCAL maintenance_work_mem = '{_BULK_MEMORY}';"
                f" SELECT gin_clean_pending_list('{table}_words');"
                " SET LOCAL gin_pending_list_limit TO DEFAULT"
            )

    def _copy(self, kind: Kind, rows: Iterable[tuple[int, Sequence[Any]]]) -> None:
        columns = _COLUMNS["comment" if kind == "comment" else "article"]
        vectors = ((row, word_vector(zip(columns, texts, strict=True))) for row, texts in rows)
        self._db.copy_vectors(_TABLES[kind], vectors)

    def replace(self, kind: Kind, entries: Sequence[IndexEntry]) -> None:
        """See `TextIndex.replace`."""
        changed = [entry for entry in entries if entry[1] != entry[2]]
        if not changed:
            return
        ids = self._db.list_value(row for row, *_ in changed)
        self._db.execute(f"DELETE FROM {_TABLES[kind]} WHERE id {self._db.in_list}", (ids,))
        self._copy(kind, [(row, new) for row, _, new in changed if new is not None])

    def remove_comments(self, ids: Sequence[int]) -> None:
        """See `TextIndex.remove_comments`."""
        sql = f"DELETE FROM comment_index WHERE id {self._db.in_list}"
        self._db.execute(sql, (self._db.list_value(ids),))

    def remove_comments_between(self, ids: IdRange) -> None:
        """See `TextIndex.remove_comments_between`."""
        self._db.execute("DELETE FROM comment_index WHERE id BETWEEN ? AND ?", ids)

    # Maintenance.

    def segments(self) -> int:
        """See `TextIndex.segments`: the server joins them itself."""
        return 1

    def merge(self, on_step: Callable[[], None]) -> None:
        """See `TextIndex.merge`."""
        for table in self.names:
            self._db.run_script(f"VACUUM {table}")
            on_step()

    def rebuild(self) -> None:
        """See `TextIndex.rebuild`."""
        kinds: tuple[Kind, ...] = ("article", "comment")
        for kind in kinds:
            self._db.execute(f"DELETE FROM {_TABLES[kind]}")
            self._add(kind, f"{_TEXTS[kind]} ORDER BY id", ())

    def mismatches(self) -> list[str]:
        """See `TextIndex.mismatches`."""
        with self._db.transaction(writing=False):
            return [_TABLES[kind] for kind, columns in _COLUMNS.items() if not self._is_right(kind, columns)]

    def _is_right(self, kind: str, columns: Sequence[str]) -> bool:
        rows = self._db.stream(
            f"SELECT tsvectorsend(indexed.words), stored.* FROM ({_TEXTS[kind]}) AS stored"
            f" FULL JOIN {_TABLES[kind]} AS indexed ON indexed.id = stored.id",
            (),
        )
        return all(
            row is not None and words == word_vector(zip(columns, texts, strict=True))
            for words, row, *texts in rows
        )

    def drop(self) -> None:
        """See `TextIndex.drop`: rules keep the tables empty."""
        for table in self.names:
            self._db.run_script(f"CREATE RULE unused AS ON INSERT TO {table} DO INSTEAD NOTHING")


def _gain_of_words(columns: Mapping[str, float], length: str) -> str:
    """What BM25 gives a row for the words of a list: their weights, and twice the list."""
    times = " + ".join(
        f"{float(weight)} * cardinality(array_positions(weights, '{column}'))"
        for column, weight in columns.items()
    )
    rarity = "(CAST(? AS float8[]))[array_position(CAST(? AS text[]), lexeme)]"
    gains = f"SELECT sum({rarity} * {_saturated(times, length)}) FROM unnest(fts.words) WHERE lexeme = ANY(?)"
    return f"coalesce(({gains}), 0)"


def _saturated(times: str, length: str) -> str:
    """BM25's gain from the times that a row has a word: less for each more of them, and in a longer text."""
    return f"(SELECT {_K1 + 1} * times / (times + {length}) FROM (SELECT {times} AS times) AS counted)"
