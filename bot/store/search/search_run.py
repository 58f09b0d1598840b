"""One search: gathers the rows that match, joins them into threads, orders these, and makes hits of some."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from math import inf, log1p
from operator import itemgetter
from typing import Protocol

from bot.clock import from_unix
from bot.domain.search import Filters, Hit, Order, Place, Query, Term
from bot.store.corpus.rows import key_text
from bot.store.search import query_expansion, rerank, spelling_correction
from bot.store.search.candidates import Bounds, Match, Matching, Row, adult, articles_with, listed
from bot.store.search.fts_query import all_of, any_of, excluded, parts
from bot.store.search.query_expansion import Vocabulary
from bot.store.search.rerank import Rating
from bot.store.search.spelling_correction import respelled
from bot.store.sqlite.time_limit import StatementBudget

ENOUGH = 100
"""With so many threads in which everything stands, those with only some of it are not looked for."""
MOST_KEYWORDS = 6
"""Words that say something, past which a query without operators is a sentence; half as many where it also
has words that say nothing."""
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


class Analysis(rerank.Analysis, spelling_correction.Analysis, query_expansion.Analysis, Protocol):
    """What search needs to know about words; `bot.text.search.analyzer.Analyzer` knows it and says more."""

    def languages(self, query: Query, present: Sequence[str]) -> tuple[str, ...]: ...
    def without_stop_words(self, query: Query, languages: Sequence[str]) -> Query: ...
    def literal_matcher(self, terms: Sequence[Term]) -> Callable[[str], bool]: ...
    def excerpter(
        self, terms: Sequence[Term], forms: Callable[[str], Sequence[str]]
    ) -> Callable[[str], Excerpt]: ...


class Scorer(rerank.Scorer, query_expansion.Counts, Protocol):
    """What was learnt of all texts; `bot.text.search.scorer.RelevanceScorer` has it."""

    @property
    def total(self) -> tuple[int, int]: ...


@dataclass(frozen=True, slots=True)
class Wish:
    """What is asked, beside the query."""

    archives: tuple[int, ...]
    filters: Filters
    place: Place
    order: Order
    bounds: Bounds = Bounds()  # noqa: RUF009 - frozen


@dataclass(slots=True)
class Thread:
    """An article, whether a row of it has everything asked, its best row, and how many of its comments
    match."""

    article: int
    full: bool
    best: Row
    comments: int


class Search:
    """One search on one state of the corpus."""

    def __init__(self, db: sqlite3.Connection, analysis: Analysis, scorer: Scorer, wish: Wish) -> None:
        self._db = db
        self._budget = StatementBudget(db, wish.bounds.moment)
        self._analysis = analysis
        self._scorer = scorer
        self._wish = wish
        self._order: Order = wish.order
        self._languages: tuple[str, ...] = ()
        self._words = Vocabulary(db, analysis, scorer, ())
        self._bounds = wish.bounds
        if scorer.total[0] <= wish.bounds.rankable:
            self._bounds = replace(wish.bounds, articles=wish.bounds.small)
        self._matchings: dict[bool, Matching] = {}
        self._query = Query("")
        self._scores: dict[tuple[bool, int], float] = {}
        self.threads: list[Thread] = []
        self.instead: str | None = None
        self.capped = False
        self.unparted = False

    def run(self, query: Query) -> None:
        """Fills `threads`, in order. When it is interrupted, with what there is by then."""
        self._budget.begin()
        try:
            self._run(query)
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode != sqlite3.SQLITE_INTERRUPT:
                raise
            self.capped = True
        finally:
            self._budget.end()

    def _run(self, query: Query) -> None:
        if not query.groups:
            if not query.text.strip():
                self._order = "newest" if self._order == "relevance" else self._order
                wish = self._wish
                found = listed(self._db, self._budget, wish.archives, wish.filters, self._order, self._bounds)
                self.capped = found.capped
                self.threads = self._joined(found.rows, full=True)
            return
        self._languages = self._analysis.languages(query, self._scorer.languages)
        self._words = Vocabulary(self._db, self._analysis, self._scorer, self._languages)
        self._query = self._analysis.without_stop_words(query, self._languages)
        self.unparted = self._order == "relevance" and _is_sentence(query, self._query)
        full = self._whole(self._query)
        if not full:
            other = respelled(self._db, self._wish.archives, self._query, self._analysis, self._words)
            if other is not None and (full := self._whole(other)):
                self._query, self.instead = other, other.text
        self._arrange(full)

    def _arrange(self, full: list[Row]) -> None:
        some = []
        if len({row.article for row in full}) < ENOUGH and _has_parts(self._query):
            known = {row.key for row in full}
            some = [row for row in self._partly(self._query) if row.key not in known]
        if self._order == "relevance":
            beginnings = {
                term.words[-1]: self._words.beginnings(term.words[-1])[0]
                for term in parts(self._query)
                if term.prefix
            }
            rerank = Rating(self._db, self._analysis, self._scorer)
            self._scores = rerank.rate([*full, *some], self._query, self._languages, beginnings)
        if self.unparted:
            self.threads = self._joined([*full, *some], full=False)
            return
        whole = self._joined(full, full=True)
        known_threads = {thread.article for thread in whole}
        rest = [row for row in some if row.article not in known_threads]
        self.threads = whole + self._joined(rest, full=False)

    # Finding.

    def _whole(self, query: Query) -> list[Row]:
        """Rows in which everything stands. Of words that are too common together, FTS5 ranks by the rarer
        ones."""
        forms = self._words.expand(query)
        bare = replace(query, exclude=())  # FTS5 would count the rows of what is excluded to rank by it
        matches = []
        for kind in (0, 1):
            rare = self._rare(query, kind)
            # FTS5 looks for rows of all by those of the first.
            groups = sorted(query.groups, key=lambda group: sum(self._words.rows(one)[kind] for one in group))
            text = all_of(replace(query, groups=tuple(groups)), forms)
            kept = [group for group in groups if rare.issuperset(parts(replace(query, groups=(group,))))]
            others = [term for term in (*parts(query), *query.exclude) if term not in rare]
            counted = sum(self._words.rows(term)[kind] for term in others)
            if kept and counted <= self._bounds.countable:
                ranked = text
            else:
                ranked = any_of(bare, [term for term in parts(query) if term in rare], forms) if kept else ""
            some = [term for term in query.groups[0] if term in rare] if len(groups) == 1 else []
            matches.append(Match(text, ranked, any_of(query, some, forms) if some and not ranked else ""))
        return self._found(query, matches)

    def _partly(self, query: Query) -> list[Row]:
        """Rows in which something stands: of words that are too common together, only the rarer ones, and
        where all are, the rarest."""
        forms = self._words.expand(query)
        bare = replace(query, exclude=())
        matches = []
        for kind in (0, 1):
            terms = parts(query)
            rare = self._rare(query, kind)
            some = [term for term in terms if term in rare]
            some = some or [min(terms, key=lambda term: self._words.rows(term)[kind])]
            matches.append(Match(any_of(query, some, forms), any_of(bare, some, forms) if rare else ""))
        return self._found(query, matches)

    def _rare(self, query: Query, kind: int) -> set[Term]:
        """The terms whose rows can be ranked together, those in fewer rows first."""
        cost = 0
        few = self._scorer.total[kind] <= self._bounds.rankable
        found: set[Term] = set()
        for rows, _, term in sorted((self._words.rows(t)[kind], n, t) for n, t in enumerate(parts(query))):
            cost += rows
            if (cost > self._bounds.rankable or len(found) == self._bounds.words) and not few:
                break
            found.add(term)
        return found

    def _matching(self, *, comments: bool) -> Matching:
        if comments not in self._matchings:
            wish = self._wish
            self._matchings[comments] = Matching(
                self._db, self._budget, wish.filters, self._order, self._bounds, comments=comments
            )
        return self._matchings[comments]

    def _found(self, query: Query, matches: Sequence[Match]) -> list[Row]:
        rows: list[Row] = []
        wish = self._wish
        for comments, match in zip((False, True), matches, strict=True):
            if wish.place != ("articles" if comments else "comments"):
                found = self._matching(comments=comments).find(match, wish.archives)
                self.capped = self.capped or found.capped
                rows += found.rows
        if query.exclude:
            holding = sum(self._words.rows(term)[0] for term in query.exclude)
            holds = self._analysis.literal_matcher(query.exclude)
            articles = {row.article for row in rows}
            without = articles_with(self._db, excluded(query), articles, holding, holds)
            rows = [row for row in rows if row.article not in without]
        if not wish.filters.adult:
            without = adult(self._db, {row.article for row in rows})
            rows = [row for row in rows if row.article not in without]
        return rows

    # Ordering.

    def _joined(self, rows: Iterable[Row], *, full: bool) -> list[Thread]:
        """Rows of one thread become one."""
        found: dict[int, list[Row]] = {}
        for row in rows:
            found.setdefault(row.article, []).append(row)
        keyed = []
        for article, own in found.items():
            best = own[0] if len(own) == 1 else max(own, key=self._row_key)
            comments = sum([row.is_comment for row in own])
            first, second, *_ = self._row_key(best)
            if comments and self._order == "relevance":
                first += TALK * log1p(comments)
            keyed.append((-first, -second, article, Thread(article, full, best, comments)))
        keyed.sort(key=itemgetter(0, 1, 2))
        return [thread for *_, thread in keyed]

    def _row_key(self, row: Row) -> tuple[float, float, bool, int]:
        """By the order asked; a row that lacks what is asked for comes last."""
        if self._order == "relevance":
            asked: float | None = self._scores.get(row.key, -1.0)
        else:
            asked = row.posted_at if self._order == "newest" else row.score
        return (-inf if asked is None else asked, row.rank, not row.is_comment, row.id)

    # Showing.

    def hits(self, shown: Sequence[Thread]) -> tuple[Hit, ...]:
        """These threads as people see them: each by its best row."""
        terms = tuple(term for group in self._query.groups for term in group)
        excerpt = self._analysis.excerpter(terms, self._words.forms)
        return tuple(self._hit(thread, excerpt) for thread in shown)

    def _hit(self, thread: Thread, excerpt: Callable[[str], Excerpt]) -> Hit:
        row = thread.best
        key, title, source, author, at, text = self._db.execute(
            "SELECT key, title, source, submitter, posted_at, body FROM article WHERE id = ?", (row.article,)
        ).fetchone()
        prefix, thread_at = "t3", at
        if row.is_comment:
            prefix = "t1"
            key, author, at, text = self._db.execute(
                "SELECT key, author, posted_at, text FROM comment WHERE id = ?", (row.id,)
            ).fetchone()
        found = excerpt(text)
        if not row.is_comment and not found.matches:
            in_title = excerpt(title)
            if in_title.matches or not text.strip():
                found, text = in_title, title
        return Hit(
            article=row.article,
            comment=row.id if row.is_comment else None,
            key=key_text(key, prefix),
            title=title,
            source=source,
            author=author,
            posted_at=from_unix(at),
            excerpt=text[found.start : found.end],
            matches=found.matches,
            more=thread.comments - row.is_comment,
            thread_at=from_unix(thread_at),
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
