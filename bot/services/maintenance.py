"""Checks the databases without opening the services, which a damaged file would prevent."""

from bot.store.maintenance import check

__all__ = ["check"]
