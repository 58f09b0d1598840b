"""Assigns articles to stories and events, after each load, in transactions of bounded size.

Articles that are the same story by `bot.store.corpus.same_story` have one `story`; stories that report the
same event have one `event`. Each article refers to the earlier article that it is most like (`parent`), if
they report the same event; an event is what hangs together by these references, for at most some days. The
result does not depend on the order in which articles are loaded, except where more than the compared number
are alike, and for events of more than MAX_REGROUPED articles: these are not read again, but only grow and are
joined. Triggers record what is new or changed (`story_queue`), and the events that lost an article
(`story_broken`): their articles are compared again, so that an undo takes apart what a load has joined."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from operator import attrgetter
from typing import NamedTuple

from bot.domain.stories import Likeness, Report
from bot.store.corpus.deduplication import page_hash, reddit_submission_number
from bot.store.corpus.groups import Groups
from bot.store.corpus.rows import id_range
from bot.store.corpus.same_story import STORY_IDENTITY, StoryIdentity, are_editions, same_story
from bot.store.engine import Connection
from bot.store.search.ports import EventComparison

ARTICLES_PER_TRANSACTION = 8_000
MAX_DAYS = 3
"""Reports of one event stand at most this far apart, each from the one before it,"""
MAX_EVENT_DAYS = 7
"""and from the first of all."""
MAX_WINDOW = 4_000
"""The most articles before, and after, those of a transaction with which these are compared."""
MAX_SAME_HEADLINES = 8
"""The most articles with the same headline, loaded before and after an article, that are compared with it."""
MAX_REGROUPED = 2_000
"""An event with more articles is not divided anew when others join it."""
_DAY = 86_400
_ANOTHER = "EXISTS (SELECT 1 FROM article b WHERE b.{0} = a.{0} AND b.id BETWEEN ? AND ? AND b.id <> a.id)"
_LEADING = "(link LIKE '%reddit.com/%' OR link LIKE '%redd.it/%')"


def has_work(db: Connection) -> bool:
    """Whether an article or an event waits."""
    sql = "SELECT EXISTS (SELECT 1 FROM story_queue) OR EXISTS (SELECT 1 FROM story_broken)"
    return bool(db.execute(sql).fetchone()[0])


def add_to_queue(db: Connection, first: int, last: int) -> None:
    """Lets the articles with these ids wait, in the caller's transaction."""
    db.execute(
        "INSERT INTO story_queue SELECT id >> 32, coalesce(posted_at, 0), id FROM article"
        " WHERE id BETWEEN ? AND ? AND title IS NOT NULL ON CONFLICT DO NOTHING",
        (first, last),
    )


def update_stories(db: Connection, comparison: EventComparison, on_batch: Callable[[], None]) -> None:
    """Assigns what the queue contains. `on_batch` is called after each transaction; if it raises, the next
    call does the rest."""
    while _requeue_broken(db):
        on_batch()
    window: Mapping[int, Report] = {}
    while True:
        with db.transaction():
            batch = _StoryBatch(db, comparison, window)
            if not batch.run():
                return
        window = batch.window
        on_batch()


def _requeue_broken(db: Connection) -> bool:
    """Takes apart some of the articles of a broken event; False if there is none."""
    row = db.execute("SELECT event FROM story_broken LIMIT 1").fetchone()
    if row is None:
        return False
    with db.transaction():
        sql = "SELECT article FROM story WHERE event = ? LIMIT ?"
        articles = [article for (article,) in db.execute(sql, (*row, ARTICLES_PER_TRANSACTION))]
        ids = db.list_value(articles)
        db.execute(
            "INSERT INTO story_queue SELECT id >> 32, coalesce(posted_at, 0), id FROM article"
            f" WHERE id {db.in_list} AND title IS NOT NULL ON CONFLICT DO NOTHING",
            (ids,),
        )
        db.execute(f"DELETE FROM story WHERE article {db.in_list}", (ids,))
        if not articles:
            db.execute("DELETE FROM story_broken WHERE event = ?", row)
    return True


class _StoryRow(NamedTuple):
    article: int
    story: int
    event: int
    parent: int | None = None
    likeness: float | None = None


class _StoryBatch:
    """The next articles of the queue, which are those of one archive and follow each other in time. `window`
    contains the articles among which those before were compared."""

    def __init__(self, db: Connection, comparison: EventComparison, window: Mapping[int, Report]) -> None:
        self._db = db
        self._comparison = comparison
        self.window = window
        self._identities: dict[int, StoryIdentity] = {}
        self._same: list[tuple[int, int]] = []
        self._range = (0, 0)

    def run(self) -> bool:
        """Assigns them; False if there are none."""
        queue = self._db.execute(
            "SELECT archive, posted_at, article FROM story_queue"
            " ORDER BY archive, posted_at, article LIMIT ?",
            (ARTICLES_PER_TRANSACTION,),
        ).fetchall()
        queue = [row for row in queue if row[0] == queue[0][0]]
        if not queue:
            return False
        self._range = id_range(queue[0][0])
        new = sorted({article for *_, article in queue})
        ids = self._db.list_value(new)
        self._join_same(ids)
        reports = self._reports_around(queue)
        self.window = {report.article: report for report in reports}
        likenesses = self._comparison.compare(reports, set(new), MAX_DAYS * _DAY) if len(reports) > 1 else []
        self._write(self._changed_parents(self._reports(likenesses)))
        # They are the first of the queue.
        self._db.execute(
            "DELETE FROM story_queue WHERE (archive, posted_at, article) <= (?, ?, ?)", queue[-1]
        )
        return True

    # The same story.

    def _join_same(self, ids: object) -> None:
        """Joins each article with those that have the same link or headline, and with the thread that it
        leads to."""
        # In one reading, as most articles are alone, of which the indexes say so.
        alike = self._db.execute(
            "SELECT id, key, link, address, fingerprint, has_link, has_headline FROM ("
            f"SELECT a.id, a.key, a.link, a.address, a.fingerprint, {_ANOTHER.format('address')} AS has_link,"
            f" {_ANOTHER.format('fingerprint')} AS has_headline"
            f" FROM article a WHERE a.id {self._db.in_list} AND a.title IS NOT NULL) AS alike"
            f" WHERE has_link OR has_headline OR {_LEADING}",
            (*self._range, *self._range, ids),
        ).fetchall()
        for article, key, link, address, fingerprint, has_link, has_headline in alike:
            if has_link and page_hash(link) is not None:
                first = self._ids("address = ? ORDER BY id LIMIT 1", address)
                self._same += [(article, other) for other in first if other != article]
            number = reddit_submission_number(link) if link else None
            if number is not None and number != key:
                self._join(article, self._ids("key = ?", number))
            for condition in ("id < ? ORDER BY id DESC", "id > ? ORDER BY id") if has_headline else ():
                others = self._ids(
                    f"fingerprint = ? AND {condition} LIMIT {MAX_SAME_HEADLINES}", fingerprint, article
                )
                self._join(article, others)

    def _reports(self, likenesses: Iterable[Likeness]) -> list[Likeness]:
        """Those that are no editions of a series; joins those that are one story."""
        reports = []
        for likeness in likenesses:
            first, second = self._identity(likeness.article), self._identity(likeness.earlier)
            if first and second and not are_editions(first, second):
                reports.append(likeness)
                if same_story(first, second):
                    self._same.append((first.id, second.id))
        return reports

    def _join(self, article: int, others: Iterable[int]) -> None:
        for other in others:
            first, second = self._identity(article), self._identity(other)
            if first and second and same_story(first, second):
                self._same.append((article, other))

    def _ids(self, condition: str, *values: int) -> list[int]:
        return [
            number
            for (number,) in self._db.execute(
                f"SELECT id FROM article WHERE title IS NOT NULL AND id BETWEEN ? AND ? AND {condition}",
                (*self._range, *values),
            )
        ]

    def _identity(self, article: int) -> StoryIdentity | None:
        if article not in self._identities:
            row = self._db.execute(
                f"SELECT {STORY_IDENTITY} FROM article WHERE id = ? AND title IS NOT NULL", (article,)
            ).fetchone()
            if row is None:
                return None
            self._identities[article] = StoryIdentity(*row)
        return self._identities[article]

    # The same event.

    def _reports_around(self, queue: Sequence[tuple[int, int, int]]) -> list[Report]:
        """The queued articles that have a time, and those around them, by time: of the later ones only those
        that do not wait themselves, which are compared with these when it is their turn."""
        times = {article: posted_at for _, posted_at, article in queue if posted_at}
        if not times:
            return []
        first, last = min(times.values()), max(times.values())
        sql = (
            f"SELECT id, posted_at FROM article {self._db.read_by('article_shown')} WHERE title IS NOT NULL"
            " AND id BETWEEN ? AND ? AND posted_at"
        )
        before = f"{sql} >= ? AND posted_at < ? ORDER BY posted_at DESC LIMIT {MAX_WINDOW}"
        within = f"{sql} BETWEEN ? AND ? ORDER BY posted_at LIMIT {2 * MAX_WINDOW}"
        after = (
            f"SELECT id, posted_at FROM ({sql} > ? AND posted_at <= ?"
            f" ORDER BY posted_at LIMIT {MAX_WINDOW}) AS later WHERE NOT EXISTS (SELECT 1 FROM story_queue"
            " WHERE archive = later.id >> 32 AND posted_at = later.posted_at AND article = later.id)"
        )
        seconds = MAX_DAYS * _DAY
        for text, bounds in (
            (before, (first - seconds, first)),
            (within, (first, last)),
            (after, (last, last + seconds)),
        ):
            times.update(self._db.execute(text, (*self._range, *bounds)))
        rows = self._db.execute(
            f"SELECT id, terms, vector FROM signature WHERE id {self._db.in_list} AND terms IS NOT NULL",
            (self._db.list_value(sorted(times.keys() - self.window.keys())),),
        )
        reports = [self.window[article] for article in times.keys() & self.window.keys()]
        reports += [Report(article, times[article], terms, vector) for article, terms, vector in rows]
        return sorted(reports, key=attrgetter("posted_at", "article"))

    def _changed_parents(self, likenesses: Collection[Likeness]) -> dict[int, tuple[int, float]]:
        """For each later article of a pair the earlier one that it is most like, if that is not known."""
        best: dict[int, tuple[float, int]] = {}
        for article, earlier, likeness in likenesses:
            best[article] = max(best.get(article, (-1.0, 0)), (likeness, -earlier))
        known = {
            row.article: (row.likeness or 0.0, -row.parent)
            for row in self._rows("article", best)
            if row.parent is not None
        }
        return {
            article: (-minus, likeness)
            for article, (likeness, minus) in best.items()
            if (likeness, minus) > known.get(article, (-1.0, 0))
        }

    # Both.

    def _write(self, parents: dict[int, tuple[int, float]]) -> None:
        """Stores the new references, and the stories and events that follow from them."""
        touched = {article for pair in self._same for article in pair}
        touched.update(parents)
        touched.update(parent for parent, _ in parents.values())
        if not touched:
            return
        rows = {row.article: row for row in self._rows("article", touched)}
        events = {row.event for row in rows.values()}
        large = {event for event in events if self._is_large(event)}
        rows |= {row.article: row for row in self._rows("event", events - large)}
        before = dict(rows)
        for article in touched - rows.keys():
            rows[article] = _StoryRow(article, article, article)
        for article, (parent, likeness) in parents.items():
            rows[article] = rows[article]._replace(parent=parent, likeness=likeness)
        stories, groups = self._grouped(rows, large)
        labelled = (
            row._replace(story=stories.first(article), event=groups.first(article))
            for article, row in rows.items()
        )
        changed = [row for row in labelled if row != before.get(row.article)]
        self._db.executemany(
            "INSERT INTO story VALUES (?, ?, ?, ?, ?) ON CONFLICT (article) DO UPDATE"
            " SET story = excluded.story, event = excluded.event, parent = excluded.parent,"
            " likeness = excluded.likeness",
            changed,
        )
        self._rename(
            {(row.event, row.story) for row in before.values() if row.event in large}, stories, groups
        )

    def _is_large(self, event: int) -> bool:
        sql = "SELECT count(*) FROM (SELECT 1 FROM story WHERE event = ? LIMIT ?) AS members"
        return bool(self._db.execute(sql, (event, MAX_REGROUPED + 1)).fetchone()[0] > MAX_REGROUPED)

    def _rename(self, large: Collection[tuple[int, int]], stories: Groups, events: Groups) -> None:
        """Gives the rows of large events that were not read the stories and events that these now are."""
        for event, story in large:
            if stories.first(story) != story:
                sql = "UPDATE story SET story = ? WHERE event = ? AND story = ?"
                self._db.execute(sql, (stories.first(story), event, story))
        for event in {event for event, _ in large}:
            if events.first(event) != event:
                sql = "UPDATE story SET event = ? WHERE event = ?"
                self._db.execute(sql, (events.first(event), event))

    def _grouped(self, rows: Mapping[int, _StoryRow], large: Collection[int]) -> tuple[Groups, Groups]:
        """The stories and the events of the rows; of those in large events only some rows are there, which
        stand for all that have the same story and event."""
        kept = [row for row in rows.values() if row.event in large]
        names = {*(row.story for row in kept), *(row.event for row in kept)}
        stories, events = Groups({*rows, *names}), Groups({*rows, *names})
        for row in kept:
            stories.join(row.article, row.story)
            events.join(row.article, row.event)
        for row in rows.values():
            if row.story in rows:
                stories.join(row.article, row.story)
        for article, other in self._same:
            stories.join(article, other)
        times: dict[int, int | None] = dict(
            self._db.execute(
                f"SELECT id, posted_at FROM article WHERE id {self._db.in_list}",
                (self._db.list_value([*rows, *names]),),
            )
        )
        begun: dict[int, int] = {}
        for article in sorted(rows, key=lambda number: (times.get(number) or 0, number)):
            at, parent = times.get(article) or 0, rows[article].parent
            begun[article] = at
            if rows[article].event in large:
                begun[article] = min(at, times.get(rows[article].event) or at)
            if parent is not None and parent in begun and at - begun[parent] <= MAX_EVENT_DAYS * _DAY:
                events.join(article, parent)
                begun[article] = begun[parent]
        for article in rows:
            events.join(article, stories.first(article))
        return stories, events

    def _rows(self, column: str, values: Iterable[int]) -> list[_StoryRow]:
        rows = self._db.execute(
            f"SELECT * FROM story WHERE {column} {self._db.in_list}",
            (self._db.list_value(values),),
        )
        return [_StoryRow(*row) for row in rows]
