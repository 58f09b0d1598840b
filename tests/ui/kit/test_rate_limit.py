"""Requests leave at a pace, none twice where that is wanted, and limits that are over are forgotten."""

from __future__ import annotations

import asyncio
import itertools

import aiohttp
import discord
import pytest
from aiohttp import web
from discord.http import HTTPClient, Ratelimit, Route

from bot.ui.kit.rate_limit import (
    MAX_MADE_UP_REQUESTS,
    RateLimiter,
    drop_expired_limits,
    rate_limit_trace,
    send_once,
)


async def test_turns_come_evenly_and_a_late_one_brings_few_forward() -> None:
    pace = RateLimiter(100.0)
    loop = asyncio.get_running_loop()
    times = []
    for turn in range(30):
        await pace.wait()
        times.append(loop.time())
        if turn == 15:
            await asyncio.sleep(0.2)  # held up by something else
    for (first, a), (last, b) in itertools.combinations(enumerate(times), 2):
        assert b - a >= (last - first - MAX_MADE_UP_REQUESTS - 1) * 0.01 - 0.001


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
