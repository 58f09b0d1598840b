"""A question as the buttons of its answer carry it: nothing that is asked is kept anywhere else."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

import discord

from bot.domain.base36 import base36
from bot.errors import BadInput
from bot.ui.kit.markdown import one_line
from bot.ui.kit.truncate import utf16_length

MAX_QUESTION = 300
"""The most that a question may measure, so that its buttons can carry it."""
MAX_ARTICLES = 5
"""So many articles at most may a question be about."""
MAX_PART = 86
"""What a custom_id holds of it beside what else stands there."""
_CARRIER = re.compile(r"[a-z]+(?P<place>\d+):\.(?P<part>.*)", re.DOTALL)
_WAY = re.compile(r"(?:(?:turn|share)\d+:)?(?P<letter>[atcdhnm])(?P<number>\d{1,18})(?:\.\d+)*")


@dataclass(frozen=True, slots=True)
class QuestionState:
    """A question, and where to look: in these articles, or in all that these options let through."""

    question: str
    articles: tuple[int, ...] = ()
    source: str | None = None
    after: datetime | None = None
    before: datetime | None = None

    @classmethod
    def parse(cls, text: str, articles: Iterable[int] = (), **options: Any) -> QuestionState:
        """A question as somebody typed it. Raises BadInput("question-too-long")."""
        question = one_line(text)
        if utf16_length(question) > MAX_QUESTION:
            raise BadInput("question-too-long", most=MAX_QUESTION)
        return cls(question, tuple(dict.fromkeys(articles))[:MAX_ARTICLES], **options)

    def everywhere(self) -> QuestionState:
        """The same question to the whole archive."""
        return replace(self, articles=())

    def parts(self, count: int) -> tuple[str, ...] | None:
        """The question in `count` parts that custom_ids can hold, or None where it is too long for them."""
        parts = list(_cut(self._packed()))
        return (
            tuple(f".{part}" for part in [*parts, *[""] * (count - len(parts))])
            if len(parts) <= count
            else None
        )

    def _packed(self) -> str:
        times = (str(int(at.timestamp())) if at else "" for at in (self.after, self.before))
        source = (self.source or "").replace("|", " ")
        plain = "|".join([".".join(map(base36, self.articles)), *times, source, self.question])
        # Blanks at the ends of a custom_id might get lost.
        return plain.replace("%", "%25").replace("+", "%2B").replace(" ", "+")


def deserialize(parts: Iterable[str]) -> QuestionState:
    """The question whose parts these are, in their order. Raises ValueError."""
    plain = "".join(parts).replace("+", " ").replace("%2B", "+").replace("%25", "%")
    articles, after, before, source, question = plain.split("|", 4)
    numbers = tuple(int(one, 36) for one in articles.split(".") if one)
    return QuestionState(question, numbers, source or None, _time(after), _time(before))


def question_of(message: discord.Message) -> QuestionState | None:
    """The question that a message of the bot's answers, if it does that."""
    found = [match for one in _custom_ids(message.components) if (match := _CARRIER.fullmatch(one))]
    found.sort(key=lambda match: int(match["place"]))
    try:
        return deserialize(match["part"] for match in found) if found else None
    except ValueError:
        return None


def linked_threads(message: discord.Message) -> Iterator[tuple[str, int]]:
    """What a message of the bot's leads to: `article` or `comment`, and its number, in the order of the
    message."""
    known = set()
    for one in [*_values(message.components), *_custom_ids(message.components)]:
        match = _WAY.fullmatch(one)
        if match is not None:
            way = ("comment" if match["letter"] in "mn" else "article", int(match["number"]))
            if way not in known:
                known.add(way)
                yield way


def _custom_ids(components: Sequence[Any]) -> Iterator[str]:
    for one in _walked(components):
        if custom_id := getattr(one, "custom_id", None):
            yield custom_id


def _values(components: Sequence[Any]) -> Iterator[str]:
    for one in _walked(components):
        for option in getattr(one, "options", ()):
            yield option.value


def _walked(components: Sequence[Any]) -> Iterator[Any]:
    for one in components:
        yield one
        yield from _walked(getattr(one, "children", ()))


def _cut(text: str) -> Iterator[str]:
    part = ""
    for char in text:
        if utf16_length(part + char) > MAX_PART:
            yield part
            part = ""
        part += char
    if part:
        yield part


def _time(text: str) -> datetime | None:
    return datetime.fromtimestamp(int(text), UTC) if text else None
