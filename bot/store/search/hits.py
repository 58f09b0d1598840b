"""Reads the hits of a search: each thread with the excerpt that matches best."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import inf, log1p
from operator import itemgetter

from bot.clock import from_unix
from bot.domain.search import Hit, Order, Query, Term
from bot.domain.source_links import reddit_comment
from bot.store.corpus.rows import key_text
from bot.store.engine import Connection
from bot.store.search.candidates import CandidateRow
from bot.store.search.ports import TextAnalyzer

COMMENT_BONUS = 0.03
"""A thread with n matching comments scores this times log(1 + n) higher."""


@dataclass(slots=True)
class MatchedThread:
    """An article, whether one of its rows contains all terms, its best row, its number of matching comments,
    and what it is sorted by, highest first: its relevance, time or score."""

    article: int
    full: bool
    best: CandidateRow
    comments: int
    sorted_by: float = 0.0


class HitReader:
    """Reads the texts of threads, and finds the terms of a query in them."""

    def __init__(
        self, db: Connection, analyzer: TextAnalyzer, query: Query, forms: Callable[[str], Sequence[str]]
    ) -> None:
        self._db = db
        terms = [(term, number) for number, group in enumerate(query.groups) for term in group]
        terms += [(Term((word,)), number) for term, number in terms if (word := term.joined)]
        self._groups = [number for _, number in terms]
        self._excerpt = analyzer.excerpter([term for term, _ in terms], forms)

    def hit(self, thread: MatchedThread) -> Hit:
        """A thread as a hit, with the excerpt of its best row."""
        row, article = thread.best, thread.article
        key, subreddit, title, source, author, at, text = self._db.execute(
            "SELECT key, subreddit, title, source, submitter, posted_at, body FROM article WHERE id = ?",
            (article,),
        ).fetchone()
        prefix, thread_at, link = "t3", at, None
        if row.is_comment:
            prefix = "t1"
            submission = key_text(key, "t3")
            key, author, at, text, link = self._db.execute(
                "SELECT key, author, posted_at, text, link FROM comment WHERE id = ?", (row.id,)
            ).fetchone()
            link = link or reddit_comment(key_text(key, "t1"), submission, subreddit)
        piece, in_title = self._excerpt(text, False), self._excerpt(title, True)
        missing = {self._groups[term] for term in piece.terms} - {
            self._groups[term] for term in in_title.terms
        }
        if not row.is_comment and not piece.matches and (in_title.matches or not text.strip()):
            piece, text = in_title, title
        return Hit(
            article=article,
            comment=row.id if row.is_comment else None,
            key=key_text(key, prefix),
            title=title,
            source=source,
            author=author,
            posted_at=from_unix(at),
            excerpt=text[piece.start : piece.end],
            matches=piece.matches,
            more=thread.comments - row.is_comment,
            thread_at=from_unix(thread_at),
            masks=piece.masks,
            explains=bool(missing),
            link=link,
        )


def join_threads(
    rows: Iterable[CandidateRow], order: Order, scores: Mapping[tuple[bool, int], float], *, full: bool
) -> list[MatchedThread]:
    """Groups the rows by article into threads, sorted. `scores` are those of rows, for the order by
    relevance."""

    def sort_key(row: CandidateRow) -> tuple[float, float, bool, int]:
        # A row without the value comes last.
        if order == "relevance":
            asked: float | None = scores.get(row.key, -1.0)
        else:
            asked = row.posted_at if order == "newest" else row.score
        return (-inf if asked is None else asked, row.rank, not row.is_comment, row.id)

    by_article: dict[int, list[CandidateRow]] = {}
    for row in rows:
        by_article.setdefault(row.article, []).append(row)
    keyed = []
    for article, own in by_article.items():
        best = own[0] if len(own) == 1 else max(own, key=sort_key)
        comments = sum([row.is_comment for row in own])
        first, second, *_ = sort_key(best)
        if comments and order == "relevance":
            first += COMMENT_BONUS * log1p(comments)
        keyed.append((-first, -second, article, MatchedThread(article, full, best, comments, first)))
    keyed.sort(key=itemgetter(0, 1, 2))
    return [thread for *_, thread in keyed]
