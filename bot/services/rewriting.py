"""Answers, summaries and digests in a language model's words, if the operator has one, beside the quotes."""

from __future__ import annotations

import asyncio
import importlib.util
import logging
import time
from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Protocol
from urllib.parse import urlsplit

from bot.clock import Clock
from bot.config import ModelSettings
from bot.domain.answers import Answer, Citation, CommentDigest, Payer, Spending, Summary, Written
from bot.domain.articles import Article
from bot.errors import BadInput
from bot.llm.prompts import Task
from bot.store.state.token_usage import TokenUsageStore, next_day
from bot.text.language.slurs import slur_spans

_log = logging.getLogger(__name__)

ANSWER_SENTENCES = 3
"""Sentences of an answer."""
COMMENT_DIGEST_SENTENCES = 4
MAX_SUMMARY_SENTENCES = 6
"""Sentences of a summary that are written; a longer one is the article's own."""
SOURCE_SENTENCES = 12
"""The article's sentences that a summary is written from."""
QUOTES_A_THEME = 3
"""Quotes of each theme that a digest is written from."""


class LlmWriter(Protocol):
    """See `bot.llm.writer.ModelWriter`; nothing here needs its package to be installed."""

    async def write(self, task: Task, citations: Sequence[Citation], payer: Payer) -> Written: ...

    async def spending(self, payer: Payer, until: datetime) -> Spending: ...


class LlmRewriter:
    """Adds what the model writes to what was quoted; the quotes stay as they are."""

    def __init__(self, writer: LlmWriter, writes: frozenset[str], clock: Clock) -> None:
        self._writer = writer
        self._writes = writes
        self._clock = clock

    async def answer(self, answer: Answer, payer: Payer) -> Answer:
        """An honest no stays one."""
        if answer.refused is not None or "answers" not in self._writes:
            return answer
        citations = [citation for claim in answer.claims for citation in claim.citations]
        task = Task("answer", answer.question, ANSWER_SENTENCES)
        written = await self._writer.write(task, [*citations, *answer.passages], payer)
        made = written.model if written.sentences else answer.made
        return replace(answer, written=written, made=made)

    async def summary(self, article: Article, summary: Summary, longer: Summary, payer: Payer) -> Summary:
        """From the sentences of `longer`. What is as long as the article needs no other words."""
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
                slur_spans(sentence.text),
            )
            for sentence in longer.sentences
        ]
        task = Task("summary", article.title, shown)
        return replace(summary, written=await self._writer.write(task, citations, payer))

    async def comment_digest(self, article: Article, digest: CommentDigest, payer: Payer) -> CommentDigest:
        """Where there are too few comments for themes they speak for themselves."""
        if not digest.themes or "digests" not in self._writes:
            return digest
        quotes = [
            quote
            for n in range(QUOTES_A_THEME)
            for theme in digest.themes
            for quote in theme.quotes[n : n + 1]
        ]
        if digest.disagreement is not None:
            quotes[0:0] = [digest.disagreement.larger.quote, digest.disagreement.smaller.quote]
        from bot.text.qa.citations import cite_quote  # with numpy, which not every use case needs

        task = Task("digest", digest.title, COMMENT_DIGEST_SENTENCES)
        citations = [cite_quote(article, quote) for quote in quotes]
        return replace(digest, written=await self._writer.write(task, citations, payer))

    async def spending(self, payer: Payer) -> Spending:
        """What the model has cost the payer today."""
        return await self._writer.spending(payer, next_day(self._clock()))


@asynccontextmanager
async def open_rewriter(
    data: Path, settings: ModelSettings | None, clock: Clock
) -> AsyncGenerator[LlmRewriter | None]:
    """Writing by this model, or none. Raises BadInput("model-extra-missing") and what `TokenUsageStore.open`
    does."""
    if settings is None:
        yield None
        return
    if importlib.util.find_spec("openai") is None:
        raise BadInput("model-extra-missing")
    # Only here: it is an extra, and slow to import.
    from bot.llm.client import LlmClient
    from bot.llm.writer import ModelWriter

    budgets = await asyncio.to_thread(TokenUsageStore.open, data)
    host = urlsplit(settings.base_url).hostname
    _log.info("%s at %s writes %s", settings.name, host, ", ".join(sorted(settings.writes)))
    timer = time.monotonic
    writer = ModelWriter(LlmClient(settings, timer), settings, budgets, clock, timer)
    try:
        yield LlmRewriter(writer, settings.writes, clock)
    finally:
        await writer.close()
        await budgets.close()
