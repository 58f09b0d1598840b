"""Reads the stories of articles: what `bot.store.search.stories` has assigned in each archive, and across the
archives of a scope where links or headlines are the same."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from sqlite3 import Connection
from typing import Any, NamedTuple

from bot.clock import from_unix
from bot.domain.stories import StoryThread
from bot.store.corpus import rows
from bot.store.corpus.deduplication import normalize_title, page_hash
from bot.store.corpus.groups import Groups
from bot.store.corpus.same_story import is_telling

MAX_THREADS = 200
"""The most threads that are read of one event,"""
MAX_MEMBERS = 2_000
"""and the most of which these are the oldest."""
_IN = "IN (SELECT value FROM json_each(?))"


class _Member(NamedTuple):
    """An article with its story and its event, and what it can have in common with one of another archive."""

    id: int
    story: int
    event: int
    title: str
    source: str | None
    link: str | None
    address: int | None
    fingerprint: int


_MEMBER = (
    "SELECT a.id, coalesce(s.story, a.id), coalesce(s.event, a.id), a.title, a.source, a.link, a.address,"
    " a.fingerprint FROM article a LEFT JOIN story s ON s.article = a.id"
)


class StoryReader:
    """Reads stories in one state of the corpus. Only articles in these archives are seen; those marked as
    over 18 only if `adult`."""

    def __init__(self, db: Connection, archives: Sequence[int], *, adult: bool) -> None:
        self._db = db
        self._archives = archives
        self._visible = f"a.title IS NOT NULL AND (a.over_18 = 0 OR {adult:d})"

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
            members = self._members([*articles, *self._elsewhere(members)])
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
            members = self._members([article, *self._elsewhere(members)], MAX_MEMBERS)
        if article not in {member.id for member in members}:
            return ()
        stories, events = _groups(members)
        ids = [member.id for member in members if events.first(member.id) == events.first(article)]
        story = {number for number in ids if stories.first(number) == stories.first(article)}
        selected = self._db.execute(
            "SELECT a.id, a.title, a.source, a.posted_at, a.comments, a.score, a.subreddit, a.body <> '',"
            f" a.over_18, a.discussion, a.key, max(coalesce(a.stated, 0), coalesce(a.known, 0))"
            f" FROM article a WHERE a.id {_IN} AND {self._visible}"
            f" ORDER BY a.id <> ?, a.id NOT {_IN}, a.posted_at IS NULL, a.posted_at, a.id"
            f" LIMIT {MAX_THREADS}",
            (json.dumps(ids), article, json.dumps(list(story))),
        ).fetchall()
        selected.sort(key=lambda row: (row[0] not in story, row[3] is None, row[3], row[0]))
        return tuple(_thread(row, same_story=row[0] in story) for row in selected)

    def _numbers(self, articles: Sequence[int]) -> tuple[dict[int, int], dict[int, int]]:
        """The stories and the events."""
        if len(self._archives) < 2:
            known = {
                article: (story, event)
                for article, story, event in self._db.execute(
                    f"SELECT article, story, event FROM story WHERE article {_IN}",
                    (json.dumps(list(articles)),),
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

    def _members(self, articles: Iterable[int], limit: int = -1) -> list[_Member]:
        """These articles and all others of their events, of these archives; at most `limit` others, if it is
        not below 0."""
        ids = json.dumps(list(articles))
        selected = self._db.execute(
            f"{_MEMBER} WHERE (a.id {_IN} OR a.id IN (SELECT article FROM story WHERE event IN"
            f" (SELECT event FROM story WHERE article {_IN}) LIMIT ?)) AND {self._visible}",
            (ids, ids, limit),
        )
        members = (_Member(*row) for row in selected)
        return [member for member in members if rows.archive_of(member.id) in self._archives]

    def _elsewhere(self, members: Sequence[_Member]) -> list[int]:
        """Articles of these archives with the link or the headline of one of the members."""
        numbers: list[int] = []
        for column in ("address", "fingerprint"):
            values = json.dumps([getattr(member, column) for member in members])
            inside, bounds = rows.in_archives(self._archives)
            numbers += [
                number
                for (number,) in self._db.execute(
                    f"SELECT id FROM article WHERE {column} {_IN} AND {inside} LIMIT {MAX_THREADS}",
                    (values, *bounds),
                )
            ]
        return numbers


def _thread(row: Sequence[Any], *, same_story: bool) -> StoryThread:
    number, title, source, at, comments, score, subreddit, has_text, over_18, discussion, key, known = row
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
        known or None,
    )


def _groups(members: Sequence[_Member]) -> tuple[Groups, Groups]:
    """The stories and the events of members of several archives."""
    ids = [member.id for member in members]
    stories = Groups({*ids, *(member.story for member in members)})
    events = Groups({*ids, *(member.story for member in members), *(member.event for member in members)})
    first: dict[tuple[object, ...], int] = {}
    for member in members:
        stories.join(member.id, member.story)
        events.join(member.id, member.event)
        keys: list[tuple[object, ...]] = []
        if member.address is not None and page_hash(member.link) is not None:
            keys.append(("link", member.address))
        if member.source and is_telling(normalize_title(member.title)):
            keys.append(("headline", member.fingerprint, member.source.casefold()))
        for key in keys:
            other = first.setdefault(key, member.id)
            if key[0] == "link" or rows.archive_of(other) != rows.archive_of(member.id):
                stories.join(member.id, other)
                events.join(member.id, other)
    return stories, events
