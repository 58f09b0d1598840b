"""Forgetting an author, as cards: what will happen, and what did."""

from __future__ import annotations

from collections.abc import Sequence

from bot.models import Forgot, Person
from bot.posts import Posted
from bot.ui import phrases, post_phrases
from bot.ui.card import Button, Card, Colour
from bot.ui.fit import fit
from bot.ui.load_cards import person


def forget_question(author: str) -> Card:
    """Says what forgetting does before it is done."""
    card = Card(Colour.DESK)
    card.say(f"**Forget {fit(author, 160)}?**", phrases.FORGET_QUESTION)
    card.gap()
    card.say(f"-# {phrases.FORGET_LIMITS}")
    card.buttons(Button("Forget for good", author, "forget", danger=True))
    return card


def forgetting(author: str) -> Card:
    """While it is done."""
    card = Card(Colour.DESK)
    card.say(phrases.FORGETTING.format(name=fit(author, 160)))
    return card


def forgot(author: str, what: Forgot, by: Person, posts: Sequence[Posted] = ()) -> Card:
    """What was done; `posts` are those that were to be edited for it."""
    card = Card(Colour.DESK)
    card.say(
        f"**Forgot {fit(author, 160)}.** {phrases.forgot(what)} By {person(by)}.",
        *post_phrases.fates(posts),
        f"-# {phrases.FORGOT_LIMITS}",
    )
    return card
