"""One hit for each story: groups the threads that a search finds by the event that they report."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from bot.domain.search import Hit
from bot.domain.stories import count_story
from bot.store.corpus.story_reader import StoryReader
from bot.store.engine import Connection
from bot.store.search.hits import MatchedThread
from bot.store.search.search_run import SearchRun
from bot.store.search.union_run import UnionRun


def group_by_story(
    db: Connection, archives: Sequence[int], run: SearchRun | UnionRun, *, adult: bool
) -> None:
    """Leaves the best thread of each event, in its place, with the matching comments of all of them."""
    events = StoryReader(db, archives, adult=adult).events([thread.article for thread in run.threads])
    leading: dict[int, MatchedThread] = {}
    places: list[int] = []
    for place, thread in enumerate(run.threads):
        event = events[thread.article]
        if event in leading:
            leading[event].comments += thread.comments
        else:
            leading[event] = thread
            places.append(place)
    if run.near is not None:
        first, end = (sum(place < bound for place in places) for bound in run.near)
        run.near = (first, end) if first < end else None
    run.threads = list(leading.values())


def with_story(
    db: Connection, archives: Sequence[int], hits: Sequence[Hit], *, adult: bool
) -> tuple[Hit, ...]:
    """The hits with the size of their story and the reports of its event."""
    reader = StoryReader(db, archives, adult=adult)
    counts = [count_story(reader.threads(hit.article)) for hit in hits]
    return tuple(
        replace(hit, threads=count.threads, papers=count.papers)
        for hit, count in zip(hits, counts, strict=True)
    )
