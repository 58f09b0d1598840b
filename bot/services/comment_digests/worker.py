"""What a thinking process does, and how it and the process that started it talk: one JSON object a line."""

from __future__ import annotations

import hashlib
import traceback
from collections import OrderedDict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import msgspec

from bot.domain.answers import CommentDigest
from bot.domain.articles import Article, Comment, Scope
from bot.errors import NotFound, UserError
from bot.loading.protocol import Problem
from bot.store.corpus.reader import CorpusReader
from bot.text.language.lazy_vectors import LazyVectors

KEPT = 16_000_000
"""Bytes of answers that are kept: pages of a card are turned, and many digests show the same threads."""


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
        raise told.problem.to_error()
    if told.digest is None:
        raise RuntimeError(told.fault)
    return told.digest


@dataclass(frozen=True, slots=True)
class _Kept:
    """An answer, what it was made of, and the archive's version in which that was last so."""

    line: bytes
    made_of: bytes
    version: int


class Thinker:
    """Answers questions about one data folder, and keeps the answer about a thread, for all who may see it,
    until something in the thread changes. That is looked at again whenever anything in the archive has: while
    a load writes, threads that it does not touch are not thought about anew."""

    def __init__(self, start: Start) -> None:
        self._vectors = LazyVectors(start.vectors)
        self._reader = CorpusReader.open(start.data, connections=1)
        self._kept: OrderedDict[int, _Kept] = OrderedDict()
        self._bytes = 0

    async def answer(self, line: bytes) -> bytes:
        """The line to say to a line that was read; a fault is told, so that one question ends, not all."""
        try:
            return await self._answer(_read_question(line))
        except UserError as error:
            return encode(Told(problem=Problem.from_error(error)))
        except Exception:
            return encode(Told(fault=traceback.format_exc()))

    async def _answer(self, question: Question) -> bytes:
        # The version first: what is written after it counts as a change.
        version = await self._reader.data_version()
        article = await self._reader.article(question.scope, question.article)
        if article is None:
            raise NotFound("no-such-article", ref=question.article)
        kept = self._kept.get(article.id)
        if kept is None or kept.version != version:
            comments = await self._reader.all_comments(question.scope, article.id)
            made_of = hashlib.sha256(msgspec.msgpack.encode((article, comments))).digest()
            known = kept is not None and kept.made_of == made_of
            line = kept.line if kept is not None and known else self._digest(article, comments)
            kept = self._keep(article.id, _Kept(line, made_of, version))
        self._kept.move_to_end(article.id)
        return kept.line

    def _digest(self, article: Article, comments: Sequence[Comment]) -> bytes:
        from bot.text.discussion.comment_digest import build_comment_digest

        return encode(Told(digest=build_comment_digest(article, comments, self._vectors())))

    def _keep(self, article: int, one: _Kept) -> _Kept:
        """Keeps it in the place of what was; what was not asked for longest goes. The last is always kept."""
        before = self._kept.pop(article, None)
        self._bytes += len(one.line) - (0 if before is None else len(before.line))
        self._kept[article] = one
        while self._bytes > KEPT and len(self._kept) > 1:
            _, oldest = self._kept.popitem(last=False)
            self._bytes -= len(oldest.line)
        return one

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
