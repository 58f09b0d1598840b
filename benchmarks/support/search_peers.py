"""The alternatives for search: plain FTS5 and tantivy, queried for the ten best comments, or titles."""

from __future__ import annotations

import importlib.util
import sqlite3
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from bot.domain.search import Filters, Query, Term
from bot.store.sqlite.connection import CORPUS, open_reader

with suppress(ImportError):  # in the extra `benchmarks`: large, and needed only here
    import tantivy

SHOWN = 10
_FIELDS = (("source", "a.source"), ("author", "c.author"))


@dataclass(frozen=True)
class SearchCost:
    """Milliseconds of one search: wall clock, and CPU of this process."""

    wall: float
    cpu: float


class Peer(Protocol):
    """An alternative to Newsdesk's search."""

    def search(self, query: Query, filters: Filters, order: str) -> None:
        """Searches for the ten best, newest or highest comments with any of the words."""

    def complete(self, text: str) -> None:
        """Searches for the best titles with all words, the last one as a prefix."""


def peers_of(data: Path) -> list[Peer]:
    """Returns plain FTS5, and tantivy if it is installed."""
    if importlib.util.find_spec("tantivy") is None:
        print("tantivy is not installed: pip install 'newsdesk[benchmarks]'")
        return [Plain(data)]
    return [Plain(data), Tantivy(data)]


def cost(work: Callable[[], object]) -> SearchCost:
    """Measures the work."""
    wall, cpu = time.perf_counter(), time.process_time()
    work()
    return SearchCost(1000 * (time.perf_counter() - wall), 1000 * (time.process_time() - cpu))


class Plain:
    """FTS5 without additions, on the same index."""

    def __init__(self, data: Path) -> None:
        self._db = open_reader(data, CORPUS)

    def search(self, query: Query, filters: Filters, order: str) -> None:
        """Searches for the best, newest or highest comments with any of the words, with filters by joins."""
        match = " OR ".join(_fts5(term) for group in query.groups for term in group)
        if query.exclude:
            match = f"({match}) NOT ({' OR '.join(map(_fts5, query.exclude))})"
        joins, values = _joined(filters)
        by = {"relevance": "rank", "newest": "c.posted_at DESC", "score": "c.score DESC"}[order]
        if order != "relevance" and not joins:
            joins = " JOIN comment c ON c.id = comment_fts.rowid"
        where = f"WHERE comment_fts MATCH ?{values[0]}"
        sql = f"SELECT comment_fts.rowid FROM comment_fts{joins} {where} ORDER BY {by} LIMIT 10"  # noqa: S608
        self._db.execute(sql, (match, *values[1:])).fetchall()

    def complete(self, text: str) -> None:
        """Searches for the best titles with all words, the last one as a prefix."""
        words = [f'"{word}"' for word in text.replace('"', " ").split()]
        if words:
            match = f"title : ({' AND '.join(words)}*)"
            sql = "SELECT rowid FROM article_fts WHERE article_fts MATCH ? ORDER BY rank LIMIT 25"
            self._db.execute(sql, (match,)).fetchall()


def _fts5(term: Term) -> str:
    return " + ".join(f'"{word}"' for word in term.words) + ("*" if term.prefix else "")


def _joined(filters: Filters) -> tuple[str, list[Any]]:
    where, values = "", []
    for name, column in _FIELDS:
        if (value := getattr(filters, name)) is not None:
            where += f" AND {column} = ?"
            values.append(value)
    if filters.before is not None:
        where += " AND c.posted_at < ?"
        values.append(int(filters.before.timestamp()))
    joins = " JOIN comment c ON c.id = comment_fts.rowid JOIN article a ON a.id = c.article" if where else ""
    return joins, [where, *values]


class Tantivy:
    """Tantivy on the same comments and titles, in a folder beside them."""

    def __init__(self, data: Path) -> None:
        self._comments = _index(
            data,
            "comments",
            "SELECT c.text, a.source, c.author, c.posted_at, c.score"
            " FROM comment c JOIN article a ON a.id = c.article",
        )
        self._titles = _index(
            data,
            "titles",
            "SELECT title, source, submitter, posted_at, score FROM article WHERE title IS NOT NULL",
        )

    def search(self, query: Query, filters: Filters, order: str) -> None:
        """Searches for the best, newest or highest comments with any of the words."""
        comments = self._comments
        terms = [self._term(term) for group in query.groups for term in group]
        clauses = [
            (tantivy.Occur.Must, tantivy.Query.boolean_query([(tantivy.Occur.Should, t) for t in terms]))
        ]
        clauses += [(tantivy.Occur.MustNot, self._term(term)) for term in query.exclude]
        for name, _ in _FIELDS:
            if (value := getattr(filters, name)) is not None:
                clauses.append((tantivy.Occur.Must, tantivy.Query.term_query(comments.schema, name, value)))
        if filters.before is not None:
            before = int(filters.before.timestamp())
            span = tantivy.Query.range_query(
                comments.schema, "posted_at", tantivy.FieldType.Integer, 0, before
            )
            clauses.append((tantivy.Occur.Must, span))
        by = {"relevance": None, "newest": "posted_at", "score": "score"}[order]
        comments.searcher().search(tantivy.Query.boolean_query(clauses), SHOWN, order_by_field=by)

    def _term(self, term: Term) -> Any:
        schema = self._comments.schema
        if term.prefix and len(term.words) == 1:
            return tantivy.Query.regex_query(schema, "text", f"{term.words[0]}.*")
        if len(term.words) > 1:
            return tantivy.Query.phrase_query(schema, "text", list(term.words))
        return tantivy.Query.term_query(schema, "text", term.words[0])

    def complete(self, text: str) -> None:
        """Searches for the best titles with all words, the last one as a prefix."""
        *words, last = text.lower().split() or [""]
        schema = self._titles.schema
        clauses = [tantivy.Query.term_query(schema, "text", word) for word in words]
        clauses += [tantivy.Query.regex_query(schema, "text", f"{last}.*")] if last else []
        if clauses:
            both = tantivy.Query.boolean_query([(tantivy.Occur.Must, clause) for clause in clauses])
            self._titles.searcher().search(both, 25)


def _index(data: Path, name: str, sql: str) -> Any:
    schema = tantivy.SchemaBuilder()
    schema.add_text_field("text")
    for field in ("source", "author"):
        schema.add_text_field(field, tokenizer_name="raw", index_option="basic")
    for field in ("posted_at", "score"):
        schema.add_integer_field(field, indexed=True, fast=True)
    folder = data / f"tantivy-{name}"
    there = folder.exists()
    folder.mkdir(exist_ok=True)
    index = tantivy.Index(schema.build(), str(folder))
    if not there:
        writer = index.writer(512_000_000, 1)
        db: sqlite3.Connection = open_reader(data, CORPUS)
        for text, source, author, at, score in db.execute(sql):
            known = {
                "text": text,
                "source": source or "",
                "author": author or "",
                "posted_at": at,
                "score": score or 0,
            }
            writer.add_document(tantivy.Document.from_dict(known, index.schema))
        writer.commit()
        writer.wait_merging_threads()
        db.close()
    index.reload()
    return index
