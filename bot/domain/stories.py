"""Stories: articles that are one and the same, and reports of the same event in other words."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple


class Report(NamedTuple):
    """An article as it is compared with others: its time in unix seconds, its term vector, and its embedding
    vector, if there is one."""

    article: int
    posted_at: int
    terms: bytes
    vector: bytes | None


class Likeness(NamedTuple):
    """Two reports of one event: how sure that is, 0 or more."""

    article: int
    earlier: int
    likeness: float


@dataclass(frozen=True, slots=True)
class StoryThread:
    """One thread of a story or of another report: an article's card can be opened from it. `same_story` is
    whether it is the same story as the article that was asked for, in nearly the same text, or only a report
    of the same event. `discussion` is where the thread stands, on sites other than Reddit, and `key` what the
    source calls it."""

    article: int
    title: str
    source: str | None
    posted_at: datetime | None
    comments: int
    score: int | None
    subreddit: str | None
    has_text: bool
    same_story: bool
    over_18: bool = False
    discussion: str | None = None
    key: str | None = None
    known_comments: int | None = None
    """As `Article.known_comments`."""

    @property
    def place(self) -> str | None:
        """Where it is discussed: r/harbour, another community, the site of the discussion, or that of the
        page."""
        if self.subreddit:
            return f"{'c' if self.discussion else 'r'}/{self.subreddit}"
        if self.discussion:
            return self.discussion.partition("://")[2].partition("/")[0].removeprefix("www.")
        return self.source


@dataclass(frozen=True, slots=True)
class StoryCount:
    """How many threads and papers (different sources) a story has, with those that report the same event."""

    threads: int
    papers: int


@dataclass(frozen=True, slots=True)
class Story:
    """The threads of the story of `article`, then the other reports of the event, each oldest first.
    `comments` is the number of comments of the threads of the story; those that several have in common are
    counted once, unless there are very many."""

    article: int
    threads: tuple[StoryThread, ...]
    comments: int = 0

    @property
    def same(self) -> tuple[StoryThread, ...]:
        """The threads of the story itself."""
        return tuple(thread for thread in self.threads if thread.same_story)

    @property
    def discussed(self) -> tuple[StoryThread, ...]:
        """The threads of the story itself that have comments; of several captures of one that have, that of
        the article."""
        return _distinct((thread for thread in self.same if thread.comments), self.article)

    @property
    def text(self) -> int | None:
        """The first article of the story that has a text; None if none has."""
        return next((thread.article for thread in self.same if thread.has_text), None)

    @property
    def reports(self) -> tuple[StoryThread, ...]:
        """Those that report the same event in other words."""
        return tuple(thread for thread in self.threads if not thread.same_story)


def thread_names(threads: Iterable[StoryThread]) -> dict[int, str]:
    """r/harbour, herald.example, r/harbour (2): where each thread is discussed, with a number if another one
    is discussed there too. Captures of one thread have one name."""
    names: dict[object, str] = {}
    named: dict[int, str] = {}
    counts: Counter[str] = Counter()
    for thread in threads:
        name = thread.key or thread.article
        if name not in names:
            place = thread.place or thread.title
            counts[place] += 1
            names[name] = place if counts[place] == 1 else f"{place} ({counts[place]})"
        named[thread.article] = names[name]
    return named


def has_other_threads(threads: Iterable[StoryThread], article: int, key: str | None) -> bool:
    """Whether any of these threads is not the article's own, or another capture of it, which has its
    `key`."""
    return any(thread.article != article and (key is None or thread.key != key) for thread in threads)


def count_story(threads: Iterable[StoryThread]) -> StoryCount:
    """Counts threads, and the sites that they are from or link to; texts written for a forum have none."""
    listed = _distinct(threads)
    sites = {_site(thread.source) for thread in listed if thread.source}
    return StoryCount(len(listed), len({site for site in sites if not site.startswith("self.")}))


def _distinct(threads: Iterable[StoryThread], article: int | None = None) -> tuple[StoryThread, ...]:
    """The threads, of those with one key the capture that is `article`, else the one with most comments."""
    chosen: dict[object, StoryThread] = {}
    for thread in threads:
        name = thread.key or thread.article
        known = chosen.get(name)
        if known is None or (known.article != article and known.comments < thread.comments):
            chosen[name] = thread
        if thread.article == article:
            chosen[name] = thread
    return tuple(chosen.values())


def _site(source: str) -> str:
    return source.casefold().removeprefix("www.").removeprefix("m.").removeprefix("amp.")
