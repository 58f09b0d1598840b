"""The form for a question; it can be submitted even after a restart."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

import discord
from discord import ui

from bot.i18n import msg
from bot.ui.ask.follow_ups import follow_up
from bot.ui.ask.question_state import MAX_QUESTION, QuestionState
from bot.ui.kit.component_tree import field_value
from bot.ui.kit.context import Interaction

_ID = re.compile(r"askabout:(?P<articles>[\d.]*)")


class AskModal(ui.Modal):
    """A form for a question about these articles, or about anything; `submitted_question` reads it."""

    def __init__(self, articles: Sequence[int]) -> None:
        super().__init__(
            title=msg("answer-ask-title", articles=len(articles)),
            custom_id=f"askabout:{'.'.join(map(str, articles))}",
            timeout=None,
        )
        text: ui.TextInput[AskModal] = ui.TextInput(
            custom_id="question", max_length=MAX_QUESTION, placeholder=msg("answer-ask-example")
        )
        self.add_item(ui.Label(text=msg("answer-ask-label"), component=text))

    def is_finished(self) -> bool:
        """Always true: a submission is self-contained, so discord.py need not keep the form."""
        return True


async def submitted_question(interaction: Interaction) -> QuestionState | None:
    """The question of a submitted form, as it follows the answer under whose button the form was opened; None
    for other interactions. Raises BadInput("question-too-long")."""
    data: Mapping[str, Any] = interaction.data or {}
    match = _ID.fullmatch(str(data.get("custom_id", "")))
    if interaction.type is not discord.InteractionType.modal_submit or match is None:
        return None
    articles = [int(digits) for digits in match["articles"].split(".") if digits]
    text, answers = field_value(data, "question"), interaction.client.services.answers
    return await follow_up(answers, text, interaction.message, articles)
