"""Stories in the archives of a server, its own and the shared one, and the stories of large events."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.domain.articles import Scope
from bot.domain.dump import ParsedThread
from bot.store.corpus.corpus_store import archives_of
from bot.store.corpus.story_reader import StoryReader
from bot.store.ingest.writer import CorpusWriter
from bot.text.search.analyzer import Analyzer
from tests.support.corpus_engines import corpus_at
from tests.support.corpus_loads import START, load, load_into, query, thread

TITLE = "Harbour council votes to move the fish market"
LINK = "https://courier.example/2024/fish-market"
TEXT = (
    "The harbour council voted 7 to 4 on Tuesday to move the fish market to the old rail yard by spring.",
    "Stallholders will pay no rent in the first year, and a petition against the move has 3,100 names.",
)
FIRST_OF_ARCHIVE = "SELECT id FROM article WHERE title = ? AND id > 4294967296"


def put(data: Path, *threads: ParsedThread, guild: int | None = None) -> None:
    with CorpusWriter(corpus_at(data)) as writer:
        load(writer, *threads, guild=guild)
        writer.update_statistics(Analyzer())


@contextmanager
def reading(data: Path) -> Iterator[StoryReader]:
    """Stories in the archives of server 7."""
    with closing(corpus_at(data).open_reader("corpus")) as db:
        yield StoryReader(db, archives_of(db, Scope(guild=7)), adult=True)


def article(days: float, **more: Any) -> ParsedThread:
    return thread(**{"title": TITLE, "body": (), "posted_at": START + timedelta(days=days), **more})


@pytest.mark.parametrize(
    ("own", "shared", "joined"),
    [
        ({}, {"days": 2}, True),
        ({}, {"days": 365}, False),
        ({}, {"source": "herald.example"}, False),
        ({"source": None}, {"days": 1}, True),
        ({"source": None}, {"days": 365}, False),
        ({"link": LINK}, {"days": 2, "link": f"{LINK}-2"}, False),
        ({"link": LINK}, {"days": 0.5, "link": f"{LINK}-2"}, True),
        ({"link": LINK}, {"days": 365, "link": f"{LINK}?utm_source=x"}, True),
        ({"source": "self.saltmere"}, {"days": 1, "source": "self.saltmere"}, False),
        ({"source": "self.saltmere"}, {"days": 0.2, "source": "self.saltmere"}, True),
        ({"body": TEXT}, {"days": 1, "body": ("Quite another text of the next day.",)}, False),
        ({"body": TEXT}, {"days": 0.1, "body": TEXT}, True),
        ({"title": "Live updates"}, {"title": "Live updates"}, False),
        ({"title": "Live", "key": "t3_a1"}, {"title": "Live", "key": "t3_a1", "days": 9}, True),
    ],
)
def test_articles_of_two_archives_are_one_story_by_the_rules_of_one(
    tmp_path: Path, own: dict[str, Any], shared: dict[str, Any], joined: bool
) -> None:
    load_into(tmp_path, article(**{"days": 0, **shared}))
    load_into(tmp_path, article(**{"days": 0, **own}), guild=7)
    [number] = query(tmp_path, FIRST_OF_ARCHIVE, [own.get("title", TITLE)])
    with reading(tmp_path) as reader:
        assert len(reader.threads(number)) == 1 + joined
        assert len(reader.threads(1)) == 1 + joined
        assert len(set(reader.events([1, number]).values())) == 2 - joined
        assert set(reader.companions([1, number])) == ({1, number} if joined else set())


def test_a_link_to_a_thread_of_the_shared_archive_is_one_story_with_it(tmp_path: Path) -> None:
    load_into(tmp_path, article(9, title="It", key="t3_a1"))
    load_into(
        tmp_path, article(0, title="See", link="https://www.reddit.com/r/saltmere/comments/a1/it/"), guild=7
    )
    [number] = query(tmp_path, FIRST_OF_ARCHIVE, ["See"])
    with reading(tmp_path) as reader:
        assert [each.title for each in reader.threads(number)] == ["See", "It"]
        assert len(set(reader.stories([1, number]).values())) == 1


def test_an_article_is_joined_with_the_edition_of_its_own_day(tmp_path: Path) -> None:
    load_into(tmp_path, *(article(days, source="self.saltmere") for days in range(40)))
    load_into(tmp_path, article(20.1, source="self.saltmere"), guild=7)
    [number] = query(tmp_path, FIRST_OF_ARCHIVE, [TITLE])
    with reading(tmp_path) as reader:
        assert {each.article for each in reader.threads(number)} == {21, number}


def test_the_articles_links_are_looked_up_before_those_of_the_rest_of_its_event(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.store.corpus.story_reader.MAX_THREADS", 3)
    others = [
        article(0, title=f"Other {number}", link=f"{LINK}/{number % 3}", key=f"t3_c{number}")
        for number in range(12)
    ]
    put(tmp_path, *others)
    put(tmp_path, article(0, title="It", link=f"{LINK}/mine", key="t3_b1"))
    own = [article(0, title=f"Own {number}", link=f"{LINK}/{number}") for number in range(3)]
    put(tmp_path, *own, article(0, title="Mine", link=f"{LINK}/mine"), guild=7)
    numbers = query(tmp_path, "SELECT id FROM article WHERE id > 4294967296 ORDER BY id")
    with CorpusWriter(corpus_at(tmp_path)) as writer:
        writer._db.executemany(
            "INSERT INTO story VALUES (?, ?, ?, NULL, NULL)", [(each, each, numbers[0]) for each in numbers]
        )
    with reading(tmp_path) as reader:
        assert {each.title for each in reader.threads(numbers[-1]) if each.same_story} == {"It", "Mine"}


def test_the_articles_own_story_is_whole_in_a_very_large_event(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.store.corpus.story_reader.MAX_MEMBERS", 4)
    reports = [article(0, title=f"Report {number}", source=f"s{number}.example") for number in range(12)]
    put(tmp_path, *reports)
    put(tmp_path, *(article(1, title=f"No {number}", link=LINK, key=f"t3_d{number}") for number in range(3)))
    with CorpusWriter(corpus_at(tmp_path)) as writer:
        writer._db.execute("UPDATE story SET event = 1")
        writer._db.executemany(
            "INSERT INTO story VALUES (?, ?, 1, NULL, NULL)", [(each, each) for each in range(1, 13)]
        )
    with reading(tmp_path) as reader:
        threads = reader.threads(15)
        assert [each.article for each in threads if each.same_story] == [13, 14, 15]
        assert len(threads) > 3
