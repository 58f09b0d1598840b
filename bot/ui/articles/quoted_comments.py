"""Quotes of comments as lines of a card."""

from __future__ import annotations

from bot.domain.answers import Quote
from bot.i18n import msg
from bot.text.discussion.quotes import is_neat
from bot.ui.articles.cards import attribution, attribution_details, name_of_author
from bot.ui.articles.few_comments import first_sentences
from bot.ui.kit import source_text
from bot.ui.kit.format import small

MAX_QUOTE = 240
"""The maximum length of a quote, escaped."""
MAX_WHOLE_QUOTE = 700
"""The maximum length of a quote that is not cut, escaped."""


def quoted(quote: Quote, limit: int = MAX_QUOTE) -> str:
    """“Free rent for a year is a bribe.” and in small print: *netmender*, 12 March 2024 09:14"""
    text = msg("quoted", text=source_text.excerpt(first_sentences(quote.text, limit), limit))
    return f"{text}\n{small(_author(quote))}"


def sentence(quote: Quote) -> str:
    """“Free rent for a year is a bribe.” or, of a text that is not written as a sentence, *netmender* says
    “free rent for a year is a bribe”"""
    text = source_text.excerpt(quote.text, MAX_QUOTE, one_line=True)
    if is_neat(quote.text):
        return msg("quoted", text=text)
    return msg("comment-digest-quote-within", author=name_of_author(quote.author), quote=text)


def _author(quote: Quote) -> str:
    return attribution(
        quote.author,
        quote.posted_at,
        quote.replies_to,
        quote.link,
        quote.place or "",
        score=quote.score,
    )


def _details(quote: Quote) -> str:
    return attribution_details(
        quote.posted_at, quote.replies_to, quote.link, quote.place or "", score=quote.score
    )


def point(quote: Quote) -> str:
    """As `quoted`, or of a text that is not written as a sentence, as `sentence`."""
    if is_neat(quote.text):
        return quoted(quote)
    return f"{sentence(quote)}\n{small(_details(quote))}"


def theme_quote(quote: Quote, *, is_first: bool) -> str:
    """**“Free rent for a year is a bribe.”** — *netmender*, 12 March 2024 09:14 or, of a text that is not
    written as a sentence, *netmender* says **“free rent for a year is a bribe”** — 12 March 2024 09:14"""
    text = source_text.excerpt(quote.text, MAX_WHOLE_QUOTE, one_line=True)
    if is_neat(quote.text):
        key = "comment-digest-theme-quote" if is_first else "comment-digest-theme-second"
        return msg(key, quote=text, author=_author(quote))
    key = "comment-digest-theme-quote-within" if is_first else "comment-digest-theme-second-within"
    return msg(key, author=name_of_author(quote.author), quote=text, details=_details(quote))
