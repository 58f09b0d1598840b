"""The bot as `newsdesk run` starts it, pointed at a loopback Discord and at its time."""

from __future__ import annotations

import asyncio
import os
import sys
from pathlib import Path

from dotenv import dotenv_values

from tests.support.loopback.pace import Pace
from tests.support.loopback.records import TOKEN

SETTINGS_FILE = "SETTINGS_FILE"
"""The variable that names the file of further settings."""
SHARDS = "SHARDS"
"""The variable with what `--shards` would have."""


def _given(file: str | None) -> dict[str, str]:
    return {name: value for name, value in dotenv_values(file).items() if value is not None}


def main(rest: str, gateway: str, data: str, *pacing: str) -> int:
    """Runs until it is killed or told to end."""
    pace = Pace(*map(float, pacing))
    import discord
    import yarl

    import bot.clock
    from bot.config import Config
    from bot.domain.shards import parse_plan

    # What is imported from here on sees this clock and no other.
    bot.clock.system_clock = pace.now
    discord.utils.utcnow = pace.now
    discord.http.Route.BASE = rest
    discord.gateway.DiscordWebSocket.DEFAULT_GATEWAY = yarl.URL(gateway)
    from bot.client import serve
    from bot.operations import logs

    def read() -> Config:
        """The settings: those of every test, and those in the file of this one."""
        always = {"DISCORD_TOKEN": TOKEN, "NEWSDESK_DATA": str(Path(data)), "NEWSDESK_VECTORS": "off"}
        file = os.environ.get(SETTINGS_FILE)
        return Config.from_env({**always, "NEWSDESK_LOG_LEVEL": "warning", **_given(file)})

    config = read()
    logs.set_up(config.log_level, config.log_format)
    with asyncio.Runner(loop_factory=pace.loop) as runner:
        shards = os.environ.get(SHARDS)
        return runner.run(serve(config, read, plan=parse_plan(shards) if shards else None))


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
