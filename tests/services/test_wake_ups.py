"""What another process loads into PostgreSQL is noticed at once, also after the server was away."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from bot.services import open_services
from tests.support.postgres import PostgresServer
from tests.support.selected_database import postgres_server
from tests.support.world import load, thread

__all__ = ["postgres_server"]

SECONDS = 60


async def test_a_load_of_another_process_wakes_follows_and_posts(
    postgres_server: PostgresServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.store.postgres.notices.RETRY_SECONDS", 0.1)
    data = tmp_path / "data"
    async with open_services(data) as services:
        woken = {"follows": asyncio.Event(), "posts": asyncio.Event()}

        async def wakes() -> None:
            for event in woken.values():
                await asyncio.wait_for(event.wait(), SECONDS)
                event.clear()

        services.follows.changed.listen(woken["follows"].set)
        services.posts.changed.listen(woken["posts"].set)
        await wakes()  # it looks once when it begins to listen
        await asyncio.to_thread(load, data, None, [thread("Ferry sails again", "It sails at nine.")])
        await wakes()
        await asyncio.to_thread(postgres_server.stop)
        await asyncio.to_thread(postgres_server.start)
        await wakes()
        await asyncio.to_thread(load, data, None, [thread("Market moves", "It moves in May.")])
        await wakes()
