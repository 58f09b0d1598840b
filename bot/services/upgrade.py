"""Selects the databases, and upgrades those of earlier versions before anything uses them."""

from pathlib import Path

from bot.store.databases import DATABASES, Report, UpgradeStep
from bot.store.engines import engine_of, select_database

__all__ = ["UpgradeStep", "archive_exists", "select_database", "upgrade_databases"]


def archive_exists(data: Path) -> bool:
    """Whether the folder has a corpus."""
    return engine_of(data).exists("corpus")


def upgrade_databases(data: Path, report: Report | None = None) -> None:
    """Upgrades those that exist, telling `report` or the log. Raises what `Engine.prepare` raises."""
    engine = engine_of(data)
    for database in DATABASES:
        if engine.exists(database):
            engine.prepare(database, report=report)
