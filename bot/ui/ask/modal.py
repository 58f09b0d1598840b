"""The form in which a question about something is typed; a restart between its opening and its sending is no
matter."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import discord
from discord import ui

from bot.ui.ask import strings
from bot.ui.ask.question_state import MAX_QUESTION, QuestionState
from bot.ui.kit.context import Interaction

_ID = re.compile(r"askabout:(?P<articles>[\d.]*)")


class AskModal(ui.Modal):
    """Asks for a question about these articles, or about anything; see `asked_in` for what comes of it."""

    def __init__(self, articles: Sequence[int]) -> None:
        what = "this article" if len(articles) == 1 else "these articles" if articles else "anything here"
        super().__init__(
            title=strings.MODAL_TITLE.format(what=what),
            custom_id=f"askabout:{'.'.join(map(str, articles))}",
            timeout=None,
        )
        text: ui.TextInput[AskModal] = ui.TextInput(
            custom_id="question", max_length=MAX_QUESTION, placeholder=strings.MODAL_EXAMPLE
        )
        self.add_item(ui.Label(text=strings.MODAL_LABEL, component=text))

    def is_finished(self) -> bool:
        """Always: what is sent says all, so that discord.py need not remember the form."""
        return True


def submitted_question(interaction: Interaction) -> QuestionState | None:
    """What was asked, where the interaction is such a form that is sent. Raises
    BadInput("question-too-long")."""
    data: Mapping[str, Any] = interaction.data or {}
    found = _ID.fullmatch(str(data.get("custom_id", "")))
    if interaction.type is not discord.InteractionType.modal_submit or found is None:
        return None
    articles = [int(one) for one in found["articles"].split(".") if one]
    return QuestionState.parse(field_value(data, "question"), articles)


def field_value(data: Mapping[str, Any], field: str) -> str:
    """What was typed into a field of a form that was sent."""
    return "".join(_typed(data.get("components", ()), field))


def _typed(components: Sequence[Mapping[str, Any]], field: str) -> Iterator[str]:
    for one in components:
        if one.get("custom_id") == field:
            yield str(one.get("value", ""))
        yield from _typed(one.get("components", ()), field)
        if isinstance(one.get("component"), dict):
            yield from _typed([one["component"]], field)
