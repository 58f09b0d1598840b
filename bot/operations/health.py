"""The health page and the metrics, over HTTP on this machine only."""

from __future__ import annotations

import logging
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

from aiohttp import web

from bot.errors import BadInput, UserError
from bot.operations.lag import LoopLag
from bot.operations.metrics import exposition
from bot.services import Services
from bot.ui.kit.context import NewsdeskClient

HOST = "127.0.0.1"

_log = logging.getLogger(__name__)


class HealthPages:
    """Answers GET /healthz and GET /metrics. Neither has a text of a member, or the name of a server."""

    def __init__(self, client: NewsdeskClient, services: Services, lag: LoopLag) -> None:
        self._client = client
        self._services = services
        self._lag = lag

    async def health(self, request: web.Request) -> web.Response:
        """200 if the bot is connected and its database can be read, else 503; each as a boolean."""
        checks = {"gateway": self._client.connected, "database": True}
        try:
            await self._services.key_value.get("health")
        except UserError:
            checks["database"] = False
        ok = all(checks.values())
        return web.json_response({"ok": ok, **checks}, status=200 if ok else 503)

    async def metrics(self, request: web.Request) -> web.Response:
        """The metrics in the format of Prometheus."""
        status = await self._services.status.status(None)
        text, kind = exposition(
            status,
            await self._services.status.load_states(),
            self._services.status.timings,
            connected=self._client.connected,
            lag=self._lag.worst,
        )
        return web.Response(body=text, headers={"Content-Type": kind})


@asynccontextmanager
async def health_pages(client: NewsdeskClient, services: Services, port: int) -> AsyncGenerator[None]:
    """Serves the pages. Raises BadInput("health-port") if the port cannot be opened."""
    async with LoopLag() as lag:
        pages = HealthPages(client, services, lag)
        app = web.Application()
        app.add_routes([web.get("/healthz", pages.health), web.get("/metrics", pages.metrics)])
        pages_server = web.AppRunner(app, access_log=None)
        await pages_server.setup()
        try:
            try:
                await web.TCPSite(pages_server, HOST, port).start()
            except OSError as error:
                raise BadInput("health-port", port=str(port)) from error
            _log.info("health and metrics: http://%s:%d/healthz and /metrics", HOST, port)
            yield
        finally:
            await pages_server.cleanup()
