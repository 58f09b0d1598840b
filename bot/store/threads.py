"""One search: gathers the rows that match, joins them into threads, orders these, and makes hits of some."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from math import inf, log1p
from typing import Protocol

from bot.models import Filters, Hit, Order, Place, Query, Term
from bot.store.candidates import Row, articles_with, listed, matching
from bot.store.matching import all_of, any_of, excluded
from bot.store.rows import key_text, moment
from bot.store.spelling import respelled

FORMS = 24
"""Forms of a word that are looked for, commonest first."""
ENOUGH = 100
"""With so many threads in which everything stands, those with only some of it are not looked for."""
RANKED_COMMENTS = 300
"""Comments of one search whose text is read to rank them; the rest come after, as FTS5 orders them."""
MOST_KEYWORDS = 6
"""Words that say something, past which a query without operators is a sentence; half as many where it also
has words that say nothing."""
COMMENT = 0.9
"""What a comment's score counts beside an article's."""
TALK = 0.03
"""What it adds to a thread that n comments match: this times log(1 + n)."""


class Excerpt(Protocol):
    """A piece of a text, `[start:end]`, and spans of matches counted from `start`."""

    @property
    def start(self) -> int: ...
    @property
    def end(self) -> int: ...
    @property
    def matches(self) -> tuple[tuple[int, int], ...]: ...


class Analysis(Protocol):
    """What search needs to know about words; `bot.text.analysis.Analysis` knows it and says more."""

    def languages(self, query: Query, present: Sequence[str]) -> tuple[str, ...]: ...
    def wanted(self, query: Query, languages: Sequence[str]) -> Query: ...
    def stem(self, word: str, language: str) -> str: ...
    def excerpt(self, text: str, terms: Sequence[Term], languages: Sequence[str]) -> Excerpt: ...
    def nearest(self, word: str, among: Sequence[str]) -> Sequence[str]: ...
    def replaced(self, query: Query, word: str, by: str) -> Query: ...
    def sign(self, title: str, body: str, language: str | None) -> bytes: ...
    def encode(self, texts: Sequence[tuple[str, str, str | None]]) -> Sequence[bytes | None]: ...


class Scorer(Protocol):
    """Ranks texts by their signatures and vectors; kinds are 0 for articles and 1 for comments."""

    @property
    def languages(self) -> Sequence[str]:
        """The main languages of all archives, commonest first."""

    def __call__(
        self,
        query: Query,
        languages: Sequence[str],
        beginnings: Mapping[str, Sequence[str]],
        signatures: Sequence[bytes],
        vectors: Sequence[bytes | None],
        kinds: Sequence[int],
    ) -> Sequence[float]: ...


@dataclass(frozen=True, slots=True)
class Wish:
    """What is asked, beside the query."""

    archives: tuple[int, ...]
    filters: Filters
    place: Place
    order: Order


@dataclass(slots=True)
class Thread:
    """An article, the rows of it that match, best first, and whether one of them has everything asked."""

    article: int
    full: bool
    rows: list[Row] = field(default_factory=list)


class Search:
    """One search on one state of the corpus."""

    def __init__(self, db: sqlite3.Connection, analysis: Analysis, scorer: Scorer, wish: Wish) -> None:
        self._db = db
        self._analysis = analysis
        self._scorer = scorer
        self._wish = wish
        self._order: Order = wish.order
        self._languages: tuple[str, ...] = ()
        self._query = Query("")
        self._scores: dict[tuple[bool, int], float] = {}
        self.threads: list[Thread] = []
        self.instead: str | None = None
        self.capped = False
        self.unparted = False

    def run(self, query: Query) -> None:
        """Fills `threads`, in order. When it is interrupted, with what there is by then."""
        try:
            self._run(query)
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode != sqlite3.SQLITE_INTERRUPT:
                raise
            self.capped = True

    def _run(self, query: Query) -> None:
        if not query.groups:
            if not query.text.strip():
                self._order = "newest" if self._order == "relevance" else self._order
                rows = listed(self._db, self._wish.archives, self._wish.filters, self._order)
                self.threads = self._joined(rows.rows, full=True)
            return
        self._languages = self._analysis.languages(query, self._scorer.languages)
        self._query = self._analysis.wanted(query, self._languages)
        self.unparted = self._order == "relevance" and _is_sentence(query, self._query)
        full = self._rows(all_of(self._query, self._forms(self._query)))
        if not full:
            other = respelled(self._db, self._wish.archives, self._query, self._analysis, self._forms_of)
            if other is not None:
                full = self._rows(all_of(other, self._forms(other)))
                if full:
                    self._query, self.instead = other, other.text
        self._arrange(full)

    def _arrange(self, full: list[Row]) -> None:
        some = []
        if len({row.article for row in full}) < ENOUGH and _has_parts(self._query):
            known = {row.key for row in full}
            some = self._rows(any_of(self._query, self._forms(self._query)))
            some = [row for row in some if row.key not in known]
        if self._order == "relevance":
            self._rank([*full, *some])
        whole = self._joined(full, full=True)
        known_threads = {thread.article for thread in whole}
        rest = [row for row in some if row.article not in known_threads]
        self.threads = whole + self._joined(rest, full=False)
        if self.unparted:
            self.threads.sort(key=self._thread_key)

    # Finding.

    def _rows(self, match: str) -> list[Row]:
        rows: list[Row] = []
        wish = self._wish
        for comments in (False, True):
            if wish.place != ("articles" if comments else "comments"):
                found = matching(self._db, match, wish.archives, wish.filters, self._order, comments=comments)
                self.capped = self.capped or found.capped
                rows += found.rows
        if self._query.exclude:
            without = articles_with(self._db, excluded(self._query), {row.article for row in rows})
            rows = [row for row in rows if row.article not in without]
        return rows

    def _forms(self, query: Query) -> dict[str, Sequence[str]]:
        words = {word for group in query.groups for term in group if not term.exact for word in term.words}
        return {word: self._forms_of(word) for word in words}

    def _forms_of(self, word: str) -> Sequence[str]:
        found: dict[str, None] = {}
        for language in self._languages:
            for (form,) in self._db.execute(
                "SELECT word FROM form WHERE language = ? AND stem = ? ORDER BY rows DESC, word LIMIT ?",
                (language, self._analysis.stem(word, language), FORMS),
            ):
                found[form] = None
        return list(found)

    def _beginnings(self) -> dict[str, Sequence[str]]:
        """Words that begin as the query says."""
        found: dict[str, Sequence[str]] = {}
        for word in {t.words[-1] for group in self._query.groups for t in group if t.prefix}:
            rows = self._db.execute(
                "SELECT term FROM article_words WHERE term >= ? AND term < ? LIMIT ?",
                (word, word + "\U0010ffff", FORMS),
            )
            found[word] = [term for (term,) in rows]
        return found

    # Ordering.

    def _rank(self, rows: Sequence[Row]) -> None:
        articles = [row for row in rows if not row.is_comment]
        comments = sorted((row for row in rows if row.is_comment), key=lambda row: (-row.rank, row.id))
        comments = comments[:RANKED_COMMENTS]
        ranked = [*articles, *comments]
        if not ranked:
            return
        signed = self._signed([row.id for row in articles])
        texts = [signed[row.id] for row in articles] + self._said([row.id for row in comments])
        scores = self._scorer(
            self._query,
            self._languages,
            self._beginnings(),
            [signature for signature, _ in texts],
            [vector for _, vector in texts],
            [int(row.is_comment) for row in ranked],
        )
        factors = (COMMENT if row.is_comment else 1.0 for row in ranked)
        self._scores = {row.key: s * f for row, s, f in zip(ranked, scores, factors, strict=True)}

    def _signed(self, ids: Sequence[int]) -> dict[int, tuple[bytes, bytes | None]]:
        """The articles' signatures and vectors; those that are not learnt yet are made of their texts."""
        found: dict[int, tuple[bytes, bytes | None]] = {
            row: (terms, vector)
            for row, terms, vector in self._db.execute(
                "SELECT id, terms, vector FROM signature WHERE id IN (SELECT value FROM json_each(?))"
                " AND terms IS NOT NULL",
                (json.dumps(ids),),
            )
        }
        missing = [row for row in ids if row not in found]
        texts = self._db.execute(
            "SELECT id, title, body, language FROM article WHERE id IN (SELECT value FROM json_each(?))",
            (json.dumps(missing),),
        ).fetchall()
        found.update(zip((row[0] for row in texts), self._sign([row[1:] for row in texts]), strict=True))
        return found

    def _said(self, ids: Sequence[int]) -> list[tuple[bytes, bytes | None]]:
        texts = {
            row: ("", text, language)
            for row, text, language in self._db.execute(
                "SELECT c.id, c.text, a.language FROM comment c JOIN article a ON a.id = c.article"
                " WHERE c.id IN (SELECT value FROM json_each(?))",
                (json.dumps(ids),),
            )
        }
        return self._sign([texts[row] for row in ids])

    def _sign(self, texts: Sequence[tuple[str, str, str | None]]) -> list[tuple[bytes, bytes | None]]:
        vectors = self._analysis.encode(texts)
        return [(self._analysis.sign(*text), vector) for text, vector in zip(texts, vectors, strict=True)]

    def _joined(self, rows: Iterable[Row], *, full: bool) -> list[Thread]:
        """Rows of one thread become one."""
        found: dict[int, Thread] = {}
        for row in rows:
            found.setdefault(row.article, Thread(row.article, full)).rows.append(row)
        for thread in found.values():
            thread.rows.sort(key=self._row_key, reverse=True)
        return sorted(found.values(), key=self._thread_key)

    def _row_key(self, row: Row) -> tuple[float, float, bool, int]:
        """By the order asked; a row that lacks what is asked for comes last."""
        if self._order == "relevance":
            asked: float | None = self._scores.get(row.key, -1.0)
        else:
            asked = row.posted_at if self._order == "newest" else row.score
        return (-inf if asked is None else asked, row.rank, not row.is_comment, row.id)

    def _thread_key(self, thread: Thread) -> tuple[float, float, int]:
        first, second, *_ = self._row_key(thread.rows[0])
        if self._order == "relevance":
            first += TALK * log1p(sum(row.is_comment for row in thread.rows))
        return -first, -second, thread.article

    # Showing.

    def hit(self, thread: Thread) -> Hit:
        """The thread as people see it: its best row."""
        row = thread.rows[0]
        key, title, source, author, at, text = self._db.execute(
            "SELECT key, title, source, submitter, posted_at, body FROM article WHERE id = ?", (row.article,)
        ).fetchone()
        prefix, thread_at = "t3", at
        if row.is_comment:
            prefix = "t1"
            key, author, at, text = self._db.execute(
                "SELECT key, author, posted_at, text FROM comment WHERE id = ?", (row.id,)
            ).fetchone()
        terms = tuple(term for group in self._query.groups for term in group)
        found = self._analysis.excerpt(text, terms, self._languages)
        if not row.is_comment and not found.matches:
            in_title = self._analysis.excerpt(title, terms, self._languages)
            if in_title.matches or not text.strip():
                found, text = in_title, title
        return Hit(
            article=row.article,
            comment=row.id if row.is_comment else None,
            key=key_text(key, prefix),
            title=title,
            source=source,
            author=author,
            posted_at=moment(at),
            excerpt=text[found.start : found.end],
            matches=found.matches,
            more=sum(other.is_comment for other in thread.rows[1:]),
            thread_at=moment(thread_at),
        )


def _is_sentence(asked: Query, wanted: Query) -> bool:
    """Whether somebody wrote it to be understood rather than matched: of so many words few texts hold all,
    and those that do are not the best for it."""
    plain = all(len(group) == 1 and not group[0].exact and not group[0].prefix for group in asked.groups)
    most = MOST_KEYWORDS if len(asked.groups) == len(wanted.groups) else MOST_KEYWORDS // 2
    return plain and not asked.exclude and len(set(wanted.groups)) > most


def _has_parts(query: Query) -> bool:
    """Whether a row can have some of it and not all."""
    return len(query.groups) > 1 or any(
        len(term.words) > 1 and not term.exact for group in query.groups for term in group
    )
