"""Finds the comments that their authors withdraw later."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from bot.domain.articles import DELETED, Comment
from bot.text.discussion.quotes import CommentText

_WITHDRAWS = re.compile(
    r"(?:\A|(?<=[.!?;]\s)|(?<=\n))"
    r"(?:(?:actually|ah|edit|fair enough|hm+|indeed|no|oh|ok|okay|right|sorry|true|update|well|yeah|yes)"
    r"[,:.!]* )?"
    r"(?:(?:and|but|so|then) )?i (?:(?:admit|concede|realise|realize|see)(?: now)?(?: that)? i )?"
    r"(?:(?:do|fully|gladly|have to|hereby|humbly|must|now|therefore) )?"
    r"(?:stand corrected|take (?:it|that|this) (?:all )?back|(?:retract|withdraw) (?:it|that|this"
    r"|(?:my|that|this) (?:accusation|argument|claim|comment|objection|point|post|remark|statement"
    r"|suggestion)s?)"
    r"|was (?:(?:clearly|completely|entirely|quite|simply|totally) )?(?:mistaken|wrong)"
    r"(?: (?:about|on|with) (?:it|that|this))?)"
    r"(?=\Z|[.!:;]|,(?! (?:am|are|he|if|is|say|says|she|they|unless|was|were|when|you)\b)"
    r"| (?:and|because|completely|earlier|entirely|here|now|there)\b)",
    re.IGNORECASE,
)
"""At the beginning of a sentence: "people said I was wrong" and "I never said I was wrong" withdraw nothing,
nor does "I take it back to the shop"."""
_QUOTED = re.compile(r"[\"“][^\"“”]*[\"”]")
_MAX_ABOVE = 20


def withdrawn_comments(texts: Sequence[CommentText]) -> frozenset[int]:
    """Returns the ids of the comments that their authors withdraw in another one in English: the one above
    it that is theirs, or where the dump has no parents, their latest one before it."""
    by_id = {text.comment.id: text.comment for text in texts}
    withdrawn: set[int] = set()
    latest: dict[str, int] = {}
    for text in sorted(texts, key=lambda text: (text.comment.posted_at, text.comment.id)):
        comment = text.comment
        if comment.author == DELETED:
            continue
        if _WITHDRAWS.search(_QUOTED.sub("", text.own_text)):
            number = latest.get(comment.author) if comment.parent is None else _own_above(comment, by_id)
            if number is not None:
                withdrawn.add(number)
        latest[comment.author] = comment.id
    return frozenset(withdrawn)


def _own_above(comment: Comment, by_id: Mapping[int, Comment]) -> int | None:
    """Returns the id of the nearest comment of the same author that a comment stands below."""
    above = by_id.get(comment.parent or 0)
    for _ in range(_MAX_ABOVE):
        if above is None or above.author == comment.author:
            break
        above = by_id.get(above.parent or 0)
    return above.id if above is not None and above.author == comment.author else None
