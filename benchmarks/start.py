"""Starts the bot as far as it goes without Discord, and tells what that took; run by `interactive.py`."""

from __future__ import annotations

import asyncio
import pkgutil
import sys
import time
from pathlib import Path


async def main() -> None:
    """Prints the seconds from the first import until ready, and the megabytes then."""
    start = time.perf_counter()
    import cogs
    from bot.client import NewsdeskBot
    from bot.services import open_services

    async with open_services(Path(sys.argv[1])) as services:
        bot = NewsdeskBot(services)
        for module in pkgutil.iter_modules(cogs.__path__, "cogs."):
            await bot.load_extension(module.name)
        assert bot.tree.get_commands()
        seconds = time.perf_counter() - start
        print(seconds, resident())
        await bot.close()


def resident() -> float:
    """Megabytes of memory that this process holds."""
    for line in Path("/proc/self/status").read_text().splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1]) / 1000
    raise RuntimeError("needs /proc")


if __name__ == "__main__":
    asyncio.run(main())
