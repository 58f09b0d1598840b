"""Searches and reads the archives."""

from __future__ import annotations

import asyncio
import dataclasses
import random
from collections.abc import Sequence

from bot.domain.answers import CommentDigest, Payer, Summary
from bot.domain.articles import (
    Article,
    Comment,
    CommentOrder,
    CommentPage,
    Scope,
    Stats,
    TitleMatch,
)
from bot.domain.search import Filters, Hit, Order, SearchField, SearchPage
from bot.domain.stories import Story, has_other_threads
from bot.errors import NotFound, UserError
from bot.services.comment_digests.process import CommentDigestProcess
from bot.services.lookup import ArticleLookup
from bot.services.pseudonyms import Pseudonymizer
from bot.services.rewriting import SOURCE_SENTENCES, LlmRewriter
from bot.store.corpus.reader import CorpusReader
from bot.text.discussion.bots import is_bot
from bot.text.search.query import parse_query
from bot.text.search.related import RelatedArticle, queries, related

MAX_RELATED_CANDIDATES = 30
"""The number of hits of each search for related articles that are compared with the article."""


class ArchiveService:
    """Every method takes a Scope: results are limited to it, and have the names that its readers see.
    Parameters called `ref` take a number, a source's key (`t3_...`), an exact title, or a beginning or
    abbreviation of exactly one title; they raise NotFound("no-such-article" | "several-articles" |
    "archive-empty")."""

    def __init__(
        self,
        reader: CorpusReader,
        lookup: ArticleLookup,
        pseudonyms: Pseudonymizer,
        process: CommentDigestProcess,
        rewriter: LlmRewriter | None,
        rng: random.Random,
    ) -> None:
        self._reader = reader
        self._lookup = lookup
        self._pseudonyms = pseudonyms
        self._process = process
        self._rewriter = rewriter
        self._rng = rng

    async def search(
        self,
        scope: Scope,
        text: str,
        filters: Filters = Filters(),  # noqa: B008 - frozen
        *,
        place: SearchField = "both",
        order: Order = "relevance",
        limit: int = 10,
        offset: int = 0,
    ) -> SearchPage:
        """Returns the threads that match `text`, any string, with one hit for those that report one event; if
        none does, those of the nearest spelling with matches (`instead`). An empty `text` lists what the
        filters select, newest first. Raises BadInput("names-hidden") for an author's name that the scope's
        readers do not see, and what `parse_query` has as faults of operators."""
        query = parse_query(text)
        self._pseudonyms.check_filters(scope, filters.narrowed(query))
        page = await self._lookup.search(scope, query, filters, place, order, limit, offset, by_story=True)
        return await self._pseudonyms.rename(scope, page)

    async def ranking(
        self,
        scope: Scope,
        text: str,
        filters: Filters = Filters(),  # noqa: B008 - frozen
    ) -> tuple[int, ...]:
        """Returns the ids of all threads that match `text`, best first, also those that report one event.
        Raises what `search` raises."""
        query = parse_query(text)
        self._pseudonyms.check_filters(scope, filters.narrowed(query))
        return await self._lookup.ranking(scope, query, filters)

    async def hits_of(
        self,
        scope: Scope,
        text: str,
        articles: Sequence[int],
        filters: Filters = Filters(),  # noqa: B008 - frozen
        place: SearchField = "both",
    ) -> dict[int, Hit]:
        """Returns those of these articles whose threads match `text`, each with its newest match; none if the
        search is too busy, as posts do without."""
        if scope.pseudonyms and filters.narrowed(parse_query(text)).names_author:
            return {}
        try:
            hits = await self._lookup.hits_of(scope, text, filters, place, articles)
        except UserError:
            return {}
        return {hit.article: hit for hit in await self._pseudonyms.rename(scope, hits)}

    async def complete(self, scope: Scope, text: str, limit: int = 25) -> tuple[TitleMatch, ...]:
        """Returns titles with words that begin like those of `text`, best first; the newest for an empty
        text."""
        return await self._reader.complete_titles(scope, text, limit)

    async def related(
        self, scope: Scope, ref: int | str, limit: int = 5
    ) -> tuple[Article, tuple[RelatedArticle, ...]]:
        """Returns an article, and at most `limit` other stories nearest to it, each once and with the phrases
        that both have."""
        article = await self._lookup.article(scope, ref)
        ids: dict[int, None] = {}
        for text in await asyncio.to_thread(queries, article):
            page = await self._lookup.search(
                scope, parse_query(text), Filters(), "articles", "relevance", MAX_RELATED_CANDIDATES, 0
            )
            ids.update(dict.fromkeys(hit.article for hit in page.hits))
        stories, _ = await self._reader.stories(scope, [article.id, *ids])
        first = {stories[number]: number for number in reversed([article.id, *ids])}
        candidates = await self._reader.articles(
            scope, [number for number in ids if number in first.values()]
        )
        relatives = await asyncio.to_thread(related, article, candidates, limit)
        return await self._pseudonyms.rename(scope, (article, relatives))

    async def mentioned(self, scope: Scope, text: str) -> tuple[Hit, ...]:
        """Returns the articles to which a Discord message refers by its links, its Reddit addresses, or a
        line that is a headline; empty if there are none."""
        return await self._pseudonyms.rename(scope, await self._lookup.mentioned(scope, text))

    async def article(self, scope: Scope, ref: int | str) -> Article:
        """Returns one article."""
        return await self._pseudonyms.rename(scope, await self._lookup.article(scope, ref))

    async def story(self, scope: Scope, ref: int | str) -> tuple[Article, Story]:
        """Returns an article with the threads of its story and the other reports of its event."""
        article = await self.article(scope, ref)
        return article, await self._reader.story(scope, article.id)

    async def random(self, scope: Scope) -> Article:
        """Returns a random article that has text or comments. Raises NotFound("archive-empty")."""
        drawn = await self.draw(scope, 1)
        article = await self._reader.article(scope, drawn[0]) if drawn else None
        if article is None:
            raise NotFound("archive-empty")
        return await self._pseudonyms.rename(scope, article)

    async def draw(self, scope: Scope, draws: int) -> tuple[int, ...]:
        """Returns the ids of `draws` random articles that have text or comments, possibly with repetitions;
        empty for an empty archive."""
        return await self._reader.random_articles(scope, self._rng, draws)

    async def summary(
        self, scope: Scope, ref: int | str, sentences: int = 3, *, payer: Payer | None = None
    ) -> Summary:
        """Returns at most `sentences` exact sentences of the article, or if it has no body, of another one of
        its story (none if none has), and its names, places and dates. With a `payer`, also the language
        model's text, if there is a model."""
        article = await self._lookup.article(scope, ref)
        if not article.paragraphs:
            text = (await self._reader.story(scope, article.id)).text
            article = (await self._reader.article(scope, text) if text else None) or article
        summary = await asyncio.to_thread(_summarize, article, sentences)
        if payer is None or self._rewriter is None:
            return summary
        longer = await asyncio.to_thread(_summarize, article, SOURCE_SENTENCES)
        written = await self._rewriter.summary(article, summary, longer, payer)
        return await self._pseudonyms.rename(scope, written)

    async def comments(
        self,
        scope: Scope,
        ref: int | str,
        offset: int = 0,
        limit: int = 10,
        order: CommentOrder = "thread",
        *,
        hides_bots: bool = False,
        one_thread: bool = False,
        around: int | None = None,
    ) -> CommentPage:
        """Returns at most `limit` comments of the article and the other threads of its story from `offset`
        on, or the page with the comment `around`; with `one_thread` only the article's own. The order is
        `newest` instead of `thread` if the source does not say what they reply to, and instead of `best` if
        it has no scores either."""
        article = await self._lookup.article(scope, ref)
        page = await self._reader.comments(
            scope,
            article.id,
            offset,
            limit,
            order,
            hides_bots=hides_bots,
            is_bot=is_bot,
            one_thread=one_thread,
            around=around,
        )
        return await self._pseudonyms.rename(scope, page)

    async def replies(
        self,
        scope: Scope,
        comment: int,
        offset: int = 0,
        limit: int = 10,
        *,
        hides_bots: bool = False,
        one_thread: bool = False,
    ) -> CommentPage:
        """Returns at most `limit` of the replies below a comment, in the order of the thread, from `offset`
        on. Raises NotFound("no-such-comment")."""
        article = (await self._lookup.comment(scope, comment)).article
        page = await self._reader.comments(
            scope,
            article,
            offset,
            limit,
            "thread",
            hides_bots=hides_bots,
            under=comment,
            is_bot=is_bot,
            one_thread=one_thread,
        )
        return await self._pseudonyms.rename(scope, page)

    async def all_comments(self, scope: Scope, ref: int | str) -> tuple[Comment, ...]:
        """Returns every comment of the article, newest first."""
        article = await self._lookup.article(scope, ref)
        comments = await self._reader.all_comments(scope, article.id)
        return await self._pseudonyms.rename(scope, comments)

    async def comment(self, scope: Scope, comment: int) -> Comment:
        """Returns one comment by its id. Raises NotFound("no-such-comment")."""
        return await self._pseudonyms.rename(scope, await self._lookup.comment(scope, comment))

    async def comment_digest(
        self, scope: Scope, ref: int | str, *, payer: Payer | None = None
    ) -> CommentDigest:
        """Returns what the commenters of the article's story say; with a `payer`, also the language model's
        text, if there is a model. Raises Busy("thinker-died" | "took-too-long")."""
        article = await self._lookup.article(scope, ref)
        comment_digest = await self._process.comment_digest(scope, article.id)
        story = await self._reader.story(scope, article.id)
        comment_digest = dataclasses.replace(
            comment_digest,
            article=article.id,
            title=article.title,
            known=_known_comments(article, comment_digest),
            text_of=None if comment_digest.article == article.id else comment_digest.article,
            reports=len(story.reports),
        )
        named = await self._pseudonyms.rename(scope, comment_digest)
        if payer is None or self._rewriter is None:
            return named
        return await self._rewriter.comment_digest(article, named, payer)

    async def stats(self, scope: Scope) -> Stats:
        """Returns the statistics of the scope's archives."""
        return await self._reader.stats(scope)


def _known_comments(article: Article, digest: CommentDigest) -> int | None:
    """About how many comments the sources of a digest have, if the dumps say so. Of several captures of one
    thread, the most that one of them has counts."""
    known = [thread.known_comments or 0 for thread in digest.threads]
    if not has_other_threads(digest.threads, article.id, article.key):
        return max(article.known_comments or 0, *known, 0) or None
    if not any(known):
        return None
    counts: dict[object, int] = {}
    for thread in digest.threads:
        name = thread.key or thread.article
        counts[name] = max(counts.get(name, 0), thread.known_comments or 0, thread.comments)
    return sum(counts.values())


def _summarize(article: Article, sentences: int) -> Summary:
    # Imports numpy, which not every use case needs.
    from bot.text.summary.key_terms import key_terms
    from bot.text.summary.summarize import summarise

    summary = summarise(article, sentences)
    return dataclasses.replace(summary, terms=key_terms(article, summary.sentences))
