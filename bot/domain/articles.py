"""Articles, their comments, and the archives that they belong to."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, get_args

from bot.domain.books import Books
from bot.domain.stories import StoryThread

DELETED = "[deleted]"
"""The author name that sources show for a removed account."""


GONE = frozenset({DELETED, "[removed]"})
"""The texts that sources show in place of one that was removed."""


def author_name(typed: str) -> str | None:
    """Normalises an author name as typed, with or without `u/`. Returns None for names that belong to
    nobody."""
    name = typed.strip().removeprefix("/").removeprefix("u/").strip()
    return None if not name or name.lower() in GONE else name


@dataclass(frozen=True, slots=True)
class Paragraph:
    """One paragraph of an article body. `furniture` marks page text that is not part of the article."""

    text: str
    furniture: bool = False


_BLANK_LINES = re.compile(r"\n[ \t]*(?:\n[ \t]*)+")


def split_paragraphs(text: str) -> tuple[Paragraph, ...]:
    """The paragraphs of a text in Markdown, which blank lines separate."""
    text = text.strip()
    if "\n" not in text:
        return (Paragraph(text),) if text else ()
    return tuple(Paragraph(part) for part in _BLANK_LINES.split(text) if part)


@dataclass(frozen=True, slots=True)
class Scope:
    """The archives that a viewer can see: a server's own (`guild`) and, if `shared`, the operator's."""

    guild: int | None = None
    shared: bool = True
    adult: bool = True
    """Whether articles marked as over 18, and their comments, are visible."""
    pseudonyms: bool = False
    """Whether commenters' names are replaced by letters, and submitters are hidden."""


@dataclass(frozen=True, slots=True)
class Article:
    """A stored article. `posted_at` is aware UTC; `inferred` means that it is the time of the earliest
    comment."""

    id: int
    key: str | None
    title: str
    source: str | None
    submitter: str | None
    posted_at: datetime | None
    inferred: bool
    paragraphs: tuple[Paragraph, ...]
    comment_count: int
    link: str | None = None
    subreddit: str | None = None
    score: int | None = None
    flair: str | None = None
    over_18: bool = False
    language: str | None = None
    known_comments: int | None = None
    """About how many comments its source has, if the dumps say so; `comment_count` are in the archive."""
    discussion: str | None = None
    """Where the thread stands, on sites other than Reddit."""
    thread_link: str | None = None
    """Where the thread stands, on any site; None if that is not known or shows names that are hidden here."""

    @property
    def body(self) -> str:
        """The article's text without furniture, its paragraphs separated by blank lines."""
        return "\n\n".join(p.text for p in self.paragraphs if not p.furniture)


@dataclass(frozen=True, slots=True)
class Comment:
    """A stored comment; `parent` is the id of the comment that it replies to, if known and stored.
    `replies_to` is that comment's author, empty if it is not stored; None if this is no reply as far as is
    known."""

    id: int
    article: int
    key: str | None
    author: str
    posted_at: datetime
    text: str
    score: int | None = None
    parent: int | None = None
    replies_to: str | None = None
    link: str | None = None
    """Where it stands at its source, if that is known."""

    @property
    def gone(self) -> bool:
        """Whether its text was removed: it keeps its place in the thread, but is neither listed nor found."""
        return self.text in GONE


CommentOrder = Literal["thread", "best", "newest", "oldest"]
"""Oldest first with the replies below what they answer; by score, or by replies if nothing has a score;
newest or oldest first."""
COMMENT_ORDERS: tuple[CommentOrder, ...] = get_args(CommentOrder)


def thread_order(comments: Iterable[Comment]) -> list[tuple[int, int]]:
    """Returns the ids of comments with the replies below what they answer, oldest first, each with its
    depth."""
    oldest_first = sorted(comments, key=lambda comment: (comment.posted_at, comment.id))
    return nested((comment.id, comment.parent) for comment in oldest_first)


def nested(comments: Iterable[tuple[int, int | None]]) -> list[tuple[int, int]]:
    """Returns ids with those of the replies below what they answer, each with its depth. They are given with
    the parent's id, in the order that replies to one parent keep."""
    replies: dict[int | None, list[int]] = {}
    parents = dict(comments)
    for comment, parent in parents.items():
        replies.setdefault(parent if parent in parents else None, []).append(comment)
    ordered: dict[int, int] = {}
    # Hostile dumps have comments that reply to each other: these follow the others.
    for roots in (replies.get(None, []), parents):
        for root in roots:
            open_ = [(root, 0)]
            while open_:
                comment, depth = open_.pop()
                if comment not in ordered:
                    ordered[comment] = depth
                    open_ += [(reply, depth + 1) for reply in reversed(replies.get(comment, []))]
    return list(ordered.items())


def replies_below(ordered: Sequence[tuple[int, int]]) -> list[int]:
    """Returns the number of all replies below each comment of a thread ordered by `nested`; some may be left
    out."""
    counts = [0] * len(ordered)
    parents: list[int | None] = []
    above: list[tuple[int, int]] = []
    for place, (_, depth) in enumerate(ordered):
        while above and above[-1][1] >= depth:
            above.pop()
        parents.append(above[-1][0] if above else None)
        above.append((place, depth))
    # Each comment adds to one other, so that deep threads take no longer than flat ones.
    for place in reversed(range(len(ordered))):
        parent = parents[place]
        if parent is not None:
            counts[parent] += counts[place] + 1
    return counts


@dataclass(frozen=True, slots=True)
class Provenance:
    """The load that added a comment, and the last one that changed it, if any has. `captured_at` is when its
    source had it as it is stored, `edited_at` when it was last edited there; None if the dumps do not say."""

    load: int
    name: str
    loaded_at: datetime
    changed_by: int | None = None
    captured_at: datetime | None = None
    edited_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class CommentPage:
    """A page of an article's comments that still have text, and the total number of these. `has_replies` is
    whether the source says what they reply to; if not, the order is never `thread`. For each comment,
    `depths` has how many comments it answers, one above the other (0 unless in the order of the thread), and
    `replies` the number of listed replies below it. `bots` is the number of comments by programs, which are
    left out if `hides_bots`, and `deleted` that of comments without text. `origins` tells where each comment
    is from, as far as it is known. With `under`, only the replies below that comment are listed.

    The comments are those of all threads of the article's story, or only its own with `one_thread`; `threads`
    are the story's threads with comments, oldest first, of which the comments of `alone` are too many to be
    listed with the others; `places` has for each comment the article of the thread that it is from. `reports`
    is the number of other threads that report the same event and are not listed."""

    article: Article
    comments: tuple[Comment, ...]
    offset: int
    total: int
    order: CommentOrder = "newest"
    has_replies: bool = False
    has_scores: bool = False
    depths: tuple[int, ...] = ()
    replies: tuple[int, ...] = ()
    bots: int = 0
    hides_bots: bool = False
    origins: tuple[Provenance | None, ...] = ()
    under: Comment | None = None
    under_origin: Provenance | None = None
    deleted: int = 0
    threads: tuple[StoryThread, ...] = ()
    one_thread: bool = False
    reports: int = 0
    alone: int = 0
    places: tuple[int, ...] = ()


ValueField = Literal["source", "subreddit", "flair"]
"""What an article has one value of, by which a member can browse."""


@dataclass(frozen=True, slots=True)
class TitleMatch:
    """One completion of a title."""

    article: int
    title: str
    source: str | None
    posted_at: datetime | None


@dataclass(frozen=True, slots=True)
class Stats:
    """The size of a scope; `first` and `last` are the earliest and latest times of its articles."""

    articles: int
    comments: int
    sources: int
    loads: int
    first: datetime | None
    last: datetime | None
    bytes: int
    waiting: int = 0
    """Further comments whose article is not loaded yet; they are shown once it is."""
    missing: int = 0
    """Comments that are known to exist and are not there."""
    article_books: Books | None = None
    comment_books: Books | None = None
    """Those of all loads that were not undone, as things are now; None if no load has any."""
