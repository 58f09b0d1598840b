"""Runs one search: finds matching rows, groups them into threads, sorts these, and builds the hits of a
page."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from math import inf, log1p
from operator import itemgetter
from sqlite3 import Connection

from bot.clock import from_unix
from bot.domain.search import Filters, Hit, Order, Query, SearchField, Term
from bot.store.corpus.rows import key_text
from bot.store.search.candidates import (
    CandidateQuery,
    CandidateRow,
    FtsQuery,
    SearchLimits,
    adult_articles,
    browse,
    matching_articles,
)
from bot.store.search.fts_query import joined_number, match_all, match_any, match_excluded, optional_terms
from bot.store.search.ports import TextAnalyzer, TextExcerpt, TextScorer
from bot.store.search.query_expansion import QueryExpansion
from bot.store.search.rerank import Reranker
from bot.store.search.spelling_correction import correct_spelling
from bot.store.sqlite.time_limit import StatementBudget

MIN_FULL_THREADS = 100
"""Threads that contain only some terms are not searched if this many contain all of them."""
MAX_KEYWORDS = 6
"""A query without operators and with more content words than this is a sentence; half as many suffice if it
also has stop words, and three words if it is a question."""
_QUESTION_MARKS = ("?", "？", "؟", "\u037e")
COMMENT_BONUS = 0.03
"""A thread with n matching comments scores this times log(1 + n) higher."""


@dataclass(frozen=True, slots=True)
class SearchRequest:
    """The parameters of a search, besides the query."""

    archives: tuple[int, ...]
    filters: Filters
    place: SearchField
    order: Order
    limits: SearchLimits = SearchLimits()  # noqa: RUF009 - frozen
    articles: tuple[int, ...] = ()
    """If given, only these threads are searched, for all terms as they are spelt."""


@dataclass(slots=True)
class MatchedThread:
    """An article, whether one of its rows contains all terms, its best row, and its number of matching
    comments."""

    article: int
    full: bool
    best: CandidateRow
    comments: int


class SearchRun:
    """One search in one state of the corpus."""

    def __init__(
        self, db: Connection, analyzer: TextAnalyzer, scorer: TextScorer, request: SearchRequest
    ) -> None:
        self._db = db
        # All rows of a small archive can be ranked, so that time only needs to limit the search as a whole.
        small = max(scorer.total) <= request.limits.max_ranked_rows
        unit = request.limits.search_seconds if small else request.limits.statement_seconds
        self._budget = StatementBudget(db, unit, request.limits.search_seconds)
        self._analyzer = analyzer
        self._scorer = scorer
        self._request = request
        self._order: Order = request.order
        self._languages: tuple[str, ...] = ()
        self._expansion = QueryExpansion(db, analyzer, scorer, ())
        self._limits = request.limits
        if scorer.total[0] <= request.limits.max_ranked_rows:
            self._limits = replace(request.limits, max_articles=request.limits.max_small_archive_articles)
        self._candidate_queries: dict[bool, CandidateQuery] = {}
        self._query = Query("")
        self._scores: dict[tuple[bool, int], float] = {}
        self.threads: list[MatchedThread] = []
        self.respelled: str | None = None
        self.capped = self.cut = False
        self.is_sentence = False

    def run(self, query: Query) -> None:
        """Fills `threads`, sorted; when interrupted, with what was found so far."""
        self._budget.begin()
        try:
            self._run(query)
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode != sqlite3.SQLITE_INTERRUPT:
                raise
            self.capped = self.cut = True
        finally:
            self._budget.end()

    def _run(self, query: Query) -> None:
        if not query.groups:
            if not query.text.strip():
                self._browse()
            return
        self._languages = self._analyzer.languages(query, self._scorer.languages)
        self._expansion = QueryExpansion(self._db, self._analyzer, self._scorer, self._languages)
        self._query = self._analyzer.without_stop_words(query, self._languages)
        self.is_sentence = self._order == "relevance" and _is_sentence(query, self._query)
        full = self._all_terms(self._query)
        if self._request.articles:
            self.threads = self._join_threads(full, full=True)
            return
        if not full:
            other = correct_spelling(
                self._db, self._request.archives, self._query, self._analyzer, self._expansion
            )
            if other is not None and (full := self._all_terms(other)):
                self._query, self.respelled = other, other.text
        self._arrange(full)

    def _browse(self) -> None:
        request = self._request
        self._order = "newest" if self._order == "relevance" else self._order
        candidates = browse(
            self._db, self._budget, request.archives, request.filters, self._order, self._limits
        )
        self.capped = candidates.capped
        self.threads = self._join_threads(candidates.rows, full=True)

    def _arrange(self, full: list[CandidateRow]) -> None:
        """Sorts the rows with all terms and, if these are few, adds those with some."""
        some = []
        if len({row.article for row in full}) < MIN_FULL_THREADS and _can_match_partly(self._query):
            known = {row.key for row in full}
            some = [row for row in self._any_terms(self._query) if row.key not in known]
        if self._order == "relevance":
            prefixes = {
                term.words[-1]: self._expansion.words_with_prefix(term.words[-1])[0]
                for term in optional_terms(self._query)
                if term.prefix
            }
            for term in optional_terms(self._query):
                if not term.exact:
                    prefixes.update((w, s) for w in term.words if (s := self._expansion.spellings(w)))
            reranker = Reranker(self._db, self._analyzer, self._scorer)
            self._scores = reranker.score([*full, *some], self._query, self._languages, prefixes)
        if self.is_sentence:
            self.threads = self._join_threads([*full, *some], full=False)
            return
        full_threads = self._join_threads(full, full=True)
        known_articles = {thread.article for thread in full_threads}
        rest = [row for row in some if row.article not in known_articles]
        self.threads = full_threads + self._join_threads(rest, full=False)

    # Search.

    def _all_terms(self, query: Query) -> list[CandidateRow]:
        """Rows with all terms. If the words together are too common, FTS5 ranks by the rarer ones."""
        forms = self._expansion.expand(query)
        bare = replace(query, exclude=())  # FTS5 would also count the rows of excluded terms to rank
        matches = []
        for kind in (0, 1):
            rankable = self._rankable_terms(query, kind)
            # FTS5 drives an intersection by its first operand: the rarest group goes first.
            groups = sorted(query.groups, key=lambda group: self._count_rows(group, kind))
            text = match_all(replace(query, groups=tuple(groups)), forms)
            has_rankable_group = any(
                rankable.issuperset(optional_terms(replace(query, groups=(group,)))) for group in groups
            )
            others = [term for term in (*optional_terms(query), *query.exclude) if term not in rankable]
            ranked = ""
            if has_rankable_group and self._count_rows(others, kind) <= self._limits.max_counted_rows:
                ranked = text
            elif has_rankable_group:
                terms = [term for term in optional_terms(query) if term in rankable]
                ranked = match_any(bare, terms, forms)
            alternatives = [term for term in query.groups[0] if term in rankable] if len(groups) == 1 else []
            rare = match_any(query, alternatives, forms) if alternatives and not ranked else ""
            matches.append(FtsQuery(text, ranked, rare))
        return self._find(query, matches)

    def _any_terms(self, query: Query) -> list[CandidateRow]:
        """Rows with any terms: if the words together are too common, only with the rarer ones, and if all
        words are, with the rarest. If these archives have none of those, with the others."""
        forms = self._expansion.expand(query)
        bare = replace(query, exclude=())
        terms = optional_terms(query)
        matches = []
        tried = set(terms)
        for kind in (0, 1):
            rankable = self._rankable_terms(query, kind)
            some = [term for term in terms if term in rankable]
            some = some or [min(terms, key=lambda term: self._expansion.count_rows(term)[kind])]
            ranked = match_any(bare, some, forms) if rankable else ""
            matches.append(FtsQuery(match_any(query, some, forms), ranked))
            tried.intersection_update(some)
        others = tuple((term,) for term in terms if term not in tried)
        rows = self._find(query, matches)
        if rows or not tried or not others:
            return rows
        return self._any_terms(replace(query, groups=others))

    def _count_rows(self, terms: Iterable[Term], kind: int) -> int:
        return sum(self._expansion.count_rows(term)[kind] for term in terms)

    def _rankable_terms(self, query: Query, kind: int) -> set[Term]:
        """The terms whose rows FTS5 can rank together, the rarest first."""
        terms = optional_terms(query)
        if self._scorer.total[kind] <= self._limits.max_ranked_rows:
            return set(terms)
        total = 0
        rankable: set[Term] = set()
        for rows, _, term in sorted(
            (self._expansion.count_rows(term)[kind], place, term) for place, term in enumerate(terms)
        ):
            total += rows
            if total > self._limits.max_ranked_rows or len(rankable) == self._limits.max_ranked_words:
                break
            rankable.add(term)
        return rankable

    def _candidate_query(self, *, comments: bool) -> CandidateQuery:
        if comments not in self._candidate_queries:
            request = self._request
            self._candidate_queries[comments] = CandidateQuery(
                self._db,
                self._budget,
                request.filters,
                self._order,
                self._limits,
                comments=comments,
                articles=request.articles,
            )
        return self._candidate_queries[comments]

    def _find(self, query: Query, matches: Sequence[FtsQuery]) -> list[CandidateRow]:
        rows: list[CandidateRow] = []
        request = self._request
        for comments, match in zip((False, True), matches, strict=True):
            if request.place != ("articles" if comments else "comments"):
                candidates = self._candidate_query(comments=comments).find(match, request.archives)
                self.capped = self.capped or candidates.capped
                rows += candidates.rows
        if query.exclude:
            articles = matching_articles(
                self._db,
                match_excluded(query),
                {row.article for row in rows},
                self._count_rows(query.exclude, 0),
                self._analyzer.literal_matcher(query.exclude),
            )
            rows = [row for row in rows if row.article not in articles]
        if not request.filters.adult:
            articles = adult_articles(self._db, {row.article for row in rows})
            rows = [row for row in rows if row.article not in articles]
        return rows

    # Order.

    def _join_threads(self, rows: Iterable[CandidateRow], *, full: bool) -> list[MatchedThread]:
        """Groups the rows by article into threads, sorted."""
        by_article: dict[int, list[CandidateRow]] = {}
        for row in rows:
            by_article.setdefault(row.article, []).append(row)
        keyed = []
        for article, own in by_article.items():
            best = own[0] if len(own) == 1 else max(own, key=self._sort_key)
            comments = sum([row.is_comment for row in own])
            first, second, *_ = self._sort_key(best)
            if comments and self._order == "relevance":
                first += COMMENT_BONUS * log1p(comments)
            keyed.append((-first, -second, article, MatchedThread(article, full, best, comments)))
        keyed.sort(key=itemgetter(0, 1, 2))
        return [thread for *_, thread in keyed]

    def _sort_key(self, row: CandidateRow) -> tuple[float, float, bool, int]:
        """Sorts by the requested order; a row without the value comes last."""
        if self._order == "relevance":
            asked: float | None = self._scores.get(row.key, -1.0)
        else:
            asked = row.posted_at if self._order == "newest" else row.score
        return (-inf if asked is None else asked, row.rank, not row.is_comment, row.id)

    # Hits.

    def hits(self, shown: Sequence[MatchedThread]) -> tuple[Hit, ...]:
        """These threads as hits, each with the excerpt of its best row."""
        terms = [(term, number) for number, group in enumerate(self._query.groups) for term in group]
        terms += [(Term((word,)), number) for term, number in terms if (word := joined_number(term))]
        groups = [number for _, number in terms]
        excerpt = self._analyzer.excerpter([term for term, _ in terms], self._expansion.forms)
        return tuple(self._hit(thread, groups, excerpt) for thread in shown)

    def _hit(
        self, thread: MatchedThread, groups: Sequence[int], excerpt: Callable[[str, bool], TextExcerpt]
    ) -> Hit:
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
        piece, in_title = excerpt(text, False), excerpt(title, True)
        missing = {groups[term] for term in piece.terms} - {groups[term] for term in in_title.terms}
        if not row.is_comment and not piece.matches and (in_title.matches or not text.strip()):
            piece, text = in_title, title
        return Hit(
            article=row.article,
            comment=row.id if row.is_comment else None,
            key=key_text(key, prefix),
            title=title,
            source=source,
            author=author,
            posted_at=from_unix(at),
            excerpt=text[piece.start : piece.end],
            matches=piece.matches,
            more=thread.comments - row.is_comment,
            thread_at=from_unix(thread_at),
            masks=piece.masks,
            explains=bool(missing),
        )


def _is_sentence(query: Query, content: Query) -> bool:
    """Whether the query is a natural sentence rather than keywords: few texts contain all its words, and
    those are not the best matches. `content` is the query without stop words."""
    plain = all(_is_plain(group, query.text) for group in query.groups)
    most = MAX_KEYWORDS if len(query.groups) == len(content.groups) else MAX_KEYWORDS // 2
    if query.text.rstrip().endswith(_QUESTION_MARKS):
        most = 2
    return plain and not query.exclude and len(set(content.groups)) > most


def _is_plain(group: Sequence[Term], text: str) -> bool:
    """Whether the group was typed as one word, which may have several spellings."""
    if len(group) > 1:
        return not any(char in text for char in '"|') and " OR " not in text
    return not group[0].exact and not group[0].prefix


def _can_match_partly(query: Query) -> bool:
    """Whether a row can contain some of the query's terms but not all."""
    return len(query.groups) > 1 or any(
        len(term.words) > 1 and not term.exact for group in query.groups for term in group
    )
