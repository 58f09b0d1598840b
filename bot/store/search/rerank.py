"""Scores the rows of a search: reads the vectors of articles and the texts of comments for the scorer."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from itertools import chain, islice

from bot.domain.search import Query
from bot.store.engine import Connection
from bot.store.search.candidates import CandidateRow
from bot.store.search.limits import SearchLimits
from bot.store.search.ports import TextAnalyzer, TextScorer
from bot.store.search.word_rank import MAX_CHARACTERS, WordRank

MAX_COMMENT_CHARACTERS = 10_000
"""Limit of the comments read by one search; of long ones fewer are read."""
MAX_MISSING_ARTICLES = 40
"""The number of articles whose vectors are computed, because none are stored yet."""
MAX_ARTICLE_CHARACTERS = 20_000
"""The number of characters of an article's body that are read: its beginning."""
MAX_TERM_VECTOR_BYTES = 600_000
"""Limit of the stored term vectors read, about 120,000 stems: a thousand short articles, or hundreds of long
ones."""
COMMENT_WEIGHT = 0.9
"""Weight of a comment's score relative to an article's."""

TextVectors = tuple[bytes, bytes | None]
"""A text's term vector and its embedding vector."""


class Reranker:
    """Scores the rows of one search."""

    def __init__(
        self,
        db: Connection,
        analyzer: TextAnalyzer,
        scorer: TextScorer,
        limits: SearchLimits,
        forms: Callable[[str], Sequence[str]],
    ) -> None:
        """`forms` returns the other forms of a word."""
        self._db = db
        self._analyzer = analyzer
        self._scorer = scorer
        self._limits = limits
        self._forms = forms

    def score(
        self,
        groups: Sequence[Sequence[CandidateRow]],
        query: Query,
        languages: Sequence[str],
        beginnings: Mapping[str, Sequence[str]],
    ) -> dict[tuple[bool, int], float]:
        """Scores from 0 to 1, by the rows' keys. The groups come one after the other on the page: if there
        are more rows than can be read, those of the first are scored, of comments the best by their words."""
        articles = self._article_vectors([row.id for rows in groups for row in rows if not row.is_comment])
        grouped = [[row.id for row in rows if row.is_comment] for rows in groups]
        ids = list(chain.from_iterable(grouped))
        if len(ids) > self._limits.max_scored_comments:
            ids = self._best_by_words(grouped, query, languages, beginnings)
        comment_texts = self._comment_texts(ids[: self._limits.max_scored_comments])
        comments = self._vectorize(comment_texts)
        texts = [*articles.values(), *comments.values()]
        if not texts:
            return {}
        kinds = [0] * len(articles) + [1] * len(comments)
        term_vectors, vectors = zip(*texts, strict=True)
        keys = [*((False, row) for row in articles), *((True, row) for row in comments)]

        def read(places: Sequence[int]) -> list[tuple[str, str, str | None]]:
            known = self._article_texts([row for place in places for kind, row in (keys[place],) if not kind])
            return [comment_texts[row] if kind else known[row] for kind, row in map(keys.__getitem__, places)]

        scores = self._scorer(query, languages, beginnings, term_vectors, vectors, kinds, read)
        return {
            key: COMMENT_WEIGHT * score if key[0] else score for key, score in zip(keys, scores, strict=True)
        }

    def _best_by_words(
        self,
        groups: Sequence[Sequence[int]],
        query: Query,
        languages: Sequence[str],
        beginnings: Mapping[str, Sequence[str]],
    ) -> list[int]:
        """The first of these comments, each group in the order of all words of the query."""
        rank = WordRank(query, languages, self._scorer, self._forms, beginnings)
        texts = self._db.execute(
            f"SELECT j.value, substr(c.text, 1, ?) FROM {self._db.list_table} AS j"
            f" {self._db.ordered_join} comment c ON c.id = j.value ORDER BY j.key",
            (MAX_CHARACTERS, self._db.list_value(islice(chain(*groups), self._limits.max_compared_comments))),
        )
        words = {row: self._analyzer.words(text) for row, text in texts}
        return [
            row for ids in groups for row in rank.sorted((row, words[row]) for row in ids if row in words)
        ]

    def _article_vectors(self, ids: Sequence[int]) -> dict[int, TextVectors]:
        """The stored vectors of articles; missing ones are computed from the texts."""
        vectors: dict[int, TextVectors] = {}
        missing = []
        size = 0
        for row, terms, vector in self._db.execute(
            f"SELECT j.value, s.terms, s.vector FROM {self._db.list_table} AS j"
            " LEFT JOIN signature s ON s.id = j.value ORDER BY j.key",
            (self._db.list_value(ids),),
        ):
            if terms is None:
                missing.append(row)
                continue
            size += len(terms)
            if size > MAX_TERM_VECTOR_BYTES:
                break
            vectors[row] = terms, vector
        if missing:
            vectors.update(self._vectorize(self._article_texts(missing[:MAX_MISSING_ARTICLES])))
        return vectors

    def _article_texts(self, ids: Sequence[int]) -> dict[int, tuple[str, str, str | None]]:
        """The titles, beginnings and languages of articles."""
        texts = self._db.execute(
            f"SELECT id, title, substr(body, 1, {MAX_ARTICLE_CHARACTERS}), language FROM article"
            f" WHERE id {self._db.in_list} AND title IS NOT NULL",
            (self._db.list_value(ids),),
        )
        return {row: (title, body, language) for row, title, body, language in texts}

    def _comment_texts(self, ids: Sequence[int]) -> dict[int, tuple[str, str, str | None]]:
        texts = self._db.execute(
            f"SELECT c.id, '', c.text, a.language FROM {self._db.list_table} AS j"
            f" {self._db.ordered_join} comment c ON c.id = j.value JOIN article a ON a.id = c.article",
            (self._db.list_value(ids),),
        )
        read: dict[int, tuple[str, str, str | None]] = {}
        size = 0
        for row, title, text, language in texts:
            size += len(text)
            if read and size > MAX_COMMENT_CHARACTERS:
                break
            read[row] = title, text, language
        return read

    def _vectorize(self, texts: Mapping[int, tuple[str, str, str | None]]) -> dict[int, TextVectors]:
        contents = list(texts.values())
        return dict(zip(texts, self._analyzer.text_vectors(contents), strict=True))
