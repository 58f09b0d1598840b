"""Chooses which of a few comments a card quotes: the best that are clear alone, cut after a sentence."""

from __future__ import annotations

import re
from collections.abc import Sequence

from bot.domain.answers import CommentDigest, Quote
from bot.text.discussion.headings import is_joke
from bot.text.language.markup import head, own_text, plain, whole_links
from bot.text.language.sentences import sentence_spans
from bot.text.language.word_patterns import count_words

MAX_LISTED, MAX_BEST = 6, 4
"""Of more comments than MAX_LISTED, MAX_BEST are quoted."""
MIN_CHARACTERS = {False: 40, True: 80}
"""None of these is shorter, or if it is a reply."""
MAX_EXTRA = 110
"""How far past a limit a sentence is looked at."""
MAX_COUNTED_WORDS = 30
"""A longer comment says no more for that."""
MIN_SENTENCE_WORDS = 4
MAX_RATED = 600
_SHOUTED = re.compile(r"\b[A-Z]{4,}\b")
_ADDRESSED = re.compile(r"\byou(?:r|rs|['’](?:re|ve|ll|d))?\b", re.IGNORECASE)
MAX_ADDRESSED = 2
"""A reply that says "you" more often is about a person."""


def best_quotes(digest: CommentDigest) -> Sequence[Quote]:
    """The comments to quote: those with the most votes first, or else those that say most, oldest first."""
    quotes = digest.few
    if len(quotes) > MAX_LISTED:
        quotes = tuple(quote for quote in quotes if _is_clear(quote)) or quotes
    if digest.scored:
        quotes = tuple(sorted(quotes, key=_worth, reverse=True))
        quotes = tuple(quote for quote in quotes if _worth(quote) > 0) or quotes
    elif len(digest.few) > MAX_LISTED:
        quotes = _most_telling(quotes)
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


def _most_telling(quotes: Sequence[Quote]) -> tuple[Quote, ...]:
    """The comments that say most, oldest first: of each person one, unless too few people say anything."""
    ranked = sorted(quotes, key=lambda quote: -_substance(quote.text))
    seen: set[str] = set()
    firsts: list[Quote] = []
    others: list[Quote] = []
    for quote in ranked:
        (others if quote.author in seen else firsts).append(quote)
        seen.add(quote.author)
    best = {id(quote) for quote in [*firsts, *others][:MAX_BEST]}
    return tuple(quote for quote in quotes if id(quote) in best)


def _substance(text: str) -> float:
    """Rates how much a comment says by itself, by its form: a quip is short, made of fragments, or shouts."""
    opening = head(own_text(text), MAX_RATED)
    sentences = [opening[start:end] for start, end in sentence_spans(opening)]
    lengths = [count_words(sentence) for sentence in sentences]
    words = sum(lengths)
    if not words:
        return 0.0
    fragments = sum(length < MIN_SENTENCE_WORDS for length in lengths) / len(lengths)
    asks = sum(sentence.rstrip()[-1:] in "?？؟" for sentence in sentences) / len(sentences)
    shouts = min(len(_SHOUTED.findall(opening)), 2)
    asides = min(len(_ADDRESSED.findall(opening)), 2) / 2 + 2 * is_joke(opening)
    return min(words, MAX_COUNTED_WORDS) / MAX_COUNTED_WORDS - fragments - (asks + shouts + asides) / 2


def _worth(quote: Quote) -> float:
    """The votes of a comment, and half of those of a reply, which others are needed to understand."""
    return (quote.score or 0) / (1 if quote.replies_to is None else 2)
