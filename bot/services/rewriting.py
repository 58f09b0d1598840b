"""Adds a language model's wording of answers, summaries and digests to the quotes, if the operator has
configured a model."""

from __future__ import annotations

import asyncio
import importlib.util
import logging
import time
from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import datetime
from typing import Literal, Protocol
from urllib.parse import urlsplit

from bot.clock import Clock
from bot.config import ModelSettings
from bot.domain.answers import Answer, Citation, CommentDigest, Payer, Spending, Summary, Written
from bot.domain.articles import Article
from bot.errors import BadInput
from bot.llm.prompts import Task
from bot.services.troubles import Troubles
from bot.store.databases import Engine
from bot.store.state.token_usage import TokenUsageStore, next_day

_log = logging.getLogger(__name__)

ANSWER_SENTENCES = 3
"""The maximum number of sentences of an answer."""
COMMENT_DIGEST_SENTENCES = 4
MAX_SUMMARY_SENTENCES = 6
"""The maximum number of sentences of a written summary; a longer one is the article's own."""
SOURCE_SENTENCES = 12
"""The number of the article's sentences from which a summary is written."""
QUOTES_A_THEME = 3
"""The number of quotes of each theme from which a digest is written."""

MAX_SLOW = 3
"""So many requests in a row without an answer in time are a trouble."""


class LlmWriter(Protocol):
    """See `bot.llm.writer.ModelWriter`; nothing here needs its package to be installed."""

    async def write(self, task: Task, citations: Sequence[Citation], payer: Payer) -> Written: ...

    async def spending(self, payer: Payer, until: datetime) -> Spending: ...


class LlmRewriter:
    """Adds the model's text to the quotes, which are unchanged."""

    def __init__(self, writer: LlmWriter, writes: frozenset[str], clock: Clock) -> None:
        self._writer = writer
        self._writes = writes
        self._clock = clock

    async def answer(self, answer: Answer, payer: Payer) -> Answer:
        """Adds the model's text to an answer; a refusal is returned unchanged."""
        if answer.refused is not None or "answers" not in self._writes:
            return answer
        citations = [citation for claim in answer.claims for citation in claim.citations]
        task = Task("answer", answer.question, ANSWER_SENTENCES)
        written = await self._writer.write(task, [*citations, *answer.passages], payer)
        made = written.model if written.sentences else answer.made
        return replace(answer, written=written, made=made)

    async def summary(self, article: Article, summary: Summary, longer: Summary, payer: Payer) -> Summary:
        """Adds a summary written from the sentences of `longer`; an article that is not longer gets none."""
        shown = len(summary.sentences)
        if (
            not shown
            or shown == summary.sentence_count
            or shown > MAX_SUMMARY_SENTENCES
            or "summaries" not in self._writes
        ):
            return summary
        citations = [
            Citation(
                "article",
                article.id,
                None,
                sentence.paragraph,
                sentence.start,
                sentence.end,
                sentence.text,
                article.title,
                article.source,
                article.submitter,
                article.posted_at,
                sentence.masks,
            )
            for sentence in longer.sentences
        ]
        task = Task("summary", article.title, shown)
        return replace(summary, written=await self._writer.write(task, citations, payer))

    async def comment_digest(self, article: Article, digest: CommentDigest, payer: Payer) -> CommentDigest:
        """Adds the model's text to a digest with themes; with too few comments for themes it is returned
        unchanged."""
        if not digest.quotable_themes or "digests" not in self._writes:
            return digest
        quotes = [
            quote
            for n in range(QUOTES_A_THEME)
            for theme in digest.quotable_themes
            for quote in theme.quotes[n : n + 1]
        ]
        from bot.text.qa.citations import cite_quote  # with numpy, which not every use case needs

        task = Task("digest", digest.title, COMMENT_DIGEST_SENTENCES)
        citations = [cite_quote(article, quote, digest.threads) for quote in quotes]
        return replace(digest, written=await self._writer.write(task, citations, payer))

    async def spending(self, payer: Payer) -> Spending:
        """Returns the cost of the model for the payer today."""
        return await self._writer.spending(payer, next_day(self._clock()))


class _ModelWatch:
    """Notes that the model cannot be reached: at once, or if it is only slow, when that repeats."""

    def __init__(self, settings: ModelSettings, troubles: Troubles) -> None:
        self._settings = settings
        self._troubles = troubles
        self._slow = 0

    def heard(self, unanswered: Literal["unreachable", "slow"] | None) -> None:
        """Called after each request."""
        self._slow = self._slow + 1 if unanswered == "slow" else 0
        if unanswered is None:
            self._troubles.mended("model")
        elif unanswered == "unreachable" or self._slow >= MAX_SLOW:
            self._troubles.note("model", model=self._settings.name)


@asynccontextmanager
async def open_rewriter(
    engine: Engine, settings: ModelSettings | None, clock: Clock, troubles: Troubles
) -> AsyncGenerator[LlmRewriter | None]:
    """Yields a rewriter for this model, or None without settings. Raises BadInput("model-extra-missing") and
    what `Engine.prepare` raises."""
    if settings is None:
        yield None
        return
    if importlib.util.find_spec("openai") is None:
        raise BadInput("model-extra-missing")
    # Imported here because it is an optional extra, and slow to import.
    from bot.llm.client import LlmClient
    from bot.llm.writer import ModelWriter

    budgets = await asyncio.to_thread(TokenUsageStore.open, engine)
    host = urlsplit(settings.base_url).hostname
    _log.info("%s at %s writes %s", settings.name, host, ", ".join(sorted(settings.writes)))
    timer = time.monotonic
    watch = _ModelWatch(settings, troubles)
    writer = ModelWriter(LlmClient(settings, timer), settings, budgets, clock, timer, watch.heard)
    try:
        yield LlmRewriter(writer, settings.writes, clock)
    finally:
        await writer.close()
        await budgets.close()
