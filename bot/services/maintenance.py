"""Copies and checks the databases without opening the services, which a damaged file would prevent."""

from bot.store.maintenance import Backup, backup, backups, check

__all__ = ["Backup", "backup", "backups", "check"]
