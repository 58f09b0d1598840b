"""Articles, their comments and whose archive they are in."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

DELETED = "[deleted]"
"""The author name that sources show for a removed account."""


GONE = frozenset({DELETED, "[removed]"})
"""What sources show in place of a text that was taken away."""


def author_name(typed: str) -> str | None:
    """The name that somebody typed for one author, with or without `u/`; None for what is no one's."""
    name = typed.strip().removeprefix("/").removeprefix("u/").strip()
    return None if not name or name.lower() in GONE else name


@dataclass(frozen=True, slots=True)
class Paragraph:
    """One paragraph of an article body; furniture is page text that is not the article's own words."""

    text: str
    furniture: bool = False


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
