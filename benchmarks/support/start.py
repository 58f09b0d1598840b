"""Starts the bot without connecting to Discord; run by `benchmarks.interactive`."""

from __future__ import annotations

import asyncio
import pkgutil
import sys
import time
from pathlib import Path


async def main() -> None:
    """Prints the seconds from the first import of the bot until it is ready, and the megabytes then."""
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
        # Imported only now: its imports overlap with the bot's and would shorten the measured start.
        from benchmarks.support.measure import memory

        print(seconds, memory("VmRSS"))
        await bot.close()


if __name__ == "__main__":
    asyncio.run(main())
