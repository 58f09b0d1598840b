"""What a reader yields from a dump: threads, comments and rejections."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from bot.domain.articles import Paragraph
from bot.domain.books import LeftOutReason
from bot.domain.stored_message import StoredMessage


@dataclass(frozen=True, slots=True)
class ParsedComment:
    """A comment read from a dump; `posted_at` is aware UTC, keys are Reddit's (`t1_...`) or another site's
    (`x1_...`), `link` is where it stands there."""

    author: str
    posted_at: datetime
    text: str
    key: str | None = None
    parent_key: str | None = None
    score: int | None = None
    captured: int | None = None
    """As that of a thread."""
    link: str | None = None


@dataclass(frozen=True, slots=True)
class ParsedThread:
    """An article and its comments, read from a dump; the comments are in page order."""

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
    """The source reports its text as removed: the stored text is erased too."""
    is_excerpt: bool = False
    """Its text is only a summary of the article's, which never replaces a text."""
    discussion: str | None = None
    """The address of the thread, where `link` leads elsewhere or is the same."""
    follows_parents: bool = False
    """Records of its comments may name only what they answer: without a title, its key may be a comment's."""
    left_out: Mapping[LeftOutReason, int] = field(default_factory=dict, compare=False)
    """Its comments that the load's filter left out, by reason."""
    captured: int | None = None
    """When this version was retrieved, in unix seconds. If only the time of its last edit is known, that
    time, negative; 0 if it was not edited."""
    stated: int | None = None
    """The number of comments that the source shows."""
    known: int | None = None
    """The number of comments that are known to exist: read, or announced where they were left away."""


@dataclass(frozen=True, slots=True)
class Rejection:
    """Something in a dump that was not loaded: `where` is `path/in/dump` or `path:line`; `reason` is one of a
    fixed set of names (`not-a-page`, `index-page`, `empty`, `binary`, `too-large`, ...); `detail` is the
    English of `message`, which is None if only the English is known."""

    where: str
    reason: str
    detail: str
    message: StoredMessage | None = field(default=None, compare=False)
