"""The bot as `newsdesk run` starts it, pointed at a loopback Discord and at its time."""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path

from tests.support.loopback.pace import Pace
from tests.support.loopback.records import TOKEN


def main(rest: str, gateway: str, data: str, *pacing: str) -> int:
    """Runs until it is killed or told to end."""
    pace = Pace(*map(float, pacing))
    import discord
    import yarl

    import bot.clock
    from bot.config import Config

    # What is imported from here on sees this clock and no other.
    bot.clock.system_clock = pace.now
    discord.utils.utcnow = pace.now
    discord.http.Route.BASE = rest
    discord.gateway.DiscordWebSocket.DEFAULT_GATEWAY = yarl.URL(gateway)
    from bot.client import serve

    discord.utils.setup_logging(level=30)
    config = Config.from_env(
        {"DISCORD_TOKEN": TOKEN, "NEWSDESK_DATA": str(Path(data)), "NEWSDESK_VECTORS": "off"}
    )
    with asyncio.Runner(loop_factory=pace.loop) as runner:
        return runner.run(serve(config))


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
