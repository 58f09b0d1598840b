"""Forgetting an author, as cards: what will happen, and what did."""

from __future__ import annotations

from collections.abc import Sequence

from bot.domain.loads import Erased, Person
from bot.domain.posts import PostedMessage
from bot.ui.kit import post_strings
from bot.ui.kit.card import Button, Card, Colour
from bot.ui.kit.truncate import truncate
from bot.ui.loads.cards import person
from bot.ui.privacy import strings


def erasure_question(author: str) -> Card:
    """Says what forgetting does before it is done."""
    card = Card(Colour.ABOUT)
    card.add_text(f"**Forget {truncate(author, 160)}?**", strings.QUESTION)
    card.add_gap()
    card.add_text(f"-# {strings.LIMITS}")
    card.add_buttons(Button("Forget for good", author, "forget", danger=True))
    return card


def erasing(author: str) -> Card:
    """While it is done."""
    card = Card(Colour.ABOUT)
    card.add_text(strings.ERASING.format(name=truncate(author, 160)))
    return card


def erased(author: str, what: Erased, by: Person, posts: Sequence[PostedMessage] = ()) -> Card:
    """What was done; `posts` are those that were to be edited for it."""
    card = Card(Colour.ABOUT)
    card.add_text(
        f"**Forgot {truncate(author, 160)}.** {strings.erased(what)} By {person(by)}.",
        *post_strings.fates(posts),
        f"-# {strings.ERASED_LIMITS}",
    )
    return card
