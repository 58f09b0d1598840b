"""Which comments of a thread say something: deleted ones, bots, copies and one-word replies are set aside."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from bot.models import Comment

_REMOVED = re.compile(r"^\[(?:deleted|removed)(?: by \w+)?\]$", re.IGNORECASE)
_BOT_NAME = re.compile(
    r"(?:^|[-_\d])bot$|^auto(?:moderator|mod)$|[a-z]Bot\d*$|^bot[-_]|_bot\d*$", re.IGNORECASE
)
_BOT_SAYS = re.compile(
    r"\bi(?:'|’)?(?: a)?m a bot\b|\bthis action was performed automatically\b|\bbeep[, ]+boop\b",
    re.IGNORECASE,
)
_QUOTED_LINE = re.compile(r"^[ \t]*(?:>|&gt;).*$", re.MULTILINE)
_LINK = re.compile(r"https?://\S+|\bwww\.\S+")
_LETTERS = re.compile(r"[^\W\d_]+")
_UNSPACED = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af\u0e00-\u0e7f]")

BRIEF_WORDS = 2
"""A reply of so many words or fewer agrees or jokes; it is counted, but says nothing of its own."""


@dataclass(frozen=True, slots=True)
class Reading:
    """The comments that say something, oldest first, and how many were set aside and why."""

    read: tuple[Comment, ...]
    brief: tuple[Comment, ...]
    deleted: int
    bots: int
    copies: int


def own_words(text: str) -> str:
    """The text with lines quoted from others and links blanked by spaces, so that positions stay."""
    text = _QUOTED_LINE.sub(lambda m: " " * len(m[0]), text)
    return _LINK.sub(lambda m: " " * len(m[0]), text)


def is_deleted(comment: Comment) -> bool:
    """Whether nothing is left of what the comment said."""
    text = comment.text.strip()
    return not text or _REMOVED.match(text) is not None


def is_bot(comment: Comment) -> bool:
    """Whether a program wrote the comment, by its name or by its own word."""
    return _BOT_NAME.search(comment.author) is not None or _BOT_SAYS.search(comment.text) is not None


def count_words(text: str) -> int:
    """How many words a text has; two characters of a script without spaces count as one."""
    unspaced = len(_UNSPACED.findall(text))
    return len(_LETTERS.findall(_UNSPACED.sub(" ", text))) + (unspaced + 1) // 2


def read_thread(comments: Sequence[Comment]) -> Reading:
    """Sort a thread's comments into those that say something and those set aside."""
    read: list[Comment] = []
    brief: list[Comment] = []
    seen: set[str] = set()
    deleted = bots = copies = 0
    for comment in sorted(comments, key=lambda c: (c.posted_at, c.id)):
        if is_deleted(comment):
            deleted += 1
            continue
        if is_bot(comment):
            bots += 1
            continue
        own = own_words(comment.text)
        words = " ".join(_LETTERS.findall(own.casefold()))
        if count_words(own) <= BRIEF_WORDS:
            brief.append(comment)
        elif words in seen:
            copies += 1
        else:
            seen.add(words)
            read.append(comment)
    return Reading(tuple(read), tuple(brief), deleted, bots, copies)
