"""Keeps requests to Discord below its global rate limit for a bot."""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from types import SimpleNamespace
from typing import Protocol

import aiohttp
import discord

from bot.ui.kit.limits import MAX_REQUESTS_PER_SECOND

REQUESTS_PER_SECOND = 0.9 * MAX_REQUESTS_PER_SECOND
"""Below the limit, as learning of it from a 429 response is too late."""
MAX_MADE_UP_REQUESTS = 2
"""The most requests that can be sent early to make up for a delay."""
CLEANUP_INTERVAL_REQUESTS = 200
UNLIMITED_ROUTES = ("interactions", "webhooks")
"""Replies to interactions do not count towards the limit, and are not delayed."""

_SENT: ContextVar[list[str] | None] = ContextVar("sent", default=None)


class Limiter(Protocol):
    """Lets callers pass at a rate."""

    async def wait(self) -> None:
        """Returns when it is the caller's turn."""


class RateLimiter:
    """Lets callers pass one at a time, in order of arrival, with a pause between them. After an external
    delay, at most MAX_MADE_UP_REQUESTS pass without a pause, to avoid a burst."""

    def __init__(self, per_second: float) -> None:
        self._gap = 1 / per_second
        self._turn = asyncio.Lock()
        self._next = 0.0

    async def wait(self) -> None:
        """Returns when it is the caller's turn."""
        loop = asyncio.get_running_loop()
        async with self._turn:
            pause = self._next - loop.time()
            if pause > 0:
                await asyncio.sleep(pause)
            self._next = max(self._next, loop.time() - MAX_MADE_UP_REQUESTS * self._gap) + self._gap


@contextmanager
def send_once() -> Iterator[None]:
    """Allows one modifying request within the block and raises aiohttp.ClientConnectionError for further
    ones: discord.py retries after a 5xx response, although the first request may have succeeded."""
    token = _SENT.set([])
    try:
        yield
    finally:
        _SENT.reset(token)


def drop_expired_limits(http: discord.http.HTTPClient) -> None:
    """Removes the client's expired rate limits. discord.py keeps each for five minutes and searches all of
    them for every new channel; with thousands of channels a minute this would dominate its CPU time."""
    known = http._buckets
    expired = [
        key
        for key, limit in known.items()
        if not limit.outgoing
        and not limit._pending_requests
        and (limit.expires is None or limit.is_expired())
    ]
    for key in expired:
        del known[key]


def rate_limit_trace(clean_up: Callable[[], None], limiter: Limiter | None = None) -> aiohttp.TraceConfig:
    """A trace that delays every request of a client, including retries, until its turn, and calls `clean_up`
    every CLEANUP_INTERVAL_REQUESTS requests."""
    limiter = limiter or RateLimiter(REQUESTS_PER_SECOND)
    numbers = itertools.count(1)

    async def start(
        session: aiohttp.ClientSession, context: SimpleNamespace, request: aiohttp.TraceRequestStartParams
    ) -> None:
        # https://host/api/v10/channels/...: files and the gateway have other paths.
        parts = request.url.parts
        if parts[1:2] == ("api",) and parts[3:4] != () and parts[3] not in UNLIMITED_ROUTES:
            await limiter.wait()
            if next(numbers) % CLEANUP_INTERVAL_REQUESTS == 0:
                clean_up()
        sent = _SENT.get()
        if sent is not None and request.method != "GET":
            if sent:
                raise aiohttp.ClientConnectionError("it may have been done, and is not asked for again")
            sent.append(request.method)

    trace = aiohttp.TraceConfig()
    trace.on_request_start.append(start)
    return trace
