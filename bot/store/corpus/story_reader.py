"""Reads the stories of articles: what `bot.store.search.stories` has assigned in each archive, and across the
archives of a scope where links or headlines are the same."""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Collection, Iterable, Iterator, Sequence
from typing import Any, NamedTuple

from bot.clock import from_unix
from bot.domain.stories import StoryThread
from bot.store.corpus import rows
from bot.store.corpus.deduplication import normalize_title, page_hash
from bot.store.corpus.groups import Groups
from bot.store.corpus.same_story import MAX_HEADLINE_DAYS, is_telling, linked_thread, published_together
from bot.store.engine import Connection

MAX_THREADS = 200
"""The most threads that are read of one event,"""
MAX_MEMBERS = 2_000
"""and the most among which these are selected."""
MAX_SAME_HEADLINES = 8
"""The most articles of another archive with the same headline that are compared with an article."""
_UNLIMITED = 1 << 62


class _Member(NamedTuple):
    """An article with its story and its event, and what it can have in common with one of another archive."""

    id: int
    story: int
    event: int
    key: int | None
    title: str
    source: str | None
    posted_at: int | None
    link: str | None
    address: int | None
    fingerprint: int
    has_text: bool

    @property
    def pages(self) -> tuple[int, ...]:
        """The address of the page that it links to, unless it is a whole site."""
        return () if self.address is None or page_hash(self.link) is None else (self.address,)

    @property
    def threads(self) -> tuple[int, ...]:
        """The numbers of the threads that it is or leads to."""
        return tuple(number for number in (self.key, linked_thread(self.link)) if number is not None)

    @property
    def headlines(self) -> tuple[int, ...]:
        """Its headline, if that is enough where texts are not compared."""
        return (self.fingerprint,) if is_telling(normalize_title(self.title)) else ()


_MEMBER = (
    "SELECT a.id, coalesce(s.story, a.id), coalesce(s.event, a.id), a.key, a.title, a.source, a.posted_at,"
    " a.link, a.address, a.fingerprint, a.body <> '' FROM article a LEFT JOIN story s ON s.article = a.id"
)


class StoryReader:
    """Reads stories in one state of the corpus. Only articles in these archives are seen; those marked as
    over 18 only if `adult`."""

    def __init__(self, db: Connection, archives: Sequence[int], *, adult: bool) -> None:
        self._db = db
        self._archives = archives
        self._visible = f"a.title IS NOT NULL AND (a.over_18 = 0 OR {adult:d} = 1)"

    def events(self, articles: Sequence[int]) -> dict[int, int]:
        """For each of these articles the number of its event; that of articles without company is theirs."""
        return self._numbers(articles)[1]

    def stories(self, articles: Sequence[int]) -> dict[int, int]:
        """For each of these articles the number of its story."""
        return self._numbers(articles)[0]

    def companions(self, articles: Sequence[int]) -> dict[int, list[int]]:
        """For each of these articles that has company the other articles of its event."""
        members = self._members(articles)
        if len(self._archives) > 1:
            members = self._members([*articles, *self._elsewhere(members, articles)])
        _, events = _groups(members)
        by_event: dict[int, list[int]] = {}
        for member in members:
            by_event.setdefault(events.first(member.id), []).append(member.id)
        companions = {}
        for article in {member.id for member in members}.intersection(articles):
            others = [number for number in by_event[events.first(article)] if number != article]
            if others:
                companions[article] = others
        return companions

    def threads(self, article: int) -> tuple[StoryThread, ...]:
        """The threads of the article's story, then the other reports of its event, each oldest first; at most
        MAX_THREADS, always with the article. Only itself if it has no company; none if it is not in the
        archives."""
        members = self._members([article], MAX_MEMBERS)
        if len(self._archives) > 1:
            members = self._members([article, *self._elsewhere(members, [article])], MAX_MEMBERS)
        if article not in {member.id for member in members}:
            return ()
        stories, events = _groups(members)
        ids = [member.id for member in members if events.first(member.id) == events.first(article)]
        story = {number for number in ids if stories.first(number) == stories.first(article)}
        selected = self._db.execute(
            "SELECT a.id, a.title, a.source, a.posted_at, a.comments, a.score, a.subreddit, a.body <> '',"
            " a.over_18, a.discussion, a.key, a.stated, a.known"
            f" FROM article a WHERE a.id {self._db.in_list} AND {self._visible}"
            f" ORDER BY a.id <> ?, NOT (a.id {self._db.in_list}), a.posted_at IS NULL, a.posted_at, a.id"
            f" LIMIT {MAX_THREADS}",
            (self._db.list_value(ids), article, self._db.list_value(story)),
        ).fetchall()
        selected.sort(key=lambda row: (row[0] not in story, row[3] is None, row[3], row[0]))
        return tuple(_thread(row, same_story=row[0] in story) for row in selected)

    def _numbers(self, articles: Sequence[int]) -> tuple[dict[int, int], dict[int, int]]:
        """The stories and the events."""
        if len(self._archives) < 2:
            known = {
                article: (story, event)
                for article, story, event in self._db.execute(
                    f"SELECT article, story, event FROM story WHERE article {self._db.in_list}",
                    (self._db.list_value(articles),),
                )
            }
            pairs = {article: known.get(article, (article, article)) for article in articles}
            return (
                {article: story for article, (story, _) in pairs.items()},
                {article: event for article, (_, event) in pairs.items()},
            )
        members = self._members(articles)
        stories, events = _groups(members)
        there = {member.id for member in members}.intersection(articles)
        return (
            {article: stories.first(article) if article in there else article for article in articles},
            {article: events.first(article) if article in there else article for article in articles},
        )

    def _members(self, articles: Iterable[int], limit: int = _UNLIMITED) -> list[_Member]:
        """These articles and all others of their events, of these archives; at most `limit` others, first
        those of their stories."""
        ids = self._db.list_value(articles)
        selected = self._db.execute(
            f"{_MEMBER} WHERE (a.id {self._db.in_list} OR a.id IN (SELECT article FROM story WHERE event IN"
            f" (SELECT event FROM story WHERE article {self._db.in_list}) ORDER BY story NOT IN"
            f" (SELECT story FROM story WHERE article {self._db.in_list}), article LIMIT ?))"
            f" AND {self._visible}",
            (ids, ids, ids, limit),
        )
        members = (_Member(*row) for row in selected)
        return [member for member in members if rows.archive_of(member.id) in self._archives]

    def _elsewhere(self, members: Sequence[_Member], articles: Collection[int]) -> list[int]:
        """Articles of these archives with the link, the thread or the headline of one of the members: first
        those that have it in common with one of `articles`, which are members."""
        first = sorted(members, key=lambda member: member.id not in articles)
        known = self._db.list_value(member.id for member in members)
        limit = MAX_THREADS + len(members)
        inside, bounds = rows.in_archives(self._archives, "a.id")
        span = MAX_HEADLINE_DAYS * 86_400
        numbers: list[int] = []
        for column, values in (
            ("address", [(page, None) for member in first for page in member.pages]),
            ("key", [(thread, None) for member in first for thread in member.threads]),
            ("fingerprint", [(title, member.posted_at) for member in first for title in member.headlines]),
        ):
            sql = (
                f"SELECT a.id FROM {self._db.pair_table} AS pair"
                f" {self._db.ordered_join} article a {self._db.read_by(f'article_{column}')}"
                f" ON a.{column} = pair.first"
                f" WHERE {inside} AND NOT (a.id {self._db.in_list})"
                " AND coalesce(abs(a.posted_at - pair.second) <= ?, true) LIMIT ?"
            )
            numbers += [
                row
                for (row,) in self._db.execute(
                    sql, (self._db.pairs_value(values), *bounds, known, span, limit)
                )
            ]
        return numbers


def _thread(row: Sequence[Any], *, same_story: bool) -> StoryThread:
    number, title, source, at, comments, score, subreddit, has_text, over_18, discussion, key, *known = row
    return StoryThread(
        number,
        title,
        source,
        from_unix(at),
        comments,
        score,
        subreddit,
        bool(has_text),
        same_story,
        bool(over_18),
        discussion,
        rows.key_text(key, "t3"),
        max(count or 0 for count in known) or None,
    )


def _groups(members: Sequence[_Member]) -> tuple[Groups, Groups]:
    """The stories and the events of members of several archives."""
    ids = [member.id for member in members]
    stories = Groups({*ids, *(member.story for member in members)})
    events = Groups({*ids, *(member.story for member in members), *(member.event for member in members)})
    for member in members:
        stories.join(member.id, member.story)
        events.join(member.id, member.event)
    for article, other in _same_across_archives(members):
        stories.join(article, other)
        events.join(article, other)
    return stories, events


def _same_across_archives(members: Iterable[_Member]) -> Iterator[tuple[int, int]]:
    """Pairs of members that are one story by the rules of `same_story` for articles whose texts are not
    compared; those of one archive have been compared."""
    first: dict[tuple[str, int], int] = {}
    headlines: dict[int, list[_Member]] = defaultdict(list)
    for member in members:
        names = [("page", page) for page in member.pages]
        names += [("thread", thread) for thread in member.threads]
        for name in names:
            if (other := first.setdefault(name, member.id)) != member.id:
                yield member.id, other
        for headline in member.headlines:
            headlines[headline].append(member)
    for group in headlines.values():
        group.sort(key=lambda member: (member.posted_at or 0, member.id))
        before: dict[int, deque[_Member]] = defaultdict(lambda: deque(maxlen=MAX_SAME_HEADLINES))
        for member in group:
            own = rows.archive_of(member.id)
            for earlier in (each for archive, part in before.items() if archive != own for each in part):
                if published_together(member, earlier, texts=member.has_text + earlier.has_text):
                    yield member.id, earlier.id
            before[own].append(member)
