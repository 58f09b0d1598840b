"""The cards of /help and /about."""

from __future__ import annotations

from collections.abc import Sequence

from bot.domain.answers import Spending
from bot.domain.articles import Stats
from bot.ui.ask import strings as ask_strings
from bot.ui.help import strings
from bot.ui.kit import format, llm_text
from bot.ui.kit.card import Card, Colour


def help_card(commands: Sequence[tuple[str, str]], help_command: str) -> Card:
    """The commands that the viewer can use, as Discord shows them, and their descriptions."""
    card = Card(Colour.ABOUT, "### What you can do here")
    card.add_text("\n".join(f"{name} · {description}" for name, description in commands))
    card.add_text(f"-# {strings.HELP_MORE.format(help=help_command)}")
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
    alone = strings.ALONE if spending is None else ""
    title = f"### Newsdesk {version}"
    card = Card(Colour.ABOUT, title, f"{strings.ABOUT} {alone}".rstrip(), *llm_text.about(spending))
    reads = strings.HELD.format(held=format.archive_size(stats)) if stats.articles else empty_notice
    privacy = strings.PRIVACY.format(questions=ask_strings.STORED if stored else ask_strings.COUNTED)
    card.add_text(reads, ask_strings.question_counts(*questions), f"-# {privacy}")
    return card
