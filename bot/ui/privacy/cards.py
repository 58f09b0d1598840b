"""The erasure of an author as cards: confirmation, progress and result."""

from __future__ import annotations

from collections.abc import Sequence

from bot.domain.loads import Erased, Person
from bot.domain.posts import PostedMessage
from bot.i18n import msg
from bot.ui.kit import post_strings
from bot.ui.kit.card import Button, Card, Colour
from bot.ui.kit.format import small
from bot.ui.kit.truncate import truncate
from bot.ui.loads.cards import person


def erasure_question(author: str) -> Card:
    """Explains the erasure of an author, with the button to confirm it."""
    card = Card(Colour.ABOUT, msg("privacy-question", name=truncate(author, 160)), msg("privacy-effect"))
    card.add_gap()
    card.add_text(small(msg("privacy-limits")))
    card.add_buttons(Button(msg("privacy-confirm"), author, "forget", danger=True))
    return card


def erasing(author: str) -> Card:
    """The card shown while an author is being erased."""
    return Card(Colour.ABOUT, msg("privacy-erasing", name=truncate(author, 160)))


def erased(author: str, what: Erased, by: Person, posts: Sequence[PostedMessage] = ()) -> Card:
    """The result of an erasure; `posts` are the posts that were or will be edited for it."""
    counts = msg("privacy-erased-nothing")
    if what.comments or what.articles:
        counts = msg("privacy-erased-counts", comments=what.comments, articles=what.articles)
    return Card(
        Colour.ABOUT,
        msg("privacy-erased", name=truncate(author, 160), by=person(by)),
        counts,
        *post_strings.fates(posts),
        small(msg("privacy-erased-limits")),
    )
