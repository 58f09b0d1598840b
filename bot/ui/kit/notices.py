"""The bot about itself: help, and what it is."""

from __future__ import annotations

from collections.abc import Sequence

from bot.domain.answers import Spending
from bot.domain.articles import Stats
from bot.ui.ask import strings
from bot.ui.kit import format, llm_text
from bot.ui.kit.card import Card, Colour


def help_card(commands: Sequence[tuple[str, str]], help_command: str) -> Card:
    """What the asker may use: commands as Discord shows them, and what they do."""
    card = Card(Colour.ABOUT)
    card.add_text("### What you can do here")
    card.add_text("\n".join(f"{name} · {does}" for name, does in commands))
    card.add_text(f"-# {format.HELP_MORE.format(help=help_command)}")
    return card


def text(said: str) -> Card:
    """Words alone: a page of help, or that there is nothing yet."""
    card = Card(Colour.ABOUT)
    card.add_text(said)
    return card


def about(
    version: str,
    held: Stats,
    nothing_yet: str,
    questions: tuple[int, int],
    *,
    kept: bool,
    spending: Spending | None = None,
) -> Card:
    """What this is, and what it does with what it reads; `nothing_yet` is said of an empty archive. Of the
    `questions` that were asked here some were answered; `kept` is whether the operator keeps them;
    `spending` is what a language model has cost, if there is one."""
    card = Card(Colour.ABOUT)
    alone = format.ALONE if spending is None else ""
    card.add_text(f"### Newsdesk {version}", f"{format.ABOUT} {alone}".rstrip(), *llm_text.about(spending))
    reads = format.HELD.format(held=format.archive_size(held)) if held.articles else nothing_yet
    privacy = format.PRIVACY.format(questions=strings.KEPT if kept else strings.COUNTED)
    card.add_text(reads, strings.tally(*questions), f"-# {privacy}")
    return card
