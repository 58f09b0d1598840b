"""Everything that runs beside the bot for its operator."""

from __future__ import annotations

import asyncio
import logging
import signal
from collections.abc import AsyncGenerator, Callable
from contextlib import AsyncExitStack, asynccontextmanager, suppress

from bot.config import Config
from bot.errors import UserError
from bot.operations import logs
from bot.operations.alerts import Alerts
from bot.operations.reload import changed_config
from bot.services import Services
from bot.services.running import RunningFile, running
from bot.services.troubles import Troubles
from bot.ui.kit.context import NewsdeskClient

CHECK_SECONDS = 60.0

_log = logging.getLogger(__name__)


class TroubleHandler(logging.Handler):
    """Notes the troubles that the store logs, in any thread."""

    def __init__(self, troubles: Troubles) -> None:
        super().__init__(logging.ERROR)
        self._troubles = troubles
        self._loop = asyncio.get_running_loop()

    def emit(self, record: logging.LogRecord) -> None:
        error = getattr(record, "trouble", None)
        if isinstance(error, UserError):
            with suppress(RuntimeError):  # the loop has ended
                self._loop.call_soon_threadsafe(self._troubles.note_error, error.key, error.fields)


class Operations:
    """Checks for troubles, reports them, and takes over changed settings."""

    def __init__(
        self,
        client: NewsdeskClient,
        services: Services,
        config: Config,
        read: Callable[[], Config],
        language: str,
    ) -> None:
        self._client = client
        self._services = services
        self._config = config
        self._read = read
        self.alerts = Alerts(config.alert, services.status.troubles, language, client)
        self._woken = asyncio.Event()
        services.status.troubles.changed.listen(self._woken.set)

    async def run(self) -> None:
        """Checks every minute, and whenever there is a new trouble."""
        while True:
            self._woken.clear()
            try:
                # Of several processes, one checks and alerts.
                if self._services.shards.has_first:
                    await self._services.status.check(self._config.alert_disk_mb)
                    await self.alerts.notify()
                else:
                    self._services.status.troubles.reread()
            except UserError as error:
                _log.warning("the check for troubles failed: %s", error.key)
            except Exception:
                _log.exception("the check for troubles failed")
            with suppress(TimeoutError):
                await asyncio.wait_for(self._woken.wait(), CHECK_SECONDS)

    def reload(self) -> None:
        """Takes over the settings that a running bot can change."""
        config = self._config = changed_config(self._config, self._read)
        logs.set_up(config.log_level, config.log_format)
        self._client.cooldown.limit(config.ask_member, config.ask_channel)
        self._services.loads.limit(config.load_max_mb, config.zst_window_mb, config.server_limits)
        self.alerts.target = config.alert
        self._woken.set()


async def _touch(file: RunningFile) -> None:
    while True:
        file.touch()
        await asyncio.sleep(CHECK_SECONDS)


@asynccontextmanager
async def operating(
    client: NewsdeskClient, services: Services, config: Config, read: Callable[[], Config], language: str
) -> AsyncGenerator[Alerts]:
    """Runs the operations of a bot, and yields its alerts. Raises what `health_pages` raises."""
    async with AsyncExitStack() as stack:
        troubles = services.status.troubles
        file = stack.enter_context(running(config.data, shared=services.shards.shared))

        def link_changed(connected: bool) -> None:
            file.write(connected=connected)
            if connected:
                troubles.mended("token")

        client.link_changed = link_changed
        handler = TroubleHandler(troubles)
        logging.getLogger("bot.store").addHandler(handler)
        stack.callback(logging.getLogger("bot.store").removeHandler, handler)
        if config.health_port is not None:
            # Its libraries are imported only where it is used.
            from bot.operations.health import health_pages

            await stack.enter_async_context(health_pages(client, services, config.health_port))
        operations = Operations(client, services, config, read, language)
        loop = asyncio.get_running_loop()
        loop.add_signal_handler(signal.SIGHUP, operations.reload)
        stack.callback(loop.remove_signal_handler, signal.SIGHUP)
        tasks = [asyncio.create_task(work) for work in (operations.run(), _touch(file))]
        try:
            yield operations.alerts
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
