"""What a question may be answered from: the articles and comments that have most of its words."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from sqlite3 import Connection

from bot.domain.answers import Evidence
from bot.domain.articles import Article, Comment
from bot.domain.search import Filters
from bot.store.corpus import rows
from bot.store.corpus.corpus_store import CorpusStore, corpus_pool
from bot.store.corpus.rows import ARTICLE, COMMENT_SELECT, ArticleRow, id_range
from bot.store.search.candidates import filter_conditions
from bot.store.search.fts_query import match_word
from bot.store.search.ports import TextAnalyzer
from bot.store.sqlite.pool import Pool

CONNECTIONS = 2
SEARCH_TIMEOUT_SECONDS = 1.0
"""Seconds after which a question is given up."""
MAX_FORMS = 12
"""Forms of a word that are looked for, commonest first."""
MAX_RANKED_ROWS = 3_000
"""Words are looked for, rarest first, as long as no more rows than this have them: ranking a
row costs a microsecond or two."""
MAX_NEWEST_ROWS = 500
"""Last stored rows that are looked at where all words are common, or the newest are asked for."""
MIN_FULL_MATCHES = 5
"""With fewer rows that have all of the words, those with some are taken as well."""
MAX_WEIGHED_ROWS = 20_000
"""Commoner words help to rank what the rare ones found, as long as no more rows than this have them."""
MAX_PASSAGES = 24
MAX_CHARACTERS = 40_000
"""Articles and comments that are read at most, articles fewer where they are long: what is read has to be
split and scored."""
MAX_COMMENTS_OF_ARTICLE = 2_000
"""Comments of each article that a question is about."""
_ALIAS = {"article": "a", "comment": "c"}


@dataclass(frozen=True, slots=True)
class PassageQuery:
    """What to find: content words as the index has them, and their language; in the archives, or in those
    `articles` of them that are asked about."""

    archives: tuple[int, ...]
    words: tuple[str, ...]
    language: str
    filters: Filters = Filters()  # noqa: RUF009 - frozen
    articles: tuple[int, ...] = ()
    newest: bool = False
    """The newest that have all of the words, where there are any, instead of the best."""


@dataclass(frozen=True, slots=True)
class _Term:
    stem: str
    match: str
    rows: int


class PassageIndex(CorpusStore):
    """Finds the evidence for answers in one corpus file."""

    def __init__(self, pool: Pool, analyzer: TextAnalyzer, timeout: float) -> None:
        super().__init__(pool)
        self.read_timeout = timeout
        self._analyzer = analyzer

    @classmethod
    def open(
        cls, data: Path, analyzer: TextAnalyzer, *, timeout: float = SEARCH_TIMEOUT_SECONDS
    ) -> PassageIndex:
        """On a file that `prepare` has seen."""
        return cls(corpus_pool(data, CONNECTIONS), analyzer, timeout)

    async def find(self, query: PassageQuery) -> Evidence:
        """Articles and comments with some of the words in any form, the best by BM25 first. Words that are
        common only help to rank. Articles without a title, and comments below them, are left out. Raises what
        `user_errors` raises."""
        if not query.archives or not query.words:
            return Evidence((), (), (), {}, 0)
        return await self._run(lambda db: _PassageSearch(db, self._analyzer, query).run())


class _PassageSearch:
    """One search on one state of the corpus."""

    def __init__(self, db: Connection, analyzer: TextAnalyzer, query: PassageQuery) -> None:
        self._db = db
        self._analyzer = analyzer
        self._query = query
        self._has_filters = bool(filter_conditions(query.filters, "a")[0])

    def run(self) -> Evidence:
        total = sum(
            articles + comments - 2
            for articles, comments in self._db.execute("SELECT next_article, next_comment FROM archive")
        )
        terms = sorted(self._terms(), key=lambda term: term.rows)
        known = [term for term in terms if term.rows]
        if self._query.articles:
            articles = self._articles(self._query.articles)
            comments = tuple(chain.from_iterable(self._own_comments(article.id) for article in articles))
        else:
            articles = self._articles(self._ids(known, "article"), MAX_CHARACTERS)
            comments = self._comments(self._ids(known, "comment"))
        there = {article.id for article in articles}
        parents = dict.fromkeys(comment.article for comment in comments if comment.article not in there)
        threads = self._articles(list(parents))
        there |= {article.id for article in threads}
        return Evidence(
            articles,
            tuple(comment for comment in comments if comment.article in there),
            threads,
            {term.stem: term.rows for term in terms},
            max(total, 1),
        )

    def _terms(self) -> list[_Term]:
        """Each different stem with its forms, and about how many rows have any of them."""
        terms: dict[str, _Term] = {}
        for word in self._query.words:
            stem = self._analyzer.stem(word, self._query.language)
            if stem in terms:
                continue
            forms = self._db.execute(
                "SELECT word, rows FROM form WHERE language = ? AND stem = ?"
                " ORDER BY rows DESC, word LIMIT ?",
                (self._query.language, stem, MAX_FORMS),
            ).fetchall()
            match = match_word(word, {word: [form for form, _ in forms]})
            rows = sum(count for _, count in forms) if forms else self._count(match)
            terms[stem] = _Term(stem, match, rows)
        return list(terms.values())

    def _count(self, match: str) -> int:
        """Rows that match, for words without forms, such as numbers; counted up to MAX_RANKED_ROWS."""
        return sum(
            self._db.execute(
                f"SELECT count(*) FROM (SELECT 1 FROM {table} WHERE {table} MATCH ? LIMIT {MAX_RANKED_ROWS})",
                (match,),
            ).fetchone()[0]
            for table in ("article_fts", "comment_fts")
        )

    def _ids(self, terms: Sequence[_Term], kind: str) -> list[int]:
        """The best rows of all archives. `terms` are in ascending order of how many rows hold them."""
        if not terms:
            return []
        rare = _match_rare(terms)
        everything = " AND ".join(f"({term.match})" for term in terms)
        best: list[tuple[float, int]] = []
        if self._query.newest:
            best = self._newest(everything, kind)
        if not best and rare is not None:
            best = self._ranked(rare, kind)
        elif not best:
            # Words that are each in thousands of rows say most where they are together.
            best = self._newest(everything, kind)
            if len(best) < MIN_FULL_MATCHES and len(terms) > 2:
                best += self._newest(" AND ".join(f"({term.match})" for term in terms[:2]), kind)
        ids = dict.fromkeys(row for _, row in sorted(best))
        return list(ids)[:MAX_PASSAGES]

    def _ranked(self, match: str, kind: str) -> list[tuple[float, int]]:
        """The best by BM25 with their rank, lower is better."""
        ranks = "bm25(2.0, 1.0, 1.0)" if kind == "article" else "bm25(1.0, 1.0)"
        source, where, values = self._filtered(kind) if self._has_filters else ("", "", [])
        sql = (
            f"SELECT fts.rank, fts.rowid FROM {kind}_fts AS fts{source}"
            f" WHERE {kind}_fts MATCH ? AND fts.rank MATCH ? AND fts.rowid BETWEEN ? AND ?{where}"
            f" ORDER BY fts.rank LIMIT {MAX_PASSAGES}"
        )
        best: list[tuple[float, int]] = []
        for archive in self._query.archives:
            best += self._db.execute(sql, (match, ranks, *id_range(archive), *values))
        return best

    def _newest(self, match: str, kind: str) -> list[tuple[float, int]]:
        """The newest of the MAX_NEWEST_ROWS that were stored last, with their age."""
        source, where, values = self._filtered(kind)
        sql = (
            f"SELECT coalesce(-{_ALIAS[kind]}.posted_at, 0), fts.rowid FROM"
            f" (SELECT rowid FROM {kind}_fts WHERE {kind}_fts MATCH ? AND rowid BETWEEN ? AND ?"
            f" ORDER BY rowid DESC LIMIT {MAX_NEWEST_ROWS}) AS fts{source}"
            f" WHERE 1{where} ORDER BY -{_ALIAS[kind]}.posted_at LIMIT {MAX_PASSAGES}"
        )
        newest: list[tuple[float, int]] = []
        for archive in self._query.archives:
            newest += self._db.execute(sql, (match, *id_range(archive), *values))
        return newest

    def _filtered(self, kind: str) -> tuple[str, str, list[object]]:
        """What has to be joined to read the filtered columns, the filters in SQL, and their values."""
        alias = _ALIAS[kind]
        where, values = filter_conditions(self._query.filters, alias)
        source = f" CROSS JOIN {kind} {alias} ON {alias}.id = fts.rowid"
        if kind == "comment":
            source += " CROSS JOIN article a ON a.id = c.article"
        return source, "".join(f" AND {condition}" for condition in where), values

    # Reading.

    def _articles(self, ids: Sequence[int], characters: int | None = None) -> tuple[Article, ...]:
        articles: list[Article] = []
        read = 0
        for number in ids:
            row = None
            if rows.archive_of(number) in self._query.archives:
                row = self._db.execute(
                    f"SELECT {ARTICLE} FROM article WHERE id = ? AND title IS NOT NULL"
                    " AND (? OR over_18 = 0)",
                    (number, self._query.filters.adult),
                ).fetchone()
            if row is None:
                continue
            articles.append(rows.article(ArticleRow(*row)))
            read += len(articles[-1].body)
            if characters is not None and read > characters:
                break
        return tuple(articles)

    def _comments(self, ids: Sequence[int]) -> tuple[Comment, ...]:
        comments = {
            row[0]: rows.comment(row)
            for row in self._db.execute(
                f"{COMMENT_SELECT} WHERE c.id IN (SELECT value FROM json_each(?))", (json.dumps(ids),)
            )
        }
        return tuple(comments[number] for number in ids if number in comments)

    def _own_comments(self, article: int) -> tuple[Comment, ...]:
        comments = self._db.execute(
            f"{COMMENT_SELECT} WHERE c.article = ? ORDER BY c.posted_at DESC, c.id LIMIT ?",
            (article, MAX_COMMENTS_OF_ARTICLE),
        )
        return tuple(map(rows.comment, comments))


def _match_rare(terms: Sequence[_Term]) -> str | None:
    """Rows with any of the rarer words, which the commoner ones help to rank; None where even the rarest is
    common. `terms` are in ascending order of how many rows hold them."""
    rare, some, total = [], [], 0
    for term in terms:
        total += term.rows
        if total <= MAX_RANKED_ROWS:
            rare.append(term.match)
        if total <= MAX_WEIGHED_ROWS:
            some.append(term.match)
    if not rare:
        return None
    if len(some) == len(rare):
        return " OR ".join(rare)
    return f"({' OR '.join(rare)}) AND ({' OR '.join(some)})"
