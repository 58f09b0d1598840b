"""Texts of cards about the erasure of an author."""

from __future__ import annotations

from bot.domain.loads import Erased
from bot.ui.kit.format import counted

QUESTION = (
    "What they wrote and posted loses its words and their name, in threads, in searches and in what loads "
    "changed before.\nIt stays so when a dump that has it is loaded again, or a load is taken back. The "
    "places of their comments stay, as deleted ones, so that answers to them keep theirs.\n"
    "Nothing of it comes back: **this cannot be undone.** The receipt tells how much it was."
)
LIMITS = (
    "Posts of Newsdesk that quote them are edited where Discord lets it. Not covered: the operator's shared "
    "archive, which the operator cleans; what others say of them or quote."
)
ERASING = "**Forgetting {name}** · this takes a moment in a large archive"
ERASED_LIMITS = "No later load brings it back. What members copied or quoted themselves is theirs."


def erased(what: Erased) -> str:
    """Words and name were taken out of 41 comments and 2 articles."""
    if not what.comments and not what.articles:
        return "Nothing here had that name; later loads leave it out."
    parts = [(what.comments, "comment"), (what.articles, "article")]
    where = " and ".join(counted(count, name) for count, name in parts if count)
    return f"Words and name were taken out of {where}."
