"""The one object through which Discord and the command line reach the archive."""

from __future__ import annotations

import asyncio
import dataclasses
import hashlib
import random
from collections.abc import AsyncGenerator, Callable, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Protocol, TypeVar

from bot.clock import Clock, system_clock
from bot.config import ModelSettings
from bot.domain.answers import Answer, CommentDigest, Payer, Spending, Summary
from bot.domain.articles import Article, Comment, CommentPage, Scope, Stats, TitleMatch
from bot.domain.search import Filters, Hit, Order, Place, SearchPage
from bot.domain.server_settings import ServerSettings
from bot.errors import NotFound
from bot.loading.process import Loaders
from bot.services.answers import Asker
from bot.services.catch_up import Catching
from bot.services.comment_digests.process import Thinkers
from bot.services.digests.digests import Digests
from bot.services.follows.follows import Follows
from bot.services.loads import LoadCases, LoadOptions
from bot.services.lookup import Finder
from bot.services.posts.posts import Posts
from bot.services.pseudonyms import Namer
from bot.services.question_log import Tally
from bot.services.rewriting import SENTENCES, Writing, open_writing
from bot.services.settings_transfer import Moving
from bot.store.corpus.digest_candidates import Picks
from bot.store.corpus.reader import CorpusReader
from bot.store.corpus.snapshots import Prints
from bot.store.search.index import SearchIndex
from bot.store.search.load_matches import Arrivals
from bot.store.search.passages import PassageIndex
from bot.store.state.follows import Follows as FollowStore
from bot.store.state.posts import Posts as PostStore
from bot.store.state.schedules import Schedules
from bot.store.state.settings import State
from bot.text.language.lazy_vectors import LazyVectors
from bot.text.search.analyzer import Analysis


@dataclass(frozen=True, slots=True)
class Shelves:
    """The stores behind what the bot posts by itself."""

    schedules: Schedules
    picks: Picks
    follows: FollowStore
    arrivals: Arrivals
    posts: PostStore
    prints: Prints


class Library(LoadCases):
    """Everything that can be done with the archives of one data folder. Whoever asks passes a Scope: nothing
    outside it is ever found. Methods raise UserError for what a person can mend."""

    def __init__(
        self,
        data: Path,
        reader: CorpusReader,
        index: SearchIndex,
        state: State,
        loaders: Loaders,
        options: LoadOptions,
        *,
        rng: random.Random,
        thinkers: Thinkers,
        shelves: Shelves,
        asker: Callable[[Finder], Asker],
        tally: Tally,
        writing: Writing | None = None,
    ) -> None:
        super().__init__(data, reader, state, loaders, options)
        self._index = index
        self._rng = rng
        self._thinkers = thinkers
        self._settling = asyncio.Lock()
        self._finder = Finder(reader, index)
        self._namer = Namer(reader)
        self.digests = Digests(self, shelves.schedules, shelves.picks)
        self.follows = Follows(self, shelves.follows, shelves.arrivals)
        self.posts = Posts(self, shelves.posts, shelves.prints)
        self.catching = Catching(self, state, shelves.arrivals)
        self.on_change = self._wake
        self.moving = Moving(self)
        self._asker = asker(self._finder)
        self._writing = writing
        self._tally = tally

    def _wake(self) -> None:
        self.follows.wake()
        self.posts.wake()

    # Finding.

    async def search(
        self,
        scope: Scope,
        text: str,
        filters: Filters = Filters(),  # noqa: B008 - frozen
        *,
        place: Place = "both",
        order: Order = "relevance",
        limit: int = 10,
        offset: int = 0,
    ) -> SearchPage:
        """The threads that match `text`, any string; when none does, those of the nearest spelling that has
        some (`instead`). An empty `text` lists what the filters let through, newest first."""
        self._namer.allow(scope, filters)
        found = await self._finder.search(scope, text, filters, place, order, limit, offset)
        return await self._namer.named(scope, found)

    async def complete(self, scope: Scope, text: str, limit: int = 25) -> tuple[TitleMatch, ...]:
        """Titles that hold words beginning like those of `text`, best first; the newest for an empty one."""
        return await self._reader.complete_titles(scope, text, limit)

    async def sources(self, scope: Scope, text: str, limit: int = 25) -> tuple[str, ...]:
        """Sources of the newest articles that begin with `text` or hold it, the most frequent first."""
        return await self._reader.complete_sources(scope, text, limit)

    async def mentioned(self, scope: Scope, text: str) -> tuple[Hit, ...]:
        """The articles that a Discord message speaks of, by its links, its Reddit addresses, or a line that
        is a headline; empty where there is none."""
        return await self._namer.named(scope, await self._finder.mentioned(scope, text))

    # Reading.

    async def article(self, scope: Scope, ref: int | str) -> Article:
        """The article with this number, source's key (`t3_...`), exact title, or the one title that `ref`
        begins or abbreviates. Raises NotFound("no-such-article" | "several-articles" | "archive-empty")."""
        return await self._namer.named(scope, await self._finder.article(scope, ref))

    async def random(self, scope: Scope) -> Article:
        """Any article that has something to read. Raises NotFound("archive-empty")."""
        article = await self._reader.random_article(scope, self._rng)
        if article is None:
            raise NotFound("archive-empty")
        return await self._namer.named(scope, article)

    async def draw(self, scope: Scope, draws: int) -> tuple[int, ...]:
        """The numbers of articles that have something to read, drawn so often, some more than once; none
        where there is nothing."""
        return await self._reader.random_articles(scope, self._rng, draws)

    async def summary(
        self, scope: Scope, ref: int | str, sentences: int = 3, *, payer: Payer | None = None
    ) -> Summary:
        """At most `sentences` sentences of the article, word for word, none where it has no body; and who,
        where and when it is about. With a `payer` also as the language model writes it, where there is
        one."""
        article = await self._finder.article(scope, ref)
        summary = await asyncio.to_thread(_summed_up, article, sentences)
        if payer is None or self._writing is None:
            return summary
        longer = await asyncio.to_thread(_summed_up, article, SENTENCES)
        written = await self._writing.summary(article, summary, longer, payer)
        return await self._namer.named(scope, written)

    async def comments(self, scope: Scope, ref: int | str, offset: int = 0, limit: int = 10) -> CommentPage:
        """Comments of the article, newest first, from `offset` on."""
        article = await self._finder.article(scope, ref)
        page = await self._reader.comments(scope, article.id, offset, limit)
        return await self._namer.named(scope, page)

    async def all_comments(self, scope: Scope, ref: int | str) -> tuple[Comment, ...]:
        """Every comment of the article, newest first."""
        article = await self._finder.article(scope, ref)
        comments = await self._reader.all_comments(scope, article.id)
        return await self._namer.named(scope, comments)

    async def comment(self, scope: Scope, comment: int) -> Comment:
        """One comment. Raises NotFound("no-such-comment")."""
        return await self._namer.named(scope, await self._finder.comment(scope, comment))

    async def comment_position(self, scope: Scope, comment: int) -> tuple[int, int]:
        """The number of the comment's article and its offset in `comments`."""
        return await self._finder.comment_position(scope, comment)

    async def digest(self, scope: Scope, ref: int | str, *, payer: Payer | None = None) -> CommentDigest:
        """What the article's commenters say; with a `payer` also as the language model writes it, where
        there is one."""
        article = await self._finder.article(scope, ref)
        digest = await self._namer.named(scope, await self._thinkers.digest(scope, article.id))
        if payer is None or self._writing is None:
            return digest
        return await self._writing.digest(article, digest, payer)

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
        """What the archive says to `question`, any string: in the one `article` (given as for `article`), or
        the few with these numbers, and the comments there, or in all that pass the filters (as in `Filters`).
        Every quote is to the character. With a `payer` also as the language model writes it, where there is
        one. Raises NotFound("no-such-article" | "several-articles") for `article`."""
        articles: Sequence[int | str]
        articles = [article] if isinstance(article, int | str) else article or ()
        filters = Filters(source=source, after=after, before=before)
        answer = await self._namer.named(scope, await self._asker.ask(scope, question, articles, filters))
        if payer is None or self._writing is None:
            return answer
        return await self._writing.answer(answer, payer)

    async def spending(self, payer: Payer) -> Spending | None:
        """What the language model has cost the payer today; None where there is no model."""
        return None if self._writing is None else await self._writing.spending(payer)

    async def note_question(self, guild: int | None, answer: Answer) -> None:
        """Counts a question that was asked in this server, or in a direct message; the operator's file, if
        there is one, gets it without a name. Nothing else is kept of it."""
        await self._tally.note(guild, answer)

    async def questions(self, guild: int | None) -> tuple[int, int]:
        """How many questions were asked there, and how many of them were answered."""
        return await self._tally.told(guild)

    @property
    def keeps_questions(self) -> bool:
        """Whether the operator has them written to a file."""
        return self._tally.keeps

    async def stats(self, scope: Scope) -> Stats:
        """What the scope's archives hold."""
        return await self._reader.stats(scope)

    # What servers choose, and what the bot remembers.

    async def settings(self, guild: int) -> ServerSettings:
        """What the server has chosen, or the defaults."""
        return await self._state.settings(guild)

    async def change_settings(self, guild: int, **changes: Any) -> ServerSettings:
        """Changes these fields of ServerSettings and returns them all."""
        async with self._settling:
            settings = dataclasses.replace(await self._state.settings(guild), **changes)
            await self._state.save_settings(settings)
        return settings

    async def fact(self, name: str) -> str | None:
        """A small thing that the bot keeps about itself, such as the hash of the commands it last synced."""
        return await self._state.fact(name)

    async def set_fact(self, name: str, value: str) -> None:
        """Keeps it."""
        await self._state.set_fact(name, value)

    async def drop_fact(self, name: str) -> None:
        """Keeps it no longer."""
        await self._state.drop_fact(name)

    async def drop_facts(self, *names: str) -> None:
        """Drops some, whether they are there or not."""
        await self._state.drop_facts(names)

    async def keep(self, text: str) -> str:
        """Keeps a text and returns its short name, always the same for the same text."""
        name = hashlib.blake2b(text.encode("utf-8", "replace"), digest_size=10).hexdigest()
        await self._state.keep(name, text)
        return name

    async def kept(self, name: str) -> str:
        """The text of this name. Raises NotFound("stale-button")."""
        text = await self._state.kept(name)
        if text is None:
            raise NotFound("stale-button")
        return text


def _summed_up(article: Article, sentences: int) -> Summary:
    from bot.text.summary.key_terms import key_terms
    from bot.text.summary.summarize import summarise

    return dataclasses.replace(summarise(article, sentences), terms=key_terms(article))


class Closing(Protocol):
    """What is open until it is closed."""

    async def close(self) -> None: ...


C = TypeVar("C", bound=Closing)


async def _opened(closing: AsyncExitStack, open_: Callable[..., C], *of: object) -> C:
    found = await asyncio.to_thread(open_, *of)
    closing.push_async_callback(found.close)
    return found


async def _shelves(closing: AsyncExitStack, data: Path, table: LazyVectors) -> Shelves:
    return Shelves(
        schedules=await _opened(closing, Schedules.open, data),
        picks=await _opened(closing, Picks.open, data),
        follows=await _opened(closing, FollowStore.open, data),
        arrivals=await _opened(closing, Arrivals.open, data, Analysis(table)),
        posts=await _opened(closing, PostStore.open, data),
        prints=await _opened(closing, Prints.open, data),
    )


@asynccontextmanager
async def open_library(
    data: Path,
    *,
    rng: random.Random | None = None,
    load_max_mb: int = 4096,
    vectors: str = "shipped",
    drop: Path | None = None,
    model: ModelSettings | None = None,
    clock: Clock = system_clock,
    ask_log: Path | None = None,
) -> AsyncGenerator[Library]:
    """Opens the databases in `data`, making what is missing, and closes them at the end; loads that still
    run then are interrupted. Raises what `bot.store.sqlite.connection.prepare` and `open_writing` raise."""
    async with AsyncExitStack() as closing:
        reader = await _opened(closing, CorpusReader.open, data)
        state = await _opened(closing, State.open, data)
        table = LazyVectors(vectors)
        shelves = await _shelves(closing, data, table)
        index = await _opened(closing, SearchIndex.open, data, Analysis(table))
        passages = await _opened(closing, PassageIndex.open, data, Analysis(table))
        writing = await closing.enter_async_context(open_writing(data, model, clock))
        loaders = Loaders()
        closing.push_async_callback(loaders.close)
        thinkers = Thinkers(data, vectors)
        closing.push_async_callback(thinkers.close)
        library = Library(
            data,
            reader,
            index,
            state,
            loaders,
            LoadOptions(load_max_mb, vectors, drop),
            rng=rng or random.Random(),  # noqa: S311 - no secret
            thinkers=thinkers,
            shelves=shelves,
            asker=lambda finder: Asker(reader, finder, passages, thinkers, table),
            writing=writing,
            tally=Tally(state, ask_log, clock),
        )
        closing.callback(library.leave)
        yield library
