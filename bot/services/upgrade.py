"""Upgrades databases of earlier versions before anything uses them."""

from pathlib import Path

from bot.store.engine import Database, Report, UpgradeStep
from bot.store.engines import engine_of

__all__ = ["UpgradeStep", "upgrade_databases"]

_DATABASES: tuple[Database, ...] = ("corpus", "state")


def upgrade_databases(data: Path, report: Report | None = None) -> None:
    """Upgrades those that exist, telling `report` or the log. Raises what `Engine.prepare` raises."""
    engine = engine_of(data)
    for database in _DATABASES:
        if engine.exists(database):
            engine.prepare(database, report=report)
