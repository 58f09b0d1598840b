"""Requests to Discord within the rate that it allows to one bot, however much is to be posted at once."""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from types import SimpleNamespace

import aiohttp
import discord

from bot.ui.kit.limits import MAX_REQUESTS_PER_SECOND

REQUESTS_PER_SECOND = 0.9 * MAX_REQUESTS_PER_SECOND
"""A client that learns of the limit by being refused is too late."""
MAX_MADE_UP_REQUESTS = 2
"""Requests by which a delayed turn may bring the next ones forward."""
CLEANUP_INTERVAL_REQUESTS = 200
UNLIMITED_ROUTES = ("interactions", "webhooks")
"""Replies to commands and presses do not count towards the limit, and do not wait here."""

_SENT: ContextVar[list[str] | None] = ContextVar("sent", default=None)


class RateLimiter:
    """Lets callers pass one after the other, in the order in which they came, with a pause between them.
    After a delay from elsewhere, at most MAX_MADE_UP_REQUESTS pass without a pause: a burst would be too
    many."""

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
    """Sends the first request of the block that changes something, and raises aiohttp.ClientConnectionError
    for a repetition: discord.py repeats what Discord answered with 5xx, though it may have been done."""
    token = _SENT.set([])
    try:
        yield
    finally:
        _SENT.reset(token)


def drop_expired_limits(http: discord.http.HTTPClient) -> None:
    """Removes the rate limits that have expired from a client. It keeps each for five minutes and searches
    all of them for every channel that it does not know: with thousands of channels a minute, that is most of
    its work."""
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


def rate_limit_trace(
    clean_up: Callable[[], None], per_second: float = REQUESTS_PER_SECOND
) -> aiohttp.TraceConfig:
    """A trace that makes every request of a client wait for its turn, a repeated one too, and calls
    `clean_up` every CLEANUP_INTERVAL_REQUESTS."""
    limiter = RateLimiter(per_second)
    numbers = itertools.count(1)

    async def start(
        session: aiohttp.ClientSession, context: SimpleNamespace, request: aiohttp.TraceRequestStartParams
    ) -> None:
        # https://host/api/v10/channels/...: files and the gateway are elsewhere.
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
