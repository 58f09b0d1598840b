"""Requests leave at a pace, none twice where that is wanted, and limits that are over are forgotten."""

from __future__ import annotations

import asyncio
import itertools
import random
from pathlib import Path
from unittest.mock import Mock

import aiohttp
import discord
import pytest
from aiohttp import web
from discord.http import HTTPClient, Ratelimit, Route

from bot.clock import system_clock
from bot.domain.shards import ShardPlan
from bot.operations.sharding import SharedRateLimiter
from bot.services.shards.shard_service import ShardService
from bot.store.state.shards import ShardStore
from bot.ui.kit import rate_limit
from bot.ui.kit.limits import MAX_REQUESTS_PER_SECOND
from bot.ui.kit.rate_limit import (
    MAX_MADE_UP_REQUESTS,
    Limiter,
    RateLimiter,
    drop_expired_limits,
    rate_limit_trace,
    release_when_cancelled,
    send_once,
)


async def test_turns_come_evenly_and_a_late_one_brings_few_forward() -> None:
    pace = RateLimiter(100.0)
    loop = asyncio.get_running_loop()
    times = []
    for turn in range(30):
        pace.end(await pace.begin())
        times.append(loop.time())
        if turn == 15:
            await asyncio.sleep(0.2)  # held up by something else
    for (first, a), (last, b) in itertools.combinations(enumerate(times), 2):
        assert b - a >= (last - first - MAX_MADE_UP_REQUESTS - 1) * 0.01 - 0.001


async def test_no_second_has_too_many_requests_however_long_they_travel(tmp_path: Path) -> None:
    """Lines and processes stand still for a moment, and then many requests arrive at once."""
    loop = asyncio.get_running_loop()
    shared = [ShardService(tmp_path, Mock(spec=ShardStore), ShardPlan(), system_clock) for _ in range(3)]
    for limiters in ([RateLimiter(200.0)], [SharedRateLimiter(shards, 200.0) for shards in shared]):
        arrived: list[float] = []

        async def request(
            limiter: Limiter, rng: random.Random, opens_at: float, arrived: list[float]
        ) -> None:
            place = await limiter.begin()
            stands_still = loop.time() < opens_at
            await asyncio.sleep(opens_at - loop.time() if stands_still else rng.uniform(0.0, 0.2))
            arrived.append(loop.time())
            await asyncio.sleep(rng.uniform(0.0, 0.1))
            limiter.end(place)

        opens_at = loop.time() + 0.8
        rng = random.Random(1)
        requests = [
            request(limiters[number % len(limiters)], rng, opens_at, arrived) for number in range(180)
        ]
        await asyncio.gather(*requests)
        arrived.sort()
        assert (
            max(sum(first <= time < first + 1 for time in arrived) for first in arrived)
            <= MAX_REQUESTS_PER_SECOND
        )
        assert arrived[-1] - arrived[0] < 5, "they do not wait for longer than is needed"
    for shards in shared:
        shards.turns.close()


async def test_a_request_that_fails_or_has_no_response_is_not_counted_for_ever(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(rate_limit, "MAX_REQUEST_SECONDS", 0.05)
    limiter = RateLimiter(1000.0, 1)
    for _ in range(3):
        await asyncio.wait_for(limiter.begin(), 1)


@pytest.mark.parametrize(("once", "asked"), [(False, 2), (True, 1)])
@pytest.mark.slow
async def test_what_may_have_been_done_is_not_asked_for_again(
    once: bool, asked: int, monkeypatch: pytest.MonkeyPatch, unused_tcp_port: int
) -> None:
    seen: list[str] = []

    async def fails_first(request: web.Request) -> web.Response:
        seen.append(request.path)
        return web.json_response({}, status=502 if len(seen) == 1 else 200)

    app = web.Application()
    app.router.add_post("/api/v10/channels/1/threads", fails_first)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", unused_tcp_port).start()
    monkeypatch.setattr(Route, "BASE", f"http://127.0.0.1:{unused_tcp_port}/api/v10")
    client = discord.Client(intents=discord.Intents.none(), http_trace=rate_limit_trace(lambda: None))
    http = client.http
    http._HTTPClient__session = aiohttp.ClientSession(trace_configs=[rate_limit_trace(lambda: None)])  # type: ignore[attr-defined]
    http._global_over = asyncio.Event()
    http._global_over.set()
    route = Route("POST", "/channels/{channel_id}/threads", channel_id=1)
    if once:
        with send_once(), pytest.raises(aiohttp.ClientConnectionError):
            await http.request(route)
    else:
        await http.request(route)
    assert len(seen) == asked
    await http.close()
    await runner.cleanup()


async def test_limits_that_are_over_are_forgotten() -> None:
    http = HTTPClient(asyncio.get_running_loop())
    now = asyncio.get_running_loop().time()
    for number in range(300):
        limit = http.get_ratelimit(f"messages:{number}")
        assert isinstance(limit, Ratelimit)
        limit.expires = now - 1 if number % 3 else now + 60
    http.get_ratelimit("messages:1").outgoing = 1
    drop_expired_limits(http)
    left = {f"messages:{number}" for number in range(0, 300, 3)} | {"messages:1"}
    assert set(http._buckets) == left


async def test_a_request_that_times_out_within_a_global_limit_leaves_none_in_force(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    http = HTTPClient(asyncio.get_running_loop())
    http._global_over = asyncio.Event()

    async def limited(*_: object, **__: object) -> None:  # as discord.py waits out a global limit
        http._global_over.clear()
        await asyncio.sleep(60)

    monkeypatch.setattr(http, "request", limited)
    release_when_cancelled(http)
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.05):
            await http.request(Route("GET", "/gateway"))
    assert http._global_over.is_set()
