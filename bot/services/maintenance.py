"""Checks the databases without opening the services, which a damaged file would prevent."""

from pathlib import Path

from bot.domain.loads import CheckReport
from bot.store import maintenance
from bot.store.engines import engine_of


def check(data: Path, *, repair: bool = False) -> CheckReport:
    """See `bot.store.maintenance.check`."""
    return maintenance.check(engine_of(data), repair=repair)
