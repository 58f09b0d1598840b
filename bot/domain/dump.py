"""What a reader yields from a dump: threads, comments and rejections."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import NamedTuple

from bot.clock import from_unix
from bot.domain.articles import Paragraph, split_paragraphs
from bot.domain.base36 import base36
from bot.domain.books import LeftOutReason
from bot.domain.stored_message import StoredMessage


class ParsedComment(NamedTuple):  # which costs a fraction of a dataclass, for each of millions
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


class SubmissionRow(NamedTuple):  # which costs a fraction of a thread, for each of millions
    """A submission of Reddit, whose comments are separate records. `key` is its base-36 id as a number,
    `posted_at` is in unix seconds, `text` is its own text, empty if it was removed (`gone`)."""

    key: int
    title: str
    source: str | None
    submitter: str
    posted_at: int
    score: int | None
    link: str | None
    subreddit: str | None
    flair: str | None
    over_18: bool
    text: str
    gone: bool = False
    captured: int | None = None
    stated: int | None = None
    known: int | None = None
    """These three as in `ParsedThread`."""

    def to_thread(self) -> ParsedThread:
        """The submission as a thread without comments."""
        return ParsedThread(
            title=self.title,
            source=self.source,
            submitter=self.submitter,
            posted_at=from_unix(self.posted_at),
            inferred=False,
            paragraphs=split_paragraphs(self.text),
            comments=(),
            key=f"t3_{base36(self.key)}",
            link=self.link,
            subreddit=self.subreddit,
            score=self.score,
            flair=self.flair,
            over_18=self.over_18,
            withdrawn=self.gone,
            captured=self.captured,
            stated=self.stated,
            known=self.known,
        )


@dataclass(frozen=True, slots=True)
class Rejection:
    """Something in a dump that was not loaded: `where` is `path/in/dump` or `path:line`; `reason` is one of a
    fixed set of names (`not-a-page`, `index-page`, `empty`, `binary`, `too-large`, ...); `detail` is the
    English of `message`, which is None if only the English is known."""

    where: str
    reason: str
    detail: str
    message: StoredMessage | None = field(default=None, compare=False)
