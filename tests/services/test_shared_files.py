"""Two processes on one PostgreSQL, each with a data folder of its own, as on two machines."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from bot.errors import NotFound
from bot.services import open_services
from bot.store.engines import engine_of
from tests.support.load_files import rejected_lines
from tests.support.reddit_records import comments
from tests.support.services import MODERATOR, load

pytestmark = pytest.mark.usefixtures("postgres_database")
GUILD, ELSEWHERE = 5, 6
LIMIT = 8_000_000


async def test_what_one_rejected_the_other_one_shows_and_removes(tmp_path: Path) -> None:
    dump = tmp_path / "rc.ndjson"
    dump.write_bytes(comments(range(9)) + b"nonsense\n" * 40)
    async with (
        open_services(tmp_path / "one", vectors="off") as one,
        open_services(tmp_path / "other", vectors="off") as other,
    ):
        receipt = await load(one, GUILD, dump)
        lines, size = await other.loads.rejects(GUILD, receipt.load, LIMIT)
        assert len(lines) == size
        assert [json.loads(line)["text"] for line in lines.splitlines()] == ["nonsense"] * 40
        first, size = await other.loads.rejects(GUILD, receipt.load, len(lines) // 2)
        assert size == len(lines)
        assert lines.startswith(first)
        assert len(first.splitlines()) >= 18
        assert first.endswith(b"\n")
        with pytest.raises(NotFound):
            await other.loads.rejects(ELSEWHERE, receipt.load, LIMIT)
        await other.loads.undo(GUILD, receipt.load, MODERATOR)
        assert await one.loads.rejects(GUILD, receipt.load, LIMIT) == (b"", 0)
    assert rejected_lines(engine_of(tmp_path / "one")) == b""
    assert not list(tmp_path.glob("*/rejects"))
