"""Several captures of one thread: what replies answer, who commented, and where comments stand."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import closing
from datetime import timedelta
from itertools import permutations
from pathlib import Path
from typing import Any

import pytest

from bot.domain.articles import CommentPage, Scope
from bot.domain.dump import ParsedComment, ParsedThread
from bot.domain.loads import PurgeFilter
from bot.services.pseudonyms import Pseudonymizer
from bot.store.corpus.reader import CorpusReader
from bot.store.corpus.rows import ID_SHIFT
from bot.store.corpus.story_comments import read_commenters
from bot.store.ingest.purge import purge
from bot.store.ingest.writer import CorpusWriter
from bot.store.sqlite.connection import CORPUS, open_writer
from bot.store.sqlite.folder_files import FolderFiles
from bot.text.search.analyzer import Analyzer
from bot.ui.articles import strings
from tests.support.corpus_engines import corpus_at, only_sqlite
from tests.support.corpus_loads import START, comment, load, load_into, query, thread

LINK = "https://courier.example/2024/fish-market"
TITLE = "Harbour council votes to move the fish market"
OWN = Scope(guild=7)
SHARED = Scope()
OLD, NEW = (int((START + timedelta(days=days)).timestamp()) for days in (1, 2))


@pytest.fixture
async def reader(tmp_path: Path) -> AsyncIterator[CorpusReader]:
    reader = CorpusReader.open(corpus_at(tmp_path))
    yield reader
    await reader.close()


def submission(key: str, *comments: ParsedComment, **more: Any) -> ParsedThread:
    more = {"posted_at": START, "link": LINK, "subreddit": "saltmere", "body": (), **more}
    return thread(TITLE, *comments, key=f"t3_{key}", **more)


def said(key: str, parent: str | None, author: str, minute: float, **more: Any) -> ParsedComment:
    parent_key = "t3_x1" if parent is None else f"t1_{parent}"
    return comment(f"{author} says {key}.", author, minute, key=f"t1_{key}", parent_key=parent_key, **more)


def put(data: Path, *threads: ParsedThread) -> None:
    with CorpusWriter(corpus_at(data)) as writer:
        load(writer, *threads)
        writer.update_statistics(Analyzer())


def own_article(data: Path) -> int:
    [number] = query(data, "SELECT id FROM article WHERE id > 4294967296")
    return int(number)


def ids(data: Path, text: str) -> list[int]:
    return query(data, "SELECT id FROM comment WHERE text = ? ORDER BY id", [text])


def texts(page: CommentPage) -> list[str]:
    return [each.text for each in page.comments]


async def test_a_reply_stands_below_what_only_another_capture_has(
    tmp_path: Path, reader: CorpusReader
) -> None:
    load_into(tmp_path, submission("x1", said("a", None, "ann", 1), said("b", "a", "ben", 3)))
    load_into(
        tmp_path,
        submission("x1", said("c", "a", "cleo", 4), said("d", "c", "dora", 5), said("e", None, "eve", 6)),
        guild=7,
    )
    own = own_article(tmp_path)
    page = await reader.comments(OWN, own, 0, 9, "thread")
    assert texts(page) == ["ann says a.", "ben says b.", "cleo says c.", "dora says d.", "eve says e."]
    assert page.depths == (0, 1, 1, 2, 0)
    top = page.comments[0]
    assert (page.comments[2].parent, page.comments[2].replies_to) == (top.id, "ann")
    below = await reader.comments(OWN, top.article, 0, 9, "thread", under=top.id)
    assert texts(below) == ["ben says b.", "cleo says c.", "dora says d."]
    every = await reader.all_comments(OWN, own, whole_story=True)
    assert {each.text: each.parent for each in every}["cleo says c."] == top.id
    assert {each.text: each.replies_to for each in every}["cleo says c."] == "ann"


async def test_a_comment_is_shown_as_its_newest_capture_has_it(tmp_path: Path, reader: CorpusReader) -> None:
    first = said("a", None, "ann", 1, captured=OLD)
    load_into(tmp_path, submission("x1", first, said("b", "a", "ben", 3)))
    gone = first._replace(text="[deleted]", author="[deleted]", captured=NEW)
    load_into(tmp_path, submission("x1", gone), guild=7)
    [old] = ids(tmp_path, "ann says a.")
    page = await reader.comments(OWN, 1, 0, 9, "thread", under=old)
    assert page.under is not None
    assert (page.under.text, texts(page)) == ("[deleted]", ["ben says b."])
    alone = await reader.comments(SHARED, 1, 0, 9, "thread", under=old)
    assert alone.under is not None
    assert alone.under.text == "ann says a."


async def test_comments_of_every_capture_say_from_which_thread_they_are(
    tmp_path: Path, reader: CorpusReader
) -> None:
    load_into(tmp_path, submission("x1", said("a", None, "ann", 1, captured=NEW)))
    load_into(tmp_path, submission("x2", said("z", None, "zoe", 2), subreddit="news"))
    load_into(tmp_path, submission("x1", said("a", None, "ann", 1, captured=OLD)), guild=7)
    own = own_article(tmp_path)
    page = await reader.comments(OWN, own, 0, 9, "oldest")
    assert texts(page) == ["ann says a.", "zoe says z."]
    assert {(each.article, each.place) for each in page.threads} == {(2, "r/news"), (own, "r/saltmere")}
    assert page.places == (own, 2)


async def test_a_capture_without_comments_stands_for_no_other(tmp_path: Path, reader: CorpusReader) -> None:
    load_into(tmp_path, submission("x1", said("a", None, "ann", 1), said("b", "a", "ben", 3)))
    load_into(tmp_path, submission("x1"), guild=7)
    own = own_article(tmp_path)
    for article in (1, own):
        story = await reader.story(OWN, article)
        assert ([each.article for each in story.discussed], story.comments) == ([1], 2)
        page = await reader.comments(OWN, article, 0, 9, "thread")
        assert [(each.article, each.comments) for each in page.threads] == [(1, 2)]
        assert (page.places, strings.comment_places(page)) == ((1, 1), ["", ""])
        assert strings.from_threads(page) == ""


@pytest.mark.parametrize("limit", [1, 2, 5])
async def test_the_page_of_a_comment_is_never_empty(tmp_path: Path, reader: CorpusReader, limit: int) -> None:
    """The last comments of a thread have lost their text."""
    shown = [said(f"a{number}", None, "ann", number) for number in range(4)]
    gone = [said(f"g{number}", None, "ann", 9)._replace(text="[deleted]") for number in range(3)]
    load_into(tmp_path, submission("x1", *shown, *gone))
    [*_, last] = ids(tmp_path, "[deleted]")
    page = await reader.comments(SHARED, 1, 0, limit, "oldest", around=last)
    assert page.comments
    assert page.comments[-1].text == "ann says a3."
    [first] = ids(tmp_path, "ann says a0.")
    assert (await reader.comments(SHARED, 1, 0, limit, "oldest", around=first)).offset == 0
    load_into(tmp_path, thread("Other", gone[0]._replace(key="t1_h"), key="t3_x9"))
    [*_, only] = ids(tmp_path, "[deleted]")
    assert (await reader.comments(SHARED, 2, 0, limit, "oldest", around=only)).offset == 0


async def test_a_thread_of_very_many_comments_is_not_listed_with_the_others(
    tmp_path: Path, reader: CorpusReader, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.store.corpus.story_comments.MAX_LISTED", 4)
    small = [said(f"s{number}", None, "ann", number) for number in range(3)]
    large = [said(f"l{number}", None, "ben", number) for number in range(6)]
    put(
        tmp_path,
        submission("x1", said("o", None, "cleo", 9)),
        submission("x2", *small),
        submission("x3", *large),
    )
    page = await reader.comments(SHARED, 1, 0, 9, "thread")
    assert (page.total, [each.article for each in page.threads], page.alone) == (4, [1, 2, 3], 1)
    page = await reader.comments(SHARED, 3, 0, 20, "thread")
    assert (page.total, page.alone) == (10, 0)
    page = await reader.comments(SHARED, 1, 0, 9, "thread", one_thread=True)
    assert (page.total, page.alone) == (1, 0)
    [top] = ids(tmp_path, "ben says l0.")
    page = await reader.comments(SHARED, 3, 0, 9, "thread", under=top)
    assert ([each.article for each in page.threads], page.alone) == ([1, 2, 3], 0)


async def test_captures_of_one_thread_have_the_same_letters_for_the_same_people(
    tmp_path: Path, reader: CorpusReader
) -> None:
    hidden = Scope(guild=7, pseudonyms=True)
    load_into(tmp_path, submission("x1", said("c", None, "cleo", 1), said("a", None, "ann", 2)), guild=7)
    load_into(tmp_path, submission("x1", said("b", None, "ben", 0), said("d", None, "ann", 3)))
    load_into(tmp_path, submission("x2", said("e", None, "ann", 4), subreddit="news"))
    own = own_article(tmp_path)
    names = Pseudonymizer(reader)

    async def letters() -> dict[str, str]:
        page = await reader.comments(hidden, own, 0, 9, "oldest")
        renamed = await names.rename(hidden, page)
        return {
            before.text: after.author.removeprefix("Commenter ")
            for before, after in zip(page.comments, renamed.comments, strict=True)
        }

    expected = {"ben says b.": "C", "cleo says c.": "A", "ann says a.": "B", "ann says d.": "B"}
    assert await letters() == {**expected, "ann says e.": "A"}
    # Later loads change no letter.
    load_into(tmp_path, submission("x1", said("f", None, "finn", 5)))
    assert (await letters()).items() > expected.items()
    assert (await letters())["finn says f."] == "D"


async def test_a_page_of_a_thread_has_the_letters_of_the_thread(tmp_path: Path, reader: CorpusReader) -> None:
    put(
        tmp_path,
        submission("x1", said("a", None, "ann", 1), said("b", None, "ben", 2)),
        thread(TITLE, comment("ben says b.", "ben", 2), comment("Only here.", "zoe", 7), link=LINK),
        submission("x2", said("c", None, "zoe", 3), subreddit="news"),
    )
    commenters = await reader.commenters(SHARED, [1, 2, 3])
    assert commenters[1] == commenters[2]
    assert set(commenters[1]) == {"ann", "ben", "zoe"}
    assert commenters[3] == ("zoe",)


@pytest.mark.parametrize("most", [5, 20_000])
async def test_letters_are_the_same_whichever_captures_are_shown(
    tmp_path: Path, reader: CorpusReader, monkeypatch: pytest.MonkeyPatch, most: int
) -> None:
    """A page has comments of two threads, which are too large to be listed with others, or not."""
    monkeypatch.setattr("bot.store.corpus.story_comments.MAX_LISTED", most)
    market = [said(f"a{number}", None, f"ann{number}", number) for number in range(6)]
    news = [said(f"z{number}", None, f"zoe{number}", number) for number in range(7)]
    load_into(tmp_path, submission("x1", *market))
    load_into(tmp_path, submission("x2", *news, subreddit="news"))
    unkeyed = [each._replace(key=None, parent_key=None) for each in (market[4], news[5])]
    load_into(tmp_path, thread(TITLE, *unkeyed, comment("Extra.", "eve", 9), link=LINK), guild=7)
    articles = [1, 2, own_article(tmp_path)]
    every = await reader.commenters(OWN, articles)
    assert set(every[1]) == {*(each.author for each in (*market, *news)), "eve"}
    for some in (*permutations(articles), *permutations(articles, 2), *permutations(articles, 1)):
        assert await reader.commenters(OWN, some) == dict.fromkeys(some, every[1])


@only_sqlite
async def test_the_loads_of_all_servers_do_not_slow_down_the_commenters_of_a_thread(tmp_path: Path) -> None:
    put(tmp_path, submission("x1", *(said(f"k{number}", None, f"u{number}", 1) for number in range(300))))
    # Of loads that come before the thread's own in the table.
    extents = [
        (-other, (archive << ID_SHIFT) + other * 1_000)
        for archive, others in ((0, range(1, 1_001)), (7, range(1_001, 2_001)))
        for other in others
    ]
    with closing(open_writer(tmp_path, CORPUS)) as db:
        db.execute("PRAGMA foreign_keys = OFF")
        with db.transaction():
            db.executemany("INSERT INTO extent VALUES (?1, 'comment', ?2, ?2 + 99)", extents)
        steps = 0

        def count() -> int:
            nonlocal steps
            steps += 1
            return 0

        db.set_progress_handler(count, 1_000)
        assert len(read_commenters(db, (0,), [1])[1]) == 300
        assert steps < 100  # the extents times the commenters are thousands
        steps = 0
        files = FolderFiles(tmp_path)
        assert purge(db, files, 0, PurgeFilter(source="courier.example"), lambda: None).comments == 300
        assert steps < 300
