"""No reader method shows a server anything of another's; a new method is not forgotten."""

from __future__ import annotations

import inspect
import random
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from bot.domain.articles import Scope
from bot.errors import NotFound
from bot.store.corpus.reader import CorpusReader
from tests.support.corpus_engines import corpus_at
from tests.support.corpus_loads import START, comment, load_into, thread

OWNER, OTHER = 7, 8
TITLE, LINK = "Fish market moves", "https://courier.example/fish"


@dataclass
class Held:
    """What the owner's archive holds."""

    article: int
    comment: int
    load: int


Ask = Callable[[CorpusReader, int | None, Held], Awaitable[object]]


def scope(guild: int | None) -> Scope:
    return Scope(guild)


async def the_page(reader: CorpusReader, guild: int | None, held: Held) -> object:
    try:
        return (await reader.comments(scope(guild), held.article, 0, 9)).comments
    except NotFound:
        return ()


async def the_stats(reader: CorpusReader, guild: int | None, held: Held) -> object:
    return replace(await reader.stats(scope(guild)), bytes=0)


async def the_threads(reader: CorpusReader, guild: int | None, held: Held) -> object:
    return (await reader.story(scope(guild), held.article)).threads


QUESTIONS: dict[str, Ask] = {
    "archives": lambda reader, guild, held: reader.archives(scope(guild)),
    "article": lambda reader, guild, held: reader.article(scope(guild), held.article),
    "article by key": lambda reader, guild, held: reader.article(scope(guild), "t3_abc"),
    "articles": lambda reader, guild, held: reader.articles(scope(guild), [held.article]),
    "random_articles": lambda reader, guild, held: reader.random_articles(scope(guild), random.Random(1), 3),
    "complete_titles": lambda reader, guild, held: reader.complete_titles(scope(guild), "fish", 9),
    "complete_titles of nothing": lambda reader, guild, held: reader.complete_titles(scope(guild), "", 9),
    "find_by_title": lambda reader, guild, held: reader.find_by_title(scope(guild), TITLE),
    "find_by_link": lambda reader, guild, held: reader.find_by_link(scope(guild), LINK),
    "find_by_link of a key": lambda reader, guild, held: reader.find_by_link(
        scope(guild), "https://redd.it/abc"
    ),
    "story": the_threads,
    "comments": the_page,
    "all_comments of a story": lambda reader, guild, held: reader.all_comments(
        scope(guild), held.article, whole_story=True
    ),
    "all_comments": lambda reader, guild, held: reader.all_comments(scope(guild), held.article),
    "comment": lambda reader, guild, held: reader.comment(scope(guild), held.comment),
    "commenters": lambda reader, guild, held: reader.commenters(scope(guild), [held.article]),
    "stats": the_stats,
    "loads": lambda reader, guild, held: reader.loads(guild, 9),
    "receipt": lambda reader, guild, held: reader.receipt(guild, held.load),
}


NOBODYS = {
    "close",
    "data_version",
    "count_remaining_comments",
    "interrupted_loads",
    "unfinished_jobs",
    "stories",
}
"""They tell of no row, or are for the bot itself, which goes on with every server's loads. `stories` returns
the number that it is given where it sees nothing; tests/store/search/test_stories.py asks it."""


def test_every_method_is_asked() -> None:
    methods = {name for name, _ in inspect.getmembers(CorpusReader, inspect.iscoroutinefunction)}
    assert methods - NOBODYS == {name.split()[0] for name in QUESTIONS}


@pytest.mark.parametrize("outsider", [OTHER, None, OWNER + (1 << 32)])
@pytest.mark.parametrize("ask", QUESTIONS.values(), ids=QUESTIONS)
async def test_nothing_is_seen_from_outside(tmp_path: Path, ask: Ask, outsider: int | None) -> None:
    reader = CorpusReader.open(corpus_at(tmp_path))
    try:
        nowhere = Held(article=99, comment=99, load=99)
        load_into(tmp_path, guild=OTHER)
        nothing = {guild: await ask(reader, guild, nowhere) for guild in (OWNER, outsider)}
        page = thread(TITLE, comment(key="t1_a"), key="t3_abc", posted_at=START, link=LINK)
        receipt = load_into(tmp_path, page, guild=OWNER)
        held = Held(receipt.ids[0], receipt.ids[0], receipt.load)
        assert await ask(reader, OWNER, held) != nothing[OWNER], "otherwise this would test nothing"
        assert await ask(reader, outsider, held) == nothing[outsider]
    finally:
        await reader.close()


async def test_a_server_may_leave_the_shared_archive_out(tmp_path: Path) -> None:
    load_into(tmp_path, thread(TITLE))
    reader = CorpusReader.open(corpus_at(tmp_path))
    assert await reader.article(Scope(OWNER), 1) is not None
    assert await reader.article(Scope(OWNER, shared=False), 1) is None
    assert await reader.complete_titles(Scope(OWNER, shared=False), "", 9) == ()
    await reader.close()
