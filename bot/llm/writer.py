"""Writes verified text from quotes with a language model, within daily budgets, once for all viewers."""

from __future__ import annotations

import asyncio
import logging
from collections import OrderedDict
from collections.abc import AsyncGenerator, Callable, Sequence
from contextlib import asynccontextmanager
from datetime import datetime
from typing import Literal, Protocol
from urllib.parse import urlsplit

from bot.clock import Clock, Timer
from bot.config import ModelSettings
from bot.domain.answers import Citation, Payer, Spending, Unwritten, Written, WrittenSentence
from bot.errors import UserError
from bot.llm.client import LlmClient, LlmError, LlmReply
from bot.llm.prompts import MAX_READ_CHARS, SYSTEM, Task, prompt, safe_passages
from bot.llm.replies import DraftSentence, parse_reply
from bot.text.language.word_patterns import WORD
from bot.text.verification import SourceText, verify

MAX_CACHED = 256
"""The most cached texts: paging through a card sends no new requests."""
MAX_REQUESTS = 4
"""The most concurrent requests; others wait, within their own timeout."""
TOKENS_A_SENTENCE = 90
"""The tokens reserved for one sentence of the reply, including its citations and JSON syntax."""
BYTES_A_TOKEN = 3
"""A low estimate, so that the tokens reserved for a request are rarely fewer than it costs."""

_log = logging.getLogger(__name__)


class TokenUsage(Protocol):
    """The interface of `bot.store.state.token_usage.TokenUsageStore`."""

    async def reserve(
        self, payer: Payer, tokens: int, now: datetime, *, max_server_tokens: int, max_member_tokens: int
    ) -> Literal["server-budget", "member-budget"] | None: ...

    async def settle(self, payer: Payer, reserved: int, spent: int, day: datetime) -> None: ...

    async def spent(self, payer: Payer, now: datetime) -> tuple[int, int]: ...


_Key = tuple[Task, tuple[Citation, ...]]


class ModelWriter:
    """Writes with one model. Returns verified text, or the reason why there is none; failures of the endpoint
    never raise."""

    def __init__(
        self,
        client: LlmClient,
        settings: ModelSettings,
        budgets: TokenUsage,
        clock: Clock,
        timer: Timer,
        heard: Callable[[Literal["unreachable", "slow"] | None], None] = lambda _: None,
    ) -> None:
        self._client = client
        self._settings = settings
        self._budgets = budgets
        self._clock = clock
        self._timer = timer
        self._heard = heard
        self._gate = asyncio.Semaphore(MAX_REQUESTS)
        self._cache: OrderedDict[_Key, Written] = OrderedDict()
        self._running: dict[_Key, asyncio.Task[Written]] = {}

    async def close(self) -> None:
        """Cancels pending requests and closes the connections."""
        running = list(self._running.values())
        for task in running:
            task.cancel()
        await asyncio.gather(*running, return_exceptions=True)
        await self._client.close()

    async def write(self, task: Task, citations: Sequence[Citation], payer: Payer) -> Written:
        """Writes text from the citations. The payer is charged unless the same text is cached or already
        being written."""
        passages = await asyncio.to_thread(safe_passages, citations)
        if not passages:
            return self._nothing("unproven")
        key = (task, passages)
        if key in self._cache:
            self._cache.move_to_end(key)
            return self._cache[key]
        if key not in self._running:
            work = asyncio.create_task(self._written(task, passages, payer))
            self._running[key] = work
            work.add_done_callback(lambda _: self._running.pop(key, None))
        # The first caller may be cancelled while others wait for the same text.
        written = await asyncio.shield(self._running[key])
        if written.unwritten in (None, "unproven", "repeated"):
            self._cache[key] = written
            if len(self._cache) > MAX_CACHED:
                self._cache.popitem(last=False)
        return written

    async def spending(self, payer: Payer, until: datetime) -> Spending:
        """The payer's usage and limits for today; the next day begins at `until`."""
        server, member = await self._budgets.spent(payer, self._clock())
        settings = self._settings
        host = urlsplit(settings.base_url).hostname or ""
        return Spending(
            settings.name, host, server, settings.server_tokens, member, settings.member_tokens, until
        )

    async def _written(self, task: Task, passages: tuple[Citation, ...], payer: Payer) -> Written:
        until = self._timer() + self._settings.seconds
        try:
            reply = await self._ask(task, prompt(task, passages), payer, until)
        except LlmError as failure:
            return self._nothing(failure.kind)
        if not isinstance(reply, LlmReply):
            return self._nothing(reply)
        try:
            drafts = await asyncio.to_thread(parse_reply, reply.text)
        except ValueError:
            _log.warning("the language model's answer is not of the form it was told")
            return self._nothing("unusable")
        return await asyncio.to_thread(self._proven, drafts, passages, task.max_sentences)

    async def _ask(self, task: Task, user: str, payer: Payer, until: float) -> LlmReply | Unwritten:
        """Sends the request and charges the payer. Returns the reply, or the budget that does not allow it.
        Raises LlmError."""
        sent = _tokens(SYSTEM) + _tokens(user)
        most = TOKENS_A_SENTENCE * task.max_sentences + TOKENS_A_SENTENCE
        now = self._clock()
        settings = self._settings
        try:
            denied = await self._budgets.reserve(
                payer,
                sent + most,
                now,
                max_server_tokens=settings.server_tokens,
                max_member_tokens=settings.member_tokens,
            )
            if denied is not None:
                return denied
            spent = 0
            try:
                async with self._turn(until):
                    spent = sent + most
                    reply = await self._complete(user, most, until)
                    spent = reply.tokens or sent + _tokens(reply.text)
                    return reply
            except LlmError as failure:
                spent = sent + _tokens(failure.text) if failure.begun else 0
                raise
            finally:
                await self._budgets.settle(payer, sent + most, spent, now)
        except UserError as error:
            _log.warning("the tokens of the language model cannot be counted: %s", error.key)
            return "unreachable"

    async def _complete(self, user: str, most: int, until: float) -> LlmReply:
        try:
            reply = await self._client.complete(SYSTEM, user, most, until)
        except LlmError as failure:
            self._heard(None if failure.kind == "unusable" else "slow" if failure.slow else "unreachable")
            raise
        self._heard(None)
        return reply

    @asynccontextmanager
    async def _turn(self, until: float) -> AsyncGenerator[None]:
        """Acquires one of the MAX_REQUESTS slots. Raises LlmError if none is free before `until`."""
        try:
            async with asyncio.timeout(max(0.0, until - self._timer())):
                await self._gate.acquire()
        except TimeoutError:
            raise LlmError("unreachable", "too many wait") from None
        try:
            yield
        finally:
            self._gate.release()

    def _proven(
        self, drafts: Sequence[DraftSentence], passages: Sequence[Citation], max_sentences: int
    ) -> Written:
        sentences: dict[str, WrittenSentence] = {}
        headlines = {_plain(citation.title) for citation in passages}
        dropped = 0
        for draft in drafts:
            named = [passages[number - 1] for number in draft.passages if 0 < number <= len(passages)]
            verdict = verify(draft.text, [source_text(citation) for citation in named])
            if verdict.failure is not None or len(named) < len(draft.passages):
                dropped += 1
            else:
                rests_on = tuple(named[place] for place in verdict.cited)
                sentences.setdefault(draft.text, WrittenSentence(draft.text, rests_on))
        if len(sentences) < max(1, dropped):
            return self._nothing("unproven", dropped)
        if {_plain(text) for text in sentences} <= {_plain(c.quote) for c in passages} | headlines:
            return self._nothing("repeated")
        return Written(self._settings.name, tuple(sentences.values())[:max_sentences], dropped)

    def _nothing(self, why: Unwritten, dropped: int = 0) -> Written:
        return Written(self._settings.name, (), dropped, why)


def source_text(citation: Citation) -> SourceText:
    """Converts a citation for verification: what the model could read of it."""
    is_comment = citation.kind == "comment"
    return SourceText(
        citation.quote[:MAX_READ_CHARS],
        "comment" if is_comment else "article",
        citation.title[:MAX_READ_CHARS],
        citation.source or "",
        (citation.author or "") if is_comment else "",
    )


def _plain(text: str) -> str:
    """The words of a text, to compare it with another."""
    return " ".join(WORD.findall(text.casefold()))


def _tokens(text: str) -> int:
    return -(-len(text.encode("utf-8", "replace")) // BYTES_A_TOKEN)
