"""Searches archives for threads; each hit has the excerpt that matched."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import partial

from bot.domain.search import Filters, Hit, Order, Query, SearchField, SearchPage
from bot.domain.trends import Trend
from bot.store.corpus.corpus_store import CorpusStore, corpus_pool
from bot.store.corpus.rows import first_id
from bot.store.databases import CorpusEngine
from bot.store.engine import Connection
from bot.store.pool import Pool
from bot.store.search.capitals import row_condition
from bot.store.search.limits import SearchLimits
from bot.store.search.ports import TextAnalyzer, TextScorer
from bot.store.search.query_expansion import QueryExpansion
from bot.store.search.scope_words import ScopeWords
from bot.store.search.search_run import SearchRequest, SearchRun
from bot.store.search.story_hits import group_by_story, with_story
from bot.store.search.trends import TrendPart, read_trend
from bot.store.search.union_run import UnionRun

CONNECTIONS = 2
"""More than one, so that a slow search does not block the next."""
CACHE_MIB = 64
"""Ranking reads the length of every matching row, which takes half as long from memory."""
SEARCH_TIMEOUT_SECONDS = 20.0
"""Time limit of a search, with the wait for a processor and a connection; its own work is limited by
`SearchLimits`. It then returns what it has found."""
SAMPLED_ARTICLES, SAMPLED_CHARACTERS = 200, 2_000
"""Articles whose beginnings are read once after each load, of all archives together; at least one of each."""
LIMITS = SearchLimits()
MAX_THREADS = 1000
"""Maximum number of threads to page through; `SearchPage.capped` means that more match."""


class SearchIndex(CorpusStore):
    """Searches one corpus file. A search is one job of a few statements and scoring, run in a worker thread
    on its own connection, so that it neither blocks the event loop nor waits for other reads."""

    def __init__(
        self, pool: Pool[Connection], analyzer: TextAnalyzer, limits: SearchLimits, timeout: float
    ) -> None:
        super().__init__(pool)
        self.read_timeout = timeout
        self._analyzer = analyzer
        self._limits = limits
        self._scorer: tuple[int, TextScorer] | None = None

    @classmethod
    def open(
        cls,
        engine: CorpusEngine,
        analyzer: TextAnalyzer,
        *,
        timeout: float = SEARCH_TIMEOUT_SECONDS,
        limits: SearchLimits = LIMITS,
    ) -> SearchIndex:
        """Opens a file that `prepare` has checked."""
        return cls(corpus_pool(engine, CONNECTIONS, CACHE_MIB), analyzer, limits, timeout)

    async def search(
        self,
        archives: Sequence[int],
        query: Query,
        filters: Filters = Filters(),  # noqa: B008 - frozen
        place: SearchField = "both",
        order: Order = "relevance",
        limit: int = 10,
        offset: int = 0,
        *,
        by_story: bool = False,
    ) -> SearchPage:
        """Returns the threads of these archives that match; with `by_story` only the best of those that
        report one event. First come those with an article or a comment
        that contains all terms (`full` of them), then, if these are few, those that contain only some; each
        part is sorted by `order`. A whole sentence is not divided into parts: the better match comes first.
        `newest` and `score` use the thread's newest or highest matching article or comment, which is the one
        displayed. `total` counts both parts, at most MAX_THREADS, and can be paged to its end.

        A word matches in any form of its stem, a quoted word only as written; stop words ("what is the ...")
        are not required unless there are no other words. Filters apply to the matching row: its own author
        and time, and its thread's source. A row with an excluded word, exactly as typed, never matches, and a
        thread whose article contains one is left out. If no row contains all terms and a word does not occur
        in these archives, the nearest spelling that does is searched and returned as `instead`. An empty text
        lists articles, newest first. After the time limit the page contains what was found so far, capped.

        Raises what `user_errors` raises, Busy("took-too-long") only if no connection was free.
        """
        if not archives:
            return SearchPage(query.text, None, (), offset, 0)
        request = SearchRequest(tuple(archives), filters.narrowed(query), place, order, self._limits)

        def job(db: Connection) -> SearchPage:
            run = self._search(db, request, query, filters)
            if not by_story:
                return _page(run, query, limit, offset)
            group_by_story(db, archives, run, adult=filters.adult)
            page = _page(run, query, limit, offset)
            return replace(page, hits=with_story(db, archives, page.hits, adult=filters.adult))

        return await self._run(job)

    async def ranking(
        self,
        archives: Sequence[int],
        query: Query,
        filters: Filters = Filters(),  # noqa: B008 - frozen
        place: SearchField = "both",
        order: Order = "relevance",
    ) -> tuple[int, ...]:
        """The articles of all hits that `search` pages through, in its order, without reading their texts."""
        if not archives:
            return ()
        request = SearchRequest(tuple(archives), filters.narrowed(query), place, order, self._limits)

        def job(db: Connection) -> tuple[int, ...]:
            run = self._search(db, request, query, filters)
            return tuple(thread.article for thread in run.threads[:MAX_THREADS])

        return await self._run(job)

    async def hits_of(
        self,
        archives: Sequence[int],
        query: Query,
        filters: Filters,
        place: SearchField,
        articles: Sequence[int],
    ) -> tuple[Hit, ...]:
        """Those of these articles whose threads have all terms, each with its newest match. Raises what
        `search` raises."""
        if not archives or not articles or not any(part.groups for part in query.parts):
            return ()
        narrowed = filters.narrowed(query)
        request = SearchRequest(tuple(archives), narrowed, place, "newest", self._limits, tuple(articles))

        def job(db: Connection) -> tuple[Hit, ...]:
            run = self._search(db, request, query, filters)
            return run.hits(run.threads)

        return await self._run(job)

    async def trend(
        self,
        archives: Sequence[int],
        query: Query,
        filters: Filters = Filters(),  # noqa: B008 - frozen
    ) -> Trend:
        """How many articles and comments match over time, see `bot.store.search.trends`. Raises what `search`
        raises."""

        def job(db: Connection) -> Trend:
            scorer = self._current_scorer(db)
            scope = ScopeWords.of_archives(db, self._analyzer, archives)
            parts = []
            for part in query.parts:
                languages = self._analyzer.languages(part, scorer.languages)
                expansion = QueryExpansion(db, self._analyzer, scorer, languages, scope)
                asked = expansion.with_excluded_spellings(part)
                excluded = self._analyzer.capitals(asked, scorer.languages, expansion.forms).excluded
                asked = asked if excluded is None else excluded.rest
                asked = self._analyzer.without_stop_words(asked, languages) if part.groups else asked
                required = self._analyzer.capitals(asked, scorer.languages, expansion.forms).required
                matches = row_condition(required, excluded)
                parts.append(TrendPart(asked, filters.narrowed(part), expansion, matches))
            return read_trend(db, archives, query.text, parts)

        return await self._run(job)

    def _search(
        self, db: Connection, request: SearchRequest, query: Query, filters: Filters
    ) -> SearchRun | UnionRun:
        new_run = partial(SearchRun, db, self._analyzer, self._current_scorer(db))
        if query.alternatives:
            return UnionRun(new_run, request, filters, query)
        run = new_run(request)
        run.run(query)
        return run

    def _current_scorer(self, db: Connection) -> TextScorer:
        (version,) = db.execute("SELECT version FROM knowledge").fetchone()
        if self._scorer is None or self._scorer[0] != version:
            (packed,) = db.execute("SELECT packed FROM knowledge").fetchone()
            self._scorer = version, self._analyzer.scorer(packed, _sample(db))
        return self._scorer[1]


def _page(run: SearchRun | UnionRun, query: Query, limit: int, offset: int) -> SearchPage:
    threads = run.threads[:MAX_THREADS]
    first = max(0, offset)
    return SearchPage(
        query=query.text,
        instead=run.respelled,
        hits=run.hits(threads[first : first + max(0, limit)]),
        offset=offset,
        total=len(threads),
        capped=run.capped or len(run.threads) > MAX_THREADS,
        # More may match than none: "at least 0" would be read as none.
        cut=run.cut or (run.capped and not threads),
        full=None if run.is_sentence else sum(thread.full for thread in threads),
        narrowed=run.narrowed,
        ignored=run.ignored(),
        counts=run.counts(),
        listed=run.is_list,
        near=run.near,
        near_words=run.near_words if run.near else (),
    )


def _sample(db: Connection) -> list[str]:
    """The beginnings of some articles, at equal distances, to see how common character n-grams are."""
    archives = db.execute("SELECT no, next_article FROM archive").fetchall()
    distance = max(1, -(-sum(last for _, last in archives) // SAMPLED_ARTICLES))
    return [
        text
        for no, last in archives
        for place in range(1, last, distance)
        for (text,) in db.execute(
            f"SELECT title || ' ' || substr(body, 1, {SAMPLED_CHARACTERS}) FROM article"
            " WHERE id = ? AND title IS NOT NULL",
            (first_id(no) + place,),
        )
    ]
