"""Answers questions from the archives, off the event loop."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING

from bot.domain.answers import Answer, Evidence, Payer, Spending
from bot.domain.articles import Article, Scope
from bot.domain.search import Filters
from bot.services.comment_digests.process import CommentDigestProcess
from bot.services.fair_queue import FairQueue
from bot.services.lookup import MAX_OF_MEMBER, MAX_OF_SERVER, ArticleLookup
from bot.services.pseudonyms import Pseudonymizer
from bot.services.rewriting import LlmRewriter
from bot.store.corpus.reader import CorpusReader
from bot.store.search.passages import CONNECTIONS, PassageIndex, PassageQuery
from bot.text.language.lazy_vectors import LazyVectors
from bot.text.qa.followups import Completion, Exchange, complete

if TYPE_CHECKING:
    from bot.text.qa.answerer import Answerer
    from bot.text.qa.question import Question

MAX_STORY_THREADS = 8
"""The most threads of an article's story that are read for a question about the article."""


class AnswerService:
    """Answers from the archives, and the cost of the language model."""

    def __init__(
        self,
        reader: CorpusReader,
        lookup: ArticleLookup,
        pseudonyms: Pseudonymizer,
        passages: PassageIndex,
        process: CommentDigestProcess,
        vectors: LazyVectors,
        rewriter: LlmRewriter | None,
    ) -> None:
        self._reader = reader
        self._lookup = lookup
        self._pseudonyms = pseudonyms
        self._passages = passages
        self._process = process
        self._vectors = vectors
        self._rewriter = rewriter
        self._queue = FairQueue(CONNECTIONS, most_of_member=MAX_OF_MEMBER, most_of_server=MAX_OF_SERVER)
        self._lock = threading.Lock()
        self._answerer: Answerer | None = None

    async def ask(
        self,
        scope: Scope,
        question: str,
        *,
        article: int | str | Sequence[int] | None = None,
        source: str | None = None,
        after: datetime | None = None,
        before: datetime | None = None,
        payer: Payer | None = None,
    ) -> Answer:
        """Answers `question`, any string, from one `article` (given as for `ArchiveService.article`) or
        several ids, including their comments, or from all that pass the filters (as in `Filters`). Every
        quote is exact. With a `payer`, the answer also has the language model's text, if there is a model.
        Raises NotFound("no-such-article" | "several-articles") for `article`."""
        refs: Sequence[int | str] = [article] if isinstance(article, int | str) else article or ()
        filters = Filters(source=source, after=after, before=before)
        answer = await self._pseudonyms.rename(scope, await self._quoted(scope, question, refs, filters))
        if payer is None or self._rewriter is None:
            return answer
        return await self._rewriter.answer(answer, payer)

    @property
    def has_model(self) -> bool:
        """Whether a language model writes answers."""
        return self._rewriter is not None

    async def complete(self, text: str, question: str, fact: str) -> Completion | None:
        """Returns a follow-up to an earlier question, and to the fact of its answer, as a whole question;
        None if it stands by itself or is not understood."""
        # Reads word lists, which not every use case needs.
        return await asyncio.to_thread(complete, text, Exchange(question, fact))

    async def spending(self, payer: Payer) -> Spending | None:
        """Returns the cost of the language model for the payer today; None without a model."""
        return None if self._rewriter is None else await self._rewriter.spending(payer)

    async def _quoted(self, scope: Scope, text: str, refs: Sequence[int | str], filters: Filters) -> Answer:
        answerer = await asyncio.to_thread(self._load_answerer)
        question = answerer.parse_question(text)
        about = [await self._lookup.article(scope, ref) for ref in refs]
        if question.is_empty and not about:
            return Answer(question.text, question.question_type, (), "no-question")
        material = await self._material(scope, question, about, filters)
        corrected = answerer.respell(question, material)
        if corrected is not None:
            question, material = corrected, await self._material(scope, corrected, about, filters)
        if question.question_type == "opinion":
            answer = await self._opinions(scope, question, material, about)
        else:
            answer = await asyncio.to_thread(answerer.answer, question, material)
        return replace(answer, respelled=corrected is not None)

    async def _material(
        self, scope: Scope, question: Question, about: Sequence[Article], filters: Filters
    ) -> Evidence:
        archives = await self._reader.archives(scope)
        # A submission of a link is asked about with the page that has its text.
        stories = [(await self._reader.story(scope, article.id)).same for article in about]
        threads = [thread.article for story in stories for thread in story[:MAX_STORY_THREADS]]
        query = PassageQuery(
            archives,
            question.words,
            question.language,
            replace(filters, adult=scope.adult),
            tuple(dict.fromkeys([*(article.id for article in about), *threads])),
            newest=question.question_type == "latest",
        )
        async with self._queue.turn():
            evidence = await self._passages.find(query)
        return await self._with_each_source_once(scope, evidence)

    async def _with_each_source_once(self, scope: Scope, evidence: Evidence) -> Evidence:
        """The evidence with one text of each story: what a paper says is not said again by its copies. The
        comments of all its threads stay."""
        stories, _ = await self._reader.stories(scope, [article.id for article in evidence.articles])
        chosen: dict[int, Article] = {}
        for article in evidence.articles:
            first = chosen.setdefault(stories[article.id], article)
            if article.body and not first.body:
                chosen[stories[article.id]] = article
        kept = {article.id for article in chosen.values()}
        discussed = {comment.article for comment in evidence.comments} - kept
        return replace(
            evidence,
            articles=tuple(article for article in evidence.articles if article.id in kept),
            threads=(
                *evidence.threads,
                *(article for article in evidence.articles if article.id in discussed),
            ),
        )

    async def _opinions(
        self, scope: Scope, question: Question, material: Evidence, about: Sequence[Article]
    ) -> Answer:
        answerer = await asyncio.to_thread(self._load_answerer)
        article = about[0] if len(about) == 1 else None
        if article is None and question.words:
            article = await asyncio.to_thread(answerer.find_discussed_article, question, material)
        if article is None and about:
            article = max(about, key=lambda asked: asked.comment_count)
        if article is None:
            return await asyncio.to_thread(answerer.answer, question, material)
        comment_digest = await self._process.comment_digest(scope, article.id)
        # Of captures of one comment, the same ones as in the digest.
        digested = comment_digest.article
        comments = await self._reader.all_comments(scope, digested, whole_story=True)
        return await asyncio.to_thread(
            answerer.answer_opinion, question, material, article, comments, comment_digest
        )

    def _load_answerer(self) -> Answerer:
        """Call it in a worker thread: the first call imports numpy, which not every use case needs."""
        from bot.text.qa.answerer import Answerer

        with self._lock:
            if self._answerer is None:
                self._answerer = Answerer(self._vectors)
            return self._answerer
