"""The contents of dumps in any format: blocks of Reddit records, threads, rejections, and a load's filter."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import TypeAlias

from bot.clock import to_unix
from bot.domain.base36 import base36
from bot.domain.books import LeftOutReason, ReadCounts, RecordKind
from bot.domain.column_table import ColumnTable
from bot.domain.dump import ParsedThread, Rejection, SubmissionRow
from bot.dumps.formats.forum_items import ForumItem
from bot.dumps.formats.known_comments import KnownComments
from bot.dumps.rejections import Rejected

CommentRow: TypeAlias = tuple[int, int, int | None, str, int, int | None, str, int | None]
"""(key, article's key, parent comment's key, author, unix seconds, score, text, `ParsedThread.captured`);
keys are base-36 ids as numbers. Plain tuples: a dump has millions, and each is passed directly to
`executemany`."""


@dataclass(slots=True)
class Block:
    """The contents of about a mebibyte of lines. `offset` and `line` are the start of the next block, in
    bytes and lines of the decompressed stream: a load that stops after this block resumes there. A rejection
    is (line number, the line's first bytes, error)."""

    comments: list[CommentRow] | ColumnTable[CommentRow] = field(default_factory=list)
    submissions: list[SubmissionRow] = field(default_factory=list)
    articles: list[ParsedThread] = field(default_factory=list)
    """Articles from elsewhere, which have no keys of Reddit: see `bot.dumps.formats.article`."""
    forum_items: list[ForumItem] = field(default_factory=list)
    """What `bot.dumps.formats.forums` has still to form threads of."""
    rejections: list[tuple[int, bytes, Rejected]] = field(default_factory=list)
    article_counts: ReadCounts = field(default_factory=ReadCounts)
    comment_counts: ReadCounts = field(default_factory=ReadCounts)
    omitted: Counter[int] = field(default_factory=Counter)
    """Comments that were read but are not among those above, by their article's key. Those of other
    subreddits than wanted are not counted, as their articles are left out too."""
    seen: KnownComments = field(default_factory=KnownComments)
    offset: int = 0
    line: int = 0
    where: str = ""
    """The file's path in the dump, for the locations of rejections."""

    @property
    def has_records(self) -> bool:
        """Whether records were read, be they kept or left out."""
        return bool(self.comments or self.submissions or self.articles or self.left_out)

    @property
    def is_empty(self) -> bool:
        """Whether there was nothing at all: no record, no rejection, and no word of comments elsewhere."""
        return not (self.has_records or self.rejections or self.seen.numbers())

    @property
    def left_out(self) -> Mapping[LeftOutReason, int]:
        """Rows excluded by the load's own filters, by reason."""
        return MappingProxyType(self.article_counts.left_out + self.comment_counts.left_out)

    def add_article(self, thread: ParsedThread, filters: RecordFilter) -> ParsedThread:
        """Adds an article from elsewhere, unless the filter leaves it out; counts it in any case. Returns it
        without the comments that the filter leaves out."""
        reason = filters.reason_against_thread(thread) if thread.title else None
        if reason is None:
            thread = filters.without_filtered_comments(thread)
            self.articles.append(thread)
        articles, comments = read_counts(thread)
        if reason is not None:
            articles.left_out[reason], comments.left_out[reason] = articles.read, comments.read
        self.article_counts.add(articles)
        self.comment_counts.add(comments)
        return thread

    def reject(self, line: int, raw: bytes, rejected: Rejected, kind: RecordKind | None) -> None:
        """Adds the rejection of a record, and counts the record if its kind is known."""
        self.rejections.append((line, raw, rejected))
        if kind is not None:
            counts = self.article_counts if kind == "articles" else self.comment_counts
            counts.read += 1
            counts.rejected += 1

    def keep_comments(
        self, rows: Sequence[CommentRow], reasons: Sequence[LeftOutReason | None]
    ) -> list[CommentRow]:
        """The comments that have no reason against them; the others are counted."""
        for row, reason in zip(rows, reasons, strict=True):
            if reason is not None:
                self.comment_counts.left_out[reason] += 1
                self.omitted[row[1]] += reason != "subreddit"
        return [row for row, reason in zip(rows, reasons, strict=True) if reason is None]

    def posts(self) -> list[SubmissionRow]:
        """The block's submissions, with the number of their comments that is known."""
        known = self.seen.numbers()
        if not known:
            return self.submissions
        return [row._replace(known=known.get(row.key, row.known)) for row in self.submissions]

    def threads(self) -> list[ParsedThread]:
        """The block's articles from elsewhere, and submissions of which it has only comments, and knows how
        many there are; these have no title."""
        known = self.seen.numbers()
        for row in self.submissions if known else ():
            known.pop(row.key, None)
        others = [
            ParsedThread("", None, None, None, False, (), (), key=f"t3_{base36(key)}", known=count)
            for key, count in known.items()
        ]
        return [*self.articles, *others]

    def located_rejections(self) -> list[Rejection]:
        """The block's rejections with their locations."""
        return [rejected.at(self.where, line) for line, _, rejected in self.rejections]


@dataclass(frozen=True, slots=True)
class RecordFilter:
    """What to exclude while loading. Subreddit names are case-insensitive, times are unix seconds."""

    subreddits: frozenset[str] = frozenset()
    after: int | None = None
    before: int | None = None
    min_score: int | None = None
    min_length: int = 0
    over_18: bool = False

    def reason_against(
        self,
        subreddit: str | None,
        posted_at: int | None,
        score: int | None,
        text: str | None = None,
        *,
        over_18: bool = False,
    ) -> LeftOutReason | None:
        """The filter that excludes an article or comment, None if it passes; `text` is a comment's. `over_18`
        comes last: what it alone excludes is all that the option would let in."""
        if self.subreddits and (subreddit or "").casefold() not in self.subreddits:
            return "subreddit"
        if self.after is not None and posted_at is not None and posted_at < self.after:
            return "after"
        if self.before is not None and posted_at is not None and posted_at >= self.before:
            return "before"
        if self.min_score is not None and (score is None or score < self.min_score):
            return "min_score"
        if text is not None and len(text) < self.min_length:
            return "min_length"
        return "over_18" if over_18 and not self.over_18 else None

    def reason_against_submission(self, row: SubmissionRow) -> LeftOutReason | None:
        return self.reason_against(row.subreddit, row.posted_at, row.score, over_18=row.over_18)

    @property
    def passes_all_comments(self) -> bool:
        """Whether every comment passes, except those marked as over 18: the hot loop then checks nothing
        else."""
        return self == RecordFilter(over_18=self.over_18)

    def reason_against_thread(self, thread: ParsedThread) -> LeftOutReason | None:
        """The filter that excludes a page: time, score or subreddit; a page of unknown time passes any
        range."""
        posted_at = None if thread.posted_at is None else to_unix(thread.posted_at)
        return self.reason_against(thread.subreddit, posted_at, thread.score, over_18=thread.over_18)

    def without_filtered_comments(self, thread: ParsedThread) -> ParsedThread:
        """The thread with only those comments that pass by time, score and length; the others are
        counted."""
        if self.passes_all_comments:
            return thread
        reasons = [
            self.reason_against(thread.subreddit, to_unix(comment.posted_at), comment.score, comment.text)
            for comment in thread.comments
        ]
        kept = [comment for comment, reason in zip(thread.comments, reasons, strict=True) if reason is None]
        left_out = Counter(reason for reason in reasons if reason is not None)
        return replace(thread, comments=tuple(kept), left_out=left_out)


Item: TypeAlias = ParsedThread | Rejection | Block


def read_counts(item: Item) -> tuple[ReadCounts, ReadCounts]:
    """What was read for an item: articles, and comments."""
    if isinstance(item, Block):
        return item.article_counts, item.comment_counts
    if isinstance(item, Rejection):
        return ReadCounts(), ReadCounts()
    comments = len(item.comments) + sum(item.left_out.values())
    left_out = Counter(item.left_out) if item.left_out else Counter()
    return ReadCounts(bool(item.title)), ReadCounts(comments, left_out=left_out)


def left_out_thread(thread: ParsedThread, reason: LeftOutReason, where: str) -> Block:
    """What stands for a thread that the filter excludes."""
    articles, comments = read_counts(thread)
    articles.left_out[reason], comments.left_out[reason] = articles.read, comments.read
    return Block(where=where, article_counts=articles, comment_counts=comments)
