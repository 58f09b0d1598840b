"""Questions that follow an answer: what they leave out is taken from the message with the answer, and nothing
else is stored."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

import discord

from bot.services.answers import AnswerService
from bot.ui.ask.question_state import QuestionState, fits, question_of
from bot.ui.kit.component_tree import walk

MAX_EARLIER_MESSAGES = 10
"""How many messages back an answer can be that a question in a thread or a direct message follows."""
_FACT = re.compile(r"^### (?P<fact>.+)$", re.MULTILINE)
_ESCAPED = re.compile(r"\\([^\w\s])")


async def follow_up(
    answers: AnswerService, text: str, message: discord.Message | None, articles: Sequence[int] = ()
) -> QuestionState:
    """A question as typed, or as it was understood if it follows the answer in a message of the bot. It is
    about these articles, if there are any, or about what the question before was about: always if it asks
    about another time, place or name. Raises BadInput("question-too-long")."""
    asked = QuestionState.parse(text, articles)
    earlier = question_of(message) if message is not None else None
    if message is None or earlier is None:
        return asked
    completion = await answers.complete(asked.question, earlier.question, _fact(message))
    if completion is None or not fits(completion.question):
        return asked
    understood = replace(earlier, question=completion.question, is_completed=True)
    if completion.moves or not articles:
        return understood
    return replace(asked, question=completion.question, is_completed=True)


async def last_answer(message: discord.Message, me: discord.abc.User) -> discord.Message | None:
    """The bot's last answer before a message of the channel; None if it is not one of the last messages, or
    cannot be read."""
    try:
        async for earlier in message.channel.history(limit=MAX_EARLIER_MESSAGES, before=message):
            if earlier.author.id == me.id and question_of(earlier) is not None:
                return earlier
    except discord.HTTPException:
        pass
    return None


def _fact(message: discord.Message) -> str:
    """The fact that heads an answer; empty if it has none."""
    match = next(filter(None, map(_FACT.search, _texts(message))), None)
    return _ESCAPED.sub(r"\1", match["fact"]).strip() if match is not None else ""


def _texts(message: discord.Message) -> Iterator[str]:
    payloads = [component.to_dict() for component in message.components]
    for part in walk(payloads):
        if isinstance(part.get("content"), str):
            yield part["content"]
