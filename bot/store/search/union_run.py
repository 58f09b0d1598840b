"""Runs a search whose query has alternatives: each of them is a search of its own, with its part of the time,
and what they find is one list."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from bot.domain.search import Filters, Hit, Query, WordCount
from bot.store.search.hits import MatchedThread
from bot.store.search.search_run import SearchRequest, SearchRun

NewRun = Callable[[SearchRequest], SearchRun]


class UnionRun:
    """The searches of all alternatives of a query in one state of the corpus, read like a `SearchRun`."""

    near: tuple[int, int] | None = None
    near_words: tuple[str, ...] = ()
    is_sentence = False

    def __init__(self, new_run: NewRun, request: SearchRequest, filters: Filters, query: Query) -> None:
        limits = request.limits.share(len(query.alternatives))
        self._order = request.order
        self._runs: list[SearchRun] = []
        self._found_by: dict[int, SearchRun] = {}
        for part in query.alternatives:
            if request.articles and not part.groups:
                continue
            run = new_run(replace(request, filters=filters.narrowed(part), limits=limits, near=False))
            run.run(part)
            self._runs.append(run)
        self.capped = any(run.capped for run in self._runs)
        self.cut = any(run.cut for run in self._runs)
        self.respelled = next((run.respelled for run in self._runs if run.respelled is not None), None)
        self.threads = self._merged()

    def _merged(self) -> list[MatchedThread]:
        """The threads of all searches, each once: those that match fully come first. Of these the order by
        relevance has those with words before those that are only listed, which are newest first."""
        keyed: list[tuple[bool, float, int, MatchedThread]] = []
        known: dict[int, MatchedThread] = {}
        threads = [(run, thread) for run in self._runs for thread in run.threads]
        for run, thread in sorted(threads, key=lambda pair: not pair[1].full):
            first = known.setdefault(thread.article, thread)
            if first is thread:
                self._found_by[thread.article] = run
                keyed.append((run.is_list, -thread.sorted_by, -thread.best.id, thread))
            elif first.full == thread.full:
                first.comments = max(first.comments, thread.comments)
        by_relevance = self._order == "relevance"
        keyed.sort(key=lambda entry: (not entry[3].full, by_relevance and entry[0], *entry[1:3]))
        return [thread for *_, thread in keyed]

    @property
    def is_list(self) -> bool:
        """Whether no alternative has words."""
        return all(run.is_list for run in self._runs)

    @property
    def narrowed(self) -> tuple[str, ...]:
        """The beginnings of which only the commonest words were searched."""
        return tuple(dict.fromkeys(prefix for run in self._runs for prefix in run.narrowed))

    def ignored(self) -> tuple[str, ...]:
        """The words that none of the alternatives searched for."""
        return tuple(dict.fromkeys(word for run in self._runs for word in run.ignored()))

    def counts(self) -> tuple[WordCount, ...]:
        """How often each word of the alternatives occurs."""
        counts = {count.word: count for run in self._runs for count in run.counts()}
        return tuple(counts.values())

    def hits(self, shown: Sequence[MatchedThread]) -> tuple[Hit, ...]:
        """These threads as hits, each by the search that found it first."""
        return tuple(hit for thread in shown for hit in self._found_by[thread.article].hits([thread]))
