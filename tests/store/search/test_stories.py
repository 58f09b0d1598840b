"""Articles that are one story, and reports of one event, as loads and undoing find them."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from contextlib import closing
from datetime import datetime, timedelta
from itertools import permutations
from pathlib import Path
from typing import Any

import pytest

from bot.domain.articles import Scope
from bot.domain.dump import ParsedThread
from bot.store.corpus.corpus_store import archives_of
from bot.store.corpus.same_story import StoryIdentity, are_editions, bare_headline, same_story
from bot.store.corpus.story_reader import StoryReader
from bot.store.ingest.writer import CorpusWriter
from bot.store.search.stories import _StoryBatch
from bot.text.search.analyzer import Analyzer
from tests.support.corpus_engines import corpus_at
from tests.support.corpus_loads import START, comment, load, query, thread

LINK = "https://courier.example/2024/fish-market"
TITLE = "Harbour council votes to move the fish market"
TEXT = (
    "The harbour council voted 7 to 4 on Tuesday to move the fish market to the old rail yard by spring.",
    "Stallholders will pay no rent in the first year, and a petition against the move has 3,100 names.",
    "The rail yard has stood empty since the ferry company left Saltmere nine years ago.",
)
OTHER_TEXT = (
    "Saltmere's fish market is to leave its quay for the rail yard, after the council voted for the move.",
    "Traders get a year without rent. More than 3,100 people signed a petition against the plan, which the"
    " harbour council adopted by 7 votes to 4.",
    "Ferries used the yard until the company left nine years ago.",
)


def learn(writer: CorpusWriter) -> None:
    writer.update_statistics(Analyzer())


def load_and_learn(data: Path, *threads: ParsedThread, guild: int | None = None) -> int:
    with CorpusWriter(corpus_at(data)) as writer:
        receipt = load(writer, *threads, guild=guild)
        learn(writer)
    return receipt.load


def undo(data: Path, number: int, guild: int | None = None) -> None:
    with CorpusWriter(corpus_at(data)) as writer:
        writer.undo(guild, number)
        learn(writer)


def submission(key: str, title: str = TITLE, link: str = LINK, hours: float = 5, **more: Any) -> ParsedThread:
    more = {"source": "courier.example", "body": (), "subreddit": "saltmere", **more}
    return thread(title, key=f"t3_{key}", link=link, posted_at=START + timedelta(hours=hours), **more)


def page(title: str = TITLE, text: tuple[str, ...] = TEXT, at: datetime = START, **more: Any) -> ParsedThread:
    return thread(title, body=text, posted_at=at, **more)


def stories(data: Path) -> list[set[str]]:
    """The headlines and keys of the articles of each story with more than one."""
    return _sets(data, "story")


def events(data: Path) -> list[set[str]]:
    return _sets(data, "event")


def _sets(data: Path, column: str) -> list[set[str]]:
    groups: dict[int, set[str]] = {}
    for number, name in query(
        data,
        f"SELECT {column}, coalesce(CAST(key AS text), title) FROM story JOIN article ON id = article",
    ):
        groups.setdefault(number, set()).add(str(name))
    return sorted((group for group in groups.values() if len(group) > 1), key=sorted)


def test_a_page_and_two_submissions_of_its_link_are_one_story(tmp_path: Path) -> None:
    first = load_and_learn(tmp_path, page(), submission("a1"))
    second = load_and_learn(
        tmp_path,
        submission("b2", "It is happening", "https://amp.courier.example/2024/fish-market/?utm_source=x", 9),
    )
    with closing(corpus_at(tmp_path).open_reader("corpus")) as db:
        reader = StoryReader(db, archives_of(db, Scope()), adult=True)
        found = reader.threads(1)
        assert [(one.article, one.has_text, one.same_story) for one in found] == [
            (1, True, True),
            (2, False, True),
            (3, False, True),
        ]
        assert set(reader.stories([1, 2, 3]).values()) == {1}
    undo(tmp_path, second)
    assert [len(group) for group in stories(tmp_path)] == [2]
    undo(tmp_path, first)
    assert query(tmp_path, "SELECT * FROM story") == []
    assert query(tmp_path, "SELECT * FROM story_queue UNION ALL SELECT 1, 1, event FROM story_broken") == []


def test_undoing_the_page_leaves_the_threads_and_undoing_what_joined_two_takes_them_apart(
    tmp_path: Path,
) -> None:
    load_and_learn(tmp_path, page(source=None, submitter=None))
    load_and_learn(tmp_path, submission("b2", "It is happening"))
    assert stories(tmp_path) == []
    bridge = load_and_learn(tmp_path, submission("a1"))
    assert [len(group) for group in stories(tmp_path)] == [3]
    undo(tmp_path, bridge)
    assert stories(tmp_path) == []


REPORTS: tuple[Callable[[], ParsedThread], ...] = (
    page,
    lambda: page(
        "Saltmere fish market to leave the quay for the rail yard",
        OTHER_TEXT,
        START + timedelta(days=1),
        source="herald.example",
    ),
    lambda: submission("a1"),
    lambda: page(
        "Ferry company orders two ships", ("Two ships were ordered by the ferry company in Pellport.",) * 3
    ),
)


@pytest.mark.parametrize("order", list(permutations(range(len(REPORTS))))[::5])
def test_the_order_of_loads_does_not_matter(order: tuple[int, ...], tmp_path: Path) -> None:
    for number in order:
        load_and_learn(tmp_path, REPORTS[number]())
    [event] = events(tmp_path)
    assert len(event) == 3
    assert not any("Ferry" in name for name in event)
    [story] = stories(tmp_path)
    assert len(story) == 2


def test_a_story_of_very_many_threads_grows_and_is_joined_without_being_read_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.store.search.stories.MAX_REGROUPED", 2)
    other = f"{LINK}/two"
    seconds = [submission(f"c{number}", f"Second {number}", other, number) for number in range(4)]
    firsts = [submission(f"b{number}", f"First {number}", hours=number) for number in range(4)]
    for each in (*seconds, *firsts):
        load_and_learn(tmp_path, each)
    assert [len(group) for group in stories(tmp_path)] == [4, 4]
    read: list[tuple[int, ...]] = []
    plain = _StoryBatch._rows

    def counted(batch: _StoryBatch, column: str, values: Iterable[int]) -> list[Any]:
        rows = plain(batch, column, values)
        read.append(tuple(row.article for row in rows))
        return rows

    monkeypatch.setattr(_StoryBatch, "_rows", counted)
    load_and_learn(tmp_path, submission("b9", "Another first", hours=9))
    assert max(map(len, read)) < 4
    assert [len(group) for group in stories(tmp_path)] == [5, 4]
    # The page whose headline and text are in a thread of each makes one story of both.
    monkeypatch.setattr(_StoryBatch, "_rows", plain)
    load_and_learn(tmp_path, submission("b5", body=TEXT), submission("c5", link=other, body=TEXT))
    [joined] = stories(tmp_path)
    assert (len(joined), events(tmp_path)) == (11, [joined])
    numbers = query(tmp_path, "SELECT DISTINCT story, event FROM story")
    assert numbers == [(1, 1)]
    undo(tmp_path, 10)
    assert [len(group) for group in stories(tmp_path)] == [5, 4]


def test_an_update_that_is_stopped_goes_on_where_it_was(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.store.search.stories.ARTICLES_PER_TRANSACTION", 1)
    with CorpusWriter(corpus_at(tmp_path)) as writer:
        load(writer, page(), submission("a1"), submission("b2", "Well, well", hours=9))
        steps = iter([None] * 3)
        with pytest.raises(StopIteration):
            writer.update_statistics(Analyzer(), lambda: next(steps))
        learn(writer)
    assert [len(group) for group in stories(tmp_path)] == [3]


def test_one_server_never_sees_the_stories_of_another(tmp_path: Path) -> None:
    load_and_learn(tmp_path, page(), guild=7)
    load_and_learn(tmp_path, submission("a1"), guild=8)
    load_and_learn(tmp_path, submission("b2", "Well, well", hours=9))
    assert stories(tmp_path) == []
    with closing(corpus_at(tmp_path).open_reader("corpus")) as db:
        own = archives_of(db, Scope(guild=7))
        [shared] = query(tmp_path, "SELECT id FROM article WHERE id < 4294967296")
        reader = StoryReader(db, own, adult=True)
        assert [one.title for one in reader.threads(shared)] == ["Well, well"]
        [first] = query(tmp_path, "SELECT id FROM article WHERE title = ? AND key IS NULL", [TITLE])
        [other] = query(tmp_path, "SELECT id FROM article WHERE title = ? AND key IS NOT NULL", [TITLE])
        assert [one.article for one in reader.threads(first)] == [first]
        assert reader.threads(other) == ()
        assert reader.events([first, other])[other] == other


def test_what_two_archives_of_a_scope_share_is_one_story(tmp_path: Path) -> None:
    load_and_learn(tmp_path, submission("a1"), guild=7)
    load_and_learn(tmp_path, submission("b2", "Well, well", hours=9), page())
    with closing(corpus_at(tmp_path).open_reader("corpus")) as db:
        reader = StoryReader(db, archives_of(db, Scope(guild=7)), adult=True)
        [own] = query(tmp_path, "SELECT id FROM article WHERE id > 4294967296")
        assert len(reader.threads(own)) == 3
        assert {one.same_story for one in reader.threads(own)} == {True}
        assert len(set(reader.stories([own, 1, 2]).values())) == 1


def test_changed_text_is_compared_again(tmp_path: Path) -> None:
    load_and_learn(tmp_path, page(link=LINK, key="t3_a9"), submission("a1"))
    assert len(stories(tmp_path)) == 1
    with CorpusWriter(corpus_at(tmp_path)) as writer:
        newer = page(
            "A wholly different subject",
            ("Nothing of it is left.",),
            link=LINK + "/2",
            key="t3_a9",
            captured=1_800_000_000,
        )
        load(writer, newer)
        learn(writer)
    assert stories(tmp_path) == []


def identity(
    title: str = TITLE, text: str = "", source: str | None = "courier.example", days: float = 0, **more: Any
) -> StoryIdentity:
    values = {"key": None, "link": None, **more}
    return StoryIdentity(
        1, values["key"], title, source, 1_700_000_000 + int(days * 86_400), values["link"], text
    )


LONG = " ".join(TEXT)


@pytest.mark.parametrize(
    ("article", "other", "same"),
    [
        (identity(), identity(text=LONG), True),
        (identity(), identity(text=LONG, days=5), False),
        (identity("Live updates"), identity("Live updates", LONG), False),
        (identity(f"{TITLE} - The Courier"), identity(text=LONG), True),
        (identity(f"[Courier] {TITLE}"), identity(text=LONG), True),
        (identity(f"{TITLE} - The Herald"), identity(text=LONG), False),
        (identity(source="herald.example"), identity(text=LONG), False),
        (identity(text=LONG, source="herald.example"), identity(text=f"By wire. {LONG} More below."), True),
        (identity(text=LONG), identity(text=" ".join(OTHER_TEXT)), False),
        (
            identity(link=f"{LINK}?utm_medium=x"),
            identity("Another", link="http://www.courier.example/2024/fish-market/"),
            True,
        ),
        (
            identity("One", link="https://courier.example/"),
            identity("Two", link="https://courier.example"),
            False,
        ),
        (
            identity("One", link="https://www.reddit.com/r/saltmere/comments/zz/one/"),
            identity("Two", key=1295),
            True,
        ),
        (
            identity("One", link="https://www.reddit.com/r/saltmere/comments/zz/one/abc/"),
            identity("Two", key=1295),
            False,
        ),
        (
            identity(text=LONG, source="self.saltmere"),
            identity(text=LONG, source="self.saltmere", days=1),
            False,
        ),
        (
            identity(text=LONG, source="self.saltmere"),
            identity(text=LONG, source="self.pellport", days=1),
            True,
        ),
    ],
)
def test_what_is_the_same_story(article: StoryIdentity, other: StoryIdentity, same: bool) -> None:
    assert same_story(article, other) is same
    assert same_story(other, article) is same


def test_editions_of_a_series_are_no_reports_of_one_event() -> None:
    assert are_editions(
        identity("Morning briefing", LONG), identity("Morning briefing", " ".join(OTHER_TEXT), days=1)
    )
    assert not are_editions(identity(), identity(text=LONG))
    assert bare_headline("Council votes: market moves", ["courier.example"]) == "council votes market moves"


def test_comments_are_no_reason_to_compare_again(tmp_path: Path) -> None:
    load_and_learn(tmp_path, submission("a1"), submission("b2", hours=6))
    with CorpusWriter(corpus_at(tmp_path)) as writer:
        load(
            writer,
            thread(
                TITLE,
                comment(key="t1_x"),
                key="t3_a1",
                body=(),
                link=LINK,
                posted_at=START + timedelta(hours=5),
                source="courier.example",
                subreddit="saltmere",
            ),
        )
    assert query(tmp_path, "SELECT * FROM story_queue") == []
