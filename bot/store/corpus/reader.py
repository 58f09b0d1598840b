"""Reads articles, comments, receipts and statistics within a scope."""

from __future__ import annotations

import dataclasses
import random
from collections.abc import Awaitable, Callable, Iterator, Sequence

from bot.clock import from_unix
from bot.domain.articles import (
    Article,
    Comment,
    CommentOrder,
    CommentPage,
    Scope,
    Stats,
    TitleMatch,
)
from bot.domain.loads import Receipt
from bot.domain.stories import Story
from bot.errors import NotFound
from bot.store.corpus import deduplication, receipts, rows, title_completion
from bot.store.corpus.comment_lists import BotTest, ListRequest, list_comments, provenance
from bot.store.corpus.corpus_store import CorpusStore, Result, corpus_pool
from bot.store.corpus.rows import ARTICLE, COMMENT_SELECT, MATCH, ArticleRow
from bot.store.corpus.shared_comments import (
    read_captures,
    shared_comments,
    without_shared,
)
from bot.store.corpus.story_comments import (
    as_reply,
    capturing_articles,
    listed_articles,
    named_threads,
    read_commenters,
    shown_places,
)
from bot.store.corpus.story_reader import StoryReader
from bot.store.databases import CorpusEngine
from bot.store.engine import Connection

CONNECTIONS = 2
"""More than one, so that a slow read does not block the others."""
MAX_MATCHES = 50
MAX_COUNTED = 5_000
"""Up to so many comments of a story those that several threads have in common are counted once."""
MAX_DRAWS = 32
MAX_DRAWS_WITH_TEXT = 16
"""Maximum draws of one random article; the first MAX_DRAWS_WITH_TEXT of them reject articles without text."""


class CorpusReader(CorpusStore):
    """Reads the corpus, also while another process writes it. Placeholder articles, which exist only
    because comments refer to them, are not returned. Raises what `bot.store.engine.Connection.user_errors`
    raises."""

    read_timeout = 10.0

    @classmethod
    def open(
        cls, engine: CorpusEngine, *, connections: int = CONNECTIONS, busy_timeout: float | None = None
    ) -> CorpusReader:
        """Creates or migrates the corpus if necessary. Raises what `CorpusEngine.prepare` raises."""
        engine.prepare("corpus", busy_timeout=busy_timeout)
        return cls(corpus_pool(engine, connections))

    def _view(self, scope: Scope, job: Callable[[_ScopeView], Result]) -> Awaitable[Result]:
        return self._read(scope, lambda db, archives: job(_ScopeView(db, archives, adult=scope.adult)))

    async def archives(self, scope: Scope) -> tuple[int, ...]:
        """Numbers of the scope's archives that exist, the server's own first."""
        return await self._read(scope, lambda _, archives: tuple(archives))

    # Articles.

    async def article(self, scope: Scope, ref: int | str) -> Article | None:
        """The article with this number or key (`t3_...`), or None."""
        return await self._view(scope, lambda view: view.article(ref))

    async def articles(self, scope: Scope, ids: Sequence[int]) -> tuple[Article, ...]:
        """The articles with these numbers that are in the scope, in the given order."""
        return await self._view(scope, lambda view: tuple(filter(None, map(view.article, ids))))

    async def random_articles(self, scope: Scope, rng: random.Random, draws: int) -> tuple[int, ...]:
        """Numbers of at most `draws` articles with text, possibly with repeats, each uniformly distributed
        unless many were undone; none if there is none."""

        def job(view: _ScopeView) -> tuple[int, ...]:
            drawn = (view.random_article(rng) for _ in range(draws))
            return tuple(article.id for article in drawn if article is not None)

        return await self._view(scope, job)

    async def complete_titles(self, scope: Scope, text: str, limit: int) -> tuple[TitleMatch, ...]:
        """See `bot.store.corpus.title_completion.complete_titles`."""
        return await self._read(
            scope,
            lambda db, archives: title_completion.complete_titles(
                db, archives, text, limit, adult=scope.adult
            ),
        )

    async def find_by_title(self, scope: Scope, title: str) -> tuple[TitleMatch, ...]:
        """Articles with exactly this title, ignoring case, punctuation and white space; newest first."""
        normal = deduplication.normalize_title(_replace_surrogates(title))
        if not normal:
            return ()
        matches = await self._view(
            scope, lambda view: view.find("fingerprint = ?", deduplication.hash64(normal))
        )
        return tuple(match for match in matches if deduplication.normalize_title(match.title) == normal)

    async def find_by_link(self, scope: Scope, link: str) -> tuple[TitleMatch, ...]:
        """Articles with this link, normalised as by `deduplication.link_hash`, or whose Reddit thread or
        comment it refers to; newest first."""
        number = deduplication.reddit_submission_number(link)
        address = deduplication.link_hash(_replace_surrogates(link))
        return await self._view(
            scope, lambda view: view.find("key = ?", number) or view.find("address = ?", address)
        )

    async def story(self, scope: Scope, article: int) -> Story:
        """The threads of the article's story, and the other reports of its event; none if the article is not
        in the scope."""
        return await self._view(scope, lambda view: view.story(article))

    async def stories(self, scope: Scope, articles: Sequence[int]) -> tuple[dict[int, int], dict[int, int]]:
        """For each of these articles the number of its story, and that of its event."""

        def job(db: Connection, archives: Sequence[int]) -> tuple[dict[int, int], dict[int, int]]:
            reader = StoryReader(db, archives, adult=scope.adult)
            return reader.stories(articles), reader.events(articles)

        return await self._read(scope, job)

    # Comments.

    async def comments(
        self,
        scope: Scope,
        article: int,
        offset: int,
        limit: int,
        order: CommentOrder = "newest",
        *,
        hides_bots: bool = False,
        under: int | None = None,
        is_bot: BotTest | None = None,
        one_thread: bool = False,
        around: int | None = None,
    ) -> CommentPage:
        """A page of comments of the article that still have text, with those of the other threads of its
        story unless `one_thread`, from `offset`, or the page with the comment `around`; see `list_comments`.
        Raises NotFound("no-such-article") and, for `under`, NotFound("no-such-comment")."""
        request = ListRequest(order, hides_bots, under, is_bot, around)
        return await self._view(
            scope,
            lambda view: view.comment_page(
                article, request, max(0, offset), max(0, limit), one_thread=one_thread
            ),
        )

    async def all_comments(
        self, scope: Scope, article: int, *, whole_story: bool = False
    ) -> tuple[Comment, ...]:
        """Every comment of the article, newest first; none if it is not in the scope. With `whole_story`
        those of all threads of its story, and what several have in common once."""

        def job(view: _ScopeView) -> tuple[Comment, ...]:
            if view.article(article) is None:
                return ()
            return view.story_comments(article) if whole_story else view.comments(article)

        return await self._view(scope, job)

    async def comment(self, scope: Scope, number: int) -> Comment | None:
        """The comment with this number, or None."""
        return await self._view(scope, lambda view: view.comment(number))

    async def commenters(self, scope: Scope, articles: Sequence[int]) -> dict[int, tuple[str, ...]]:
        """See `bot.store.corpus.story_comments.read_commenters`."""
        return await self._read(scope, lambda db, archives: read_commenters(db, archives, articles))

    # Archives as a whole.

    async def stats(self, scope: Scope) -> Stats:
        """Counts over the scope's archives; `bytes` is the size of the file, which all archives share."""
        return await self._read(scope, _stats)

    async def loads(self, guild: int | None, limit: int) -> tuple[Receipt, ...]:
        """Receipts of the archive's last loads, newest first, without their ids and rejections; `guild` None
        is the shared archive."""
        return await self._run(lambda db: receipts.read_receipts(db, guild, limit))

    async def receipt(self, guild: int | None, load: int) -> Receipt | None:
        """The receipt of one load of this archive, or None."""
        return await self._run(lambda db: receipts.read_receipt(db, guild, load))

    async def count_remaining_comments(self, load: int) -> int:
        """Number of comments that a load added and that have not been undone."""
        return await self._run(lambda db: receipts.count_remaining_comments(db, load))

    async def interrupted_loads(self) -> tuple[tuple[int | None, int], ...]:
        """Guild and number of each load whose process may have ended early, oldest first, including loads
        that still run in another process. For the bot itself: not limited to a scope."""
        return await self._run(receipts.interrupted_loads)

    async def unfinished_jobs(self, *, running: bool = True) -> tuple[str, ...]:
        """The jobs of all loads that can be resumed without naming their number or, with `running`, are
        running. For the bot itself: not limited to a scope."""
        return await self._run(lambda db: receipts.unfinished_jobs(db, running=running))


class _ScopeView:
    """The contents of a scope, in one state of the corpus."""

    def __init__(self, db: Connection, archives: Sequence[int], *, adult: bool) -> None:
        self.db = db
        self._archives = archives
        self._adult = adult

    def article(self, ref: int | str) -> Article | None:
        """The article with this number or key, or None."""
        if isinstance(ref, str):
            try:
                matches = self.find("key = ?", rows.key_number(ref, "t3"))
            except rows.BadKeyError:
                return None
            return self.article(matches[0].article) if matches else None
        if rows.archive_of(ref) not in self._archives:
            return None
        row = self.db.execute(
            f"SELECT {ARTICLE} FROM article WHERE id = ? AND title IS NOT NULL AND (? = 1 OR over_18 = 0)",
            (ref, self._adult),
        ).fetchone()
        return None if row is None else rows.article(ArticleRow(*row))

    def story(self, article: int) -> Story:
        """See `CorpusReader.story`."""
        story = self._threads(article)
        comments = sum(thread.comments for thread in story.discussed)
        discussed = [thread for thread in story.same if thread.comments]
        if (
            len(discussed) > 1
            and comments <= MAX_COUNTED
            and (len(story.discussed) < len(discussed) or any(thread.key is None for thread in discussed))
        ):
            captures = read_captures(self.db, [thread.article for thread in discussed])
            comments = len(captures) - len(shared_comments(self.db, captures, article))
        return dataclasses.replace(story, comments=comments)

    def _threads(self, article: int) -> Story:
        """The story without the number of its comments."""
        return Story(article, StoryReader(self.db, self._archives, adult=self._adult).threads(article))

    def comment_page(
        self, article: int, request: ListRequest, offset: int, limit: int, *, one_thread: bool
    ) -> CommentPage:
        """See `CorpusReader.comments`."""
        thread = self.article(article)
        if thread is None:
            raise NotFound("no-such-article", ref=article)
        story = self._threads(article)
        articles = [article] if one_thread else listed_articles(story)
        if request.under is not None:
            above = self.comment(request.under)
            if above is None or above.article not in articles:
                raise NotFound("no-such-comment", comment=request.under)
            articles = capturing_articles(story, articles, above.article)
        listed = list_comments(self.db, articles, request)
        if request.around is not None:
            offset = min(listed.position, max(0, len(listed.comments) - 1)) // max(1, limit) * limit
        page = listed.comments[offset : offset + limit]
        comments = [
            as_reply(comment, listed.other_parents.get(comment.id))
            for comment in (self.comment(number) for number, *_ in page)
            if comment is not None
        ]
        places = shown_places(story)
        is_single = one_thread or request.under is not None
        threads = story.discussed if is_single else named_threads(story, articles, listed.articles)
        alone = 0 if is_single else sum(each.article not in articles for each in threads)
        return CommentPage(
            thread,
            tuple(comments),
            offset,
            len(listed.comments),
            listed.order,
            listed.has_replies,
            listed.has_scores,
            tuple(depth for _, depth, _ in page),
            tuple(replies for _, _, replies in page),
            listed.bots,
            request.hides_bots,
            tuple(provenance(self.db, comment) for comment, _, _ in page),
            None if listed.under is None else self.comment(listed.under),
            None if listed.under is None else provenance(self.db, listed.under),
            listed.deleted,
            threads,
            one_thread,
            len(story.reports),
            alone,
            tuple(places.get(comment.article, comment.article) for comment in comments),
        )

    def find(self, condition: str, value: int | None) -> tuple[TitleMatch, ...]:
        """Articles for which the SQL condition holds with this value, newest first; none if it is None."""
        if value is None:
            return ()
        inside, bounds = rows.in_archives(self._archives)
        matches = self.db.execute(
            f"SELECT {MATCH} FROM article WHERE {condition} AND {inside} AND title IS NOT NULL"
            f" AND (? = 1 OR over_18 = 0) ORDER BY posted_at DESC NULLS LAST, id DESC LIMIT {MAX_MATCHES}",
            (value, *bounds, self._adult),
        )
        return tuple(map(rows.match, matches))

    def random_article(self, rng: random.Random) -> Article | None:
        """See `CorpusReader.random_articles`."""
        for attempt, number in enumerate(self._random_ids(rng)):
            article = self.article(number)
            if article is not None and (
                article.paragraphs or article.comment_count or attempt > MAX_DRAWS_WITH_TEXT
            ):
                return article
        newest = title_completion.complete_titles(self.db, self._archives, "", 1, adult=self._adult)
        return self.article(newest[0].article) if newest else None

    def _random_ids(self, rng: random.Random) -> Iterator[int]:
        """Yields MAX_DRAWS ids that are or were assigned to articles of these archives."""
        next_sequences = dict(self.db.execute("SELECT no, next_article FROM archive"))
        sizes = [next_sequences[archive] - 1 for archive in self._archives]
        for _ in range(MAX_DRAWS if sum(sizes) else 0):
            [archive] = rng.choices(self._archives, sizes)
            yield rows.first_id(archive) + rng.randint(1, sizes[self._archives.index(archive)])

    def comment(self, number: int) -> Comment | None:
        """The comment with this number, or None."""
        if rows.archive_of(number) not in self._archives:
            return None
        row = self.db.execute(f"{COMMENT_SELECT} WHERE c.id = ?", (number,)).fetchone()
        return None if row is None or self.article(row[1]) is None else rows.comment(row)

    def comments(self, article: int) -> tuple[Comment, ...]:
        """Comments of the article, newest first."""
        sql = f"{COMMENT_SELECT} WHERE c.article = ? ORDER BY c.posted_at DESC, c.id"
        return tuple(map(rows.comment, self.db.execute(sql, (article,))))

    def story_comments(self, article: int) -> tuple[Comment, ...]:
        """Comments of all threads of the article's story, newest first."""
        articles = [thread.article for thread in self._threads(article).same]
        comments = [comment for number in articles for comment in self.comments(number)]
        if len(articles) < 2:
            return tuple(comments)
        captures = read_captures(self.db, articles)
        kept = {
            capture.id: capture
            for capture in without_shared(captures, shared_comments(self.db, captures, article))
        }
        by_time = sorted(comments, key=lambda comment: (-comment.posted_at.timestamp(), comment.id))
        return tuple(
            as_reply(comment, kept.get(kept[comment.id].parent or 0))
            for comment in by_time
            if comment.id in kept
        )


def _replace_surrogates(text: str) -> str:
    """The text without lone surrogates, which no stored text contains."""
    return text.encode(errors="replace").decode()


def _stats(db: Connection, archives: Sequence[int]) -> Stats:
    inside, bounds = rows.in_archives(archives)
    shown = db.read_by("article_shown") if archives else ""
    articles, comments, sources, first, last = db.execute(
        "SELECT count(*), coalesce(sum(comments), 0), count(DISTINCT source), min(posted_at), max(posted_at)"
        f" FROM article {shown} WHERE {inside} AND title IS NOT NULL",
        bounds,
    ).fetchone()
    [loads] = db.execute(
        f"SELECT count(*) FROM load WHERE state <> 'undone' AND archive {db.in_list}",
        (db.list_value(archives),),
    ).fetchone()
    early = rows.count_waiting(db, archives)
    [missing] = db.execute(
        f"SELECT coalesce(sum(comments), 0) FROM missing WHERE {rows.in_archives(archives, 'article')[0]}",
        bounds,
    ).fetchone()
    books = receipts.archive_books(db, archives, early, missing)
    size = db.disk.size()
    times = from_unix(first), from_unix(last)
    return Stats(articles, comments, sources, loads, *times, size, early, missing, *books)
