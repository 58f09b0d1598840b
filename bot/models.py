"""The words of Newsdesk as frozen dataclasses; every layer speaks in these."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

DELETED = "[deleted]"
"""The author name that sources show for a removed account."""
GONE = frozenset({DELETED, "[removed]"})
"""What sources show in place of a text that was taken away."""


def author_name(typed: str) -> str | None:
    """The name that somebody typed for one author, with or without `u/`; None for what is no one's."""
    name = typed.strip().removeprefix("/").removeprefix("u/").strip()
    return None if not name or name.lower() in GONE else name


Place = Literal["articles", "comments", "both"]
Order = Literal["relevance", "newest", "score"]
LoadState = Literal["queued", "running", "paused", "done", "cancelled", "failed", "undoing", "undone"]


# What a dump says, before it is stored.


@dataclass(frozen=True, slots=True)
class Paragraph:
    """One paragraph of an article body; furniture is page text that is not the article's own words."""

    text: str
    furniture: bool = False


@dataclass(frozen=True, slots=True)
class ParsedComment:
    """A comment as a dump gives it; `posted_at` is aware UTC, keys are the source's own ids (`t1_...`)."""

    author: str
    posted_at: datetime
    text: str
    key: str | None = None
    parent_key: str | None = None
    score: int | None = None


@dataclass(frozen=True, slots=True)
class ParsedThread:
    """An article and its comments as a dump gives them, comments in the order of the page."""

    title: str
    source: str | None
    submitter: str | None
    posted_at: datetime | None
    inferred: bool
    paragraphs: tuple[Paragraph, ...]
    comments: tuple[ParsedComment, ...]
    key: str | None = None
    link: str | None = None
    subreddit: str | None = None
    score: int | None = None
    flair: str | None = None
    over_18: bool = False
    withdrawn: bool = False
    """The source says that its text was taken away: what was stored of it before goes too."""


@dataclass(frozen=True, slots=True)
class Rejection:
    """Something in a dump that was not loaded: `where` is `path/in/dump` or `path:line`, `reason` one of a
    fixed set of names (`not-a-page`, `index-page`, `empty`, `binary`, `too-large`, ...), `detail` one
    sentence for people."""

    where: str
    reason: str
    detail: str


# What the archive holds.


@dataclass(frozen=True, slots=True)
class Scope:
    """The archives one asker may see: a server's own (`guild`) and, if `shared`, the operator's."""

    guild: int | None = None
    shared: bool = True
    adult: bool = True
    """Whether articles marked as over 18 may be seen, and what is said below them."""
    pseudonyms: bool = False
    """Whether people are shown a letter in place of a commenter's name, and nothing of who submitted."""


@dataclass(frozen=True, slots=True)
class Article:
    """A stored article. `posted_at` is aware UTC; `inferred` says it came from the earliest comment."""

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

    @property
    def body(self) -> str:
        """The article's own words, paragraphs parted by a blank line, furniture left out."""
        return "\n\n".join(p.text for p in self.paragraphs if not p.furniture)


@dataclass(frozen=True, slots=True)
class Comment:
    """A stored comment; `parent` is the id of the comment it answers, if that is known and stored."""

    id: int
    article: int
    key: str | None
    author: str
    posted_at: datetime
    text: str
    score: int | None = None
    parent: int | None = None

    @property
    def gone(self) -> bool:
        """Its words were taken away: it keeps its place in the thread, and is not listed or found."""
        return self.text in GONE


@dataclass(frozen=True, slots=True)
class CommentPage:
    """Some comments of one article that still have words, newest first, and how many such there are in
    all."""

    article: Article
    comments: tuple[Comment, ...]
    offset: int
    total: int


@dataclass(frozen=True, slots=True)
class TitleMatch:
    """One completion of a title."""

    article: int
    title: str
    source: str | None
    posted_at: datetime | None


@dataclass(frozen=True, slots=True)
class Stats:
    """What one scope holds; `first` and `last` are the earliest and latest article times."""

    articles: int
    comments: int
    sources: int
    loads: int
    first: datetime | None
    last: datetime | None
    bytes: int
    waiting: int = 0
    """Comments beside the others whose article has not come; they are shown when it does."""


# Search.


@dataclass(frozen=True, slots=True)
class Term:
    """One thing to look for: a word, or several in a row; the last may be the beginning of a word (`prefix`).
    `exact` is set where it was quoted: then it stands for these forms of the words only."""

    words: tuple[str, ...]
    prefix: bool = False
    exact: bool = False


@dataclass(frozen=True, slots=True)
class Query:
    """What a person typed, understood: every group wanted, any term of a group will do, none of `exclude`."""

    text: str
    groups: tuple[tuple[Term, ...], ...] = ()
    exclude: tuple[Term, ...] = ()


@dataclass(frozen=True, slots=True)
class Filters:
    """Narrow a search; names compare without case, `after` is inclusive, `before` exclusive (aware UTC)."""

    source: str | None = None
    author: str | None = None
    after: datetime | None = None
    before: datetime | None = None
    adult: bool = True
    """Whether articles marked as over 18 are among what is found."""


@dataclass(frozen=True, slots=True)
class Hit:
    """One thread that matches. `comment` is set when the excerpt is a comment's; `matches` are [start, end)
    character spans of `excerpt`, which is a piece of the stored text; `more` counts further matching
    comments. `author` and `posted_at` are the excerpt's, `thread_at` is the article's time."""

    article: int
    comment: int | None
    key: str | None
    title: str
    source: str | None
    author: str | None
    posted_at: datetime | None
    excerpt: str
    matches: tuple[tuple[int, int], ...]
    more: int = 0
    thread_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class SearchPage:
    """One page of hits. `instead` is the spelling that was searched when `query` itself had no hits; `total`
    counts threads and `capped` says that there are more than were counted. The first `full` of the `total`
    match everything asked, the others only some of it; None where a whole sentence was asked, whose best
    matches need not have every word."""

    query: str
    instead: str | None
    hits: tuple[Hit, ...]
    offset: int
    total: int
    capped: bool = False
    full: int | None = 0


# Loads.


@dataclass(frozen=True, slots=True)
class Counts:
    """How many rows a load brought, changed, and found as they were."""

    new: int = 0
    updated: int = 0
    unchanged: int = 0


@dataclass(frozen=True, slots=True)
class Person:
    """Who did something: a Discord user id (None on the command line) and a name to show."""

    id: int | None
    name: str


@dataclass(frozen=True, slots=True)
class Receipt:
    """What one load did; `rejected` counts, `rejections` holds the first of them."""

    load: int
    guild: int | None
    name: str
    state: LoadState
    by: Person
    started_at: datetime
    seconds: float
    articles: Counts
    comments: Counts
    rejected: int
    rejections: tuple[Rejection, ...] = ()
    ids: tuple[int, ...] = ()
    """The first 1,000 articles of the load, new, updated and unchanged alike, in the order of the dump."""
    problem: str | None = None
    """One sentence for people when the load failed or was interrupted."""
    skipped: int = 0
    """Rows that the load's own filter left out."""


@dataclass(frozen=True, slots=True)
class Progress:
    """A running load, told about once a second; `total` is unknown for pipes. While it is `queued` behind
    another load, `load` is 0 and nothing is counted."""

    load: int
    done: int
    total: int | None
    """Bytes of the dump read so far, and in all."""
    articles: int
    comments: int
    rejected: int
    seconds: float
    state: LoadState = "running"
    skipped: int = 0
    """Rows that the load's own filter left out."""
    rate: float = 0.0
    """Articles and comments a second since the load was begun or resumed."""
    left: float | None = None
    """Seconds that the rest will take, once that can be told."""


@dataclass(frozen=True, slots=True)
class Undone:
    """What taking back a load did."""

    load: int
    articles_removed: int
    comments_removed: int
    restored: int


@dataclass(frozen=True, slots=True)
class Forgot:
    """What forgetting an author did: articles and comments that lost their words and their name."""

    articles: int
    comments: int


@dataclass(frozen=True, slots=True)
class LoadFilter:
    """What a load leaves out. Names of subreddits compare without case; `after` is inclusive, `before`
    exclusive (aware UTC); `min_length` counts characters of comments. What is marked as over 18 stays out
    unless it is asked for."""

    subreddits: tuple[str, ...] = ()
    after: datetime | None = None
    before: datetime | None = None
    min_score: int | None = None
    min_length: int = 0
    over_18: bool = False


@dataclass(frozen=True, slots=True)
class Preview:
    """What a dump holds and a load would bring: `articles` and `comments` as often as they stand in it,
    `skipped` rows that the filter leaves out, the first of the `rejected`, and the earliest and latest
    time."""

    articles: int
    comments: int
    skipped: int
    rejected: int
    rejections: tuple[Rejection, ...]
    first: datetime | None
    last: datetime | None


# Upkeep.


@dataclass(frozen=True, slots=True)
class Finding:
    """One result of `check`: `ok`, or what is wrong and what to do about it."""

    ok: bool
    subject: str
    detail: str
    advice: str = ""


@dataclass(frozen=True, slots=True)
class CheckReport:
    """Everything `check` looked at."""

    findings: tuple[Finding, ...] = field(default_factory=tuple)

    @property
    def ok(self) -> bool:
        return all(finding.ok for finding in self.findings)
