"""Lists of comments in each order, and where comments are from."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest

from bot.clock import from_unix
from bot.domain.articles import CommentOrder, CommentPage, Provenance, Scope
from bot.errors import NotFound
from bot.store.corpus.reader import CorpusReader
from tests.support.corpus_engines import corpus_at
from tests.support.corpus_loads import START, comment, load_into, thread

SHARED = Scope()
SAID = [
    comment("Top.", "ann", key="t1_a", parent_key="t3_x"),
    comment("Beep.", "tide_bot", minute=1, key="t1_b", parent_key="t1_a"),
    comment("Below the bot.", "ben", minute=2, key="t1_c", parent_key="t1_b"),
    comment("[deleted]", minute=3, key="t1_d", parent_key="t1_c"),
    comment("Last.", "dora", minute=4, key="t1_e", parent_key="t3_x"),
]


@pytest.fixture
async def reader(tmp_path: Path) -> AsyncIterator[CorpusReader]:
    reader = CorpusReader.open(corpus_at(tmp_path))
    yield reader
    await reader.close()


def texts(page: CommentPage) -> list[str]:
    return [one.text for one in page.comments]


async def test_every_order_has_every_comment_with_its_replies(tmp_path: Path, reader: CorpusReader) -> None:
    scored = [one._replace(score=score) for one, score in zip(SAID, (5, 1, 9, 0, 7), strict=True)]
    load_into(tmp_path, thread("Fish market moves", *scored, key="t3_x"))
    expected: dict[CommentOrder, list[str]] = {
        "thread": ["Top.", "Beep.", "Below the bot.", "Last."],
        "best": ["Below the bot.", "Last.", "Top.", "Beep."],
        "newest": ["Last.", "Below the bot.", "Beep.", "Top."],
        "oldest": ["Top.", "Beep.", "Below the bot.", "Last."],
    }
    for order, ordered in expected.items():
        page = await reader.comments(SHARED, 1, 0, 9, order)
        assert (texts(page), page.order, page.total, page.has_scores) == (ordered, order, 4, True)
        assert dict(zip(texts(page), page.replies, strict=True))["Top."] == 2
        assert page.depths == ((0, 1, 2, 0) if order == "thread" else (0, 0, 0, 0))


async def test_without_scores_the_best_are_those_with_most_replies(
    tmp_path: Path, reader: CorpusReader
) -> None:
    load_into(tmp_path, thread("Fish market moves", *(one._replace(score=None) for one in SAID), key="t3_x"))
    page = await reader.comments(SHARED, 1, 0, 9, "best")
    assert (texts(page)[:2], page.has_scores) == (["Top.", "Beep."], False)
    flat = [comment(text, minute=minute)._replace(score=None) for minute, text in enumerate(("One.", "Two."))]
    load_into(tmp_path, thread("Flat", *flat))
    assert (await reader.comments(SHARED, 2, 0, 9, "best")).order == "newest"


async def test_bots_are_counted_and_left_out_on_request(tmp_path: Path, reader: CorpusReader) -> None:
    load_into(tmp_path, thread("Fish market moves", *SAID, key="t3_x"))

    def is_bot(author: str, text: str) -> bool:
        return author == "tide_bot"

    shown = await reader.comments(SHARED, 1, 0, 9, "best", is_bot=is_bot)
    assert (shown.bots, shown.total, shown.hides_bots) == (1, 4, False)
    hidden = await reader.comments(SHARED, 1, 0, 9, "thread", hides_bots=True, is_bot=is_bot)
    assert (texts(hidden), hidden.bots, hidden.total) == (["Top.", "Below the bot.", "Last."], 1, 3)


async def test_the_replies_below_a_comment(tmp_path: Path, reader: CorpusReader) -> None:
    load_into(tmp_path, thread("Fish market moves", *SAID, key="t3_x"), thread("Other", key="t3_y"))
    below = await reader.comments(SHARED, 1, 0, 9, "thread", under=1)
    assert (texts(below), below.depths, below.total) == (["Beep.", "Below the bot."], (0, 1), 2)
    assert below.under is not None
    assert below.under.text == "Top."
    assert (await reader.comments(SHARED, 1, 0, 9, "thread", under=5)).total == 0
    for article, above in ((1, 99), (2, 1)):
        with pytest.raises(NotFound):
            await reader.comments(SHARED, article, 0, 9, "thread", under=above)


async def test_where_a_comment_is_from(tmp_path: Path, reader: CorpusReader) -> None:
    captured = int(START.timestamp())
    first = SAID[0]._replace(captured=captured)
    last = SAID[4]._replace(captured=-captured)
    load_into(tmp_path, thread("Fish market moves", first, last, key="t3_x"))
    changed = first._replace(text="New.", captured=captured + 60)
    load_into(tmp_path, thread("Fish market moves", changed, key="t3_x"))
    first_origin, last_origin = (await reader.comments(SHARED, 1, 0, 9, "oldest")).origins
    assert first_origin is not None
    name, loaded_at = first_origin.name, first_origin.loaded_at
    later = START + timedelta(minutes=1)
    assert first_origin == Provenance(1, name, loaded_at, changed_by=2, captured_at=later)
    assert last_origin == Provenance(1, name, loaded_at, edited_at=from_unix(captured))
    assert (await reader.comments(SHARED, 1, 0, 0, "thread", under=1)).under_origin == first_origin
