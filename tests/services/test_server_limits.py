"""A server's archive grows up to its limit, and no further; people are told so before and during a load."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.cli.exit_codes import BAD_INPUT
from bot.domain.loads import Receipt, ServerLimits
from bot.errors import BadInput
from bot.i18n import stored_text
from bot.services import Services
from bot.services.maintenance import check
from bot.store.ingest.size_limit import SizeLimit
from bot.store.ingest.writer import CorpusWriter
from tests.support.command_line import Desk, desk
from tests.support.corpus_loads import EDITOR, START, comment, load_into, query, thread
from tests.support.dump_folders import page
from tests.support.engines import engine_at
from tests.support.services import MODERATOR, load

__all__ = ["desk"]
COUNT = "SELECT count(*) FROM article WHERE title IS NOT NULL"


@pytest.fixture
def pages(tmp_path: Path) -> Path:
    """A folder of sixty articles."""
    folder = tmp_path / "pages"
    folder.mkdir()
    for number in range(60):
        text = page(f"Ferry day {number}", "courier.example", "tidewatcher", ["It sails at noon. " * 50])
        (folder / f"{number:02}.txt").write_text(text)
    return folder


def limit(services: Services, articles: int = 0, megabytes: int = 0) -> None:
    services.loads.limit(4096, 256, ServerLimits(articles, megabytes))


async def test_a_load_stops_at_the_limit_and_can_go_on_when_there_is_room(
    services: Services, pages: Path, tmp_path: Path
) -> None:
    limit(services, articles=40)
    receipt = await load(services, 7, pages)
    assert receipt.state == "failed"
    assert receipt.problem is not None
    problem = stored_text(receipt.problem_message, receipt.problem)
    assert problem.startswith("This server's archive can have at most 40 articles")
    [stored] = query(tmp_path / "data", COUNT)
    assert stored <= 40
    limit(services, articles=60)
    *_, last = [event async for event in services.loads.resume(7, receipt.load, MODERATOR)]
    assert isinstance(last, Receipt)
    assert last.state == "done"
    assert query(tmp_path / "data", COUNT) == [60]
    with pytest.raises(BadInput) as raised:
        await load(services, 7, pages)
    assert raised.value.key == "archive-full-articles"
    assert check(tmp_path / "data").ok


async def test_the_shared_archive_and_other_servers_have_their_own_room(
    services: Services, pages: Path
) -> None:
    limit(services, articles=60)
    for guild in (None, 7, 8, None):
        assert (await load(services, guild, pages)).state == "done"


def test_nothing_beyond_the_limit_is_stored(tmp_path: Path) -> None:
    load_into(tmp_path, thread("First", comment("é" * 400_000)), guild=7)
    with CorpusWriter(engine_at(tmp_path)) as writer:
        writer.limit(7, ServerLimits(megabytes=1))
        number = writer.begin_load(7, "more", EDITOR, START)
        writer.add(number, [thread("Second", comment("e" * 100_000))])
        with pytest.raises(BadInput) as raised:
            writer.add(number, [thread("Third", comment("e" * 200_000))])
        assert raised.value.key == "archive-full-size"
        writer.finish(number, "failed", 1)
    assert query(tmp_path, "SELECT title FROM article ORDER BY id") == ["First", "Second"]
    assert check(tmp_path).ok
    with CorpusWriter(engine_at(tmp_path)) as writer:
        SizeLimit(writer._db, 1, ServerLimits(2, 1)).check()
        with pytest.raises(BadInput):
            SizeLimit(writer._db, 1, ServerLimits(2, 1)).check_room()


def test_the_command_line_keeps_to_it_too(desk: Desk, pages: Path) -> None:
    desk.env["NEWSDESK_SERVER_MAX_ARTICLES"] = "60"
    assert desk("load", pages, "--guild", "7").code == 0
    refused = desk("load", pages, "--guild", "7")
    assert refused.code == BAD_INPUT
    assert "at most 60 articles" in " ".join(refused.err.split())
