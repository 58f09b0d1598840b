"""A webhook on loopback, and a free port."""

from __future__ import annotations

import socket
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from typing import Any

from aiohttp import web
from aiohttp.test_utils import TestServer

SECRET = "sesame-of-the-webhook"


class Webhook:
    """What was posted to it; `status` is how it answers."""

    def __init__(self) -> None:
        self.posted: list[dict[str, Any]] = []
        self.status = 204
        self.url = ""

    async def answer(self, request: web.Request) -> web.Response:
        if self.status < 300:
            self.posted.append(await request.json())
        return web.Response(status=self.status)


@asynccontextmanager
async def webhook() -> AsyncGenerator[Webhook]:
    """Serves the webhook at its `url`."""
    made = Webhook()
    app = web.Application()
    app.add_routes([web.post(f"/api/webhooks/1/{SECRET}", made.answer)])
    async with TestServer(app) as server:
        made.url = str(server.make_url(f"/api/webhooks/1/{SECRET}"))
        yield made


def free_port() -> int:
    """A port that nobody uses now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
