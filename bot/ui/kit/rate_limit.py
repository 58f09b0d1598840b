"""Requests to Discord at a pace that it allows to one bot, however much is to be posted at once."""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from types import SimpleNamespace

import aiohttp
import discord

MAX_REQUESTS_PER_SECOND = 45.0
"""Discord allows 50 requests in any second; a client that learns of it by being refused is too late."""
MAX_MADE_UP_REQUESTS = 2
"""Requests by which a late turn may bring the next ones forward."""
CLEANUP_INTERVAL_REQUESTS = 200
"""Requests from one tidying to the next."""
UNLIMITED_ROUTES = ("interactions", "webhooks")
"""Answers to commands and presses do not count there, and do not wait here."""

_SENT: ContextVar[list[str] | None] = ContextVar("sent", default=None)


class RateLimiter:
    """Lets one after the other pass, in the order of their coming, with a time between them. Whoever was held
    up by something else may make up for it, a few at a time: a burst would be one too many."""

    def __init__(self, per_second: float) -> None:
        self._gap = 1 / per_second
        self._turn = asyncio.Lock()
        self._next = 0.0

    async def wait(self) -> None:
        """Returns when it is one's turn."""
        loop = asyncio.get_running_loop()
        async with self._turn:
            pause = self._next - loop.time()
            if pause > 0:
                await asyncio.sleep(pause)
            self._next = max(self._next, loop.time() - MAX_MADE_UP_REQUESTS * self._gap) + self._gap


@contextmanager
def send_once() -> Iterator[None]:
    """Within it one request that changes something is sent, and not a second time: the client repeats what
    Discord answers with 5xx, though it may have been done."""
    token = _SENT.set([])
    try:
        yield
    finally:
        _SENT.reset(token)


def drop_expired_limits(http: discord.http.HTTPClient) -> None:
    """Drops what a client knows of limits that are over. It keeps each for five minutes and looks through all
    of them whenever it meets a channel that it does not know: with thousands of channels a minute, that is
    most of what it does."""
    known = http._buckets
    over = [
        key
        for key, limit in known.items()
        if not limit.outgoing
        and not limit._pending_requests
        and (limit.expires is None or limit.is_expired())
    ]
    for key in over:
        del known[key]


def rate_limit_trace(
    clean_up: Callable[[], None], per_second: float = MAX_REQUESTS_PER_SECOND
) -> aiohttp.TraceConfig:
    """What makes every request of a client wait for its turn, a repeated one too, and tidies up now and
    then."""
    pace = RateLimiter(per_second)
    turns = itertools.count(1)

    async def start(
        session: aiohttp.ClientSession, context: SimpleNamespace, request: aiohttp.TraceRequestStartParams
    ) -> None:
        # https://host/api/v10/channels/...: files and the gateway are elsewhere.
        parts = request.url.parts
        if parts[1:2] == ("api",) and parts[3:4] != () and parts[3] not in UNLIMITED_ROUTES:
            await pace.wait()
            if next(turns) % CLEANUP_INTERVAL_REQUESTS == 0:
                clean_up()
        sent = _SENT.get()
        if sent is not None and request.method != "GET":
            if sent:
                raise aiohttp.ClientConnectionError("it may have been done, and is not asked for again")
            sent.append(request.method)

    trace = aiohttp.TraceConfig()
    trace.on_request_start.append(start)
    return trace
