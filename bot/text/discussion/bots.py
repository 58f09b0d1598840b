"""Whether a program wrote a comment: by its author's name, and by the footer that such programs write."""

from __future__ import annotations

import re

from bot.text.language.markup import own_text
from bot.text.language.word_lists import word_set

_KNOWN = word_set(
    "automoderator autotldr b0trank gifv-bot haikusbot imguralbumbot metric_units savevideo sneakpeekbot"
    " stabbot totesmessenger vredditdownloader xkcd_transcriber"
)
"""Well-known programs whose names alone do not show it, in lower case."""
_BOT_NAME = re.compile(r"(?:^|[-_])[Bb][Oo][Tt]\d*$|[a-z]B[Oo][Tt]\d*$|^[Bb]ot[-_]")
"""Names with "bot" as a word of their own, by case or by a dash."""
_LIKE_BOT = re.compile(r"bot[-_]?\d*$", re.IGNORECASE)
"""Names that end in "bot" in any way; so do Talbot and Abbot."""
_DENIES = re.compile(
    r"(?:(?:not|isnt)[-_]?(?:an?[-_]?)?|(?:^|[-_])no[-_]?|human[-_]?"
    r"|(?:^|[-_])(?:i[-_]?)?(?:am|an?)[-_]?(?:an?[-_]?)?)(?:ro)?bot",
    re.IGNORECASE,
)
"""Names with which people joke: definitely_not_a_bot, IAmARobot."""
_PERFORMED = re.compile(
    r"\bthis (?:action|comment|message|post|reply) (?:was|is|has been) (?:performed|posted|made|written"
    r"|generated) (?:automatically|by a bot)\b",
    re.IGNORECASE,
)
_SAYS_BOT = re.compile(r"\bi\W{0,3}a?m\W{1,3}a\W{1,3}bot\b|\bbe+p\W{1,3}boop\b", re.IGNORECASE)
_THIS_BOT = re.compile(r"\bthis\W{1,3}bot\b|\bbot\W{1,3}by\b", re.IGNORECASE)
_FOOTER = re.compile(
    r"\[[\s^(]*(?:pm|message|contact|source|code|github|faq|info|about|feedback|bugs?|opt[\W_]{0,3}out|stop|delete"
    r"|exclude me|subreddit|report|donate)\b[^\]]{0,60}\]\(|(?:^|\s)\^\(?\^?\S"
    r"|\bplease \[?contact the moderators\b|\bdid i (?:make a mistake|get something wrong)\b",
    re.IGNORECASE | re.MULTILINE,
)
"""What footers consist of: links to the author and the source code, and superscript."""
_MENTIONS = ("bot", "automatically", "boop")
MAX_CHARACTERS = 20_000
"""The characters of a comment that are read."""


def may_be_bot(author: str, text: str) -> bool:
    """Whether `is_bot` can be true, in a fraction of its time."""
    name, words = author.lower(), text[:MAX_CHARACTERS].lower()
    return name in _KNOWN or "bot" in name or any(word in words for word in _MENTIONS)


def is_bot(author: str, text: str) -> bool:
    """Whether a program wrote this text. A name like a program's is enough unless it is a joke; any other
    author must say it in a footer, and not only in a quotation."""
    if author.lower() in _KNOWN:
        return True
    if _BOT_NAME.search(author) and not _DENIES.search(author):
        return True
    if not may_be_bot(author, text):
        return False
    own = own_text(text[:MAX_CHARACTERS])
    if _PERFORMED.search(own):
        return True
    has_footer = _FOOTER.search(text[:MAX_CHARACTERS]) is not None
    is_named_so = _LIKE_BOT.search(author) is not None
    if _SAYS_BOT.search(own):
        return is_named_so or has_footer
    return is_named_so and has_footer and _THIS_BOT.search(own) is not None
