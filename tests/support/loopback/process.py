"""Bots as processes of their own: started, watched, killed."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from pathlib import Path

from tests.support.loopback.rest import API
from tests.support.loopback.server import Loopback
from tests.support.paths import ROOT


class Process:
    """One life of the bot."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self._process = process

    @property
    def pid(self) -> int:
        return self._process.pid

    @property
    def running(self) -> bool:
        return self._process.returncode is None

    def reload(self) -> None:
        """kill -HUP."""
        self._process.send_signal(signal.SIGHUP)

    def kill(self) -> None:
        """kill -9."""
        if self.running:
            self._process.kill()

    async def ended(self, within: float) -> bool:
        """Waits for its end; False if it still runs after so many real seconds."""
        try:
            async with asyncio.timeout(within):
                await self._process.wait()
        except TimeoutError:
            return False
        return True

    def megabytes(self) -> float:
        """The memory that it holds."""
        status = Path(f"/proc/{self._process.pid}/status").read_text()
        line = next(line for line in status.splitlines() if line.startswith("VmRSS:"))
        return int(line.split()[1]) / 1000

    def processor(self) -> float:
        """The seconds of a processor that it took so far."""
        fields = Path(f"/proc/{self._process.pid}/stat").read_text().rsplit(")", 1)[1].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


@asynccontextmanager
async def running(
    discord: Loopback,
    data: Path,
    log: Path | None = None,
    settings: Path | None = None,
    shards: str | None = None,
) -> AsyncGenerator[Process]:
    """Starts the bot, or one process of it for these `shards`, on this Discord and this data folder; at the
    end it is killed. What it writes to its log is added to `log`; further settings are read from the file
    `settings`."""
    env = {name: value for name, value in os.environ.items() if not name.startswith("NEWSDESK_")}
    env["PYTHONPATH"] = str(ROOT)
    env["SETTINGS_FILE"] = str(settings or os.devnull)
    if shards is not None:
        env["SHARDS"] = shards
    pace = discord.pace
    pacing = map(repr, (pace.origin, pace.start, pace.speed))
    arguments = (discord.url + API, discord.gateway.url, str(data), *pacing)
    with (log or Path(os.devnull)).open("ab") as err:
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "tests.support.loopback.bot", *arguments, stderr=err, env=env
        )
    bot = Process(process)
    discord.trouble.kill = bot.kill
    try:
        yield bot
    finally:
        bot.kill()
        await process.wait()


async def ready(discord: Loopback, within: float = 60.0) -> None:
    """Waits until the bot listens to the gateway and has told its commands."""
    async with asyncio.timeout(within):
        while not (discord.gateway.connected and discord.rest.told_commands):  # noqa: ASYNC110 - real sockets
            await asyncio.sleep(0.02)
