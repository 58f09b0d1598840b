"""The full-text indexes of the corpus in PostgreSQL: a tsvector of each row, with an index of words."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Protocol

from bot.store.engine import Cursor, IdRange, IndexEntry, Kind, StateConnection, Statement
from bot.store.text_match import MatchAll, MatchAny, MatchWords, TextMatch

_TABLES = {"article": "article_index", "title": "article_index", "comment": "comment_index"}
_TITLE, _TEXT, _BIGRAMS = "A", "B", "C"
"""The weights of words, which tell the columns apart."""
# Most rows have no bigrams: they are spared the rest.
_WITH_BIGRAMS = (
    "CASE WHEN grams IS NULL THEN {0} ELSE {0} || setweight(words_of(grams), '" + _BIGRAMS + "') END"
)
_VECTORS = {
    "article": _WITH_BIGRAMS.format(
        f"setweight(words_of(title), '{_TITLE}') || setweight(words_of(body), '{_TEXT}')"
    ),
    "comment": _WITH_BIGRAMS.format(f"setweight(words_of(text), '{_TEXT}')"),
}
_INDEXED = {
    "article": "FROM article WHERE title IS NOT NULL",
    # Comments whose words are gone would all be found under "removed".
    "comment": "FROM comment WHERE text <> '[deleted]' AND text <> '[removed]'",
}
_MEASURED_ROWS = 1_000
"""The newest rows by which the usual length of a text is known."""
_K1, _B = 1.2, 0.75
"""The constants of BM25 that FTS5 has."""


class _Connection(StateConnection, Protocol):
    def run_script(self, script: str) -> None: ...


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
        """See `TextIndex.condition`."""
        sql, values = _query(match, in_title=kind == "title")
        return Statement(f"fts.words @@ ({sql})", values)

    def matching(
        self, kind: Kind, match: TextMatch, ids: IdRange | None = None, limit: int | None = None
    ) -> Statement:
        """See `TextIndex.matching`."""
        condition, values = self.condition(kind, match)
        sql = f"SELECT fts.id FROM {self.table(kind)} WHERE {condition}"
        sql += "" if ids is None else " AND fts.id BETWEEN ? AND ?"
        sql += "" if limit is None else " LIMIT ?"
        return Statement(sql, (*values, *(ids or ()), *(() if limit is None else (limit,))))

    def newest(self, kind: Kind, match: TextMatch, ids: IdRange, limit: int) -> Statement:
        """See `TextIndex.newest`."""
        sql, values = self.matching(kind, match, ids)
        return Statement(f"{sql} ORDER BY fts.id DESC LIMIT ?", (*values, limit))

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
        columns = dict(
            zip((_TEXT, _BIGRAMS) if kind == "comment" else (_TITLE, _TEXT, _BIGRAMS), weights, strict=False)
        )
        weight = " ".join(f"WHEN '{column}' THEN {float(value)}" for column, value in columns.items())
        sequence = "next_comment" if kind == "comment" else "next_article"
        words = list(_words(match))
        condition, values = self.condition(kind, match)
        sql = (
            "WITH term AS MATERIALIZED (SELECT lexeme, max(prefix) AS prefix, greatest(0.000001, ln("
            f"(greatest((SELECT sum({sequence}) FROM archive), max(rows)) - max(rows) + 0.5)"
            " / (max(rows) + 0.5))) AS idf FROM (SELECT lexeme, prefix,"
            " coalesce((SELECT max(form.rows) FROM form WHERE form.word = lexeme), 1) AS rows"
            " FROM unnest(CAST(? AS text[]), CAST(? AS bigint[])) AS part (content, prefix),"
            " unnest(words_of(content))) AS known GROUP BY lexeme), usual AS MATERIALIZED (SELECT"
            " greatest(1, avg(length(words))) AS length FROM (SELECT words FROM"
            f" {_TABLES[kind]} ORDER BY id DESC LIMIT {_MEASURED_ROWS}) AS newest) SELECT"
            f" -coalesce((SELECT sum(idf * times * {_K1 + 1} / (times + {_K1} * ({1 - _B} + {_B} *"
            " length(fts.words) / usual.length))) FROM (SELECT term.idf, (SELECT sum(CASE place"
            f" {weight} END) FROM unnest(own.weights) AS place) AS times FROM unnest(fts.words) AS own JOIN"
            " term ON own.lexeme = term.lexeme OR (term.prefix = 1 AND starts_with(own.lexeme, term.lexeme)))"
            f" AS hit), 0) AS rank, fts.id AS id FROM {self.table(kind)}{joins}, usual"
            f" WHERE {condition} AND fts.id BETWEEN ? AND ?{where.sql} ORDER BY rank LIMIT ?"
        )
        first = ([word for word, _ in words], [int(prefix) for _, prefix in words])
        most = None if limit < 0 else limit
        return Statement(sql, (*first, *values, *ids, *where.values, most))

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
        sql, values = self.matching(kind, match)
        return Statement(f"{sql} AND fts.id {self._db.in_list}", (*values, self._db.list_value(ids)))

    # Words.

    def word_counts(self, kind: Kind, max_length: int) -> Cursor:
        """See `TextIndex.word_counts`."""
        return self._db.execute(
            f"SELECT word, ndoc FROM ts_stat('SELECT words FROM {_TABLES[kind]}')"
            ' WHERE length(word) <= ? ORDER BY word COLLATE "C"',
            (max_length,),
        )

    def is_used(self, word: str) -> str:
        """See `TextIndex.is_used`."""
        used = (
            f"EXISTS (SELECT 1 FROM {name} WHERE words @@ phrase_of({word}, '', ''))" for name in self.names
        )
        return " OR ".join(used)

    # Writing.

    def add(self, kind: Kind, ids: IdRange) -> None:
        """See `TextIndex.add`."""
        sql = f"INSERT INTO {_TABLES[kind]} (id, words) SELECT id, {_VECTORS[kind]} {_INDEXED[kind]}"
        self._db.execute(f"{sql} AND id BETWEEN ? AND ?", ids)

    def replace(self, kind: Kind, entries: Sequence[IndexEntry]) -> None:
        """See `TextIndex.replace`."""
        changed = [entry for entry in entries if entry[1] != entry[2]]
        if not changed:
            return
        table = _TABLES[kind]
        ids = self._db.list_value(row for row, *_ in changed)
        self._db.execute(f"DELETE FROM {table} WHERE id {self._db.in_list}", (ids,))
        columns = "title, body, grams" if kind == "article" else "text, grams"
        marks = ", ".join("CAST(? AS text)" for _ in columns.split())
        self._db.executemany(
            f"INSERT INTO {table} (id, words) SELECT ?, {_VECTORS[kind]}"
            f" FROM (SELECT {marks}) AS indexed ({columns})",
            [(row, *new) for row, _, new in changed if new is not None],
        )

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
            sql = f"INSERT INTO {_TABLES[kind]} (id, words) SELECT id, {_VECTORS[kind]} {_INDEXED[kind]}"
            self._db.execute(sql)

    def mismatches(self) -> list[str]:
        """See `TextIndex.mismatches`."""
        wrong = []
        for kind in ("article", "comment"):
            sql = (
                f"SELECT count(*) FROM (SELECT id, {_VECTORS[kind]} AS words {_INDEXED[kind]}) AS stored"
                f" FULL JOIN {_TABLES[kind]} AS indexed ON indexed.id = stored.id"
                " WHERE stored.words IS DISTINCT FROM indexed.words"
            )
            if self._db.execute(sql).fetchone()[0]:
                wrong.append(_TABLES[kind])
        return wrong

    def drop(self) -> None:
        """See `TextIndex.drop`: rules keep the tables empty."""
        for table in self.names:
            self._db.run_script(f"CREATE RULE unused AS ON INSERT TO {table} DO INSTEAD NOTHING")


def _query(match: TextMatch, *, in_title: bool) -> tuple[str, tuple[object, ...]]:
    """The match as an SQL expression of a tsquery, and its values."""
    if isinstance(match, MatchWords):
        weight = f":{_TITLE}" if in_title or match.in_title else ""
        last = (weight or ":") + "*" if match.prefix else weight
        return "phrase_of(?, ?, ?)", (" ".join(match.words), weight, last)
    if isinstance(match, MatchAny | MatchAll):
        parts = [_query(part, in_title=in_title) for part in match.parts]
        sign = " || " if isinstance(match, MatchAny) else " && "
        return f"({sign.join(sql for sql, _ in parts)})", tuple(
            value for _, values in parts for value in values
        )
    sql, values = _query(match.match, in_title=in_title)
    unwanted, more = _query(match.unwanted, in_title=in_title)
    return f"({sql} && !!{unwanted})", (*values, *more)


def _words(match: TextMatch) -> list[tuple[str, bool]]:
    """The words that a match looks for, each with whether it is a prefix."""
    if isinstance(match, MatchWords):
        return [(word, match.prefix and word is match.words[-1]) for word in match.words]
    parts = match.parts if isinstance(match, MatchAny | MatchAll) else (match.match,)
    return [word for part in parts for word in _words(part)]
