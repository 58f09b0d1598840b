"""Which comments of a thread say something: deleted ones, bots, copies and one-word replies are set aside."""

from __future__ import annotations

import re
import zlib
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from bot.domain.articles import Comment

_REMOVED = re.compile(r"\[\s*(?:deleted|removed)\b[^\]]{0,40}\]", re.IGNORECASE)
_BOT_NAME = re.compile(
    r"(?:^|[-_])[Bb][Oo][Tt]\d*$|[a-z]B[Oo][Tt]\d*$|^[Bb]ot[-_]|^[Aa]utoModerator$|^autotldr$"
)
_BOT_STATEMENT = re.compile(
    r"\bi\W{0,3}a?m a bot\b|\bthis (?:action|comment) was (?:performed|posted) (?:automatically|by a bot)\b"
    r"|\bbe+p[, ]+boop\b|\bthis bot\b.{0,80}\bfeedback\b",
    re.IGNORECASE,
)
_QUOTED_LINE = re.compile(r"^[ \t]*(?:>|&gt;).*$", re.MULTILINE)
_LINK = re.compile(r"\]\([^()\s]*(?:\([^()\s]*\)[^()\s]*)*\)|<?\bhttps?://[^\s<>]+>?|\bwww\.[^\s<>]+")
_LETTERS = re.compile(r"[^\W\d_]+")
UNSPACED = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af\u0e00-\u0e7f]")

MAX_BRIEF_WORDS = 2
"""A reply of so many words or fewer agrees or jokes; it is counted, but says nothing of its own."""
MIN_COPY_WORDS = 6
"""Several people may say the same in fewer words than this without copying each other."""
MIN_NEAR_COPY_WORDS = 25
"""Shorter comments that repeat most of each other play with words more often than they copy."""
SHINGLE_WORDS = 5
MIN_SHARED_SHINGLES = 0.6


@dataclass(frozen=True, slots=True)
class FilteredComments:
    """The comments that say something, oldest first, those too brief to, and how many were set aside."""

    substantive: tuple[Comment, ...]
    brief: tuple[Comment, ...]
    deleted: int
    bots: int
    copies: int


def own_text(text: str) -> str:
    """The text with lines quoted from others and links blanked by spaces, so that positions stay."""
    if ">" in text or "&gt;" in text:
        text = _QUOTED_LINE.sub(_blank, text)
    if "http" in text or "www." in text or "](" in text:
        text = _LINK.sub(_blank, text)
    return text


def _blank(match: re.Match[str]) -> str:
    return " " * len(match[0])


def is_deleted(comment: Comment) -> bool:
    """Whether nothing is left of what the comment said."""
    text = comment.text.strip()
    return not text or (len(text) < 60 and _REMOVED.fullmatch(text) is not None)


def is_bot(comment: Comment) -> bool:
    """Whether a program wrote the comment, by its name or by its own word."""
    return _BOT_NAME.search(comment.author) is not None or _BOT_STATEMENT.search(comment.text) is not None


def count_words(text: str) -> int:
    """How many words a text has; two characters of a script without spaces count as one."""
    if text.isascii():
        return len(_LETTERS.findall(text))
    unspaced = len(UNSPACED.findall(text))
    return len(_LETTERS.findall(UNSPACED.sub(" ", text))) + (unspaced + 1) // 2


def filter_comments(comments: Sequence[Comment]) -> FilteredComments:
    """Sort a thread's comments, in any order, into those that say something and those set aside."""
    read: list[Comment] = []
    brief: list[Comment] = []
    seen = _CopyDetector()
    deleted = bots = copies = 0
    for comment in sorted(comments, key=lambda c: (c.posted_at, c.id)):
        if is_deleted(comment):
            deleted += 1
            continue
        if is_bot(comment):
            bots += 1
            continue
        own = own_text(comment.text)
        if count_words(own) <= MAX_BRIEF_WORDS:
            brief.append(comment)
        elif seen.is_copy(_LETTERS.findall(own.casefold()), comment.author):
            copies += 1
        else:
            read.append(comment)
    return FilteredComments(tuple(read), tuple(brief), deleted, bots, copies)


class _CopyDetector:
    """What was said before, to know a copy: the same words, or most of the same runs of five."""

    def __init__(self) -> None:
        self._said: dict[str, set[str]] = {}
        self._runs: dict[str, int] = {}
        self._begin: dict[str, bool] = {}
        self._count = 0

    def is_copy(self, words: list[str], author: str) -> bool:
        """Whether these words were said before, by the same author or too many of them for chance; they have
        been said from now on."""
        authors = self._said.setdefault(" ".join(words), set())
        same = author in authors if len(words) < MIN_COPY_WORDS else bool(authors)
        authors.add(author)
        # The runs that begin with certain words, a quarter of them, tell copies apart well enough.
        runs = [
            " ".join(words[at : at + SHINGLE_WORDS])
            for at in range(len(words) - SHINGLE_WORDS + 1)
            if self._begins(words[at])
        ]
        earlier = Counter(self._runs[run] for run in runs if run in self._runs)
        near = (
            len(words) >= MIN_NEAR_COPY_WORDS
            and len(runs) >= 3
            and bool(earlier)
            and max(earlier.values()) >= MIN_SHARED_SHINGLES * len(runs)
        )
        self._count += 1
        for run in runs:
            self._runs.setdefault(run, self._count)
        return same or near

    def _begins(self, word: str) -> bool:
        if word not in self._begin:
            self._begin[word] = zlib.crc32(word.encode()) & 3 == 0
        return self._begin[word]
