"""The erasure of an author as cards: confirmation, progress and result."""

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
    """Explains the erasure of an author, with the button to confirm it."""
    card = Card(Colour.ABOUT, f"**Forget {truncate(author, 160)}?**", strings.QUESTION)
    card.add_gap()
    card.add_text(f"-# {strings.LIMITS}")
    card.add_buttons(Button("Forget for good", author, "forget", danger=True))
    return card


def erasing(author: str) -> Card:
    """The card shown while an author is being erased."""
    return Card(Colour.ABOUT, strings.ERASING.format(name=truncate(author, 160)))


def erased(author: str, what: Erased, by: Person, posts: Sequence[PostedMessage] = ()) -> Card:
    """The result of an erasure; `posts` are the posts that were or will be edited for it."""
    return Card(
        Colour.ABOUT,
        f"**Forgot {truncate(author, 160)}.** {strings.erased(what)} By {person(by)}.",
        *post_strings.fates(posts),
        f"-# {strings.ERASED_LIMITS}",
    )
