"""Copies and checks of the databases, which need no open services: a damaged file cannot be opened."""

from bot.store.maintenance import backup, check

__all__ = ["backup", "check"]
