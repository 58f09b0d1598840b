"""The comment digest process, and its protocol: one JSON object per line."""

from __future__ import annotations

import hashlib
import traceback
from collections import OrderedDict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import msgspec

from bot.domain.answers import CommentDigest
from bot.domain.articles import Article, Comment, Scope
from bot.domain.stories import Story, has_other_threads, thread_names
from bot.errors import NotFound, UserError
from bot.loading.protocol import Problem
from bot.store.corpus.reader import CorpusReader
from bot.store.engines import engine_of
from bot.text.language.lazy_vectors import LazyVectors

MAX_CACHED_BYTES = 16_000_000
"""The maximum size of cached replies in bytes: cards are paged, and many digests show the same threads."""


class WorkerStart(msgspec.Struct, frozen=True):
    """The first line that the process reads: the archives' folder and the setting `vectors`."""

    data: Path
    vectors: str


class DigestRequest(msgspec.Struct, frozen=True):
    """Each further line: a request for the comment digest of an article."""

    scope: Scope
    article: int


class DigestReply(msgspec.Struct, frozen=True, omit_defaults=True):
    """The reply to a request: the digest, or the reason why there is none."""

    digest: CommentDigest | None = None
    problem: Problem | None = None
    fault: str | None = None
    """The traceback of any other exception."""


_read_request = msgspec.json.Decoder(DigestRequest).decode
_read_reply = msgspec.json.Decoder(DigestReply).decode


def encode(line: WorkerStart | DigestRequest | DigestReply) -> bytes:
    """Returns the encoded line, including its line end."""
    return msgspec.json.encode(line, enc_hook=str) + b"\n"


def decode_start(line: bytes) -> WorkerStart:
    """Decodes the first line; raises ValueError for any other line."""
    return msgspec.json.decode(line, type=WorkerStart, dec_hook=lambda kind, text: kind(text))


def decode_reply(line: bytes) -> CommentDigest:
    """Decodes a reply. Raises the UserError that it contains, or RuntimeError for a traceback."""
    reply = _read_reply(line)
    if reply.problem is not None:
        raise reply.problem.to_error()
    if reply.digest is None:
        raise RuntimeError(reply.fault)
    return reply.digest


@dataclass(frozen=True, slots=True)
class _CachedReply:
    """A reply, the inputs that it was built from, and the archive's version at which these were last
    checked."""

    line: bytes
    made_of: bytes
    version: int


class CommentDigestWorker:
    """Handles requests for one data folder. The reply for a story is cached, for all scopes that see the same
    threads of it and whichever of them is requested, until one of these changes. A change anywhere in the
    archive triggers a check, so during a load only stories that it changes are digested again."""

    def __init__(self, start: WorkerStart) -> None:
        self._vectors = LazyVectors(start.vectors)
        self._reader = CorpusReader.open(engine_of(start.data), connections=1)
        self._cache: OrderedDict[tuple[int, ...], _CachedReply] = OrderedDict()
        self._bytes = 0

    async def answer(self, line: bytes) -> bytes:
        """Returns the reply line for a request line. A fault is returned in the reply, so that only this
        request fails."""
        try:
            return await self._answer(_read_request(line))
        except UserError as error:
            return encode(DigestReply(problem=Problem.from_error(error)))
        except Exception:
            return encode(DigestReply(fault=traceback.format_exc()))

    async def _answer(self, question: DigestRequest) -> bytes:
        # Read the version first: anything written after it counts as a change.
        version = await self._reader.data_version()
        story = await self._reader.story(question.scope, question.article)
        # A page has the text of the submissions of its link.
        digested = story.text or next((thread.article for thread in story.same), question.article)
        article = await self._reader.article(question.scope, digested)
        if article is None:
            raise NotFound("no-such-article", ref=question.article)
        threads = tuple(thread.article for thread in story.same)
        cached = self._cache.get(threads)
        if cached is None or cached.version != version:
            comments = await self._reader.all_comments(question.scope, digested, whole_story=True)
            made_of = hashlib.sha256(msgspec.msgpack.encode((article, story.same, comments))).digest()
            known = cached is not None and cached.made_of == made_of
            line = cached.line if cached is not None and known else self._digest(article, story, comments)
            cached = self._store_reply(threads, _CachedReply(line, made_of, version))
        self._cache.move_to_end(threads)
        return cached.line

    def _digest(self, article: Article, story: Story, comments: Sequence[Comment]) -> bytes:
        from bot.text.discussion.comment_digest import build_comment_digest

        digest = build_comment_digest(article, comments, self._vectors())
        discussed = {comment.article for comment in comments}
        threads = tuple(thread for thread in story.same if thread.article in discussed)
        if has_other_threads(threads, article.id, article.key):
            digest = digest.with_places(thread_names(threads))
        return encode(DigestReply(digest=replace(digest, threads=threads)))

    def _store_reply(self, threads: tuple[int, ...], reply: _CachedReply) -> _CachedReply:
        """Caches a reply in place of the story's earlier one, and evicts the least recently used; never the
        newest."""
        before = self._cache.pop(threads, None)
        self._bytes += len(reply.line) - (0 if before is None else len(before.line))
        self._cache[threads] = reply
        while self._bytes > MAX_CACHED_BYTES and len(self._cache) > 1:
            _, oldest = self._cache.popitem(last=False)
            self._bytes -= len(oldest.line)
        return reply

    async def close(self) -> None:
        """Closes the archive."""
        await self._reader.close()


async def serve(start: bytes, lines: Iterable[bytes], write: Callable[[bytes], object]) -> None:
    """Replies to each line until there are no more."""
    worker = CommentDigestWorker(decode_start(start))
    try:
        for line in lines:
            write(await worker.answer(line))
    finally:
        await worker.close()
