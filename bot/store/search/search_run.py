"""Runs one search: finds matching rows, groups them into threads, sorts these, and builds the hits of a
page."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cache, partial

from bot.domain.search import Hit, Order, Query, RowFilters, SearchField, WordCount
from bot.store.corpus.rows import id_range
from bot.store.engine import Connection
from bot.store.search.browse import browse, browse_comments, without_excluded_rows
from bot.store.search.candidates import (
    CandidateQuery,
    CandidateRow,
    RankedMatch,
    adult_articles,
    matching_articles,
)
from bot.store.search.capitals import matches_of, split_by_capitals, without_excluded_capitals
from bot.store.search.hits import HitReader, MatchedThread, join_threads
from bot.store.search.limits import SearchLimits
from bot.store.search.match_plan import MAX_GROUPS_AT_ONCE, MatchPlan
from bot.store.search.match_query import (
    headline_terms,
    match_all,
    match_excluded,
    optional_terms,
)
from bot.store.search.near_meaning import NearQuery, near_query
from bot.store.search.ports import ExcludedText, QueryCapitals, TextAnalyzer, TextScorer
from bot.store.search.query_expansion import QueryExpansion
from bot.store.search.query_kind import can_match_partly, is_sentence
from bot.store.search.rerank import Reranker
from bot.store.search.scope_words import ScopeWords
from bot.store.search.spelling_correction import MAX_EDITS, correct_spelling
from bot.store.search.word_counts import WordCounter, counted_groups

MIN_FULL_THREADS = 100
"""Threads that contain only some terms are not searched if this many contain all of them."""
MIN_WORD_THREADS = 3
"""If fewer threads have the words of a query, threads that are near in meaning follow."""
MAX_HEADLINES = 5_000
"""The newest articles with the terms that only headlines have; comments are searched in their threads."""
CAPITALS_SHARE = 0.4
"""The share of a search's time in which rows are checked for the capitals of abbreviations."""


@dataclass(frozen=True, slots=True)
class SearchRequest:
    """The parameters of a search, besides the query."""

    archives: tuple[int, ...]
    filters: RowFilters
    place: SearchField
    order: Order
    limits: SearchLimits = SearchLimits()  # noqa: RUF009 - frozen
    articles: tuple[int, ...] = ()
    """If given, only these threads are searched, for all terms as they are spelt."""
    near: bool = True
    """Whether threads that are near in meaning may follow."""


class SearchRun:
    """One search in one state of the corpus."""

    def __init__(
        self, db: Connection, analyzer: TextAnalyzer, scorer: TextScorer, request: SearchRequest
    ) -> None:
        self._db = db
        self._budget = request.limits.budget(db, max(scorer.total))
        self._analyzer = analyzer
        self._scorer = scorer
        self._request = request
        self._order: Order = request.order
        self._languages: tuple[str, ...] = ()
        scope = ScopeWords.of_archives(db, analyzer, request.archives)
        self._expansion = QueryExpansion(db, analyzer, scorer, (), scope)
        self._limits = request.limits
        if scorer.total[0] <= request.limits.max_ranked_rows:
            self._limits = replace(request.limits, max_articles=request.limits.max_small_archive_articles)
        self._capitals_seconds = CAPITALS_SHARE * request.limits.search_seconds
        self._narrowed: tuple[str, ...] = ()
        self._candidate_queries: dict[bool, CandidateQuery] = {}
        self._headlines: tuple[Query, tuple[int, ...]] = Query(""), ()
        self._typed = self._analyzed = self._query = Query("")
        self._scores: dict[tuple[bool, int], float] = {}
        self._full_rows: list[CandidateRow] = []
        self._excluded: ExcludedText | None = None
        self.threads: list[MatchedThread] = []
        self._shown: Query | None = None
        self.respelled: str | None = None
        self.near: tuple[int, int] | None = None
        self.near_words: tuple[str, ...] = ()
        self.capped = self.cut = self.is_sentence = False

    def run(self, query: Query) -> None:
        """Fills `threads`, sorted; when interrupted, with what was found so far."""
        self._budget.begin()
        try:
            self._run(query)
        except Exception as error:
            if not self._db.is_interruption(error):
                raise
            self.capped = self.cut = True
            self.threads = self.threads or self._join_threads(self._full_rows, full=True)
        finally:
            self._budget.end()

    def _run(self, query: Query) -> None:
        self._typed = query
        query = self._expansion.with_excluded_spellings(query)
        self._narrowed = self._expansion.narrowed
        self._excluded = self._capitals(query).excluded
        query = self._analyzed = self._query = query if self._excluded is None else self._excluded.rest
        if not query.groups:
            if query.conditions or not query.text.strip():
                self._browse()
            return
        self._languages = self._analyzer.languages(query, self._scorer.languages)
        self._expansion = self._expansion.in_languages(self._languages)
        self._query = self._analyzed = self._analyzer.without_stop_words(query, self._languages)
        self.is_sentence = self._order == "relevance" and is_sentence(query, self._query)
        full = self._full_rows = self._all_terms(self._query)
        if self._request.articles:
            self.threads = self._join_threads(self._by_capitals(full)[0], full=True)
            return
        near = self._near_query(full) if self._request.near else None
        if not full:
            other = correct_spelling(
                self._db,
                self._request.archives,
                self._query,
                self._analyzer,
                self._expansion,
                cache(partial(self._max_edits, near)),
            )
            if other is not None and (full := self._all_terms(other)):
                self._query, self.respelled, near, self._full_rows = other, other.text, None, full
        self._arrange(*self._by_capitals(full), near)

    def _by_capitals(self, full: list[CandidateRow]) -> tuple[list[CandidateRow], list[CandidateRow]]:
        """The rows with the query's abbreviations, and those with words of the same letters."""
        matches = self._capitals(self._query).required
        if matches is None:
            return full, []
        having, others, complete = split_by_capitals(self._db, full, matches, self._capitals_seconds)
        self.cut, self.capped = self.cut or not complete, self.capped or not complete
        return having, others

    def _capitals(self, query: Query) -> QueryCapitals:
        return self._analyzer.capitals(query, self._scorer.languages, self._expansion.forms)

    def _near_query(self, full: list[CandidateRow]) -> NearQuery | None:
        """The query by meaning, if few threads have its words."""
        if self.is_sentence or len({row.article for row in full}) >= MIN_WORD_THREADS:
            return None
        arguments = (self._analyzer, self._expansion, self._languages)
        return near_query(self._db, self._request.archives, self._query, *arguments)

    def _max_edits(self, near: NearQuery | None) -> int:
        """How much a word that no text has may differ from another: less if it has a meaning that texts
        have."""
        near = near if self._request.near else self._near_query([])
        return MAX_EDITS if near is None else 1

    def _browse(self) -> None:
        request = self._request
        self._order = "newest" if self._order == "relevance" else self._order
        arguments = (self._db, self._budget, request.archives, request.filters, self._order, self._limits)
        lists = [browse(*arguments)] if request.place != "comments" else []
        if request.place == "comments" or (request.place == "both" and request.filters.names_author):
            lists.append(browse_comments(*arguments))
        self.capped = any(candidates.capped for candidates in lists)
        rows = [row for candidates in lists for row in candidates.rows]
        rows = self._without_excluded(self._query, rows)
        rows, cut = without_excluded_rows(self._db.text_index, self._budget, self._query, rows)
        self.cut, self.capped = self.cut or cut, self.capped or cut
        self.threads = self._join_threads(rows, full=True)

    def _arrange(self, full: list[CandidateRow], some: list[CandidateRow], near: NearQuery | None) -> None:
        """Sorts the rows with all terms, those with `some`, and, if the first are few, more of these and
        those that are near in meaning."""
        nearby = []
        if near is not None:
            known = {row.key for row in (*full, *some)}
            nearby = [row for row in self._all_terms(near.query) if row.key not in known]
        if nearby and near is not None:
            self._shown, self.near_words = near.query, near.words
        if len({row.article for row in full}) < MIN_FULL_THREADS and can_match_partly(self._query):
            known = {row.key for row in (*full, *nearby, *some)}
            some += [row for row in self._any_terms(self._query) if row.key not in known]
        if self._order == "relevance":
            arguments = (self._db, self._analyzer, self._scorer, self._limits, self._expansion.forms)
            reranker = Reranker(*arguments)
            others = self._expansion.other_words(optional_terms(self._query))
            groups = [[*full, *some]] if self.is_sentence else [full, nearby, some]
            self._scores = reranker.score(groups, self._shown or self._query, self._languages, others)
        if self.is_sentence:
            self.threads = self._join_threads([*full, *some], full=False)
            return
        full_threads = self._join_threads(full, full=True)
        known_articles = {thread.article for thread in full_threads}
        near_threads = self._join_threads(
            [row for row in nearby if row.article not in known_articles], full=False
        )
        if near_threads:
            self.near = len(full_threads), len(full_threads) + len(near_threads)
        known_articles |= {thread.article for thread in near_threads}
        rest = [row for row in some if row.article not in known_articles]
        self.threads = full_threads + near_threads + self._join_threads(rest, full=False)

    # Search.

    def _all_terms(self, query: Query) -> list[CandidateRow]:
        """Rows with all terms."""
        self._find_headlines(query)
        plan = self._plan()
        if len(query.groups) > MAX_GROUPS_AT_ONCE and not any(
            match is not None
            and self._candidate_query(comments=comments).has_any(match, self._request.archives)
            for comments, match in zip((False, True), plan.rarest_groups(query), strict=True)
        ):
            return []
        return self._find(plan.all_terms(query))

    def _any_terms(self, query: Query) -> list[CandidateRow]:
        """Rows with any terms. If these archives have none of those that are searched first, with the
        others."""
        self._find_headlines(self._query)
        matches, left = self._plan().any_terms(query)
        rows = self._find(matches)
        if rows or not left or len(left) == len(optional_terms(query)):
            return rows
        return self._any_terms(replace(query, groups=tuple((term,) for term in left)))

    def _plan(self) -> MatchPlan:
        return MatchPlan(self._expansion, self._scorer, self._limits)

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
                articles=self._headlines[1] if comments and self._headlines[0].groups else request.articles,
            )
        return self._candidate_queries[comments]

    def _find_headlines(self, asked: Query) -> None:
        """Finds the newest articles with the terms of a query that only headlines have."""
        query = headline_terms(asked)
        if query.groups == self._headlines[0].groups:
            return
        self._candidate_queries.pop(True, None)
        self._headlines = query, self._headline_articles(query) if query.groups else ()

    def _headline_articles(self, query: Query) -> tuple[int, ...]:
        match = match_all(query, self._expansion.expand(query))
        articles: list[int] = []
        for archive in self._request.archives:
            statement = self._db.text_index.newest("article", match, id_range(archive), MAX_HEADLINES)
            rows, complete = self._budget.rows(*statement)
            self.capped = self.capped or not complete or len(rows) == MAX_HEADLINES
            articles += [row for (row,) in rows]
        allowed = set(self._request.articles)
        return tuple(row for row in articles if not allowed or row in allowed)

    def _find(self, matches: Sequence[RankedMatch | None]) -> list[CandidateRow]:
        rows: list[CandidateRow] = []
        request = self._request
        for comments, match in zip((False, True), matches, strict=True):
            if request.place == ("articles" if comments else "comments") or match is None:
                continue
            if comments and self._headlines[0].groups and not self._headlines[1]:
                continue
            candidates = self._candidate_query(comments=comments).find(match, request.archives)
            self.capped = self.capped or candidates.capped
            rows += candidates.rows
        rows = self._without_excluded(self._query, rows)
        if not request.filters.adult:
            articles = adult_articles(self._db, {row.article for row in rows})
            rows = [row for row in rows if row.article not in articles]
        return rows

    def _without_excluded(self, query: Query, rows: list[CandidateRow]) -> list[CandidateRow]:
        """The rows without those of threads whose article has an excluded term, or that have an excluded
        abbreviation themselves."""
        if self._excluded is not None:
            rows, complete = without_excluded_capitals(self._db, rows, self._excluded, self._capitals_seconds)
            self.cut, self.capped = self.cut or not complete, self.capped or not complete
        if not query.exclude:
            return rows
        titled = any(term.title for term in query.exclude)
        articles = matching_articles(
            self._db,
            match_excluded(query),
            {row.article for row in rows},
            0 if titled else self._plan().count_rows(query.exclude, 0),
            None if titled else self._analyzer.literal_matcher(query.exclude),
        )
        return [row for row in rows if row.article not in articles]

    def _join_threads(self, rows: Iterable[CandidateRow], *, full: bool) -> list[MatchedThread]:
        return join_threads(rows, self._order, self._scores, full=full)

    # Words.

    @property
    def is_list(self) -> bool:
        """Whether the query has no words."""
        return not self._typed.groups

    @property
    def narrowed(self) -> tuple[str, ...]:
        """The beginnings of which only the commonest words were searched, or excluded."""
        return tuple(dict.fromkeys((*self._narrowed, *self._expansion.narrowed)))

    def ignored(self) -> tuple[str, ...]:
        """The words that were not searched for: stop words, and those beyond the maximum."""
        left = set(self._query.groups) if self.respelled is None else set(self._analyzed.groups)
        dropped = [group for group in self._typed.groups if group not in left]
        return tuple(dict.fromkeys([*(" ".join(group[0].words) for group in dropped), *self._typed.ignored]))

    def counts(self) -> tuple[WordCount, ...]:
        """How often each word occurs; nothing if time ran out."""
        groups = [] if self.cut else counted_groups(self._query)
        forms = self._expansion.expand(self._query)
        counts = WordCounter(self._db, self._budget, self._request.archives, forms)
        languages, form_of = self._scorer.languages, self._expansion.forms
        return counts.count(groups, partial(matches_of, self._analyzer, languages, form_of))

    def hits(self, shown: Sequence[MatchedThread]) -> tuple[Hit, ...]:
        """These threads as hits, each with the excerpt of its best row."""
        query = self._shown or self._query
        reader = HitReader(self._db, self._analyzer, query, self._expansion.forms)
        return tuple(map(reader.hit, shown))
