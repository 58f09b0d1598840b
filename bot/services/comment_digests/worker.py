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

MAX_CACHED_BYTES = 16_000_000
"""Bytes of answers that are kept: pages of a card are turned, and many digests show the same threads."""


class WorkerStart(msgspec.Struct, frozen=True):
    """The first line that a thinking process reads: the archives' folder and the setting `vectors`."""

    data: Path
    vectors: str


class DigestRequest(msgspec.Struct, frozen=True):
    """Each line after it: what the commenters of this article say."""

    scope: Scope
    article: int


class DigestReply(msgspec.Struct, frozen=True, omit_defaults=True):
    """What it says to a question: the digest, or what kept it from one."""

    digest: CommentDigest | None = None
    problem: Problem | None = None
    fault: str | None = None
    """The traceback of anything else that was raised."""


_read_request = msgspec.json.Decoder(DigestRequest).decode
_read_reply = msgspec.json.Decoder(DigestReply).decode


def encode(line: WorkerStart | DigestRequest | DigestReply) -> bytes:
    """One line, with its end."""
    return msgspec.json.encode(line, enc_hook=str) + b"\n"


def decode_start(line: bytes) -> WorkerStart:
    """The reverse of `encode`; raises ValueError for anything else."""
    return msgspec.json.decode(line, type=WorkerStart, dec_hook=lambda kind, text: kind(text))


def decode_reply(line: bytes) -> CommentDigest:
    """The digest that one line tells; raises the UserError that it tells, or RuntimeError for a fault."""
    reply = _read_reply(line)
    if reply.problem is not None:
        raise reply.problem.to_error()
    if reply.digest is None:
        raise RuntimeError(reply.fault)
    return reply.digest


@dataclass(frozen=True, slots=True)
class _CachedReply:
    """An answer, what it was made of, and the archive's version in which that was last so."""

    line: bytes
    made_of: bytes
    version: int


class CommentDigestWorker:
    """Answers questions about one data folder, and keeps the answer about a thread, for all who may see it,
    until something in the thread changes. That is looked at again whenever anything in the archive has: while
    a load writes, threads that it does not touch are not thought about anew."""

    def __init__(self, start: WorkerStart) -> None:
        self._vectors = LazyVectors(start.vectors)
        self._reader = CorpusReader.open(start.data, connections=1)
        self._cache: OrderedDict[int, _CachedReply] = OrderedDict()
        self._bytes = 0

    async def answer(self, line: bytes) -> bytes:
        """The line that answers one that was read. A fault is part of it, so that one request fails, not
        all."""
        try:
            return await self._answer(_read_request(line))
        except UserError as error:
            return encode(DigestReply(problem=Problem.from_error(error)))
        except Exception:
            return encode(DigestReply(fault=traceback.format_exc()))

    async def _answer(self, question: DigestRequest) -> bytes:
        # The version first: what is written after it counts as a change.
        version = await self._reader.data_version()
        article = await self._reader.article(question.scope, question.article)
        if article is None:
            raise NotFound("no-such-article", ref=question.article)
        cached = self._cache.get(article.id)
        if cached is None or cached.version != version:
            comments = await self._reader.all_comments(question.scope, article.id)
            made_of = hashlib.sha256(msgspec.msgpack.encode((article, comments))).digest()
            known = cached is not None and cached.made_of == made_of
            line = cached.line if cached is not None and known else self._digest(article, comments)
            cached = self._store_reply(article.id, _CachedReply(line, made_of, version))
        self._cache.move_to_end(article.id)
        return cached.line

    def _digest(self, article: Article, comments: Sequence[Comment]) -> bytes:
        from bot.text.discussion.comment_digest import build_comment_digest

        return encode(DigestReply(digest=build_comment_digest(article, comments, self._vectors())))

    def _store_reply(self, article: int, reply: _CachedReply) -> _CachedReply:
        """Keeps it in the place of what was; what was not asked for longest goes. The last is always kept."""
        before = self._cache.pop(article, None)
        self._bytes += len(reply.line) - (0 if before is None else len(before.line))
        self._cache[article] = reply
        while self._bytes > MAX_CACHED_BYTES and len(self._cache) > 1:
            _, oldest = self._cache.popitem(last=False)
            self._bytes -= len(oldest.line)
        return reply

    async def close(self) -> None:
        """Closes the archive."""
        await self._reader.close()


async def serve(start: bytes, lines: Iterable[bytes], write: Callable[[bytes], object]) -> None:
    """Answers each line with one, until there are no more."""
    worker = CommentDigestWorker(decode_start(start))
    try:
        for line in lines:
            write(await worker.answer(line))
    finally:
        await worker.close()
