"""Erasing an author, as cards: what it does, and what it did."""

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
    """What erasing an author does, with the button to do it."""
    card = Card(Colour.ABOUT, f"**Forget {truncate(author, 160)}?**", strings.QUESTION)
    card.add_gap()
    card.add_text(f"-# {strings.LIMITS}")
    card.add_buttons(Button("Forget for good", author, "forget", danger=True))
    return card


def erasing(author: str) -> Card:
    """While an author is erased."""
    return Card(Colour.ABOUT, strings.ERASING.format(name=truncate(author, 160)))


def erased(author: str, what: Erased, by: Person, posts: Sequence[PostedMessage] = ()) -> Card:
    """What was erased; `posts` are those that were edited, or are still to be, for that."""
    return Card(
        Colour.ABOUT,
        f"**Forgot {truncate(author, 160)}.** {strings.erased(what)} By {person(by)}.",
        *post_strings.fates(posts),
        f"-# {strings.ERASED_LIMITS}",
    )
