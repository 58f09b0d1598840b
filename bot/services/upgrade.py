"""Upgrades databases of earlier versions before anything uses them."""

from pathlib import Path

from bot.store.sqlite.connection import CORPUS, STATE, prepare
from bot.store.sqlite.upgrade import Report, UpgradeStep

__all__ = ["UpgradeStep", "upgrade_databases"]


def upgrade_databases(data: Path, report: Report | None = None) -> None:
    """Upgrades those that exist, telling `report` or the log. Raises what `prepare` raises."""
    for database in (CORPUS, STATE):
        if (data / database.file).exists():
            prepare(data, database, report=report)
