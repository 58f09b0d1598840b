"""Selects the comments with content, and leaves out deleted comments, bots, copies and one-word replies."""

from __future__ import annotations

import re
import zlib
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from bot.domain.articles import Comment
from bot.text.discussion.bots import is_bot
from bot.text.language.markup import own_text
from bot.text.language.word_patterns import LETTERS, count_words

_REMOVED = re.compile(r"\[\s*(?:deleted|removed)\b[^\]]{0,40}\]", re.IGNORECASE)
MAX_BRIEF_WORDS = 2
"""Replies of at most this length only agree or joke; they are counted but not read."""
MIN_COPY_WORDS = 6
"""Identical comments with fewer words are copies only if they have the same author."""
MIN_NEAR_COPY_WORDS = 25
"""Shorter comments that repeat most of another are usually wordplay, not copies."""
SHINGLE_WORDS = 5
MIN_SHINGLES = 3
MIN_SHARED_SHINGLES = 0.6


@dataclass(frozen=True, slots=True)
class FilteredComments:
    """The comments that say something, oldest first; the comments too brief to; and the number left out."""

    substantive: tuple[Comment, ...]
    brief: tuple[Comment, ...]
    deleted: int
    bots: int
    copies: int


def is_deleted(comment: Comment) -> bool:
    """Whether the text of the comment was deleted."""
    text = comment.text.strip()
    return not text or (len(text) < 60 and _REMOVED.fullmatch(text) is not None)


def filter_comments(comments: Sequence[Comment]) -> FilteredComments:
    """Separates a thread's comments, in any order, into those that say something and those left out."""
    substantive: list[Comment] = []
    brief: list[Comment] = []
    detector = _CopyDetector()
    deleted = bots = copies = 0
    for comment in sorted(comments, key=lambda c: (c.posted_at, c.id)):
        if is_deleted(comment):
            deleted += 1
            continue
        if is_bot(comment.author, comment.text):
            bots += 1
            continue
        text = own_text(comment.text)
        if count_words(text) <= MAX_BRIEF_WORDS:
            brief.append(comment)
        elif detector.is_copy(LETTERS.findall(text.casefold()), comment.author):
            copies += 1
        else:
            substantive.append(comment)
    return FilteredComments(tuple(substantive), tuple(brief), deleted, bots, copies)


class _CopyDetector:
    """Detects copies of earlier comments: the same words, or most of the same runs of five words."""

    def __init__(self) -> None:
        self._authors: defaultdict[str, set[str]] = defaultdict(set)
        self._first_with: dict[str, int] = {}
        self._count = 0

    def is_copy(self, words: list[str], author: str) -> bool:
        """Whether an earlier call had these words from the same author, or too many of them for chance.
        Remembers the words for later calls."""
        authors = self._authors[" ".join(words)]
        is_same = author in authors if len(words) < MIN_COPY_WORDS else bool(authors)
        authors.add(author)
        # A quarter of the runs, chosen by their first word, is enough to recognise copies.
        shingles = [
            " ".join(words[start : start + SHINGLE_WORDS])
            for start in range(len(words) - SHINGLE_WORDS + 1)
            if _is_sampled(words[start])
        ]
        shared = Counter(self._first_with[run] for run in shingles if run in self._first_with)
        is_near = (
            len(words) >= MIN_NEAR_COPY_WORDS
            and len(shingles) >= MIN_SHINGLES
            and max(shared.values(), default=0) >= MIN_SHARED_SHINGLES * len(shingles)
        )
        self._count += 1
        for run in shingles:
            self._first_with.setdefault(run, self._count)
        return is_same or is_near


@lru_cache(maxsize=65_536)
def _is_sampled(word: str) -> bool:
    return zlib.crc32(word.encode()) & 3 == 0
