"""What can go wrong with one request: the process dies, the answer is lost, Discord is busy or broken."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Literal

import orjson
from aiohttp import web

from tests.support.loopback.pace import Pace
from tests.support.loopback.rest import answer

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]
Death = Literal["arriving", "arriving, done later", "done", "half answered", "answered"]
"""When the process is killed: as the request arrives, whether it is done all the same or not; when it is
done and not answered; when half of the answer is sent; when all of it is."""
Mishap = Literal["dropped", "lost", "slow", "429", "429 for all", "500", "503", "502, done", "stalled, done"]
"""The connection ends before or after the request is done; the answer takes its time; Discord says no, once
after it did it; no answer comes for longer than the bot waits."""
DEATHS: tuple[Death, ...] = ("arriving", "arriving, done later", "done", "half answered", "answered")
MISHAPS: tuple[Mishap, ...] = (
    "dropped",
    "lost",
    "slow",
    "429",
    "429 for all",
    "500",
    "503",
    "502, done",
    "stalled, done",
)
SLOW, STALLED, LATER = 4.0, 45.0, 20.0
"""Seconds."""


@dataclass
class Trouble:
    """Does to a request what is asked for; `kill` ends the process that asks."""

    pace: Pace
    kill: Callable[[], None] = lambda: None

    async def strike(self, what: Death | Mishap, request: web.Request, handle: Handler) -> web.StreamResponse:
        """Answers the request with this trouble."""
        match what:
            case "arriving":
                self.kill()
            case "arriving, done later":
                self.kill()
                await self.pace.sleep(LATER)
                await handle(request)
            case "done":
                await handle(request)
                self.kill()
            case "half answered":
                await self._half(request, await handle(request))
                self.kill()
            case "answered":
                sent = await handle(request)
                await sent.prepare(request)
                await sent.write_eof()
                self.kill()
                return sent
            case _:
                return await self._mishap(what, request, handle)
        return _cut(request)

    async def _mishap(self, what: Mishap, request: web.Request, handle: Handler) -> web.StreamResponse:
        match what:
            case "dropped":
                return _cut(request)
            case "lost":
                await handle(request)
                return _cut(request)
            case "slow":
                await self.pace.sleep(SLOW)
                return await handle(request)
            case "stalled, done":
                done = await handle(request)
                await self.pace.sleep(STALLED)
                return done
            case "429" | "429 for all":
                return limited(2.0, everywhere=what != "429")
            case "502, done":
                await handle(request)
        return answer({"message": "broken", "code": 0}, int(what[:3]))

    async def _half(self, request: web.Request, done: web.StreamResponse) -> None:
        """Sends the head and half of the body."""
        assert isinstance(done, web.Response)
        assert isinstance(done.body, bytes)
        half = web.StreamResponse(headers={"Content-Type": "application/json"})
        half.content_length = len(done.body)
        await half.prepare(request)
        await half.write(done.body[: len(done.body) // 2])


def limited(wait: float, *, everywhere: bool) -> web.Response:
    """Discord's 429."""
    body = {"message": "You are being rate limited.", "retry_after": round(wait, 3), "global": everywhere}
    headers = {
        "Via": "1.1 loopback",
        "Retry-After": str(int(wait) + 1),
        "X-RateLimit-Scope": "global" if everywhere else "user",
    }
    return web.Response(body=orjson.dumps(body), status=429, headers=headers, content_type="application/json")


def _cut(request: web.Request) -> web.StreamResponse:
    """Ends the connection without an answer."""
    if request.transport is not None:
        request.transport.abort()
    return web.Response()
