"""The erasure of an author as cards: confirmation, progress and result."""

from __future__ import annotations

from collections.abc import Sequence

from bot.domain.backups import Backup
from bot.domain.loads import AuthorPreview, Erased, Person
from bot.domain.posts import PostedMessage
from bot.i18n import msg
from bot.ui.kit import post_strings
from bot.ui.kit.card import Button, Card, Colour, keep_button
from bot.ui.kit.format import small
from bot.ui.kit.limits import MAX_BUTTON_LABEL
from bot.ui.kit.markdown import line
from bot.ui.kit.truncate import label, truncate, utf16_length
from bot.ui.loads.cards import person
from bot.ui.privacy.strings import backups_left, what_is_here

MAX_NAME = 80
"""UTF-16 units; the name must fit into the custom_id of a button."""


def erasure_question(author: str, preview: AuthorPreview) -> Card:
    """What an erasure of the author would empty and its effects, with buttons to confirm it and to decline
    it. For an unknown author, buttons with the nearest names."""
    question = msg("privacy-question", name=truncate(author, 160))
    card = Card(Colour.ABOUT, question, *what_is_here(preview, line))
    if preview.articles or preview.comments:
        card.add_text(msg("privacy-effect"))
        card.add_gap()
        card.add_text(small(msg("privacy-limits")))
    card.add_buttons(
        *(
            Button(label(name, MAX_BUTTON_LABEL), name, "near")
            for name in preview.nearest
            if utf16_length(name) <= MAX_NAME
        )
    )
    known = preview.articles or preview.comments or not preview.complete
    confirm = msg("privacy-confirm" if known else "privacy-keep-out")
    card.add_buttons(Button(confirm, author, "forget", danger=True), keep_button())
    return card


def erasing(author: str) -> Card:
    """The card shown while an author is being erased."""
    return Card(Colour.ABOUT, msg("privacy-erasing", name=truncate(author, 160)))


def erased(
    author: str,
    what: Erased,
    by: Person,
    posts: Sequence[PostedMessage] = (),
    backups: Sequence[Backup] = (),
) -> Card:
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
        small(backups_left(backups, lambda backup: line(backup.folder.name))),
    )
