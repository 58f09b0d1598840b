"""What a thinking process does, and how it and the process that started it talk: one JSON object a line."""

from __future__ import annotations

import traceback
from collections import OrderedDict
from collections.abc import Callable, Iterable
from pathlib import Path

import msgspec

from bot.answers import CommentDigest
from bot.errors import NotFound, UserError
from bot.library.vectors import LazyVectors
from bot.models import Scope
from bot.store.corpus import CorpusReader
from bot.wire import Problem

KEPT = 64
"""The answers to so many questions are kept: turning the pages of a card works nothing out again."""


class Start(msgspec.Struct, frozen=True):
    """The first line that a thinking process reads: the archives' folder and the setting `vectors`."""

    data: Path
    vectors: str


class Question(msgspec.Struct, frozen=True):
    """Each line after it: what the commenters of this article say."""

    scope: Scope
    article: int


class Told(msgspec.Struct, frozen=True, omit_defaults=True):
    """What it says to a question: the digest, or what kept it from one."""

    digest: CommentDigest | None = None
    problem: Problem | None = None
    fault: str | None = None
    """The traceback of anything else that was raised."""


_read_question = msgspec.json.Decoder(Question).decode
_read_told = msgspec.json.Decoder(Told).decode


def encode(line: Start | Question | Told) -> bytes:
    """One line, with its end."""
    return msgspec.json.encode(line, enc_hook=str) + b"\n"


def decode_start(line: bytes) -> Start:
    """The reverse of `encode`; raises ValueError for anything else."""
    return msgspec.json.decode(line, type=Start, dec_hook=lambda kind, text: kind(text))


def decode_told(line: bytes) -> CommentDigest:
    """The digest that one line tells; raises the UserError that it tells, or RuntimeError for a fault."""
    told = _read_told(line)
    if told.problem is not None:
        raise told.problem.error()
    if told.digest is None:
        raise RuntimeError(told.fault)
    return told.digest


class Thinker:
    """Answers questions about one data folder, and keeps the answers until the archive changes."""

    def __init__(self, start: Start) -> None:
        self._vectors = LazyVectors(start.vectors)
        self._reader = CorpusReader.open(start.data, connections=1)
        self._kept: OrderedDict[Question, bytes] = OrderedDict()
        self._version = 0

    async def answer(self, line: bytes) -> bytes:
        """The line to say to a line that was read; a fault is told, so that one question ends, not all."""
        try:
            return await self._answer(_read_question(line))
        except UserError as error:
            return encode(Told(problem=Problem.of(error)))
        except Exception:
            return encode(Told(fault=traceback.format_exc()))

    async def _answer(self, question: Question) -> bytes:
        version = await self._reader.version()
        if version != self._version:
            self._kept.clear()
            self._version = version
        if question not in self._kept:
            self._kept[question] = encode(Told(digest=await self._digest(question)))
            if len(self._kept) > KEPT:
                self._kept.popitem(last=False)
        self._kept.move_to_end(question)
        return self._kept[question]

    async def _digest(self, question: Question) -> CommentDigest:
        from bot.text.digest import digest

        article = await self._reader.article(question.scope, question.article)
        if article is None:
            raise NotFound("no-such-article", ref=question.article)
        comments = await self._reader.all_comments(question.scope, article.id)
        return digest(article, comments, self._vectors())

    async def close(self) -> None:
        """Closes the archive."""
        await self._reader.close()


async def think(start: bytes, lines: Iterable[bytes], say: Callable[[bytes], object]) -> None:
    """Answers each line with one, until there are no more."""
    thinker = Thinker(decode_start(start))
    try:
        for line in lines:
            say(await thinker.answer(line))
    finally:
        await thinker.close()
