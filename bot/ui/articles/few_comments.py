"""Chooses which of a few comments a card quotes: the best that are clear alone, cut after a sentence."""

from __future__ import annotations

import re
from collections.abc import Sequence

from bot.domain.answers import CommentDigest, Quote
from bot.text.language.markup import head, own_text, plain, whole_links
from bot.text.language.sentences import sentence_spans

MAX_LISTED, MAX_BEST = 6, 4
"""Of more comments than MAX_LISTED, MAX_BEST are quoted."""
MIN_CHARACTERS = {False: 40, True: 80}
"""None of these is shorter, or if it is a reply."""
MAX_EXTRA = 110
"""How far past a limit a sentence is looked at."""
_ADDRESSED = re.compile(r"\byou(?:r|rs|['’](?:re|ve|ll|d))?\b", re.IGNORECASE)
MAX_ADDRESSED = 2
"""A reply that says "you" more often is about a person."""


def best_quotes(digest: CommentDigest) -> Sequence[Quote]:
    """The comments to quote, those with the most votes first, or else the oldest."""
    quotes = digest.few
    if len(quotes) > MAX_LISTED:
        quotes = tuple(quote for quote in quotes if _is_clear(quote)) or quotes
    if digest.scored:
        quotes = tuple(sorted(quotes, key=_worth, reverse=True))
        quotes = tuple(quote for quote in quotes if _worth(quote) > 0) or quotes
    return quotes[:MAX_BEST] if len(digest.few) > MAX_LISTED else quotes


def first_sentences(text: str, limit: int) -> str:
    """The text, or the first sentences that fit into `limit`, if the first one does. A spoiler is not cut."""
    if len(text) <= limit:
        return text
    opening = head(text, limit + MAX_EXTRA)
    spans = whole_links(opening, sentence_spans(own_text(opening)))
    ends = [end for _start, end in spans if end <= limit]
    return text[: ends[-1]] if ends else text


def _is_clear(quote: Quote) -> bool:
    """Whether a comment is long enough to be clear without the one that it answers."""
    is_reply = quote.replies_to is not None
    text = plain(head(quote.text, 2_000))
    is_personal = is_reply and len(_ADDRESSED.findall(text)) > MAX_ADDRESSED
    return len(text) >= MIN_CHARACTERS[is_reply] and not text.endswith(":") and not is_personal


def _worth(quote: Quote) -> float:
    """The votes of a comment, and half of those of a reply, which others are needed to understand."""
    return (quote.score or 0) / (1 if quote.replies_to is None else 2)
