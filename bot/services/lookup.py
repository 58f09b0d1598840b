"""Finds articles and comments by a number, a key, a title, words or a message."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from bot.domain.articles import Article, Comment, Scope, TitleMatch
from bot.domain.search import Filters, Hit, Order, Query, SearchField, SearchPage, Term
from bot.domain.trends import Trend
from bot.errors import NotFound
from bot.services.fair_queue import FairQueue
from bot.services.timings import Timings
from bot.store.corpus.reader import CorpusReader
from bot.store.search.index import CONNECTIONS, SearchIndex
from bot.text.language.markup import head
from bot.text.search.excerpt import TermMatcher, own_excerpt
from bot.text.search.query import parse_query

_KEY = re.compile(r"[tx]3_[0-9a-z]{1,13}", re.IGNORECASE)
_NUMBER = re.compile(r"[0-9]{1,18}")
_LINK = re.compile(r"https?://[^\s<>\[\]|]+", re.IGNORECASE)
_MARKUP = re.compile(r"^\s*(?:[#>*\-\s]|\d+\.\s)+|\*\*|__|~~|`|\|\|")
_WORD = re.compile(r"\w+")

MAX_LINES = 20
"""At most this many lines of a message are read: it has at most 4,000 characters, and headlines are near its
top."""
MAX_MENTIONS = 5
MAX_OPENING = 5_000
"""The most characters of a headline or text that are read for that: it is done on the event loop."""
MIN_HEADLINE_SHARE = 0.6
"""The minimum share of a title's words in a line for the line to match that headline."""

MAX_OF_MEMBER, MAX_OF_SERVER = 10, 100
"""The most searches of one member, and of one server, that wait at once."""


class ArticleLookup:
    """Looks up articles and comments in the archives of a scope, with the names that its readers see."""

    def __init__(self, reader: CorpusReader, index: SearchIndex, timings: Timings) -> None:
        self._reader = reader
        self._index = index
        self._timings = timings
        self._queue = FairQueue(CONNECTIONS, most_of_member=MAX_OF_MEMBER, most_of_server=MAX_OF_SERVER)

    async def article(self, scope: Scope, ref: int | str) -> Article:
        """See `bot.services.archive.ArchiveService`."""
        text = str(ref).strip()
        article = None
        if _NUMBER.fullmatch(text):
            article = await self._reader.article(scope, int(text))
        elif _KEY.fullmatch(text):
            article = await self._reader.article(scope, text.lower())
        if article is None and isinstance(ref, str) and text:
            article = await self._by_title(scope, text)
        if article is None and not await self._reader.complete_titles(scope, "", 1):
            raise NotFound("archive-empty")
        if article is None:
            raise NotFound("no-such-article", ref=text)
        return article

    async def _by_title(self, scope: Scope, text: str) -> Article | None:
        exact = await self._reader.find_by_title(scope, text)
        if exact:
            return await self._reader.article(scope, exact[0].article)
        near = await self._reader.complete_titles(scope, text, 4) if _WORD.search(text) else ()
        if len(near) > 1:
            titles = "; ".join(f"{match.title} ({match.article})" for match in near[:3])
            raise NotFound("several-articles", ref=text, titles=titles)
        return await self._reader.article(scope, near[0].article) if near else None

    async def comment(self, scope: Scope, comment_id: int) -> Comment:
        """Returns one comment by its id. Raises NotFound("no-such-comment")."""
        comment = await self._reader.comment(scope, comment_id)
        if comment is None:
            raise NotFound("no-such-comment", comment=comment_id)
        return comment

    async def search(
        self,
        scope: Scope,
        query: Query,
        filters: Filters,
        place: SearchField,
        order: Order,
        limit: int,
        offset: int,
        *,
        by_story: bool = False,
    ) -> SearchPage:
        """See `ArchiveService.search`; only with `by_story` the reports of one event are one hit. Raises the
        query's first fault."""
        if query.faults:
            raise query.faults[0]
        archives = await self._reader.archives(scope)
        filters = replace(filters, adult=scope.adult)
        with self._timings.measure():
            async with self._queue.turn():
                return await self._index.search(
                    archives, query, filters, place, order, limit, offset, by_story=by_story
                )

    async def ranking(self, scope: Scope, query: Query, filters: Filters) -> tuple[int, ...]:
        """See `ArchiveService.ranking`. Raises the query's first fault."""
        if query.faults:
            raise query.faults[0]
        archives = await self._reader.archives(scope)
        async with self._queue.turn():
            return await self._index.ranking(archives, query, replace(filters, adult=scope.adult))

    async def trend(self, scope: Scope, query: Query) -> Trend:
        """See `BrowseService.trend`. Raises the query's first fault."""
        if query.faults:
            raise query.faults[0]
        archives = await self._reader.archives(scope)
        async with self._queue.turn():
            return await self._index.trend(archives, query, Filters(adult=scope.adult))

    async def hits_of(
        self, scope: Scope, text: str, filters: Filters, place: SearchField, articles: Sequence[int]
    ) -> tuple[Hit, ...]:
        """See `ArchiveService.hits_of`."""
        archives = await self._reader.archives(scope)
        filters = replace(filters, adult=scope.adult)
        async with self._queue.turn():
            return await self._index.hits_of(archives, parse_query(text), filters, place, articles)

    async def mentioned(self, scope: Scope, text: str) -> tuple[Hit, ...]:
        """See `ArchiveService.mentioned`."""
        matches: dict[int, TitleMatch] = {}
        for link in _LINK.findall(text):
            for match in await self._reader.find_by_link(scope, link.rstrip(").,;:!?'\"")):
                matches.setdefault(match.article, match)
        lines = [_MARKUP.sub("", line).strip() for line in _LINK.sub(" ", text).splitlines()]
        lines = [line for line in lines if len(_WORD.findall(line)) > 1][:MAX_LINES]
        for line in lines:
            for match in await self._reader.find_by_title(scope, line):
                matches.setdefault(match.article, match)
        if not matches:
            for line in lines:
                for match in await self._near_headline(scope, line):
                    matches.setdefault(match.article, match)
        articles = await self._reader.articles(scope, list(matches)[:MAX_MENTIONS])
        return tuple(_hit(article) for article in articles)

    async def _near_headline(self, scope: Scope, line: str) -> list[TitleMatch]:
        """Returns articles most of whose title the line has: people shorten, prefix and comment on
        headlines."""
        words = {word.casefold() for word in _WORD.findall(line)}
        query = Query(line, (tuple(Term((word,)) for word in sorted(words)[:32]),))
        archives = await self._reader.archives(scope)
        filters = Filters(adult=scope.adult)
        async with self._queue.turn():
            page = await self._index.search(
                archives, query, filters, "articles", "relevance", MAX_MENTIONS, 0
            )
        near = []
        for hit in page.hits:
            title = {word.casefold() for word in _WORD.findall(hit.title[:MAX_OPENING])}
            if len(title) > 2 and len(title & words) >= MIN_HEADLINE_SHARE * len(title):
                near.append(TitleMatch(hit.article, hit.title, hit.source, hit.posted_at))
        return near


def _hit(article: Article) -> Hit:
    opening = own_excerpt(head(article.body, MAX_OPENING), TermMatcher(()))
    return Hit(
        article=article.id,
        comment=None,
        key=article.key,
        title=article.title,
        source=article.source,
        author=article.submitter,
        posted_at=article.posted_at,
        excerpt=article.body[opening.start : opening.end],
        matches=(),
        masks=opening.masks,
        thread_at=article.posted_at,
    )
