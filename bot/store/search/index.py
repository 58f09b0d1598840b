"""Search over archives: threads that match, each with the excerpt that shows why."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from sqlite3 import Connection

from bot.domain.search import Filters, Order, Query, SearchField, SearchPage
from bot.store.corpus.corpus_store import CorpusStore, corpus_pool
from bot.store.search.candidates import SearchLimits
from bot.store.search.ports import TextAnalyzer, TextScorer
from bot.store.search.search_run import SearchRequest, SearchRun
from bot.store.sqlite.pool import Pool

CONNECTIONS = 2
"""One slow search does not hold up the next."""
CACHE_MIB = 64
"""Ranking looks up the length of every row that matches, which takes half as long from memory."""
SEARCH_TIMEOUT_SECONDS = 1.0
"""Seconds after which a search shows what it has found."""
LIMITS = SearchLimits()
MAX_THREADS = 1000
"""Threads that can be paged through; `SearchPage.capped` says that more match."""


class SearchIndex(CorpusStore):
    """Searches one corpus file. A search is one job of some statements and some scoring, done in a worker
    thread on a connection of its own, so that it neither blocks the event loop nor waits for other reads."""

    def __init__(self, pool: Pool, analyzer: TextAnalyzer, limits: SearchLimits, timeout: float) -> None:
        super().__init__(pool)
        self.read_timeout = timeout
        self._analyzer = analyzer
        self._limits = limits
        self._scorer: tuple[int, TextScorer] | None = None

    @classmethod
    def open(
        cls,
        data: Path,
        analyzer: TextAnalyzer,
        *,
        timeout: float = SEARCH_TIMEOUT_SECONDS,
        limits: SearchLimits = LIMITS,
    ) -> SearchIndex:
        """On a file that `prepare` has seen."""
        return cls(corpus_pool(data, CONNECTIONS, CACHE_MIB), analyzer, limits, timeout)

    async def search(
        self,
        archives: Sequence[int],
        query: Query,
        filters: Filters = Filters(),  # noqa: B008 - frozen
        place: SearchField = "both",
        order: Order = "relevance",
        limit: int = 10,
        offset: int = 0,
    ) -> SearchPage:
        """The threads of these archives that match. First come those with an article or a comment that has
        all terms (`full` of them), then, where these are few, those with only some of them; each part is in
        `order`. A whole sentence has no such parts: there the better match comes first. `newest` and `score`
        go by the thread's newest or highest matching article or comment, the one shown. `total` counts both
        parts and can be paged to its end; it is capped at MAX_THREADS.

        A word matches in any form of its stem, quoted words only as they are; stop words ("what is the ...")
        need not match, unless there are no others. Filters look at the row that matches: its own author and
        time, and its thread's source. A row with an excluded word, just as it was typed, never matches, and a
        thread whose article has one is left out. Where nothing has all terms and a word is nowhere in these
        archives, the nearest spelling that is found there is searched and returned as `instead`. An empty
        text lists articles, newest first. After the time limit the page has what was found by then, capped.

        Raises what `user_errors` raises, Busy("took-too-long") only if not even a connection was free."""
        if not archives:
            return SearchPage(query.text, None, (), offset, 0)
        request = SearchRequest(tuple(archives), filters, place, order, self._limits)

        def job(db: Connection) -> SearchPage:
            run = self._search(db, request, query)
            threads = run.threads[:MAX_THREADS]
            first = max(0, offset)
            return SearchPage(
                query=query.text,
                instead=run.respelled,
                hits=run.hits(threads[first : first + max(0, limit)]),
                offset=offset,
                total=len(threads),
                capped=run.capped or len(run.threads) > MAX_THREADS,
                full=None if run.is_sentence else sum(thread.full for thread in threads),
            )

        return await self._run(job)

    async def ranking(
        self,
        archives: Sequence[int],
        query: Query,
        filters: Filters = Filters(),  # noqa: B008 - frozen
        place: SearchField = "both",
        order: Order = "relevance",
    ) -> tuple[int, ...]:
        """The articles of all the hits that `search` pages through, in its order, without reading their
        texts."""
        request = SearchRequest(tuple(archives), filters, place, order, self._limits)

        def job(db: Connection) -> tuple[int, ...]:
            run = self._search(db, request, query)
            return tuple(thread.article for thread in run.threads[:MAX_THREADS])

        return await self._run(job)

    def _search(self, db: Connection, request: SearchRequest, query: Query) -> SearchRun:
        run = SearchRun(db, self._analyzer, self._current_scorer(db), request)
        run.run(query)
        return run

    def _current_scorer(self, db: Connection) -> TextScorer:
        (version,) = db.execute("SELECT version FROM knowledge").fetchone()
        if self._scorer is None or self._scorer[0] != version:
            (packed,) = db.execute("SELECT packed FROM knowledge").fetchone()
            self._scorer = version, self._analyzer.scorer(packed)
        return self._scorer[1]
