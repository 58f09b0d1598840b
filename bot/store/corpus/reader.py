"""Reads the corpus for askers: every method takes a scope, or the guild, and sees no row outside it."""

from __future__ import annotations

import json
import random
import sqlite3
from collections.abc import Sequence
from pathlib import Path

from bot.clock import from_unix
from bot.domain.articles import Article, Comment, CommentPage, Scope, Stats, TitleMatch
from bot.domain.loads import Receipt
from bot.errors import NotFound
from bot.store.corpus import deduplication, rows, title_completion
from bot.store.corpus.receipts import (
    count_remaining_comments,
    interrupted_loads,
    read_receipt,
    read_receipts,
    unfinished_jobs,
)
from bot.store.corpus.rows import ARTICLE, COMMENT_SELECT, MATCH, ArticleRow
from bot.store.sqlite import connection
from bot.store.sqlite.pool import Pool

CONNECTIONS = 2
"""One slow read does not hold up the rest."""
READ_TIMEOUT_SECONDS = 10.0
"""Seconds after which a read is given up; nothing here takes long unless the machine is in trouble."""
MAX_MATCHES = 50


class CorpusReader:
    """Reads `data/corpus.db`, while others may write it. Articles whose comments came before them, or whose
    load was undone under the comments of another, are not there for it. Raises what
    `bot.store.sqlite.connection.user_errors` raises."""

    def __init__(self, pool: Pool) -> None:
        self._pool = pool

    @classmethod
    def open(
        cls,
        data: Path,
        *,
        busy_timeout: float = connection.BUSY_TIMEOUT_SECONDS,
        connections: int = CONNECTIONS,
    ) -> CorpusReader:
        """Makes or migrates the file if need be. Raises BadInput("not-our-database" | "newer-schema")."""
        connection.prepare(data, connection.CORPUS, busy_timeout=busy_timeout)
        opened = [
            connection.open_reader(data, connection.CORPUS, busy_timeout=busy_timeout)
            for _ in range(connections)
        ]
        return cls(Pool(opened, connection.CORPUS.file))

    async def close(self) -> None:
        """Waits for what runs, then closes the file."""
        await self._pool.close()

    async def data_version(self) -> int:
        """Another number than before when something was written since; for a reader with one connection, as
        SQLite counts for each by itself."""
        found = await self._pool.run(
            lambda db: db.execute("PRAGMA data_version").fetchone(), within=READ_TIMEOUT_SECONDS
        )
        return int(found[0])

    async def archives(self, scope: Scope) -> tuple[int, ...]:
        """The numbers of the archives in the scope that exist, the server's own first."""
        return await self._pool.run(lambda db: archives_of(db, scope), within=READ_TIMEOUT_SECONDS)

    # Articles.

    async def article(self, scope: Scope, ref: int | str) -> Article | None:
        """The article with this number or this key (`t3_...`), or None."""

        def job(db: sqlite3.Connection) -> Article | None:
            archives = archives_of(db, scope)
            if isinstance(ref, int):
                return _article(db, archives, ref, adult=scope.adult)
            try:
                key = rows.key_number(ref, "t3")
            except rows.BadKeyError:
                return None
            found = _find_articles(db, scope, "key = ?", key) if key is not None else ()
            return _article(db, archives, found[0].article, adult=scope.adult) if found else None

        return await self._pool.run(job, within=READ_TIMEOUT_SECONDS)

    async def articles(self, scope: Scope, ids: Sequence[int]) -> tuple[Article, ...]:
        """The articles with these numbers that are there, in this order."""

        def job(db: sqlite3.Connection) -> tuple[Article, ...]:
            archives = archives_of(db, scope)
            found = (_article(db, archives, number, adult=scope.adult) for number in ids)
            return tuple(article for article in found if article is not None)

        return await self._pool.run(job, within=READ_TIMEOUT_SECONDS)

    async def random_article(self, scope: Scope, rng: random.Random) -> Article | None:
        """Any article with something to read, each as likely as the others unless many were undone; None if
        there is none."""

        return await self._pool.run(lambda db: _random_article(db, scope, rng), within=READ_TIMEOUT_SECONDS)

    async def random_articles(self, scope: Scope, rng: random.Random, draws: int) -> tuple[int, ...]:
        """The numbers of so many articles, each drawn like `random_article`, some more than once."""

        def job(db: sqlite3.Connection) -> tuple[int, ...]:
            drawn = (_random_article(db, scope, rng) for _ in range(draws))
            return tuple(one.id for one in drawn if one is not None)

        return await self._pool.run(job, within=READ_TIMEOUT_SECONDS)

    async def complete_titles(self, scope: Scope, text: str, limit: int) -> tuple[TitleMatch, ...]:
        """See `bot.store.corpus.title_completion.complete`."""
        return await self._pool.run(
            lambda db: title_completion.complete_titles(
                db, archives_of(db, scope), text, limit, adult=scope.adult
            ),
            within=READ_TIMEOUT_SECONDS,
        )

    async def complete_sources(self, scope: Scope, text: str, limit: int) -> tuple[str, ...]:
        """See `bot.store.corpus.title_completion.sources`."""
        return await self._pool.run(
            lambda db: title_completion.complete_sources(db, archives_of(db, scope), text, limit),
            within=READ_TIMEOUT_SECONDS,
        )

    async def find_by_title(self, scope: Scope, title: str) -> tuple[TitleMatch, ...]:
        """Articles with exactly this title, but for case, punctuation and white space; newest first."""
        normal = deduplication.normalize_title(_replace_surrogates(title))
        if not normal:
            return ()
        return await self._pool.run(
            lambda db: tuple(
                match
                for match in _find_articles(db, scope, "fingerprint = ?", deduplication.hash64(normal))
                if deduplication.normalize_title(match.title) == normal
            ),
            within=READ_TIMEOUT_SECONDS,
        )

    async def find_by_link(self, scope: Scope, link: str) -> tuple[TitleMatch, ...]:
        """Articles that this link leads to, whatever its accidents (`identity.address`), or whose Reddit
        thread or comment it is; newest first."""
        number, address = (
            deduplication.reddit_submission_number(link),
            deduplication.link_hash(_replace_surrogates(link)),
        )

        def job(db: sqlite3.Connection) -> tuple[TitleMatch, ...]:
            found = _find_articles(db, scope, "key = ?", number) if number is not None else ()
            if not found and address is not None:
                found = _find_articles(db, scope, "address = ?", address)
            return found

        return await self._pool.run(job, within=READ_TIMEOUT_SECONDS)

    # Comments.

    async def comments(self, scope: Scope, article: int, offset: int, limit: int) -> CommentPage:
        """Comments of the article that still have words, newest first, from `offset` on. Raises
        NotFound("no-such-article")."""

        def job(db: sqlite3.Connection) -> CommentPage:
            found = _article(db, archives_of(db, scope), article, adult=scope.adult)
            if found is None:
                raise NotFound("no-such-article", ref=article)
            page = _comments(db, article, max(0, limit), max(0, offset), _HAS_TEXT)
            sql = f"SELECT count(*) FROM comment c WHERE c.article = ? AND {_HAS_TEXT}"
            (total,) = db.execute(sql, (article,)).fetchone()
            return CommentPage(found, page, max(0, offset), total)

        return await self._pool.run(job, within=READ_TIMEOUT_SECONDS)

    async def all_comments(self, scope: Scope, article: int) -> tuple[Comment, ...]:
        """Every comment of the article, newest first; none if it is not there."""

        def job(db: sqlite3.Connection) -> tuple[Comment, ...]:
            found = _article(db, archives_of(db, scope), article, adult=scope.adult)
            return _comments(db, article, -1, 0) if found is not None else ()

        return await self._pool.run(job, within=READ_TIMEOUT_SECONDS)

    async def comment(self, scope: Scope, number: int) -> Comment | None:
        """One comment, or None."""

        def job(db: sqlite3.Connection) -> Comment | None:
            archives = archives_of(db, scope)
            if rows.archive_of(number) not in archives:
                return None
            row = db.execute(f"{COMMENT_SELECT} WHERE c.id = ?", (number,)).fetchone()
            if row is None or _article(db, archives, row[1], adult=scope.adult) is None:
                return None
            return rows.comment(row)

        return await self._pool.run(job, within=READ_TIMEOUT_SECONDS)

    async def commenters(self, scope: Scope, articles: Sequence[int]) -> dict[int, tuple[str, ...]]:
        """Who comments on each of these articles of the scope, in the order in which they came into the
        archive, which later loads leave as it is."""

        def job(db: sqlite3.Connection) -> dict[int, tuple[str, ...]]:
            archives = archives_of(db, scope)
            seen = [number for number in articles if rows.archive_of(number) in archives]
            found: dict[int, list[str]] = {}
            for article, author in db.execute(
                "SELECT article, author FROM comment WHERE article IN (SELECT value FROM json_each(?))"
                " GROUP BY article, author ORDER BY min(id)",
                (json.dumps(seen),),
            ):
                found.setdefault(article, []).append(author)
            return {article: tuple(authors) for article, authors in found.items()}

        return await self._pool.run(job, within=READ_TIMEOUT_SECONDS)

    # Archives as a whole.

    async def stats(self, scope: Scope) -> Stats:
        """What the scope's archives hold; `bytes` is the size of the file, which all archives share."""
        return await self._pool.run(
            lambda db: _stats(db, archives_of(db, scope)), within=READ_TIMEOUT_SECONDS
        )

    async def loads(self, guild: int | None, limit: int) -> tuple[Receipt, ...]:
        """The receipts of the archive's last loads, newest first, without their ids and rejections; `guild`
        None is the shared archive."""
        return await self._pool.run(lambda db: read_receipts(db, guild, limit), within=READ_TIMEOUT_SECONDS)

    async def receipt(self, guild: int | None, load: int) -> Receipt | None:
        """The receipt of one load of this archive, or None."""
        return await self._pool.run(lambda db: read_receipt(db, guild, load), within=READ_TIMEOUT_SECONDS)

    async def count_remaining_comments(self, load: int) -> int:
        """How many of the comments that a load brought have not been taken back."""
        return await self._pool.run(
            lambda db: count_remaining_comments(db, load), within=READ_TIMEOUT_SECONDS
        )

    async def interrupted_loads(self) -> tuple[tuple[int | None, int], ...]:
        """The guild and number of each load whose process may have ended before it was done, oldest first;
        one that runs in another process is among them. For the bot itself, not for askers."""
        return await self._pool.run(interrupted_loads, within=READ_TIMEOUT_SECONDS)

    async def unfinished_jobs(self) -> tuple[str, ...]:
        """The jobs of all loads that run or may be resumed without being asked for by their number. For the
        bot itself, not for askers."""
        return await self._pool.run(unfinished_jobs, within=READ_TIMEOUT_SECONDS)


def _replace_surrogates(text: str) -> str:
    """The text without lone surrogates, which nothing that is stored holds."""
    return text.encode(errors="replace").decode()


def archives_of(db: sqlite3.Connection, scope: Scope) -> tuple[int, ...]:
    """The numbers of the archives in the scope that exist, the server's own first."""
    guilds = [scope.guild] if scope.guild else []
    if scope.shared:
        guilds.append(0)
    numbers = dict(db.execute("SELECT guild, no FROM archive"))
    return tuple(numbers[guild] for guild in guilds if guild in numbers)


def _random_article(db: sqlite3.Connection, scope: Scope, rng: random.Random) -> Article | None:
    archives = archives_of(db, scope)
    ends = [_last_sequence(db, archive) for archive in archives]
    for attempt in range(32 if sum(ends) else 0):
        [archive] = rng.choices(archives, ends)
        number = rows.first_id(archive) + rng.randint(1, ends[archives.index(archive)])
        found = _article(db, archives, number, adult=scope.adult)
        if found is not None and (found.paragraphs or found.comment_count or attempt > 16):
            return found
    for match in title_completion.complete_titles(db, archives, "", 1, adult=scope.adult):
        return _article(db, archives, match.article, adult=scope.adult)
    return None


def _article(db: sqlite3.Connection, archives: Sequence[int], number: int, *, adult: bool) -> Article | None:
    if rows.archive_of(number) not in archives:
        return None
    row = db.execute(
        f"SELECT {ARTICLE} FROM article WHERE id = ? AND title IS NOT NULL AND (? OR over_18 = 0)",
        (number, adult),
    ).fetchone()
    return None if row is None else rows.article(ArticleRow(*row))


def _find_articles(
    db: sqlite3.Connection, scope: Scope, condition: str, value: int
) -> tuple[TitleMatch, ...]:
    inside, bounds = rows.in_archives(archives_of(db, scope))
    found = db.execute(
        f"SELECT {MATCH} FROM article WHERE {condition} AND {inside} AND title IS NOT NULL"
        f" AND (? OR over_18 = 0) ORDER BY posted_at DESC, id DESC LIMIT {MAX_MATCHES}",
        (value, *bounds, scope.adult),
    )
    return tuple(map(rows.match, found))


_HAS_TEXT = "c.text NOT IN ('[deleted]', '[removed]')"


def _comments(
    db: sqlite3.Connection, article: int, limit: int, offset: int, which: str = "1"
) -> tuple[Comment, ...]:
    found = db.execute(
        f"{COMMENT_SELECT} WHERE c.id IN"
        f" (SELECT c.id FROM comment c WHERE c.article = ? AND {which}"
        " ORDER BY c.posted_at DESC, c.id LIMIT ? OFFSET ?)"
        " ORDER BY c.posted_at DESC, c.id",
        (article, limit, offset),
    )
    return tuple(map(rows.comment, found))


def _last_sequence(db: sqlite3.Connection, archive: int) -> int:
    """The highest article sequence of an archive so far."""
    row = db.execute("SELECT next_article - 1 FROM archive WHERE no = ?", (archive,)).fetchone()
    return int(row[0])


def _stats(db: sqlite3.Connection, archives: Sequence[int]) -> Stats:
    inside, bounds = rows.in_archives(archives)
    shown, waiting = ("INDEXED BY article_shown", "INDEXED BY article_waiting") if archives else ("", "")
    articles, comments, sources, first, last = db.execute(
        "SELECT count(*), coalesce(sum(comments), 0), count(DISTINCT source), min(posted_at), max(posted_at)"
        f" FROM article {shown} WHERE {inside} AND title IS NOT NULL",
        bounds,
    ).fetchone()
    [loads] = db.execute(
        "SELECT count(*) FROM load WHERE state <> 'undone' AND archive IN (SELECT value FROM json_each(?))",
        (json.dumps(archives),),
    ).fetchone()
    [early] = db.execute(
        f"SELECT coalesce(sum(comments), 0) FROM article {waiting} WHERE {inside} AND title IS NULL",
        bounds,
    ).fetchone()
    [size] = db.execute("SELECT page_count * page_size FROM pragma_page_count, pragma_page_size").fetchone()
    return Stats(articles, comments, sources, loads, from_unix(first), from_unix(last), size, early)
