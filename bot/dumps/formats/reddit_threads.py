"""What Reddit's submissions are as threads, and what a load's filter makes of any thread."""

from __future__ import annotations

import re
from dataclasses import replace

from bot.clock import from_unix
from bot.domain.articles import Paragraph
from bot.domain.base36 import base36
from bot.domain.dump import ParsedThread
from bot.dumps.formats.reddit_dump import Filter, SubmissionRow

_BLANK_LINES = re.compile(r"\n[ \t]*(?:\n[ \t]*)+")


def thread_of(row: SubmissionRow) -> ParsedThread:
    """The submission as a thread, whose comments come by themselves."""
    return ParsedThread(
        title=row.title,
        source=row.source,
        submitter=row.submitter,
        posted_at=from_unix(row.posted_at),
        inferred=False,
        paragraphs=tuple(Paragraph(text) for text in _BLANK_LINES.split(row.text.strip()) if text),
        comments=(),
        key=f"t3_{base36(row.key)}",
        link=row.link,
        subreddit=row.subreddit,
        score=row.score,
        flair=row.flair,
        over_18=row.over_18,
        withdrawn=row.gone,
    )


def kept(thread: ParsedThread, wanted: Filter) -> ParsedThread | None:
    """What is left of a page when the filter has been asked, or None. The thread is judged by its own time,
    score and subreddit, its comments by their time, score and length; a page whose time is not known passes
    any range."""
    when = None if thread.posted_at is None else int(thread.posted_at.timestamp())
    if not wanted.keeps(thread.subreddit, when, thread.score) or (thread.over_18 and not wanted.over_18):
        return None
    if wanted.passes_all_comments:
        return thread
    comments = tuple(
        comment
        for comment in thread.comments
        if wanted.keeps_comment(
            thread.subreddit, int(comment.posted_at.timestamp()), comment.score, comment.text
        )
    )
    return replace(thread, comments=comments)
