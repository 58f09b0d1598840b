"""The cards of /help and /about."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from bot.domain.answers import Spending
from bot.domain.articles import Stats
from bot.i18n import msg
from bot.ui.help.command_list import CommandGroup
from bot.ui.kit import format, llm_text
from bot.ui.kit.card import Card, Colour


def help_card(groups: Mapping[CommandGroup, Sequence[tuple[str, str]]], help_command: str) -> Card:
    """The commands that the viewer can use, as Discord shows them, and their descriptions."""
    headings = {
        "read": msg("help-group-read"),
        "ask": msg("help-group-ask"),
        "moderators": msg("help-group-moderators"),
    }
    card = Card(Colour.ABOUT, msg("help-heading"))
    for group, commands in groups.items():
        card.add_text(headings[group], *(f"{name} · {description}" for name, description in commands))
    card.add_text(msg("help-more", help=help_command))
    return card


def about(
    version: str,
    stats: Stats,
    empty_notice: str,
    questions: tuple[int, int],
    *,
    stored: bool,
    spending: Spending | None = None,
) -> Card:
    """The card of /about. `questions` are the numbers of questions asked here and answered; `stored` is
    whether the operator stores questions; `spending` is the usage of the language model, if there is one."""
    asked, answered = questions
    model = llm_text.about(spending) if spending is not None else [msg("about-without-model")]
    card = Card(Colour.ABOUT, f"### Newsdesk {version}", msg("about"), *model)
    size = format.archive_size(stats)
    card.add_text(
        msg("about-archive", size=size) if stats.articles else empty_notice,
        msg("about-questions", asked=asked, answered=answered) if asked else "",
        msg("about-privacy", questions="stored" if stored else "counted"),
    )
    return card
