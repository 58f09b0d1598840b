"""Keeps requests to Discord below its global rate limit for a bot."""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from types import SimpleNamespace
from typing import Any, Protocol

import aiohttp
import discord

from bot.ui.kit.limits import MAX_REQUESTS_PER_SECOND

REQUESTS_PER_SECOND = 0.9 * MAX_REQUESTS_PER_SECOND
"""The pace at which requests begin: it spreads them over the second."""
WINDOW_SECONDS = 1.0
"""Discord may count a request at any time between its begin and its response. A request therefore begins only
while fewer than it takes in a second are under way, or had their responses in the last second: whatever
holds up a process or a line, no second has more of them, if each has its response within
MAX_REQUEST_SECONDS."""
MAX_REQUEST_SECONDS = 10.0
"""A request without a response is not counted for longer."""
MAX_MADE_UP_REQUESTS = 2
"""The most requests that can be sent early to make up for a delay."""
MAX_POLL_SECONDS = 0.02
"""A request may have its response at any time."""
CLEANUP_INTERVAL_REQUESTS = 200
UNLIMITED_ROUTES = ("interactions", "webhooks")
"""Replies to interactions do not count towards the limit, and are not delayed."""

_SENT: ContextVar[list[str] | None] = ContextVar("sent", default=None)


class Limiter(Protocol):
    """Lets requests begin at a rate."""

    async def begin(self) -> int:
        """Returns when a request may begin: its place among those that may be under way."""

    def end(self, place: int) -> None:
        """The request with this place has its response, or has failed."""


class RateLimiter:
    """Lets requests begin one at a time, in order of arrival, with a pause between them. After an external
    delay, at most MAX_MADE_UP_REQUESTS pass without a pause, to avoid a burst."""

    def __init__(self, per_second: float, max_per_second: int = MAX_REQUESTS_PER_SECOND) -> None:
        self._gap = 1 / per_second
        self._max_per_second = max_per_second
        self._turn = asyncio.Lock()
        self._next = 0.0
        self._numbers = itertools.count()
        self._counted_until: dict[int, float] = {}

    async def begin(self) -> int:
        """Returns when it is the caller's turn."""
        loop = asyncio.get_running_loop()
        async with self._turn:
            pause = self._next - loop.time()
            if pause > 0:
                await asyncio.sleep(pause)
            self._next = max(self._next, loop.time() - MAX_MADE_UP_REQUESTS * self._gap) + self._gap
            while self._count(loop.time()) >= self._max_per_second:
                soonest = min(self._counted_until.values()) - loop.time()
                await asyncio.sleep(min(soonest, MAX_POLL_SECONDS))
            number = next(self._numbers)
            self._counted_until[number] = loop.time() + MAX_REQUEST_SECONDS
        return number

    def _count(self, now: float) -> int:
        self._counted_until = {number: until for number, until in self._counted_until.items() if until > now}
        return len(self._counted_until)

    def end(self, place: int) -> None:
        """Counts a request for as long as a second may have both it and one that begins."""
        if place in self._counted_until:
            self._counted_until[place] = asyncio.get_running_loop().time() + WINDOW_SECONDS


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


def release_when_cancelled(http: discord.http.HTTPClient) -> None:
    """Ends a global rate limit when the request that waits it out is cancelled, as by a timeout. discord.py
    would leave it in force, and no request of this client would ever be sent again. If the limit still lasts,
    the next request meets it anew."""
    request = http.request

    async def released(*args: Any, **options: Any) -> Any:
        try:
            return await request(*args, **options)
        except asyncio.CancelledError:
            http._global_over.set()
            raise

    http.request = released  # type: ignore[method-assign]  # it has no hook for this


def rate_limit_trace(clean_up: Callable[[], None], limiter: Limiter | None = None) -> aiohttp.TraceConfig:
    """A trace that delays every request of a client, including retries, until its turn, and calls `clean_up`
    every CLEANUP_INTERVAL_REQUESTS requests."""
    limiter = limiter or RateLimiter(REQUESTS_PER_SECOND)
    numbers = itertools.count(1)

    async def start(
        session: aiohttp.ClientSession, context: SimpleNamespace, request: aiohttp.TraceRequestStartParams
    ) -> None:
        sent = _SENT.get()
        changes = sent is not None and request.method != "GET"
        if changes and sent:
            raise aiohttp.ClientConnectionError("it may have been done, and is not asked for again")
        # https://host/api/v10/channels/...: files and the gateway have other paths.
        parts = request.url.parts
        if parts[1:2] == ("api",) and parts[3:4] != () and parts[3] not in UNLIMITED_ROUTES:
            context.place = await limiter.begin()
            if next(numbers) % CLEANUP_INTERVAL_REQUESTS == 0:
                clean_up()
        if changes and sent is not None:
            sent.append(request.method)

    async def end(
        session: aiohttp.ClientSession,
        context: SimpleNamespace,
        request: aiohttp.TraceRequestEndParams | aiohttp.TraceRequestExceptionParams,
    ) -> None:
        place = getattr(context, "place", None)
        if place is not None:
            limiter.end(place)

    trace = aiohttp.TraceConfig()
    trace.on_request_start.append(start)
    trace.on_request_end.append(end)
    trace.on_request_exception.append(end)
    return trace
