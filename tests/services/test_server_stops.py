"""A PostgreSQL server that is stopped at once, as by a crash: loads continue where they were, and each digest
is posted once, as soon as the server is back or its standby has taken over."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta
from pathlib import Path
from typing import Any
from unittest.mock import create_autospec

import pytest

from bot.domain.articles import Scope
from bot.domain.digests import Timing
from bot.domain.loads import Progress, Receipt
from bot.errors import Busy
from bot.services import Services
from bot.services.digests.publisher import DigestPublisher
from bot.services.digests.selection import DigestSelection
from bot.ui.kit.context import NewsdeskClient
from bot.ui.loads import tracker
from tests.support.digest_bench import GUILD, START, Bench
from tests.support.dump_folders import LARGE
from tests.support.postgres import PostgresServer
from tests.support.selected_database import Replicated, postgres_server, replicated
from tests.support.services import MODERATOR

__all__ = ["postgres_server", "replicated"]


@pytest.fixture(autouse=True)
def server(postgres_server: PostgresServer) -> PostgresServer:
    """Every test has one."""
    return postgres_server


async def stop_while_loading(server: PostgresServer, services: Services, large: Path) -> None:
    """Stops the server once articles are stored; the load and everything else then say so."""

    async def load() -> None:
        stops = 0
        async for event in services.loads.load(None, [large], "large", MODERATOR):
            if isinstance(event, Progress) and event.articles:
                stops += 1
                if stops == 1:
                    server.stop()

    with pytest.raises(Busy) as raised:
        await load()
    assert raised.value.key == "archive-unavailable"
    with pytest.raises(Busy):
        await services.loads.recent(None)


async def assert_resumed(services: Services) -> None:
    """The load goes on where it was, and stores everything once."""
    events = [event async for event in services.loads.resume_interrupted()]
    assert isinstance(events[-1], Receipt)
    assert (events[-1].state, events[-1].articles.new) == ("done", LARGE)
    assert (await services.archive.stats(Scope())).articles == LARGE


async def test_a_load_is_resumed_and_has_everything_once(
    server: PostgresServer, services: Services, large: Path
) -> None:
    await stop_while_loading(server, services, large)
    server.start()
    await assert_resumed(services)


async def test_a_load_is_resumed_by_itself(
    server: PostgresServer, services: Services, large: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tracker, "RESUME_INTERVAL_SECONDS", 0.2)
    loads = tracker.LoadTracker(services)
    loads.keep_resuming(create_autospec(NewsdeskClient, instance=True))
    await stop_while_loading(server, services, large)
    server.start()
    async with asyncio.timeout(120):
        while (receipt := (await services.loads.recent(None))[0]).state in ("running", "paused"):  # noqa: ASYNC110
            await asyncio.sleep(0.2)
    await loads.close()
    assert (receipt.state, receipt.articles.new) == ("done", LARGE)
    assert (await services.archive.stats(Scope())).articles == LARGE
    assert [event async for event in services.loads.resume_interrupted()] == []


async def test_a_load_is_resumed_on_the_standby(
    replicated: Replicated, services: Services, large: Path
) -> None:
    await stop_while_loading(replicated.primary, services, large)
    replicated.standby.promote()
    await assert_resumed(services)


def stopping(server: PostgresServer, method: Callable[..., Any]) -> Callable[..., Any]:
    """The method, before whose first call the server is stopped."""
    calls = 0

    async def call(*arguments: Any, **options: Any) -> Any:
        nonlocal calls
        calls += 1
        if calls == 1:
            server.stop()
        return await method(*arguments, **options)

    return call


@pytest.mark.parametrize("moment", ["claim", "context", "compose", "before", "after"])
async def test_each_digest_is_posted_once(
    server: PostgresServer, bench: Bench, monkeypatch: pytest.MonkeyPatch, moment: str
) -> None:
    await bench.plan(Timing("daily", 10 * 60))
    bench.now = START + timedelta(hours=2)
    stops = 0

    def stop() -> None:
        nonlocal stops
        stops += 1
        if stops == 1:
            server.stop()

    if moment in ("before", "after"):
        setattr(bench.discord, moment, stop)
    else:
        owner, name = {
            "claim": (DigestPublisher, "claim_due"),
            "context": (DigestPublisher, "context"),
            "compose": (DigestSelection, "decide"),
        }[moment]
        monkeypatch.setattr(owner, name, stopping(server, getattr(owner, name)))
    runner = bench.runner()
    with suppress(Busy):
        await runner.run_once()
    with pytest.raises(Busy):
        await bench.digests.history(GUILD, None, 10)
    server.start()
    for _ in range(6):
        bench.now += timedelta(minutes=2)
        await bench.runner().run_once()
    assert [state for _, state in await bench.states()] == ["posted"]
    assert len(bench.discord.posts) == 1
