"""Questions: finds what may answer them, and has it answered off the event loop."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from bot.domain.answers import Answer, Material
from bot.domain.articles import Article, Scope
from bot.domain.search import Filters
from bot.services.comment_digests.process import Thinkers
from bot.services.lookup import Finder
from bot.store.corpus.reader import CorpusReader
from bot.store.search.passages import PassageIndex, Wanted
from bot.text.language.lazy_vectors import LazyVectors

if TYPE_CHECKING:
    from bot.text.qa.answerer import Answerer
    from bot.text.qa.question import Question


class Asker:
    """Answers for Library."""

    def __init__(
        self,
        reader: CorpusReader,
        finder: Finder,
        passages: PassageIndex,
        thinkers: Thinkers,
        vectors: LazyVectors,
    ) -> None:
        self._reader = reader
        self._finder = finder
        self._passages = passages
        self._thinkers = thinkers
        self._vectors = vectors
        self._lock = threading.Lock()
        self._answerer: Answerer | None = None

    async def ask(self, scope: Scope, text: str, articles: Sequence[int | str], filters: Filters) -> Answer:
        """See `Library.ask`."""
        answerer = await asyncio.to_thread(self._ready)
        question = answerer.understand(text)
        about = [await self._finder.article(scope, one) for one in articles]
        if question.bare and not about:
            return Answer(question.text, question.asks, (), "no-question")
        material = await self._material(scope, question, about, filters)
        if question.asks == "opinion":
            return await self._opinions(scope, question, material, about)
        return await asyncio.to_thread(answerer.answer, question, material)

    async def _material(
        self, scope: Scope, question: Question, about: Sequence[Article], filters: Filters
    ) -> Material:
        archives = await self._reader.archives(scope)
        wanted = Wanted(
            archives,
            question.words,
            question.language,
            replace(filters, adult=scope.adult),
            tuple(article.id for article in about),
            newest=question.asks == "latest",
        )
        return await self._passages.find(wanted)

    async def _opinions(
        self, scope: Scope, question: Question, material: Material, about: Sequence[Article]
    ) -> Answer:
        answerer = await asyncio.to_thread(self._ready)
        article = about[0] if len(about) == 1 else None
        if article is None and question.words:
            article = await asyncio.to_thread(answerer.about, question, material)
        if article is None and about:
            article = max(about, key=lambda one: one.comment_count)
        if article is None:
            return await asyncio.to_thread(answerer.answer, question, material)
        digest = await self._thinkers.digest(scope, article.id)
        comments = await self._reader.all_comments(scope, article.id)
        return await asyncio.to_thread(answerer.opinions, question, material, article, comments, digest)

    def _ready(self) -> Answerer:
        """For a worker thread: it imports numpy at first, which not every use case needs."""
        from bot.text.qa.answerer import Answerer

        with self._lock:
            if self._answerer is None:
                self._answerer = Answerer(self._vectors)
            return self._answerer
