"""Copies and checks the databases without opening the services, which a damaged file would prevent."""

from bot.store.maintenance import backup, check

__all__ = ["backup", "check"]
