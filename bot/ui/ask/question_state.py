"""A question, serialized into the custom_ids of its answer's buttons; it is stored nowhere else."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

import discord

from bot.clock import to_unix
from bot.domain.base36 import base36
from bot.errors import BadInput
from bot.ui.kit import routes
from bot.ui.kit.component_tree import walk
from bot.ui.kit.limits import MAX_CUSTOM_ID
from bot.ui.kit.markdown import one_line
from bot.ui.kit.routes import Target, parse_time
from bot.ui.kit.truncate import utf16_length

MAX_QUESTION = 300
"""The maximum length of a question, so that its buttons can carry it."""
MAX_ARTICLES = 5
"""The most articles that a question can be about."""
MAX_PART = MAX_CUSTOM_ID - 14
"""The length of a question's part in one custom_id, without the verb and the component's number."""
_CARRIER = re.compile(r"[a-z]+(?P<number>\d+):\.(?P<part>.*)", re.DOTALL)


@dataclass(frozen=True, slots=True)
class QuestionState:
    """A question and its scope: these articles, or all that pass the filters."""

    question: str
    articles: tuple[int, ...] = ()
    source: str | None = None
    after: datetime | None = None
    before: datetime | None = None
    is_completed: bool = False
    """Whether the question is not as it was typed, but as it was understood after another one."""

    @classmethod
    def parse(cls, text: str, articles: Iterable[int] = (), **options: Any) -> QuestionState:
        """Parses a question as typed. Raises BadInput("question-too-long")."""
        question = one_line(text)
        if not fits(question):
            raise BadInput("question-too-long", most=MAX_QUESTION)
        return cls(question, tuple(dict.fromkeys(articles))[:MAX_ARTICLES], **options)

    def everywhere(self) -> QuestionState:
        """The same question about the whole archive."""
        return replace(self, articles=())

    def parts(self, count: int) -> tuple[str, ...] | None:
        """The question in `count` parts that fit into custom_ids; None if it is too long."""
        parts = list(_split(self._serialized()))
        if len(parts) > count:
            return None
        return tuple(f".{part}" for part in [*parts, *[""] * (count - len(parts))])

    def _serialized(self) -> str:
        times = (str(to_unix(time)) if time else "" for time in (self.after, self.before))
        source = (self.source or "").replace("|", " ")
        articles = "~" * self.is_completed + ".".join(map(base36, self.articles))
        plain = "|".join([articles, *times, source, self.question])
        # Discord may strip spaces at the ends of a custom_id.
        return plain.replace("%", "%25").replace("+", "%2B").replace(" ", "+")


def fits(question: str) -> bool:
    """Whether the buttons of an answer can carry a question."""
    return utf16_length(question) <= MAX_QUESTION


def deserialize(parts: Iterable[str]) -> QuestionState:
    """The question with these parts, in order. Raises ValueError."""
    plain = "".join(parts).replace("+", " ").replace("%2B", "+").replace("%25", "%")
    articles, after, before, source, question = plain.split("|", 4)
    ids = tuple(routes.number(digits, 36) for digits in articles.removeprefix("~").split(".") if digits)
    times = parse_time(after), parse_time(before)
    return QuestionState(question, ids, source or None, *times, is_completed=articles.startswith("~"))


def question_of(message: discord.Message) -> QuestionState | None:
    """The question that a message of the bot answers; None if it is no answer."""
    custom_ids = (part.get("custom_id") or "" for part in walk(_payloads(message)))
    carriers = [match for match in map(_CARRIER.fullmatch, custom_ids) if match is not None]
    carriers.sort(key=lambda match: int(match["number"]))
    try:
        return deserialize(match["part"] for match in carriers) if carriers else None
    except ValueError:
        return None


def targets_of(message: discord.Message) -> list[Target]:
    """The articles and comments that a message of the bot links to, in order."""
    return routes.targets(_payloads(message))


def _payloads(message: discord.Message) -> list[dict[str, Any]]:
    return [component.to_dict() for component in message.components]  # type: ignore[misc]


def _split(text: str) -> Iterator[str]:
    part = ""
    for char in text:
        if utf16_length(part + char) > MAX_PART:
            yield part
            part = ""
        part += char
    if part:
        yield part
